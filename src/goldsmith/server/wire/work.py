"""Work on the wire: leases, operations, answers, reviews, audits."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from goldsmith.core.item import ItemData
from goldsmith.core.operation import Draft, Json, Operation
from goldsmith.core.task.workflow import Adjudication, ReviewLevel
from goldsmith.server.wire import Whole
from goldsmith.server.wire.pay import PriceShown


class Besides(Struct, frozen=True, kw_only=True):
    """Leases that the caller holds already and does not ask for again (at most 8): how tasks are fetched ahead.

    `batch`: only tasks of this batch; empty: of any batch and of none.
    """

    besides: tuple[str, ...] = ()
    batch: str = ""


class PinnedComment(Struct, frozen=True, kw_only=True):
    """A comment, pinned to an object where it names one."""

    text: str
    annotation_id: str = ""
    object_id: str = ""


class Returned(Struct, frozen=True, kw_only=True):
    """Why a reviewer gave the answer back."""

    comment: str
    comments: list[PinnedComment]


class SuggestionOut(Struct, frozen=True, kw_only=True):
    """What a model predicted of the task; it is nobody's answer until its objects are taken over, with their ids."""

    person_id: str  # of the model
    name: str
    value: dict[str, list[Json]]
    scores: dict[str, float]  # how sure it is of an object, 0 to 1, by the object's id
    threshold: float  # from which score on one key takes all over, unless the annotator chose another


class DepartureShown(Struct, frozen=True, kw_only=True):
    """How far an answer is from a suggestion, in objects; its author may not have seen it."""

    annotation_id: str  # in an audit `own` or `dataset`
    kept: int  # of the suggestion, that the answer has alike
    moved: int  # that it has in another place, with another label or another attribute
    removed: int  # that it does not have
    added: int  # of the answer, that were not suggested


class SuggestionBeside(Struct, frozen=True, kw_only=True):
    """What a model predicted of a task, beside the answers to it; it is none of them."""

    person_id: str  # of the model
    name: str
    value: dict[str, list[Json]]
    scores: dict[str, float]  # how sure it is of an object, 0 to 1, by the object's id
    departures: list[DepartureShown]  # one an answer


class LeaseOut(Struct, frozen=True, kw_only=True):
    """A task to work on, until a time."""

    lease_id: str
    task_id: str
    item_id: str
    item: ItemData
    name: str
    fence: int  # send it with every call about this lease
    leased_until: str  # UTC, RFC 3339
    leased_until_us: int
    schema_version: int
    draft: Draft  # what the caller has done on it so far
    returned: Returned | None = None
    price: PriceShown | None = None  # what the answer earns, fixed when the lease began; None: not paid
    paid_seconds: float = 0.0  # active time of the caller's earlier answer to it, which counts along
    suggestions: list[SuggestionOut] = field(default_factory=list)  # what models predicted, where the project shows it


class Held(Struct, frozen=True, kw_only=True):
    """Proof that the lease is still the caller's."""

    fence: Whole


class StillHeld(Struct, frozen=True, kw_only=True):
    """Until when the lease now runs."""

    leased_until: str
    leased_until_us: int


class Operations(Held, frozen=True, kw_only=True):
    """Steps of the editor, in their order."""

    operations: tuple[Operation, ...]


class Acknowledged(StillHeld, frozen=True, kw_only=True):
    """The steps that are on the disk now."""

    acknowledged: tuple[str, ...]


class Answer(Held, frozen=True, kw_only=True):
    """A value under a lease: fields → objects."""

    value: dict[str, Any]
    work_seconds: float | None = None  # time the person worked on it, as the editor measured
    confidence: float | None = None  # how sure a model is of the whole value, 0 to 1; how it is scaled does not matter


class Submitted(Struct, frozen=True, kw_only=True):
    """The answer's id."""

    annotation_id: str


class Refusal(Held, frozen=True, kw_only=True):
    """Why a task is skipped."""

    reason: str


class ShapeSkillShown(Struct, frozen=True, kw_only=True):
    """How somebody draws the objects of a field, as measured."""

    field: str
    found: float  # the share of what is there that they mark
    imagined: float  # the share of their marks that are of nothing
    border: float | None  # how far their borders lie off, as a root mean square; None: not measured
    unit: str  # of `border`: px or characters
    things: int  # objects to find that this rests on


class MyShapesRow(Struct, frozen=True, kw_only=True):
    """How the caller draws in a project."""

    project_id: str
    project: str
    shapes: list[ShapeSkillShown]


class MyShapes(Struct, frozen=True, kw_only=True):
    """How the caller draws, project by project; only where enough objects were held against others'."""

    projects: list[MyShapesRow]


class SureShown(Struct, frozen=True, kw_only=True):
    """How sure an object is, by the skill of those who answered."""

    object_id: str
    probability: float  # that it is there with its label
    is_kept: bool  # it is in what the answers come to; else only in answers
    is_in_doubt: bool  # not sure enough for what the project may risk
    marked_as: dict[str, str]  # annotation_id → the object's id in that answer


class SkillShown(Struct, frozen=True, kw_only=True):
    """How often an annotator's answers in this project are right, as measured, and on how many that rests."""

    share: float  # in [0, 1]; of shapes each object counts
    answers: int
    shapes: list[ShapeSkillShown] = field(default_factory=list)  # how they draw, by field


class AnswerShown(Struct, frozen=True, kw_only=True):
    """One annotator's answer in a review; the annotator is a letter, not a name."""

    annotation_id: str
    annotator: str
    value: dict[str, Any]
    skill: SkillShown | None = None  # None: not measured


class StepShown(Struct, frozen=True, kw_only=True):
    """What became of a task at a review level."""

    what: Literal["drawn", "accepted", "fixed", "returned", "escalated", "excluded", "moved"]
    level: int  # -1: adjudication
    name: str  # the level's, as it was then
    share: float | None  # of a draw: its probability
    author: str  # who decided; empty in a review, where nobody is named, and where nobody did
    words: str
    created_at: str
    workflow_version: int


class DifferenceShown(Struct, frozen=True, kw_only=True):
    """Where two answers differ; `a` and `b` are annotation ids, "" is the merged answer."""

    a: str
    b: str
    field: str
    sort: Literal["missing", "extra", "label", "geometry", "attribute", "choice"]
    a_id: str | None
    b_id: str | None


class ReviewOut(Struct, frozen=True, kw_only=True):
    """A task to judge: all answers, and what they come to."""

    lease_id: str
    task_id: str
    item_id: str
    item: ItemData
    name: str
    fence: int
    leased_until: str
    leased_until_us: int
    why: Literal["review", "undecided", "escalated"]  # escalated: to adjudication, for a doubt
    reasons: list[str]  # why it is undecided
    level: int  # -1: adjudication
    level_name: str  # empty: adjudication, or the one review that a project without levels gives the undecided
    may_escalate: bool  # whether anybody is above
    probability: float | None  # that `merged` is right, by the skill of those who answered; None: not weighed
    sure: list[SureShown]  # each object, where shapes were weighed; empty elsewhere
    answers: list[AnswerShown]
    merged: dict[str, Any]
    agreement: float | None
    differences: list[DifferenceShown]
    comments: list[PinnedComment] = field(default_factory=list)  # said in earlier reviews
    path: list[StepShown] = field(default_factory=list)  # what became of it so far
    draft: Draft | None = None  # the caller's fix so far, made from `merged`; None: they have changed nothing
    price: PriceShown | None = None  # what the decision earns, fixed when the lease began; None: not paid
    suggestions: list[SuggestionBeside] = field(default_factory=list)  # of models that have no answer among these


class ReviewsWaiting(Struct, frozen=True, kw_only=True):
    """Reviews that wait, and why the caller is not given them; each counted up to 1,000."""

    waiting: int  # that nobody holds
    for_others: int  # of these: for a group, or for skills, that the caller does not have
    labelled: int  # of these: the caller labelled the task
    judged: int  # of these: the caller judged the task at another level
    skipped: int  # of these: the caller skipped the task
    with_others: int  # that another reviewer holds now


class Decision(Held, frozen=True, kw_only=True):
    """A reviewer's word: accepted, fixed (with a value), returned or escalated (with a comment).

    Who adjudicates may also exclude the item, as unanswerable, with a comment that says why.
    """

    decision: Literal["accepted", "fixed", "returned", "escalated", "excluded"]
    comment: str = ""
    comments: tuple[PinnedComment, ...] = ()
    value: dict[str, Any] | None = None
    annotation_ids: tuple[str, ...] = ()  # which answers go back; empty: all
    annotation_id: str = ""  # accepted: the answer that is taken as it is; empty: what they come to
    work_seconds: float | None = None  # time the reviewer worked on it, as the client measured


class Decided(Struct, frozen=True, kw_only=True):
    """What was decided."""

    decision: str


class LevelShown(ReviewLevel, frozen=True, kw_only=True):
    """A review level, and how many tasks wait at it."""

    group: str = ""  # the group's name
    tasks: int = 0


class AdjudicationShown(Adjudication, frozen=True, kw_only=True):
    """Adjudication, and how many tasks wait for it."""

    group: str = ""
    tasks: int = 0


class WorkflowPage(Struct, frozen=True, kw_only=True):
    """What becomes of a project's tasks, from the label step to settled."""

    version: int
    overlap: int  # answers that a task gets
    overlap_most: int  # where they do not agree
    stop_risk: float | None
    reviews: list[LevelShown]
    adjudication: AdjudicationShown | None  # None: the undecided go to the first review level
    elsewhere: int = 0  # tasks that are still at a level that is no more


class WorkflowChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A workflow to put in force; a level without a number is new. `version`: the one that it takes the place of."""

    version: Whole
    reviews: tuple[ReviewLevel, ...] = ()
    adjudication: Adjudication | None = None


class NewAudit(Struct, frozen=True, kw_only=True):
    """How many settled items to draw at random."""

    size: Whole


class AuditRow(Struct, frozen=True, kw_only=True):
    """A random sample that reviewers check blind."""

    audit_id: str
    size: int
    checked: int
    seed: int
    probability: float
    created_at: str
    wrong: int  # items with at least one error, among the checked
    error_rate: float | None
    low: float | None
    high: float | None


class AuditList(Struct, frozen=True, kw_only=True):
    """The project's audits, newest first."""

    audits: list[AuditRow]


class AuditAnswer(Answer, frozen=True, kw_only=True):
    """The auditor's own answer, given without seeing the dataset's."""


class AuditCompared(Struct, frozen=True, kw_only=True):
    """How the dataset's answer differs from the auditor's; the auditor says which differences are errors."""

    audit_seat_id: str
    item: ItemData
    dataset_value: dict[str, Any]
    own_value: dict[str, Any]
    differences: list[DifferenceShown]
    suggestions: list[SuggestionBeside] = field(default_factory=list)


class AuditVerdict(Struct, frozen=True, kw_only=True):
    """Which of the differences (by index) are errors of the dataset."""

    errors: tuple[int, ...]


class MyAnswer(Struct, frozen=True, kw_only=True):
    """One of the caller's own answers."""

    annotation_id: str
    task_id: str
    item_id: str
    name: str
    state: str
    created_at: str


class MyAnswers(Struct, frozen=True, kw_only=True):
    """The caller's last answers, newest first."""

    answers: list[MyAnswer]


class Said(Struct, frozen=True, kw_only=True):
    """A message of a conversation, as the models that answer are told it."""

    role: str
    text: str


class ReplyAsked(Held, frozen=True, kw_only=True):
    """What the field's models are to answer: the conversation so far, its last message last."""

    field: str
    parent: str  # id of the message that is answered
    messages: tuple[Said, ...]
    continues: str = ""  # reply_id of a reply that was cut: its model goes on where it ended; empty: a new reply


class ReplyShown(Struct, frozen=True, kw_only=True):
    """A reply as far as it has come. Which model writes it is not told."""

    reply_id: str
    parent: str
    asked: str  # alike for replies that were asked for at once
    shown: int  # its place among those, from 1, drawn by chance
    continues: str
    text: str
    finish: str  # stop, length, filtered, interrupted; empty: it still comes
    problem: str  # why it was interrupted, in words


class Replies(Struct, frozen=True, kw_only=True):
    """Replies, in the order in which they were asked for and are shown."""

    replies: list[ReplyShown]


class ModelSpent(Struct, frozen=True, kw_only=True):
    """What one version of a model's replies in conversations came to."""

    predictor_id: str
    model: str
    version: str
    replies: int
    interrupted: int
    tokens_in: int
    tokens_out: int
    cost_minor: float  # in the currency's smallest unit, by the prices that the model states; 0 where it states none
    currency: str


class ModelsSpent(Struct, frozen=True, kw_only=True):
    """What models said in a project's conversations, counted."""

    models: list[ModelSpent]


class ReplyPart(Struct, frozen=True, kw_only=True):
    """One line of the stream: what came of a reply, and whether it ended."""

    reply_id: str
    text: str
    is_whole: bool  # the text is all there is so far; else it is to be added
    finish: str
    problem: str
