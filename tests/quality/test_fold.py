"""One answer more in an item, of every kind: it comes to what all answers come to, with everybody's skill as it was."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec import structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.kinds import KINDS
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.quality.em.item import weigh_item
from goldsmith.quality.fusion import masks, spans, texts
from goldsmith.quality.orders import preferences, ratings
from goldsmith.quality.shapes import fold as shapes
from goldsmith.quality.shapes.fit import fit_shapes
from goldsmith.quality.shapes.item import weigh_marks
from goldsmith.quality.shapes.marks import group_marks
from tests.quality.drawn import LABELS, draw_items


@pytest.mark.parametrize("kind", ["box", "polygon"])
def test_shapes_folded_one_by_one_come_to_what_all_of_them_come_to(kind: str) -> None:
    plug, drawn = KINDS[kind], draw_items(30, 1)[0]
    if kind == "polygon":
        drawn = [structs.replace(one, answers=tuple(tuple(_outline(box) for box in own) for own in one.answers))
                 for one in drawn]
    fitted = fit_shapes(drawn[:-1], plug, LABELS)
    folded = shapes.FoldedShapes()
    order = [2, 0, 3, 1]
    for who in order:
        folded = shapes.fold(fitted, folded, who, drawn[-1].answers[who], plug, LABELS)

    hands = [shapes.known_hand(fitted.crowd, fitted.counts[who]) for who in range(4)]
    whole = weigh_marks(fitted.crowd, hands, group_marks(drawn[-1].answers, plug), LABELS)

    assert folded.weighed is not None and len(whole.things) >= 5
    there = sorted(one.there for one in whole.things)
    assert sorted(one.there for one in folded.weighed.things) == pytest.approx(there)
    assert folded.weighed.overlooked == pytest.approx(whole.overlooked)
    assert {tuple(sorted(one.id for one in thing.mark.members.values())) for thing in folded.weighed.things} == {
        tuple(sorted(one.id for one in thing.mark.members.values())) for thing in whole.things}


def _outline(box: AnnotatedObject) -> Polygon:
    assert isinstance(box, Box)
    x, y, right, bottom = box.x_px, box.y_px, box.x_px + box.width_px, box.y_px + box.height_px
    return Polygon(id=box.id, label=box.label, points=((x, y), (right, y), (right, bottom), (x, bottom)))


def test_somebody_new_is_taken_to_draw_as_all_do() -> None:
    drawn = draw_items(30, 1)[0]
    fitted = fit_shapes(drawn[:-1], KINDS["box"], LABELS)

    alone = shapes.fold(fitted, shapes.FoldedShapes(), 99, drawn[-1].answers[0], KINDS["box"], LABELS)

    assert alone.weighed is not None
    assert alone.weighed.overlooked == pytest.approx(1 - fitted.crowd.hit)


def test_a_mask_more_gives_the_probabilities_that_the_fit_has_by_the_same_rates() -> None:
    chance, drawn, task, who = np.random.default_rng(3), [], [], []
    for t in range(6):
        thing = np.zeros((12, 12), dtype=bool)
        thing[2:9, 3:10] = True
        for a, noise in enumerate((0.02, 0.05, 0.3)):
            drawn.append(thing ^ (chance.random(thing.shape) < noise))
            task.append(t)
            who.append(a)
    found = masks.fuse(task, who, drawn)

    probability, mask = masks.fold(found, [0, 1, 2], drawn[:3])

    assert found.probability[0] is not None and found.mask[0] is not None
    assert probability == pytest.approx(found.probability[0], abs=1e-6) and (mask == found.mask[0]).all()
    outvoted = masks.fold(found, [0, 1, 2, 7], [*drawn[:3], ~drawn[0]])[0]
    assert outvoted.shape == (12, 12) and (outvoted >= 0).all() and (outvoted <= 1).all()


def test_spans_folded_into_a_text_come_to_the_same_whatever_the_order_and_skill_decides() -> None:
    chance, rows, tokens = np.random.default_rng(5), [], [spans.words_of("a few small words in a row here")] * 20
    answered = [(t, a) for t in range(20) for a in range(3)]
    for t in range(20):
        for a, right in enumerate((0.98, 0.95, 0.4)):
            if chance.random() < right:
                rows.append((t, a, 2, 11, 0))
            if chance.random() > right:
                rows.append((t, a, 12, 17, 0))
    found = spans.fuse(*np.array(rows).T[:4], tokens, answered=answered)
    said = [[(2, 11, 0)], [(2, 11, 0)], [(12, 17, 0)]]

    one = spans.fold(found, tokens[0], [0, 1, 2], said)
    other = spans.fold(found, tokens[0], [2, 1, 0], said[::-1])

    assert list(zip(one.start, one.end, strict=True)) == [(2, 11)] == list(zip(other.start, other.end, strict=True))
    assert one.probability == pytest.approx(other.probability)
    alone = spans.fold(found, tokens[0], [0, 9], [[(2, 11, 0)], []])
    assert alone.start.tolist() == [2], "an exact reader against a stranger"


def test_a_rating_folded_in_gives_the_level_that_all_ratings_give_by_the_same_biases() -> None:
    chance = np.random.default_rng(2)
    truth = chance.integers(0, 5, 60)
    task, who = np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60)
    said = np.clip(np.rint(truth[task] + np.array([0, 0, 1, -1])[who] + chance.normal(0, 0.5, 240)), 0, 4).astype(int)
    found = ratings.fit(task, who, said, 5)
    logs = found.log_share + sum(found.log_named[a][:, level] for a, level in zip(who[:4], said[:4], strict=True))
    assert found.probability[0] == pytest.approx(np.exp(logs) / np.exp(logs).sum(), abs=1e-6)

    ratings.fold(found, 0, 2, 4)

    after = logs + found.log_named[2][:, 4]
    assert found.probability[0] == pytest.approx(np.exp(after) / np.exp(after).sum(), abs=1e-6)
    assert found.mean[0] == pytest.approx(found.probability[0] @ np.arange(5))
    ratings.fold(found, 1, 50, int(truth[1]))
    assert found.level[1] == truth[1]
    with pytest.raises(ValueError, match="no task"):
        ratings.fold(found, 60, 0, 0)


def test_a_verdict_folded_in_is_weighed_as_all_verdicts_of_the_pair_are() -> None:
    chance = np.random.default_rng(2)
    truth = chance.integers(1, 3, 80)
    rows = [(t, a, truth[t] if chance.random() < right else 3 - truth[t])
            for t in range(80) for a, right in enumerate((0.95, 0.9, 0.6))]
    found = preferences.fit(*np.array(rows).T)
    consensus = found.consensus
    said = [int(v) for t, _, v in rows if t == 0]
    whole = weigh_item(consensus.crowd, consensus.confusion[[0, 1, 2, 0]], [*said, 1])[0]

    after = preferences.fold(found, 0, 0, 1)

    assert after.probability[0] == pytest.approx(whole, abs=1e-6)
    assert after.skill[0] > after.skill[2]


def test_a_text_folded_in_is_chosen_by_the_weights_that_are_known() -> None:
    good, close, odd = "the cat sat on the mat", "the cat sat on a mat", "dogs bark loudly at night"
    said = [good, good, odd] * 10
    found = texts.fuse(np.repeat(np.arange(10), 3), [0, 1, 2] * 10, said)

    best, cost = texts.fold(found, [2, 0, 1, 5], [odd, good, close, close])

    assert best in (1, 2, 3) and cost < 0.5
    assert texts.fold(found, [0, 1, 2], said[:3])[0] == 0 and found.cost[0] == texts.fold(found, [0, 1, 2], said[:3])[1]
    assert texts.fold(found, [8, 9], [good, odd])[0] == -1, "two strangers who differ are a tie"
