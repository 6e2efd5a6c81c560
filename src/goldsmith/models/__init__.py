"""Models: who predicts. Each folder is one sort of them, and offers what `Sort` names.

Built-in sorts are the folders beside this file; sorts from elsewhere come by the entry-point group `goldsmith.models`.
A sort knows nothing of kinds or of the database: what it needs of them it gets as an argument.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol

from msgspec import Struct

from goldsmith.core.errors import GoldsmithError
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema

ENTRY_POINT_GROUP = "goldsmith.models"
Json = dict[str, Any]


class NotReached(GoldsmithError):
    """The model gave no usable answer; the text says why. Another try may go better."""

    code, status = "model_not_reached", 502
    tokens_in = tokens_out = 0  # what was paid for all the same


class Closed(NotReached):
    """The model will answer no other item either, until somebody changes something."""


class Sample(Struct, frozen=True, kw_only=True):
    """One item that is to be predicted."""

    item_id: str
    item: ItemData


class Asked(Struct, frozen=True, kw_only=True):
    """What is asked of each item: the fields, and how an object of each kind is written."""

    schema: LabelSchema
    guideline: str = ""
    shapes: dict[str, Json] = {}  # JSON schema of an object, by kind; references inside it are resolved


class Prediction(Struct, frozen=True, kw_only=True):
    """What a model says of one item: objects by field as plain values, checked by whoever asked."""

    value: dict[str, list[Json]]
    scores: dict[str, float] = {}  # how sure it is of an object, 0 to 1, by the object's id; absent: not said
    shares: dict[str, dict[str, float]] = {}  # by field: how probable each label is, where it says so
    tokens_in: int = 0
    tokens_out: int = 0


class Refused(Struct, frozen=True, kw_only=True):
    """An item without a prediction, and why."""

    reason: str
    tokens_in: int = 0
    tokens_out: int = 0


Answer = Prediction | Refused


class Backend(Protocol):
    """One model, ready to be asked; used by one thread at a time."""

    def check(self) -> str:
        """What the model says of itself (its version, or how many classes it knows); NotReached where it is not there.
        """

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """One answer for each sample, in their order. NotReached where none of them could be asked."""


class Embedder(Protocol):
    """A model that says of items what they are like."""

    name: str  # no other model has it: what two models say is never compared

    def embed(self, items: Sequence[ItemData]) -> list[Any]:
        """A row of numbers (d,) for each item, of length 1; None where it has nothing that the model looks at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """What a sort may use beside its settings."""

    secret: str  # the key that the address asks for; empty: none
    read: Callable[[str], bytes]  # the bytes of an asset, or of a model's file, by SHA-256
    small: Callable[[str], bytes] | None = None  # a picture upright and made small, by SHA-256; None: as it is
    is_stopped: Callable[[], bool] = lambda: False  # whether nobody waits for the answer any more
    trained: bytes = b""  # what the model has learnt here; empty: nothing yet
    embedder: Embedder | None = None  # another model, by which it sees items
    recall: Callable[[str, str], bytes | None] = lambda sha256, name: None  # what was made of an asset's bytes before
    keep: Callable[[str, str, bytes], None] = lambda sha256, name, made: None  # it can be made again


class Example(Struct, frozen=True, kw_only=True):
    """An item whose answer is known: labels by field."""

    item: ItemData
    labels: dict[str, tuple[str, ...]]


class Lesson(Struct, frozen=True, kw_only=True):
    """An item with its whole answer, for models that are taught elsewhere: objects by field as plain values."""

    item_id: str
    item: ItemData
    value: dict[str, list[Json]]


class Taught(Struct, frozen=True, kw_only=True):
    """What became of lessons that were sent."""

    sent: int  # of them
    says: str  # what the other side answered, in short


@dataclass(frozen=True, kw_only=True, slots=True)
class Sort:
    """What the module of a sort offers."""

    settings: type[Struct]  # what a manager says of a model of this sort; its __post_init__ refuses nonsense
    open: Callable[[Any, Access], Backend]
    address: Callable[[Any], str]  # where its secret is sent to; empty: nowhere
    at_once: int  # samples in one call of `predict`
    train: Callable[[Any, Sequence[Example], Access], bytes] | None  # where it learns here: its weights
    teach: Callable[[Any, Sequence[Lesson], Asked, Access], Taught] | None  # where it learns elsewhere
    cost: Callable[[Any, int, int], tuple[float, str]] | None  # of tokens in and out: in the smallest unit, of which
    lacks: Callable[[], str]  # what is to be installed before one can be opened; empty: nothing
    is_asked: bool  # whether one can be added and asked; else all that it says came with an import
    is_tried_first: bool  # whether one is only kept, and its settings only changed, when it was found well


def _modules() -> Iterator[tuple[str, Any]]:
    for found in pkgutil.iter_modules(__path__):
        if found.ispkg:
            yield found.name, import_module(f"{__name__}.{found.name}.model")
    for point in entry_points(group=ENTRY_POINT_GROUP):
        yield point.name, point.load()


def _find_sorts() -> dict[str, Sort]:
    found: dict[str, Sort] = {}
    for name, m in _modules():
        if name in found:
            raise RuntimeError(f"Two modules define the sort of model {name!r}; the second is {m.__name__}.")
        found[name] = Sort(settings=m.settings, open=m.open_model, address=getattr(m, "address", lambda settings: ""),
                           at_once=getattr(m, "AT_ONCE", 8), train=getattr(m, "train", None),
                           teach=getattr(m, "teach", None), cost=getattr(m, "cost", None),
                           lacks=getattr(m, "lacks", lambda: ""),
                           is_asked=getattr(m, "is_asked", True),
                           is_tried_first=getattr(m, "IS_TRIED_FIRST", False))
    return found


SORTS: dict[str, Sort] = _find_sorts()
