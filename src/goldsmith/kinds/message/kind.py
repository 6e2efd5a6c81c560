"""Message: one turn of a conversation. All objects of a field together are its tree, the branches not taken too."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.message.settings import ROLES, MessageSettings
from goldsmith.kinds.message.tree import in_writing, path_of, tree_problems
from goldsmith.kinds.rating.median import lower_median
from goldsmith.kinds.text.kind import TEXT_MOST, Text
from goldsmith.kinds.text.kind import distance as text_distance

TIES = ("", "good", "bad")
FINISHES = ("", "stop", "length", "filtered", "interrupted")
measure = "ratings and corrections of the same message"


class Usage(Struct, frozen=True, kw_only=True):
    """The tokens that one reply took, as its model counted them."""

    tokens_in: int
    tokens_out: int


class Message(AnnotatedObject, frozen=True, kw_only=True, tag="message"):
    """A turn; `label` is its role: system, user, assistant or tool. Text is Markdown.

    What a model said is taken from the server's own record when the answer is submitted: `original` where it was
    corrected, `model`, `version`, `finish` and `usage`.
    """

    text: str
    parent: str = ""  # id of the message that it follows; empty: it is the first
    given: int = 0  # its number, from 1, in the conversation that the item brings; 0: it was written here
    original: str | None = None  # what it said before it was corrected; None: it was not
    reply: str = ""  # the server's record of a model's reply; empty: a person wrote it
    asked: str = ""  # alike for replies that were asked for at once and shown side by side
    shown: int = 0  # its place among those, from 1, drawn by chance
    model: str = ""  # which predictor said it
    version: str = ""
    finish: str = ""  # why a model ended: stop, length, filtered, interrupted; empty: a person wrote it
    usage: Usage | None = None
    rating: int | None = None  # 1 … `scale`; the highest is best
    scale: int = 0
    is_preferred: bool = False  # among the replies that were shown side by side
    tie: str = ""  # none of those is better: all are good, or all bad; alike on each of them; empty: one is, or unsaid
    is_current: bool = False  # the conversation goes on with it; of siblings without a current one the last


value = Message
settings = MessageSettings


def problems(value: Message, item: ItemData) -> list[str]:
    """What is wrong with the message on this item, in words."""
    found = choice_problems(value, item)
    if value.label not in ROLES:
        found.append(f"A message's label is its role, {', '.join(ROLES)}, not {value.label!r}.")
    if not value.text.strip():
        found.append("The message is empty.")
    if max(len(value.text), len(value.original or "")) > TEXT_MOST:
        found.append(f"A message has at most {TEXT_MOST:,} characters.")
    if value.rating is not None and not 1 <= value.rating <= value.scale:
        found.append(f"The rating is 1 to {value.scale}, not {value.rating}.")
    if value.finish not in FINISHES:
        found.append(f"A reply ends with {', '.join(FINISHES[1:])}, not {value.finish!r}.")
    if value.tie not in TIES:
        found.append(f"Replies of which none is better are {' or '.join(TIES[1:])}, not {value.tie!r}.")
    held = item.data.get(value.asset)
    count = _count(held) if isinstance(held, str) and value.given else None
    if value.given < 0 or (count is not None and value.given > count):
        found.append(f"The item's conversation has no message {value.given}.")
    return found


def _count(conversation: str) -> int:
    """How many messages the item brings: those of a JSON list, or one text."""
    try:
        return len(msgspec.json.decode(conversation, type=list[msgspec.Raw]))
    except (msgspec.DecodeError, UnicodeEncodeError):
        return 1


def misfits(value: Message, settings: MessageSettings) -> list[str]:
    """What is wrong with the message under these settings, in words."""
    found = []
    if value.rating is not None and value.scale != settings.scale:
        found.append(f"The rating is on a scale of {value.scale}, the field's has {settings.scale}.")
    if value.original is not None and not settings.correctable:
        found.append("Messages are not corrected here.")
    if value.tie and not settings.tie:
        found.append("One of the replies side by side is better here; none is equal to the others.")
    if not value.given and not value.reply and value.label not in settings.writes:
        found.append(f"Messages of the role {value.label!r} are not written here.")
    return found


def together(values: Sequence[Message], settings: MessageSettings) -> list[str]:
    """What is wrong with all messages of a field as a conversation, in words."""
    found = tree_problems(values)
    if found or not values:
        return found
    path = path_of(values)
    written = sum(not one.given for one in path)
    if written < settings.turns_least:
        found.append(f"The conversation has {written} messages of its own; it needs at least {settings.turns_least}.")
    if len(path) > settings.turns_most:
        found.append(f"The conversation has {len(path)} messages; it may have at most {settings.turns_most}.")
    if settings.must_rate and any(one.label == "assistant" and one.rating is None for one in path):
        found.append("Each answer of the conversation is to be rated.")
    if settings.must_prefer and in_writing(values):
        found.append("One of the replies side by side has to be preferred.")
    return found


def distance(a: Message, b: Message) -> float:
    """How far the judgements of one message lie apart; 1 for another message.

    The same message is one with the same number in the item's conversation, or one that follows the same message, in
    the same role. Then it is the greatest of: characters to be edited, as a share of the longer text; half the
    difference of the ratings as a share of the scale, and of one rated to one not; half for another preference, and a
    quarter between a tie and a preference, or ties of good and of bad ones.
    """
    if (a.asset, a.given, a.label) != (b.asset, b.given, b.label) or (not a.given and a.parent != b.parent):
        return 1.0
    words = text_distance(Text(id="", label="", text=a.text), Text(id="", label="", text=b.text))
    return max(words, _rated_apart(a, b) / 2, _preferred_apart(a, b))


def _rated_apart(a: Message, b: Message) -> float:
    if a.rating is None or b.rating is None or a.scale != b.scale:
        return float((a.rating, a.scale) != (b.rating, b.scale))
    return min(1.0, abs(a.rating - b.rating) / max(1, a.scale - 1))


def _preferred_apart(a: Message, b: Message) -> float:
    if a.tie or b.tie:
        return 0.25 * (a.tie != b.tie)
    return 0.5 * (a.is_preferred != b.is_preferred)


def merge(values: Sequence[Message], weights: Sequence[float]) -> Message:
    """The text that lies nearest to all, the weighted lower median of the ratings on the scale with most weight.

    A text is one that somebody left standing, never a mixture. Role by weight; preferred, or a tie, with more than half
    of the weight, so that both never meet; the rest from the first.
    """
    first, label, text = values[0], label_by_vote(values, weights), _nearest_text(values, weights)
    original = first.original if first.text == text else next(one.original for one in values if one.text == text)
    scales: dict[int, float] = {}
    for one, weight in zip(values, weights, strict=True):
        scales[_scale(one)] = scales.get(_scale(one), 0.0) + weight
    scale = min(scales, key=lambda number: (-scales[number], number))
    rated = [(one.rating, weight) for one, weight in zip(values, weights, strict=True)
             if one.rating is not None and one.scale == scale]
    rating = round(lower_median(*zip(*rated, strict=True))) if rated else None
    preferred = _has_most([one.is_preferred for one in values], weights)
    tie = next((tie for tie in TIES[1:] if _has_most([one.tie == tie for one in values], weights)), "")
    return structs.replace(first, label=label, text=text, original=original, rating=rating, scale=scale or first.scale,
                           is_preferred=preferred, tie=tie)


def _has_most(which: Sequence[bool], weights: Sequence[float]) -> bool:
    return sum(weight if one else -weight for one, weight in zip(which, weights, strict=True)) > 0


def _scale(one: Message) -> int:
    """The scale on which it is rated; 0 where it is not."""
    return one.scale if one.rating is not None else 0


def _nearest_text(values: Sequence[Message], weights: Sequence[float]) -> str:
    written = [Text(id="", label="", text=one.text) for one in values]
    cost = {one.text: sum(w * text_distance(one, other) for other, w in zip(written, weights, strict=True))
            for one in written}
    return min(cost, key=lambda text: (round(cost[text], 9), text))
