"""The list of people: by language, country, skill, group and state, in pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct, field

from goldsmith.core.errors import BadInput
from goldsmith.core.people.profile import LEVELS, SpokenLanguage, checked_country, checked_language
from goldsmith.db.connection import Connection, Row

LISTED_MOST = 1000


class Wanted(Struct, frozen=True, kw_only=True):
    """Which people; an empty text asks nothing."""

    q: str = ""  # in the name or the address
    state: str = ""
    language: str = ""  # "pt" finds pt-BR too
    level: str = ""  # of that language, at least
    country: str = ""
    skill: str = ""  # by any proof that has not expired
    group_id: str = ""
    after: str = ""  # the last person_id of the page before
    limit: int = 200


class Listed(Struct, frozen=True, kw_only=True):
    """One person of the list with what the filters ask for."""

    row: Row
    languages: list[SpokenLanguage] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class Page(Struct, frozen=True, kw_only=True):
    """A page of the list, and how many there are in all."""

    people: list[Listed]
    total: int
    next: str | None  # the `after` of the following page, None at the end


BASE = " FROM person p LEFT JOIN profile f ON f.person_id = p.person_id WHERE p.workspace_id = :workspace"
COLUMNS = "SELECT p.*, coalesce(f.country, '') AS country, coalesce(f.town, '') AS town, f.time_zone"
CONDITIONS = {
    "q": " AND (lower(p.name) LIKE :q ESCAPE '!' OR p.email LIKE :q ESCAPE '!')",
    "state": " AND p.state = :state",
    "country": " AND f.country = :country",
    "language": " AND EXISTS (SELECT 1 FROM person_language l WHERE l.person_id = p.person_id"
                " AND (l.language = :language OR l.language LIKE :dialect) AND l.level IN ({levels}))",
    "skill": " AND EXISTS (SELECT 1 FROM qualification s WHERE s.person_id = p.person_id AND s.skill = :skill"
             " AND (s.expires_us IS NULL OR s.expires_us > :now))",
    "group_id": " AND EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = :group_id"
                " AND m.person_id = p.person_id AND m.workspace_id = :workspace)",
}


def list_people(db: Connection, workspace_id: str, wanted: Wanted, *, now_us: int) -> Page:
    """The people of the workspace who fit, in the order in which they came."""
    if wanted.level not in ("", *LEVELS):
        raise BadInput(f"There is no level {wanted.level!r}.", where="level", hint=f"One of {', '.join(LEVELS)}.")
    language = checked_language(wanted.language) if wanted.language else ""
    levels = LEVELS[LEVELS.index(wanted.level):] if wanted.level else LEVELS
    where = "".join(text for name, text in CONDITIONS.items() if getattr(wanted, name)).replace(
        "{levels}", ", ".join(f"'{one}'" for one in levels))
    args: dict[str, object] = {
        "workspace": workspace_id, "q": f"%{_escaped(wanted.q.strip().lower())}%", "state": wanted.state,
        "country": checked_country(wanted.country), "language": language, "dialect": f"{language}-%",
        "skill": wanted.skill.strip(), "group_id": wanted.group_id, "now": now_us}
    limit = max(1, min(wanted.limit, LISTED_MOST))
    rows = db.all(f"{COLUMNS}{BASE}{where} AND p.person_id > :after ORDER BY p.person_id LIMIT :limit",
                  {**args, "after": wanted.after, "limit": limit + 1})
    total = db.one(f"SELECT count(*){BASE}{where}", args)
    assert total is not None
    page = rows[:limit]
    return Page(people=_with_details(db, page, now_us), total=int(total[0]),
                next=page[-1]["person_id"] if len(rows) > limit else None)


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


LETTERS = str.maketrans("0123456789", "abcdefghij")  # a parameter's name has no digits
DETAILS = {
    "languages": "SELECT person_id, language, level FROM person_language WHERE person_id IN ({people})"
                 " ORDER BY language",
    "skills": "SELECT DISTINCT person_id, skill FROM qualification WHERE person_id IN ({people})"
              " AND (expires_us IS NULL OR expires_us > :now) ORDER BY skill",
    "groups": "SELECT m.person_id, g.name FROM group_member m JOIN person_group g ON g.group_id = m.group_id"
              " WHERE m.person_id IN ({people}) ORDER BY g.name",
}


def _with_details(db: Connection, rows: Iterable[Row], now_us: int) -> list[Listed]:
    ids = {f"p_{str(i).translate(LETTERS)}": row["person_id"] for i, row in enumerate(rows)}
    if not ids:
        return []
    found: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in DETAILS}
    for name, sql in DETAILS.items():
        for row in db.all(sql.format(people=", ".join(f":{key}" for key in ids)), {**ids, "now": now_us}):
            found[name][row["person_id"]].append(row)
    spoken = {person: [SpokenLanguage(language=one[1], level=one[2]) for one in rows_of]
              for person, rows_of in found["languages"].items()}
    return [Listed(row=row, languages=spoken.get(row["person_id"], []),
                   skills=[one[1] for one in found["skills"][row["person_id"]]],
                   groups=[one[1] for one in found["groups"][row["person_id"]]]) for row in rows]
