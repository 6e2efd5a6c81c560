"""Prices: what an answer of a project earns, and what a review and an audited item do. A price counts for leases that
begin while it is in force."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Literal

import msgspec
from msgspec import Struct, field

from goldsmith.core.errors import BadInput
from goldsmith.core.money import AMOUNT_MOST, check_currency
from goldsmith.core.task import Stage
from goldsmith.db.connection import Connection
from goldsmith.work.pay import ledger
from goldsmith.work.pay.ledger import Place

PriceSort = Literal["none", "task", "answer", "object", "minute"]
CheckSort = Literal["task", "object", "minute"]
DAYS_MOST = 90
DAY_US = 86_400 * 1_000_000


class CheckPrice(Struct, frozen=True, kw_only=True):
    """What one review that is decided earns, or one audited item: `object` counts those of the answer in question."""

    sort: CheckSort
    amount_minor: int  # for one task, object or minute
    most_minor: int = 0  # for one decision; of `object` and `minute` only, 0 otherwise


class Price(Struct, frozen=True, kw_only=True):
    """How an answer is paid.

    `task`: for what is handed in, even where it is returned and mended. `answer`: when it is accepted. `object` and
    `minute` (of active time): when it is accepted, at most `most_minor` an answer. `none`: not paid.
    """

    sort: PriceSort
    currency: str
    amount_minor: int = 0  # for one task, answer, object or minute
    most_minor: int = 0  # for one answer; of `object` and `minute` only, 0 otherwise
    release_days: int = 0  # from acceptance until the money is due
    floor_minor: dict[str, int] = field(default_factory=dict)  # country (ISO 3166, "" = all others) → least for an hour
    review: CheckPrice | None = None  # of the whole price only; what a seat keeps is of its own stage
    audit: CheckPrice | None = None

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot work."""
        check_currency(self.currency)
        if self.sort != "none":
            _check_amounts(self.sort, self.amount_minor, self.most_minor)
        for name, part in (("review", self.review), ("audit", self.audit)):
            if part is not None:
                _check_amounts(part.sort, part.amount_minor, part.most_minor, within=f"{name}.")
        if not 0 <= self.release_days <= DAYS_MOST:
            raise BadInput(f"Money is released 0 to {DAYS_MOST} days after acceptance.", where="release_days")
        for country, least in self.floor_minor.items():
            is_code = len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()
            if country and not is_code:
                raise BadInput("A country is two capitals of ISO 3166, such as KE.", where="floor_minor")
            if not 1 <= least <= AMOUNT_MOST:
                raise BadInput(f"The least for an hour is 1 to {AMOUNT_MOST:,} minor units.", where="floor_minor")

    def of_stage(self, stage: Stage) -> Price:
        """The price of work of this stage alone, in force as this one is; `none` where such work is not paid."""
        part = {"label": None, "review": self.review, "audit": self.audit}[stage]
        whole = msgspec.structs.replace(self, review=None, audit=None)
        if stage == "label":
            return whole
        if part is None:
            return msgspec.structs.replace(whole, sort="none", amount_minor=0, most_minor=0)
        return msgspec.structs.replace(whole, sort=part.sort, amount_minor=part.amount_minor,
                                       most_minor=part.most_minor)

    def highest_minor(self) -> int:
        """The most that one answer, or one decision, can earn: what a lease takes from the budget."""
        if self.sort == "none":
            return 0
        return self.most_minor if self.sort in ("object", "minute") else self.amount_minor

    def earned_minor(self, *, objects: int, seconds: float) -> int:
        """What an answer with so many objects and so much active time earns; a part of a minor unit counts as one."""
        if self.sort == "object":
            return min(self.amount_minor * objects, self.most_minor)
        if self.sort == "minute":
            return min(ceil(round(self.amount_minor * seconds / 60, 6)), self.most_minor)
        return self.highest_minor()

    def floor_for(self, country: str) -> int:
        """The least for an hour of active time of somebody there; 0 where none is set."""
        return self.floor_minor.get(country) or self.floor_minor.get("", 0)


def _check_amounts(sort: str, amount_minor: int, most_minor: int, within: str = "") -> None:
    if not 1 <= amount_minor <= AMOUNT_MOST:
        raise BadInput(f"A price is 1 to {AMOUNT_MOST:,} minor units.", where=f"{within}amount_minor")
    if sort in ("object", "minute") and not amount_minor <= most_minor <= AMOUNT_MOST:
        raise BadInput("Say the most that one can earn: at least the price itself.", where=f"{within}most_minor")


@lru_cache(maxsize=256)
def read_price(raw: str) -> Price | None:
    """A price as it is stored; None for "", of a project or a seat that never had one."""
    return msgspec.json.decode(raw, type=Price) if raw else None


@lru_cache(maxsize=256)
def stage_json(raw: str, stage: Stage) -> str:
    """A project's price as a seat of this stage keeps it; "" where such work is not paid."""
    price = read_price(raw)
    if price is None or price.of_stage(stage).sort == "none":
        return ""
    is_plain = stage == "label" and price.review is None and price.audit is None
    return raw if is_plain else msgspec.json.encode(price.of_stage(stage)).decode()


def budget_of(workspace_id: str, project_id: str, currency: str) -> Place:
    """The account that a project pays from; without a project, the workspace's own for training."""
    return Place(workspace_id=workspace_id, sort="budget", project_id=project_id, currency=currency)


class Author(Struct, frozen=True, kw_only=True):
    """Who decides about money, and where."""

    workspace_id: str
    person_id: str


SET = "UPDATE project SET price_json = :price WHERE project_id = :project AND workspace_id = :workspace"
KEEP = """
INSERT INTO price (workspace_id, project_id, version, price_json, created_us, person_id)
SELECT :workspace, :project, coalesce(max(version), 0) + 1, :price, :now, :person FROM price
 WHERE project_id = :project
"""


def set_price(db: Connection, author: Author, project_id: str, price: Price, *, now_us: int) -> None:
    """Put a price in force for leases that begin from now on; those that run keep theirs."""
    price.check()
    args = {"workspace": author.workspace_id, "project": project_id, "person": author.person_id, "now": now_us,
            "price": msgspec.json.encode(price).decode()}
    if db.execute(SET, args):
        db.execute(KEEP, args)
        ledger.open_account(db, budget_of(author.workspace_id, project_id, price.currency))
