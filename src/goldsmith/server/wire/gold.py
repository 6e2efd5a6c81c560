"""Gold on the wire: items with a known answer, how they and their annotators do. For managers, except MyGold."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Raw, Struct

from goldsmith.core.item import ItemData
from goldsmith.server.wire import Whole

GoldState = Literal["active", "suspended", "retired"]


class GoldSettings(Struct, frozen=True, kw_only=True):
    """How many of the tasks handed out are gold, and how far from the known answer a right one may be (a distance)."""

    share: float  # 0 to 0.5; 0: none
    tolerance: float  # 0 or more, and below 1


class ShareRight(Struct, frozen=True, kw_only=True):
    """How many answers were right, as a share with its 95 % interval; None where nothing was answered."""

    answered: int
    right: int
    share: float | None
    low: float | None
    high: float | None


class GoldRow(Struct, frozen=True, kw_only=True):
    """One gold item with how it was answered."""

    item_id: str
    task_id: str
    name: str
    item: ItemData
    known: Raw  # fields → objects
    known_from: str  # import, answer, merge, review (accepted by a reviewer) or fix (by a reviewer or manager)
    explanation: str
    state: GoldState
    reason: str  # why it is suspended: contested, or schema (it does not fit the one in force); "" otherwise
    wrong_probability: float | None  # that the known answer is wrong, when it was suspended as contested
    answers: ShareRight
    last_answer_at: str | None
    made_at: str
    suspended_at: str | None
    note: str  # of the manager who last decided on it


class GoldPage(Struct, frozen=True, kw_only=True):
    """A page of gold; `next` is the `after` of the following one."""

    gold: list[GoldRow]
    total: int  # that fit, on all pages
    next: int | None


class GoldDay(Struct, frozen=True, kw_only=True):
    """Answers to trusted gold on one day (UTC)."""

    day: str
    answers: ShareRight


class GoldPerson(Struct, frozen=True, kw_only=True):
    """One annotator on trusted gold."""

    person_id: str
    name: str
    sort: str  # human or model
    answers: ShareRight
    last_answer_at: str


class GoldHealth(Struct, frozen=True, kw_only=True):
    """The project's gold as a whole: settings, how many of each state, and the answers to what is trusted."""

    settings: GoldSettings
    active: int
    suspended: int
    retired: int
    answers: ShareRight
    days: list[GoldDay]
    people: list[GoldPerson]


class GoldAnswerRow(Struct, frozen=True, kw_only=True):
    """One answer to a gold item; `elsewhere` is its author's record on all other trusted gold."""

    annotation_id: str
    person_id: str
    name: str
    sort: str
    value: Raw
    distance: float | None  # from the known answer, in [0, 1]; None: not judged yet
    is_right: bool | None
    elsewhere: ShareRight
    skill: float  # the share right elsewhere, drawn towards that of all where they answered little
    work_seconds: float | None
    answered_at: str


class GoldDetail(GoldRow, frozen=True, kw_only=True):
    """A gold item with every answer to it."""

    given: list[GoldAnswerRow]
    decided_at: str | None  # when a manager last decided on it; answers before count no more against it


class MakeGold(Struct, frozen=True, kw_only=True):
    """Settled items that are to be gold, by id, or all that came with labels in an import."""

    item_ids: tuple[str, ...] = ()
    import_id: str = ""
    explanation: str = ""  # why the known answer is right
    after: Whole = 0  # of an import: where the call before left off


class GoldRefused(Struct, frozen=True, kw_only=True):
    """An item that did not become gold, and why."""

    item_id: str
    reason: str


class GoldMade(Struct, frozen=True, kw_only=True):
    """How many items became gold, and which could not; `next` is the `after` of another call, where one is needed."""

    made: int
    refused_count: int
    refused: list[GoldRefused]  # the first 100
    next: int | None


class GoldDecision(Struct, frozen=True, kw_only=True):
    """A manager's word on a gold item: keep it in, correct the known answer (with a value), or retire it."""

    action: Literal["keep", "correct", "retire"]
    value: dict[str, Any] | None = None
    explanation: str | None = None
    note: str = ""


class MyGoldRow(Struct, frozen=True, kw_only=True):
    """The caller's answers to known items in one project, in whole tens, up to the end of yesterday (UTC)."""

    project_id: str
    project: str
    answers: ShareRight


class MyGold(Struct, frozen=True, kw_only=True):
    """What the caller is told of their answers to known items; no item is named."""

    projects: list[MyGoldRow]
