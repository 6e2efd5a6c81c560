"""Files that travel with a dataset: copied from the store under names that are safe and used once."""

from __future__ import annotations

import mimetypes
import re
import shutil
import sqlite3
import unicodedata
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from goldsmith.core.dataset import Report
from goldsmith.core.errors import GoldsmithError
from goldsmith.core.item import AssetFacts

OpenAsset = Callable[[str], BinaryIO]
"""Opens the bytes of a SHA-256."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # names Windows keeps for itself
_USUAL = {"image/jpeg": ".jpg", "image/tiff": ".tif", "text/plain": ".txt"}  # where mimetypes knows several


def extension_of(facts: AssetFacts) -> str:
    """The usual file extension, with its dot, of the asset's media type; else its file name's, where that is plain."""
    usual = _USUAL.get(facts.media_type) or mimetypes.guess_extension(facts.media_type)
    if usual:
        return usual
    suffix = PurePosixPath(facts.file_name).suffix
    return suffix.lower() if re.fullmatch(r"\.[0-9A-Za-z]{1,8}", suffix) else ""


def safe_stem(text: str, *, most_bytes: int = 120) -> str:
    """The text as a part of a file name on every system: letters, digits, "_", "-" and "." inside."""
    stem = re.sub(r"[^\w.-]", "_", unicodedata.normalize("NFC", text)).encode()[:most_bytes].decode(errors="ignore")
    stem = stem.strip(".-")
    return f"_{stem}" if _DEVICES.fullmatch(stem) else stem


class UniqueNames:
    """Gives every name once, also where a file system does not tell upper from lower case.

    The names taken wait on the disk, in SQLite's private temporary file.
    """

    def __init__(self) -> None:
        self._taken = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._taken.execute("PRAGMA journal_mode = OFF")
        self._taken.execute("CREATE TABLE taken (name TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> UniqueNames:
        return self

    def __exit__(self, *_: object) -> None:
        self._taken.close()

    def take(self, wanted: str, distinction: str) -> str:
        """`wanted` made safe; where it is taken, with `distinction` and then a number behind it."""
        plain = safe_stem(wanted) or "picture"
        named = f"{plain}-{safe_stem(distinction, most_bytes=80)}"
        candidate, number = plain, 1
        while not self._is_free(candidate):
            candidate = named if number == 1 else f"{named}-{number}"
            number += 1
        return candidate

    def _is_free(self, name: str) -> bool:
        return self._taken.execute("INSERT OR IGNORE INTO taken VALUES (?)", (name.casefold(),)).rowcount == 1


def copy_asset(facts: AssetFacts, path: Path, open_asset: OpenAsset, report: Report) -> bool:
    """Copy the asset's bytes to `path`; False, and counted, where the store does not give them."""
    try:
        if not _SHA256.fullmatch(facts.sha256):
            raise FileNotFoundError(facts.sha256)
        source = open_asset(facts.sha256)
    except (OSError, GoldsmithError):
        report.lose("file that could not be opened")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with source, path.open("wb") as file:
        shutil.copyfileobj(source, file)
    return True
