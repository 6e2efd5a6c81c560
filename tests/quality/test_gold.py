"""When answers say that a known answer is wrong, and when they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.quality.gold import GoldVote, Tally, is_good, pool_share, skill_of, weigh_gold

POOL = 0.85


def votes(*said: tuple[bool, int, int]) -> list[GoldVote]:
    """Votes of (is right, right elsewhere, answered elsewhere)."""
    return [GoldVote(is_right=right, elsewhere=Tally(right=good, answered=many)) for right, good, many in said]


def test_three_good_annotators_who_answer_otherwise_contest_it() -> None:
    found = weigh_gold(votes((False, 18, 20), (False, 9, 10), (False, 10, 10)), POOL)

    assert found.is_contested and found.good_against == 3 and found.wrong_probability > 0.8


def test_two_are_not_enough_however_good() -> None:
    found = weigh_gold(votes((False, 40, 40), (False, 40, 40)), POOL)

    assert not found.is_contested


def test_good_annotators_who_agree_with_it_weigh_against_those_who_do_not() -> None:
    three, agreeing = [(False, 18, 20)] * 3, [(True, 18, 20)] * 3

    assert weigh_gold(votes(*three), POOL).is_contested
    assert not weigh_gold(votes(*three, *agreeing), POOL).is_contested


def test_those_who_guess_contest_nothing() -> None:
    found = weigh_gold(votes(*[(False, 5, 20)] * 10), POOL)

    assert not found.is_contested and found.wrong_probability == pytest.approx(0.05)


def test_newcomers_alone_contest_nothing() -> None:
    found = weigh_gold(votes(*[(False, 2, 2)] * 5), POOL)

    assert found.good_against == 0 and not found.is_contested


def test_nobody_has_answered() -> None:
    assert weigh_gold([], POOL).wrong_probability == pytest.approx(0.05)


def test_a_skill_is_drawn_to_that_of_all_where_little_is_known() -> None:
    assert skill_of(Tally(), 0.8) == pytest.approx(0.8)
    assert 0.8 < skill_of(Tally(right=3, answered=3), 0.8) < skill_of(Tally(right=30, answered=30), 0.8) < 1
    assert not is_good(Tally(right=2, answered=2), 0.9)
    assert pool_share([]) == pytest.approx(0.8)
    assert pool_share([Tally(right=0, answered=1000)]) == 0.6


ANY = st.builds(
    lambda is_right, answered, share: GoldVote(
        is_right=is_right, elsewhere=Tally(right=round(answered * share), answered=answered)),
    st.booleans(), st.integers(0, 50), st.floats(0, 1))


@given(st.lists(ANY, max_size=12), st.floats(0.6, 0.95))
def test_what_is_said_does_not_depend_on_the_order_and_is_a_probability(given_votes: list[GoldVote],
                                                                         pool: float) -> None:
    found, turned = weigh_gold(given_votes, pool), weigh_gold(given_votes[::-1], pool)

    assert 0 <= found.wrong_probability <= 1
    assert found.wrong_probability == pytest.approx(turned.wrong_probability)
    assert not found.is_contested or found.good_against >= 3
