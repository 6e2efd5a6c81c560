"""Label Studio JSON: a list of tasks in label_studio.json, each with its data and one annotation.

Places are per cent of the picture, turned rectangles are given by the corner they turn about, masks are Label Studio's
own run lengths, offsets in a text are code points. Attributes are results of their own under their object's id. What a
file is, which split an item belongs to, and how an answer was shown stand under `goldsmith`, which Label Studio keeps
and does not read. Read are also what Label Studio's own export has beside that: several annotations of a task, of which
one is taken (the ground truth, else the newest that was not cancelled), and predictions; the rest is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset, UniqueNames
from goldsmith.formats._label_studio_chats import as_lists, chat_results
from goldsmith.formats._label_studio_forms import FORMS, form_results, unseen
from goldsmith.formats._label_studio_reading import FILE, read
from goldsmith.formats._label_studio_shapes import TYPES, geometry_of
from goldsmith.formats._losses import lose
from goldsmith.formats._pictures import PictureCopies, pictures
from goldsmith.formats._reading import PARENT
from goldsmith.kinds import kind_of
from goldsmith.kinds.group.kind import ObjectGroup
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.relation.kind import Relation
from goldsmith.kinds.span.kind import Span

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "label_studio"
title = "Label Studio JSON"
media = ("image", "text")
extension = "json"

JOINING = ("relation", "group")

_encode = msgspec.json.Encoder().encode


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write label_studio.json, and the files into images/<split>/."""
    report, fields = Report(), {field.name: field for field in schema.fields}
    out.mkdir(parents=True, exist_ok=True)
    partial = out / f"{FILE}.part"
    with partial.open("wb") as file, UniqueNames() as names:
        copies = PictureCopies(out, names, open_asset, report)
        file.write(b"[")
        for r in records:
            report.records += 1
            file.write((b",\n" if report.records > 1 else b"\n") + _encode(_task(r, report, fields, copies)))
        file.write(b"\n]\n")
    partial.replace(out / FILE)
    return report


def _task(r: Record, report: Report, fields: dict[str, Field], copies: PictureCopies) -> dict[str, Any]:
    data: dict[str, Any] = {asset: _file_name(r, asset, copies) for asset in r.item.assets}
    lose(report, "item data", len(data.keys() & r.item.data.keys()))
    result = list(_results(r, report, fields))
    annotation = {"id": report.records, "was_cancelled": False, "ground_truth": False, "result": result}
    lists = as_lists(r.item.data, list(fields.values()))
    own: dict[str, Any] = {"item_id": r.item_id, "split": r.split, "assets": r.item.assets}
    own |= {"texts": {key: r.item.data[key] for key in lists}} if lists else {}
    return {"id": report.records, "data": r.item.data | lists | data, "annotations": [annotation] if result else [],
            "predictions": [], "meta": {"goldsmith": own}}


def _file_name(r: Record, asset: str, copies: PictureCopies) -> str:
    """The file's path beside label_studio.json where it was copied there, else its own name."""
    facts = r.item.assets[asset]
    path = copies.place(r, asset, r.split or "all") if copies.is_open else None
    return str(path) if path and copies.copy(facts, path) else facts.file_name or facts.sha256


def _results(r: Record, report: Report, fields: dict[str, Field]) -> Iterator[dict[str, Any]]:
    parents = _parents(r)
    for name_, objects in r.value.items():
        field = fields.get(name_)
        fitting: list[AnnotatedObject] = []
        for o in objects:
            loss = _loss(o, field, r)
            if loss:
                report.lose(loss)
            else:
                fitting.append(o)
        if field is not None and field.kind == "message":
            yield from chat_results(field, fitting, r, report)
            continue
        report.objects += len(fitting)
        if field is None:
            continue
        if field.kind in JOINING:
            lose(report, "attribute", sum(len(o.attributes) for o in fitting))
            lose(report, "group made relations", len(fitting) if field.kind == "group" else 0)
            yield from (one for o in fitting for one in _relations(o, field))
        elif field.kind in FORMS:
            lose(report, "attribute", sum(len(o.attributes) for o in fitting))
            for sort in filter(None, map(unseen, fitting)):
                report.lose(sort)
            yield from form_results(field, fitting, _target(field, r))
        else:
            for o in fitting:
                for one in _region(o, field, r, report):
                    yield one | ({"parentID": parents[o.id]} if o.id in parents else {})


def _loss(o: AnnotatedObject, field: Field | None, r: Record) -> str:
    """Why the object has no place here; empty where it has one."""
    kind = kind_of(o)
    if kind not in (*TYPES, *FORMS, *JOINING, "span", "message") or (isinstance(o, ObjectGroup) and len(o.members) < 2):
        return f"{kind} object"
    if field is None or o.label not in {label.name for label in field.labels}:
        return "object outside the schema"
    if kind != field.kind:
        return "object of another kind"
    if kind in TYPES and _home(o, field, r) not in pictures(r):
        return "object without a picture"
    if isinstance(o, Span) and o.more:
        return "span of several parts"
    if isinstance(o, Span) and not isinstance(r.item.data.get(_home(o, field, r)), str):
        return "span of another text"
    return ""


def _home(o: AnnotatedObject, field: Field, r: Record) -> str:
    """What the object lies on: where it names nothing, what its field is about, else the first of the item."""
    if o.asset or field.asset:
        return o.asset or field.asset
    texts = (key for key, value in r.item.data.items() if isinstance(value, str))
    return next(iter(pictures(r)) if kind_of(o) in TYPES else texts, "")


def _target(field: Field, r: Record) -> str:
    """What a whole answer is about, by name: something that the item shows."""
    return field.asset or next(iter([*r.item.assets, *r.item.data]), "")


def _relations(o: AnnotatedObject, field: Field) -> Iterator[dict[str, Any]]:
    """From one region to another, of a group from its first to each other.

    Label Studio has one sort of relations, so which field it is of, and what belongs together, is ours.
    """
    if isinstance(o, ObjectGroup):
        ends, direction = [(o.members[0], one) for one in o.members[1:]], "bi"
    else:
        assert isinstance(o, Relation)
        ends, direction = [(o.source, o.target)], "bi" if o.label in field.settings.get("symmetric", ()) else "right"
    plain = msgspec.to_builtins(o) | {"attributes": {}}
    for i, (source, target) in enumerate(ends):
        yield {"type": "relation", "from_id": source, "to_id": target, "direction": direction, "labels": [o.label],
               "goldsmith": {"field": field.name, "objects": [] if i else [plain]}}


def _parents(r: Record) -> dict[str, str]:
    """By id, the region that another lies under, where relations of that label say one: Label Studio nests them."""
    found: dict[str, set[str]] = {}
    for objects in r.value.values():
        for o in objects:
            if isinstance(o, Relation) and o.label == PARENT:
                found.setdefault(o.source, set()).add(o.target)
    parents = {child: next(iter(above)) for child, above in found.items() if len(above) == 1}
    return {child: parent for child, parent in parents.items() if not _returns(child, parents)}


def _returns(child: str, parents: dict[str, str]) -> bool:
    """Whether the way up from the region comes back to where it was."""
    seen: set[str] = set()
    while child in parents and child not in seen:
        seen.add(child)
        child = parents[child]
    return child in seen


def _region(o: AnnotatedObject, field: Field, r: Record, report: Report) -> Iterator[dict[str, Any]]:
    """The object, then a result for each of its attributes."""
    home = _home(o, field, r)
    place: dict[str, Any] = {"id": o.id, "from_name": field.name, "to_name": home, "source": f"${home}"}
    if isinstance(o, Span):
        text = str(r.item.data[home])
        value: dict[str, Any] = {"start": o.start, "end": o.end, "text": text[o.start:o.end], "labels": [o.label]}
        yield place | {"type": "labels", "value": value}
    else:
        if isinstance(o, Polygon):
            lose(report, "polygon hole", len(o.holes))
        facts, tag = r.item.assets[home], f"{TYPES[field.kind]}labels"
        value = geometry_of(o, (facts.width_px, facts.height_px)) | {tag: [o.label]}
        place |= {"original_width": facts.width_px, "original_height": facts.height_px, "image_rotation": 0}
        own = {"goldsmith": {"kind": field.kind}} if field.kind == "rotated_box" else {}
        yield place | {"type": tag, "value": value} | own
    sorts = {attribute.name: attribute.sort for attribute in field.attributes}
    for key, given in o.attributes.items():
        yield place | {"from_name": key} | _attribute(given, sorts.get(key, ""))


def _attribute(given: str | float | bool, sort: str) -> dict[str, Any]:
    """An attribute as what Label Studio asks of a region."""
    if isinstance(given, bool):
        said = {"choices": ["true" if given else "false"]}
        return {"type": "choices", "value": said, "goldsmith": {"kind": "flag"}}
    if isinstance(given, int | float):
        return {"type": "number", "value": {"number": given}}
    if sort == "select":
        return {"type": "choices", "value": {"choices": [given]}}
    return {"type": "textarea", "value": {"text": [given]}}
