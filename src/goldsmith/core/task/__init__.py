"""Tasks: the work on one item, and the moves of its state as pure functions.

open ──all answers in──▶ in_review, at a level ──accepted, fixed, escalated──▶ at the next that it meets … settled
  │                         └──returned──▶ open
  ├──all answers in, no review level that it meets──▶ settled
  └──no majority──▶ open (one more asked) … ──none left to ask──▶ undecided ──an adjudicator or a reviewer decides
Any state ──▶ excluded, with a reason, and back. Which levels a task meets is in `workflow`.
"""

from __future__ import annotations

from typing import Literal, get_args

TaskState = Literal["open", "in_review", "undecided", "settled", "excluded"]
Stage = Literal["label", "review", "audit"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Preference = Literal["", "best", "least_work"]  # who comes first where there is less work than people: nobody


def state_after_answers(*, is_decided: bool, is_reviewed: bool, answers: int, answers_most: int) -> TaskState:
    """Where a task goes when its last label seat is done; "open" asks for one more answer."""
    if not is_decided:
        return "open" if answers < answers_most else "undecided"
    return "in_review" if is_reviewed else "settled"
