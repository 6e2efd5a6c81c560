"""References: what joins objects, told in names that several answers share, so that it can be compared.

Two people's objects have ids of their own. Those that mean the same thing are grouped first (see `pairing`), and each
group gets one name; a relation or a group of objects then says the same where it joins the same things.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from goldsmith.core.schema import Field, LabelSchema
from goldsmith.quality.pairing import Group, Objects, Plug, Value, group


def joins_of(plug: Plug) -> Any:
    """How the kind's objects join others; None where they do not."""
    return getattr(plug, "joins", None)


def has_joins(schema: LabelSchema, plugs: Mapping[str, Plug]) -> bool:
    """Whether a field's objects join those of another."""
    return any(joins_of(plugs[field.kind]) is not None for field in schema.fields)


class Names:
    """The names under which the objects of several answers go: one for all that mean the same thing."""

    def __init__(self, answers: int) -> None:
        self._names: list[dict[str, str]] = [{} for _ in range(answers)]

    def learn(self, groups: Sequence[Group], names: Sequence[str]) -> None:
        """The objects of each group go by its name; a group's keys are the answers' numbers."""
        for one, name in zip(groups, names, strict=True):
            for answer, known in one.items():
                self.call(answer, known.id, name)

    def call(self, answer: int, own: str, name: str) -> None:
        """The object with the id `own` in this answer goes by this name."""
        self._names[answer][own] = name

    def told(self, answer: int, objects: Objects, field: Field, plug: Plug) -> Objects:
        """An answer's objects of a field, what they join by its names; what joins nothing that is known is left out.

        One answer alone is left as it is.
        """
        joins = joins_of(plug)
        if joins is None or len(self._names) == 1:
            return objects
        found = [joins.renamed(one, self._names[answer], field.settings) for one in objects]
        return tuple(one for one in found if one is not None)


def alike(answers: Sequence[Value], schema: LabelSchema, plugs: Mapping[str, Plug], *,
          limit: float = 0.5) -> Sequence[Value]:
    """The same answers, but what joins objects names them alike in all; the objects' own ids stay as they are.

    Without a field whose objects join others they are given back as they came.
    """
    if not has_joins(schema, plugs):
        return answers
    names, found = Names(len(answers)), [dict(answer) for answer in answers]
    for field in schema.fields:
        plug = plugs[field.kind]
        for i, answer in enumerate(found):
            if field.name in answer:
                answer[field.name] = names.told(i, answer[field.name], field, plug)
        groups = group([answer.get(field.name, ()) for answer in found], plug, limit=limit, asset=field.asset)
        names.learn(groups, [f"{field.name}/{number}" for number in range(len(groups))])
    return found
