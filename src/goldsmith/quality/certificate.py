"""Certificate: every measured figure of one dataset version, on one page that a program can read too.

It is assembled from plain facts and nothing else: no clock, no chance, no database. The same facts give the same
bytes, so it can be hashed and is signed. A figure that was not measured is None with its reason, never a guess.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from goldsmith.quality.annotator_pool import AnnotatorPool
from goldsmith.quality.audit import Rate, label_key
from goldsmith.quality.calibration import Calibration
from goldsmith.quality.canonical import canonical_bytes
from goldsmith.quality.certified import ClassShare, Cost, GoldFacts, ModelShare, Signature
from goldsmith.quality.distance_alpha import Alpha
from goldsmith.quality.pairing import Value
from goldsmith.quality.prediction_powered import Powered

FORMAT: Literal["goldsmith-certificate/2"] = "goldsmith-certificate/2"
NOT_AUDITED = "no audit was made"


class VersionFacts(Struct, frozen=True, kw_only=True):
    """Which dataset version is certified, and under which rules it was made."""

    project: str
    version: int
    sha256: str  # of the version's manifest
    cut_at_us: int
    schema_version: int
    schema_sha256: str
    guideline_version: int | None = None  # None: the project has no guideline


class AuditFacts(Struct, frozen=True, kw_only=True):
    """How the audit was made and what it found."""

    population: int  # tasks the sample was drawn from
    size: int  # tasks drawn
    checked: int  # of them, those checked so far; the rates rest on these
    seed: int
    sampling: str  # "simple random"
    probability_least: float
    probability_most: float
    drawn_at_us: int
    reviewers: int
    is_independent: bool  # no reviewer checked what they had labelled or reviewed before
    items_wrong: Rate
    objects_wrong: Rate
    objects_wrong_by_label: dict[str, Rate]  # by `label_key`
    tolerance: dict[str, float] = {}  # by kind: the distance (1 - IoU) up to which a place counted as right


class FieldAgreement(Struct, frozen=True, kw_only=True):
    """Krippendorff's alpha of one field."""

    field: str
    measure: str  # the distance alpha rests on: "label", "overlap (IoU)"
    alpha: Alpha  # on `alpha.units` tasks
    population: int | None = None  # tasks with several answers that those were drawn from at random; None: not drawn


class LabelFigures(Struct, frozen=True, kw_only=True):
    """One label: how many objects carry it, and the share of them that the audit shows wrong."""

    field: str
    label: str
    objects: int
    error: Rate | None  # None: no audited object has the label


class Annotators(Struct, frozen=True, kw_only=True):
    """Who answered, counted."""

    people: int
    models: int
    answers_by_people: int
    answers_by_models: int


class BasisCount(Struct, frozen=True, kw_only=True):
    """Items of one licence on one basis."""

    licence: str
    basis: str
    items: int


class Overlap(Struct, frozen=True, kw_only=True):
    """How many items have how many answers."""

    answers: int
    items: int


class LeftOut(Struct, frozen=True, kw_only=True):
    """Items that are not in the version, and why."""

    reason: str
    items: int


class Estimates(Struct, frozen=True, kw_only=True):
    """What the second form of a certificate says besides the first; each part is None, or empty, with its reason."""

    error: Powered | None = None  # share of items with an error, by the probabilities of all items and the audit
    error_reason: str = ""
    shares: tuple[ClassShare, ...] = ()  # by field and label
    shares_reason: str = ""
    calibration: Calibration | None = None  # on audited items, which were drawn at random
    calibration_reason: str = ""
    calibration_gold: Calibration | None = None  # the same on gold, which a person chose; not in `calibration`
    calibration_gold_reason: str = ""
    pool: AnnotatorPool | None = None
    models: ModelShare | None = None  # None: no model answered
    gold: GoldFacts | None = None
    gold_reason: str = ""
    cost: tuple[Cost, ...] = ()  # by currency
    cost_reason: str = ""


class Certificate(Estimates, frozen=True, kw_only=True):
    """What a dataset version holds, who made it, how good it is, how that is known, and who vouches for it.

    Of the first form, which was not signed, everything that `Estimates` has is absent.
    """

    format: Literal["goldsmith-certificate/1", "goldsmith-certificate/2"]
    version: VersionFacts
    items: int
    objects: int
    labels: tuple[LabelFigures, ...]  # by field and label
    answers: int  # given to the items of the version
    answers_per_item: float | None  # None: no items
    overlap: tuple[Overlap, ...]  # by number of answers
    annotators: Annotators
    agreement: tuple[FieldAgreement, ...]  # by field
    audit: AuditFacts | None
    audit_reason: str  # why there is no audit; empty where there is one
    basis: tuple[BasisCount, ...]
    left_out: tuple[LeftOut, ...]
    signature: Signature | None = None  # None: not signed


class Tally:
    """Counts what a certificate says of the items, one at a time; holds counts and the annotators' pseudonyms only."""

    def __init__(self) -> None:
        self.items = 0
        self._objects: Counter[tuple[str, str]] = Counter()
        self._origins: Counter[tuple[str, str]] = Counter()
        self._overlap: Counter[int] = Counter()
        self._names: dict[bool, set[str]] = {False: set(), True: set()}  # is it a model → pseudonyms
        self._answers: Counter[bool] = Counter()
        self.by_models_alone = 0  # items that models answered and no person did

    @property
    def objects(self) -> Mapping[tuple[str, str], int]:
        """Objects by field and label."""
        return self._objects

    @property
    def answers(self) -> int:
        """Answers to all items, by people and models."""
        return self._answers.total()

    def add(
        self, value: Value, *, people: Collection[str], models: Collection[str] = (), licence: str, basis: str
    ) -> None:
        """Count an item of the version: its settled value, and the pseudonyms of everybody who answered it."""
        self.items += 1
        self._objects.update((field, one.label) for field, objects in value.items() for one in objects)
        self._origins[licence, basis] += 1
        self._overlap[len(people) + len(models)] += 1
        self.by_models_alone += bool(models) and not people
        for is_model, names in ((False, people), (True, models)):
            self._names[is_model].update(names)
            self._answers[is_model] += len(names)

    def certificate(
        self,
        version: VersionFacts,
        *,
        agreement: Sequence[FieldAgreement] = (),
        audit: AuditFacts | None = None,
        left_out: Mapping[str, int] | None = None,
        estimates: Estimates = Estimates(),  # noqa: B008 (frozen)
    ) -> Certificate:
        """The certificate of what was counted; the order in which it was counted changes nothing."""
        answers = self._answers.total()
        return Certificate(
            **{name: getattr(estimates, name) for name in Estimates.__struct_fields__},
            format=FORMAT,
            version=version,
            items=self.items,
            objects=self._objects.total(),
            labels=self._labels(audit),
            answers=answers,
            answers_per_item=answers / self.items if self.items else None,
            overlap=tuple(Overlap(answers=n, items=self._overlap[n]) for n in sorted(self._overlap)),
            annotators=Annotators(
                people=len(self._names[False]),
                models=len(self._names[True]),
                answers_by_people=self._answers[False],
                answers_by_models=self._answers[True],
            ),
            agreement=tuple(sorted(agreement, key=lambda one: one.field)),
            audit=audit,
            audit_reason="" if audit else NOT_AUDITED,
            basis=tuple(
                BasisCount(licence=licence, basis=basis, items=n)
                for (licence, basis), n in sorted(self._origins.items())
            ),
            left_out=tuple(LeftOut(reason=reason, items=n) for reason, n in sorted((left_out or {}).items()) if n),
        )

    def _labels(self, audit: AuditFacts | None) -> tuple[LabelFigures, ...]:
        errors = audit.objects_wrong_by_label if audit else {}
        return tuple(
            LabelFigures(field=field, label=label, objects=n, error=errors.get(label_key(field, label)))
            for (field, label), n in sorted(self._objects.items())
        )


def encode_certificate(certificate: Certificate) -> bytes:
    """The certificate as canonical JSON (RFC 8785): the same certificate gives the same bytes."""
    return canonical_bytes(msgspec.to_builtins(certificate))
