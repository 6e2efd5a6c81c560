"""One module per cleaning operator, found by looking into this folder; a name with a leading underscore is none.

An operator never drops a row: it writes a decision about each (keep, reason, score), and who reads applies it.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from importlib.metadata import entry_points
from typing import Any

from goldsmith.core.errors import BadInput
from goldsmith.curate._operator import Decision, Find, FindOperator, GroupOperator, Operator, RowOperator
from goldsmith.curate._words import Numbers, Sets

__all__ = ["ENTRY_POINT_GROUP", "OPERATORS", "Decision", "Find", "FindOperator", "GroupOperator", "Numbers", "Operator",
           "RowOperator", "Sets", "operator_named"]

ENTRY_POINT_GROUP = "goldsmith.curate"


def _modules() -> Iterator[Any]:
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            yield importlib.import_module(f"{__name__}.{found.name}")
    for point in entry_points(group=ENTRY_POINT_GROUP):
        yield point.load()


def _find() -> dict[str, Operator]:
    operators: dict[str, Operator] = {}
    for module in _modules():
        if module.name in operators:
            raise RuntimeError(f"Two modules define the operator {module.name!r}; the second is {module.__name__}.")
        operators[module.name] = module
    return operators


OPERATORS: dict[str, Operator] = _find()


def operator_named(name: str) -> Operator:
    """The operator of that name, or BadInput with the names there are."""
    if name not in OPERATORS:
        raise BadInput(f"Unknown operator {name!r}.", where="operator", hint=f"Known: {', '.join(sorted(OPERATORS))}.")
    return OPERATORS[name]
