"""Figures on the wire: what a project's quality page shows, table by table."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class MatrixPerson(Struct, frozen=True, kw_only=True):
    """Somebody in the agreement matrix; `items` are those they share with another, counted by pair."""

    person_id: str
    name: str
    sort: str  # human or model
    items: int


class MatrixPair(Struct, frozen=True, kw_only=True):
    """The mean agreement of two people over the items that both answered, with its 95 % interval."""

    a: str
    b: str
    agreement: float
    low: float
    high: float
    items: int


class AgreementMatrix(Struct, frozen=True, kw_only=True):
    """Who agrees with whom, for at most 30 people; `people_in_all` answered items that another answered too."""

    people: list[MatrixPerson]
    pairs: list[MatrixPair]
    people_in_all: int


class AccuracyFigure(Struct, frozen=True, kw_only=True):
    """How often somebody is right, with the 95 % interval.

    skill: as measured from all answers together. settled: against what their items came to.
    """

    share: float
    low: float
    high: float
    answers: float  # that it rests on
    basis: Literal["skill", "settled"]


class PaceFigure(Struct, frozen=True, kw_only=True):
    """The median active seconds of an answer, with the 95 % interval from six timed answers on."""

    seconds: float
    low: float | None
    high: float | None
    timed: int  # answers that it rests on


class AnnotatorRow(Struct, frozen=True, kw_only=True):
    """One annotator of a project."""

    person_id: str
    name: str
    sort: str  # human or model
    answers: int
    returned: int
    accuracy: AccuracyFigure | None
    pace: PaceFigure | None


class AnnotatorList(Struct, frozen=True, kw_only=True):
    """Those with the most answers first, at most 200."""

    annotators: list[AnnotatorRow]


class ConfusionField(Struct, frozen=True, kw_only=True):
    """A field, and whether there are enough answers to say what is taken for what."""

    field: str
    basis: Literal["skill", "settled"]
    answers: int
    answers_needed: int
    is_measured: bool


class ConfusionPerson(Struct, frozen=True, kw_only=True):
    """Somebody whose answers in the field were counted, and the share of objects with the right label."""

    person_id: str
    name: str
    sort: str
    answers: int
    right: float | None  # None: nothing counted


class ConfusionMatrix(Struct, frozen=True, kw_only=True):
    """What one annotator, or all together, call what: `counts[true][given]`, in the order of `labels`.

    The label "" is no object, or an empty field. Counts are expected answers where the basis is skill.
    """

    fields: list[ConfusionField]
    field: str
    person_id: str  # "" is all together
    people: list[ConfusionPerson]
    labels: list[str]
    counts: list[list[float]]


class WrongShare(Struct, frozen=True, kw_only=True):
    """The share of settled items that is taken to be wrong, and what says so: an audit, the mean risk, or nothing."""

    basis: Literal["audit", "risk", "none"]
    share: float
    low: float | None
    high: float | None
    items: int


class CostRow(Struct, frozen=True, kw_only=True):
    """What one day or week cost and settled, in one currency, and what a correct item has cost up to its end."""

    start_at: str
    currency: str
    amount_minor: int
    settled: int
    amount_total: int
    settled_total: int
    per_correct: float | None  # minor units; None: nothing is settled yet
    low: float | None
    high: float | None


class CostFigures(Struct, frozen=True, kw_only=True):
    """What correct labels cost over time; each bin is so many days."""

    bin_days: int
    wrong: WrongShare
    rows: list[CostRow]


class VoteCount(Struct, frozen=True, kw_only=True):
    """How many chose a label; "" is leaving the field empty."""

    label: str
    votes: int


class UndecidedRow(Struct, frozen=True, kw_only=True):
    """An item whose answers settle nothing, and why."""

    item_id: str
    name: str
    batch: str
    reasons: list[str]  # each begins with its field
    answers: int
    agreement: float | None
    probability: float | None  # that the most probable value is right
    field: str  # the single choice most in doubt; "" where there is none
    votes: list[VoteCount]  # in that field, most first
    entropy: float | None  # of these votes, in bits
    updated_at: str


class UndecidedPage(Struct, frozen=True, kw_only=True):
    """A page of undecided items, and where the next begins."""

    items: list[UndecidedRow]
    next: int | None
