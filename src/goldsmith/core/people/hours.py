"""Working hours: when in a week work is handed out, in a time zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from goldsmith.core.errors import BadInput

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MIDNIGHT = "24:00"
SHIFTS_MOST = 50
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Shift(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From a time to a later one of the same day, on each of these days."""

    days: tuple[int, ...]  # 0 is Monday
    begins: str  # "08:00"
    ends: str  # "17:30"; "24:00" is the day's end

    def check(self) -> None:
        """Raise BadInput unless it is a stretch of some day."""
        if not self.days or any(not 0 <= day <= 6 for day in self.days):
            raise BadInput("Working hours name at least one day: 0 (Monday) to 6 (Sunday).", where="hours")
        if not CLOCK.fullmatch(self.begins) or not (CLOCK.fullmatch(self.ends) or self.ends == MIDNIGHT):
            raise BadInput("A time of the day is written as 08:30.", where="hours")
        if self.begins >= self.ends:
            raise BadInput(f"Working hours from {self.begins} to {self.ends} have no end.", where="hours",
                           hint="For a night write two: until 24:00, and from 00:00 the next day.")


@lru_cache(maxsize=600)
def zone_of(name: str) -> tzinfo:
    """The time zone of this IANA name, UTC for an empty one; BadInput when there is none."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:  # not there, a folder of zones, or no name at all
        raise BadInput(f"There is no time zone {name!r}.", where="zone", hint="As in Africa/Nairobi.") from error


def check_shifts(shifts: tuple[Shift, ...]) -> None:
    """Raise BadInput at the first shift that cannot be."""
    if len(shifts) > SHIFTS_MOST:
        raise BadInput(f"Working hours have at most {SHIFTS_MOST} parts.", where="hours")
    for shift in shifts:
        shift.check()


def _at(day: date, clock: str, zone: tzinfo) -> datetime:
    """A moment by the clock of the zone; where clocks jump over it, the moment that this would have been."""
    if clock == MIDNIGHT:
        return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)


def next_open(shifts: tuple[Shift, ...], zone: tzinfo, now: datetime) -> datetime | None:
    """`now` while the hours run, else when they run again; None when they never do. No shifts: always.

    now: with a time zone; the answer is UTC.
    """
    if not shifts:
        return now.astimezone(UTC)
    today = now.astimezone(zone).date()
    coming = []
    for day in (today + timedelta(days=i) for i in range(8)):
        for shift in shifts:
            if day.weekday() in shift.days and _at(day, shift.ends, zone) > now:
                coming.append(max(_at(day, shift.begins, zone), now.astimezone(UTC)))
    return min(coming, default=None)


def day_of(now: datetime, zone: tzinfo) -> date:
    """The day by the calendar of the zone."""
    return now.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """When the day begins in the zone; UTC."""
    return _at(day, "00:00", zone)
