"""Deadlines and service levels on the wire."""

from __future__ import annotations

from msgspec import Struct


class DeadlineChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a batch, or the project (""), is to be settled; without `due_at` it has no deadline any more."""

    batch: str = ""
    due_at: str | None = None  # RFC 3339 with its offset
    zone: str = ""  # the IANA zone in which it is thought of, for showing it; empty: UTC
    urgent_first: bool = False  # of a batch: its tasks come before those that are due later


class DeadlineRow(Struct, frozen=True, kw_only=True):
    """A deadline, and whether it will be met at the pace of the last days."""

    batch: str  # empty: the project's own
    due_at: str
    zone: str
    urgent_first: bool
    standing: str  # on_time, at_risk, late, done or unknown
    left: int  # items that are not settled
    low_at: str | None  # four of five simulated futures are done between `low_at` and `high_at`
    mid_at: str | None
    high_at: str | None
    reason: str  # why there is no forecast
    chance: float | None  # of being settled in time
    late_days: float | None  # that it is late in the middle of all futures
    slow_stage: str | None  # label or review: what the rest waits for
    per_day: float | None  # answers, or reviews, that are done a day now
    people: int  # who do them
    more_per_day: int | None  # that are needed beyond these
    more_people: int | None


class DeadlinePage(Struct, frozen=True, kw_only=True):
    """The deadlines of a project, its own first; `is_moving`: tasks still wait for the priority of their date."""

    deadlines: list[DeadlineRow]
    is_moving: bool


class DeadlineChip(Struct, frozen=True, kw_only=True):
    """How a project stands, for a list: its own deadline, or else the batch that is in the most danger."""

    project_id: str
    batch: str
    due_at: str
    zone: str
    standing: str
    chance: float | None
    late_days: float | None


class DeadlineList(Struct, frozen=True, kw_only=True):
    """One for each project that has a deadline, in that of its batches too."""

    projects: list[DeadlineChip]


class Moving(Struct, frozen=True, kw_only=True):
    """Whether tasks still wait for the priority of their date: then ask for it once more."""

    is_moving: bool


class LevelHours(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a project promises, in hours; None: nothing."""

    settled: float | None = None  # from an item's arrival until it is settled
    review: float | None = None  # from the last answer until a reviewer has settled it
    answer: float | None = None  # from an appeal or a question until it is answered


class LateItem(Struct, frozen=True, kw_only=True):
    """An item that waits, and since when."""

    item_id: str
    name: str
    since_at: str
    due_at: str
    is_overdue: bool
    about: str  # the appeal or comment that waits; empty: the item


class LevelRow(Struct, frozen=True, kw_only=True):
    """How often a promise was kept in the last 7 and 30 days; what waits beyond its time counts as missed."""

    sort: str  # settled, review or answer
    hours: float
    kept_in_week: int
    missed_in_week: int
    kept_in_month: int
    missed_in_month: int
    waiting: int
    overdue: int
    oldest: list[LateItem]


class LevelPage(Struct, frozen=True, kw_only=True):
    """What a project promises, and how it keeps it; of a large one, as it was some seconds ago."""

    levels: list[LevelRow]
    at: str
