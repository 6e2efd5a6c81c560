"""When to stop asking: one more answer to an item and from whom, a person who decides, or enough.

The expected loss of stopping is the probability of a wrong label, and stopping is right once that is at most what the
project risks (Bayes decision under 0–1 loss). Until then the next answer is bought where it tells most for its
price: the information it is expected to give on the true class (Lindley 1956; for labels ActiveLab, arXiv 2301.11856,
asks in the same spirit for the least certain items). An adjudicator is asked once that is cheaper than the answers
still needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from msgspec import Struct, structs
from numpy.typing import NDArray

from goldsmith.quality.em.evidence import Floats
from goldsmith.quality.em.model import Crowd
from goldsmith.quality.em.temperature import DEPENDENCE, usual_dependence

Step = Literal["stop", "ask", "adjudicate"]


class Offer(Struct, frozen=True, kw_only=True):
    """A sort of annotator that may be asked: the confusion matrix to expect, (classes, classes), and the price."""

    confusion: tuple[tuple[float, ...], ...]
    price: float = 1.0  # > 0, in the unit of the adjudicator's


class Advice(Struct, frozen=True, kw_only=True):
    """What to do with an item; `offer` is the place of the offer to ask, None unless the step is "ask"."""

    step: Step
    risk: float  # the probability that the most probable label is wrong
    offer: int | None = None


def for_asking(crowd: Crowd) -> Crowd:
    """The crowd as it is weighed while more answers may be asked for.

    What people who choose among many classes err in together, one answer more does not mend, so no answers are bought
    against it: until gold has told the dependence, that of two classes counts.
    """
    if crowd.dependence != usual_dependence(crowd.classes):
        return crowd
    return structs.replace(crowd, dependence=DEPENDENCE)


def advise(posterior: Floats, offers: Sequence[Offer], *, risk: float,
           adjudicator_price: float | None = None) -> Advice:
    """The next step for an item with this posterior, (classes,).

    risk: what the project lets pass, in (0, 1). No offers: nobody is left to be asked. adjudicator_price: what a
    decision for good costs; None where an adjudicator is asked only when nobody else can be.
    """
    found = wrong_probability(posterior)
    if found <= risk:
        return Advice(step="stop", risk=found)
    told = [information(posterior, np.asarray(offer.confusion)) for offer in offers]
    useful = [i for i, bits in enumerate(told) if bits > 1e-6]
    if not useful:
        return Advice(step="adjudicate", risk=found)
    best = max(useful, key=lambda i: (told[i] / offers[i].price, -i))
    if adjudicator_price is not None:
        needed = max(entropy(posterior) - target_entropy(risk, len(posterior)), 0.0) / told[best]
        if max(needed, 1.0) * offers[best].price > adjudicator_price:
            return Advice(step="adjudicate", risk=found)
    return Advice(step="ask", risk=found, offer=best)


def wrong_probability(posterior: Floats) -> float:
    """The expected 0–1 loss of the most probable label."""
    return float(1 - np.max(posterior))


def entropy(probability: Floats) -> float:
    """What is not known of a distribution, in nats."""
    p = np.asarray(probability, dtype=np.float64)
    return float(-(p * np.log(np.maximum(p, 1e-300))).sum())


def target_entropy(risk: float, classes: int) -> float:
    """The entropy of a posterior that may just be stopped at: its risk spread evenly over the other classes."""
    if classes < 2:
        return 0.0
    return entropy(np.array([1 - risk, *[risk / (classes - 1)] * (classes - 1)]))


def information(posterior: Floats, confusion: Floats) -> float:
    """Expected fall of the entropy by one answer of an annotator with this confusion matrix, in nats."""
    joint: NDArray[np.float64] = np.asarray(posterior, dtype=np.float64)[:, None] * confusion  # (classes, labels)
    label = joint.sum(axis=0)
    return max(entropy(posterior) + entropy(label) - entropy(joint), 0.0)
