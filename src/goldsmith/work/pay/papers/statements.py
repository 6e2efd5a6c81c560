"""Statements: what one payment is made of, and what somebody earned, as rows, as CSV and as PDF."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from goldsmith.core.money import Money, decimal
from goldsmith.db.connection import Connection, Row
from goldsmith.work.pay.banking import BankAccount
from goldsmith.work.pay.papers.pdf import Pdf

CAUSES = {"annotation": "Accepted answer", "review": "Review", "audit": "Audited item",
          "training": "Training", "correction": "Correction", "appeal": "Appeal granted",
          "bonus": "Bonus", "top_up": "Raised to the floor for an hour", "pay_run": "Payment that came back",
          "budget": "Budget"}
COLUMNS = ("date", "cause", "project", "item", "amount", "currency", "note", "annotation_id")

# What an entry is about: an answer, the lease of a review or an audit, or an item of a training.
ABOUT = """
  LEFT JOIN annotation a ON a.annotation_id = e.about LEFT JOIN lease l ON l.lease_id = e.about
  LEFT JOIN item i ON i.item_seq = coalesce(a.task_seq, l.task_seq) LEFT JOIN exam_item x ON x.exam_item_id = e.about
"""
LINES = f"""
SELECT p.posting_seq, p.amount_minor, e.created_us, e.cause, e.about, e.note, e.currency,
       coalesce(j.name, '') AS project, coalesce(i.name, x.name, '') AS item
  FROM statement_line s JOIN posting p ON p.posting_seq = s.posting_seq JOIN entry e ON e.entry_seq = p.entry_seq
  LEFT JOIN project j ON j.project_id = e.project_id
{ABOUT} WHERE s.payment_id = :payment ORDER BY p.posting_seq
"""
PAYMENT = """
SELECT y.*, r.upto_us, n.name AS person, w.name AS workspace
  FROM payment y JOIN pay_run r ON r.pay_run_id = y.pay_run_id
  JOIN person n ON n.person_id = y.person_id JOIN workspace w ON w.workspace_id = y.workspace_id
 WHERE y.payment_id = :payment AND y.workspace_id = :workspace
"""


def read_lines(db: Connection, payment_id: str) -> list[Row]:
    """What the payment is made of, in the order in which it came to be due; the amounts sum to the payment's."""
    return db.all(LINES, {"payment": payment_id})


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table for a spreadsheet; a text that one would run as a formula is kept from it by a quote."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_harmless(one) for one in row])
    return out.getvalue().encode("utf-8-sig")


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "@", "\t", "\r") else value


def day(at_us: int) -> str:
    """The day of a time, UTC: "2026-11-22"."""
    return datetime.fromtimestamp(at_us / 1_000_000, UTC).date().isoformat()


def lines_csv(lines: Iterable[Row]) -> bytes:
    """A statement's lines as CSV."""
    return as_csv(COLUMNS, ((day(r["created_us"]), r["cause"], r["project"], r["item"],
                             decimal(r["amount_minor"], r["currency"]), r["currency"], r["note"],
                             r["about"] if r["cause"] == "annotation" else "") for r in lines))


WIDTHS = (70, 150, 130, 115)  # of date, cause, project and item; points


def lines_pdf(payment: Row, lines: Sequence[Row], account: BankAccount | None) -> bytes:
    """A statement as PDF: who pays whom how much, and what for."""
    pdf = Pdf()
    total = Money(amount_minor=payment["amount_minor"], currency=payment["currency"]).text()
    pdf.line("Statement of earnings", size=18, gap=24)
    payee = account.name if account else payment["person"]
    facts = [("Paid by", payment["workspace"]), ("Paid to", payee), ("Account", account.number() if account else ""),
             ("For work up to", day(payment["upto_us"])), ("Statement", payment["payment_id"]),
             ("State", payment["state"]), ("Amount", total)]
    for name, text in facts:
        pdf.row([(name, 0), (text, 110)])
    pdf.line("", gap=12)
    heads = ["Date", "Cause", "Project", "Item", "Amount"]
    places = [0, *(sum(WIDTHS[:i + 1]) for i in range(len(WIDTHS)))]
    pdf.row(list(zip(heads, places, strict=True)), is_bold=True, right=True)
    for row in lines:
        parts = [day(row["created_us"]), CAUSES[row["cause"]], row["project"], row["item"] or row["note"],
                 decimal(row["amount_minor"], row["currency"])]
        pdf.row(list(zip(parts, places, strict=True)), right=True)
    pdf.row([("", 0), ("Total", places[3]), (total, places[4])], is_bold=True, right=True)
    return pdf.done()


ENTRIES = f"""
SELECT e.entry_seq, e.created_us, e.move, e.cause, e.about, e.note, e.currency, p.amount_minor, e.project_id,
       coalesce(j.name, '') AS project, coalesce(i.name, x.name, '') AS item, coalesce(t.task_id, '') AS task_id
  FROM entry e JOIN posting p ON p.entry_seq = e.entry_seq AND p.amount_minor > 0
  LEFT JOIN project j ON j.project_id = e.project_id
{ABOUT}  LEFT JOIN task t ON t.task_seq = i.item_seq
 WHERE e.person_id = :person AND e.workspace_id = :workspace AND e.entry_seq < :before
 ORDER BY e.entry_seq DESC LIMIT :most
"""


def read_entries(db: Connection, workspace_id: str, person_id: str, *, before: int, most: int) -> list[Row]:
    """Every move of this person's money, newest first: its amount, from where to where, and its cause."""
    return db.all(ENTRIES, {"workspace": workspace_id, "person": person_id, "before": before, "most": most})


BALANCES = """
SELECT currency, sort, sum(balance_minor) AS amount FROM account
 WHERE workspace_id = :workspace AND person_id = :person GROUP BY currency, sort ORDER BY currency, sort
"""
ACCEPTED = """
SELECT currency, sum(amount_minor) AS amount FROM earning
 WHERE person_id = :person AND workspace_id = :workspace AND state = 'accepted' GROUP BY currency
"""


def read_balances(db: Connection, workspace_id: str, person_id: str) -> dict[str, dict[str, int]]:
    """By currency: what is held, accepted (a part of what is held), due, being paid and paid."""
    args = {"workspace": workspace_id, "person": person_id}
    found: dict[str, dict[str, int]] = {}
    for row in db.all(BALANCES, args):
        found.setdefault(row["currency"], {})[row["sort"]] = int(row["amount"])
    for row in db.all(ACCEPTED, args):
        found.setdefault(row["currency"], {})["accepted"] = int(row["amount"])
    return found


BY_DAY = """
SELECT e.day, e.project_id, coalesce(j.name, '') AS project, e.currency, sum(e.work_seconds) AS seconds,
       sum(CASE WHEN e.stage = 'label' THEN 1 ELSE 0 END) AS answers,
       sum(CASE WHEN e.stage = 'review' THEN 1 ELSE 0 END) AS reviews,
       sum(CASE WHEN e.stage = 'audit' THEN 1 ELSE 0 END) AS audits,
       sum(CASE WHEN e.stage = 'training' THEN 1 ELSE 0 END) AS training,
       sum(CASE WHEN e.state = 'returned' THEN 0 ELSE e.amount_minor END) AS amount,
       sum(CASE WHEN e.state = 'returned' THEN 1 ELSE 0 END) AS returned
  FROM (SELECT *, submitted_us / :width AS day FROM earning WHERE person_id = :person AND workspace_id = :workspace
           AND submitted_us >= :since) e LEFT JOIN project j ON j.project_id = e.project_id
 GROUP BY e.day, e.project_id, j.name, e.currency ORDER BY e.day DESC, project
"""
DAY_US = 86_400 * 1_000_000


def read_days(db: Connection, workspace_id: str, person_id: str, *, since_us: int) -> list[Row]:
    """By day (UTC) and project from this time on: answers, checks and training, active time, and what they earn."""
    return db.all(BY_DAY, {"workspace": workspace_id, "person": person_id, "since": since_us, "width": DAY_US})


RETURNED = """
SELECT e.annotation_id, e.amount_minor, e.currency, e.reason, e.project_id, j.name AS project, i.name AS item,
       a.appeal_id, a.state AS appeal_state, a.words, a.answer, a.created_us
  FROM earning e JOIN project j ON j.project_id = e.project_id JOIN item i ON i.item_seq = e.task_seq
  LEFT JOIN appeal a ON a.annotation_id = e.annotation_id
 WHERE e.person_id = :person AND e.workspace_id = :workspace AND (e.state = 'returned' OR a.appeal_id IS NOT NULL)
 ORDER BY e.submitted_us DESC LIMIT 100
"""


def read_returned(db: Connection, workspace_id: str, person_id: str) -> list[Row]:
    """Answers that were returned and not mended yet, and those with an appeal, newest first; at most 100."""
    return db.all(RETURNED, {"workspace": workspace_id, "person": person_id})
