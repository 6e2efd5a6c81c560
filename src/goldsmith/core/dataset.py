"""Datasets: what formats read and write, and what a version is made of."""

from __future__ import annotations

from msgspec import Struct, field

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData


class Opinion(Struct, frozen=True, kw_only=True):
    """What somebody elsewhere said of an item: a person or a model of another tool."""

    by: str  # how they are called there
    value: dict[str, tuple[AnnotatedObject, ...]]  # objects by field name
    scores: dict[str, float] = field(default_factory=dict)  # how sure they are of an object, 0 to 1, by its id


class Record(Struct, frozen=True, kw_only=True):
    """One item with its objects by field name: the unit every format reads and writes."""

    item_id: str
    item: ItemData
    value: dict[str, tuple[AnnotatedObject, ...]] = field(default_factory=dict)
    split: str = ""  # "train", "val", "test" or empty
    predictions: tuple[Opinion, ...] = ()  # of models, where a file has them; none is a part of `value`


class Report(Struct, kw_only=True):
    """What a writer wrote and what the format could not hold, counted by loss."""

    records: int = 0
    objects: int = 0
    losses: dict[str, int] = field(default_factory=dict)

    def lose(self, what: str, count: int = 1) -> None:
        """Count `count` losses of the sort `what`."""
        self.losses[what] = self.losses.get(what, 0) + count
