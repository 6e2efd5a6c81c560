"""Workflow: what becomes of a task's answers, as data: review levels with a share each, and adjudication.

label → level … level → settled, and the undecided → adjudication → settled. Which levels a task meets is drawn from a
hash, so that whoever asks again gets the same answer; its seed is the workflow's own and is shown to nobody, so that
nobody who labels knows which of their answers will be looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Set
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput

REVIEWS_MOST = 5
NAME_MOST = 60
ADJUDICATION = -1  # the level at which the undecided are settled
ANYBODY = 0  # the level of what is undecided where a project has neither a review level nor adjudication


class ReviewLevel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One look at a task's answers by somebody who has no part in them."""

    name: str
    share: float = 1.0  # of the tasks that come this far, above 0 and at most 1
    group_id: str = ""  # whose members alone may take it; empty: any reviewer
    level: int | None = None  # its number, given once and to no other level of the project; None: not saved yet


class Adjudication(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where one person sees all answers to an undecided task and settles it."""

    group_id: str = ""  # whose members alone may take it; empty: any reviewer


class Workflow(Struct, frozen=True, kw_only=True):
    """What follows on labelling, in its order."""

    reviews: tuple[ReviewLevel, ...] = ()
    adjudication: Adjudication | None = None  # None: the undecided go to the first review level
    levels_made: int = 0  # numbers that were given to levels so far, those of removed levels too
    seed: str = ""  # of the draws; random and secret

    def checked(self) -> Workflow:
        """With trimmed names; BadInput names the first part that cannot work."""
        if len(self.reviews) > REVIEWS_MOST:
            raise BadInput(f"A project has at most {REVIEWS_MOST} review levels.", where="reviews")
        reviews = tuple(_checked(one, i) for i, one in enumerate(self.reviews))
        for where, found in (("name", [one.name.casefold() for one in reviews]),
                             ("level", [one.level for one in reviews if one.level is not None])):
            if len(set(found)) < len(found):
                raise BadInput(f"Two review levels have the same {where}.", where=f"reviews.{where}")
        return msgspec.structs.replace(self, reviews=reviews)

    def following(self, before: Workflow, *, seed: str) -> Workflow:
        """As it comes into force after `before`: new levels have numbers that the project never used.

        seed: a random text, taken where the project has none so far.
        """
        made = before.levels_made
        known = {one.level for one in before.reviews}
        reviews = []
        for one in self.reviews:
            if one.level is not None and one.level not in known:
                raise BadInput(f"The project has no review level {one.level}.", where="reviews.level",
                               hint="Leave the number out for a new level.")
            reviews.append(one if one.level is not None else msgspec.structs.replace(one, level=made))
            made += one.level is None
        return Workflow(reviews=tuple(reviews), adjudication=self.adjudication, levels_made=made,
                        seed=before.seed or seed)

    def groups(self) -> set[str]:
        """The groups whose members alone may take some part of it."""
        asked = {one.group_id for one in self.reviews}
        return (asked | {self.adjudication.group_id} if self.adjudication is not None else asked) - {""}

    def find(self, level: int) -> ReviewLevel | Adjudication | None:
        """The review level of this number, or adjudication; None where the workflow has no such part."""
        if level == ADJUDICATION:
            return self.adjudication
        return next((one for one in self.reviews if one.level == level), None)

    def name_of(self, level: int) -> str:
        """A review level's name; empty for adjudication and for what there is not."""
        found = self.find(level)
        return found.name if isinstance(found, ReviewLevel) else ""

    def levels_for(self, groups: Set[str]) -> tuple[int, ...]:
        """The review levels that a reviewer in these groups may take; adjudication is not among them."""
        if not self.reviews:
            return (ANYBODY,)
        return tuple(one.level or 0 for one in self.reviews if not one.group_id or one.group_id in groups)

    def may_adjudicate(self, groups: Set[str]) -> bool:
        """Whether a reviewer in these groups may take what is undecided."""
        return self.adjudication is not None and (
            not self.adjudication.group_id or self.adjudication.group_id in groups)

    def level_of_undecided(self) -> int:
        """Where a task goes when its answers do not agree and no more are asked for."""
        if self.adjudication is not None:
            return ADJUDICATION
        return (self.reviews[0].level or 0) if self.reviews else ANYBODY

    def has_place(self, state: str, level: int) -> bool:
        """Whether a task in this state can be decided at this level, as the workflow is now."""
        if state == "undecided" and level == self.level_of_undecided():
            return True
        return level != ADJUDICATION and self.find(level) is not None


def _checked(one: ReviewLevel, place: int) -> ReviewLevel:
    name = one.name.strip()
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise BadInput(f"A review level has a name of at most {NAME_MOST} characters.", where=f"reviews.{place}.name")
    if not 0 < one.share <= 1:
        raise BadInput("The share of tasks that a level meets is above 0 and at most 1.",
                       where=f"reviews.{place}.share", hint="Remove the level for none.")
    return msgspec.structs.replace(one, name=name)


EACH_REVIEWED = Workflow(reviews=(ReviewLevel(name="Review", level=0),), levels_made=1)
NONE_REVIEWED = Workflow()


def encode_workflow(workflow: Workflow) -> bytes:
    """Its written form."""
    return msgspec.json.encode(workflow)


@lru_cache(maxsize=256)
def decode_workflow(raw: str | bytes) -> Workflow:
    """A workflow from its written form; the last 256 are kept."""
    return msgspec.json.decode(raw, type=Workflow)


class Draw(Struct, frozen=True, kw_only=True):
    """Whether a task meets a level, and with which probability it would have."""

    level: int
    share: float
    is_drawn: bool


class Stop(Struct, frozen=True, kw_only=True):
    """Where a task goes next, and what was drawn on the way there."""

    level: int | None  # None: nowhere, it is settled
    draws: tuple[Draw, ...] = ()  # of levels that not every task meets

    def details(self) -> dict[str, Any]:
        """What the event of the move says: the level, and each draw with its probability."""
        found: dict[str, Any] = {} if self.level is None else {"level": self.level}
        return {**found, "draws": [msgspec.structs.asdict(one) for one in self.draws]} if self.draws else found


class Course(Struct, frozen=True, kw_only=True):
    """One task's way through a version of its project's workflow."""

    workflow: Workflow
    version: int
    project_id: str
    task_id: str

    def start(self) -> Stop:
        """Where the task goes once its answers are in and agree."""
        return self._first_of(self.workflow.reviews)

    def after(self, level: int, been: Set[int] = frozenset()) -> Stop:
        """Where the task goes from a level. From one that is no more: to the first that it has not been at."""
        return Stop(level=None) if level == ADJUDICATION else self._first_of(self._rest(level, been))

    def above(self, level: int, been: Set[int] = frozenset()) -> int | None:
        """Where an escalated task goes, drawn or not: the next level, then adjudication; None: nobody is above."""
        if level == ADJUDICATION:
            return None
        rest = self._rest(level, been)
        if rest:
            return rest[0].level
        return ADJUDICATION if self.workflow.adjudication is not None else None

    def _rest(self, level: int, been: Set[int]) -> tuple[ReviewLevel, ...]:
        reviews = self.workflow.reviews
        place = next((i for i, one in enumerate(reviews) if one.level == level), None)
        if place is not None:
            return reviews[place + 1:]
        return tuple(one for one in reviews if one.level not in been)

    def _first_of(self, levels: tuple[ReviewLevel, ...]) -> Stop:
        draws: list[Draw] = []
        for one in levels:
            number = one.level or 0
            is_met = self.is_drawn(one)
            if one.share < 1:
                draws.append(Draw(level=number, share=one.share, is_drawn=is_met))
            if is_met:
                return Stop(level=number, draws=tuple(draws))
        return Stop(level=None, draws=tuple(draws))

    def is_drawn(self, level: ReviewLevel) -> bool:
        """Whether the task is in a level's share: the same for the same version, and level by level on its own."""
        text = f"{self.workflow.seed}/{self.project_id}/{self.task_id}/{level.level}/{self.version}"
        point = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        return point < level.share * 2**64
