"""What the second form of a certificate says besides the first: estimates, calibration, models, gold, cost, signature.

Plain facts as in `certificate`; what was not measured is None, with the reason beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.quality.audit import Rate
from goldsmith.quality.pairing import Value
from goldsmith.quality.prediction_powered import Powered, Predicted, Seen, powered_share

NOTHING: tuple[AnnotatedObject, ...] = ()


class ClassShare(Struct, frozen=True, kw_only=True):
    """The share of a field's objects that carry a label: as the dataset has it, and as it really is."""

    field: str
    label: str
    in_dataset: float
    estimate: Powered  # of the version's own items, from the audit and the dataset's labels


class AuditedTruth(Struct, frozen=True, kw_only=True):
    """An audited item of the version: what the dataset says of it, and what is true."""

    dataset: Value
    truth: Value
    probability: float  # with which it was drawn


class ModelAnswers(Struct, frozen=True, kw_only=True):
    """What one model answered, by its name and version."""

    model: str
    answers: int


class ModelShare(Struct, frozen=True, kw_only=True):
    """How much of a version comes from models."""

    models: tuple[ModelAnswers, ...]  # who answered most first
    answers: float  # their share of all answers
    items_alone: int  # items that no person answered
    alone: float  # these as a share of all items: labels that are settled by models
    reviewed: int  # of them, those that a reviewer decided


class GoldFacts(Struct, frozen=True, kw_only=True):
    """How hidden items whose answer was known were answered, by people and models."""

    items: int  # whose known answer is trusted
    answers: int  # given to them, and judged
    right: Rate  # the share of those that were right
    suspended: int  # items whose known answer is in doubt; they count in nothing else
    retired: int  # items that were taken out; likewise


class CostPart(Struct, frozen=True, kw_only=True):
    """What left the project's budget for one cause."""

    cause: str  # as in the ledger: annotation, bonus, correction, appeal, top_up
    amount_minor: int


class Cost(Struct, frozen=True, kw_only=True):
    """What the project's people were paid up to the certificate, in one currency's smallest units."""

    currency: str
    total_minor: int
    parts: tuple[CostPart, ...]
    minor_per_item: float  # of the version
    minor_per_label: float | None  # per object of the version; None: it has none


class Signature(Struct, frozen=True, kw_only=True):
    """Who vouches for a certificate; it is over the canonical bytes of all else that the certificate says."""

    algorithm: Literal["ed25519"]
    key_id: str  # the first 16 hex digits of the public key's SHA-256
    public_key: str  # 32 bytes, base64
    value: str  # 64 bytes, base64


def class_shares(
    counts: Mapping[tuple[str, str], int], audited: Sequence[AuditedTruth], items: int
) -> tuple[ClassShare, ...]:
    """The share of each label in its field, by field and label; `counts` are the dataset's objects in `items` items.

    The dataset's labels are the prediction for every item, the audit is the truth of some; see `powered_share`.
    """
    found = set(counts) | {(field, one.label) for item in audited for field, objects in item.truth.items()
                           for one in objects}
    whole: dict[str, int] = {}
    for (field, _), n in counts.items():
        whole[field] = whole.get(field, 0) + n
    made = []
    for field, label in sorted(found):
        n, of = counts.get((field, label), 0), whole.get(field, 0)
        estimate = powered_share([_seen(item, field, label) for item in audited],
                                 Predicted(items=items, part=n, whole=of), finite=True)
        made.append(ClassShare(field=field, label=label, in_dataset=n / of if of else 0.0, estimate=estimate))
    return tuple(made)


def _seen(item: AuditedTruth, field: str, label: str) -> Seen:
    truth, dataset = item.truth.get(field, NOTHING), item.dataset.get(field, NOTHING)
    return Seen(part=sum(one.label == label for one in truth), whole=len(truth), probability=item.probability,
                predicted_part=sum(one.label == label for one in dataset), predicted_whole=len(dataset))


def powered_error(seen: Sequence[Seen], every: Predicted, plain: Rate) -> Powered:
    """The share of items with an error, where each has a probability of being wrong; never wider than `plain`."""
    found = powered_share(seen, every)
    if found.weight == 0 or found.rate.high - found.rate.low >= plain.high - plain.low:
        return Powered(rate=plain, plain=plain, weight=0.0)
    return Powered(rate=found.rate, plain=plain, weight=found.weight)


def share_from_models(answers: Mapping[str, int], *, all_answers: int, items: int, alone: int,
                      reviewed: int) -> ModelShare | None:
    """How much of a version these models answered (name and version → answers); None where none did."""
    if not answers:
        return None
    rows = sorted(answers.items(), key=lambda one: (-one[1], one[0]))
    return ModelShare(
        models=tuple(ModelAnswers(model=name, answers=n) for name, n in rows), items_alone=alone, reviewed=reviewed,
        answers=sum(answers.values()) / all_answers if all_answers else 0.0, alone=alone / items if items else 0.0)


def cost_of(parts: Mapping[str, Mapping[str, int]], *, items: int, objects: int) -> tuple[Cost, ...]:
    """What was paid, by currency and cause, over what the version holds; nothing where the version is empty."""
    found = []
    for currency, by_cause in sorted(parts.items()):
        kept = tuple(CostPart(cause=cause, amount_minor=n) for cause, n in sorted(by_cause.items()) if n)
        total = sum(one.amount_minor for one in kept)
        if kept and items:
            found.append(Cost(currency=currency, total_minor=total, parts=kept, minor_per_item=total / items,
                              minor_per_label=total / objects if objects else None))
    return tuple(found)
