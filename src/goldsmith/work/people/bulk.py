"""Many people at once, from a CSV: each line becomes a person with a link of their own, or a refusal with its reason.

Nothing is sent: the links are given once, to whoever asked. A line for somebody who was invited in a list before and
has not come makes a new link and takes what the line says.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from msgspec import Struct

from goldsmith.core.errors import BadInput, GoldsmithError, TooMuch
from goldsmith.core.people.profile import (
    LEVELS,
    Profile,
    SkillClaim,
    SpokenLanguage,
    checked_claims,
    checked_profile,
)
from goldsmith.db.connection import Connection
from goldsmith.work import people
from goldsmith.work.people import Person, groups, joining, profiles

COLUMNS = ("email", "name", "languages", "country", "town", "time_zone", "groups", "skills")
LINES_MOST, BYTES_MOST, CELL_MOST = 20_000, 10 * 2**20, 2_000
PARTS = re.compile(r"[;|]")


class Newcomer(Struct, frozen=True, kw_only=True):
    """One line that can be taken."""

    line: int
    email: str
    name: str
    profile: Profile
    groups: tuple[str, ...]
    skills: tuple[SkillClaim, ...]


class Refused(Struct, frozen=True, kw_only=True):
    """One line that is not taken, and why."""

    line: int  # in the file, from 1
    column: str  # "": the line as a whole
    reason: str
    text: str  # the line as it stood


class Invited(Struct, frozen=True, kw_only=True):
    """Somebody who can come by this link."""

    line: int
    email: str
    name: str
    token: str


def read_list(text: str) -> Iterator[Newcomer | Refused]:
    """The lines of the CSV, checked one by one; BadInput when it cannot be read as a list of people at all."""
    if len(text.encode()) > BYTES_MOST:
        raise TooMuch(f"A list has at most {BYTES_MOST // 2**20} MB.", where="csv", hint="Send it in parts.")
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True)
    try:
        columns = _columns(next(reader, []))
    except csv.Error as error:
        raise BadInput(f"The first line cannot be read: {error}.", where="csv") from error
    return _lines(reader, columns)


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    unknown = [name for name in names if name and name not in COLUMNS]
    if "email" not in names or unknown or len(set(names)) < len(names):
        what = f"It has {unknown[0]!r}, which is not known." if unknown else "It needs `email`, and each name once."
        raise BadInput(f"The first line names the columns. {what}", where="csv", hint=f"They are {', '.join(COLUMNS)}.")
    return names


def _lines(reader: Iterator[list[str]], columns: list[str]) -> Iterator[Newcomer | Refused]:
    seen: dict[str, int] = {}
    count = 0
    while True:
        start = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Refused(line=start, column="", reason=f"The line cannot be read: {error}.", text="")
            continue
        if cells is None:
            return
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > LINES_MOST:
            yield Refused(line=start, column="", reason=f"A list has at most {LINES_MOST:,} people; this line and those"
                                                        " after it were not read.", text="")
            return
        yield _line(start, cells, columns, seen)


def _line(number: int, cells: list[str], columns: list[str], seen: dict[str, int]) -> Newcomer | Refused:
    text = ",".join(cells)[:CELL_MOST]
    if len(cells) > len(columns):
        return Refused(line=number, column="", reason=f"The line has {len(cells)} cells, the first has {len(columns)}.",
                       text=text)
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    try:
        one = _newcomer(number, row)
    except GoldsmithError as error:
        return Refused(line=number, column=error.where.partition("[")[0], text=text,
                       reason=" ".join(part for part in (error.message, error.hint) if part))
    if one.email in seen:
        return Refused(line=number, column="email", reason=f"Line {seen[one.email]} has this address already.",
                       text=text)
    seen[one.email] = number
    return one


def _newcomer(number: int, row: dict[str, str]) -> Newcomer:
    if any("\0" in cell for cell in row.values()):
        raise BadInput("The line holds a NUL character.")
    spoken = tuple(_language(part) for part in _parts(row.get("languages", "")))
    profile = Profile(languages=spoken, country=row.get("country", ""), town=row.get("town", ""),
                      time_zone=row.get("time_zone", ""))
    return Newcomer(
        line=number, email=people.check_address(row.get("email", "")),
        name=people.check_person_name(row.get("name", "")), profile=checked_profile(profile, profiles.time_zones()),
        groups=tuple(groups.checked_name(part, where="groups") for part in _parts(row.get("groups", ""))),
        skills=checked_claims([_claim(part) for part in _parts(row.get("skills", ""))]))


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in PARTS.split(cell) if part.strip()]


def _language(part: str) -> SpokenLanguage:
    tag, _, level = part.partition(":")
    for known in LEVELS:
        if known == (level.strip().lower() or "fluent"):
            return SpokenLanguage(language=tag, level=known)
    raise BadInput(f"There is no level {level.strip()!r}.", where="languages", hint=f"One of {', '.join(LEVELS)}.")


def _claim(part: str) -> SkillClaim:
    skill, _, score = part.partition(":")
    try:
        return SkillClaim(skill=skill, score=float(score) if score.strip() else None)
    except ValueError as error:
        raise BadInput(f"{score.strip()!r} is no score.", where="skills",
                       hint="0 to 100, as in radiology:80.") from error


KNOWN = """
SELECT p.person_id, p.workspace_id, p.state, j.credential_id FROM person p
  LEFT JOIN joining j ON j.person_id = p.person_id WHERE p.email = :email
"""


def take(db: Connection, manager: Person, one: Newcomer, *, now_us: int) -> Invited | Refused:
    """Make the person and their link."""
    known = db.one(KNOWN, {"email": one.email})
    if known is not None and (known["workspace_id"] != manager.workspace_id or known["state"] != "invited"):
        is_ours = known["workspace_id"] == manager.workspace_id
        reason = "They are here already." if is_ours else "Somebody has this e-mail address already."
        return Refused(line=one.line, column="email", reason=reason, text=one.email)
    workspace = manager.workspace_id
    if known is None:
        person_id = people.add_person(db, workspace, one.email, "annotator", name=one.name, state="invited",
                                      now_us=now_us)
    else:
        person_id = known["person_id"]
        joining.end_link(db, workspace, known["credential_id"], now_us=now_us)
        if one.name:
            db.execute("UPDATE person SET name = :name WHERE person_id = :person",
                       {"name": one.name, "person": person_id})
    profiles.write_profile(db, workspace, person_id, one.profile, now_us=now_us)
    profiles.claim_skills(db, workspace, person_id, one.skills, now_us=now_us)
    for name in one.groups:
        groups.add_member(db, workspace, groups.group_named(db, workspace, name, now_us=now_us), person_id,
                          now_us=now_us)
    made = people.invite(db, manager, "annotator", now_us=now_us)
    joining.note_joining(db, workspace, person_id, way="list", state="invited", credential_id=made.credential_id,
                         now_us=now_us)
    return Invited(line=one.line, email=one.email, name=one.name, token=made.secret)
