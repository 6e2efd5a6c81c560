"""Models that predict on the wire: how each is reached, how it is, and what it says of one item."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct, field

from goldsmith.server.wire import Whole
from goldsmith.work.routing.predicting.suggestions import Suggesting


class NewPredictor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that Goldsmith will ask itself."""

    name: str
    version: str
    sort: str  # openai, label_studio, onnx, segmenter, rules or quick, or one from elsewhere
    settings: dict[str, Any] = field(default_factory=dict)  # the sort says what they may hold
    secret: str = ""  # the key that its address asks for; it is sealed, and never shown again
    price_minor: Whole | None = None  # of an answer, in the currency's smallest unit; None: not said
    currency: str = ""


class PredictorChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to be different; what is left out stays."""

    settings: dict[str, Any] | None = None
    version: str | None = None  # another version is another model, measured on its own
    secret: str | None = None  # empty: none any more


class PredictorRow(Struct, frozen=True, kw_only=True):
    """A model that predicts; its key is never told, only whether it has one."""

    predictor_id: str
    person_id: str  # as an annotator: what it answered, and its rule in a project, go by this
    name: str
    version: str
    sort: str
    settings: dict[str, Any]
    has_secret: bool
    created_at: str
    checked_at: str | None  # when it was last asked how it is
    latency_ms: float | None
    says: str  # what it said of itself
    error: str  # empty: it was well
    price_minor: int | None = None
    currency: str = ""


class PredictorSort(Struct, frozen=True, kw_only=True):
    """A sort of model that there is."""

    name: str
    is_trained_here: bool
    is_taught: bool  # whether answers can be sent to it, from which it learns where it is
    lacks: str = ""  # what is to be installed first; empty: nothing


class PredictorList(Struct, frozen=True, kw_only=True):
    """The workspace's models that predict, and the sorts that there are."""

    predictors: list[PredictorRow]
    sorts: list[PredictorSort]


class ModelFile(Struct, frozen=True, kw_only=True):
    """A model's file as it is kept."""

    sha256: str
    size_bytes: int


class Tried(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item to be predicted now; nothing is kept."""

    project_id: str
    item_id: str = ""  # empty: the project's newest


class TryAnswer(Struct, frozen=True, kw_only=True):
    """What the model says of the item."""

    item_id: str
    name: str
    value: dict[str, Any]
    scores: dict[str, float]  # by object id
    doubt: float | None
    seconds: float
    tokens_in: int = 0
    tokens_out: int = 0
    cost_minor: float = 0.0  # of the tokens, by the prices that were stated
    currency: str = ""
    error: str = ""  # why there is no answer; empty: there is


class SuggestingForm(Suggesting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which models' predictions annotators see, and whether these order the queue; all of it is replaced."""


class SuggestionFigures(Struct, frozen=True, kw_only=True):
    """What became of a model's suggestions: of those that annotators saw, and how right it was where they did not."""

    person_id: str
    name: str
    items: int  # that have a suggestion of it now
    shown: int = 0  # answers by people who saw it
    taken: int = 0  # objects of these, as they were
    changed: int = 0
    dropped: int = 0
    added: int = 0  # objects of the answers besides
    blind: int = 0  # answers by people who did not see it
    alike: int = 0  # of those: no farther from it than the project's tolerance for gold
    distance: float | None = None  # of those, on average, from 0 to 1


class OrderState(Struct, frozen=True, kw_only=True):
    """How the queue is ordered by what models learn."""

    waiting: int  # tasks that were put before the others and are open
    updated_at: str | None  # when they were chosen


class UseTaken(Struct, frozen=True, kw_only=True):
    """Calls to a model, and what they took."""

    calls: int
    failed: int  # of these, without an answer that can be used
    tokens_in: int
    tokens_out: int
    cost_minor: float  # in the currency's smallest unit


class ModelUse(Struct, frozen=True, kw_only=True):
    """What a model's calls came to in a project, for one use of it."""

    predictor_id: str
    name: str  # empty: not known any more
    version: str  # empty: from before versions were counted apart
    purpose: Literal["run", "reply", "training", "trial"]
    currency: str  # empty: it states no prices
    month: UseTaken  # this month, of UTC
    all: UseTaken


class ModelSpending(Struct, frozen=True, kw_only=True):
    """What models cost a project."""

    counted_minor: float | None  # what counts against the limit so far; None: there is none
    uses: list[ModelUse]


class SuggestionPage(Struct, frozen=True, kw_only=True):
    """A project's suggestions: what is in force, and what came of it."""

    suggesting: Suggesting
    figures: list[SuggestionFigures]
    order: OrderState
    spending: ModelSpending


class NewRun(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that is to go through the open items."""

    predictor_id: str
    sort: Literal["suggest", "answer"] = "suggest"  # as suggestions, or as an annotator that takes seats of the queue
    batch: str = ""  # only this one; empty: all


class TeachingForm(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model to which the project's answers are to be sent."""

    predictor_id: str


class Teaching(Struct, frozen=True, kw_only=True):
    """What became of the answers that were sent."""

    sent: int
    left_out: int  # older ones, or ones whose pictures would have been too much for one call
    says: str  # what the model answered, in short


class RunFailure(Struct, frozen=True, kw_only=True):
    """An item without a prediction."""

    item_id: str
    name: str
    reason: str  # empty: it is to be tried again
    tries: int


class RunRow(Struct, frozen=True, kw_only=True):
    """A model's way through a project's items."""

    run_id: str
    predictor_id: str
    name: str
    sort: Literal["suggest", "answer"]
    state: Literal["running", "done", "cancelled", "failed", "paused"]  # paused: the project's limit of cost was met
    is_stalled: bool  # running, but its process is gone; another takes it up within seconds
    batch: str
    total: int  # items that were open when it began
    done: int
    failed: int
    tokens_in: int
    tokens_out: int
    cost_minor: float
    currency: str
    error: str
    created_at: str
    updated_at: str
    failures: list[RunFailure] = field(default_factory=list)  # of one run, the first 100


class RunList(Struct, frozen=True, kw_only=True):
    """The newest runs of a project."""

    runs: list[RunRow]
