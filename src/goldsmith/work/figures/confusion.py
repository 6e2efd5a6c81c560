"""Confusion: what each annotator calls what, field by field, true label against label given."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldsmith.core.schema import Field, LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.work.consensus.refit import FIRST
from goldsmith.work.figures.settled import NOTHING, Compared
from goldsmith.work.figures.skilled import Skilled

ANSWERS_LEAST = FIRST  # in a field, before a matrix of it says anything
Basis = Literal["skill", "settled"]


class FieldConfusion(Struct, frozen=True, kw_only=True):
    """One field: its labels in the schema's order, then "" for no object; and every annotator's cells."""

    field: str
    labels: list[str]
    basis: Basis  # expected answers by measured skill, or counted against settled items
    cells: dict[str, dict[tuple[str, str], float]]  # by person_id, then true label and label given
    answers: dict[str, int]  # by person_id

    @property
    def is_measured(self) -> bool:
        """Whether there are enough answers to say anything."""
        return sum(self.answers.values()) >= ANSWERS_LEAST

    def of(self, person_id: str) -> dict[tuple[str, str], float]:
        """The cells of one annotator, or of all together for ""."""
        if person_id:
            return self.cells.get(person_id, {})
        total: dict[tuple[str, str], float] = {}
        for cells in self.cells.values():
            for cell, many in cells.items():
                total[cell] = total.get(cell, 0.0) + many
        return total


def confusions(schema: LabelSchema, compared: Compared, skilled: Skilled) -> list[FieldConfusion]:
    """Every field of the schema, by skill where that was measured."""
    return [_by_skill(field, skilled) if field.name in skilled else _by_settled(field, compared)
            for field in schema.fields]


def _by_skill(field: Field, skilled: Skilled) -> FieldConfusion:
    one = skilled[field.name]
    return FieldConfusion(field=field.name, labels=list(one.classes), basis="skill", cells=dict(one.counts),
                          answers=dict(one.answers))


def _by_settled(field: Field, compared: Compared) -> FieldConfusion:
    own = {person: against for (person, name), against in compared.items() if name == field.name}
    known = {label.name for label in field.labels} | {NOTHING}
    cells = {person: {cell: float(many) for cell, many in against.cells.items() if set(cell) <= known}
             for person, against in own.items()}
    may_be_empty = not field.required or field.multiple or KINDS[field.kind].bounds is not None
    labels = [label.name for label in field.labels] + ([NOTHING] if may_be_empty else [])
    return FieldConfusion(field=field.name, labels=labels, basis="settled", cells=cells,
                          answers={person: against.items for person, against in own.items()})
