"""Consensus: one value from several answers where more than half of them say so, and a stated doubt where not.

Majority voting per object, after objects of the same place were grouped (see `pairing`). A tie is never settled
by accident: it makes the value undecided, with its reasons in words. Nothing depends on the order of the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject, AttributeValue
from goldsmith.core.schema import Field, LabelSchema, asked_fields, is_asked
from goldsmith.quality.pairing import (
    TIE,
    Group,
    Objects,
    Plug,
    Value,
    agreement,
    group,
    has_place,
    is_per_label,
    place_distance,
)
from goldsmith.quality.references import Names, joins_of
from goldsmith.quality.vote import Ballot, Tally, tally


class Reason(Struct, frozen=True, kw_only=True):
    """Why a field is undecided, and about which objects of the partial value (none: about the field)."""

    field: str
    object_ids: tuple[str, ...]
    text: str


class Settled(Struct, frozen=True, kw_only=True):
    """What more than half of the answers say, everywhere.

    `agreement` is the mean of `per_field` over the fields that two or more were asked and somebody filled; 1 where
    there is none. A field that the value does not ask is neither in `value` nor in `per_field`.
    """

    value: dict[str, tuple[AnnotatedObject, ...]]
    agreement: float  # in [0, 1]
    per_field: dict[str, float]


class Undecided(Struct, frozen=True, kw_only=True):
    """Where no majority decides. `value` is what a reviewer starts from: all that is decided, and tied shapes."""

    reasons: tuple[Reason, ...]
    value: dict[str, tuple[AnnotatedObject, ...]]
    agreement: float  # in [0, 1]
    per_field: dict[str, float]


class _FieldResult(Struct, frozen=True, kw_only=True):
    objects: tuple[AnnotatedObject, ...] = ()
    reasons: tuple[Reason, ...] = ()
    agreement: float = 1.0
    is_compared: bool = False  # two or more were asked, and somebody filled it
    groups: tuple[Group, ...] = ()  # all that somebody marked, kept or not
    names: tuple[str, ...] = ()  # by group: the id of the object that it came to, else a name that no object has


def settle(
    answers: Sequence[Value], schema: LabelSchema, plugs: Mapping[str, Plug], *, limit: float = 0.5,
    weights: Sequence[float] | None = None
) -> Settled | Undecided:
    """One value from at least one answer; `plugs` by the name of the kind.

    Shapes farther apart than `limit` (a distance of the kind, in [0, 1)) are different objects. One answer gives
    itself; of two, both must agree. A field with a condition is asked where what the earlier fields came to says so,
    and decided among those whose own answers asked it; elsewhere it is left empty, which is no doubt.
    What joins objects is decided after them, by what their objects came to; so are ids that it names.
    `weights`, one > 0 for each answer, say how much its places count where places are merged (None: all alike), such as
    1 / noise² of those who drew them (`fusion`). What is there is decided by votes all the same.
    """
    if not answers:
        raise ValueError("no answers to settle")
    shares = [1.0] * len(answers) if weights is None else list(weights)
    if len(shares) != len(answers) or min(shares) <= 0:
        raise ValueError("weights are not one number above 0 for each answer")
    taken: set[str] = set()
    results: dict[str, _FieldResult] = {}
    labels: dict[str, set[str]] = {}  # of what the fields came to
    asked = [asked_fields(schema, answer) for answer in answers]
    called = Names(len(answers))
    for field in schema.fields:
        if not is_asked(field, labels):
            continue
        voters = [i for i, names in enumerate(asked) if field.name in names]
        rule = _Rule(plugs[field.kind], limit, [shares[i] for i in voters])
        result = _settle_named({i: answers[i] for i in voters}, field, rule, called, taken)
        if joins_of(rule.plug) is not None and len(answers) > 1:
            result = _joined(result, field, rule.plug, taken)
        results[field.name], labels[field.name] = result, {one.label for one in result.objects}
    value = {name: result.objects for name, result in results.items() if any(name in answer for answer in answers)}
    per_field = {name: result.agreement for name, result in results.items()}
    compared = [result.agreement for result in results.values() if result.is_compared]
    mean = sum(compared) / len(compared) if compared else 1.0
    reasons = tuple(reason for result in results.values() for reason in result.reasons)
    if reasons:
        return Undecided(reasons=reasons, value=value, agreement=mean, per_field=per_field)
    return Settled(value=value, agreement=mean, per_field=per_field)


def settle_joined(answers: Mapping[int, Value], field: Field, plug: Plug, *, names: Names,
                  taken: set[str], limit: float = 0.5) -> tuple[tuple[AnnotatedObject, ...], tuple[Reason, ...]]:
    """What a field of joining objects comes to by vote, where what it joins was decided in another way; and the doubts.

    answers: of those whom it was asked, by number. names: what the objects that may be joined came to; what joins one
    that is not in `taken`, the ids of all that is kept, is left out. The field's own ids are added there.
    """
    rule = _Rule(plug, limit, [1.0] * len(answers))
    result = _joined(_settle_named(answers, field, rule, names, taken), field, plug, taken)
    return result.objects, result.reasons


class _Rule(Struct, frozen=True):
    """How one field's objects are held together."""

    plug: Plug
    limit: float
    shares: list[float]  # by answer: how much its places count


def _settle_named(answers: Mapping[int, Value], field: Field, rule: _Rule, called: Names,
                  taken: set[str]) -> _FieldResult:
    """A field of these answers, by number; what it joins goes by the names `called`, which learn its own objects'."""
    voters = list(answers)
    given = [called.told(i, tuple(one.get(field.name, ())), field, rule.plug) for i, one in answers.items()]
    result = _settle_field(given, field, rule, taken) if any(given) else _FieldResult()
    called.learn([{voters[i]: one for i, one in same.items()} for same in result.groups], result.names)
    return result


def _settle_field(given: Sequence[Objects], field: Field, rule: _Rule, taken: set[str]) -> _FieldResult:
    n, plug = len(given), rule.plug
    groups = group(given, plug, limit=rule.limit, asset=field.asset)
    empty = sum(not objects for objects in given)
    kept = [one for one in groups if 2 * len(one) > n]
    reasons: list[Reason] = []
    if not kept and 2 * empty <= n and (not field.multiple or (field.required and max(map(len, groups)) * 2 < n)):
        reasons.append(Reason(field=field.name, object_ids=(), text=_no_majority(given, groups, n)))
    elif field.multiple:
        kept, reasons = _with_ties(groups, field, n)
    objects: list[AnnotatedObject] = []
    names = {id(one): f"\0{field.name}/{number}" for number, one in enumerate(groups)}
    if is_per_label(plug):
        kept, unlike = _said_by_most(kept, field, rule, n)
        reasons += unlike
    for one in kept:
        merged, doubts = _merge(one, n, rule, taken)
        objects.append(merged)
        names[id(one)] = merged.id
        reasons += [Reason(field=field.name, object_ids=(merged.id,), text=text) for text in doubts]
    share = agreement(groups, n, plug.distance)
    return _FieldResult(objects=tuple(objects), reasons=tuple(reasons), agreement=share, is_compared=n > 1,
                        groups=tuple(groups), names=tuple(names[id(one)] for one in groups))


def _joined(result: _FieldResult, field: Field, plug: Plug, taken: set[str]) -> _FieldResult:
    """Without what joins an object that nothing was settled of, and with a doubt where two do not go together."""
    joins, there = joins_of(plug), {name: name for name in taken}
    told = [joins.renamed(one, there, field.settings) for one in result.objects]
    objects = tuple(one for one in told if one is not None)
    kept = {one.id for one in objects}
    reasons = [one for one in result.reasons if not one.object_ids or kept.issuperset(one.object_ids)]
    reasons += [Reason(field=field.name, object_ids=ids, text=text)
                for ids, text in joins.clashes(objects, field.settings)]
    return structs.replace(result, objects=objects, reasons=tuple(reasons))


def _with_ties(groups: Sequence[Group], field: Field, n: int) -> tuple[list[Group], list[Reason]]:
    """The groups to start from and the reasons for tied choices; tied shapes are kept, and doubted when merged."""
    kept: list[Group] = []
    reasons: list[Reason] = []
    for one in groups:
        if 2 * len(one) == n and not has_place(list(one.values())):
            label = next(iter(one.values())).label
            reasons.append(Reason(field=field.name, object_ids=(), text=f"{len(one)} of {n} chose {label}"))
        elif 2 * len(one) >= n:
            kept.append(one)
    return kept, reasons


def _said_by_most(kept: Sequence[Group], field: Field, rule: _Rule, n: int) -> tuple[list[Group], list[Reason]]:
    """Of each question's answers those that more than half of all `n` give alike; a reason where there are none.

    Alike are answers within `alike_within` of one of them, around which most of them lie; of equals the one to which
    they are nearest. The answers in doubt stay together, so that a reviewer starts from what lies in their middle.
    """
    near = getattr(rule.plug, "alike_within", None)
    limit = rule.limit if near is None else near
    found: list[Group] = []
    reasons: list[Reason] = []
    for one in kept:
        apart = {i: {j: place_distance(a, b, rule.plug.distance) for j, b in one.items()} for i, a in one.items()}
        sides = [[j for j, far in row.items() if far <= limit + TIE] for row in apart.values()]
        best = min(zip(sides, apart.values(), strict=True), key=lambda at: (-len(at[0]), sum(at[1].values())))[0]
        is_decided = 2 * len(best) > n
        found.append({i: one[i] for i in one if i in best} if is_decided else one)
        if not is_decided and 2 * len(one) > n:
            label = next(iter(one.values())).label
            text = f"{label}: at most {len(best)} of {n} say the same"
            reasons.append(Reason(field=field.name, object_ids=(), text=text))
    return found, reasons


def _no_majority(given: Sequence[Objects], groups: Sequence[Group], n: int) -> str:
    """Why nothing is kept of a field that needs something."""
    if any(has_place(objects) for objects in given):
        return f"at most {max(map(len, groups))} of {n} marked the same place"
    return tally([objects[0].label if objects else None for objects in given]).text()


def _merge(one: Group, n: int, rule: _Rule, taken: set[str]) -> tuple[AnnotatedObject, list[str]]:
    """One object from a group, and what is in doubt about it, in words.

    A label needs more than half of all answers; an attribute more than half of those that chose that label.
    An attribute in doubt is left out; a label in doubt is the one with most votes.
    """
    members = [one[i] for i in one]
    labels = tally([member.label for member in members])
    label = str(labels.first)
    attributes, doubts = vote_attributes([member for member in members if member.label == label])
    if 2 * len(members) == n:
        doubts.insert(0, f"{len(members)} of {n} marked it")
    elif 2 * labels.counts[0][1] <= n:
        doubts.insert(0, _split(labels, n))
    merged: AnnotatedObject = members[0]
    if len(members) > 1:
        alike = [structs.replace(member, label=label) for member in members]
        merged = rule.plug.merge(alike, [rule.shares[i] for i in one])
    identity = free_id([member.id for member in members], taken)
    return structs.replace(merged, id=identity, label=label, attributes=attributes), doubts


def _split(labels: Tally, n: int) -> str:
    """How the votes for a label split among `n` answers, those that did not mark the object named too."""
    unmarked = n - labels.total
    text = Tally(counts=labels.counts, total=n).text()
    return f"{text}, {unmarked} did not mark it" if unmarked else text


def vote_attributes(voters: Objects) -> tuple[dict[str, AttributeValue], list[str]]:
    decided: dict[str, AttributeValue] = {}
    doubts: list[str] = []
    for name in dict.fromkeys(name for voter in voters for name in voter.attributes):
        ballots: list[Ballot] = [voter.attributes.get(name) for voter in voters]
        votes = tally(ballots)
        if not votes.is_decided:
            doubts.append(f"{name}: {votes.text()}")
        elif votes.first is not None:
            decided[name] = votes.first
    return decided, doubts


def free_id(ids: Sequence[str], taken: set[str]) -> str:
    """The smallest id that no earlier object took; where all are taken, the smallest with a number."""
    free = sorted(set(ids) - taken)
    number = 2
    while not free:
        free = sorted({f"{min(ids)}-{number}"} - taken)
        number += 1
    taken.add(free[0])
    return free[0]
