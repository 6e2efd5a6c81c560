"""Terms on the wire: a project's terms by version, and their acceptance."""

from __future__ import annotations

from msgspec import Struct

from goldsmith.server.wire import Whole
from goldsmith.server.wire.projects import DocumentRow


class TermsText(Struct, frozen=True, kw_only=True):
    """The terms in Markdown; an empty text asks nobody for anything."""

    terms: str


class TermsVersion(Struct, frozen=True, kw_only=True):
    """The newest version."""

    terms_version: int


class TermsThen(DocumentRow, frozen=True, kw_only=True):
    """The terms as they were in this version, in Markdown."""

    terms: str


class TermsPage(Struct, frozen=True, kw_only=True):
    """The newest terms, and what the caller accepted last."""

    version: int  # 0: the project never had terms
    terms: str
    is_needed: bool  # the caller gets no task before they accept this version
    accepted_version: int | None
    accepted_at: str | None


class TermsAccepted(Struct, frozen=True, kw_only=True):
    """The version that the caller has read and accepts."""

    version: Whole
