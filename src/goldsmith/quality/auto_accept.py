"""Which answers of a model may stand without a person: under a stated error rate, and only until it drifts.

The bar is the least confidence whose answers were wrong seldom enough in a checked random sample: bars are tested from
the highest down, and the first that fails ends it, so that no correction is needed for having tried many (fixed
sequence testing; Angelopoulos and others, "Learn then Test", arXiv 2110.01052; for labels "conformal labelling", arXiv
2510.14581). Each test is exact (Clopper and Pearson, Biometrika 26, 1934).

A share of what was accepted goes on being checked. Drift is found by betting against "wrong at most as often as was
stated": money made that way would be improbable luck, and may be counted after every single check (an e-process;
Podkopaev and Ramdas, "Tracking the risk of a deployed model", arXiv 2110.06177).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import exp, lgamma, log

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

CERTAINTY = 0.95  # that the true error rate above the bar is at most the stated one
BARS_MOST = 50
FIRST_BAR = 2  # times the answers that must be right without exception: the first bar may then have a wrong one
ALARM = 0.01  # probability that an honest model is ever taken for a drifting one
_BETS = (0.05, 0.1, 0.2, 0.4, 0.8)  # of what can be lost at one check


class Bar(Struct, frozen=True, kw_only=True):
    """What a sample says of accepting answers by their confidence."""

    confidence: float | None  # the least that is accepted; None: none may be
    share: float  # of the answers of the sample, in [0, 1]
    checked: int  # answers at or above it, or above the first bar tried
    wrong: int  # of these
    error_most: float  # upper bound of their error rate, at the certainty asked for


def find_bar(confidence: ArrayLike, is_wrong: ArrayLike, *, error_rate: float, certainty: float = CERTAINTY) -> Bar:
    """The lowest bar above which a model errs at most at `error_rate`, from a random sample of n checked answers.

    confidence: (n,) numbers, however scaled: only their order counts; is_wrong: (n,) booleans. The statement holds with
    the probability `certainty` over samples. ValueError where a rate is not between 0 and 1 or lengths differ.
    """
    if not 0 < error_rate < 1 or not 0 < certainty < 1:
        raise ValueError("an error rate and a certainty lie between 0 and 1")
    sure, wrong = np.asarray(confidence, dtype=np.float64), np.asarray(is_wrong, dtype=bool)
    if sure.ndim != 1 or sure.shape != wrong.shape:
        raise ValueError("confidence and is_wrong are two rows of one length")
    order = np.argsort(-sure, kind="stable")
    sure, errors = sure[order], np.cumsum(wrong[order])
    found: Bar | None = None
    for last in _bars(sure, needed(error_rate, certainty)):
        checked, bad = last + 1, int(errors[last])
        most = error_most(bad, checked, certainty)
        if most > error_rate:
            return found or Bar(confidence=None, share=0.0, checked=checked, wrong=bad, error_most=most)
        found = Bar(confidence=float(sure[last]), share=checked / len(sure), checked=checked, wrong=bad,
                    error_most=most)
    return found or Bar(confidence=None, share=0.0, checked=len(sure), wrong=int(wrong.sum()),
                        error_most=error_most(int(wrong.sum()), len(sure), certainty))


def needed(error_rate: float, certainty: float = CERTAINTY) -> int:
    """Answers that must be checked before any bar is tried."""
    return FIRST_BAR * int(np.ceil(log(1 - certainty) / log(1 - error_rate)))


def _bars(sure: np.ndarray, least: int) -> list[int]:
    """The last answer of each bar that is tried, from the highest bar down; equal confidence is never split.

    Chosen by the confidences alone, never by what was wrong.
    """
    if len(sure) < least:
        return []
    wanted = np.unique(np.linspace(least, len(sure), BARS_MOST).astype(int))
    ends = np.searchsorted(-sure, -sure[wanted - 1], side="right") - 1
    return [int(one) for one in np.unique(ends)]


def error_most(wrong: int, checked: int, certainty: float = CERTAINTY) -> float:
    """The greatest error rate under which so few wrong are not too improbable; 1 where nothing was checked."""
    if wrong >= checked:
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, checked, middle) > 1 - certainty else (low, middle)
    return high


def _at_most(wrong: int, checked: int, rate: float) -> float:
    """P(at most `wrong` of `checked`) at this rate."""
    if rate <= 0:
        return 1.0
    if rate >= 1:
        return float(wrong >= checked)
    whole = lgamma(checked + 1)
    return float(sum(exp(whole - lgamma(k + 1) - lgamma(checked - k + 1) + k * log(rate)
                         + (checked - k) * log(1 - rate)) for k in range(wrong + 1)))


class Drift(Struct, frozen=True, kw_only=True):
    """How much speaks against "wrong at most as often as was stated"."""

    evidence: float  # the most that betting against it has made of 1; an alarm from 1 / ALARM on
    checked: int
    wrong: int
    is_drifting: bool


def watch(is_wrong: Iterable[bool], *, error_rate: float) -> Drift:
    """What the checks of accepted answers, in their order, say; may be asked after each of them.

    An honest model, wrong at most at `error_rate`, is ever called drifting with a probability of at most ALARM.
    """
    if not 0 < error_rate < 1:
        raise ValueError("an error rate lies between 0 and 1")
    stakes = np.array(_BETS) / error_rate
    money, most, checked, wrong = np.ones(len(stakes)), 1.0, 0, 0
    for one in is_wrong:
        checked, wrong = checked + 1, wrong + one
        money *= 1 + stakes * (float(one) - error_rate)
        most = max(most, float(money.mean()))
    return Drift(evidence=most, checked=checked, wrong=wrong, is_drifting=most >= 1 / ALARM)
