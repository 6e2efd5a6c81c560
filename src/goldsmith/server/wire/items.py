"""Items and imports on the wire."""

from __future__ import annotations

from msgspec import Raw, Struct, field

from goldsmith.core.item import ItemData
from goldsmith.core.people.requirement import Requirement
from goldsmith.server.wire import Whole
from goldsmith.server.wire.work import SkillShown, StepShown, SureShown


class RejectedRow(Struct, frozen=True, kw_only=True):
    """What was not taken, where it stood and why."""

    index: int
    reason: str
    place: str = ""  # "photos/a.jpg" or "texts.csv:17"
    known: bool = False  # nothing is wrong with it: the same content was there already


class ItemsAdded(Struct, frozen=True, kw_only=True):
    """How many items were taken, and what was not; at most 1,000 rejections are listed, all are counted."""

    accepted: int
    rejected: list[RejectedRow]
    rejected_count: int = 0
    known: int = 0  # of the rejected: what was there already
    import_id: str = ""


class NewImport(Struct, frozen=True, kw_only=True):
    """Opens an import: all that is sent under its id belongs together."""

    name: str
    source: str = ""
    licence: str = ""  # empty: the workspace's
    basis: str = ""
    files: Whole = 0  # how many are to come, when known


class ImportRow(Struct, frozen=True, kw_only=True):
    """An import and how far it is."""

    import_id: str
    name: str
    state: str  # running, done, cancelled
    source: str
    licence: str
    basis: str
    files: int
    accepted: int
    known: int  # the same content was there already
    rejected: int
    is_seen: bool  # somebody has said that they saw what was rejected
    created_at: str
    updated_at: str


class SeenImports(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Imports whose rejections wait for nobody any more."""

    import_ids: tuple[str, ...]


class ImportList(Struct, frozen=True, kw_only=True):
    """The project's imports, newest first."""

    imports: list[ImportRow]


class ImportPage(ImportRow, frozen=True, kw_only=True):
    """One import with the start of its rejections."""

    rejections: list[RejectedRow]


class ItemRow(Struct, frozen=True, kw_only=True):
    """An item in the grid."""

    item_id: str
    task_id: str
    name: str
    item: ItemData
    state: str
    priority: int
    batch: str
    answers: int
    agreement: float | None
    updated_at: str
    value: Raw  # fields → objects of the settled answer, {} where there is none


class ItemPage(Struct, frozen=True, kw_only=True):
    """A page of the grid; `next` is the `after` of the following page."""

    items: list[ItemRow]
    next: str | None


class SimilarRow(ItemRow, frozen=True, kw_only=True):
    """An item, and how like the one asked for it is: the cosine of the two, from -1 to 1."""

    similarity: float


class EmbeddingState(Struct, frozen=True, kw_only=True):
    """How far the items of a project can be compared."""

    state: str  # none, running, done, cancelled, failed
    total: int = 0
    done: int = 0
    lacking: int = 0  # items that have nothing to be compared by
    error: str = ""
    predictor_id: str = ""  # the model by which they are compared; empty: what is built in
    model: str = ""  # its name
    texts: int = 0  # items with which a text typed by somebody can be compared
    created_at: str = ""
    updated_at: str = ""


class SimilarPage(Struct, frozen=True, kw_only=True):
    """The items most like the one asked for; none where that one has not been come to yet."""

    items: list[SimilarRow]
    next: str | None
    about: ItemRow | None  # the item that was asked for
    embedding: EmbeddingState


class NewEmbedding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begins to make a project's items comparable, or goes on with it."""

    predictor_id: str | None = None  # another model: all is made anew; "": what is built in; None: as it was


class AnswerRow(Struct, frozen=True, kw_only=True):
    """One answer to an item."""

    annotation_id: str
    person_id: str
    annotator: str
    state: str
    value: Raw
    schema_version: int
    guideline_version: int
    work_seconds: float | None
    created_at: str
    skill: SkillShown | None = None  # of its author, as measured; None: it was not


class CommentRow(Struct, frozen=True, kw_only=True):
    """A comment on an item, pinned to an object of an answer where it names one."""

    comment_id: str
    annotation_id: str
    object_id: str
    author: str  # their name; empty: an annotator, to other annotators
    text: str  # a mention in it is @[person_… Name]
    created_at: str
    role: str = ""  # of the author
    is_mine: bool = False
    person_id: str = ""  # the author, to reviewers and above


class NewComment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comment; it mentions people as @[person_…]. Pinned to an object of an answer where it names one."""

    text: str
    annotation_id: str = ""
    object_id: str = ""


class Thread(Struct, frozen=True, kw_only=True):
    """What was said about an item, oldest first, as far as the caller may see it."""

    item_id: str
    name: str
    comments: list[CommentRow]


class Mentionable(Struct, frozen=True, kw_only=True):
    """Somebody who may be mentioned."""

    person_id: str
    name: str
    role: str


class MentionableList(Struct, frozen=True, kw_only=True):
    """Who may be mentioned on an item."""

    people: list[Mentionable]


class ItemDetail(ItemRow, frozen=True, kw_only=True):
    """An item with where it came from and all that was said about it."""

    source: str
    licence: str
    basis: str
    group: str
    created_at: str
    excluded_reason: str
    undecided: list[str]
    probability: float | None  # that the value is right, by the skill of those who answered; None: not weighed
    level: int  # where it is in review: the level's number, -1 for adjudication
    level_name: str
    history: list[AnswerRow] = field(default_factory=list)
    path: list[StepShown] = field(default_factory=list)  # what became of it at each review level
    sure: list[SureShown] = field(default_factory=list)  # each object, where shapes were weighed by skill
    comments: list[CommentRow] = field(default_factory=list)


class ItemChange(Struct, frozen=True, kw_only=True):
    """What to change of these items; None keeps it. A reason excludes them, "" takes them back in."""

    item_ids: tuple[str, ...]
    priority: int | None = None
    batch: str | None = None
    excluded_reason: str | None = None
    requirement: Requirement | None = None  # what they ask of people, in place of what their batch or project does
    as_project: bool = False  # they ask for what the project does


class ItemsChanged(Struct, frozen=True, kw_only=True):
    """How many items were changed."""

    changed: int


class BatchRow(Struct, frozen=True, kw_only=True):
    """A batch and how far it is."""

    name: str
    tasks: int
    open: int
    in_review: int
    undecided: int
    settled: int
    excluded: int
    priority: int  # the highest of its tasks
    for_me: bool  # whether it holds a task that the caller may label now
    requirement: Requirement | None = None  # None: what the project asks for
    asks: str = ""  # the same in words


class BatchPage(Struct, frozen=True, kw_only=True):
    """A page of batches in order of name; `next` is the `after` of the following page."""

    batches: list[BatchRow]
    next: str | None


class BatchChange(Struct, frozen=True, kw_only=True):
    """What to change of all tasks of a batch; None keeps it. `after`: the `next` of the call before."""

    batch: str
    priority: int | None = None
    name: str | None = None  # the name of a batch that is there joins the two; "" takes the tasks out of any
    requirement: Requirement | None = None  # what its tasks ask for, those that join it later too
    as_project: bool = False  # its tasks ask for what the project does
    after: Whole = 0


class BatchChanged(Struct, frozen=True, kw_only=True):
    """How many tasks this call has changed; unless `next` is None, call again with it as `after`."""

    changed: int
    next: int | None


class PictureTiles(Struct, frozen=True, kw_only=True):
    """How a picture is cut; level 0 has its own pixels, each further one half as many on each axis."""

    is_ready: bool  # false: it is being cut, ask again; the rest is not known yet
    width_px: int = 0
    height_px: int = 0
    tile_px: int = 0
    levels: int = 0
    media_type: str = ""  # application/octet-stream: 16 bits a pixel, little-endian, row by row
    least: int = 0  # of a deep picture: its smallest and largest value, and the ends of its automatic window
    most: int = 255
    low: int = 0
    high: int = 255


class SegmenterRow(Struct, frozen=True, kw_only=True):
    """A model that can be shown where a thing is."""

    predictor_id: str
    name: str  # with its version


class HintIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place shown to a model: on the thing, or beside it; in pixels of the upright image."""

    x_px: float
    y_px: float
    is_beside: bool = False


class SegmentAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model is shown of a thing; nothing at all only makes the picture ready."""

    segmenter: str  # its predictor_id
    hints: list[HintIn] = []
    box: tuple[float, float, float, float] | None = None  # left, top, right, bottom


class SegmentOut(Struct, frozen=True, kw_only=True):
    """The pixels of the thing as a mask has them, and how sure the model is; no width: it found none."""

    x_px: int = 0
    y_px: int = 0
    width_px: int = 0
    height_px: int = 0
    rle: str = ""
    score: float = 0.0
