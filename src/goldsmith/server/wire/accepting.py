"""Auto-accept on the wire: which models of a project may stand without a person, and what was measured of them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from goldsmith.work.consensus.auto_accept import Rule


class NewModelRule(Rule, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked of a model before its answers may stand alone."""


class ModelRule(Struct, frozen=True, kw_only=True):
    """One model in a project: what is asked of it, and how far it has come."""

    person_id: str
    name: str
    has_rule: bool  # False: an annotator like any other; the rest is empty
    state: Literal["", "measuring", "refused", "running", "paused"] = ""
    error_rate: float = 0.0
    check_share: float = 0.0
    sample: int = 0
    least_sample: int = 0  # that this error rate needs
    bar: float | None = None  # the least confidence that stands
    checked: int = 0  # of the sample: so far, or at or above the bar
    wrong: int = 0
    error_most: float | None = None  # with 95 % certainty
    rechecked: int = 0  # since it runs, of the answers that could have stood
    rewrong: int = 0
    standing: int = 0  # tasks whose truth is its word alone
    since: str = ""  # when this state began


class ModelRules(Struct, frozen=True, kw_only=True):
    """The workspace's active models, as they stand in a project."""

    models: list[ModelRule]
