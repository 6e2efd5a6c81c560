"""Exams on the wire: as managers make them, and as they are taken."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from goldsmith.core.item import ItemData
from goldsmith.core.operation import Draft
from goldsmith.core.schema import LabelSchema
from goldsmith.server.wire import Whole
from goldsmith.server.wire.pay import PriceShown
from goldsmith.server.wire.work import DifferenceShown
from goldsmith.work.people.exams import ExamState, Mode


class TrainingTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What each answered item of a training earns, once a person; right or wrong."""

    amount_minor: Whole
    currency: str  # ISO 4217
    release_days: Whole = 0  # from the answer until the money is due
    project_id: str = ""  # whose budget pays; "": the workspace's budget for training


class ExamRules(Struct, frozen=True, kw_only=True):
    """What is set of an exam."""

    name: str
    skill: str  # what is granted to who passes
    mode: Mode = "exam"  # exam: nothing is told until the end; training: the known answer after each item
    text: str = ""  # Markdown, shown before it begins
    pass_percent: int = 80  # of the items that must be right
    tolerance: float = 0.2  # how far from the known answer an answer may be, in [0, 1)
    attempts_most: int | None = 3  # None: any number
    cool_down_seconds: int = 86_400  # between a failed attempt and the next
    valid_days: int | None = None  # None: the qualification does not expire
    pay: TrainingTerms | None = None  # of a training only; None: not paid


class NewExam(ExamRules, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An exam, with the schema and guideline of a project, or with a schema of its own."""

    project_id: str = ""
    schema: LabelSchema | None = None
    guideline: str = ""  # with a schema of its own
    item_ids: tuple[str, ...] = ()  # settled items of the project, to begin with
    draw: Whole = 0  # this many settled items at random besides


class ExamMade(Struct, frozen=True, kw_only=True):
    """The new exam's id, and how many items it has."""

    exam_id: str
    items: int


class ExamChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All the rules, and whether the exam is open; None keeps the state."""

    rules: ExamRules
    state: ExamState | None = None


class ExamRow(ExamRules, frozen=True, kw_only=True):
    """An exam in its manager's list."""

    exam_id: str
    state: ExamState
    created_at: str
    items: int
    attempts: int  # that ended
    passed: int


class ExamList(Struct, frozen=True, kw_only=True):
    """The workspace's exams, newest first."""

    exams: list[ExamRow]


class ExamItemRow(Struct, frozen=True, kw_only=True):
    """An item of an exam with its known answer, and how people fared with it."""

    exam_item_id: str
    name: str
    item: ItemData
    known: dict[str, Any]
    explanation: str
    answered: int
    right: int


class ExamPage(Struct, frozen=True, kw_only=True):
    """One exam as its manager sees it."""

    exam: ExamRow
    schema: LabelSchema
    guideline: str
    items: list[ExamItemRow]


class ImportedExamItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An item with its known answer."""

    item: ItemData
    known: dict[str, Any]
    name: str = ""
    explanation: str = ""


class NewExamItems(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settled items of a project, by id or drawn at random; or items that come with their answers. At most 500."""

    project_id: str = ""
    item_ids: tuple[str, ...] = ()
    draw: Whole = 0
    items: tuple[ImportedExamItem, ...] = ()


class ExamItemsAdded(Struct, frozen=True, kw_only=True):
    """How many items were added."""

    added: int


class ExamItemChange(Struct, frozen=True, kw_only=True):
    """Another known answer or explanation; None keeps it."""

    known: dict[str, Any] | None = None
    explanation: str | None = None


class ExamResult(Struct, frozen=True, kw_only=True):
    """One attempt of one person."""

    attempt_id: str
    person_id: str
    name: str
    email: str
    state: Literal["running", "passed", "failed"]
    answered: int
    right_answers: int
    total: int
    started_at: str
    ended_at: str | None


class ExamResults(Struct, frozen=True, kw_only=True):
    """A page of an exam's attempts, newest first; `next` is the `after` of the following page."""

    results: list[ExamResult]
    next: str | None


class ExamForMe(Struct, frozen=True, kw_only=True):
    """An exam as the caller sees it before they take it."""

    exam_id: str
    name: str
    skill: str
    mode: Mode
    text: str
    items: int
    pass_percent: int
    attempts_most: int | None
    attempts_used: int
    cool_down_seconds: int
    valid_days: int | None
    running_id: str  # the attempt that can be gone on with; "": none
    last_state: str  # passed or failed; "": the caller never ended one
    last_right: int
    last_total: int
    why_not: str  # why the caller cannot begin now; "": they can
    next_at: str | None  # from when they can
    price: PriceShown | None = None  # what an item earns that the caller has not answered before; None: not paid


class ExamsForMe(Struct, frozen=True, kw_only=True):
    """The exams that are open, and those that the caller has taken."""

    exams: list[ExamForMe]


class AskedItem(Struct, frozen=True, kw_only=True):
    """The item that is asked now, and what the caller has done on it so far."""

    position: int  # from 0
    name: str
    item: ItemData
    draft: Draft


class Feedback(Struct, frozen=True, kw_only=True):
    """In training, after an item was answered: what is known of it. `a` of a difference is the known answer."""

    position: int
    name: str
    item: ItemData
    is_right: bool
    known: dict[str, Any]
    own: dict[str, Any]
    differences: list[DifferenceShown]
    explanation: str


class AttemptOut(Struct, frozen=True, kw_only=True):
    """An attempt at an exam, as whoever takes it sees it."""

    attempt_id: str
    exam_id: str
    name: str
    skill: str
    mode: Mode
    schema: LabelSchema
    guideline: str
    state: Literal["running", "passed", "failed"]
    position: int  # how many items are answered
    total: int
    pass_percent: int
    right_answers: int | None  # None: not told yet
    asked: AskedItem | None  # None: the attempt has ended
    feedback: Feedback | None = None  # in training: of the item answered last
    expires_at: str | None = None  # of the qualification, where the attempt gave one that expires
    price: PriceShown | None = None  # what each item earns once, fixed when the attempt began; None: not paid
    earned_minor: int = 0  # what the items of this attempt have earned, those answered in earlier attempts included


class AttemptDraft(Struct, frozen=True, kw_only=True):
    """What was done so far on the item that is asked now."""

    position: Whole
    value: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sketch: dict[str, Any] | None = None
    operations: Whole = 0


class AttemptAnswer(Struct, frozen=True, kw_only=True):
    """The answer to the item that is asked now."""

    position: Whole
    value: dict[str, Any]
    work_seconds: float | None = None
