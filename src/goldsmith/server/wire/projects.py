"""Projects on the wire: schema, guideline, terms, progress."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, field

from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.core.task import Preference
from goldsmith.core.task.workflow import Adjudication, ReviewLevel
from goldsmith.server.wire import Whole
from goldsmith.server.wire.pay import PriceShown
from goldsmith.work.setup.vocabularies.entries import RefusedEntry, VocabularyEntry


class NewProject(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project: its name, its label schema, how many answers an item gets, and whether they are reviewed."""

    name: str
    schema: LabelSchema
    overlap: int = 1
    overlap_most: int | None = None  # answers asked at most when they do not agree; None: overlap + 2
    review: bool = True
    # of shapes and single choices: answers are asked for until a label or an object is wrong with at most this
    # probability; None: majority
    stop_risk: float | None = None
    guideline: str = ""


class ProjectMade(Struct, frozen=True, kw_only=True):
    """The new project's id."""

    project_id: str


class ProjectChange(Struct, frozen=True, kw_only=True):
    """What to change; None keeps it. A new overlap counts for items that come after."""

    name: str | None = None
    overlap: int | None = None
    overlap_most: int | None = None
    review: bool | None = None
    stop_risk: float | None = None  # 0: none any more, a majority decides
    # open; draining: what was begun is finished, then it is paused; paused; or archived
    state: str | None = None


class Counts(Struct, frozen=True, kw_only=True):
    """Tasks by state, and the answers given."""

    items: int = 0
    open: int = 0
    in_review: int = 0
    undecided: int = 0
    settled: int = 0
    excluded: int = 0
    answers: int = 0


class ProjectRow(Struct, frozen=True, kw_only=True):
    """A project in the list."""

    project_id: str
    name: str
    state: str
    kinds: tuple[str, ...]
    overlap: int
    review: bool
    counts: Counts
    created_at: str


class ProjectList(Struct, frozen=True, kw_only=True):
    """The workspace's projects, newest first."""

    projects: list[ProjectRow]


class ProjectPage(ProjectRow, frozen=True, kw_only=True):
    """One project with all that a labelling view needs."""

    overlap_most: int
    stop_risk: float | None
    schema: LabelSchema
    schema_version: int
    guideline: str
    guideline_version: int
    price: PriceShown | None = None  # what an answer earns now; None: the project does not pay
    terms_version: int = 0  # what must be accepted before the first task; 0: nothing
    adjudicates: bool = False  # whether something undecided waits that the caller may be asked to settle
    preference: Preference = ""  # who comes first where there is less work than people
    left_to_finish: int | None = None  # begun tasks that are not settled; None: the project is not draining


class Template(Struct, frozen=True, kw_only=True):
    """A label schema to start from."""

    name: str
    title: str
    description: str
    medium: str  # image or text
    schema: LabelSchema
    sample: ItemData  # a text item to preview it with; pictures are previewed on a drawn scene
    guideline: str


class TemplateList(Struct, frozen=True, kw_only=True):
    """The templates that come along."""

    templates: list[Template]


class SchemaDraft(Struct, frozen=True, kw_only=True):
    """A schema to check or to put in force, as an object, as YAML or JSON text, or as a Label Studio configuration."""

    schema: LabelSchema | None = None
    text: str = ""
    accept_breaks: bool = False


class Break(Struct, frozen=True, kw_only=True):
    """What a new schema would break: answers that would no longer fit."""

    what: str
    answers: int
    item_ids: tuple[str, ...]  # some of the items, at most 5


class SchemaRemark(Struct, frozen=True, kw_only=True):
    """What became of a part of a Label Studio configuration that was not taken over as it is."""

    line: int
    tag: str
    sort: Literal["lost", "differs", "look"]  # not asked; asked in another way; only how it looked
    text: str


class SchemaCheck(Struct, frozen=True, kw_only=True):
    """Whether the schema can work, and what it would break."""

    schema: LabelSchema | None
    problems: list[str]
    breaks: list[Break]
    remarks: tuple[SchemaRemark, ...] = ()  # where the text was a Label Studio configuration
    schema_version: int | None = None  # set when it was put in force


class GuidelineText(Struct, frozen=True, kw_only=True):
    """The guideline in Markdown."""

    guideline: str


class GuidelineVersion(Struct, frozen=True, kw_only=True):
    """The version that now counts."""

    guideline_version: int


class DocumentRow(Struct, frozen=True, kw_only=True):
    """One version of a project's guideline or schema: which, from when on it counted, and who put it in force."""

    version: int
    created_at: str
    person_id: str
    author: str  # their name; empty for somebody who is gone


class DocumentPage(Struct, frozen=True, kw_only=True):
    """A page of versions, newest first; `next` is the `after` of the following page."""

    versions: list[DocumentRow]
    next: str | None


class GuidelineThen(DocumentRow, frozen=True, kw_only=True):
    """The guideline as it was in this version, in Markdown."""

    guideline: str


class SchemaThen(DocumentRow, frozen=True, kw_only=True):
    """The label schema as it was in this version."""

    schema: LabelSchema


class WorkflowThen(DocumentRow, frozen=True, kw_only=True):
    """The workflow as it was in this version."""

    reviews: tuple[ReviewLevel, ...]
    adjudication: Adjudication | None


class BurnUpPoint(Struct, frozen=True, kw_only=True):
    """How many items were settled and answers given until this time."""

    at: str
    settled: int
    answers: int


class ForecastSpan(Struct, frozen=True, kw_only=True):
    """When the rest will be settled, with a 80 % band."""

    low_at: str
    mid_at: str
    high_at: str


class Throughput(Struct, frozen=True, kw_only=True):
    """One annotator's pace and agreement with the others."""

    person_id: str
    name: str
    answers: int
    answers_per_hour: float | None
    answers_per_hour_low: float | None
    answers_per_hour_high: float | None
    median_seconds: float | None
    agreement: float | None
    agreement_low: float | None
    agreement_high: float | None
    returned: int
    sort: str = "human"  # or model


class PairAgreement(Struct, frozen=True, kw_only=True):
    """How well two annotators agree on the items that both answered."""

    a: str  # person ids
    b: str
    agreement: float
    items: int


class CoefficientFigure(Struct, frozen=True, kw_only=True):
    """A coefficient of agreement of a field beside alpha, with its interval; `reason` where it is undefined."""

    name: Literal["cohen", "fleiss", "gwet"]
    value: float | None
    low: float | None
    high: float | None
    reason: str


class AgreementFigure(Struct, frozen=True, kw_only=True):
    """Krippendorff's alpha of a field, with its interval; `reason` where it is undefined.

    `others` are measured of a single choice only.
    """

    field: str
    alpha: float | None
    low: float | None
    high: float | None
    items: int
    reason: str
    others: list[CoefficientFigure]


class Progress(Struct, frozen=True, kw_only=True):
    """What the overview draws."""

    counts: Counts
    series: list[BurnUpPoint]
    forecast: ForecastSpan | None
    forecast_reason: str  # why there is none
    agreement: list[AgreementFigure]
    pairs: list[PairAgreement]
    people: list[Throughput]
    waiting: list[Waiting] = field(default_factory=list)


class Waiting(Struct, frozen=True, kw_only=True):
    """Work that waits for a decision."""

    what: str  # "review", "undecided", "adjudication", "rejected", "returned"
    why: str
    level: str  # the review level's name, where it waits at one of several
    items: int
    oldest_at: str | None


# ---- terms, by version, and their acceptance ----


class TermsText(Struct, frozen=True, kw_only=True):
    """The terms in Markdown; an empty text asks nobody for anything."""

    terms: str


class TermsVersion(Struct, frozen=True, kw_only=True):
    """The newest version."""

    terms_version: int


class TermsThen(DocumentRow, frozen=True, kw_only=True):
    """The terms as they were in this version, in Markdown."""

    terms: str


class TermsPage(Struct, frozen=True, kw_only=True):
    """The newest terms, and what the caller accepted last."""

    version: int  # 0: the project never had terms
    terms: str
    is_needed: bool  # the caller gets no task before they accept this version
    accepted_version: int | None
    accepted_at: str | None


class TermsAccepted(Struct, frozen=True, kw_only=True):
    """The version that the caller has read and accepts."""

    version: Whole


class VocabularyRow(Struct, frozen=True, kw_only=True):
    """A vocabulary: how much is in it, and which projects ask from it."""

    vocabulary_id: str
    name: str
    entries: int
    projects: list[str]  # by name
    updated_at: str


class VocabularyList(Struct, frozen=True, kw_only=True):
    """The workspace's vocabularies, by name."""

    vocabularies: list[VocabularyRow]


class VocabularyText(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a new vocabulary is called."""

    name: str


class VocabularyMade(Struct, frozen=True, kw_only=True):
    """The id of a new vocabulary."""

    vocabulary_id: str


class EntriesReplaced(Struct, frozen=True, kw_only=True):
    """How many entries are in force now, and the first lines of the file that were not taken."""

    entries: int
    refused: int
    refused_listed: list[RefusedEntry]  # a thousand at most


class EntryList(Struct, frozen=True, kw_only=True):
    """Entries of a vocabulary that were looked for, the best first."""

    entries: list[VocabularyEntry]
