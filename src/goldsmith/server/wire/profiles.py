"""Profiles on the wire: what people say of themselves, their skills and groups, open calls, lists of many."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.core.people.profile import Device, Level, Profile, SkillClaim
from goldsmith.server.wire import Whole
from goldsmith.work.people.joining import Asked
from goldsmith.work.people.profiles import Source


class QualificationRow(Struct, frozen=True, kw_only=True):
    """A skill that somebody has, and how they were judged."""

    skill: str
    source: Source
    score: float | None  # 0 … 100; None: it is had or not had
    granted_at: str
    expires_at: str | None  # None: it does not expire
    is_valid: bool  # it has not expired
    exam: str  # the exam that it came from; "": none
    right_answers: int | None  # of that attempt
    total: int | None


class GroupName(Struct, frozen=True, kw_only=True):
    """A group that somebody is in."""

    group_id: str
    name: str


class ProfilePage(Struct, frozen=True, kw_only=True):
    """All that is known of a person."""

    person_id: str
    name: str
    email: str
    state: str
    profile: Profile
    qualifications: list[QualificationRow]
    groups: list[GroupName]


class ProfileChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole profile, and the skills that are claimed; None keeps those."""

    profile: Profile
    skills: tuple[SkillClaim, ...] | None = None


class ProfileChoices(Struct, frozen=True, kw_only=True):
    """What a profile can be made of."""

    countries: list[str]  # ISO 3166-1 alpha-2
    languages: list[str]  # ISO 639-1; tags of BCP 47 with three letters or a region are taken as well
    time_zones: list[str]  # IANA
    levels: list[Level]
    devices: list[Device]


class GroupRow(Struct, frozen=True, kw_only=True):
    """A group of people."""

    group_id: str
    name: str
    members: int
    created_at: str


class GroupList(Struct, frozen=True, kw_only=True):
    """The workspace's groups, by name."""

    groups: list[GroupRow]


class GroupText(Struct, frozen=True, kw_only=True):
    """What a group is called."""

    name: str


class GroupMade(Struct, frozen=True, kw_only=True):
    """The new group's id."""

    group_id: str


class MemberChange(Struct, frozen=True, kw_only=True):
    """Who comes into a group and who goes, by id; at most 1,000 in one call."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class OpenCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A public link by which annotators join, with a number of places and an end."""

    name: str
    text: str = ""  # Markdown
    asks: tuple[Asked, ...] = ("languages", "country")
    places: Whole
    is_direct: bool = False  # True: who comes is in at once; False: a manager lets them in
    group_id: str = ""  # which group they come into
    ends_at: str  # RFC 3339


class OpenCallRow(Struct, frozen=True, kw_only=True):
    """An open call as its managers see it."""

    call_id: str
    name: str
    text: str
    asks: list[str]
    places: int
    taken: int
    pending: int  # applications that wait
    is_direct: bool
    group_name: str
    state: str  # open or closed
    why_closed: str  # "": people can join by it now
    created_at: str
    ends_at: str
    path: str  # "/call/…"


class OpenCallList(Struct, frozen=True, kw_only=True):
    """The workspace's open calls, newest first."""

    calls: list[OpenCallRow]


class OpenCallChange(Struct, frozen=True, kw_only=True):
    """What to change; None keeps it."""

    state: str | None = None  # open or closed
    places: Whole | None = None
    ends_at: str | None = None


class OpenCallShown(Struct, frozen=True, kw_only=True):
    """An open call as everybody sees it who has the link."""

    workspace_name: str
    name: str
    text: str
    asks: list[str]
    is_direct: bool
    places_left: int
    ends_at: str
    why_closed: str  # "": you can join


class Application(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody tells to join by an open call."""

    email: str
    password: str
    name: str = ""
    profile: Profile = Profile()
    skills: tuple[SkillClaim, ...] = ()


class Applied(Struct, frozen=True, kw_only=True):
    """Whether the applicant is in, and signed in, or waits for a manager."""

    is_in: bool


class ApplicationDecision(Struct, frozen=True, kw_only=True):
    """True lets the applicant in; False declines, and forgets them."""

    is_approved: bool


class PeopleCsv(Struct, frozen=True, kw_only=True):
    """A list of people: a first line with the names of the columns, then a line each.

    The columns are email, name, languages ("de:native; en"), country, town, time_zone, groups ("night; medical") and
    skills ("radiology:80; first aid"); only email is needed. `is_trial`: only look, invite nobody.
    """

    csv: str
    is_trial: bool = False


class InvitedRow(Struct, frozen=True, kw_only=True):
    """Somebody who can come by this link, which is shown once."""

    line: int
    email: str
    name: str
    path: str  # "/join?token=…"; "" in a trial


class RefusedLine(Struct, frozen=True, kw_only=True):
    """A line that was not taken, and why."""

    line: int
    column: str
    reason: str
    text: str


class BulkReport(Struct, frozen=True, kw_only=True):
    """What became of a list of people."""

    invited: list[InvitedRow]
    refused: list[RefusedLine]
