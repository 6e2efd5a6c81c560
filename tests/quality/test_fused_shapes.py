"""Shapes from several people: numbers, what is there, areas, points, cuboids and tracks, in small cases by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from goldsmith.quality.fusion import boxes, cuboids, keypoints, masks, polygons, tracks
from goldsmith.quality.fusion.existence import probability_there
from goldsmith.quality.fusion.precision import fuse_numbers
from goldsmith.quality.fusion.raster import fill, outlines, ring_area


def hands(noises: tuple[float, ...], groups: int, seed: int = 1) -> tuple[Any, Any, Any, Any]:
    """Group, annotator, value and truth: everybody gives two numbers to each group."""
    chance = np.random.default_rng(seed)
    truth = chance.normal(0, 10, (groups, 2))
    group, who = np.repeat(np.arange(groups), len(noises)), np.tile(np.arange(len(noises)), groups)
    return group, who, truth[group] + chance.normal(0, 1, (len(group), 2)) * np.array(noises)[who][:, None], truth


def test_noise_is_recovered_within_its_interval_and_the_mean_beats_the_plain_one() -> None:
    true = (0.5, 1.0, 2.0, 4.0)
    group, who, value, truth = hands(true, 300)

    found = fuse_numbers(group, who, value)

    assert found.noise == pytest.approx(true, rel=0.15)
    assert (found.noise_low < true).sum() >= 3 and (found.noise_high > true).all()
    plain = value.reshape(300, 4, 2).mean(axis=1)
    assert np.abs(found.mean - truth).mean() < 0.5 * np.abs(plain - truth).mean()
    assert np.std(found.mean - truth) == pytest.approx(found.error.mean(), rel=0.15)


def test_a_slip_counts_for_nearly_nothing_and_makes_nobody_careless() -> None:
    group, who, value, truth = hands((1.0, 1.0, 1.0), 200)
    clean = fuse_numbers(group, who, value).noise[0]
    value[0] += 40

    found = fuse_numbers(group, who, value)

    assert found.weight[0] < 0.1 and found.noise[0] < 1.4 * clean
    assert np.abs(found.mean[0] - truth[0]).max() < 3


def test_two_hands_are_weighed_alike_until_somebody_can_tell_them_apart() -> None:
    group, who, value, _ = hands((1.0, 1.0), 4)

    found = fuse_numbers(group[:2], who[:2], value[:2])

    assert found.weight.tolist() == pytest.approx([0.5, 0.5]) and found.mean[0] == pytest.approx(value[:2].mean(axis=0))


@pytest.mark.parametrize(("value", "words"), [([[1.0, np.nan]], "not finite"), ([[1.0], [2.0]], "shape")])
def test_what_are_no_numbers_is_refused(value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fuse_numbers([0], [0], value)


def test_who_found_nothing_has_a_say_in_what_is_there() -> None:
    mark = [10.0, 10, 50, 40]
    task, answered = [0, 1, 1, 1], [(t, a) for t in (0, 1) for a in range(3)]

    found = boxes.fuse(task, [0, 0, 1, 2], [mark] * 4, answered=answered)

    assert found.existence.votes.tolist() == [1, 3] and found.existence.asked.tolist() == [3, 3]
    assert found.existence.is_there.tolist() == [0, 1]
    assert found.existence.probability[0] < 0.5 < found.existence.probability[1]


def test_two_of_two_things_side_by_side_stay_two_and_the_label_is_voted_on() -> None:
    left, right = [0.0, 0, 10, 10], [9.0, 0, 19, 10]
    rows = [(a, box, label) for a in range(3) for box, label in ((left, 0), (right, 1 if a else 0))]

    found = boxes.fuse([0] * 6, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    assert len(found.box) == 2 and found.label.tolist() == [0, 1]
    assert found.box.tolist() == pytest.approx(np.array([left, right])) and found.group.tolist() == [0, 1] * 3


def test_one_of_two_marking_it_is_a_tie_until_skill_is_known() -> None:
    found = boxes.fuse([0], [0], [[0.0, 0, 9, 9]], answered=[(0, 0), (0, 1)])

    assert found.existence.is_there.tolist() == [-1]
    assert probability_there([0.95, 0.6], [0.02, 0.3], [True, False]) > 0.9
    assert probability_there([0.95, 0.6], [0.02, 0.3], [False, True]) < 0.2
    assert probability_there([0.8, 0.8], [0.2, 0.2], [True, False]) == pytest.approx(0.5)


def test_a_box_without_an_area_is_refused() -> None:
    with pytest.raises(ValueError, match="no area"):
        boxes.fuse([0], [0], [[5.0, 5, 5, 9]])


def test_where_masks_agree_nothing_is_weighed_and_where_they_do_not_skill_decides() -> None:
    chance = np.random.default_rng(2)
    truth = [np.pad(chance.random((10, 10)) < 0.5, 20) for _ in range(8)]
    rows = [(t, a, one ^ np.pad(chance.random((10, 10)) < wrong, 20))
            for t, one in enumerate(truth) for a, wrong in enumerate((0.02, 0.05, 0.35, 0.35, 0.35))]

    found = masks.fuse([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])

    assert found.mask[0] is not None and not found.mask[0][:20].any()
    errors = np.mean([(one != t)[20:30, 20:30].mean() for one, t in zip(found.mask, truth, strict=True)])
    plain = np.mean([((np.mean([row[2] for row in rows if row[0] == t], axis=0) > 0.5) != one)[20:30, 20:30].mean()
                     for t, one in enumerate(truth)])
    assert errors < 0.03 < 0.05 < plain
    assert found.skill[:2].min() > 0.85 > 0.6 > found.skill[2:].max()


def test_a_pixel_that_one_of_two_marked_is_a_tie() -> None:
    first, second = np.zeros((2, 4), dtype=bool), np.zeros((2, 4), dtype=bool)
    first[0, :2], second[0, 1:3] = True, True

    found = masks.fuse([0, 0], [0, 1], [first, second])

    assert found.mask[0] is not None and found.mask[0].tolist() == [[-1, 1, -1, 0], [0, 0, 0, 0]]


def test_outlines_go_round_what_is_above_and_the_other_way_round_holes() -> None:
    field = np.zeros((30, 40))
    field[5:25, 5:35] = 1
    field[10:20, 12:20] = 0
    field[0:3, 0:3] = 1

    rings = outlines(field, 100.0, 200.0, 2.0)

    areas = [ring_area(ring) for ring in rings]
    assert [np.sign(area) for area in areas] == [1, -1, 1]
    assert areas == pytest.approx([20 * 30 * 4, -10 * 8 * 4, 9 * 4], rel=0.3)
    assert np.array_equal(fill(rings, 100.0, 200.0, 2.0, (30, 40)), field > 0.5)


@pytest.mark.parametrize(("joint", "parts"), [(0.0, 2), (0.4, 1)])
def test_corners_that_meet_belong_together_when_what_lies_between_says_so(joint: float, parts: int) -> None:
    field = np.zeros((10, 10))
    field[2:5, 2:5] = field[5:8, 5:8] = 1
    field[4, 5] = field[5, 4] = joint

    assert len(outlines(field, 0.0, 0.0, 1.0)) == parts


def test_a_polygon_keeps_its_hole_and_lies_between_those_drawn() -> None:
    def square(low: float, high: float) -> Any:
        return np.array([[low, low], [high, low], [high, high], [low, high]])

    drawn = [[square(0, 100 + 10 * a), square(40, 60)] for a in range(3)]
    found = polygons.fuse([0] * 3, [0, 1, 2], drawn)

    outer, hole = found.rings[0]
    assert (outer.min(), outer.max()) == pytest.approx((0, 110), abs=2)
    assert abs(ring_area(hole)) == pytest.approx(400, rel=0.1)
    assert polygons.overlap(found.rings[0], drawn[1]) > 0.97


def test_a_cuboid_turned_round_by_one_of_three_faces_as_the_others_say() -> None:
    whole = np.array([1.0, 2, 0, 4, 2, 1.5, 0.3])
    turned = whole + [0, 0, 0, 0, 0, 0, np.pi]
    across = whole + [0, 0, 0, 0, 0, 0, -2 * np.pi + 0.1]

    found = cuboids.fuse([0, 0, 0], [0, 1, 2], [whole, turned, across])

    assert found.cuboid[0, :6] == pytest.approx(whole[:6])
    assert found.cuboid[0, 6] == pytest.approx(0.33, abs=0.03) and 0.5 < found.heading[0] < 0.7


def test_cuboids_overlap_in_space_and_not_only_on_the_ground() -> None:
    first = np.array([0.0, 0, 0, 4, 2, 2, 0])
    iou = cuboids.cuboid_iou(np.array([first, first + [0, 0, 1, 0, 0, 0, np.pi / 2], first + [0, 0, 2, 0, 0, 0, 0],
                                       first + [2, 0, 0, 0, 0, 0, np.pi]]))

    assert iou[0, 1] == pytest.approx(4 / (16 + 16 - 4), abs=0.01) and iou[0, 2] == 0
    assert iou[0, 3] == pytest.approx(1 / 3, abs=0.01)


def test_hard_points_are_found_out_and_a_point_that_most_do_not_see_is_not_there() -> None:
    chance = np.random.default_rng(5)
    truth = chance.uniform(0, 100, (60, 3, 2))
    task, who = np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60)
    wide = np.array([0.5, 1, 2])
    noise = wide[None, :, None] * np.array([1.0, 2, 4])[who][:, None, None]
    point = truth[task] + chance.normal(0, 1, (180, 3, 2)) * noise
    seen = np.ones((180, 3), dtype=int)
    seen[:2, 1] = 0

    found = keypoints.fuse(task, who, point, seen, size=np.full(60, 100.0))

    assert found.hardness == pytest.approx([0.5, 1, 2], rel=0.2)
    assert found.place.noise == pytest.approx([0.01, 0.02, 0.04], rel=0.25)
    assert found.visibility[0].tolist() == [1, 0, 1] and np.isnan(found.point[0, 1]).all()


def square_track(x: float, frames: range) -> tuple[Any, Any]:
    return np.array(list(frames)), np.array([[x + f, 0.0, x + f + 10, 10] for f in frames])


def test_a_frame_that_most_followers_have_is_kept_and_a_track_that_one_of_three_has_is_not() -> None:
    rows: list[tuple[int, int, int, Any]] = []
    for who, frames in enumerate((range(0, 6), range(0, 6), range(0, 5))):
        rows += [(who, 7 - who, f, box) for f, box in zip(*square_track(0, frames), strict=True)]
    rows += [(2, 99, f, box) for f, box in zip(*square_track(80, range(3)), strict=True)]

    found = tracks.fuse([0] * len(rows), [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows],
                        [r[3] for r in rows])

    assert found.tracks.votes.tolist() == [3, 1] and found.tracks.is_there.tolist() == [1, 0]
    assert found.frame[found.track == 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert (found.frames.is_there[found.track == 0] == 1).all()


def test_hota_and_idf1_of_a_track_cut_in_two() -> None:
    when, box = square_track(0, range(10))
    halves = (when >= 5).astype(int)

    whole = tracks.compare(when, np.zeros(10, int), box, when, np.zeros(10, int), box)
    cut = tracks.compare(when, np.zeros(10, int), box, when, halves, box)
    nothing = tracks.compare([], [], np.zeros((0, 4)), when, halves, box)

    assert (whole.hota, whole.idf1) == (1, 1) and nothing.hota == 0
    assert (cut.detection, cut.association, cut.hota) == pytest.approx((1, 0.5, np.sqrt(0.5)))
    assert cut.idf1 == pytest.approx(0.5)
