"""The ledger: double entry in whole minor units. Money only moves from one account to another, and never twice.

funds (what the workspace puts in, below 0) → budget of a project → held for a person → due → paying → paid

An entry has a key, `once`; the first transaction that writes it moves the money and every other finds it done. Its two
postings are one statement that writes the same amount with both signs, so that every entry sums to zero. The database
itself refuses an account below zero, and a budget below what it has promised to leases.
"""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from goldsmith.core.money import Money
from goldsmith.db.connection import Connection

AccountSort = Literal["funds", "budget", "held", "due", "paying", "paid"]
Cause = Literal["annotation", "review", "audit", "training", "correction", "appeal", "bonus", "top_up", "budget",
                "pay_run"]
ACCOUNT_SORTS: tuple[AccountSort, ...] = get_args(AccountSort)


class Place(Struct, frozen=True, kw_only=True):
    """An account: whose and what for. Accounts of people are kept by project up to `due`."""

    workspace_id: str
    sort: AccountSort
    currency: str
    project_id: str = ""
    person_id: str = ""

    def args(self, **more: object) -> dict[str, object]:
        """As parameters of the statements below."""
        return {"workspace": self.workspace_id, "sort": self.sort, "project": self.project_id,
                "person": self.person_id, "currency": self.currency, **more}


class Because(Struct, frozen=True, kw_only=True):
    """Why money moves, and about which row; `once` names this one move among all there will ever be."""

    once: str
    move: str  # held, given_back, released, extra, collected, paid, failed or funded
    cause: Cause
    about: str  # the id of an annotation, a lease, an exam item, an appeal, a payment or a project
    now_us: int
    author_id: str = ""  # who did it; empty: the product itself
    note: str = ""


IS_ACCOUNT = """
     workspace_id = :workspace AND sort = :sort AND project_id = :project AND person_id = :person
 AND currency = :currency
"""
ADD_ENTRY = """
INSERT INTO entry (workspace_id, once, move, cause, about, project_id, person_id, author_id, currency, note, created_us)
VALUES (:workspace, :once, :move, :cause, :about, :project, :person, :author, :currency, :note, :now)
ON CONFLICT (once) DO NOTHING RETURNING entry_seq
"""
ADD_ACCOUNT = """
INSERT INTO account (workspace_id, sort, project_id, person_id, currency)
VALUES (:workspace, :sort, :project, :person, :currency)
ON CONFLICT (workspace_id, sort, project_id, person_id, currency) DO NOTHING
"""
MOVE_BALANCE = f"""
UPDATE account SET balance_minor = balance_minor + :amount WHERE {IS_ACCOUNT}
   AND (:amount >= 0 OR sort = 'funds' OR balance_minor + :amount >= reserved_minor) RETURNING account_seq
"""
ADD_POSTINGS = """
INSERT INTO posting (workspace_id, entry_seq, account_seq, amount_minor)
SELECT workspace_id, :entry, account_seq, CASE WHEN account_seq = :source THEN -:amount ELSE :amount END
  FROM account WHERE account_seq IN (:source, :target)
"""


class NotCovered(Exception):
    """The account has less than was to be taken from it; the transaction must not go on."""


def transfer(db: Connection, source: Place, target: Place, amount_minor: int, because: Because) -> bool:
    """Move money between two accounts of one workspace and currency; False when this entry was written before.

    NotCovered where the source has not enough: the caller lets the transaction fail, or has asked before.
    """
    entry = _enter(db, source, target, because)
    if entry is None:
        return False
    _post(db, entry, amount_minor, source=_move(db, source, -amount_minor), target=_move(db, target, amount_minor))
    return True


SEQ = f"SELECT account_seq FROM account WHERE {IS_ACCOUNT}"
SPEND = f"""
UPDATE account SET balance_minor = balance_minor - :amount, reserved_minor = reserved_minor - :promised
 WHERE {IS_ACCOUNT}
"""


def spend(db: Connection, budget: Place, target: Place, amount_minor: int, because: Because, *, promised: int) -> bool:
    """Move what a budget had `promised`, or less, and let the promise go; False when this entry was written before.

    What this transaction gave back to the budget before may be moved as well. The budget's row is the last that the
    transaction takes: everybody who works in the project wants it.
    """
    entry = _enter(db, budget, target, because)
    amount = amount_minor if entry is not None else 0
    db.at_end(SPEND, budget.args(amount=amount, promised=promised))
    if entry is None:
        return False
    source = db.one(SEQ, budget.args())
    assert source is not None
    _post(db, entry, amount, source=source[0], target=_move(db, target, amount))
    return True


def _enter(db: Connection, source: Place, target: Place, because: Because) -> int | None:
    """The number of a new entry, None when it was written before."""
    assert source.currency == target.currency and source.workspace_id == target.workspace_id
    entry = db.one(ADD_ENTRY, {
        "workspace": source.workspace_id, "once": because.once, "move": because.move, "cause": because.cause,
        "about": because.about, "project": source.project_id or target.project_id,
        "person": source.person_id or target.person_id, "author": because.author_id, "currency": source.currency,
        "note": because.note, "now": because.now_us})
    return int(entry[0]) if entry is not None else None


def _post(db: Connection, entry: int, amount_minor: int, *, source: int, target: int) -> None:
    assert amount_minor > 0
    db.execute(ADD_POSTINGS, {"entry": entry, "amount": amount_minor, "source": source, "target": target})


def _move(db: Connection, place: Place, amount_minor: int) -> int:
    args = place.args(amount=amount_minor)
    row = db.one(MOVE_BALANCE, args)
    if row is None:  # absent, or not covered; another transaction may open it at the same moment
        open_account(db, place)
        row = db.one(MOVE_BALANCE, args)
    if row is None:
        raise NotCovered(f"{Money(amount_minor=-amount_minor, currency=place.currency).text()} of {place.sort}")
    return int(row[0])


def open_account(db: Connection, place: Place) -> None:
    """Make sure that the account is there."""
    db.execute(ADD_ACCOUNT, place.args())


FREE = f"SELECT balance_minor - reserved_minor FROM account WHERE {IS_ACCOUNT}"
RESERVE = f"""
UPDATE account SET reserved_minor = reserved_minor + :amount WHERE {IS_ACCOUNT}
   AND balance_minor - reserved_minor >= :amount
"""


def free_minor(db: Connection, place: Place) -> int:
    """What of the account is promised to nobody; 0 where there is no such account."""
    row = db.one(FREE, place.args())
    return int(row[0]) if row is not None else 0


def reserve(db: Connection, place: Place, amount_minor: int) -> bool:
    """Promise an amount of the account, or give a promise back (below 0); False where it has not so much left."""
    return amount_minor == 0 or db.execute(RESERVE, place.args(amount=amount_minor)) > 0


def let_go(db: Connection, place: Place, promised: int) -> None:
    """Give a promise back to the account, as the last that the transaction does."""
    if promised:
        db.at_end(SPEND, place.args(amount=0, promised=promised))


UNBALANCED = "SELECT entry_seq FROM posting GROUP BY entry_seq HAVING sum(amount_minor) <> 0 OR count(*) <> 2"
WITHOUT_POSTINGS = """
SELECT e.entry_seq FROM entry e WHERE NOT EXISTS (SELECT 1 FROM posting p WHERE p.entry_seq = e.entry_seq)
"""
WRONG_BALANCE = """
SELECT a.account_seq FROM account a LEFT JOIN posting p ON p.account_seq = a.account_seq
 GROUP BY a.account_seq, a.balance_minor HAVING a.balance_minor <> coalesce(sum(p.amount_minor), 0)
"""
WRONG_RESERVE = """
SELECT a.account_seq FROM account a LEFT JOIN (
         SELECT workspace_id, project_id, sum(reserved_minor) AS reserved FROM (
           SELECT workspace_id, project_id, reserved_minor FROM seat WHERE reserved_minor > 0
            UNION ALL SELECT workspace_id, payer_id, reserved_minor FROM exam_attempt WHERE reserved_minor > 0) promised
          GROUP BY workspace_id, project_id) s
    ON s.project_id = a.project_id AND s.workspace_id = a.workspace_id
 WHERE a.sort = 'budget' GROUP BY a.account_seq, a.workspace_id, a.project_id, s.reserved
HAVING (SELECT sum(b.reserved_minor) FROM account b WHERE b.sort = 'budget' AND b.project_id = a.project_id
           AND b.workspace_id = a.workspace_id) <> coalesce(s.reserved, 0)
"""
WRONG_HELD = """
SELECT a.account_seq FROM account a LEFT JOIN (
         SELECT project_id, person_id, currency, sum(amount_minor) AS amount FROM earning
          WHERE state IN ('held', 'accepted') GROUP BY project_id, person_id, currency) e
    ON e.project_id = a.project_id AND e.person_id = a.person_id AND e.currency = a.currency
 WHERE a.sort = 'held' AND a.balance_minor <> coalesce(e.amount, 0)
"""
TESTS = {"entries whose postings do not sum to zero": UNBALANCED, "entries without postings": WITHOUT_POSTINGS,
         "accounts whose balance is not the sum of their postings": WRONG_BALANCE,
         "budgets whose promises are not those of their seats": WRONG_RESERVE,
         "accounts that hold another amount than the work they hold it for": WRONG_HELD}


def prove(db: Connection) -> dict[str, int]:
    """How many rows break each law of the ledger; all 0 when the books are right. Reads everything: use a snapshot."""
    return {what: len(db.all(sql)) for what, sql in TESTS.items()}
