"""Conditions: when a question is asked, by the labels of another field or of the object it is asked of."""

from __future__ import annotations

from goldsmith.core.schema import Condition, Field
from goldsmith.kinds.message.settings import ROLES
from goldsmith.work.setup.label_studio.asked import Asked
from goldsmith.work.setup.label_studio.elements import Element, Remark

BY_CHOICE, NOT_BY_CHOICE, BY_OBJECT, WITHOUT_OBJECT = (
    "choice-selected", "choice-unselected", "region-selected", "no-region-selected")


def condition_of(one: Asked, field: Field, asked: list[Asked]) -> tuple[Condition | None, list[Remark]]:
    """When the field is asked: the nearest condition around it; and what of all conditions is not kept."""
    remarks: list[Remark] = []
    found: list[Condition] = []
    for element in _conditional(one.element):
        condition = _one(element, asked, remarks)
        if condition is not None and condition.field != field.name:
            found.append(condition)
    if not found:
        return None, remarks
    for outer in found[1:]:
        if outer != found[0]:
            text = f"It is asked by the nearest condition alone, not by that on {outer.field!r} too."
            remarks.append(one.element.remark("differs", text))
    return found[0], remarks


def labels_of(one: Asked, homes: list[Asked]) -> tuple[tuple[str, ...], list[Remark]]:
    """The labels of objects that the question is asked of; empty: of all."""
    remarks: list[Remark] = []
    for element in [one.element, *one.element.above()]:
        tag = element.take("whentagname")
        values = [value.strip() for value in element.take("whenlabelvalue").split(",") if value.strip()]
        said = element.take("whenrole")
        roles = tuple(role for role in ROLES if role in [part.strip() for part in said.split(",")])
        if roles:
            return roles, remarks
        if said:
            text = f"It is asked of messages of every role, not of {said} alone."
            remarks.append(element.remark("differs", text))
        if not tag and not values:
            continue
        home = next((other for other in homes if other.name == tag or not tag), None)
        if home is None:
            text = f"It is asked of each object, not by what was chosen in {tag!r}."
            remarks.append(element.remark("lost", text))
        elif values:
            return tuple(home.names_by_value.get(value, value) for value in values), remarks
    return (), remarks


def _conditional(element: Element) -> list[Element]:
    return [one for one in (element, *element.above()) if one.take("visiblewhen")]


def _one(element: Element, asked: list[Asked], remarks: list[Remark]) -> Condition | None:
    when, tag = element.take("visiblewhen").lower(), element.take("whentagname")
    said = [value.strip() for value in element.take("whenchoicevalue", "whenlabelvalue").split(",") if value.strip()]
    if when in (BY_OBJECT, WITHOUT_OBJECT):
        if when == BY_OBJECT and tag:
            text = "A question of the item is asked whatever object is in hand."
            remarks.append(element.remark("differs", text))
        return None
    if when not in (BY_CHOICE, NOT_BY_CHOICE):
        remarks.append(element.remark("lost", f"The condition {when!r} is not known; it is asked always."))
        return None
    home = next((one for one in asked if one.name == tag and one.fields), None)
    if home is None or home.fields[0].kind not in ("choice", "taxonomy", "span"):
        text = f"It is asked always: there is no field {tag!r} of the item that it could depend on."
        remarks.append(element.remark("lost", text))
        return None
    names = [label.name for label in home.fields[0].labels]
    named = [home.names_by_value.get(value, value) for value in said]
    if strange := [name for name in named if name not in names]:
        remarks.append(element.remark("lost", f"{tag!r} has no label {strange[0]!r}, which the condition names."))
    known = [name for name in names if name in named]
    if when == NOT_BY_CHOICE:
        remarks.append(element.remark("differs", "It is asked once another label is chosen, not before any is."))
        known = [name for name in names if name not in known] if known else []
    elif not said:
        known = names
    if not known:
        remarks.append(element.remark("lost", "It is asked always: the condition names no label."))
        return None
    return Condition(field=home.fields[0].name, any_of=tuple(known))
