"""Texts: the lines of a text file, decoded by its byte order mark or as UTF-8."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from goldsmith.core.errors import BadInput

BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


def lines_of(raw: bytes) -> list[str]:
    """The lines without their ends (LF, CR LF or CR); BadInput names the byte that does not fit."""
    mark, encoding = next(((m, e) for m, e in BOMS if raw.startswith(m)), (b"", "utf-8"))
    try:
        text = raw[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + len(mark)
        message = f"The text is not {encoding.upper()} at byte {offset}: {error.reason}."
        raise BadInput(message, where=f"byte {offset}", hint="Save the file as UTF-8.") from error
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
