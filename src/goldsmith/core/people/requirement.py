"""Requirements: what somebody must be able to do to be given a task.

A requirement is small and has one written form, so that tasks that ask for the same share one key of the queue.
"""

from __future__ import annotations

import hashlib
import re
from typing import Literal, get_args

import msgspec
from msgspec import Struct

from goldsmith.core.errors import BadInput

Level = Literal["basic", "fluent", "native"]
LEVELS: tuple[str, ...] = get_args(Level)
AskedOf = Literal["all", "people", "models"]
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # of BCP 47, as far as its form goes
COUNTRY = re.compile(r"[A-Za-z]{2}")
NAMES_MOST, NAME_MOST = 50, 100
DEFAULT_KEY = ""  # of what a project asks for where its batches and items say nothing of their own


class Requirement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """All of it must be met; what is empty asks for nothing."""

    skills: dict[str, int] = {}  # name → least score, 0 to 100
    languages: dict[str, Level] = {}  # BCP 47 tag → least level; "de" is met by "de-AT" as well
    countries: tuple[str, ...] = ()  # ISO 3166-1 alpha-2: one of them
    groups: tuple[str, ...] = ()  # group ids: a member of one of them
    reliability: float | None = None  # least measured share of accepted answers, in [0, 1]
    annotators: AskedOf = "all"
    claimed: bool = False  # whether a skill that somebody only says they have counts
    reviewers: bool = False  # whether reviewers must meet it too

    def checked(self) -> Requirement:
        """In its one form: names trimmed, lists sorted, each thing once. BadInput names the first wrong part."""
        for where, part in (("skills", self.skills), ("languages", self.languages), ("countries", self.countries),
                            ("groups", self.groups)):
            if len(part) > NAMES_MOST:
                raise BadInput(f"A requirement names at most {NAMES_MOST} of a sort.", where=where)
        if self.reliability is not None and not 0 <= self.reliability <= 1:
            raise BadInput("A reliability is 0 to 1.", where="reliability")
        return Requirement(
            skills=dict(sorted(_skill(*one) for one in self.skills.items())),
            languages=dict(sorted((_tag(tag), level) for tag, level in self.languages.items())),
            countries=tuple(sorted({_country(one) for one in self.countries})), groups=tuple(sorted(set(self.groups))),
            reliability=self.reliability or None, annotators=self.annotators,
            claimed=self.claimed and bool(self.skills), reviewers=self.reviewers)

    def is_empty(self) -> bool:
        """Whether everybody meets it."""
        return self == Requirement(reviewers=self.reviewers)

    def key(self) -> str:
        """The key of the queue for tasks that ask for this: the same for the same requirement."""
        return "r" + hashlib.sha256(encode(self)).hexdigest()[:15]


def _skill(name: str, least: int) -> tuple[str, int]:
    name = name.strip()
    if not name or len(name) > NAME_MOST or not name.isprintable():
        raise BadInput(f"A skill's name has 1 to {NAME_MOST} characters.", where="skills")
    if not 0 <= least <= 100:
        raise BadInput(f"The least score of {name} is 0 to 100.", where="skills")
    return name, least


def _tag(tag: str) -> str:
    if not TAG.fullmatch(tag):
        raise BadInput(f"{tag!r} is no language tag.", where="languages", hint="As in de, pt-BR or zh-Hant.")
    return tag.lower()


def _country(code: str) -> str:
    if not COUNTRY.fullmatch(code):
        raise BadInput(f"{code!r} is no country.", where="countries", hint="Two letters of ISO 3166-1, such as KE.")
    return code.upper()


def encode(requirement: Requirement) -> bytes:
    """The written form of a checked requirement: the same requirement gives the same bytes."""
    return msgspec.json.encode(requirement, order="sorted")


def decode(raw: bytes | str) -> Requirement:
    """A requirement from its written form."""
    return msgspec.json.decode(raw, type=Requirement)
