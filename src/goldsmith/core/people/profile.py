"""Profiles: what is known of a person's languages, place, hours and devices, checked word by word.

Languages are BCP 47 tags, countries ISO 3166-1 alpha-2, time zones IANA names; each is kept in its usual spelling, so
that equal ones are equal as texts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Literal, get_args

from msgspec import Struct, structs

from goldsmith.core.errors import BadInput

Level = Literal["basic", "fluent", "native"]
LEVELS: tuple[Level, ...] = get_args(Level)  # each may do what those before it may
Device = Literal["computer", "tablet", "phone", "stylus", "headphones", "vr_headset"]
DEVICES: tuple[Device, ...] = get_args(Device)
DAY_MINUTES = 24 * 60
LANGUAGES_MOST, HOURS_MOST, SKILLS_MOST = 50, 50, 100

COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA"
    " CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA"
    " GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP"
    " KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS"
    " MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS"
    " RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW"
    " TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW".split())
LANGUAGES = frozenset(  # ISO 639-1; a language without a code of two letters is named by three
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo"
    " es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka"
    " kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng"
    " nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su"
    " sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu".split())
TAG = re.compile(r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?")


class SpokenLanguage(Struct, frozen=True, kw_only=True):
    """A language that a person knows, and how well."""

    language: str  # BCP 47: "de", "pt-BR", "zh-Hant"
    level: Level


class WorkingHours(Struct, frozen=True, kw_only=True):
    """A span of one day of every week, in the person's time zone; one that passes midnight is two."""

    day: int  # 0 Monday … 6 Sunday
    start_minute: int  # after midnight, 0 … 1439
    end_minute: int  # not included, up to 1440


class Profile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person says of themselves; an empty text is not known."""

    languages: tuple[SpokenLanguage, ...] = ()
    country: str = ""  # ISO 3166-1 alpha-2
    town: str = ""
    time_zone: str = ""  # IANA
    hours: tuple[WorkingHours, ...] = ()  # empty: any time
    devices: tuple[Device, ...] = ()


class SkillClaim(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A skill that a person says they have."""

    skill: str
    score: float | None = None  # 0 … 100; None: it is had or not had


def checked_profile(profile: Profile, time_zones: Collection[str]) -> Profile:
    """The profile in its usual spelling; BadInput names the first place that cannot be.

    `time_zones`: those that there are; empty: not known here, so that any name passes.
    """
    zone = profile.time_zone.strip()
    if zone and time_zones and zone not in time_zones:
        raise BadInput(f"There is no time zone {zone!r}.", where="time_zone", hint="As in Europe/Lisbon.")
    if profile.hours and not zone:
        raise BadInput("Working hours need a time zone.", where="time_zone", hint="As in Europe/Lisbon.")
    return structs.replace(
        profile, languages=checked_languages(profile.languages), country=checked_country(profile.country),
        town=_line(profile.town, "town"), time_zone=zone, hours=_checked_hours(profile.hours),
        devices=tuple(sorted(set(profile.devices))))


def checked_country(code: str) -> str:
    """The country's code in capitals, or "" where none is given."""
    found = code.strip().upper()
    if found and found not in COUNTRIES:
        raise BadInput(f"There is no country {code!r}.", where="country", hint="Two letters of ISO 3166-1: PT, IN, KE.")
    return found


def checked_languages(languages: Sequence[SpokenLanguage]) -> tuple[SpokenLanguage, ...]:
    """The languages in their usual spelling and in order; none twice."""
    if len(languages) > LANGUAGES_MOST:
        raise BadInput(f"At most {LANGUAGES_MOST} languages.", where="languages")
    found: dict[str, SpokenLanguage] = {}
    for i, one in enumerate(languages):
        tag = checked_language(one.language, where=f"languages[{i}].language")
        if tag in found:
            raise BadInput(f"The language {tag} stands twice.", where=f"languages[{i}].language")
        found[tag] = SpokenLanguage(language=tag, level=one.level)
    return tuple(found[tag] for tag in sorted(found))


def checked_language(tag: str, *, where: str = "language") -> str:
    """The BCP 47 tag as it is written: pt-BR, zh-Hant."""
    found = TAG.fullmatch(tag.strip().lower().replace("_", "-"))
    if found is None or (len(found["language"]) == 2 and found["language"] not in LANGUAGES):
        raise BadInput(f"{tag!r} is no language.", where=where, hint="A BCP 47 tag: de, pt-BR, zh-Hant.")
    region = (found["region"] or "").upper()
    if len(region) == 2 and region not in COUNTRIES:
        raise BadInput(f"{tag!r} names no country after its language.", where=where, hint="As in pt-BR.")
    return "-".join(part for part in (found["language"], (found["script"] or "").title(), region) if part)


def checked_skill(name: str, *, where: str = "skill") -> str:
    """The skill's name without spaces around it."""
    found = _line(name, where, most=80)
    if not found:
        raise BadInput("A skill needs a name.", where=where)
    return found


def checked_claims(claims: Sequence[SkillClaim]) -> tuple[SkillClaim, ...]:
    """The claims in order of name; none twice, and each score from 0 to 100."""
    if len(claims) > SKILLS_MOST:
        raise BadInput(f"At most {SKILLS_MOST} skills.", where="skills")
    found: dict[str, SkillClaim] = {}
    for i, one in enumerate(claims):
        name = checked_skill(one.skill, where=f"skills[{i}].skill")
        if name in found:
            raise BadInput(f"The skill {name!r} stands twice.", where=f"skills[{i}].skill")
        if one.score is not None and not 0 <= one.score <= 100:
            raise BadInput("A score is 0 to 100.", where=f"skills[{i}].score")
        found[name] = structs.replace(one, skill=name)
    return tuple(found[name] for name in sorted(found))


def _checked_hours(hours: Sequence[WorkingHours]) -> tuple[WorkingHours, ...]:
    if len(hours) > HOURS_MOST:
        raise BadInput(f"At most {HOURS_MOST} spans of working hours.", where="hours")
    ordered = sorted(hours, key=lambda one: (one.day, one.start_minute))
    for i, one in enumerate(ordered):
        if not (0 <= one.day <= 6 and 0 <= one.start_minute < one.end_minute <= DAY_MINUTES):
            raise BadInput("Working hours are spans inside one day.", where=f"hours[{i}]",
                           hint="day 0 (Monday) to 6, start_minute below end_minute, at most 1440.")
        if i and ordered[i - 1].day == one.day and ordered[i - 1].end_minute > one.start_minute:
            raise BadInput("Two spans of working hours overlap.", where=f"hours[{i}]")
    return tuple(ordered)


def _line(text: str, where: str, *, most: int = 100) -> str:
    found = text.strip()
    if len(found) > most or not found.isprintable():
        raise BadInput(f"This is one line of at most {most} characters.", where=where)
    return found
