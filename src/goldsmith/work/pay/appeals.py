"""Appeals: an annotator objects to a returned answer, and somebody who did not return it decides; and what a manager
gives or takes beyond the price, always with a reason."""

from __future__ import annotations

import secrets
from typing import Literal

from msgspec import Struct, structs

from goldsmith.core.errors import BadInput, Conflict, NotAllowed, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.money import AMOUNT_MOST, Money
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay import ledger
from goldsmith.work.pay.ledger import Because, NotCovered, Place
from goldsmith.work.pay.prices import Author, budget_of, read_price
from goldsmith.work.people.notices import notify

WORDS_MOST = 2000

RETURNED = """
SELECT e.* FROM earning e WHERE e.annotation_id = :annotation AND e.workspace_id = :workspace
   AND e.person_id = :person AND e.stage = 'label'
"""
ADD = """
INSERT INTO appeal (appeal_id, workspace_id, project_id, seat_seq, annotation_id, person_id, against_id, reason, words,
                    state, created_us)
VALUES (:appeal, :workspace, :project, :seat, :annotation, :person, :against, :reason, :words, 'open', :now)
ON CONFLICT (annotation_id) DO NOTHING
"""


def check_words(text: str, where: str) -> str:
    """The text without blanks around it; BadInput when it is empty or too long."""
    text = text.strip()
    if not 1 <= len(text) <= WORDS_MOST:
        raise BadInput(f"Say why, in at most {WORDS_MOST:,} characters.", where=where)
    return text


def appeal(db: Connection, author: Author, annotation_id: str, words: str, *, now_us: int) -> str:
    """Object to the return of one's own answer; gives the appeal's id. One appeal an answer."""
    row = db.one(RETURNED, {"annotation": annotation_id, "workspace": author.workspace_id, "person": author.person_id})
    if row is None:
        raise NotFound("You have no such paid answer.", where="annotation_id")
    if row["state"] != "returned":
        raise Conflict("This answer is not returned.", where="annotation_id",
                       hint="An answer that was mended and handed in again is judged anew.")
    appeal_id = make_id("appeal", now_us=now_us, random_bits=secrets.randbits(80))
    is_first = db.execute(ADD, {
        "appeal": appeal_id, "workspace": author.workspace_id, "project": row["project_id"], "seat": row["seat_seq"],
        "annotation": annotation_id, "person": author.person_id, "against": row["judged_by"],
        "reason": row["reason"], "words": check_words(words, "words"), "now": now_us})
    if not is_first:
        raise Conflict("You have appealed already.", where="annotation_id")
    return appeal_id


LISTED = """
SELECT a.*, e.amount_minor, e.currency, p.name AS project, i.name AS item, i.item_id FROM appeal a
  JOIN earning e ON e.seat_seq = a.seat_seq AND e.person_id = a.person_id JOIN project p ON p.project_id = a.project_id
  JOIN item i ON i.item_seq = e.task_seq
 WHERE a.workspace_id = :workspace AND a.state = 'open' AND a.person_id <> :person AND a.against_id <> :person
 ORDER BY a.appeal_id LIMIT 200
"""


def list_open(db: Connection, author: Author) -> list[Row]:
    """The appeals that this reviewer may decide, oldest first; at most 200."""
    return db.all(LISTED, {"workspace": author.workspace_id, "person": author.person_id})


ONE = "SELECT * FROM appeal WHERE appeal_id = :appeal AND workspace_id = :workspace"
DECIDE = """
UPDATE appeal SET state = :state, decided_by = :person, decided_us = :now, answer = :answer
 WHERE appeal_id = :appeal AND state = 'open'
"""
EARNED = "SELECT * FROM earning WHERE seat_seq = :seat AND person_id = :person"
PAY = """
UPDATE earning SET state = 'due', released_us = :now, judged_by = :judge
 WHERE seat_seq = :seat AND person_id = :person AND state = 'returned'
"""
FREE_SEAT = """
UPDATE seat SET reserved_minor = 0 WHERE seat_seq = :seat AND only_for = :person AND reserved_minor = :amount
"""
SEAT = "SELECT * FROM seat WHERE seat_seq = :seat"


def decide(db: Connection, author: Author, appeal_id: str, *, is_granted: bool, answer: str, now_us: int) -> None:
    """Grant an appeal, which pays the answer, or deny it, with words for the annotator either way.

    NotAllowed for the annotator and for whoever returned the answer. The same decision again changes nothing.
    """
    row = db.one(ONE, {"appeal": appeal_id, "workspace": author.workspace_id})
    if row is None:
        raise NotFound("No such appeal in this workspace.", where="appeal_id")
    if author.person_id in (row["person_id"], row["against_id"]):
        raise NotAllowed("Somebody else decides this appeal: you gave the answer, or returned it.")
    state = "granted" if is_granted else "denied"
    if not db.execute(DECIDE, {"state": state, "person": author.person_id, "now": now_us, "appeal": appeal_id,
                               "answer": check_words(answer, "answer")}):
        if row["state"] != state:
            raise Conflict(f"This appeal is {row['state']} already.", where="appeal_id")
        return
    notify(db, author.workspace_id, row["person_id"], f"appeal_{state}", appeal_id, now_us=now_us,
           project_id=row["project_id"], link="/earnings", text=answer.strip())
    if is_granted:
        _pay(db, row, author, now_us=now_us)


def _pay(db: Connection, appealed: Row, author: Author, *, now_us: int) -> None:
    args = {"seat": appealed["seat_seq"], "person": appealed["person_id"]}
    earning = db.one(EARNED, args)
    price = read_price(earning["price_json"]) if earning is not None else None
    if earning is None or price is None or not db.execute(PAY, {**args, "now": now_us, "judge": author.person_id}):
        return
    budget = budget_of(earning["workspace_id"], earning["project_id"], earning["currency"])
    seat = db.one(SEAT, args)
    if seat is not None and db.execute(FREE_SEAT, {**args, "amount": seat["reserved_minor"]}):
        ledger.reserve(db, budget, -seat["reserved_minor"])
    if earning["amount_minor"]:
        because = Because(once=f"appeal:{appealed['appeal_id']}", move="released", cause="appeal",
                          about=appealed["appeal_id"], author_id=author.person_id, now_us=now_us)
        due = structs.replace(budget, sort="due", person_id=earning["person_id"])
        _pay_from(db, budget, due, earning["amount_minor"], because)


def _pay_from(db: Connection, source: Place, target: Place, amount_minor: int, because: Because) -> bool:
    try:
        return ledger.transfer(db, source, target, amount_minor, because)
    except NotCovered:
        where = "budget" if source.sort == "budget" else "amount that is due to this person in the project"
        raise Conflict(f"The {where} does not cover {Money(amount_minor=amount_minor, currency=source.currency).text()}"
                       ".", hint="Put money into the project's budget first." if where == "budget" else "") from None


class Extra(Struct, frozen=True, kw_only=True):
    """A bonus, or a correction (below 0: taken back) of what is due to somebody."""

    person_id: str
    sort: Literal["bonus", "correction"]
    money: Money
    reason: str
    once: str  # made by the caller: the same again pays once

    def check(self) -> None:
        """Raise BadInput naming the first part that cannot be."""
        amount = self.money.amount_minor
        if not 1 <= abs(amount) <= AMOUNT_MOST or (self.sort == "bonus" and amount < 0):
            raise BadInput("A bonus is above 0; a correction is above or below.", where="amount_minor")
        check_words(self.reason, "reason")


IS_HERE = "SELECT 1 FROM person WHERE person_id = :person AND workspace_id = :workspace"


def give_extra(db: Connection, author: Author, project_id: str, extra: Extra, *, now_us: int) -> bool:
    """Pay a bonus or a correction out of the project's budget, at once due; False when it was done before."""
    extra.check()
    if db.one(IS_HERE, {"person": extra.person_id, "workspace": author.workspace_id}) is None:
        raise NotFound("No such person in this workspace.", where="person_id")
    if extra.person_id == author.person_id:
        raise NotAllowed("Somebody else decides about your own pay.")
    budget = budget_of(author.workspace_id, project_id, extra.money.currency)
    due = structs.replace(budget, sort="due", person_id=extra.person_id)
    source, target = (budget, due) if extra.money.amount_minor > 0 else (due, budget)
    return _pay_from(db, source, target, abs(extra.money.amount_minor), Because(
        once=f"extra:{project_id}:{extra.once}", move="extra", cause=extra.sort, about=project_id,
        author_id=author.person_id, note=extra.reason.strip(), now_us=now_us))
