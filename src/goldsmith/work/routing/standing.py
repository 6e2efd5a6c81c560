"""Standing: what one person may take in one project, worked out from few rows and kept until something changes.

A project that never had a rule is not looked up at all. Else what is kept counts as long as the project's epoch and
the person's are what they were, both numbers of rows that a call has read anyway; a skill that runs out and what is
measured all the time are seen after KEPT_US.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct

from goldsmith.core.errors import NotNow
from goldsmith.core.people.hours import DAYS, next_open, zone_of
from goldsmith.core.people.requirement import DEFAULT_KEY
from goldsmith.db.connection import Connection, Row
from goldsmith.work.routing import quotas
from goldsmith.work.routing.abilities import Abilities, read_abilities, unmet
from goldsmith.work.routing.quotas import Limit
from goldsmith.work.routing.rules import EACH_PERSON, WorkRule, read_requirements, read_rules
from goldsmith.work.routing.words import count

EVERYBODY = (DEFAULT_KEY,)
KEPT_US = 30 * 1_000_000
KEPT_MOST = 200_000


class Caller(Protocol):
    """What must be known of who asks."""

    @property
    def person_id(self) -> str: ...
    @property
    def workspace_id(self) -> str: ...
    @property
    def abilities_epoch(self) -> int: ...


class Standing(Struct, frozen=True, kw_only=True):
    """The keys of the queue that a person has in a project, and the rules about them there."""

    keys: tuple[str, ...] = EVERYBODY
    review_keys: tuple[str, ...] = EVERYBODY
    rules: tuple[WorkRule, ...] = ()
    zone: str = ""  # the person's own
    until_us: int = 0  # when it must be worked out anew

    def keys_for(self, stage: str) -> tuple[str, ...]:
        """The keys of a stage; an audit is for every reviewer."""
        return {"label": self.keys, "review": self.review_keys}.get(stage, EVERYBODY)

    def opens_at(self, *, now_us: int) -> datetime | None:
        """Now, or when all hours that are about the person run at once again, within a week; None: they never do."""
        moment = now = datetime.fromtimestamp(now_us / 1_000_000, UTC)
        while moment <= now + timedelta(days=8):
            opens = [next_open(rule.hours, zone_of(rule.zone or self.zone), moment) for rule in self.rules]
            if None in opens:
                return None
            latest = max((one for one in opens if one is not None), default=moment)
            if latest <= moment:
                return moment
            moment = latest
        return None

    def limits(self, person_id: str, *, now_us: int) -> tuple[Limit, ...]:
        """The quotas that an answer of this person counts in at this moment."""
        found = []
        for rule in self.rules:
            about, is_of_group = rule.about or person_id, rule.about != EACH_PERSON
            if rule.per_day is not None:
                found.append(quotas.on_day(about, rule.per_day, rule.zone, is_of_group=is_of_group, now_us=now_us))
            if rule.in_total is not None:
                found.append(quotas.in_all(about, rule.in_total, is_of_group=is_of_group))
        return tuple(found)

    def check_hours(self, *, now_us: int) -> None:
        """Raise NotNow outside of the hours, with the time at which they begin by the person's clock."""
        opens = self.opens_at(now_us=now_us) if self.rules else None
        if not self.rules or (opens is not None and opens.timestamp() * 1_000_000 <= now_us):
            return
        if opens is None:
            raise NotNow("The working hours of this project leave no time in which you could work.",
                         hint="Ask its manager.")
        raise NotNow(f"The project opens {self._spoken(opens, now_us)}.", hint="What you hold you can finish.")

    def _spoken(self, opens: datetime, now_us: int) -> str:
        zone = zone_of(self.zone)
        there = opens.astimezone(zone)
        today = datetime.fromtimestamp(now_us / 1_000_000, UTC).astimezone(zone).date()
        days = (there.date() - today).days
        when = "" if days == 0 else " tomorrow" if days == 1 else f" on {DAYS[there.weekday()]}"
        return f"at {there:%H:%M}{when} {f'in your time ({self.zone})' if self.zone else 'UTC'}"


def refuse_limit(limit: Limit) -> NotNow:
    """What to say where a quota is reached."""
    whom = "your group" if limit.is_of_group else "one person"
    if limit.day == quotas.IN_ALL:
        return NotNow(f"The quota is reached: this project takes {count(limit.most, 'answer')} from {whom}.",
                      hint="Ask its manager for more.")
    return NotNow(f"Today's quota is reached: this project takes {count(limit.most, 'answer')} a day from {whom}.",
                  hint="Come again tomorrow.")


def read_standing(db: Connection, project: Row, person_id: str, *, now_us: int) -> Standing:
    """Worked out from the rows."""
    abilities = read_abilities(db, project["workspace_id"], person_id, now_us=now_us) or Abilities()
    return standing_of(db, project["project_id"], abilities, now_us=now_us)


def standing_of(db: Connection, project_id: str, abilities: Abilities, *, now_us: int) -> Standing:
    """What somebody of these abilities may take in the project."""
    asked = read_requirements(db, project_id)
    met = [key for key, requirement in asked.items() if not unmet(requirement, abilities)]
    rest = [] if DEFAULT_KEY in asked else [DEFAULT_KEY]
    is_default_for_review = DEFAULT_KEY in asked and asked[DEFAULT_KEY].reviewers
    review = [key for key in met if asked[key].reviewers]
    return Standing(
        keys=tuple(rest + met), review_keys=tuple(review if is_default_for_review else [DEFAULT_KEY, *review]),
        rules=_rules_about(read_rules(db, project_id), abilities), zone=abilities.time_zone,
        until_us=min(now_us + KEPT_US, abilities.until_us or now_us + KEPT_US))


def _rules_about(rules: Sequence[WorkRule], abilities: Abilities) -> tuple[WorkRule, ...]:
    return tuple(rule for rule in rules if rule.about == EACH_PERSON or rule.about in abilities.groups)


class Standings:
    """The standings that a process keeps; losing them costs a few reads each."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[tuple[int, int], Standing]] = {}

    def find(self, db: Connection, project: Row, caller: Caller, *, now_us: int) -> Standing:
        """The caller's standing in the project; nothing is read where the project never had a rule."""
        if not project["routing_epoch"]:
            return NO_RULES
        name, epochs = (project["project_id"], caller.person_id), (project["routing_epoch"], caller.abilities_epoch)
        known = self._kept.get(name)
        if known is not None and known[0] == epochs and known[1].until_us > now_us:
            return known[1]
        found = read_standing(db, project, caller.person_id, now_us=now_us)
        self._kept.pop(name, None)
        self._kept[name] = epochs, found
        if len(self._kept) > KEPT_MOST:
            self._kept.pop(next(iter(self._kept)))
        return found


NO_RULES = Standing()
