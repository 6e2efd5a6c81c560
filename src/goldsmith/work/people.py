"""People: who somebody is, what their role allows, and the secrets that prove it.

Only hashes of secrets are stored: argon2 for passwords, SHA-256 for random tokens of 256 bits.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from typing import Literal

from msgspec import Struct

from goldsmith.core.errors import BadInput, NotAllowed, SignInNeeded
from goldsmith.core.ids import make_id

Role = Literal["owner", "manager", "reviewer", "annotator"]
RANK = {"annotator": 0, "reviewer": 1, "manager": 2, "owner": 3}
SESSION_US = 14 * 86_400 * 1_000_000
INVITATION_US = 7 * 86_400 * 1_000_000
FOREVER_US = 2**62


class Person(Struct, frozen=True, kw_only=True):
    """Somebody signed in: all that a request may know about its caller."""

    person_id: str
    workspace_id: str
    email: str
    role: str


def hash_secret(secret: str) -> str:
    """SHA-256 in hex; enough for a random token, never used for a password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def need_role(person: Person, least: Role) -> None:
    """Raise NotAllowed unless the person's role is `least` or above."""
    if RANK[person.role] < RANK[least]:
        raise NotAllowed(f"This needs the role {least} or above; yours is {person.role}.")


PERSON_BY_SECRET = """
SELECT p.person_id, p.workspace_id, p.email, p.role FROM credential c JOIN person p USING (person_id)
 WHERE c.secret_hash = ? AND c.sort IN ('key', 'session') AND c.used_us IS NULL AND c.expires_us > ?
"""


def find_person(db: sqlite3.Connection, secret: str, *, now_us: int) -> Person:
    """The person whom an API key or a session's token proves, else SignInNeeded."""
    row = db.execute(PERSON_BY_SECRET, (hash_secret(secret), now_us)).fetchone()
    if row is None:
        raise SignInNeeded("Sign in, or send a valid API key as `Authorization: Bearer …`.")
    return Person(person_id=row[0], workspace_id=row[1], email=row[2], role=row[3])


def add_workspace(db: sqlite3.Connection, name: str, *, now_us: int) -> str:
    """A new tenant; gives its id."""
    workspace_id = make_id("ws", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute("INSERT INTO workspace VALUES (?, ?, 'unknown', 'unknown')", (workspace_id, name))
    return workspace_id


def add_person(db: sqlite3.Connection, workspace_id: str, email: str, role: str, *, password: str = "", now_us: int) -> str:
    """A new person; BadInput when the address is taken or not one, or the password is short."""
    if role not in RANK:
        raise BadInput(f"Unknown role {role!r}.", where="role", hint=f"One of {', '.join(RANK)}.")
    if "@" not in email or len(email) > 254:
        raise BadInput("This is not an e-mail address.", where="email")
    if password and len(password) < 10:
        raise BadInput("A password needs at least 10 characters.", where="password")
    person_id = make_id("person", now_us=now_us, random_bits=secrets.randbits(80))
    try:
        db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)",
                   (person_id, workspace_id, email.lower(), role, _hash_password(password)))
    except sqlite3.IntegrityError:
        raise BadInput("Somebody has this e-mail address already.", where="email") from None
    return person_id


def add_credential(db: sqlite3.Connection, sort: str, workspace_id: str, *, person_id: str | None = None,
                   role: str | None = None, expires_us: int) -> str:
    """A new API key, session or invitation; gives the secret, which is not stored and cannot be shown again."""
    secret = {"key": "gsk_", "session": "gss_", "invitation": "gsi_"}[sort] + secrets.token_urlsafe(32)
    db.execute("INSERT INTO credential VALUES (?, ?, ?, ?, ?, ?, NULL)",
               (hash_secret(secret), workspace_id, sort, person_id, role, expires_us))
    return secret


TAKE_INVITATION = """
UPDATE credential SET used_us = :now WHERE secret_hash = :hash AND sort = 'invitation' AND used_us IS NULL
   AND expires_us > :now RETURNING workspace_id, role
"""


def join(db: sqlite3.Connection, token: str, email: str, password: str, *, now_us: int) -> str:
    """Use an invitation once: makes the person and gives a session's secret."""
    if not password:
        raise BadInput("A password needs at least 10 characters.", where="password")
    row = db.execute(TAKE_INVITATION, {"now": now_us, "hash": hash_secret(token)}).fetchone()
    if row is None:
        raise NotAllowed("This link was used or has run out.", hint="Ask for a new invitation.")
    person_id = add_person(db, row[0], email, row[1], password=password, now_us=now_us)
    return add_credential(db, "session", row[0], person_id=person_id, expires_us=now_us + SESSION_US)


def check_password(db: sqlite3.Connection, email: str, password: str) -> Person:
    """The person of this address and password; the same error whichever of the two is wrong."""
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    row = db.execute("SELECT * FROM person WHERE email = ?", (email.lower(),)).fetchone()
    stored = row["password_hash"] if row and row["password_hash"] else NOBODYS_HASH
    try:
        PasswordHasher().verify(stored, password)
    except (Argon2Error, InvalidHashError):
        row = None
    if row is None or not row["password_hash"]:
        raise SignInNeeded("The e-mail address or the password is wrong.")
    return Person(person_id=row["person_id"], workspace_id=row["workspace_id"], email=row["email"], role=row["role"])


# A hash of a random string nobody kept, so that an unknown address takes as long as a wrong password.
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$yJ0m5eCkWFqq3v3q0OE0lkX0n8bZbQm3c0b0m5eCkWE"


def _hash_password(password: str) -> str:
    if not password:
        return ""
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)
