"""What a caller is told when something goes wrong: one form for every error."""

from __future__ import annotations

import logging
import sqlite3

from msgspec import Struct

from goldsmith.core.errors import BadInput, GoldsmithError, NotYourTurn


class Problem(Struct, frozen=True, kw_only=True):
    """The `error` of an answer, and its HTTP status."""

    status: int
    code: str
    message: str
    where: str = ""
    hint: str = ""
    again_at: str = ""  # when the same call may go through; empty: that is not known

    def body(self) -> dict[str, dict[str, str]]:
        """As it goes over the wire."""
        said = {"code": self.code, "message": self.message, "where": self.where, "hint": self.hint}
        return {"error": {**said, "again_at": self.again_at} if self.again_at else said}


def problem_of(error: Exception, place: str, unstorable: tuple[type[Exception], ...]) -> Problem:
    """What to say of an error that came up at `place`; a mistake of ours is logged whole and told not at all."""
    if isinstance(error, GoldsmithError):
        again_at = error.again_at if isinstance(error, NotYourTurn) else ""
        return Problem(status=error.status, code=error.code, message=error.message, where=error.where, hint=error.hint,
                       again_at=again_at)
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Problem(status=503, code="busy", message="The database is busy; nothing was changed.", hint="Try again.")
    if isinstance(error, unstorable):
        return Problem(status=400, code=BadInput.code,
                       message="A number is too large, or a text holds a NUL character.")
    logging.getLogger("goldsmith").error("%s failed", place, exc_info=error)
    return Problem(status=500, code="error", message="Something went wrong in the server; the log says what.")
