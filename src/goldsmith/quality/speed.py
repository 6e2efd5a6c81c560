"""Speed: how many answers an annotator gives in an hour of work, with an interval."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, sqrt
from statistics import fmean, median, variance

from msgspec import Struct

from goldsmith.quality.interval import student_quantile


class TimedAnswer(Struct, frozen=True, kw_only=True):
    """One answer and the work in it."""

    person: str
    work_seconds: float | None  # None or 0: not measured
    at_us: int


class Speed(Struct, frozen=True, kw_only=True):
    """One annotator's pace. Everything about time rests on the `timed` answers; None where it cannot be said."""

    person: str
    answers: int
    timed: int
    first_us: int
    last_us: int
    work_seconds: float  # in all
    median_seconds: float | None
    answers_per_hour: float | None  # of work, breaks not counted
    low: float | None
    high: float | None


def speeds(rows: Iterable[TimedAnswer], *, confidence: float = 0.95) -> list[Speed]:
    """Each person's pace, in the order of their names.

    Answers per hour are 3600 over the mean seconds of an answer. Their interval is Student's on the logarithm of
    that mean (delta method: its standard error is the coefficient of variation over the root of n), as though
    answers were independent; from two timed answers on.
    """
    by_person: dict[str, list[TimedAnswer]] = {}
    for row in rows:
        by_person.setdefault(row.person, []).append(row)
    return [_speed(person, by_person[person], confidence) for person in sorted(by_person)]


def _speed(person: str, rows: list[TimedAnswer], confidence: float) -> Speed:
    seconds = sorted(row.work_seconds for row in rows if row.work_seconds)  # sorted: sums do not depend on row order
    per_hour = 3600 / fmean(seconds) if seconds else None
    factor = _spread(seconds, confidence)
    return Speed(
        person=person,
        answers=len(rows),
        timed=len(seconds),
        first_us=min(row.at_us for row in rows),
        last_us=max(row.at_us for row in rows),
        work_seconds=sum(seconds),
        median_seconds=median(seconds) if seconds else None,
        answers_per_hour=per_hour,
        low=per_hour / factor if per_hour and factor else None,
        high=per_hour * factor if per_hour and factor else None,
    )


def _spread(seconds: list[float], confidence: float) -> float | None:
    """The factor between the pace and either end of its interval."""
    n = len(seconds)
    if n < 2:
        return None
    relative = sqrt(variance(seconds) / n) / fmean(seconds)
    return exp(student_quantile(confidence, n - 1) * relative)
