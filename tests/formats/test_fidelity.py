"""Whatever a format does not give back it has counted; the published table says so."""

from __future__ import annotations

import pytest

from goldsmith.formats import FORMATS, LOSSES
from goldsmith.formats._losses import is_whole_object
from goldsmith.kinds import KINDS
from tests.formats import fidelity
from tests.formats.fidelity import FEATURES, PAGE, TOLD_OTHERS, Feature, Outcome, page, unexplained

_seen: dict[tuple[str, str, str], Outcome] = {}


def outcome(format_name: str, feature: Feature) -> Outcome:
    """The walk's outcome, walked once."""
    key = (format_name, feature.group, feature.name)
    _seen[key] = _seen.get(key) or fidelity.outcome(format_name, feature)
    return _seen[key]


every_case = pytest.mark.parametrize(
    ("format_name", "feature"),
    [pytest.param(n, f, id=f"{n}-{f.group}-{f.name}") for n in sorted(FORMATS) for f in FEATURES],
)


@every_case
def test_a_difference_is_a_counted_loss_and_a_loss_is_a_difference(format_name: str, feature: Feature) -> None:
    found = outcome(format_name, feature)

    assert unexplained(found) == []
    assert found.differences or set(found.report.losses) <= TOLD_OTHERS


@every_case
def test_objects_written_and_objects_lost_are_all_objects(format_name: str, feature: Feature) -> None:
    report = outcome(format_name, feature).report

    given = sum(len(objects) for r in feature.records for objects in r.value.values())
    assert given == report.objects + sum(n for sort, n in report.losses.items() if is_whole_object(sort))


@every_case
def test_every_loss_has_a_sentence(format_name: str, feature: Feature) -> None:
    losses = outcome(format_name, feature).report.losses

    assert {s for s in losses if not s.endswith(" object")} <= set(LOSSES)
    assert all(count > 0 for count in losses.values())


def test_every_kind_of_object_is_walked_through_every_format() -> None:
    assert set(KINDS) <= {f.group for f in FEATURES}


def test_a_loss_that_is_not_counted_would_be_found() -> None:
    feature = next(f for f in FEATURES if f.name == "holes")
    found = fidelity.outcome("coco", feature)

    found.report.losses.clear()
    assert unexplained(Outcome(found.report, found.differences)) == ["hole"]


def test_the_page_on_formats_is_not_stale() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text, "Run: python -m tests.formats.fidelity"
