"""Models that predict on the wire: how each is reached, how it is, and what it says of one item."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from goldsmith.server.wire import Whole


class NewPredictor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model that Goldsmith will ask itself."""

    name: str
    version: str
    sort: str  # openai, label_studio, onnx or quick, or one from elsewhere
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
    lacks: str = ""  # what is to be installed first; empty: nothing


class PredictorList(Struct, frozen=True, kw_only=True):
    """The workspace's models that predict, and the sorts that there are."""

    predictors: list[PredictorRow]
    sorts: list[PredictorSort]


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
