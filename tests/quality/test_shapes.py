"""Shapes weighed by skill: how people draw is learned, and what they drew is worth as much as that says."""

from __future__ import annotations

import numpy as np
import pytest

from goldsmith.core.schema import Field, Label
from goldsmith.kinds import KINDS
from goldsmith.kinds.span.kind import Span
from goldsmith.quality.em.model import find_confusion
from goldsmith.quality.pairing import Objects
from goldsmith.quality.shapes.fit import SeenShapes, fit_shapes
from goldsmith.quality.shapes.hands import Hand, ShapeCrowd, hand_of
from goldsmith.quality.shapes.item import WeighedShapes, counts_of, weigh_marks
from goldsmith.quality.shapes.marks import group_marks
from goldsmith.quality.shapes.truth import ShapeTruth, make_truth
from goldsmith.work.consensus.skills import usual_crowd
from tests.quality.drawn import CROWD, LABELS, box, draw_items

BOX = KINDS["box"]
FIELD = Field(name="cars", kind="box", labels=tuple(Label(name=one) for one in LABELS))
USUAL = ShapeCrowd(labels=usual_crowd(2))
EXACT, CARELESS = (Hand(hit=hit, alarm=alarm, noise=noise, border=noise * 100,
                        confusion=find_confusion(usual_crowd(2), 200 * np.eye(2)[None])[0])
                   for hit, alarm, noise in ((0.97, 0.02, 0.03), (0.5, 0.5, 0.3)))


def weigh(answers: list[Objects], hands: list[Hand], *, field: Field = FIELD) -> WeighedShapes:
    return weigh_marks(USUAL, hands, group_marks(answers, BOX), LABELS, is_one=not field.multiple)


def truth(answers: list[Objects], hands: list[Hand], *, risk: float = 0.05, field: Field = FIELD) -> ShapeTruth:
    return make_truth(field, weigh(answers, hands, field=field), hands, BOX, risk=risk, taken=set())


@pytest.mark.parametrize("is_known", [False, True])
def test_how_people_draw_is_found_from_their_answers_alone_and_from_known_truth(is_known: bool) -> None:
    items, _ = draw_items(120, 1, is_known=is_known)

    found = fit_shapes(items, BOX, LABELS)

    hands = [hand_of(found.crowd, found.counts[i]) for i in range(4)]
    assert [one.hit for one in hands] == pytest.approx([hit for hit, *_ in CROWD], abs=0.04)
    assert [one.alarm for one in hands] == pytest.approx([alarm for _, alarm, *_ in CROWD], abs=0.05)
    assert [one.border for one in hands] == pytest.approx([noise for *_, noise, _ in CROWD], rel=0.2)
    assert [one.noise for one in hands] == sorted(one.noise for one in hands)


def test_skill_is_found_where_few_answer_each_item_and_those_who_never_met_share_one_scale() -> None:
    chance = np.random.default_rng(4)
    items = []
    for i in range(240):
        two = sorted(chance.choice(4, 2, replace=False).tolist())
        items += draw_items(1, i, people=tuple(two))[0]

    found = fit_shapes(items, BOX, LABELS)

    hit = [hand_of(found.crowd, found.counts[i]).hit for i in range(4)]
    assert hit == pytest.approx([one[0] for one in CROWD], abs=0.08)


def test_a_lone_answer_says_nothing_of_its_author_unless_the_truth_is_known() -> None:
    alone = SeenShapes(people=(0,), answers=((box("a", 0, 0),),))
    known = SeenShapes(people=(1,), answers=((box("b", 0, 0),),), known=(box("t", 0, 0), box("u", 500, 0)))

    found = fit_shapes([alone, known], BOX, LABELS)

    assert list(found.counts) == [1]
    assert (found.counts[1].things, found.counts[1].found) == pytest.approx((2, 1), abs=0.01)


def test_the_mark_of_an_exact_hand_alone_stands_and_that_of_a_careless_one_does_not() -> None:
    thing, other = box("a", 0, 0), box("b", 400, 0)

    kept = truth([(thing,), (), ()], [EXACT, CARELESS, CARELESS])
    left = truth([(), (other,), ()], [EXACT, CARELESS, EXACT])

    assert [one.id for one in kept.objects] == ["a"] and kept.sure[0].probability > 0.8
    assert left.objects == () and left.reasons == ()
    assert left.sure[0].marked_as == ((1, "b"),) and not left.sure[0].is_kept and not left.sure[0].is_in_doubt


def test_what_is_not_sure_enough_is_named_with_its_probability() -> None:
    found = truth([(box("a", 0, 0),), ()], [EXACT, EXACT], risk=0.05)

    assert found.sure[0].is_in_doubt
    assert found.reasons == ("car is there with a probability of 58.9%; a doubt of 5.0% is allowed",)
    assert truth([(box("a", 0, 0),), ()], [EXACT, EXACT], risk=0.45).reasons == ()


def test_two_labels_as_probable_are_a_doubt_and_no_silent_choice() -> None:
    found = truth([(box("a", 0, 0),), (box("b", 1, 0, label="van"),)], [EXACT, EXACT])

    assert len(found.objects) == 1
    assert found.reasons[0].startswith("car is wrong with a probability of 50")


def test_that_all_may_have_overlooked_something_is_a_doubt_too() -> None:
    same = (box("a", 0, 0),)

    assert truth([same, same], [EXACT, EXACT]).reasons == ()
    assert truth([same], [CARELESS]).reasons[-1] == (
        "50.0% of what is there is overlooked by all who answered; 5.0% is allowed")


def test_the_merged_place_lies_where_the_exact_hand_drew() -> None:
    near, far = box("a", 10, 10), box("b", 40, 10)

    (merged,) = truth([(near,), (far,)], [EXACT, CARELESS]).objects

    assert 10 <= merged.x_px < 11


def test_of_a_field_with_one_shape_the_most_probable_is_kept_and_two_of_them_are_a_doubt() -> None:
    one = Field(name="cars", kind="box", labels=FIELD.labels, multiple=False)

    found = truth([(box("a", 0, 0),), (box("b", 500, 0),)], [EXACT, EXACT], field=one)

    assert len(found.objects) == 1 and all(sure.is_in_doubt for sure in found.sure)
    assert sum(thing.there for thing in weigh([(box("a", 0, 0),), (box("b", 500, 0),)], [EXACT, EXACT],
                                              field=one).things) <= 1


def test_the_order_of_the_answers_changes_nothing() -> None:
    items, _ = draw_items(1, 7)
    hands = [EXACT, EXACT, CARELESS, CARELESS]
    answers = list(items[0].answers)

    there = truth(answers, hands)
    back = truth(answers[::-1], hands[::-1])

    assert there.objects == back.objects and there.reasons == back.reasons


def test_what_an_item_says_of_who_answered_it_counts_hits_misses_and_alarms() -> None:
    both, alarm = box("a", 0, 0), box("b", 500, 0)
    hands = [EXACT, EXACT, CARELESS]

    own = counts_of(weigh([(both,), (both,), (alarm,)], hands), hands, LABELS)

    assert own[0].found == pytest.approx(1, abs=0.01) and own[0].placed == pytest.approx(1, abs=0.01)
    assert own[2].found < 0.05 and own[2].alarms > 0.95 and own[2].things == pytest.approx(1, abs=0.05)


def test_spans_are_weighed_the_same_way() -> None:
    def span(name: str, start: int, end: int) -> Span:
        return Span(id=name, label="drug", start=start, end=end)

    chance, items = np.random.default_rng(2), []
    for _ in range(60):
        true = [(40 * n, 40 * n + 10) for n in range(4)]
        answers = tuple(tuple(span(f"{who}{n}", start + int(chance.integers(-far, far + 1)), end)
                              for n, (start, end) in enumerate(true) if chance.random() < hit)
                        for who, (hit, far) in enumerate(((0.95, 0), (0.95, 1), (0.5, 3))))
        items.append(SeenShapes(people=(0, 1, 2), answers=answers))

    found = fit_shapes(items, KINDS["span"], ("drug",))

    hands = [hand_of(found.crowd, found.counts[i]) for i in range(3)]
    assert [one.hit for one in hands] == pytest.approx([0.95, 0.95, 0.5], abs=0.07)
    assert hands[0].noise < hands[1].noise < hands[2].noise
