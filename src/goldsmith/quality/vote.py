"""Votes: what more than half of the answers say, and in words how they split where no half is won."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

Ballot = str | float | bool | None  # None: nothing was said


class Tally(Struct, frozen=True, kw_only=True):
    """Ballots counted; `counts` holds the most first, equals in the order of their words."""

    counts: tuple[tuple[Ballot, int], ...]
    total: int

    @property
    def is_decided(self) -> bool:
        """Whether one ballot has more than half of all."""
        return 2 * self.counts[0][1] > self.total

    @property
    def first(self) -> Ballot:
        """The ballot with most votes; where several have as many, the first by its words."""
        return self.counts[0][0]

    def text(self) -> str:
        """How the votes split: "2 of 4 chose good, 2 chose bad"."""
        (first, most), *others = self.counts
        rest = [f"{n} chose {_word(ballot)}" for ballot, n in others]
        return ", ".join([f"{most} of {self.total} chose {_word(first)}", *rest])


def tally(ballots: Sequence[Ballot]) -> Tally:
    """The ballots counted; at least one."""
    counted = Counter((type(one).__name__, one) for one in ballots)  # True and 1.0 are two ballots
    ordered = sorted(counted.items(), key=lambda entry: (-entry[1], _word(entry[0][1]), entry[0][0]))
    return Tally(counts=tuple((ballot, n) for (_, ballot), n in ordered), total=len(ballots))


def _word(ballot: Ballot) -> str:
    if ballot is None:
        return "nothing"
    if isinstance(ballot, bool):
        return "yes" if ballot else "no"
    return ballot if isinstance(ballot, str) else f"{ballot:g}"
