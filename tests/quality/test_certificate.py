"""A certificate is the same bytes for the same facts, and says what was not measured."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.kinds import KINDS
from goldsmith.quality.agreement import field_alpha
from goldsmith.quality.audit import AuditedItem, Checked, error_rate, error_rates_by_label
from goldsmith.quality.certificate import (
    NOT_AUDITED,
    AuditFacts,
    Certificate,
    FieldAgreement,
    Tally,
    VersionFacts,
    encode_certificate,
)

from .answers import answer, box, choice, field

VERSION = VersionFacts(
    project="Street scenes", version=3, sha256="9f", cut_at_us=1, schema_version=4, schema_sha256="ab"
)
TRUTH = {
    "i1": answer(box(0), box(50)),
    "i2": {**answer(), "scene": (choice("good"),)},
    "i3": answer(box(0, label="van")),
}
ITEMS = [
    ("i1", ("p", "q"), ("m",), ("CC BY 4.0", "licence")),
    ("i2", ("p",), (), ("own", "consent")),
    ("i3", ("q",), (), ("own", "consent")),
]
FOUND = [
    AuditedItem(objects=2, wrong=i == 0, probability=0.2, by_label={"f/car": Checked(objects=2, wrong=i == 0)})
    for i in range(20)
]
AUDIT = AuditFacts(
    population=100,
    size=20,
    checked=20,
    seed=7,
    sampling="simple random",
    probability_least=0.2,
    probability_most=0.2,
    drawn_at_us=2,
    reviewers=2,
    is_independent=True,
    items_wrong=error_rate(FOUND, of="items"),
    objects_wrong=error_rate(FOUND),
    objects_wrong_by_label=error_rates_by_label(FOUND),
)
ALPHA = FieldAgreement(
    field="f",
    measure="overlap (IoU)",
    alpha=field_alpha(
        [[answer(box(i)), answer(box(i + 1))] for i in range(0, 200, 20)],
        field("box"),
        KINDS["box"],
        np.random.default_rng(1),
    ),
)


def certificate(items: list[Any] = ITEMS) -> Certificate:
    tally = Tally()
    for item, people, models, (licence, basis) in items:
        tally.add(TRUTH[item], people=people, models=models, licence=licence, basis=basis)
    left_out = {"undecided": 2, "near-duplicate": 0, "consent withdrawn": 1}
    return tally.certificate(VERSION, agreement=[ALPHA], audit=AUDIT, left_out=left_out)


def test_a_certificate_counts_what_is_in_the_version() -> None:
    one = certificate()

    assert (one.items, one.objects, one.answers, one.answers_per_item) == (3, 4, 5, 5 / 3)
    assert [(f.field, f.label, f.objects) for f in one.labels] == [
        ("f", "car", 2),
        ("f", "van", 1),
        ("scene", "good", 1),
    ]
    assert [(o.answers, o.items) for o in one.overlap] == [(1, 2), (3, 1)]
    assert (one.annotators.people, one.annotators.models, one.annotators.answers_by_models) == (2, 1, 1)
    assert [(b.licence, b.items) for b in one.basis] == [("CC BY 4.0", 1), ("own", 2)]
    assert [(left.reason, left.items) for left in one.left_out] == [("consent withdrawn", 1), ("undecided", 2)]


def test_errors_stand_beside_their_label_and_are_none_where_not_audited() -> None:
    errors = {figures.label: figures.error for figures in certificate().labels}

    assert errors["car"] is not None and errors["car"].value == 1 / 40
    assert errors["van"] is None


@given(st.permutations(ITEMS))
def test_the_order_of_the_items_does_not_change_a_byte(items: list[Any]) -> None:
    assert encode_certificate(certificate(items)) == encode_certificate(certificate())


def test_a_certificate_can_be_read_back_and_shows_no_annotator() -> None:
    raw = encode_certificate(certificate())

    assert msgspec.json.decode(raw, type=Certificate) == certificate()
    assert not any(f'"{name}"'.encode() in raw for name in "pqrm")


def test_a_version_without_items_or_audit_says_so() -> None:
    empty = Tally().certificate(VERSION)

    assert (empty.items, empty.answers_per_item, empty.audit, empty.audit_reason) == (0, None, None, NOT_AUDITED)
