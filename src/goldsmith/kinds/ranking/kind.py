"""Ranking: an order of an item's responses by one criterion, from best to worst, in which some may be equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.item import ItemData
from goldsmith.kinds.choice.kind import label_by_vote
from goldsmith.kinds.choice.kind import problems as choice_problems
from goldsmith.kinds.preference.responses import check_keys, order_problems, shown_misfits

ALL_ORDERS_MOST = 7  # responses of which every order is tried; 5,040 orders
per_label = True
alike_within = 0.25
measure = "pairs in the same order (Kendall)"
Order = tuple[tuple[str, ...], ...]


class Ranking(AnnotatedObject, frozen=True, kw_only=True, tag="ranking"):
    """The responses by name, best first, equal ones together; `shown` holds all of them as they were shown."""

    order: Order
    shown: tuple[str, ...]


class RankingSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which texts of an item are put in order."""

    prompt: str = "prompt"  # data key of what was asked: Markdown, or JSON messages; empty: nothing is shown
    responses: tuple[str, ...] = ("responses",)  # data keys; one alone holds a JSON list of texts
    ties: bool = True
    shuffled: bool = True  # the places at the start are drawn for each item

    def __post_init__(self) -> None:
        """Refuse keys that cannot work."""
        check_keys(self.responses)


value = Ranking
settings = RankingSettings


def problems(value: Ranking, item: ItemData) -> list[str]:
    """What is wrong with the order on this item, in words."""
    named = [name for place in value.order for name in place]
    found = choice_problems(value, item) + order_problems(named, value.shown, 2)
    if len(named) != len(value.shown) or len(set(named)) != len(named) or not all(value.order):
        found.append("The order holds each response that was shown once.")
    return found


def misfits(value: Ranking, settings: RankingSettings) -> list[str]:
    """What is wrong with the order under these settings, in words."""
    found = shown_misfits(value.shown, settings.responses)
    if not settings.ties and any(len(place) > 1 for place in value.order):
        found.append("Two responses are equal, and ties are not allowed.")
    return found


def distance(a: Ranking, b: Ranking) -> float:
    """The share of pairs in another order (Kendall's tau as a distance); half a pair where one says equal.

    1 for another criterion, asset, or other responses. M. G. Kendall, "A new measure of rank correlation" (1938); ties
    as J. G. Kemeny, "Mathematics without numbers" (1959).
    """
    if (a.label, a.asset, sorted(a.shown)) != (b.label, b.asset, sorted(b.shown)):
        return 1.0
    pairs = list(combinations(sorted(a.shown), 2))
    ours, theirs = _places(a.order), _places(b.order)
    apart = sum(abs(_side(ours, x, y) - _side(theirs, x, y)) for x, y in pairs)
    return apart / 2 / len(pairs) if pairs else 0.0


def _places(order: Order) -> dict[str, int]:
    return {name: place for place, names in enumerate(order) for name in names}


def _side(places: dict[str, int], x: str, y: str) -> int:
    """-1 where x is better, 1 where y is, 0 where they are equal or one is not there."""
    a, b = places.get(x, 0), places.get(y, 0)
    return (a > b) - (a < b)


def merge(values: Sequence[Ranking], weights: Sequence[float]) -> Ranking:
    """The order with the least weighted distance to all (Kemeny); the rest from the first value.

    Tried are the orders given, with their ties, and every order without ties of up to seven responses; of more, the
    one by Borda's counts. Of equally near ones the first in sorted order.
    """
    names = sorted(values[0].shown)
    pairs = list(combinations(names, 2))
    votes: dict[tuple[str, str], list[float]] = {pair: [0.0, 0.0, 0.0] for pair in pairs}
    for one, weight in zip(values, weights, strict=True):
        places = _places(one.order)
        for x, y in pairs:
            votes[x, y][_side(places, x, y) + 1] += weight

    def cost(order: Order) -> tuple[float, Order]:
        places = _places(order)
        apart = sum(w * abs(side - 1 - _side(places, x, y)) for (x, y), held in votes.items()
                    for side, w in enumerate(held))
        return round(apart, 9), order

    tried = {one.order for one in values if sorted(one.shown) == names} | set(_orders(names, values, weights))
    best = min(map(cost, tried))[1]
    return structs.replace(values[0], label=label_by_vote(values, weights), order=best)


def _orders(names: Sequence[str], values: Sequence[Ranking], weights: Sequence[float]) -> Iterator[Order]:
    """Orders without ties: all of few responses, else the one by Borda's weighted mean place."""
    if len(names) <= ALL_ORDERS_MOST:
        yield from (tuple((name,) for name in order) for order in permutations(names))
        return
    mean = dict.fromkeys(names, 0.0)
    for one, weight in zip(values, weights, strict=True):
        for name, place in _places(one.order).items():
            if name in mean:
                mean[name] += weight * place
    yield tuple((name,) for name in sorted(names, key=lambda name: (mean[name], name)))
