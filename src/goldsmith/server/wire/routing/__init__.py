"""Routing on the wire: what a project asks of people, quotas and hours, why tasks wait, models that answer alone."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from goldsmith.core.people.requirement import Requirement
from goldsmith.core.task import Preference, Stage
from goldsmith.server.wire.people import PersonRow
from goldsmith.work.consensus.auto_accept import Rule
from goldsmith.work.routing.rules import WorkRule


class GroupSize(Struct, frozen=True, kw_only=True):
    """A group of people, and how many they are."""

    group_id: str
    name: str
    members: int


class RoutingChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who may work in a project, how much and when; all of it is replaced, and counts from the next lease on."""

    requirement: Requirement = field(default_factory=Requirement)  # of tasks whose batch or item has no word of its own
    rules: tuple[WorkRule, ...] = ()  # each person's first, then groups'
    stages_apart: bool = False  # whether nobody gets two stages of one task: an auditor has not reviewed it either
    preference: Preference = ""  # who comes first where there is less work than people


class RoutingPage(RoutingChange, frozen=True, kw_only=True):
    """What is in force, and what there is in the workspace to choose from."""

    by_batch: dict[str, Requirement]  # batches that ask for something of their own
    groups: list[GroupSize]
    skills: list[str]  # that somebody has
    languages: list[str]  # that somebody speaks: tags in lower case
    countries: list[str]  # that somebody is in


class CandidateRow(Struct, frozen=True, kw_only=True):
    """Somebody who may have the tasks; `seen_at` is None where they never asked for work."""

    person_id: str
    name: str
    seen_at: str | None
    is_on: bool


class WaitingRow(Struct, frozen=True, kw_only=True):
    """Open work of one stage that asks for the same, and why it waits."""

    stage: Stage
    level: int  # of a review: its level, -1 for adjudication
    level_name: str  # of a review level; empty where the project has only one
    requirement: Requirement | None  # None: everybody may
    asks: str  # in words; empty: nothing
    open: int
    qualified: int
    on: int  # of those: seen in the last ten minutes
    people: list[CandidateRow]  # at most 20, who was seen last first
    why: str
    is_stuck: bool  # nobody who is on can take it now
    is_kept: bool = False  # each answer for one person, whom `why` names, and anybody's when that time is over


class WaitingPage(Struct, frozen=True, kw_only=True):
    """What waits for people."""

    waiting: list[WaitingRow]


class QuotaLeft(Struct, frozen=True, kw_only=True):
    """How many more answers a quota allows."""

    about: str  # "you", or the group's name
    is_daily: bool
    most: int
    left: int


class ForMe(Struct, frozen=True, kw_only=True):
    """What the caller may take of a project now."""

    qualifies: bool  # for something of it
    lacking: list[str]  # where not: what the project asks for that the caller lacks, in words
    opens_at: str | None  # when its hours begin for the caller; None: now
    why_not: str  # one sentence where nothing is handed out to the caller now; else empty
    quotas: list[QuotaLeft]
    is_draining: bool = False  # only tasks that somebody has begun are handed out
    preference: Preference = ""  # who comes first in the project where there is less work than people
    comes_first: bool = True  # False: others do for what is open now, until `again_at`
    kept_for_others: int = 0  # open answers that the caller may have when the time for which they are kept is over
    again_at: str | None = None  # when to ask again, if there is nothing now: others come first, or it is kept for them


class NewModel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that will answer through the queue."""

    model: str
    version: str
    price_minor: int | None = None  # for an answer, of the currency's smallest unit; None: not said
    currency: str = ""


class ModelMade(Struct, frozen=True, kw_only=True):
    """The model as an annotator, and its API key, which is shown once."""

    person: PersonRow
    key: str


class ModelPrice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an answer costs from now on."""

    price_minor: int | None
    currency: str = ""


class NewModelRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of a model before its answers may stand alone."""


class ModelRule(Struct, frozen=True, kw_only=True):
    """One model in a project: what is asked of it, and how far it has come."""

    person_id: str
    name: str
    has_rule: bool  # False: an annotator like any other; the rest is empty
    state: Literal["", "measuring", "refused", "running", "paused"] = ""
    error_rate: float = 0.0
    check_share: float = 0.0
    sample: int = 0
    least_sample: int = 0  # that this error rate needs
    bar: float | None = None  # the least confidence that stands
    checked: int = 0  # of the sample: so far, or at or above the bar
    wrong: int = 0
    error_most: float | None = None  # with 95 % certainty
    rechecked: int = 0  # since it runs, of the answers that could have stood
    rewrong: int = 0
    standing: int = 0  # tasks whose truth is its word alone
    since: str = ""  # when this state began


class ModelRules(Struct, frozen=True, kw_only=True):
    """The workspace's active models, as they stand in a project."""

    models: list[ModelRule]
