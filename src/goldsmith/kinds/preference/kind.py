"""Preference: which of two responses is better by one criterion, how much, and in which order they were shown."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.preference.responses import check_keys, order_problems, shown_misfits
from goldsmith.kinds.rating.median import lower_median

STRENGTHS_MOST = 5
per_label = True
alike_within = 0.2  # the same response, however much better; see `distance`
measure = "the response preferred"


class Preference(AnnotatedObject, frozen=True, kw_only=True, tag="preference"):
    """The response preferred by the criterion `label`, by name; empty: neither.

    `strength` is 1 (slightly) … `strengths`, and 0 for a tie. `shown` holds both names, the first on the first side.
    """

    chosen: str
    strength: int
    strengths: int
    shown: tuple[str, ...]


class PreferenceSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which texts of an item are compared, and how they may be answered."""

    prompt: str = "prompt"  # data key of what was asked: Markdown, or JSON messages; empty: nothing is shown
    responses: tuple[str, ...] = ("response_a", "response_b")  # data keys; one alone holds a JSON list of texts
    tie: bool = True
    strengths: int = 1  # 1 … 5 degrees of better
    shuffled: bool = True  # the sides are drawn for each item

    def __post_init__(self) -> None:
        """Refuse keys and degrees that cannot work."""
        check_keys(self.responses)
        if len(self.responses) > 2:
            raise ValueError(f"Two responses are compared, not {len(self.responses)}; use a ranking for more.")
        if not 1 <= self.strengths <= STRENGTHS_MOST:
            raise ValueError(f"`strengths` is 1 to {STRENGTHS_MOST}, not {self.strengths}.")


value = Preference
settings = PreferenceSettings


def problems(value: Preference, item: ItemData) -> list[str]:
    """What is wrong with the preference on this item, in words."""
    found = choice_problems(value, item) + order_problems([value.chosen] if value.chosen else [], value.shown, 2)
    if len(value.shown) > 2:
        found.append("Two responses are compared.")
    if (value.strength == 0) != (value.chosen == "") or not 0 <= value.strength <= value.strengths:
        found.append("The strength is 0 for a tie, else 1 to `strengths`.")
    return found


def misfits(value: Preference, settings: PreferenceSettings) -> list[str]:
    """What is wrong with the preference under these settings, in words."""
    found = shown_misfits(value.shown, settings.responses)
    if not value.chosen and not settings.tie:
        found.append("One of the two has to be preferred.")
    if value.strengths != settings.strengths:
        found.append(f"The preference has {value.strengths} degrees, the field has {settings.strengths}.")
    return found


def distance(a: Preference, b: Preference) -> float:
    """At most 1/6 where the same response is preferred, 1/3 or more between a tie and one, 2/3 or more between both.

    The sides on which they were shown do not count. 1 for another criterion, asset, or other responses.
    """
    if (a.label, a.asset, sorted(a.shown)) != (b.label, b.asset, sorted(b.shown)):
        return 1.0
    return abs(_place(a) - _place(b)) / 2


def _place(one: Preference) -> float:
    """-1 (the first name in sorted order, as strongly as can be) … 0 (a tie) … 1 (the other)."""
    if not one.chosen:
        return 0.0
    far = 1.0 if one.strengths < 2 else 2 / 3 + (one.strength - 1) / (one.strengths - 1) / 3
    return -far if one.chosen == min(one.shown) else far


def merge(values: Sequence[Preference], weights: Sequence[float]) -> Preference:
    """What most weight prefers, as strongly as the weighted lower median of those who do; the rest from the first.

    Of equally heavy ones the first name in sorted order, a tie before all.
    """
    votes: dict[str, float] = {}
    for one, weight in zip(values, weights, strict=True):
        votes[one.chosen] = votes.get(one.chosen, 0.0) + weight
    chosen = min(votes, key=lambda name: (-votes[name], name))
    held = [(one.strength, weight) for one, weight in zip(values, weights, strict=True) if one.chosen == chosen]
    strength = round(lower_median(*zip(*held, strict=True)))
    return structs.replace(values[0], label=label_by_vote(values, weights), chosen=chosen, strength=strength)
