"""How sure to be: answers to one item err together, and a posterior that takes them as independent is too sure.

With dependence ρ, n answers to an item are worth n / (1 + (n − 1) ρ) independent ones (Kish's design effect), so its
posterior is raised to 1 / (1 + (n − 1) ρ). Without gold ρ is DEPENDENCE by design: what all annotators get wrong
together no answer of theirs can tell. With enough gold items ρ is what makes their known classes most probable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats

DEPENDENCE = 0.1
GOLD_LEAST = 20  # answered gold items, before they say how sure to be
_CHOICES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)


def cool(probability: Floats, answers: Floats, dependence: float) -> NDArray[np.float32]:
    """The posteriors (items, classes) made as unsure as their number of answers (items,) deserves."""
    worth = 1 / (1 + np.maximum(answers - 1, 0) * dependence)
    powers = np.maximum(probability, 1e-12) ** worth[:, None]
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def find_dependence(probability: Floats, answers: Floats, gold: NDArray[np.intp]) -> float:
    """ρ from gold items: their posteriors (items, classes) as if their class `gold` (items,) were not known."""
    told = answers > 0
    if told.sum() < GOLD_LEAST:
        return DEPENDENCE
    found = []
    for dependence in _CHOICES:
        cooled = cool(probability[told], answers[told], dependence)
        right = cooled[np.arange(len(cooled)), gold[told]].astype(np.float64)
        found.append(float(np.log(0.99 * right + 0.01 / probability.shape[1]).sum()))  # one wrong gold item is no proof
    return _CHOICES[int(np.argmax(found))]
