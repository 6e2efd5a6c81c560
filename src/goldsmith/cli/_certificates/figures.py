"""A certificate's figures as lines for a terminal."""

from __future__ import annotations

from goldsmith.core.money import decimal
from goldsmith.quality.audit import Rate
from goldsmith.quality.calibration import Calibration
from goldsmith.quality.certificate import Certificate, FieldAgreement, LabelFigures


def figures(one: Certificate) -> list[str]:
    """A certificate as lines."""
    return [
        f"schema {one.version.schema_version}, guideline {one.version.guideline_version or 'none'}",
        f"{one.answers} answers by {one.annotators.people} people and {one.annotators.models} models",
        *map(_label, one.labels), *map(_agreement, one.agreement), *_audit(one), *_estimates(one), *_pool(one),
        *_models(one), *_gold(one), *_cost(one),
        *(f"{b.items} items of licence {b.licence or 'unknown'} on {b.basis or 'unknown'}" for b in one.basis),
        *(f"left out: {left.items} {left.reason}" for left in one.left_out), _signature(one)]


def _label(one: LabelFigures) -> str:
    return f"{one.field}/{one.label}: {one.objects} objects" + (f", wrong: {_rate(one.error)}" if one.error else "")


def _agreement(one: FieldAgreement) -> str:
    alpha, name = one.alpha, f"agreement in {one.field} ({one.measure})"
    if alpha.value is None:
        return f"{name}: not known, {alpha.reason}"
    has_interval = alpha.low is not None and alpha.high is not None
    drawn = "" if one.population is None else f" of {one.population} with several answers"
    return f"{name}: alpha {alpha.value:.3f}" + (
        f" [{alpha.low:.3f}, {alpha.high:.3f}]" if has_interval else "") + f" on {alpha.units} items{drawn}"


def _audit(one: Certificate) -> list[str]:
    if one.audit is None:
        return [f"audit: {one.audit_reason}"]
    return [f"audit: {one.audit.checked} of {one.audit.size} items checked by {one.audit.reviewers} reviewers",
            f"items with an error: {_rate(one.audit.items_wrong)}",
            f"wrong objects: {_rate(one.audit.objects_wrong)}"]


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return "nothing was checked"
    return f"{rate.value:.2%} [{rate.low:.2%}, {rate.high:.2%}] at {rate.confidence:.0%}"


def _estimates(one: Certificate) -> list[str]:
    """Nothing of a certificate of the first form, which has no estimates."""
    if one.format.endswith("/1"):
        return []
    error = f"items with an error, with the labels' probabilities: {_rate(one.error.rate)}" if one.error else ""
    shares = [f"{share.field}/{share.label}: {share.in_dataset:.2%} of the field in the dataset, in truth"
              f" {_rate(share.estimate.rate)}" for share in one.shares]
    return [error or f"items with an error, with the labels' probabilities: not known, {one.error_reason}",
            *(shares or [f"class shares in truth: not known, {one.shares_reason}"]),
            _calibration("calibration", one.calibration, "audited", one.calibration_reason),
            *([_calibration("calibration on gold", one.calibration_gold, "gold", one.calibration_gold_reason)]
              if one.gold is not None else [])]


def _calibration(what: str, found: Calibration | None, sort: str, reason: str) -> str:
    if found is None:
        return f"{what}: not known, {reason}"
    return (f"{what}: error {found.error:.3f} on {found.items} {sort} items (by chance up to"
            f" {found.error_by_chance:.3f}); overconfident by {found.overconfidence:+.3f}")


def _pool(one: Certificate) -> list[str]:
    pool = one.pool
    if pool is None:
        return []
    skill = f"half of {pool.skill.people} people are right in {pool.skill.half:.0%} or more" if pool.skill else ""
    groups = [f"{what}: " + ", ".join(f"{group.name or 'others'} {group.people}" for group in found)
              for what, found in (("countries", pool.countries), ("languages", pool.languages)) if found]
    return [f"measured skill: {skill or f'not known, {pool.skill_reason}'}", *groups]


def _models(one: Certificate) -> list[str]:
    found = one.models
    if found is None:
        return []
    names = ", ".join(f"{row.model} {row.answers}" for row in found.models)
    return [f"{found.answers:.1%} of the answers by models ({names}); {found.items_alone} items ({found.alone:.1%})"
            f" answered by models alone, {found.reviewed} of them reviewed"]


def _gold(one: Certificate) -> list[str]:
    if one.gold is None:
        return [f"gold: {one.gold_reason}"] if one.gold_reason else []
    return [f"gold: {one.gold.items} items, {one.gold.answers} answers, right: {_rate(one.gold.right)},"
            f" {one.gold.suspended} suspended, {one.gold.retired} retired"]


def _cost(one: Certificate) -> list[str]:
    if not one.cost:
        return [f"cost: {one.cost_reason}"] if one.cost_reason else []
    lines = []
    for cost in one.cost:
        parts = ", ".join(f"{part.cause} {decimal(part.amount_minor, cost.currency)}" for part in cost.parts)
        lines.append(f"cost: {decimal(cost.total_minor, cost.currency)} {cost.currency} ({parts});"
                     f" {decimal(round(cost.minor_per_item), cost.currency)} an item")
    return lines


def _signature(one: Certificate) -> str:
    return f"signed by the key {one.signature.key_id}" if one.signature else "not signed"
