"""Events: what happened, as rows written with the change they report. They are the outbox and the audit log."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened, such as `answer.submitted`, about one row."""

    what: str
    about: str  # the id of the row it is about
    workspace_id: str
    project_id: str = ""
    person_id: str = ""  # who did it; empty: the product itself
    now_us: int
    task_seq: int = 0
    is_paid: bool = False  # of work that has, or may have, a price
    is_gold: bool = False  # of an answer to an item whose answer was known
    has_gold: bool = False  # of a project that hands such items out
    details: dict[str, Any] = field(default_factory=dict)  # before and after, where something changed
