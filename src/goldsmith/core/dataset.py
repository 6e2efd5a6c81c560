"""Datasets: what formats read and write, and what a version is made of."""

from __future__ import annotations

from msgspec import Struct, field

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData


class Record(Struct, frozen=True, kw_only=True):
    """One item with its objects by field name: the unit every format reads and writes."""

    item_id: str
    item: ItemData
    value: dict[str, tuple[AnnotatedObject, ...]] = field(default_factory=dict)
    split: str = ""  # "train", "val", "test" or empty


class Report(Struct, kw_only=True):
    """What a writer wrote and what the format could not hold, counted by loss."""

    records: int = 0
    objects: int = 0
    losses: dict[str, int] = field(default_factory=dict)

    def lose(self, what: str, count: int = 1) -> None:
        """Count `count` losses of the sort `what`."""
        self.losses[what] = self.losses.get(what, 0) + count
