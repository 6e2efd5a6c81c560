"""What an operator offers. Three sorts: what decides about a row, what compares rows, what finds parts of a text.

Neither reads files, knows how many rows there are or where they lie: a driver does, and brings the same decisions from
the same rows whichever it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, runtime_checkable

import msgspec

from goldsmith.curate._words import Numbers, Sets


class Decision(NamedTuple):
    """About one row; `score` is what the operator measured, from 0 to 1 unless its README says otherwise."""

    keep: bool
    reason: str  # empty where the row is kept
    score: float | None


class Find(NamedTuple):
    """A part of a text: from `start` to `end`, in code points, and what it is."""

    start: int
    end: int
    type: str


class Operator(Protocol):
    """What all sorts have."""

    name: str
    version: str  # another one where the same row may be decided otherwise
    title: str  # for people
    Settings: type[msgspec.Struct]


@runtime_checkable
class RowOperator(Operator, Protocol):
    """Decides about each row alone."""

    def decide(self, texts: Sequence[str], settings: Any) -> list[Decision]:
        """A decision for each text."""


@runtime_checkable
class GroupOperator(Operator, Protocol):
    """Finds rows that are the same or alike, and keeps one of each cluster."""

    def features(self, texts: Sequence[str], settings: Any) -> Sets:
        """What of each text is compared."""

    def keys(self, features: Sets, settings: Any) -> Numbers:
        """(rows, n): rows that share a key in the same column are compared; 0 is no key."""

    def similarity(self, a: Numbers, b: Numbers, settings: Any) -> float:
        """From 0 to 1, exactly; both are features of one row, each once and in rising order."""

    def least(self, settings: Any) -> float:
        """Rows at least so similar are of one cluster."""


@runtime_checkable
class FindOperator(Operator, Protocol):
    """Finds parts of texts, and says what may stand in their place; every row is kept."""

    def find(self, texts: Sequence[str], settings: Any) -> list[list[Find]]:
        """In each text, in their order; no two overlap."""

    def stand_in(self, found: Find, value: str, settings: Any) -> str:
        """What is written in place of the found part, whose text is `value`."""
