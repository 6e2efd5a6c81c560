"""Texts: decoded by their byte order mark or as UTF-8, and what can be said of any language's text."""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE

from goldsmith.core.errors import BadInput

BOMS = ((BOM_UTF8, "utf-8"), (BOM_UTF16_LE, "utf-16-le"), (BOM_UTF16_BE, "utf-16-be"))


def encoding_of(head: bytes) -> tuple[str, int]:
    """The encoding that a text's first bytes name, and how many bytes its byte order mark takes."""
    return next(((encoding, len(mark)) for mark, encoding in BOMS if head.startswith(mark)), ("utf-8", 0))


def text_of(raw: bytes) -> str:
    """The whole text with LF line ends; BadInput names the byte that does not fit, a NUL included."""
    encoding, skipped = encoding_of(raw)
    try:
        text = raw[skipped:].decode(encoding)
    except UnicodeDecodeError as error:
        offset = error.start + skipped
        message = f"The text is not {encoding.upper()} at byte {offset}: {error.reason}."
        raise BadInput(message, where=f"byte {offset}", hint="Save the file as UTF-8.") from error
    if "\0" in text:
        offset = skipped + len(text[: text.index("\0")].encode(encoding))
        raise BadInput(f"The text has a NUL at byte {offset}.", where=f"byte {offset}", hint="Save the file as UTF-8.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_of(raw: bytes) -> list[str]:
    """The lines without their ends (LF, CR LF or CR); BadInput names the byte that does not fit."""
    lines = text_of(raw).split("\n")
    return lines[:-1] if lines[-1] == "" else lines


