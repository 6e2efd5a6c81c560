"""Errors: the class says what went wrong, the text says what to do.

GoldsmithError
├── BadInput      (400) the caller's data is wrong: what and where
├── SignInNeeded  (401)
├── NotAllowed    (403)
│   └── TermsNotAccepted  the project's terms come first
├── NotFound      (404) absent, or another tenant's: the two are not told apart
├── LeaseLost     (409) the work is no longer yours; it is kept as a draft
├── Conflict      (409) something else happened first; nothing was changed
├── NotNow        (409) the project's rules hand out no work to you at this time; the text says when they do
│   └── NotYourTurn  others come first for what is open, for a minute or two
├── TooMuch       (413) more than one call may carry
└── TooManyTries  (429) wait a little
"""

from __future__ import annotations


class GoldsmithError(Exception):
    """Something the caller can act on."""

    code = "error"
    status = 500

    def __init__(self, message: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.message, self.where, self.hint = message, where, hint


class BadInput(GoldsmithError):
    """The data does not fit; the text says what and where."""

    code, status = "bad_input", 400


class SignInNeeded(GoldsmithError):
    """No valid key or session came with the request."""

    code, status = "sign_in_needed", 401


class NotAllowed(GoldsmithError):
    """The role does not allow this."""

    code, status = "not_allowed", 403


class TermsNotAccepted(NotAllowed):
    """The project has terms that the person has not accepted; until then nothing is handed out to them."""

    code = "terms_not_accepted"


class NotFound(GoldsmithError):
    """Nothing of that id in this workspace."""

    code, status = "not_found", 404


class LeaseLost(GoldsmithError):
    """The task went back to the queue while you worked; your work is kept as a draft."""

    code, status = "lease_lost", 409


class Conflict(GoldsmithError):
    """Something else happened first; nothing was changed."""

    code, status = "conflict", 409


class NotNow(GoldsmithError):
    """Outside of working hours, or a quota is reached; the text says when there is work again."""

    code, status = "not_now", 409


class NotYourTurn(NotNow):
    """The project prefers others for the few tasks that are open; ask again at `again_at`."""

    code = "not_your_turn"
    again_at = ""  # RFC 3339


class TooMuch(GoldsmithError):
    """More than one call may carry."""

    code, status = "too_much", 413


class TooManyTries(GoldsmithError):
    """Too many attempts in a short time; a later one may go through."""

    code, status = "too_many_tries", 429
