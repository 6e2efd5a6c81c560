"""The burn-up counts idle time too, and the forecast holds the end it promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.quality.forecast import DAY_US, HOUR_US, MINUTE_US, POINTS_MOST, Forecast, Series, burn_up, forecast
from goldsmith.quality.speed import TimedAnswer, speeds

MONDAY = 4 * DAY_US  # 5 January 1970


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def office(days: int, pace: int, start: int = MONDAY) -> list[int]:
    """`pace` answers an hour from 9 to 17, Monday to Friday."""
    return [
        start + day * DAY_US + hour * HOUR_US + i * (HOUR_US // pace)
        for day in range(days)
        if day % 7 < 5
        for hour in range(9, 17)
        for i in range(pace)
    ]


@given(st.lists(st.tuples(st.integers(0, 10**16), st.integers(1, 5)), max_size=30), st.integers(0, 10**16))
def test_a_burn_up_holds_all_work_up_to_now_in_few_points(events: list[tuple[int, int]], now_us: int) -> None:
    series = burn_up([at for at, _ in events], [n for _, n in events], now_us=now_us)

    assert 1 <= len(series.done) == len(series.total) <= POINTS_MOST
    assert series.total[-1] == sum(series.done) == sum(n for at, n in events if at <= now_us)
    assert series.start_us % series.bin_us == 0
    assert (
        series.start_us + (len(series.done) - 1) * series.bin_us
        <= now_us
        < series.start_us + len(series.done) * series.bin_us
    )


def test_the_bin_grows_with_the_span() -> None:
    spans = {MINUTE_US: HOUR_US, HOUR_US: 5 * DAY_US, DAY_US: 150 * DAY_US, 14 * DAY_US: 2000 * DAY_US}

    assert {bin_us: burn_up([0], now_us=span).bin_us for bin_us, span in spans.items()} == {b: b for b in spans}


def test_a_steady_pace_gives_a_sharp_forecast() -> None:
    series = Series(start_us=0, bin_us=HOUR_US, done=(10,) * 48, total=tuple(range(10, 490, 10)))

    found = forecast(series, 105, 48 * HOUR_US, rng())

    assert found == Forecast(low_us=round(58.5 * HOUR_US), mid_us=round(58.5 * HOUR_US), high_us=round(58.5 * HOUR_US))


def test_weekends_are_part_of_the_pace() -> None:
    now_us = MONDAY + 56 * DAY_US
    found = forecast(burn_up(office(56, 10), now_us=now_us), 4000, now_us, rng())

    assert found is not None
    weeks = (found.mid_us - now_us) / (7 * DAY_US)
    assert weeks == pytest.approx(10, abs=0.6)  # 400 a week


def test_four_of_five_true_ends_lie_in_the_forecast() -> None:
    chance, held = rng(), 0
    for _ in range(200):
        days = chance.poisson(chance.gamma(2, 20, 400)) * (np.arange(400) % 7 < 5)
        past, future = days[:28], days[28:]
        series = Series(start_us=0, bin_us=DAY_US, done=tuple(past.tolist()), total=tuple(past.cumsum().tolist()))
        end_us = (28 + np.searchsorted(future.cumsum(), 4000) + 1) * DAY_US
        found = forecast(series, 4000, 28 * DAY_US, chance, paths=300)
        assert found is not None
        held += found.low_us - DAY_US <= end_us <= found.high_us + DAY_US

    assert 0.72 <= held / 200 <= 0.92


def test_the_forecast_follows_the_seed() -> None:
    now_us = MONDAY + 20 * DAY_US
    series = burn_up(office(20, 7), now_us=now_us)

    assert forecast(series, 900, now_us, rng()) == forecast(series, 900, now_us, rng())


def test_too_little_is_known_of_a_young_or_idle_project() -> None:
    busy, idle = burn_up(office(1, 9)[:5], now_us=MONDAY + 9 * HOUR_US + 30 * MINUTE_US), burn_up([], now_us=MONDAY)
    rare = Series(start_us=0, bin_us=DAY_US, done=(1, *(0,) * 20), total=(1,) * 21)

    assert forecast(idle, 10, MONDAY, rng()) is None
    assert forecast(rare, 10, 21 * DAY_US, rng()) is None
    assert forecast(busy, 10**9, MONDAY + 10 * HOUR_US, rng()) is None


def test_nothing_left_is_done_now() -> None:
    assert forecast(burn_up([], now_us=5), 0, 5, rng()) == Forecast(low_us=5, mid_us=5, high_us=5)


def test_pace_is_answers_an_hour_of_work_with_an_interval() -> None:
    rows = [TimedAnswer(person="ana", work_seconds=s, at_us=i) for i, s in enumerate([30, 60, 90, None])]

    ana, ben = speeds([*rows, TimedAnswer(person="ben", work_seconds=10, at_us=9)])

    assert (ana.answers, ana.timed, ana.median_seconds, ana.answers_per_hour) == (4, 3, 60, 60)
    assert ana.low is not None and ana.high is not None and ana.low < 60 < ana.high
    assert (ana.first_us, ana.last_us, ana.work_seconds) == (0, 3, 180)
    assert (ben.answers_per_hour, ben.low) == (360, None)


def test_the_interval_of_a_pace_holds_the_true_pace_in_95_of_100_cases() -> None:
    chance, held = rng(), 0
    for _ in range(500):
        seconds = chance.gamma(4, 10, 40)
        [one] = speeds(TimedAnswer(person="a", work_seconds=float(s), at_us=0) for s in seconds)
        assert one.low is not None and one.high is not None
        held += one.low <= 90 <= one.high

    assert 0.92 <= held / 500 <= 0.98
