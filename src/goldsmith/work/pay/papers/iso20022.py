"""Payment files: ISO 20022 `pain.001.001.09`, a customer's order to their bank to pay a list of people, and CSV."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from msgspec import Struct

from goldsmith.core.errors import Conflict
from goldsmith.core.money import decimal
from goldsmith.work.pay.banking import BankAccount
from goldsmith.work.pay.papers.statements import as_csv

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NOT_ALLOWED = re.compile(r"[^A-Za-z0-9/?:().,'+ -]")


class Order(Struct, frozen=True, kw_only=True):
    """One payment: to whom, how much, and under which id it is found again on the statement of the account."""

    payment_id: str
    person: str
    amount_minor: int
    account: BankAccount | None  # None: the person has not said where they are paid


class Batch(Struct, frozen=True, kw_only=True):
    """A pay run as the bank gets it."""

    pay_run_id: str
    currency: str
    created_us: int
    payer: BankAccount
    orders: tuple[Order, ...]
    text: str  # what the payee reads on their account


COLUMNS = ("payment_id", "name", "iban", "other_account", "bic", "country", "amount", "currency")


def payments_csv(orders: Sequence[Order], currency: str) -> bytes:
    """All payments of a run, also those of people who have not said where they are paid."""
    return as_csv(COLUMNS, (_csv_row(one, currency) for one in orders))


def _csv_row(one: Order, currency: str) -> tuple[str, ...]:
    to = one.account or BankAccount(name=one.person)
    return (one.payment_id, to.name, to.iban, to.other, to.bic, to.country, decimal(one.amount_minor, currency),
            currency)


def pain_001(batch: Batch) -> bytes:
    """The order as XML: one group, one block, one credit transfer for each payment whose account is known.

    Conflict where no payment has an account, or the workspace has not said which account it pays from.
    """
    payable = [one for one in batch.orders if one.account is not None and one.account.number()]
    if not payable:
        raise Conflict("Nobody in this run has said where they are paid.", hint="Take the CSV, or wait for them.")
    if not batch.payer.number():
        raise Conflict("The workspace has no account to pay from.", hint="Say it under Pay runs.")
    root = ElementTree.Element("Document", xmlns=NAMESPACE)
    order = ElementTree.SubElement(root, "CstmrCdtTrfInitn")
    total = decimal(sum(one.amount_minor for one in payable), batch.currency)
    made = datetime.fromtimestamp(batch.created_us / 1_000_000, UTC)
    _fill(order, {"GrpHdr": {
        "MsgId": batch.pay_run_id, "CreDtTm": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "NbOfTxs": str(len(payable)),
        "CtrlSum": total, "InitgPty": {"Nm": latin(batch.payer.name, 140)}}})
    block = ElementTree.SubElement(order, "PmtInf")
    is_sepa = batch.currency == "EUR" and bool(batch.payer.iban)
    _fill(block, {
        "PmtInfId": batch.pay_run_id, "PmtMtd": "TRF", "NbOfTxs": str(len(payable)), "CtrlSum": total,
        "PmtTpInf": {"SvcLvl": {"Cd": "SEPA"}} if is_sepa else {}, "ReqdExctnDt": {"Dt": made.date().isoformat()},
        "Dbtr": _party(batch.payer), "DbtrAcct": {"Id": _number(batch.payer)}, "DbtrAgt": _bank(batch.payer, True),
        "ChrgBr": "SLEV" if is_sepa else "SHAR"})
    for one in payable:
        _add_transfer(block, one, batch)
    ElementTree.indent(root)
    made_xml: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made_xml


Parts = dict[str, "str | Parts"]


def _fill(parent: ElementTree.Element, parts: Parts) -> None:
    """Elements in this order; what is empty is left out."""
    for name, inside in parts.items():
        if inside:
            child = ElementTree.SubElement(parent, name)
            if isinstance(inside, str):
                child.text = inside
            else:
                _fill(child, inside)


def _add_transfer(block: ElementTree.Element, one: Order, batch: Batch) -> None:
    assert one.account is not None
    transfer = ElementTree.SubElement(block, "CdtTrfTxInf")
    _fill(transfer, {"PmtId": {"EndToEndId": one.payment_id}})
    amount = ElementTree.SubElement(ElementTree.SubElement(transfer, "Amt"), "InstdAmt", Ccy=batch.currency)
    amount.text = decimal(one.amount_minor, batch.currency)
    _fill(transfer, {
        "CdtrAgt": _bank(one.account, False), "Cdtr": _party(one.account),
        "CdtrAcct": {"Id": _number(one.account)}, "RmtInf": {"Ustrd": latin(batch.text, 140)}})


def _party(account: BankAccount) -> Parts:
    return {"Nm": latin(account.name, 140), "PstlAdr": {"Ctry": account.country} if account.country else {}}


def _number(account: BankAccount) -> Parts:
    return {"IBAN": account.iban} if account.iban else {"Othr": {"Id": account.other}}


def _bank(account: BankAccount, is_needed: bool) -> Parts:
    """The bank by its BIC; the payer's must be there, and says so where its BIC is not known."""
    if account.bic:
        return {"FinInstnId": {"BICFI": account.bic}}
    return {"FinInstnId": {"Othr": {"Id": "NOTPROVIDED"}}} if is_needed else {}


def latin(text: str, most: int) -> str:
    """The text in the letters that banks pass on (EPC217-08): others lose their accents, or become a full stop."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return NOT_ALLOWED.sub(".", plain)[:most].strip() or "."
