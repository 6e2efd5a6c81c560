"""Strengths: what many comparisons of two say of each thing compared, and of those who compare.

Bradley and Terry (Biometrika 39, 1952) with ties after Davidson (JASA 65, 1970): with x = γ (θ_first − θ_second) + β,
    p(first) : p(tie) : p(second) = exp(x / 2) : ν : exp(−x / 2).
γ is an annotator's sharpness (0: guesses; below it: says the opposite), β their pull towards what stands first. All
have normal priors; the fit is the mode of the posterior by Fisher scoring, and the errors are Laplace's.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from msgspec import Struct
from numpy.typing import ArrayLike

from goldsmith.quality.fusion.columns import Floats, Ints, floats_of, numbers_of, order_of, size_of
from goldsmith.quality.orders.ratings import normal

TIE, FIRST, SECOND = 0, 1, 2
Verdict = Literal[0, 1, 2]
SPREAD_OF_STRENGTH = 2.0  # standard deviation over things compared, in logits
SPREAD_OF_SHARPNESS = 0.5  # of γ about 1 over annotators
SPREAD_OF_PULL = 0.5  # of β over annotators, in logits
NO_PULL = 1e-4  # the same where nothing stands first
SPREAD_OF_TIE = 2.0  # of ln ν
STEPS = 100
PRECISE = 1e-9
MOST = 3000  # things that hang together, or numbers of all annotators: a fit holds matrices with their square


class Strengths(Struct, frozen=True, kw_only=True):
    """How strong each thing is, in logits, and how each annotator compares.

    Things that no chain of comparisons connects are apart: each part's strengths are about its own mean.

    strength, strength_error: (things,). sharpness, sharpness_error: (annotators,) 1 is the usual, 0 guesses.
    pull, pull_error: (annotators,) in logits: above 0 they favour what stands first. skill: (annotators,) the share of
    their decided comparisons (no ties) expected to name the stronger one. tie: ν. part: (things,) the part of each.
    covariance: of each part, by its things in order.
    """

    strength: Floats
    strength_error: Floats
    sharpness: Floats
    sharpness_error: Floats
    pull: Floats
    pull_error: Floats
    skill: Floats
    tie: float
    part: Ints
    covariance: list[Floats]

    def ahead(self, a: int, b: int) -> float | None:
        """How probable it is that thing `a` is truly stronger than `b`; None where nothing connects them."""
        if self.part[a] != self.part[b]:
            return None
        members = np.flatnonzero(self.part == self.part[a])
        i, j = np.searchsorted(members, [a, b])
        held = self.covariance[int(self.part[a])]
        spread = float(held[i, i] + held[j, j] - 2 * held[i, j])
        z = float(self.strength[a] - self.strength[b]) / np.sqrt(max(spread, 1e-12))
        return float(normal(np.array([z]))[0])


def fit(first: ArrayLike, second: ArrayLike, annotator: ArrayLike, verdict: ArrayLike,
        weight: ArrayLike | None = None, *, things: int | None = None, has_places: bool = True) -> Strengths:
    """The strengths behind n comparisons.

    first, second, annotator: (n,) whole numbers from 0: what stood first, what stood second, who compared. verdict:
    (n,) 0 for a tie, 1 for the first, 2 for the second. weight: (n,) what each counts for, 1 unless told otherwise.
    has_places: whether one of two was shown first; where not, nobody is pulled that way. The order of the rows changes
    nothing.
    """
    a = numbers_of(first, "first")
    b, who, said = (numbers_of(one, name, len(a)) for one, name in (
        (second, "second"), (annotator, "annotator"), (verdict, "verdict")))
    if size_of(said) > 3:
        raise ValueError("a verdict is 0 for a tie, 1 for the first or 2 for the second")
    if (a == b).any():
        raise ValueError("a thing is compared with itself")
    heavy = np.ones(len(a)) if weight is None else floats_of(weight, "weight", (len(a),))
    many = size_of(a, b) if things is None else things
    part = _parts_of(a, b, many)
    order = order_of(part[a], a, b, who, said, heavy)
    found = _Fit(a[order], b[order], who[order], said[order], heavy[order], part, has_places)
    found.run()
    return found.result()


def _parts_of(a: Ints, b: Ints, things: int) -> Ints:
    """(things,) the number of the part that each belongs to: two that were compared are of one."""
    least = np.arange(things)
    while True:
        joined = least.copy()
        both = np.minimum(least[a], least[b])
        np.minimum.at(joined, a, both)
        np.minimum.at(joined, b, both)
        joined = joined[joined]
        if (joined == least).all():
            return np.unique(least, return_inverse=True)[1].reshape(-1).astype(np.intp)
        least = joined


class _Rows(Struct, frozen=True):
    """What the comparisons say at one point: of each row the change of x and of the log likelihood."""

    change: Floats  # (n, 4) of x with first, second, sharpness and pull
    on_x: Floats
    on_tie: Floats
    of_x: Floats
    across: Floats
    of_tie: Floats


class _Fit:
    """The parameters: `theta`, strengths, and `rest`, all sharpness less 1, all pulls, ln ν.

    Parts touch one another through `rest` only, so a step solves each alone and `rest` by its Schur complement.
    """

    def __init__(self, a: Ints, b: Ints, who: Ints, said: Ints, weight: Floats, part: Ints,
                 has_places: bool) -> None:
        self.a, self.b, self.who, self.said, self.weight, self.part = a, b, who, said, weight, part
        self.people = size_of(who)
        sizes = np.bincount(part)
        if max(sizes.max(initial=0), 2 * self.people) > MOST:
            raise ValueError(f"{sizes.max(initial=0)} connected things or {self.people} annotators are too many")
        self.members = np.split(np.argsort(part, kind="stable"), np.cumsum(sizes)[:-1]) if len(part) else []
        self.place = np.zeros(len(part), dtype=np.intp)  # of a thing in its part
        for one in self.members:
            self.place[one] = np.arange(len(one))
        self.edges = np.searchsorted(part[a], np.arange(len(sizes) + 1))
        pull = SPREAD_OF_PULL if has_places else NO_PULL
        spreads = ((self.people, SPREAD_OF_SHARPNESS), (self.people, pull), (1, SPREAD_OF_TIE))
        self.prior = np.concatenate([np.full(n, spread**-2.0) for n, spread in spreads])
        self.theta, self.rest = np.zeros(len(part)), np.zeros(len(self.prior))

    def run(self) -> None:
        """Steps of Fisher scoring, each halved until it leads uphill."""
        now = self._height(self.theta, self.rest)
        for _ in range(STEPS):
            on_theta, on_rest, _, _ = self._step()
            for _ in range(30):
                then = self._height(self.theta + on_theta, self.rest + on_rest)
                if then >= now:
                    break
                on_theta, on_rest = on_theta / 2, on_rest / 2
            else:
                return
            self.theta, self.rest = self.theta + on_theta, self.rest + on_rest
            if then - now < PRECISE * max(1.0, abs(now)):
                return
            now = then

    def _chances(self, theta: Floats, rest: Floats) -> tuple[Floats, Floats, Floats]:
        """Per row the difference in strength, the sharpness, and the probabilities (n, 3) of tie, first, second."""
        gap, sharp = theta[self.a] - theta[self.b], 1 + rest[self.who]
        x = sharp * gap + rest[self.people + self.who]
        logs = np.stack([np.full(len(x), rest[-1]), x / 2, -x / 2], axis=1)
        p = np.exp(logs - logs.max(axis=1, keepdims=True))
        return gap, sharp, p / p.sum(axis=1, keepdims=True)

    def _height(self, theta: Floats, rest: Floats) -> float:
        p = self._chances(theta, rest)[2]
        chosen = np.log(np.maximum(p[np.arange(len(p)), self.said], 1e-300))
        return float(self.weight @ chosen - self.prior @ rest**2 / 2 - theta @ theta / SPREAD_OF_STRENGTH**2 / 2)

    def _rows(self) -> _Rows:
        gap, sharp, p = self._chances(self.theta, self.rest)
        side = np.array([0.0, 0.5, -0.5])
        mean = p @ side
        return _Rows(np.stack([sharp, -sharp, gap, np.ones(len(gap))], axis=1),
                     self.weight * (side[self.said] - mean), self.weight * ((self.said == TIE) - p[:, 0]),
                     self.weight * (p @ side**2 - mean**2), -self.weight * p[:, 0] * mean,
                     self.weight * p[:, 0] * (1 - p[:, 0]))

    def _step(self) -> tuple[Floats, Floats, list[tuple[Floats, Floats]], Floats]:
        """The step of theta and of rest; of each part its inverse information and that times its ties to rest; and the
        inverse of what is left of rest's information."""
        rows = self._rows()
        slope = -self.prior * self.rest
        slope[-1] += rows.on_tie.sum()
        left = np.diag(self.prior)
        left[-1, -1] += rows.of_tie.sum()
        solved: list[tuple[Floats, Floats]] = []
        slopes: list[Floats] = []
        for number, members in enumerate(self.members):
            here = slice(self.edges[number], self.edges[number + 1])
            bend, up = self._bend(rows, here, len(members))
            k = len(members)
            bend[:k, :k] += np.eye(k) / SPREAD_OF_STRENGTH**2
            up[:k] -= self.theta[members] / SPREAD_OF_STRENGTH**2
            inverse: Floats = np.asarray(np.linalg.inv(bend[:k, :k]), dtype=np.float64)
            tied = inverse @ bend[:k, k:]
            left += bend[k:, k:] - bend[:k, k:].T @ tied
            slope += up[k:] - tied.T @ up[:k]
            solved.append((inverse, tied))
            slopes.append(inverse @ up[:k])
        whole: Floats = np.asarray(np.linalg.inv(left), dtype=np.float64)
        on_rest: Floats = whole @ slope
        on_theta = np.zeros(len(self.theta))
        for members, alone, (_, tied) in zip(self.members, slopes, solved, strict=True):
            on_theta[members] = alone - tied @ on_rest
        return on_theta, on_rest, solved, whole

    def _bend(self, rows: _Rows, here: slice, k: int) -> tuple[Floats, Floats]:
        """The information and the gradient that one part's rows give, of its k things and then of rest."""
        size = k + len(self.rest)
        who = self.who[here]
        columns = np.stack([self.place[self.a[here]], self.place[self.b[here]], k + who, k + self.people + who], axis=1)
        change, of_x = rows.change[here], rows.of_x[here]
        up = np.bincount(columns.ravel(), (change * rows.on_x[here][:, None]).ravel(), size)
        bend = np.zeros((size, size))
        for i in range(4):
            for j in range(4):
                np.add.at(bend, (columns[:, i], columns[:, j]), change[:, i] * change[:, j] * of_x)
        with_tie = np.bincount(columns.ravel(), (change * rows.across[here][:, None]).ravel(), size)
        bend[:, -1] += with_tie
        bend[-1, :] += with_tie
        return bend, np.asarray(up, dtype=np.float64)

    def result(self) -> Strengths:
        """The mode, with errors from the information there."""
        _, _, solved, whole = self._step()
        error = np.sqrt(np.maximum(np.diag(whole), 0))
        strength, spread, covariances = np.zeros(len(self.theta)), np.zeros(len(self.theta)), []
        for members, (inverse, tied) in zip(self.members, solved, strict=True):
            centre = np.eye(len(members)) - 1 / len(members)
            covariances.append(centre @ (inverse + tied @ whole @ tied.T) @ centre)
            strength[members] = centre @ self.theta[members]
            spread[members] = np.sqrt(np.maximum(np.diag(covariances[-1]), 0))
        gap, _, p = self._chances(self.theta, self.rest)
        right = np.where(gap > 0, p[:, FIRST], p[:, SECOND]) * self.weight
        decided = (p[:, FIRST] + p[:, SECOND]) * self.weight
        told, asked = (np.bincount(self.who, one, self.people) for one in (right, decided))
        people = self.people
        return Strengths(
            strength=strength, strength_error=spread, sharpness=1 + self.rest[:people], sharpness_error=error[:people],
            pull=self.rest[people:-1], pull_error=error[people:-1],
            skill=np.divide(told, asked, out=np.full(people, np.nan), where=asked > 0),
            tie=float(np.exp(self.rest[-1])), part=self.part, covariance=covariances)
