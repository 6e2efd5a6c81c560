"""Forecast: how the work went bin by bin, and when the rest of it will be done, with an interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.quality.interval import normal_quantile, student_quantile

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US
BINS_US = (MINUTE_US, 10 * MINUTE_US, HOUR_US, 6 * HOUR_US, DAY_US, 7 * DAY_US)
POINTS_MOST = 200
PERIOD_US = {MINUTE_US: HOUR_US, DAY_US: 7 * DAY_US, 7 * DAY_US: 7 * DAY_US}  # what work repeats over; else a day
BINS_LEAST = 6  # complete bins without which no forecast is made
BUSY_LEAST = 3  # of them, with work in them
INSIDE = 0.8  # the share of simulated futures within a forecast
STEPS_MOST = 5000  # blocks a path may take before it counts as without end


class Series(Struct, frozen=True, kw_only=True):
    """Work done by bin; bin i runs from start_us + i * bin_us, its end not included."""

    start_us: int  # a multiple of bin_us since 1970, UTC
    bin_us: int
    done: tuple[int, ...]  # in each bin; the last may not be over yet
    total: tuple[int, ...]  # up to the end of each bin


class Forecast(Struct, frozen=True, kw_only=True):
    """When the rest will be done: four of five simulated futures lie between `low_us` and `high_us`."""

    low_us: int
    mid_us: int  # the median
    high_us: int


def burn_up(times_us: Sequence[int], counts: Sequence[int] | None = None, *, now_us: int) -> Series:
    """The work up to now in at most 200 bins, idle ones too; the finest of minutes to weeks that fits.

    Each time counts once, or as often as `counts` says; times after `now_us` are left out.
    """
    times = np.array(times_us, dtype=np.int64)
    weights = np.ones(len(times), dtype=np.int64) if counts is None else np.array(counts, dtype=np.int64)
    past = times <= now_us
    times, weights = times[past], weights[past]
    first_us = int(times.min()) if len(times) else now_us
    bin_us = _bin_for(first_us, now_us)
    start = first_us // bin_us
    done = np.zeros(now_us // bin_us - start + 1, dtype=np.int64)
    np.add.at(done, times // bin_us - start, weights)
    total = tuple(np.cumsum(done).tolist())
    return Series(start_us=start * bin_us, bin_us=bin_us, done=tuple(done.tolist()), total=total)


def forecast(
    series: Series, remaining: int, now_us: int, rng: np.random.Generator, *, paths: int = 1000
) -> Forecast | None:
    """When `remaining` more will be done at the recent pace, or None where too little is known of it.

    Block bootstrap (Künsch, Annals of Statistics 17, 1989; circular, Politis and Romano 1992) of the last four
    periods of complete bins, at least eight bins. Whole blocks of a period (a day; for days a week; for minutes an
    hour) are drawn, so nights and weekends come along, though not at their own time. Each path first draws the few
    blocks it will draw its future from, because the pace itself is known from a few periods only. It is None with
    fewer than six complete bins or three busy ones, or where a path finds no end.
    """
    ends = futures(series, remaining, now_us, rng, paths=paths)
    return None if ends is None else span_of(ends)


def span_of(ends_us: NDArray[np.float64]) -> Forecast:
    """The median of simulated ends, and what four of five of them lie between."""
    low, mid, high = np.quantile(ends_us, [(1 - INSIDE) / 2, 0.5, (1 + INSIDE) / 2]).tolist()
    return Forecast(low_us=round(low), mid_us=round(mid), high_us=round(high))


def futures(
    series: Series, remaining: int, now_us: int, rng: np.random.Generator, *, paths: int = 1000
) -> NDArray[np.float64] | None:
    """For each of `paths` simulated futures when `remaining` more are done, in microseconds; as `forecast` makes them.

    Their share up to a moment is the probability of being done by then.
    """
    if remaining <= 0:
        return np.full(paths, float(now_us))
    history = _recent(series, now_us)
    if len(history) < BINS_LEAST or np.count_nonzero(history) < BUSY_LEAST:
        return None
    bins = _bins_until(history, remaining, _block(series.bin_us, len(history)), rng, paths)
    return None if bins is None else now_us + bins * series.bin_us


def _bin_for(first_us: int, last_us: int) -> int:
    """The finest bin that needs no more than the points allowed; beyond weeks, so many weeks as are needed."""
    for bin_us in BINS_US:
        if last_us // bin_us - first_us // bin_us < POINTS_MOST:
            return bin_us
    week = BINS_US[-1]
    weeks = 2
    while last_us // (weeks * week) - first_us // (weeks * week) >= POINTS_MOST:
        weeks *= 2
    return weeks * week


def _period(bin_us: int) -> int:
    """How many bins make a period; at least one."""
    return max(1, PERIOD_US.get(bin_us, DAY_US) // bin_us)


def _recent(series: Series, now_us: int) -> NDArray[np.int64]:
    complete = [n for i, n in enumerate(series.done) if series.start_us + (i + 1) * series.bin_us <= now_us]
    return np.array(complete[-max(8, 4 * _period(series.bin_us)) :], dtype=np.int64)


def _block(bin_us: int, bins: int) -> int:
    """Bins of a block: a period, or a third of the history where that is shorter."""
    return max(1, min(_period(bin_us), bins // 3))


def _blocks_known(blocks: int) -> int:
    """How many blocks stand for a history of `blocks`, so that the pace is as uncertain as it truly is.

    One less makes the bootstrap's variance of a mean unbiased (Rao and Wu, JASA 83, 1988); fewer still widens the
    normal interval to Student's.
    """
    freedom = max(1, blocks - 1)
    return max(1, round(freedom * (normal_quantile(INSIDE) / student_quantile(INSIDE, freedom)) ** 2))


def _bins_until(
    history: NDArray[np.int64], remaining: int, block: int, rng: np.random.Generator, paths: int
) -> NDArray[np.float64] | None:
    """For each path, after how many bins (with a fraction) the remaining work is done."""
    bins = len(history)
    rows = (np.arange(bins)[:, None] + np.arange(block)) % bins
    sums = np.cumsum(history[rows], axis=1)  # (start of a block, bins of it): done by then
    known = rng.integers(bins, size=(paths, _blocks_known(-(-bins // block))))
    idle = sums[known, -1].sum(axis=1) == 0
    busy_starts = np.flatnonzero(sums[:, -1])
    known[idle] = rng.choice(busy_starts, size=(int(idle.sum()), known.shape[1]))
    left, passed = np.full(paths, remaining, dtype=np.int64), np.zeros(paths)
    open_paths = np.arange(paths)
    for _ in range(STEPS_MOST):
        drawn = sums[known[open_paths, rng.integers(known.shape[1], size=len(open_paths))]]
        ends = drawn[:, -1] >= left[open_paths]
        passed[open_paths[ends]] += _bins_into(drawn[ends], left[open_paths[ends]])
        open_paths, drawn = open_paths[~ends], drawn[~ends]
        passed[open_paths] += block
        left[open_paths] -= drawn[:, -1]
        if not len(open_paths):
            return passed
    return None


def _bins_into(sums: NDArray[np.int64], left: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far into its block each path ends, work spread evenly inside a bin."""
    last = (sums < left[:, None]).sum(axis=1)  # the bin in which the work is done
    at = np.arange(len(sums))
    before = np.where(last > 0, sums[at, np.maximum(last - 1, 0)], 0)
    inside: NDArray[np.float64] = last + (left - before) / (sums[at, last] - before)
    return inside
