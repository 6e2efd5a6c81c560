"""One item: what is there, by the marks of a few people whose hands are known, and what that says of each of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.fusion.existence import probability_there
from goldsmith.quality.shapes.hands import (
    Floats,
    Hand,
    ShapeCounts,
    ShapeCrowd,
    missed_by_all,
    own_part,
    worth,
)
from goldsmith.quality.shapes.marks import Mark, Pair


class Thing(Struct, frozen=True, kw_only=True):
    """A group weighed. `label` is (labels,) how probable each label is, if it is there at all."""

    mark: Mark
    there: float  # the probability that it is there
    label: Floats

    @property
    def risk(self) -> float:
        """The probability that it is wrong to keep it with its most probable label, or to leave it out."""
        return self.there if self.there < 0.5 else 1 - self.there * float(self.label.max())


class WeighedShapes(Struct, frozen=True, kw_only=True):
    """What the answers to one shape field come to; `overlooked`: the share of things that all of them miss."""

    things: tuple[Thing, ...]
    overlooked: float

    @property
    def probability(self) -> float:
        """That everything is right: each thing, and that nothing is overlooked."""
        there = sum(one.there for one in self.things)
        missing = there * self.overlooked / max(1 - self.overlooked, 1e-6)
        return float(np.prod([1 - one.risk for one in self.things]) * np.exp(-missing))


def weigh_marks(crowd: ShapeCrowd, hands: Sequence[Hand], marks: Sequence[Mark], labels: Sequence[str], *,
                is_one: bool = False) -> WeighedShapes:
    """The things that these people marked; `hands` in the order of the answers. `is_one`: at most one is there.

    As answers to one item err together, each counts for less the more there are. A label that is not among `labels` is
    no vote for one.
    """
    counted = worth(len(hands), crowd.dependence)
    hit, alarm = (np.array([getattr(one, name) for one in hands]) for name in ("hit", "alarm"))
    there = [_cooled(probability_there(hit, alarm, [i in mark.members for i in range(len(hands))]), counted)
             for mark in marks]
    if is_one:
        odds = np.array([one / (1 - one) for one in there])
        there = (odds / (1 + odds.sum())).tolist()
    overlooked = missed_by_all(hit.tolist(), crowd.dependence)
    return WeighedShapes(overlooked=overlooked, things=tuple(
        Thing(mark=mark, there=one, label=_label(crowd, hands, mark, labels))
        for mark, one in zip(marks, there, strict=True)))


def _cooled(probability: float, power: float) -> float:
    held = min(max(probability, 1e-9), 1 - 1e-9)
    return float(1 / (1 + ((1 - held) / held) ** power))


def _label(crowd: ShapeCrowd, hands: Sequence[Hand], mark: Mark, labels: Sequence[str]) -> Floats:
    number = {name: i for i, name in enumerate(labels)}
    votes = [(i, number[one.label]) for i, one in mark.members.items() if one.label in number]
    if len(labels) == 1:
        return np.ones(1)
    if crowd.labels is None or not votes:
        return np.full(len(labels), 1 / len(labels))
    return weigh_item(crowd.labels, np.array([hands[i].confusion for i, _ in votes]), [vote for _, vote in votes])[0]


def counts_of(weighed: WeighedShapes, hands: Sequence[Hand], labels: Sequence[str]) -> list[ShapeCounts]:
    """What the item says of each who answered it. One answer alone says nothing of its author.

    Things that all of them missed are counted as well, as many as there are likely to be.
    """
    many, number = len(labels), {name: i for i, name in enumerate(labels)}
    cells = np.zeros((len(hands), many + 1, many + 1))
    places = np.zeros((len(hands), 3))
    if len(hands) > 1:
        unseen = weighed.overlooked / max(1 - weighed.overlooked, 0.05)
        for one in weighed.things:
            true = one.there * one.label
            for i in range(len(hands)):
                given = one.mark.members.get(i)
                cells[i, :many, many] += unseen * true + (true if given is None else 0)
                if given is not None and given.label in number:
                    cells[i, :many, number[given.label]] += true
                    cells[i, many, number[given.label]] += 1 - one.there
            places += one.there * own_places(one.mark.pairs, hands)
    return [ShapeCounts(cells=cells[i], placed=float(places[i, 0]), off=float(places[i, 1]), border=float(places[i, 2]))
            for i in range(len(hands))]


def own_places(pairs: Sequence[Pair], hands: Sequence[Hand]) -> Floats:
    """(answers, 3) of a group: 1 for who shares it with another, and the expected squares of distance and border."""
    found = np.zeros((len(hands), 3))
    for pair in pairs:
        for i, j in ((pair.a, pair.b), (pair.b, pair.a)):
            own, other = hands[i], hands[j]
            border = 0.0
            if pair.border is not None:
                # Before any border was measured both are taken to have an equal part.
                known = own.border is not None and other.border is not None
                border = (own_part((own.border or 0) ** 2, (other.border or 0) ** 2, pair.border**2) if known
                          else pair.border**2 / 2)
            found[i] += (1, own_part(own.noise**2, other.noise**2, pair.apart**2), border)
    shares = np.maximum(found[:, :1], 1)
    return np.asarray(found / shares)
