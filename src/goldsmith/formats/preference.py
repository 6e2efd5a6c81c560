"""Preferences for training (DPO, reward models): prompt, chosen and rejected, a row for each pair of responses.

preference_messages.jsonl holds all rows with `prompt`, `chosen` and `rejected` as lists of messages (role, content);
preference.jsonl holds the same rows as plain texts, where the prompt is one text. Rows come from preferences (a tie has
none), from rankings (each pair that is not equal) and from conversations (the reply preferred against each that stood
beside it, after the messages that led there; replies of which none is better have none). items.jsonl beside them is for
Goldsmith alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from pathlib import Path

import msgspec

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record, Report
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.formats._assets import OpenAsset
from goldsmith.formats._losses import lose
from goldsmith.formats._reading import Problems
from goldsmith.formats._rows import About, Json, Rows, lose_parts, messages_of, read_rows, said_of, told, write_rows
from goldsmith.kinds import settings_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.message.tree import path_to, sides_of
from goldsmith.kinds.preference.kind import Preference, PreferenceSettings
from goldsmith.kinds.preference.responses import responses_of
from goldsmith.kinds.ranking.kind import Ranking, RankingSettings

__all__ = ["extension", "media", "name", "read", "title", "write"]

name = "preference"
title = "Preference pairs: prompt, chosen, rejected"
media = ("text",)
extension = "jsonl"

FILE, PLAIN_FILE = "preference_messages.jsonl", "preference.jsonl"
KINDS = frozenset({"preference", "ranking", "message"})


def write(
    records: Iterable[Record], out: Path, schema: LabelSchema, *, open_asset: OpenAsset | None = None
) -> Report:
    """Write both files of rows and items.jsonl. Files of the items do not travel."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / PLAIN_FILE).open("wb") as plain:

        def beside(row: Json) -> None:
            if len(row["prompt"]) == 1 and row["prompt"][0]["role"] == "user":
                texts = {key: messages[0]["content"] for key, messages in row.items()}
                plain.write(msgspec.json.encode(texts) + b"\n")

        return write_rows(records, out, schema, open_asset, file_name=FILE, kinds=KINDS, rows_of=_rows, beside=beside)


def _rows(r: Record, field: Field, objects: Sequence[AnnotatedObject], report: Report) -> Iterable[Rows]:
    if field.kind == "message":
        messages = [one for one in objects if isinstance(one, Message)]
        report.lose("message object", len(messages))  # pairs say nothing of the conversation's other messages
        lose(report, "replies of which none is better", sum(bool(sides[0].tie) for sides in sides_of(messages)))
        yield _of_messages(field, messages)
        return
    settings = settings_of(field)
    assert isinstance(settings, PreferenceSettings | RankingSettings)
    texts = responses_of(r.item, settings.responses)
    asked = r.item.data.get(settings.prompt)
    prompt = said_of(asked) if isinstance(asked, str) and asked else []
    for one in objects:
        order = _order(one)
        if not {name for place in order for name in place} <= texts.keys():
            report.lose(f"{field.kind} object")
            continue
        pairs = [pair for better, worse in combinations(order, 2) for pair in product(better, worse)]
        if not pairs:
            report.lose("preference for neither")
            continue
        lose_parts(one, field, report)
        if isinstance(one, Preference) and one.strengths > 1:
            report.lose("degree of preference")
        about = About(field=field.name, rows=len(pairs), label=one.label, names=order, shown=_shown(one))
        yield Rows(about, [_row(prompt, texts[a], texts[b]) for a, b in pairs], 1)


def _order(one: AnnotatedObject) -> tuple[tuple[str, ...], ...]:
    """The names of the responses, best first, equal ones together."""
    if isinstance(one, Ranking):
        return one.order
    assert isinstance(one, Preference)
    return ((one.chosen,), tuple(name for name in one.shown if name != one.chosen)) if one.chosen else (one.shown,)


def _shown(one: AnnotatedObject) -> tuple[str, ...]:
    assert isinstance(one, Preference | Ranking)
    return one.shown


def _row(prompt: list[Json], chosen: str, rejected: str) -> Json:
    return {"prompt": prompt, "chosen": [{"role": "assistant", "content": chosen}],
            "rejected": [{"role": "assistant", "content": rejected}]}


def _of_messages(field: Field, messages: Sequence[Message]) -> Rows:
    rows: list[Json] = []
    for sides in sides_of(messages):
        best = next((one for one in sides if one.is_preferred), None)
        if best is not None:
            prompt = told(path_to(messages, best.parent))
            rows += [_row(prompt, best.text, one.text) for one in sides if one is not best]
    return Rows(About(field=field.name, rows=len(rows)), rows, 0)


def read(folder: Path, problems: Problems | None = None) -> Iterable[Record]:
    """Yield the records of a folder that `write` left, or an item for each row of other tools' files."""
    return read_rows(folder, problems, file_name=FILE, objects_of=_objects, foreign_of=_foreign)


def _objects(about: About, rows: list[Json], prefix: str) -> Iterable[AnnotatedObject]:
    if len(about.names) == 2 and len(about.shown) == 2:
        yield Preference(id=prefix, label=about.label, chosen=about.names[0][0], strength=1, strengths=1,
                         shown=about.shown)
    elif about.names:
        yield Ranking(id=prefix, label=about.label, order=about.names, shown=about.shown)


def _foreign(row: Json, item_id: str) -> Record:
    """An item with the prompt and both responses, and which is better; the prompt may stand in front of each."""
    chosen, rejected = row.get("chosen"), row.get("rejected")
    prompt = row.get("prompt", row.get("question", ""))
    if isinstance(chosen, list) and isinstance(rejected, list):
        good, bad = messages_of(chosen), messages_of(rejected)
        asked = messages_of(prompt) if isinstance(prompt, list) and prompt else good[:-1]
        prompt, chosen, rejected = msgspec.json.encode(asked).decode(), good[-1]["content"], bad[-1]["content"]
    if not (isinstance(chosen, str) and isinstance(rejected, str) and isinstance(prompt, str)):
        raise BadInput("A row has prompt, chosen and rejected: texts, or lists of messages.")
    names = ("response_a", "response_b")
    value = Preference(id="o1", label="better", chosen=names[0], strength=1, strengths=1, shown=names)
    return Record(item_id=item_id, item=ItemData(data={"prompt": prompt, names[0]: chosen, names[1]: rejected}),
                  value={"preference": (value,)})
