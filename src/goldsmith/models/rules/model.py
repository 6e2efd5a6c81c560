"""Rules: words and patterns that say a label. They learn nothing and cost nothing, and are measured as any model is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import regex
from msgspec import Struct

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field
from goldsmith.models import Access, Answer, Asked, Closed, Json, Prediction, Refused, Sample
from goldsmith.models.rules.dictionary import Dictionary, Found, Term

AT_ONCE = 64
LINES_MOST, LINE_MOST, FOUND_MOST = 10_000, 1_000, 20_000
PATTERN_SECONDS = 0.5  # that a pattern may take on one text


class RulesSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which words and patterns say which label of which field."""

    field: str
    terms: tuple[str, ...] = ()  # "label: word or words"
    patterns: tuple[str, ...] = ()  # "label: regular expression"; its group `mark`, where it has one, is what is marked
    file_sha256: str = ""  # a vocabulary's JSON Lines: each name and alias is a term
    file_label: str = ""  # what the file's terms say
    file_attribute: str = ""  # the attribute that takes the entry's id; empty: none
    is_exact: bool = False  # whether case and accents count
    key: str = ""  # the text that is looked at; empty: the field's own, else the item's first

    def __post_init__(self) -> None:
        if not self.field:
            raise ValueError("Say which field the rules answer.")
        if not self.terms and not self.patterns and not self.file_sha256:
            raise ValueError("Give some terms, patterns or a file of them.")
        if len(self.terms) + len(self.patterns) > LINES_MOST:
            raise ValueError(f"There are at most {LINES_MOST:,} lines; put more terms into a file.")
        if self.file_sha256 and not self.file_label:
            raise ValueError("Say which label the file's terms have.")
        for line in (*self.terms, *self.patterns):
            _halves(line)
        for line in self.patterns:
            _pattern(line)


settings = RulesSettings


class Line(Struct, frozen=True, kw_only=True):
    """An entry of a vocabulary's file."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()


def _halves(line: str) -> tuple[str, str]:
    label, colon, rest = line.partition(":")
    if not colon or not label.strip() or not rest.strip() or len(line) > LINE_MOST:
        raise ValueError(f"The line {line[:80]!r} is not a label, a colon and what says it.")
    return label.strip(), rest.strip()


def _pattern(line: str) -> tuple[str, regex.Pattern[str]]:
    label, text = _halves(line)
    try:
        return label, regex.compile(text, regex.V1)
    except regex.error as error:
        raise ValueError(f"The pattern {text[:80]!r} cannot be read: {error}.") from error


def open_model(settings: RulesSettings, access: Access) -> Model:
    """The rules, ready to be applied."""
    return Model(settings, access)


class Model:
    """Terms and patterns over texts."""

    def __init__(self, settings: RulesSettings, access: Access) -> None:
        self._settings = settings
        self._dictionary = Dictionary(self._terms(access), is_exact=settings.is_exact)
        flags = 0 if settings.is_exact else regex.IGNORECASE
        self._patterns = [(label, regex.compile(pattern.pattern, regex.V1 | flags))
                          for label, pattern in map(_pattern, settings.patterns)]

    def _terms(self, access: Access) -> Iterator[tuple[str, Term]]:
        for label, text in map(_halves, self._settings.terms):
            yield text, Term(label=label)
        if not self._settings.file_sha256:
            return
        decoder = msgspec.json.Decoder(Line)
        for number, raw in enumerate(access.read(self._settings.file_sha256).splitlines(), 1):
            if not raw.strip():
                continue
            try:
                one = decoder.decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise Closed(f"Line {number} of the file is no entry: {error}.",
                             hint="It is a vocabulary as it is saved under Settings.") from error
            term = Term(label=self._settings.file_label, entry_id=one.id)
            yield from ((name, term) for name in (one.name, *one.aliases))

    def check(self) -> str:
        """How many rules there are."""
        return f"It has {len(self._dictionary):,} terms and {len(self._patterns):,} patterns."

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """What the rules find in each text: ranges where the field's kind has them, else the labels found."""
        field = next((one for one in asked.schema.fields if one.name == self._settings.field), None)
        if field is None:
            raise Closed(f"The project has no field {self._settings.field!r}.")
        has_ranges = {"start", "end"} <= asked.shapes.get(field.kind, {}).get("properties", {}).keys()
        return [self._answer(field, one.item, has_ranges) for one in samples]

    def _answer(self, field: Field, item: ItemData, has_ranges: bool) -> Answer:
        key = self._settings.key or field.asset or next(
            (name for name, value in item.data.items() if isinstance(value, str)), "")
        text = item.data.get(key)
        if not isinstance(text, str):
            return Refused(reason=f"The item has no text {key!r}." if key else "The item has no text.")
        offered = {label.name for label in field.labels}
        found = [one for one in self._find(text) if one.term.label in offered][:FOUND_MOST]
        if not has_ranges:
            labels = list(dict.fromkeys(one.term.label for one in found))[:None if field.multiple else 1]
            return Prediction(value={field.name: [{"id": one, "kind": field.kind, "label": one} for one in labels]})
        return Prediction(value={field.name: [self._object(field, key, one) for one in found]})

    def _object(self, field: Field, key: str, one: Found) -> Json:
        named: Json = {"attributes": {self._settings.file_attribute: one.term.entry_id}} if (
            one.term.entry_id and self._settings.file_attribute) else {}
        return {"id": f"{one.term.label}-{one.start}-{one.end}", "kind": field.kind, "label": one.term.label,
                "asset": key, "start": one.start, "end": one.end, **named}

    def _find(self, text: str) -> list[Found]:
        """Terms and what patterns match, in the order of the text; the same range and label once."""
        found = {(one.start, one.end, one.term.label): one for one in self._dictionary.find(text)}
        for label, pattern in self._patterns:
            group = "mark" if "mark" in pattern.groupindex else 0
            try:
                for match in pattern.finditer(text, timeout=PATTERN_SECONDS):
                    start, end = match.span(group)
                    if start < end:
                        found.setdefault((start, end, label), Found(start, end, Term(label=label)))
            except TimeoutError:
                raise Closed(f"The pattern {pattern.pattern[:80]!r} takes more than {PATTERN_SECONDS} s on a text.",
                             hint="Write it without repeats inside repeats.") from None
        return [found[place] for place in sorted(found)]
