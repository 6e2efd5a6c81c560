"""Personal data that has a form: e-mail addresses, phone numbers, bank accounts, payment cards, network addresses,
national numbers, keys and secrets. Where a form has a check digit, it is checked, so that few other numbers are found.

Names and addresses have no form; a plug-in finds them.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from ipaddress import ip_address
from typing import Literal

import msgspec

from goldsmith.curate._operator import Find

name = "pii"
version = "1"
title = "Personal data and secrets"
KEY = "GOLDSMITH_PII_KEY"  # the environment variable with the key of pseudonyms
NEAR = 48  # characters before a bare number in which a word must say what it is


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in place of a find: its type, or a pseudonym that is the same wherever the same value stands."""

    replace: Literal["pseudonym", "type"] = "pseudonym"


def find(texts: Sequence[str], settings: Settings) -> list[list[Find]]:
    """What was found in each text, in order; no two overlap."""
    return [_apart(sorted(_all(text), key=_rank)) for text in texts]


def stand_in(found: Find, value: str, settings: Settings) -> str:
    """What is written in place of a find."""
    if settings.replace == "type":
        return f"<{found.type}>"
    plain = re.sub(r"[\W_]+", "", value).casefold()
    mark = hmac.new(_key(), f"{found.type} {plain}".encode("utf-8", "surrogatepass"), "sha256").hexdigest()[:8]
    return f"<{found.type}_{mark}>"


@cache
def _key() -> bytes:
    """From the environment, so that pseudonyms stay the same from run to run; else of this run alone."""
    return os.environ.get(KEY, "").encode() or secrets.token_bytes(32)


ORDER = ("SECRET", "EMAIL_ADDRESS", "IBAN_CODE", "CREDIT_CARD", "IP_ADDRESS", "US_SSN", "NATIONAL_ID", "PHONE_NUMBER")


def _rank(found: Find) -> tuple[int, int, int]:
    return ORDER.index(found.type), found.start, -found.end


def _apart(ranked: list[Find]) -> list[Find]:
    kept: list[Find] = []
    for one in ranked:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept)


def _all(text: str) -> Iterator[Find]:
    for anchor, before, after, rules in GROUPS:
        for low, high in _windows(anchor, text, before, after):
            for pattern, check, type_ in rules:
                for match in pattern.finditer(text, low, high):
                    span = check(match, text)
                    if span is not None:
                        yield Find(start=span[0], end=span[1], type=type_)


def _windows(anchor: re.Pattern[str], text: str, before: int, after: int) -> Iterator[tuple[int, int]]:
    """Where something may be: around each place that the anchor finds, those that touch as one."""
    low = high = -1
    for match in anchor.finditer(text):
        if match.start() - before > high:
            if high >= 0:
                yield low, high
            low = max(0, match.start() - before)
        high = match.end() + after
    if high >= 0:
        yield low, min(high, len(text))


Span = tuple[int, int]
Check = Callable[["re.Match[str]", str], Span | None]


def _whole(match: re.Match[str], text: str) -> Span:
    return match.span()


def _secret(match: re.Match[str], text: str) -> Span | None:
    """The value alone; words and placeholders are no secrets."""
    value = match["value"]
    is_mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return match.span("value") if is_mixed and len(set(value)) >= 6 else None


def digits_of(text: str) -> str:
    """The digits alone."""
    return "".join(c for c in text if "0" <= c <= "9")


def is_luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(d), 10)) for d in digits[-2::-2])
    return (sum(doubled) + sum(int(d) for d in digits[-1::-2])) % 10 == 0


CARD = re.compile(r"4\d{12}(\d{3}){0,2}|5[0-9]\d{10,17}|6\d{11,18}|3[47]\d{13}|3[0689]\d{12,17}|2[2-7]\d{14}"
                  r"|(2131|1800)\d{11}|35\d{14}")


def _card(match: re.Match[str], text: str) -> Span | None:
    digits = digits_of(match[0])
    is_card = CARD.fullmatch(digits) and is_luhn(digits) and len(set(digits)) > 1
    return match.span() if is_card else None


def is_iban(text: str) -> bool:
    """Whether its two check digits fit (ISO 13616: modulo 97)."""
    plain = re.sub(r"\s", "", text).upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def _iban(match: re.Match[str], text: str) -> Span | None:
    start, end = match.span()
    while end - start >= 15:  # a word that follows may look like a part of it
        if is_iban(text[start:end]):
            return start, end
        end = max(text.rfind(" ", start, end), start)
    return None


VERSION = re.compile(r"(?i)\b(?:version|ver|v|section|no)\.?\s*$")


def _ip(match: re.Match[str], text: str) -> Span | None:
    try:
        found = ip_address(match[0])
    except ValueError:
        return None
    before = text[max(0, match.start() - 12):match.start()]
    return None if found.is_unspecified or VERSION.search(before) else match.span()


def _ssn(match: re.Match[str], text: str) -> Span | None:
    area, group, serial = re.split(r"[- ]", match[0])
    return None if area in ("000", "666") or area[0] == "9" or group == "00" or serial == "0000" else match.span()


def is_dni(text: str) -> bool:
    """A Spanish DNI or NIE, by its letter."""
    text = text.replace("-", "")
    number = text[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == text[-1].upper()


def is_cpf(text: str) -> bool:
    """A Brazilian CPF, by its two check digits."""
    digits = [int(d) for d in digits_of(text)]
    if len(digits) != 11 or len(set(digits)) == 1:
        return False
    return all(sum((size + 1 - i) * d for i, d in enumerate(digits[:size])) * 10 % 11 % 10 == digits[size]
               for size in (9, 10))


def is_nir(text: str) -> bool:
    """A French NIR with its key: 97 less the number modulo 97; departments 2A and 2B count as 19 and 18."""
    plain = re.sub(r"\s", "", text).upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return plain.isdigit() and len(plain) == 15 and 97 - int(plain[:13]) % 97 == int(plain[13:])


def _checked(check: Callable[[str], bool]) -> Check:
    return lambda match, text: match.span() if check(match[0]) else None


PHONE_WORD = re.compile(r"(?i)\b(?:phone|tel|telephone|mobile|cell|call|calls|calling|called|dial|fax|ring|sms|whatsapp"
                        r"|reach|contact|number is|text me|numéro|téléphone|telefon|handy|teléfono|móvil|telefone)\b")
DATE = re.compile(r"(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:[0-2]?\d|3[01])"
                  r"|(?:[0-2]?\d|3[01])[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:19|20)\d\d"
                  r"|(?:1[5-9]|20)\d\d ?[-/ ] ?(?:1[5-9]|20)\d\d")

OTHER = re.compile(r"\d{3}-\d\d-\d{4}|\d{3}\.\d{3}\.\d{3}-\d\d|\d{1,3}(?:\.\d{1,3}){3}|\d{4}(?:[ -]\d{4}){2,3}")


def _phone(match: re.Match[str], text: str) -> Span | None:
    """With a sign that says so (+, 00, brackets), or in groups as phones are written; a bare number needs a word."""
    number = match["number"]
    groups = re.findall(r"\d+", number)
    count = sum(map(len, groups))
    is_other = DATE.match(number.strip()) or OTHER.fullmatch(number)
    if not 7 <= count <= 15 or is_other or len(set("".join(groups))) == 1:
        return None
    is_called = bool(PHONE_WORD.search(text, max(0, match.start() - NEAR), match.start()))
    is_marked = number[0] == "+" or number.startswith("00") or (
        "(" in number and ")" in number and len(groups) > 1 and len(groups[-1]) >= 3)
    is_grouped = len(groups) >= 3 and all(2 <= len(g) <= 4 for g in groups[1:]) and count >= 9 and not re.search(
        r"\d[.,]\d{3}(?!\d)(?<!\.\d{3}\.\d{3})$", number) and len(set(re.findall(r"[ .\-/]", number))) <= 2
    is_pairs = len(groups) == 4 and all(len(g) == 2 for g in groups)
    is_bare = is_called and (len(groups) > 1 or count >= 8) or len(groups) == 2 and match["ext"]
    return match.span() if is_marked or is_grouped or is_pairs or is_bare else None


HEX = r"[0-9A-Fa-f]{1,4}"
Rule = tuple[re.Pattern[str], Check, str]
NUMBERS: tuple[Rule, ...] = (
    (re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]{2,4}){3,8}(?![A-Za-z0-9])"), _iban, "IBAN_CODE"),
    (re.compile(r"(?<![\w.,+\-])\d(?:[ \-]?\d){11,18}(?![\d\-]|[.,]\d)"), _card, "CREDIT_CARD"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)"), _ip, "IP_ADDRESS"),
    (re.compile(r"(?<![\d\-])\d{3}([- ])\d{2}\1\d{4}(?![\d\-])"), _ssn, "US_SSN"),
    (re.compile(r"\b(?![DFIQUV])[A-CEGHJ-PR-TW-Z](?![DFIQUVO])[A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"),
     _whole, "NATIONAL_ID"),  # United Kingdom: National Insurance number
    (re.compile(r"\b(?:\d{8}|[XYZxyz]\d{7})-?[A-Za-z]\b"), _checked(is_dni), "NATIONAL_ID"),
    (re.compile(r"(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)"), _checked(is_cpf), "NATIONAL_ID"),
    (re.compile(r"(?<!\d)[12] ?\d\d ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d\d|2[ABab]) ?\d{3} ?\d{3} ?\d\d(?!\d)"),
     _checked(is_nir), "NATIONAL_ID"),
    (re.compile(r"(?<![\w.$€£%#/=@\-])(?<!\d,)(?P<number>(?:\+|00)?[ ]?\(?\d(?:[ ().\-/]{0,2}\d){6,14})"
                r"(?P<ext>\s?(?:x|ext\.?|extension)\s?\d{1,6})?(?![\w%]|[ .,\-/]\d)"), _phone, "PHONE_NUMBER"),
)
EMAIL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._%+'\-]{0,62}[A-Za-z0-9_+\-])?@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}"
                   r"[A-Za-z0-9])?\.)+[A-Za-z]{2,24}\b")
IPV6 = re.compile(rf"(?<![\w:])(?:{HEX}:){{7}}{HEX}(?![\w:])|(?<![\w:])(?:{HEX}:){{1,6}}(?::{HEX}){{1,6}}(?![\w:])")
FISCAL = re.compile(r"\b[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]\b")  # Italy: codice fiscale
PRIVATE = re.compile(r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----[\s\S]{0,8000}?"
                     r"-----END (?:[A-Z0-9]+ )*PRIVATE KEY-----")
TOKENS: tuple[Rule, ...] = tuple((re.compile(pattern), _whole, "SECRET") for pattern in (
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b",  # Amazon Web Services
    r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_\-]{20,})",
    r"\bAIza[A-Za-z0-9_\-]{35}\b", r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,250}\b",  # Google, Slack
    r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,255}\b", r"\bsk-(?:proj-|ant-)?[A-Za-z0-9_\-]{20,255}\b",
    r"\beyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}"))  # JSON Web Token
NAMED = re.compile(r"(?i)\b(?:password|passwd|pwd|secret|api[_\- ]?key|access[_\- ]?key|auth[_\- ]?token"
                   r"|client[_\- ]?secret)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?P<value>[^\s\"',;<>{}()\[\]]{8,200})")
# Where to look (what is cheap to find), how many characters around it, and what may be there.
GROUPS: tuple[tuple[re.Pattern[str], int, int, tuple[Rule, ...]], ...] = (
    (re.compile("@"), 70, 260, ((EMAIL, _whole, "EMAIL_ADDRESS"),)),
    (re.compile(r"\d[\d ().\-/]{4,}\d"), 30, 40, NUMBERS),
    (re.compile(f":{HEX}:|::"), 40, 40, ((IPV6, _ip, "IP_ADDRESS"),)),
    (re.compile(r"[A-Z]\d{3}[A-Z]\b"), 12, 1, ((FISCAL, _whole, "NATIONAL_ID"),)),
    (re.compile("-----BEGIN "), 0, 8200, ((PRIVATE, _whole, "SECRET"),)),
    (re.compile(r"AKIA|ASIA|ABIA|ACCA|gh[pousr]_|github_pat_|glpat-|AIza|xox[abeoprs]-|k_live_|k_test_|sk-|eyJ"),
     3, 4000, TOKENS),
    (re.compile(r"[:=]"), 24, 210, ((NAMED, _secret, "SECRET"),)),
)
