"""Joining by an open call: a public link with a number of places and an end, and the applications that come by it."""

from __future__ import annotations

import secrets
from typing import Literal, get_args

from msgspec import Struct

from goldsmith.core.errors import BadInput, Conflict, NotFound
from goldsmith.core.ids import make_id
from goldsmith.core.people.profile import Profile, SkillClaim
from goldsmith.db.connection import Connection, Row
from goldsmith.work import people
from goldsmith.work.people import Person, groups, profiles

Asked = Literal["languages", "country", "time_zone", "hours", "devices", "skills"]
ASKED: tuple[Asked, ...] = get_args(Asked)
WORDS = {"languages": "your languages", "country": "your country", "time_zone": "your time zone",
         "hours": "your working hours", "devices": "the devices you have", "skills": "your skills"}
PLACES_MOST, TEXT_MOST = 1_000_000, 20_000


class NewCall(Struct, frozen=True, kw_only=True):
    """What an open call is made of."""

    name: str
    text: str  # Markdown: what the work is
    asks: tuple[Asked, ...]  # what must be told to apply
    places: int
    is_direct: bool  # True: who comes is in at once; False: a manager lets them in
    group_id: str  # which group they come into; "": none
    ends_us: int


class Applicant(Struct, frozen=True, kw_only=True):
    """What somebody tells to join by an open call."""

    email: str
    password_hash: str
    name: str
    profile: Profile
    skills: tuple[SkillClaim, ...]


ADD_CALL = """
INSERT INTO open_call (call_id, workspace_id, token, name, text, asks, group_id, places, taken, is_direct, state,
                       person_id, created_us, ends_us)
VALUES (:call, :workspace, :token, :name, :text, :asks, :group, :places, 0, :direct, 'open', :person, :now, :ends)
"""


def make_call(db: Connection, person: Person, new: NewCall, *, now_us: int) -> str:
    """Open a call; gives its id. BadInput says what cannot be."""
    name = new.name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise BadInput("A call needs a name of at most 100 characters.", where="name")
    if len(new.text) > TEXT_MOST or "\0" in new.text:
        raise BadInput(f"The text has at most {TEXT_MOST:,} characters.", where="text")
    _check_limits(new.places, new.ends_us, now_us)
    if new.group_id and not groups.has_group(db, person.workspace_id, new.group_id):
        raise BadInput("No such group in this workspace.", where="group_id")
    call_id = make_id("call", now_us=now_us, random_bits=secrets.randbits(80))
    db.execute(ADD_CALL, {
        "call": call_id, "workspace": person.workspace_id, "token": secrets.token_urlsafe(12), "name": name,
        "text": new.text, "asks": " ".join(one for one in ASKED if one in new.asks), "group": new.group_id,
        "places": new.places, "direct": int(new.is_direct), "person": person.person_id, "now": now_us,
        "ends": new.ends_us})
    return call_id


def _check_limits(places: int | None, ends_us: int | None, now_us: int) -> None:
    if places is not None and not 1 <= places <= PLACES_MOST:
        raise BadInput(f"A call has 1 to {PLACES_MOST:,} places.", where="places")
    if ends_us is not None and ends_us <= now_us:
        raise BadInput("The end of a call lies ahead.", where="ends_at")


LIST = """
SELECT c.*, coalesce(g.name, '') AS group_name,
       (SELECT count(*) FROM joining j WHERE j.workspace_id = c.workspace_id AND j.call_id = c.call_id
           AND j.state = 'pending') AS pending
  FROM open_call c LEFT JOIN person_group g ON g.group_id = c.group_id AND g.workspace_id = c.workspace_id
 WHERE c.workspace_id = :workspace ORDER BY c.call_id DESC
"""


def list_calls(db: Connection, workspace_id: str) -> list[Row]:
    """The workspace's calls, newest first, each with how many applications wait."""
    return db.all(LIST, {"workspace": workspace_id})


CHANGE = """
UPDATE open_call SET state = coalesce(:state, state), places = coalesce(:places, places),
       ends_us = coalesce(:ends, ends_us)
 WHERE call_id = :call AND workspace_id = :workspace
"""


def change_call(db: Connection, workspace_id: str, call_id: str, *, state: Literal["open", "closed"] | None,
                places: int | None, ends_us: int | None, now_us: int) -> None:
    """Close a call or open it again, with other places or another end."""
    _check_limits(places, ends_us, now_us)
    if not db.execute(CHANGE, {"state": state, "places": places, "ends": ends_us, "call": call_id,
                               "workspace": workspace_id}):
        raise NotFound("No such call in this workspace.", where="call_id")


FIND = """
SELECT c.*, w.name AS workspace_name FROM open_call c JOIN workspace w ON w.workspace_id = c.workspace_id
 WHERE c.token = :token
"""


def find_call(db: Connection, token: str) -> Row:
    """The call of a public link; NotFound when there never was one."""
    row = db.one(FIND, {"token": token})
    if row is None:
        raise NotFound("This link leads nowhere.", where="token", hint="Copy the whole link once more.")
    return row


def why_closed(call: Row, *, now_us: int) -> str:
    """Why nobody can join by the call now; "" when they can."""
    if call["state"] != "open":
        return "This call was closed."
    if call["ends_us"] <= now_us:
        return "This call has ended."
    return "" if call["taken"] < call["places"] else "Every place of this call is taken."


TAKE_PLACE = """
UPDATE open_call SET taken = taken + 1 WHERE token = :token AND state = 'open' AND ends_us > :now AND taken < places
RETURNING *
"""
NOTE = """
INSERT INTO joining (workspace_id, person_id, way, call_id, credential_id, state, created_us)
VALUES (:workspace, :person, :way, :call, :credential, :state, :now)
ON CONFLICT (person_id) DO UPDATE SET way = excluded.way, credential_id = excluded.credential_id,
       state = excluded.state, created_us = excluded.created_us
"""


def note_joining(db: Connection, workspace_id: str, person_id: str, *, way: Literal["call", "list"], state: str,
                 call_id: str = "", credential_id: str = "", now_us: int) -> None:
    """Remember how somebody came."""
    db.execute(NOTE, {"workspace": workspace_id, "person": person_id, "way": way, "call": call_id,
                      "credential": credential_id, "state": state, "now": now_us})


def apply(db: Connection, token: str, applicant: Applicant, *, now_us: int) -> tuple[Person, bool]:
    """Take a place of the call; gives the new annotator, and True when they are in at once.

    Conflict when the call is over; BadInput when something that it asks is missing.
    """
    call = db.one(TAKE_PLACE, {"token": token, "now": now_us})
    if call is None:
        raise Conflict(why_closed(find_call(db, token), now_us=now_us) or "Every place of this call is taken.",
                       hint="Ask whoever sent you the link.")
    check_asked(call, applicant.profile, applicant.skills)
    is_direct = bool(call["is_direct"])
    person_id = people.add_person(
        db, call["workspace_id"], applicant.email, "annotator", name=applicant.name,
        password_hash=applicant.password_hash, state="active" if is_direct else "pending", now_us=now_us)
    profiles.write_profile(db, call["workspace_id"], person_id, applicant.profile, now_us=now_us)
    profiles.claim_skills(db, call["workspace_id"], person_id, applicant.skills, now_us=now_us)
    if call["group_id"]:
        groups.add_member(db, call["workspace_id"], call["group_id"], person_id, now_us=now_us)
    note_joining(db, call["workspace_id"], person_id, way="call", call_id=call["call_id"],
                 state="joined" if is_direct else "pending", now_us=now_us)
    return people.person_by_id(db, person_id), is_direct


def check_asked(call: Row, profile: Profile, skills: tuple[SkillClaim, ...]) -> None:
    """Raise BadInput naming the first thing that the call asks and that was not told."""
    for one in call["asks"].split():
        if not (skills if one == "skills" else getattr(profile, one)):
            raise BadInput(f"This call asks for {WORDS[one]}.", where=one)


APPROVE = """
UPDATE person SET state = 'active' WHERE person_id = :person AND workspace_id = :workspace AND state = 'pending'
"""
DECIDE = """
UPDATE joining SET state = :state, decided_us = :now, decided_by = :by
 WHERE person_id = :person AND workspace_id = :workspace AND state IN ('pending', :also)
RETURNING call_id, credential_id
"""
FREE_PLACE = "UPDATE open_call SET taken = taken - 1 WHERE call_id = :call AND workspace_id = :workspace"
END_LINK = """
UPDATE credential SET revoked_us = :now WHERE credential_id = :credential AND workspace_id = :workspace
   AND sort = 'invitation' AND used_us IS NULL AND revoked_us IS NULL
"""


def decide(db: Connection, manager: Person, person_id: str, *, is_approved: bool, now_us: int) -> None:
    """Let an applicant in; or decline, which frees the place and the address and keeps nothing else of them.

    Somebody who was invited in a list and has not come can be declined too: their link ends.
    """
    args: dict[str, object] = {"person": person_id, "workspace": manager.workspace_id, "by": manager.person_id,
                               "now": now_us}
    joining = db.one(DECIDE, {**args, "state": "joined" if is_approved else "declined",
                              "also": "pending" if is_approved else "invited"})
    if joining is None:
        if people.find_row(db, manager.workspace_id, person_id) is None:
            raise NotFound("No such person in this workspace.", where="person_id")
        raise Conflict("There is nothing to decide about this person.", where="person_id")
    if is_approved:
        db.execute(APPROVE, args)
        return
    end_link(db, manager.workspace_id, joining["credential_id"], now_us=now_us)
    db.execute(FREE_PLACE, {**args, "call": joining["call_id"]})
    people.forget_newcomer(db, person_id)


def end_link(db: Connection, workspace_id: str, credential_id: str, *, now_us: int) -> None:
    """Make an invitation that was not used worthless."""
    db.execute(END_LINK, {"credential": credential_id, "workspace": workspace_id, "now": now_us})
