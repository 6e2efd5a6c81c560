"""Words: a requirement and a wait, said in one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from goldsmith.core.people.requirement import Requirement

MINUTE_US = 60 * 1_000_000
DAY_US = 24 * 60 * MINUTE_US
LANGUAGES = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan",
    "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "eu": "Basque",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "gu": "Gujarati", "ha": "Hausa", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "hy": "Armenian", "id": "Indonesian", "ig": "Igbo", "it": "Italian",
    "ja": "Japanese", "jv": "Javanese", "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "kn": "Kannada",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ml": "Malayalam", "mr": "Marathi", "ms": "Malay",
    "my": "Burmese", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian", "om": "Oromo", "pa": "Punjabi", "pl": "Polish",
    "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "rw": "Kinyarwanda", "si": "Sinhala",
    "sk": "Slovak", "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "ti": "Tigrinya", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "xh": "Xhosa", "yo": "Yoruba",
    "zh": "Chinese", "zu": "Zulu"}


def language(tag: str) -> str:
    """A language's English name, with its variety as the tag has it."""
    first, _, rest = tag.partition("-")
    name = LANGUAGES.get(first)
    return tag if name is None else f"{name} {rest.upper()}".strip()


def join(parts: Sequence[str], last: str = "and") -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}" if parts else ""


def parts_of(requirement: Requirement, groups: Mapping[str, str]) -> dict[str, str]:
    """Each part that asks for something, by its field, in words; `groups`: names by id."""
    members = join([groups.get(one, one) for one in requirement.groups], "or")
    said = {
        "languages": join([f"{language(tag)} ({level})" for tag, level in requirement.languages.items()]),
        "skills": join([f"{name} ({least} or more)" if least else name for name, least in requirement.skills.items()]),
        "countries": requirement.countries and f"people in {join(requirement.countries, 'or')}",
        "groups": requirement.groups and f"members of {members}",
        "reliability": requirement.reliability and f"a reliability of {requirement.reliability:.0%} or more",
        "annotators": {"all": "", "people": "people, not models", "models": "models"}[requirement.annotators]}
    return {field: str(words) for field, words in said.items() if words}


def asked(requirement: Requirement | None, groups: Mapping[str, str]) -> str:
    """What is asked for, in words; empty where everybody may."""
    return "" if requirement is None else join(list(parts_of(requirement, groups).values()))


def count(number: int, one: str, many: str = "") -> str:
    """1 task, 312 tasks."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def clock(at_us: int) -> str:
    """The time of the day, as people say it where each has a clock of their own: UTC."""
    return f"{datetime.fromtimestamp(at_us / 1_000_000, UTC):%H:%M} UTC"


def ago(seen_us: int, now_us: int) -> str:
    """How long ago, as people say it."""
    past_us = max(0, now_us - seen_us)
    if past_us < 2 * MINUTE_US:
        return "a moment ago"
    if past_us < 60 * MINUTE_US:
        return f"{past_us // MINUTE_US} minutes ago"
    if past_us < DAY_US:
        return count(past_us // (60 * MINUTE_US), "hour") + " ago"
    return "yesterday" if past_us < 2 * DAY_US else f"{past_us // DAY_US} days ago"
