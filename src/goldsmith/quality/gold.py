"""Gold: whether a known answer is more likely wrong than right, by the answers of those who are right elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

from msgspec import Struct

from goldsmith.quality.em.temperature import DEPENDENCE

POOL_STRENGTH = 4.0  # as many answers is the share of all annotators worth, when one annotator's is estimated
POOL_LEAST, POOL_MOST = 0.6, 0.95
SKILL_MOST = 0.95  # no one person is believed beyond this
GOOD_SKILL, GOOD_ANSWERS = 0.7, 3  # who counts as good: the skill, and the other gold that it was shown on
GOOD_LEAST = 3  # good annotators who must be against a gold item before it is suspended
WRONG_BEFORE = 0.05  # of the gold of a project is wrong, before anybody answered it


class Tally(Struct, frozen=True, kw_only=True):
    """How many gold items somebody answered, and how many of them right."""

    right: int = 0
    answered: int = 0


class GoldVote(Struct, frozen=True, kw_only=True):
    """One answer to a gold item: whether it is the known one, and its author's record on all other gold."""

    is_right: bool
    elsewhere: Tally


class Contest(Struct, frozen=True, kw_only=True):
    """What the answers say of a gold item."""

    wrong_probability: float
    good_against: int  # good annotators who answered otherwise
    is_contested: bool  # it is more likely wrong than right, and enough good annotators say so


def pool_share(tallies: Sequence[Tally]) -> float:
    """The share of gold answers that are right, in [0.6, 0.95]; four of five where little is known."""
    right, answered = sum(one.right for one in tallies), sum(one.answered for one in tallies)
    return min(max((right + 8) / (answered + 10), POOL_LEAST), POOL_MOST)


def skill_of(tally: Tally, pool: float) -> float:
    """The share right of one annotator, shrunk to the share of all as if they had answered POOL_STRENGTH items so."""
    return (tally.right + POOL_STRENGTH * pool) / (tally.answered + POOL_STRENGTH)


def is_good(tally: Tally, pool: float) -> bool:
    """Whether so much is known of the annotator that their word counts against a gold item."""
    return tally.answered >= GOOD_ANSWERS and skill_of(tally, pool) >= GOOD_SKILL


def weigh_gold(votes: Sequence[GoldVote], pool: float) -> Contest:
    """The probability that the known answer is wrong, by Bayes over its answers.

    An annotator of skill s gives the true answer with probability s. So a right known answer is given with s and a
    wrong one with at most 1 - s, which makes each answer worth log(s / (1 - s)) for it or against it; whoever is right
    in no more than half of their answers tells nothing. Answers to one item err together: n are worth
    n / (1 + 0.1 (n - 1)), as where labels are aggregated.
    """
    skills = [min(max(skill_of(one.elsewhere, pool), 0.5), SKILL_MOST) for one in votes]
    against = sum((-1 if one.is_right else 1) * log(s / (1 - s)) for one, s in zip(votes, skills, strict=True))
    telling = sum(s > 0.5 for s in skills)
    evidence = against / (1 + DEPENDENCE * max(telling - 1, 0)) + log(WRONG_BEFORE / (1 - WRONG_BEFORE))
    wrong = 1 / (1 + exp(-evidence))
    good = sum(not one.is_right and is_good(one.elsewhere, pool) for one in votes)
    return Contest(wrong_probability=wrong, good_against=good, is_contested=good >= GOOD_LEAST and wrong > 0.5)
