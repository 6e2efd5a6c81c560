"""People on the wire: sign-in, invitations, keys, the workspace."""

from __future__ import annotations

from msgspec import Struct, field

from goldsmith.core.people.profile import SpokenLanguage
from goldsmith.work.people import Role, Scope


class Credentials(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address and a password; with `token`, an invitation to use."""

    email: str
    password: str
    token: str = ""
    name: str = ""  # what others call the person; the address's first part when empty


class InvitationToken(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secret part of an invitation's link."""

    token: str


class Invited(Struct, frozen=True, kw_only=True):
    """What an invitation that can be used is for."""

    workspace_name: str
    role: Role


class Me(Struct, frozen=True, kw_only=True):
    """The caller."""

    person_id: str
    email: str
    name: str
    role: Role
    workspace_id: str
    workspace_name: str
    shortcuts: dict[str, str]  # action → keys, where the person changed them: {"submit": "Ctrl+Enter"}
    language: str  # BCP 47; empty: the browser's
    notices: int  # about the caller's own answers, that wait for their words
    unread: int = 0  # notices that the caller has not read, up to 100


class Shortcuts(Struct, frozen=True, kw_only=True):
    """The caller's own keys: action → keys."""

    shortcuts: dict[str, str]


class ModelFacts(Struct, frozen=True, kw_only=True):
    """Which model it is, and what one of its answers costs."""

    model: str
    version: str
    price_minor: int | None = None  # of the currency's smallest unit; None: not said
    currency: str = ""


class Language(Struct, frozen=True, kw_only=True):
    """The language that the caller reads, as BCP 47; empty is the browser's."""

    language: str


class PersonRow(Struct, frozen=True, kw_only=True):
    """One person of the workspace, or a model that answers."""

    person_id: str
    email: str
    name: str
    role: Role
    state: str  # active, invited, pending or removed
    created_at: str
    answers: int
    model: ModelFacts | None = None  # None: a person
    country: str = ""
    languages: list[SpokenLanguage] = field(default_factory=list)
    skills: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)


class InvitationRow(Struct, frozen=True, kw_only=True):
    """A link that has not been used yet."""

    credential_id: str
    role: Role
    expires_at: str


class PeopleList(Struct, frozen=True, kw_only=True):
    """A page of the people who were asked for, and the invitations that are out."""

    people: list[PersonRow]
    invitations: list[InvitationRow]
    total: int = 0  # how many fit, on all pages
    next: str | None = None  # the `after` of the following page, None at the end


class NewInvitation(Struct, frozen=True, kw_only=True):
    """Which role the invited person will have."""

    role: Role


class Invitation(Struct, frozen=True, kw_only=True):
    """A link to send; it works once, within seven days."""

    credential_id: str
    token: str
    path: str  # "/join?token=…"


class PersonChange(Struct, frozen=True, kw_only=True):
    """A new role, or whether the person may still sign in."""

    role: Role | None = None
    state: str | None = None


class NewKey(Struct, frozen=True, kw_only=True):
    """An API key: its name and what it may do."""

    name: str
    scopes: tuple[Scope, ...] = ("read", "write")


class Key(Struct, frozen=True, kw_only=True):
    """A new key; the secret is shown once."""

    credential_id: str
    key: str


class KeyRow(Struct, frozen=True, kw_only=True):
    """One of the caller's keys."""

    credential_id: str
    name: str
    scopes: tuple[Scope, ...]
    created_at: str


class KeyList(Struct, frozen=True, kw_only=True):
    """The caller's keys that still work."""

    keys: list[KeyRow] = field(default_factory=list)


class WorkspaceSettings(Struct, frozen=True, kw_only=True):
    """The workspace's name and what an import assumes when nothing is said."""

    name: str
    licence: str
    basis: str


class NoticeRow(Struct, frozen=True, kw_only=True):
    """What the caller should know of: a mention, work that came back, a decision, or whatever else has happened."""

    notice_id: str
    sort: str  # mention, returned, appeal_granted, appeal_denied, or another part's own
    about: str  # the id of what it is about
    project_id: str
    project: str  # its name
    item_id: str  # of what was said about an item; empty: of something else
    item: str  # its name
    link: str  # the page that it leads to; empty: none
    text: str  # the words; a mention in it is @[person_… Name]
    by: str  # who caused it; empty: the product, or somebody whose work is done blind
    created_at: str
    is_read: bool


class NoticePage(Struct, frozen=True, kw_only=True):
    """The caller's notices, newest first; `next` is the `after` of the following page."""

    notices: list[NoticeRow]
    next: str | None
    unread: int  # of all, up to 100


class NoticesRead(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Notices that were read, or are to be unread again; `upto`: all up to this one were read."""

    notice_ids: tuple[str, ...] = ()
    upto: str = ""
    is_read: bool = True


class Unread(Struct, frozen=True, kw_only=True):
    """How many notices the caller has not read, up to 100."""

    unread: int
