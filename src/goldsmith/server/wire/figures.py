"""Figures on the wire: what a project's quality page shows, table by table."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldsmith.server.wire.work import ShapeSkillShown


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
    shapes: list[ShapeSkillShown]  # how they draw, by field; empty: it was not measured


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


SignalSort = Literal["pace", "collapse", "copying", "model", "twins"]
SignalState = Literal["new", "dismissed", "noticed", "answered", "closed"]
Outcome = Literal["nothing_found", "agreed", "confirmed"]


class SignalExample(Struct, frozen=True, kw_only=True):
    """One item that shows it: what was given, what the other or most others gave, and the seconds of both.

    Of shapes: how many have the same coordinates, and how many the other drew.
    """

    item_id: str
    item: str
    given: str
    other: str
    seconds: float | None
    seconds_usual: float | None


class SignalEvidence(Struct, frozen=True, kw_only=True):
    """What a signal rests on: figures by name, how improbable they are in honest work, and examples."""

    p: float  # of honest work that looks at least so odd
    q: float  # the same, adjusted for all people and pairs of the project that were tested
    tests: int
    figures: dict[str, float]
    label: str
    examples: list[SignalExample]


class SignalRow(Struct, frozen=True, kw_only=True):
    """Something odd in somebody's answers, for a person to judge; it changes nothing by itself."""

    signal_id: str
    project_id: str
    person_id: str
    person: str
    other_id: str  # whom they are alike to; "" is everybody else
    other: str
    field: str  # "" is all of them
    sort: SignalSort
    strength: Literal["notable", "strong", "very_strong"]
    state: SignalState
    answers: int
    evidence: SignalEvidence
    words: str  # of the notice
    noticed_by: str  # a person_id
    answer: str  # the annotator's
    reason: str  # of the dismissal, or of the decision
    outcome: Literal["", "nothing_found", "agreed", "confirmed"]
    decided_by: str
    created_at: str
    noticed_at: str | None
    answered_at: str | None
    decided_at: str | None


class SignalPage(Struct, frozen=True, kw_only=True):
    """A page of signals, newest first; and when the answers were last looked at."""

    signals: list[SignalRow]
    next: str | None
    looked_at: str | None
    answers: int  # that were looked at
    tests: int  # people and pairs tested


class Dismissal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a signal is laid aside."""

    reason: str


class NoticeWords(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is said with a notice, or about one."""

    words: str


class Closing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a notice ends, with words for the annotator."""

    outcome: Outcome
    words: str


class Notice(Struct, frozen=True, kw_only=True):
    """A notice to the caller about their own answers, with its evidence; it names no other person."""

    signal_id: str
    project_id: str
    project: str
    field: str
    sort: SignalSort
    state: SignalState
    evidence: SignalEvidence
    words: str
    answer: str
    reason: str
    outcome: Literal["", "nothing_found", "agreed", "confirmed"]
    noticed_at: str
    answered_at: str | None
    decided_at: str | None


class NoticeList(Struct, frozen=True, kw_only=True):
    """The caller's notices, newest first."""

    notices: list[Notice]
