"""What every format gives back of every feature: the walk that docs/formats.md and its tests are made from.

`python -m tests.formats.fidelity` writes the table into the page anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill
from typing import NamedTuple

from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.formats import FORMATS, LOSSES
from goldsmith.formats._losses import is_whole_object
from goldsmith.kinds import KINDS, decode_value, kind_of
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.ranking.kind import Ranking
from goldsmith.kinds.rating.kind import Rating
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.rotated_box.turned import corners
from goldsmith.kinds.skeleton.kind import Skeleton
from goldsmith.kinds.span.kind import Span
from goldsmith.kinds.text.kind import Text
from tests.formats.made import (
    CONVERSATION,
    HOLE,
    PAINTED,
    SCHEMA,
    SPOKEN,
    SQUARE,
    TIED,
    asked,
    box,
    by_field,
    choice,
    facts,
    field,
    painted,
    photo,
    polygon,
    prefer,
    said,
    span,
    text,
)

PAGE = Path(__file__).parents[2] / "docs" / "formats.md"
TOLERANCE_PX = 0.001
BYTES = b"picture"

TOLD_OTHERS = {"several fields merged", "label renamed", "degree of preference", "equal rank", "group made relations"}
"""Losses that only other tools see; Goldsmith reads the same back."""

EXPLAINED: dict[str, set[str]] = {
    "item": {"item without a picture"},
    "item data": {"item data"},
    "asset": {"file that is not a picture"},
    "file name": {"renamed picture"},
    "file": {"file left behind", "file that is not a picture", "file that could not be opened"},
    "split": set(),
    "object id": {"object id"},
    "object order": {"object id"},
    "kind": {"box made a polygon", "polygon made a box", "polygon made a mask"},
    "label": set(),
    "object's asset": {"object's asset"},
    "attribute": {"attribute"},
    "hole": {"polygon hole", "polygon made a box", "polygon made a mask"},
    "place": {"part outside the picture", "polygon made a box", "box made a polygon", "part under others"},
}
"""A difference between what was written and what was read -> losses of which at least one must have been counted."""


class Feature(NamedTuple):
    """Something a dataset may have, on records that have little else."""

    group: str
    name: str
    records: Sequence[Record]
    schema: LabelSchema = SCHEMA
    with_files: bool = False


def _pair(*objects: AnnotatedObject) -> Record:
    """An item of two pictures."""
    item = ItemData(assets={"front": facts("f.jpg"), "image": facts("i.jpg", "1" * 64)})
    return Record(item_id="i1", item=item, value=by_field(*objects), split="train")


def _sound() -> Record:
    sound = facts("a.wav", media_type="audio/wav", width_px=0, height_px=0)
    return Record(item_id="i1", item=ItemData(assets={"image": facts("i.jpg", "1" * 64), "sound": sound}))


def _turned(object_id: str) -> Polygon:
    """A square that starts at another corner for another id."""
    n = ord(object_id) % 4
    return polygon(id=object_id, points=SQUARE[n:] + SQUARE[:n])


def _data(**data: str | float | bool | None) -> Record:
    return Record(item_id="t1", item=ItemData(data=data))


def _odd(kind: str, label: str) -> LabelSchema:
    names = {"box": "boxes", "polygon": "areas", "span": "names", "choice": "mood"}
    return LabelSchema(fields=(field(names[kind], kind, "text" if kind == "span" else "", label),))


SCRIPTS = "👩‍👩‍👧 שלום 中国人 é"  # the first is one emoji of five code points
ODD_LABEL = 'New York | "x", #=1'
TWO_FIELDS = LabelSchema(fields=(field("boxes", "box", "image", "cat", "dog"), field("more", "box", "image", "dog")))
TWO = replace(photo(), value={"boxes": (box(),), "more": (box(id="m"),)})
TITLE = span(0, 3, asset="title")
SURE = choice(label="yes", attributes={"why": "x"})
ATTRIBUTES: dict[str, str | float | bool] = {"hidden": True, "count": 2, "note": '=1, "é"', "share": 0.5}

RANKED = Ranking(id="r", label="overall", order=(("response_a",), ("response_b", "prompt")),
                 shown=("prompt", "response_a", "response_b"))
RATED = (Rating(id="r1", label="true", level=5, levels=5), Rating(id="r2", label="short", level=3, levels=5))
REPLY = said("m2", "m1", "assistant", "So.")
ANSWER = Text(id="t", label="answer", text="Air scatters blue light most.")

FEATURES = (
    Feature("item", "text", [text('Ünï\n=1, "q" 😀')]),
    Feature("item", "several texts", [_data(text="a", title="12", empty="")]),
    Feature("item", "number, flag, nothing", [_data(n=-1.5, yes=True, none=None)]),
    Feature("item", "picture", [photo()]),
    Feature("item", "several pictures", [_pair()]),
    Feature("item", "file that is no picture", [_sound()]),
    Feature("item", "pictures of one name", [photo(item_id="i1"), photo(item_id="i2")]),
    Feature("item", "the picture's bytes", [photo()], with_files=True),
    Feature("item", "bytes of pictures of one name", [photo(item_id=f"i{n}") for n in range(3)], with_files=True),
    Feature("item", "bytes of another file", [_sound()], with_files=True),
    Feature("item", "split of a picture", [photo(item_id=s or "none", split=s) for s in ("train", "val", "test", "")]),
    Feature("item", "split of a text", [text("a", item_id=s or "none", split=s) for s in ("train", "val", "test", "")]),
    Feature("box", "place and label", [photo(box(), box(id="b2", label="cat", x_px=0.25, width_px=7.125))]),
    Feature("box", "object id", [photo(box(id="obj_01"))]),
    Feature("box", "attributes", [photo(box(attributes=ATTRIBUTES))]),
    Feature("box", "partly outside the picture", [photo(box(x_px=-5, y_px=-5))]),
    Feature("box", "wholly outside the picture", [photo(box(x_px=200))]),
    Feature("box", "on one of several pictures", [_pair(box(asset="front"), box(id="b2"))]),
    Feature("box", "a label of odd letters", [photo(box(label=ODD_LABEL))], _odd("box", ODD_LABEL)),
    Feature("box", "one label in two fields", [TWO], TWO_FIELDS),
    Feature("box", "a label the schema has not", [photo(box(label="cow"))]),
    Feature("polygon", "place and label", [photo(polygon(), polygon(id="p2", points=SQUARE[:3]))]),
    Feature("polygon", "object id", [photo(polygon(id="obj_01"))]),
    Feature("polygon", "attributes", [photo(polygon(attributes=ATTRIBUTES))]),
    Feature("polygon", "holes", [photo(polygon(holes=(HOLE,)))]),
    Feature("polygon", "order (what lies on top)", [photo(*map(_turned, "zay"))]),
    Feature("polygon", "together with boxes", [photo(polygon(), box())]),
    Feature("span", "place and label", [text("Ada Lovelace met Bob.", span(0, 12), span(17, 20))]),
    Feature("span", "object id", [text("Ada", span(0, 3, id="obj_01"))]),
    Feature("span", "attributes", [text("Ada", span(0, 3, attributes=ATTRIBUTES))]),
    Feature("span", "emoji, right-to-left, Chinese", [text(SCRIPTS, span(0, 5), span(6, 10), span(11, 13))]),
    Feature("span", "spaces and line breaks", [text("  Ada \n\n Bob\t", span(2, 5), span(9, 12))]),
    Feature("span", "overlapping", [text("Ada Lovelace met", span(0, 12), span(4, 16))]),
    Feature("span", "several parts", [text("Ada met Bob", span(0, 3, more=((8, 11),)))]),
    Feature("span", "inside a word", [text("Lovelace", span(0, 4))]),
    Feature("span", "on another text", [replace(_data(text="Ada", title="Bob"), value={"names": (TITLE,)})]),
    Feature("span", "a label of odd letters", [text("Ada", span(0, 3, label=ODD_LABEL))], _odd("span", ODD_LABEL)),
    Feature("choice", "one label", [text("a", choice()), photo(choice())]),
    Feature("choice", "several labels", [text("a", choice(), choice(id="c2", label="a|b"))]),
    Feature("choice", "object id", [text("a", choice(id="obj_01"))]),
    Feature("choice", "attributes the schema has", [replace(text("a"), value={"sure": (SURE,)})]),
    Feature("choice", "attributes the schema has not", [text("a", choice(attributes=ATTRIBUTES))]),
    Feature("choice", "about one of the assets", [text("a", choice(asset="text"))]),
    Feature("preference", "one of two", [asked(better=prefer())], SPOKEN),
    Feature("preference", "by degrees", [asked(better=prefer(strengths=3, strength=2))], SPOKEN),
    Feature("preference", "neither", [asked(better=prefer(""))], SPOKEN),
    Feature("ranking", "three, two of them equal", [asked(order=RANKED)], SPOKEN),
    Feature("rating", "by weighted criteria", [asked(rubric=RATED)], SPOKEN),
    Feature("text", "written for a prompt", [asked(written=ANSWER)], SPOKEN),
    Feature("text", "attributes", [asked(written=replace(ANSWER, attributes=ATTRIBUTES))], SPOKEN),
    Feature("message", "a conversation", [asked(talk=(CONVERSATION[0], REPLY))], SPOKEN),
    Feature("message", "branches, ratings, corrections", [asked(talk=CONVERSATION)], SPOKEN),
    Feature("message", "replies of which none is better", [asked(talk=(CONVERSATION[0], *TIED))], SPOKEN),
    Feature("mask", "place and label", [photo(painted(), painted(id="m2", label="sky", x_px=60))], PAINTED),
    Feature("mask", "attributes", [photo(painted(attributes=ATTRIBUTES))], PAINTED),
    Feature("mask", "two of one label", [photo(painted(), painted(id="m2", x_px=60))], PAINTED),
    Feature("mask", "one over another", [photo(painted(), painted(id="m2", label="sky", x_px=12))], PAINTED),
    Feature("choice", "a label of odd letters", [text("a", choice(label=ODD_LABEL))], _odd("choice", ODD_LABEL)),
)


def _examples(kind: str) -> Feature:
    """A kind that has no rows of its own yet is walked by its examples."""
    home = files(KINDS[kind].value.__module__.rpartition(".")[0])
    objects = decode_value({kind: json.loads((home / "examples.json").read_text("utf-8"))})[kind]
    item = ItemData(data={"text": "x" * 10_000}, assets={"image": facts(width_px=4000, height_px=3000)})
    schema = LabelSchema(fields=(field(kind, kind, "", *dict.fromkeys(o.label for o in objects)),))
    return Feature(kind, "its examples", [Record(item_id="i1", item=item, value={kind: objects})], schema)


FEATURES += tuple(map(_examples, sorted(KINDS.keys() - {f.group for f in FEATURES})))


class Outcome(NamedTuple):
    """What one format made of one feature."""

    report: Report
    differences: set[str]


def outcome(format_name: str, feature: Feature) -> Outcome:
    """Write the feature's records, read them and compare."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        open_asset = (lambda sha256: BytesIO(BYTES)) if feature.with_files else None
        report = FORMATS[format_name].write(feature.records, folder, feature.schema, open_asset=open_asset)
        back = list(FORMATS[format_name].read(folder))
        found = set(differences(feature.records, back, feature.schema))
        if feature.with_files and not _all_files_lie_in(folder, feature.records):
            found.add("file")
        return Outcome(report, found)


def _all_files_lie_in(folder: Path, records: Sequence[Record]) -> bool:
    """Whether there are as many copies as different files: by hash, or one for each of the records."""
    wanted = len({a.sha256 for r in records for a in r.item.assets.values()})
    return sum(p.read_bytes() == BYTES for p in folder.rglob("*") if p.is_file()) >= wanted


def differences(before: Sequence[Record], after: Sequence[Record], schema: LabelSchema) -> Iterator[str]:
    """The sorts of difference between what was written and what was read; a field without objects equals none."""
    found = {r.item_id: r for r in after}
    for r in before:
        if r.item_id not in found:
            yield "item"
        else:
            yield from _item_differences(r, found[r.item_id])
            yield from _value_differences(r, found[r.item_id], schema)
    if len(after) > len(found) or set(found) - {r.item_id for r in before}:
        yield "item that was not there"


def _item_differences(a: Record, b: Record) -> Iterator[str]:
    if a.item.data != b.item.data:
        yield "item data"
    if a.split != b.split:
        yield "split"
    if a.item.assets.keys() != b.item.assets.keys():
        yield "asset"
    for key in a.item.assets.keys() & b.item.assets.keys():
        one, other = a.item.assets[key], b.item.assets[key]
        if one != replace(other, file_name=one.file_name):
            yield "asset"
        if one.file_name != other.file_name and not other.file_name.endswith(f"/{one.file_name}"):
            yield "file name"


def _value_differences(a: Record, b: Record, schema: LabelSchema) -> Iterator[str]:
    homes = {f.name: f.asset for f in schema.fields}
    for name in a.value.keys() | b.value.keys():
        ours, theirs = _ordered(a.value.get(name, ())), _ordered(b.value.get(name, ()))
        if len(ours) != len(theirs):
            yield "object" if len(ours) > len(theirs) else "object that was not there"
            continue
        ids = [o.id for o in ours]
        if sorted(ids) == sorted(o.id for o in theirs) and ids != [o.id for o in theirs]:
            yield "object order"
        for one, other in zip(ours, theirs, strict=True):
            yield from _object_differences(one, other, homes.get(name, ""))


def _ordered(objects: Sequence[AnnotatedObject]) -> list[AnnotatedObject]:
    """In their order, which says what lies on top; spans have none but the text's."""
    return sorted(objects, key=lambda o: (o.start, o.end, o.label) if isinstance(o, Span) else (0, 0, ""))


def _object_differences(a: AnnotatedObject, b: AnnotatedObject, home: str) -> Iterator[str]:
    """An object that names no asset lies on its field's."""
    checks = {
        "object id": a.id != b.id,
        "kind": kind_of(a) != kind_of(b),
        "label": a.label != b.label,
        "object's asset": bool(a.asset) and a.asset != (b.asset or home),
        "attribute": a.attributes != b.attributes,
    }
    yield from (name for name, differs in checks.items() if differs)
    if isinstance(a, Polygon) and getattr(b, "holes", ()) != a.holes:
        yield "hole"
    if kind_of(a) == kind_of(b) and _is_elsewhere(a, b):
        yield "place"


def _is_elsewhere(a: AnnotatedObject, b: AnnotatedObject) -> bool:
    return any(abs(n - m) > TOLERANCE_PX for n, m in zip(_numbers(a), _numbers(b), strict=True))


def _numbers(o: AnnotatedObject) -> list[float]:
    if isinstance(o, Box):
        return [o.x_px, o.y_px, o.width_px, o.height_px]
    if isinstance(o, Polygon):
        return [n for point in o.points for n in point]
    if isinstance(o, Mask):
        return [o.x_px, o.y_px, o.width_px, o.height_px, int(bitmap_of(o).sum())]
    if isinstance(o, Skeleton):
        return [n for x, y, seen in o.points for n in ((x, y, seen) if seen else (0, 0, 0))]
    if isinstance(o, RotatedBox):
        return [n for point in corners(o) for n in point]
    return [o.start, o.end] if isinstance(o, Span) else []


def unexplained(found: Outcome) -> list[str]:
    """Differences that no loss of the report accounts for."""
    counted = set(found.report.losses)
    explained = EXPLAINED | {"object": set(filter(is_whole_object, counted))}
    return sorted(d for d in found.differences if not counted & explained.get(d, set()))


def cell(feature: Feature, found: Outcome) -> str:
    """One cell of the table; a loss that says nothing of the row's own feature stands in another row only."""
    elsewhere = set() if feature.name == "object id" else {"object id"}
    elsewhere |= set() if feature.name == "one label in two fields" else {"several fields merged"}
    elsewhere |= set() if feature.group == "item" else {"item without a picture", "item data"}
    losses = [s for s in found.report.losses if s not in elsewhere]
    lost = [s for s in losses if s not in TOLD_OTHERS]
    if lost:
        return "✗ " + ", ".join(lost)
    return "✓ (" + ", ".join(losses) + ")" if losses else "✓"


def table() -> str:
    """What is kept as Markdown: of each kind which formats hold it, then what each of those in part does with it."""
    cells: dict[str, dict[str, list[tuple[str, str]]]] = {f.group: {} for f in FEATURES}
    for f in FEATURES:
        for name in sorted(FORMATS):
            cells[f.group].setdefault(name, []).append((f.name, cell(f, outcome(name, f))))
    overview = ["| | comes back whole | in part |", "|---|---|---|"]
    details, single = [], ["| its examples | in part |", "|---|---|"]
    for group, by_format in cells.items():
        held = {name: _held(column) for name, column in by_format.items()}
        lists = (", ".join(n for n, how in held.items() if how == wanted) for wanted in ("whole", "part"))
        overview.append(f"| {group} | " + " | ".join(lists) + " |")
        in_part = {n: column for n, column in by_format.items() if held[n] == "part"}
        if all(len(column) == 1 for column in in_part.values()):
            single += [f"| {group} | " + "; ".join(f"{n}: {text}" for n, ((_, text),) in in_part.items()) + " |"
                       ] if in_part else []
        else:
            details.append(_detail(group, in_part))
    return "\n\n".join(["\n".join(overview), *details, "\n".join(single)])


def _held(column: Sequence[tuple[str, str]]) -> str:
    """Whether a format holds all of a group, a part of it, or none of its objects."""
    found = {text for _, text in column}
    if found == {"✓"}:
        return "whole"
    return "not" if all(text.startswith("✗") and _is_nothing(text) for text in found) else "part"


def _is_nothing(text: str) -> bool:
    return all(sort.endswith(" object") for sort in text.removeprefix("✗ ").split(", "))


def _detail(group: str, by_format: dict[str, list[tuple[str, str]]]) -> str:
    """A table of the formats that hold a part of the group; those that do alike share a column."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for name, column in by_format.items():
        alike.setdefault(tuple(text for _, text in column), []).append(name)
    rows = [f"| {group} | " + " | ".join(map(", ".join, alike.values())) + " |", "|---" * (len(alike) + 1) + "|"]
    features = [name for name, _ in next(iter(by_format.values()))]
    rows += [f"| {name} | " + " | ".join(texts[i] for texts in alike) + " |" for i, name in enumerate(features)]
    return "\n".join(rows)


def losses_list() -> str:
    """Every sort of loss with its sentence."""
    return "\n".join(f"- **{sort}**: {sentence}" for sort, sentence in LOSSES.items())


def wrapped(text: str) -> str:
    """The text's paragraphs as lines of at most 120 columns."""
    return "\n\n".join(fill(" ".join(part.split()), 120, break_on_hyphens=False) for part in text.split("\n\n"))


def formats_list() -> str:
    """Every format with what its own module says of it."""
    lines = []
    for name in sorted(FORMATS):
        f = FORMATS[name]
        summary = wrapped((getattr(f, "__doc__", "") or "").replace("<", "&lt;"))
        about = f"For {' and '.join(f.media)} items; labels in `.{f.extension}` files."
        lines.append(f"### `{name}`: {f.title}\n\n{about}\n\n{summary}")
    return "\n\n".join(lines)


def page(text: str) -> str:
    """The page with its generated parts made anew."""
    for mark, made in (("formats", formats_list()), ("matrix", table()), ("losses", losses_list())):
        before, _, rest = text.partition(f"<!-- {mark}: made by tests/formats/fidelity.py -->\n")
        _, end, after = rest.partition(f"\n<!-- {mark}: end -->")
        text = f"{before}<!-- {mark}: made by tests/formats/fidelity.py -->\n{made}{end}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
