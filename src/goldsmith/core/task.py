"""Tasks: the work on one item, and the moves of its state as pure functions.

open ──all answers in──▶ in_review ──accepted, fixed──▶ settled
  │                         └──returned──▶ open
  ├──all answers in, no review──▶ settled
  └──no majority──▶ open (one more asked) … ──none left to ask──▶ undecided ──a reviewer decides──▶ settled
Any state ──▶ excluded, with a reason, and back.
"""

from __future__ import annotations

from typing import Literal, get_args

TaskState = Literal["open", "in_review", "undecided", "settled", "excluded"]
Stage = Literal["label", "review", "audit"]
STAGES: tuple[Stage, ...] = get_args(Stage)


def state_after_answers(*, is_decided: bool, is_reviewed: bool, answers: int, answers_most: int) -> TaskState:
    """Where a task goes when its last label seat is done; "open" asks for one more answer."""
    if not is_decided:
        return "open" if answers < answers_most else "undecided"
    return "in_review" if is_reviewed else "settled"
