"""Text: what somebody writes about an item, from nothing or from one of its texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.text.edits import edits

TEXT_MOST = 100_000  # code points
BY_LETTER_MOST = 5_000  # code points; a pair with a longer text is compared word by word, in a fraction of the time
per_label = True
alike_within = 0.2
measure = "characters alike"


class Text(AnnotatedObject, frozen=True, kw_only=True, tag="text"):
    """What was written for the question `label`."""

    text: str


class TextSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a text starts from, and how long it may be."""

    source: str = ""  # data key of the text that it starts from; empty: it is written from nothing
    prompt: str = ""  # data key of what is shown above: Markdown, or JSON messages
    starts_with_source: bool = True  # False: the source is shown beside an empty text (a translation, a summary)
    minimum: int = 0  # code points, without white space at the ends
    maximum: int = TEXT_MOST
    direction: str = "auto"  # "auto" (by what is written), "ltr" or "rtl"

    def __post_init__(self) -> None:
        """Refuse lengths that no text has."""
        if not 0 <= self.minimum <= self.maximum <= TEXT_MOST:
            raise ValueError(f"0 ≤ minimum ≤ maximum ≤ {TEXT_MOST:,} does not hold.")
        if self.direction not in ("auto", "ltr", "rtl"):
            raise ValueError(f"`direction` is auto, ltr or rtl, not {self.direction!r}.")


value = Text
settings = TextSettings
problems = choice_problems


def misfits(value: Text, settings: TextSettings) -> list[str]:
    """What is wrong with the text under these settings, in words."""
    length = len(value.text.strip())
    if length < max(1, settings.minimum):
        return [f"The text has {length} characters; it needs at least {max(1, settings.minimum)}."]
    if length > settings.maximum:
        return [f"The text has {length:,} characters; it may have at most {settings.maximum:,}."]
    return []


def distance(a: Text, b: Text) -> float:
    """Code points to be edited as a share of the longer text; 1 for another question or asset.

    Compared are the texts in Unicode's form NFC, with white space at the ends taken off and elsewhere as one space.
    Where one has more than BY_LETTER_MOST code points it is words to be edited, as a share of the words of the longer.
    """
    if (a.label, a.asset) != (b.label, b.asset):
        return 1.0
    x, y = _plain(a.text), _plain(b.text)
    if max(len(x), len(y)) > BY_LETTER_MOST:
        number: dict[str, str] = {}
        x, y = ("".join(number.setdefault(word, chr(len(number))) for word in text.split(" ")) for text in (x, y))
    return edits(x, y) / max(len(x), len(y)) if x != y else 0.0


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def merge(values: Sequence[Text], weights: Sequence[float]) -> Text:
    """The text with the least weighted distance to all others (their medoid), on the first value.

    It is one that somebody wrote, never a mixture. Of equally near ones the first in sorted order.
    """
    alike = [structs.replace(one, label="", asset="") for one in values]
    cost = {one.text: sum(w * distance(one, other) for other, w in zip(alike, weights, strict=True)) for one in alike}
    text = min(cost, key=lambda text: (round(cost[text], 9), text))
    return structs.replace(values[0], label=label_by_vote(values, weights), text=text)
