"""How sure to be: answers to one item err together, and a posterior that takes them as independent is too sure.

With dependence ρ, n answers to an item are worth n / (1 + (n − 1) ρ) independent ones (Kish's design effect), so its
posterior is raised to 1 / (1 + (n − 1) ρ). And a share ε of the items misleads everybody: of what is believed of a
class, ε goes to the others. Without gold ρ is `usual_dependence` and ε is 0 by design: what all annotators get wrong
together no answer of theirs can tell. With enough gold items both are what makes their known classes most probable,
held near the usual by a prior, so that few gold items do not carry them away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats

DEPENDENCE, MISLED = 0.1, 0.0  # of two classes
DEPENDENCE_OF_MORE = 0.3  # of more: whoever errs takes the class that looks alike, and so does the next
GOLD_LEAST = 20  # answered gold items, before they say how sure to be
_DEPENDENCES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.6)
_MISLEDS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
_TRUST, _MISTRUST = 4.0, 40.0  # how firmly ρ is held near the usual, and ε near none
_ODD = 0.005  # of gold items that are themselves wrong: one of them is no proof


def usual_dependence(classes: int) -> float:
    """ρ before any gold tells it; learned on real crowds, see docs/quality.md."""
    return DEPENDENCE if classes <= 2 else DEPENDENCE_OF_MORE


def cool(probability: Floats, answers: Floats, dependence: float, misled: float = MISLED) -> NDArray[np.float32]:
    """The posteriors (items, classes) made as unsure as their number of answers (items,) deserves."""
    worth = 1 / (1 + np.maximum(answers - 1, 0) * dependence)
    powers = np.maximum(probability, 1e-12) ** worth[:, None]
    powers /= powers.sum(axis=1, keepdims=True)
    if misled and probability.shape[1] > 1:
        powers = (1 - misled) * powers + misled * (1 - powers) / (probability.shape[1] - 1)
    return np.asarray(powers, dtype=np.float32)


def find_temperature(probability: Floats, answers: Floats, gold: NDArray[np.intp]) -> tuple[float, float]:
    """ρ and ε from gold items: their posteriors (items, classes) as if their class `gold` (items,) were not known."""
    told, usual = answers > 0, usual_dependence(probability.shape[1])
    if told.sum() < GOLD_LEAST:
        return usual, MISLED
    chance, here = _ODD / probability.shape[1], np.arange(int(told.sum()))
    found: dict[tuple[float, float], float] = {}
    for dependence in _DEPENDENCES:
        for misled in _MISLEDS:
            right = cool(probability[told], answers[told], dependence, misled)[here, gold[told]].astype(np.float64)
            found[dependence, misled] = (float(np.log((1 - _ODD) * right + chance).sum())
                                         - _TRUST * abs(float(np.log((dependence + 0.05) / (usual + 0.05))))
                                         - _MISTRUST * misled)
    return max(found, key=lambda pair: found[pair])
