"""The annotator pool: who answered a dataset version, as far as it can be told without showing who anybody is.

People have pseudonyms. What they said of themselves (country, languages) is given only as a number of people, and only
where at least PEOPLE_LEAST share it; what is left over is summed up, and where that sum would itself be of fewer
people, the smallest group that is shown goes into it, so that nothing can be found by subtracting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import Struct

PEOPLE_LEAST = 5
LISTED_MOST = 200
QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
TOO_FEW = f"fewer than {PEOPLE_LEAST} people"


class PoolMember(Struct, frozen=True, kw_only=True):
    """A person by the name that the manifest has for them, and how many items of the version they answered."""

    pseudonym: str
    answers: int


class Quantiles(Struct, frozen=True, kw_only=True):
    """How a figure is spread over people: a tenth of them is below `tenth`, half below `half`, and so on."""

    people: int
    tenth: float
    quarter: float
    half: float
    three_quarters: float
    nine_tenths: float


class GroupCount(Struct, frozen=True, kw_only=True):
    """People who share something, PEOPLE_LEAST at least; "" for all who are in no group that is shown."""

    name: str
    people: int


class AnnotatorPool(Struct, frozen=True, kw_only=True):
    """The people who answered the items of a version."""

    people: int
    members: tuple[PoolMember, ...]  # who answered most first; LISTED_MOST at most
    unlisted: int  # people who are not in `members`
    answers: Quantiles | None  # by person; None with fewer than PEOPLE_LEAST
    skill: Quantiles | None  # the share of right answers as it was measured, by person
    skill_reason: str  # why there is none; else empty
    countries: tuple[GroupCount, ...]
    languages: tuple[GroupCount, ...]  # who speaks several counts in each


def spread(values: Sequence[float]) -> Quantiles | None:
    """The quantiles over people; None for fewer than PEOPLE_LEAST, of whom they would tell too much."""
    if len(values) < PEOPLE_LEAST:
        return None
    tenth, quarter, half, three_quarters, nine_tenths = (float(one) for one in np.quantile(values, QUANTILES))
    return Quantiles(people=len(values), tenth=tenth, quarter=quarter, half=half, three_quarters=three_quarters,
                     nine_tenths=nine_tenths)


def shown_groups(people_by_group: Mapping[str, int]) -> tuple[GroupCount, ...]:
    """The groups that may be told, the largest first, and all others as one; nothing where that cannot be.

    People without an answer are the group "".
    """
    left = people_by_group.get("", 0)
    named = sorted(((name, n) for name, n in people_by_group.items() if name and n), key=lambda one: (-one[1], one[0]))
    shown = [one for one in named if one[1] >= PEOPLE_LEAST]
    left += sum(n for _, n in named if n < PEOPLE_LEAST)
    while shown and 0 < left < PEOPLE_LEAST:
        left += shown.pop()[1]
    groups = tuple(GroupCount(name=name, people=n) for name, n in shown)
    return (*groups, GroupCount(name="", people=left)) if groups and left else groups


def make_pool(answers: Mapping[str, int], *, skill: Sequence[float], skill_reason: str, countries: Mapping[str, int],
              languages: Mapping[str, int]) -> AnnotatorPool:
    """The pool of these people: pseudonym → items answered; `skill` in any order, one for each who was measured."""
    ordered = sorted(answers.items(), key=lambda one: (-one[1], one[0]))
    measured = spread(skill)
    return AnnotatorPool(
        people=len(ordered), unlisted=max(0, len(ordered) - LISTED_MOST),
        members=tuple(PoolMember(pseudonym=name, answers=n) for name, n in ordered[:LISTED_MOST]),
        answers=spread([float(n) for n in answers.values()]), skill=measured,
        skill_reason="" if measured is not None else skill_reason or TOO_FEW,
        countries=shown_groups(countries), languages=shown_groups(languages))
