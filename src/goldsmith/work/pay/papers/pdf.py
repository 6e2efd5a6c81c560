"""PDF: lines of text on A4 pages, by hand, with the reader's own Helvetica (ISO 32000-1, 9.6.2.2).

That font has the letters of Western European languages. A letter that it lacks is written without its accents, or as a
question mark; the page in the browser prints every script.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 595, 842, 48  # points of A4
CELL_MOST = 30  # characters of one cell
# Widths of Helvetica's digits, point and minus in thousandths, for amounts that stand to the right.
DIGIT_WIDTH, NARROW = 556, {".": 278, ",": 278, " ": 278, "-": 333}


class Pdf:
    """Collects lines from top to bottom, on as many pages as they need."""

    def __init__(self) -> None:
        self._pages: list[list[str]] = []
        self._y = 0

    def line(self, text: str, *, size: int = 10, gap: int = 16) -> None:
        """One line of its own, then so much room."""
        self._write(text, 0, size, "F2" if size > 12 else "F1")
        self._y -= gap

    def row(self, cells: Sequence[tuple[str, int]], *, is_bold: bool = False, right: bool = False) -> None:
        """Texts side by side, each at its distance from the margin; with `right` the last ends at the right margin."""
        for i, (text, x) in enumerate(cells):
            last = right and i == len(cells) - 1
            shown = text if last or len(cells) == 2 else _cut(text)
            self._write(shown, WIDTH - 2 * MARGIN - _width(shown) if last else x, 9, "F2" if is_bold else "F1")
        self._y -= 14

    def _write(self, text: str, x: float, size: int, font: str) -> None:
        if not self._pages or self._y < MARGIN:
            self._pages.append([])
            self._y = HEIGHT - MARGIN - size
        if text:
            at = f"{MARGIN + x:.1f} {self._y} Td"
            self._pages[-1].append(f"BT /{font} {size} Tf {at} <{_letters(text).hex()}> Tj ET")

    def done(self) -> bytes:
        """The file."""
        fonts = [f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
                 for name in ("Helvetica", "Helvetica-Bold")]
        numbers = [5 + 2 * i for i in range(len(self._pages))]
        kids = " ".join(f"{number} 0 R" for number in numbers)
        objects = ["<< /Type /Catalog /Pages 2 0 R >>",
                   f"<< /Type /Pages /Count {len(numbers)} /Kids [{kids}] >>", *fonts]
        for number, page in zip(numbers, self._pages, strict=True):
            drawn = "\n".join(page)
            objects += [f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {number + 1} 0 R"
                        " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>",
                        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream"]
        return _file(objects)


def _file(objects: Sequence[str]) -> bytes:
    """Objects numbered from 1, the table of where each begins, and the trailer."""
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n".encode("ascii")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("ascii")


def _letters(text: str) -> bytes:
    """The text in the font's encoding."""
    return b"".join(_letter(one) for one in unicodedata.normalize("NFC", text))


def _letter(one: str) -> bytes:
    try:
        return one.encode("cp1252")
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", one)[:1]
        return plain.encode("cp1252", "replace")


def _cut(text: str) -> str:
    return text if len(text) <= CELL_MOST else text[:CELL_MOST - 1] + "…"


def _width(text: str) -> float:
    """How wide an amount is at nine points; letters of a currency are a little wider than digits."""
    return sum(NARROW.get(one, 720 if one.isalpha() else DIGIT_WIDTH) for one in text) * 9 / 1000
