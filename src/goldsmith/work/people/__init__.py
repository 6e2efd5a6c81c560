"""People: who somebody is, what their role allows, and the secrets that prove it.

Only hashes of secrets are stored: argon2 for passwords, SHA-256 for random tokens of 256 bits. Argon2 is slow on
purpose, so a password is hashed and checked outside of any transaction.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NoReturn

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotAllowed, NotFound, SignInNeeded
from goldsmith.core.ids import make_id
from goldsmith.db.connection import Connection, Row

Role = Literal["owner", "manager", "reviewer", "annotator"]
Scope = Literal["read", "write"]
PersonState = Literal["active", "invited", "pending", "removed"]  # only who is active can do anything
CredentialSort = Literal["key", "session", "invitation"]
RANK: dict[str, int] = {"annotator": 0, "reviewer": 1, "manager": 2, "owner": 3}
PREFIX = {"key": "gsk_", "session": "gss_", "invitation": "gsi_"}
SESSION_US = 14 * 86_400 * 1_000_000
INVITATION_US = 7 * 86_400 * 1_000_000
FOREVER_US = 2**62
SCOPES: tuple[Scope, ...] = ("read", "write")
SHORTCUTS_MOST_BYTES = 20_000
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")


class Person(Struct, frozen=True, kw_only=True):
    """Somebody signed in: all that a request may know about its caller."""

    person_id: str
    workspace_id: str
    email: str
    name: str
    role: Role
    abilities_epoch: int = 0  # grows with every change of what they can


class Secret(Struct, frozen=True, kw_only=True):
    """A new credential; only the hash of `secret` is stored, so it cannot be shown again."""

    credential_id: str
    secret: str


def hash_secret(secret: str) -> str:
    """SHA-256 in hex; enough for a random token, never used for a password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def need_role(person: Person, least: Role) -> None:
    """Raise NotAllowed unless the person's role is `least` or above."""
    if RANK[person.role] < RANK[least]:
        raise NotAllowed(f"This needs the role {least} or above; yours is {person.role}.")


PERSON_BY_SECRET = """
SELECT p.person_id, p.workspace_id, p.email, p.name, p.role, p.abilities_epoch, c.sort, c.scopes
  FROM credential c JOIN person p ON p.person_id = c.person_id
 WHERE c.secret_hash = :hash AND c.sort IN ('key', 'session') AND c.revoked_us IS NULL AND c.expires_us > :now
   AND p.state = 'active'
"""


def find_person(db: Connection, secret: str, *, scope: Scope, now_us: int) -> Person:
    """The person whom an API key or a session's token proves, else SignInNeeded.

    NotAllowed when the key was made without `scope`; a session may do all that its person may.
    """
    row = db.one(PERSON_BY_SECRET, {"hash": hash_secret(secret), "now": now_us})
    if row is None:
        raise SignInNeeded("Sign in, or send a valid API key as `Authorization: Bearer …`.")
    if row["sort"] == "key" and scope not in row["scopes"].split():
        raise NotAllowed(f"This API key may not {scope}.", hint=f"Make a key with the scope {scope}.")
    return _person_of(row)


def _person_of(row: Row) -> Person:
    return Person(person_id=row["person_id"], workspace_id=row["workspace_id"], email=row["email"], name=row["name"],
                  role=row["role"], abilities_epoch=row["abilities_epoch"])


ADD_WORKSPACE = """
INSERT INTO workspace (workspace_id, name, sort, licence, basis, created_us)
VALUES (:workspace, :name, :sort, 'unknown', 'unknown', :now)
"""


def add_workspace(db: Connection, name: str, *, now_us: int, sort: Literal["live", "test"] = "live") -> str:
    """A new tenant; gives its id."""
    workspace_id = _new_id("ws", now_us)
    db.execute(ADD_WORKSPACE, {"workspace": workspace_id, "name": name, "sort": sort, "now": now_us})
    return workspace_id


ADD_PERSON = """
INSERT INTO person (person_id, workspace_id, email, name, role, password_hash, shortcuts_json, state, created_us)
VALUES (:person, :workspace, :email, :name, :role, :password, '{}', :state, :now) ON CONFLICT (email) DO NOTHING
"""


def check_address(email: str) -> str:
    """The e-mail address in small letters; BadInput when it is not one."""
    address = email.strip().lower()
    if not all(address.partition("@")) or len(address) > 254 or not address.isprintable() or " " in address:
        raise BadInput("This is not an e-mail address.", where="email")
    return address


def check_person_name(name: str) -> str:
    """The name without spaces around it; BadInput when it is too long or no single line."""
    if len(name) > 100 or not name.isprintable():
        raise BadInput("A name has at most 100 characters.", where="name")
    return name.strip()


def add_person(db: Connection, workspace_id: str, email: str, role: str, *, name: str = "", password_hash: str = "",
               state: PersonState = "active", now_us: int) -> str:
    """A new person; gives their id. BadInput when the address is taken or not one.

    Without a name the address's first part is the name; without a `hash_password` nobody can sign in by password.
    """
    if role not in RANK:
        raise BadInput(f"Unknown role {role!r}.", where="role", hint=f"One of {', '.join(RANK)}.")
    address, called = check_address(email), check_person_name(name)
    person_id = _new_id("person", now_us)
    added = db.execute(ADD_PERSON, {
        "person": person_id, "workspace": workspace_id, "email": address, "role": role, "password": password_hash,
        "name": called or address.partition("@")[0], "state": state, "now": now_us})
    if not added:
        raise BadInput("Somebody has this e-mail address already.", where="email")
    return person_id


ADD_CREDENTIAL = """
INSERT INTO credential (secret_hash, credential_id, workspace_id, sort, person_id, role, scopes, name, created_us,
                        expires_us)
VALUES (:hash, :credential, :workspace, :sort, :person, :role, :scopes, :name, :now, :expires)
"""


def add_credential(db: Connection, sort: CredentialSort, workspace_id: str, *, person_id: str | None = None,
                   role: str = "", scopes: Sequence[Scope] = SCOPES, name: str = "", now_us: int,
                   expires_us: int) -> Secret:
    """A new API key or session of a person, or an invitation to a role; `person_id` of an invitation is who sent it."""
    made = Secret(credential_id=_new_id("cred", now_us), secret=PREFIX[sort] + secrets.token_urlsafe(32))
    db.execute(ADD_CREDENTIAL, {
        "hash": hash_secret(made.secret), "credential": made.credential_id, "workspace": workspace_id, "sort": sort,
        "person": person_id, "role": role, "scopes": " ".join(scopes), "name": name, "now": now_us,
        "expires": expires_us})
    return made


def start_session(db: Connection, person: Person, *, now_us: int) -> str:
    """A session of fourteen days; gives its secret."""
    return add_credential(db, "session", person.workspace_id, person_id=person.person_id, now_us=now_us,
                          expires_us=now_us + SESSION_US).secret


def add_key(db: Connection, person: Person, name: str, scopes: Sequence[Scope], *, now_us: int) -> Secret:
    """A named API key that works until it is revoked."""
    if not name.strip() or len(name) > 100 or not name.isprintable():
        raise BadInput("A key needs a name of at most 100 characters.", where="name")
    if not scopes:
        raise BadInput("A key needs at least one scope.", where="scopes", hint="read, write or both.")
    return add_credential(db, "key", person.workspace_id, person_id=person.person_id, name=name.strip(),
                          scopes=sorted(set(scopes)), now_us=now_us, expires_us=FOREVER_US)


def invite(db: Connection, person: Person, role: Role, *, now_us: int) -> Secret:
    """A link for one new person, for seven days; nobody invites to a role above their own."""
    if RANK[role] > RANK[person.role]:
        raise NotAllowed("You cannot invite to a role above your own.", where="role")
    return add_credential(db, "invitation", person.workspace_id, person_id=person.person_id, role=role, now_us=now_us,
                          expires_us=now_us + INVITATION_US)


TAKE_INVITATION = """
UPDATE credential SET used_us = :now WHERE secret_hash = :hash AND sort = 'invitation' AND used_us IS NULL
   AND revoked_us IS NULL AND expires_us > :now RETURNING credential_id, workspace_id, role, person_id
"""
# The links that servers print while nobody can sign in: each start makes one, and the first that is used ends the rest.
END_FIRST_LINKS = """
UPDATE credential SET revoked_us = :now WHERE workspace_id = :workspace AND sort = 'invitation' AND person_id IS NULL
   AND used_us IS NULL AND revoked_us IS NULL
"""
# Who came in a list is there already, with all that the list says; their own link makes them active.
LISTED = """
SELECT p.person_id, p.email FROM joining j JOIN person p ON p.person_id = j.person_id
 WHERE j.credential_id = :credential AND j.workspace_id = :workspace AND p.state = 'invited'
"""
ACTIVATE = """
UPDATE person SET state = 'active', password_hash = :password, name = CASE WHEN :name = '' THEN name ELSE :name END
 WHERE person_id = :person AND state = 'invited'
"""
JOINED = "UPDATE joining SET state = 'joined', decided_us = :now WHERE person_id = :person"


FIND_INVITATION = """
SELECT c.role, w.name FROM credential c JOIN workspace w ON w.workspace_id = c.workspace_id
 WHERE c.secret_hash = :hash AND c.sort = 'invitation' AND c.used_us IS NULL AND c.revoked_us IS NULL
   AND c.expires_us > :now
"""


def find_invitation(db: Connection, token: str, *, now_us: int) -> Row:
    """The role and the workspace's name of an invitation that can still be used; NotAllowed as in `join`."""
    return db.one(FIND_INVITATION, {"now": now_us, "hash": hash_secret(token)}) or _used_up()


def _used_up() -> NoReturn:
    raise NotAllowed("This link was used or has run out.", hint="Ask for a new invitation.")


def join(db: Connection, token: str, email: str, password_hash: str, *, name: str = "", now_us: int) -> Person:
    """Use an invitation once: makes the person. NotAllowed when it was used, taken back or has run out."""
    row = db.one(TAKE_INVITATION, {"now": now_us, "hash": hash_secret(token)}) or _used_up()
    if row["person_id"] is None:
        db.execute(END_FIRST_LINKS, {"now": now_us, "workspace": row["workspace_id"]})
    listed = db.one(LISTED, {"credential": row["credential_id"], "workspace": row["workspace_id"]})
    if listed is None:
        person_id = add_person(db, row["workspace_id"], email, row["role"], name=name, password_hash=password_hash,
                               now_us=now_us)
    elif listed["email"] != check_address(email):
        raise BadInput("This link was made for another e-mail address.", where="email",
                       hint="Use the address that it was sent to.")
    else:
        person_id = listed["person_id"]
        db.execute(ACTIVATE, {"person": person_id, "password": password_hash, "name": check_person_name(name)})
        db.execute(JOINED, {"person": person_id, "now": now_us})
    return person_by_id(db, person_id)


def person_by_id(db: Connection, person_id: str) -> Person:
    """Somebody who is known to be there."""
    row = db.one("SELECT * FROM person WHERE person_id = :person", {"person": person_id})
    assert row is not None
    return _person_of(row)


REVOKE = """
UPDATE credential SET revoked_us = :now WHERE credential_id = :credential AND workspace_id = :workspace
   AND sort = :sort AND revoked_us IS NULL AND used_us IS NULL AND (sort = 'invitation' OR person_id = :person)
"""


def revoke(db: Connection, person: Person, sort: Literal["key", "invitation"], credential_id: str, *,
           now_us: int) -> None:
    """End one of the person's own keys, or any unused invitation of the workspace; NotFound when there is none."""
    if not db.execute(REVOKE, {"credential": credential_id, "workspace": person.workspace_id, "sort": sort,
                               "person": person.person_id, "now": now_us}):
        raise NotFound(f"No such {sort}.", where="credential_id")
    if sort == "invitation":
        listed = db.one(LISTED, {"credential": credential_id, "workspace": person.workspace_id})
        if listed is not None:
            forget_newcomer(db, listed["person_id"])


# Where somebody stands who never became active; nothing else can name them yet.
NEWCOMER = ("profile", "person_language", "qualification", "group_member", "person")


def forget_newcomer(db: Connection, person_id: str) -> None:
    """Take out somebody who never was active: their address is free again, and nothing of them stays but an id."""
    db.execute("UPDATE joining SET state = 'declined' WHERE person_id = :person", {"person": person_id})
    for table in NEWCOMER:
        db.execute(f"DELETE FROM {table} WHERE person_id = :person", {"person": person_id})


def end_session(db: Connection, secret: str, *, now_us: int) -> None:
    """Sign out: the session of this secret ends; the person's others stay."""
    db.execute("UPDATE credential SET revoked_us = :now WHERE secret_hash = :hash AND sort = 'session'"
               " AND revoked_us IS NULL", {"now": now_us, "hash": hash_secret(secret)})


# Two owners who demote each other at the same time must wait for one another: the workspace's row is their lock.
LOCK_WORKSPACE = "UPDATE workspace SET name = name WHERE workspace_id = :workspace"
CHANGE_PERSON = """
UPDATE person SET role = coalesce(:role, role), state = coalesce(:state, state)
 WHERE person_id = :person AND workspace_id = :workspace
   AND ((coalesce(:role, role) = 'owner' AND coalesce(:state, state) = 'active') OR role <> 'owner' OR state <> 'active'
     OR EXISTS (SELECT 1 FROM person o WHERE o.workspace_id = :workspace AND o.person_id <> :person
                   AND o.role = 'owner' AND o.state = 'active'))
   AND (coalesce(:state, '') <> 'active' OR state IN ('active', 'removed'))
RETURNING *
"""
END_CREDENTIALS = """
UPDATE credential SET revoked_us = :now WHERE workspace_id = :workspace AND person_id = :person AND revoked_us IS NULL
   AND used_us IS NULL
"""


def change_person(db: Connection, workspace_id: str, person_id: str, *, role: Role | None, state: str | None,
                  now_us: int) -> Row:
    """Give a person another role, remove them or take them back; gives their new row.

    Removing ends their sessions, keys and unused invitations for good. Conflict when the workspace would be left
    without an owner. What they hold of the queue is let go by `flow.release_all`.
    """
    if state not in (None, "active", "removed"):
        raise BadInput(f"Unknown state {state!r}.", where="state", hint="active or removed.")
    args = {"person": person_id, "workspace": workspace_id, "role": role, "state": state}
    db.execute(LOCK_WORKSPACE, {"workspace": workspace_id})
    row = db.one(CHANGE_PERSON, args)
    known = find_row(db, workspace_id, person_id) if row is None else row
    if known is None:
        raise NotFound("No such person in this workspace.", where="person_id")
    if row is None and known["state"] in ("invited", "pending"):
        raise Conflict("They have not joined yet.", where="state",
                       hint="Approve them, or wait until they use their link.")
    if row is None:
        raise Conflict("A workspace needs an owner.", hint="Make somebody else an owner first.")
    if state == "removed":
        db.execute(END_CREDENTIALS, {"workspace": workspace_id, "person": person_id, "now": now_us})
    return row


def find_row(db: Connection, workspace_id: str, person_id: str) -> Row | None:
    """A person's row, None when absent or another tenant's."""
    return db.one("SELECT * FROM person WHERE person_id = :person AND workspace_id = :workspace",
                  {"person": person_id, "workspace": workspace_id})


PROJECTS = "SELECT project_id FROM project WHERE workspace_id = :workspace"
ANSWERS_IN_PROJECT = """
SELECT person_id, count(*) FROM annotation WHERE project_id = :project AND origin IN ('answer', 'gold')
   AND state NOT IN ('replaced', 'returned') GROUP BY person_id
"""


def count_answers(db: Connection, workspace_id: str) -> dict[str, int]:
    """How many answers that stand each person of the workspace has given; only an index is read."""
    counts: Counter[str] = Counter()
    for project in db.all(PROJECTS, {"workspace": workspace_id}):
        counts.update({row[0]: row[1] for row in db.all(ANSWERS_IN_PROJECT, {"project": project[0]})})
    return counts


def set_shortcuts(db: Connection, person: Person, shortcuts: dict[str, str]) -> None:
    """Keep the person's own keys: action → keys."""
    raw = msgspec.json.encode(shortcuts)
    if len(raw) > SHORTCUTS_MOST_BYTES:
        raise BadInput("These are too many shortcuts.", where="shortcuts")
    db.execute("UPDATE person SET shortcuts_json = :json WHERE person_id = :person",
               {"json": raw.decode(), "person": person.person_id})


def set_language(db: Connection, person: Person, language: str) -> None:
    """Keep the language that the person reads, a BCP 47 tag; empty is whatever their browser asks for."""
    if language and not LANGUAGE_TAG.fullmatch(language):
        raise BadInput("This is no language tag.", where="language", hint="Such as en, ar or pt-BR (BCP 47).")
    db.execute("UPDATE person SET language = :language WHERE person_id = :person",
               {"language": language, "person": person.person_id})


def hash_password(password: str) -> str:
    """The argon2 hash to store, made in tens of milliseconds; BadInput when the password is too short or too long."""
    from argon2 import PasswordHasher

    if not 10 <= len(password) <= 1000:
        raise BadInput("A password needs at least 10 characters, at most 1,000.", where="password")
    return PasswordHasher().hash(password)


# A hash of a random string nobody kept, so that an unknown address takes as long as a wrong password.
NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$j5YO7X5cxj0CqcqcP/HayA$SZVCnz1PMfGsZC0NR9n8xChPX0UMwwSzi08zxaah+WU"


def check_password(db: Connection, email: str, password: str) -> Person:
    """The person of this address and password; the same error, after the same time, whichever of the two is wrong."""
    from argon2 import PasswordHasher
    from argon2.exceptions import VerificationError

    row = db.one("SELECT * FROM person WHERE email = :email AND state IN ('active', 'pending')"
                 " AND password_hash <> ''", {"email": email.strip().lower()})
    try:
        PasswordHasher().verify(row["password_hash"] if row else NOBODYS_HASH, password)
    except VerificationError:
        row = None
    if row is None:
        raise SignInNeeded("The e-mail address or the password is wrong.")
    if row["state"] == "pending":
        raise NotAllowed("A manager has not let you in yet; your account is kept.", hint="Try again later.")
    return _person_of(row)


def _new_id(prefix: str, now_us: int) -> str:
    return make_id(prefix, now_us=now_us, random_bits=secrets.randbits(80))
