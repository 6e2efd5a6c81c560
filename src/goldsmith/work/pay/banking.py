"""Bank accounts: where a person is paid and a workspace pays from; checked by the rules of ISO 13616 and ISO 9362."""

from __future__ import annotations

import re

from msgspec import Struct, structs

from goldsmith.core.errors import BadInput
from goldsmith.db.connection import Connection

IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
COUNTRY = re.compile(r"[A-Z]{2}")
OTHER = re.compile(r"[A-Za-z0-9 /?:().,'+-]{1,34}")
NAME_MOST = 140


class BankAccount(Struct, frozen=True, kw_only=True):
    """Whose account it is, and its number: an IBAN, or where there is none, the number that the bank uses."""

    name: str
    iban: str = ""
    other: str = ""
    bic: str = ""
    country: str = ""  # where the holder lives, ISO 3166; the floor for an hour goes by it

    def checked(self) -> BankAccount:
        """The same without blanks and in capitals; BadInput names the first part that cannot be."""
        tidy = structs.replace(self, name=" ".join(self.name.split()), iban=_tight(self.iban), bic=_tight(self.bic),
                               other=self.other.strip(), country=_tight(self.country))
        if not 1 <= len(tidy.name) <= NAME_MOST or not tidy.name.isprintable():
            raise BadInput(f"A name has 1 to {NAME_MOST} characters.", where="name")
        if tidy.iban and not is_iban(tidy.iban):
            raise BadInput("This is not an IBAN: its check digits or its length do not fit.", where="iban")
        if tidy.iban and tidy.other:
            raise BadInput("Give an IBAN or another account number, not both.", where="other")
        for where, text, pattern in (("bic", tidy.bic, BIC), ("country", tidy.country, COUNTRY),
                                     ("other", tidy.other, OTHER)):
            if text and not pattern.fullmatch(text):
                raise BadInput("This does not look like one.", where=where)
        return tidy

    def number(self) -> str:
        """The IBAN, or the other number; "" for none."""
        return self.iban or self.other


def _tight(text: str) -> str:
    return "".join(text.split()).upper()


def is_iban(text: str) -> bool:
    """Whether the check digits fit (ISO 7064, MOD 97-10); the length of each country is not looked up."""
    if not IBAN.fullmatch(text):
        return False
    moved = text[4:] + text[:4]
    return int("".join(str(int(one, 36)) for one in moved)) % 97 == 1


FIND = "SELECT * FROM bank_account WHERE holder_id = :holder AND workspace_id = :workspace"
KEEP = """
INSERT INTO bank_account (holder_id, workspace_id, name, iban, other, bic, country, updated_us)
VALUES (:holder, :workspace, :name, :iban, :other, :bic, :country, :now)
ON CONFLICT (holder_id) DO UPDATE SET name = excluded.name, iban = excluded.iban, other = excluded.other,
       bic = excluded.bic, country = excluded.country, updated_us = excluded.updated_us
"""


def find_account(db: Connection, workspace_id: str, holder_id: str) -> BankAccount | None:
    """Where this person is paid, or this workspace pays from; None when nothing was said."""
    row = db.one(FIND, {"holder": holder_id, "workspace": workspace_id})
    return None if row is None else BankAccount(
        name=row["name"], iban=row["iban"], other=row["other"], bic=row["bic"], country=row["country"])


def keep_account(db: Connection, workspace_id: str, holder_id: str, account: BankAccount, *, now_us: int) -> None:
    """Put an account in place of the one before."""
    db.execute(KEEP, {"holder": holder_id, "workspace": workspace_id, "now": now_us,
                      **structs.asdict(account.checked())})
