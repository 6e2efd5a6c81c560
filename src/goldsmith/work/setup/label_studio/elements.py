"""Elements of an XML text with their lines, and remarks on what of them was not taken over as it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal
from xml.parsers import expat

from msgspec import Struct

from goldsmith.core.errors import BadInput

TEXT_MOST = 500_000  # characters
DEPTH_MOST = 100
ELEMENTS_MOST = 50_000

Sort = Literal["lost", "differs", "look"]


class Remark(Struct, frozen=True, kw_only=True):
    """What became of a part of the configuration: nothing, something else, or only its look was left out."""

    line: int
    tag: str
    sort: Sort
    text: str


class Element:
    """An element with its attributes under small letters, as Label Studio reads them; it knows which were used."""

    def __init__(self, tag: str, attributes: dict[str, str], line: int, parent: Element | None) -> None:
        self.tag, self.line, self.parent = tag, line, parent
        self.name = tag.lower()
        self._attributes = {key.lower(): value for key, value in attributes.items()}
        self._used: set[str] = set()
        self.children: list[Element] = []
        self.text = ""

    def take(self, *names: str) -> str:
        """The first of these attributes that is given, without white space at its ends; each of them counts as used."""
        self._used.update(names)
        return next((self._attributes[name].strip() for name in names if self._attributes.get(name, "").strip()), "")

    def is_set(self, name: str) -> bool:
        """Whether the attribute is "true"."""
        return self.take(name).lower() == "true"

    def unused(self) -> list[str]:
        """The attributes that nobody has asked for."""
        return sorted(self._attributes.keys() - self._used)

    def below(self) -> Iterator[Element]:
        """All elements inside it, as they stand in the text."""
        for child in self.children:
            yield child
            yield from child.below()

    def above(self) -> Iterator[Element]:
        """The elements around it, the nearest first."""
        around = self.parent
        while around is not None:
            yield around
            around = around.parent

    def remark(self, sort: Sort, text: str) -> Remark:
        """A remark on this element."""
        return Remark(line=self.line, tag=self.tag, sort=sort, text=text)


def read_elements(text: str) -> Element:
    """The outermost element; BadInput names the line of what is no XML. Document types and entities are refused."""
    if len(text) > TEXT_MOST:
        raise BadInput(f"A configuration has at most {TEXT_MOST:,} characters.", where="text")
    reader = _Reader()
    try:
        reader.parser.Parse(text.lstrip("\ufeff \t\r\n").encode(), True)
    except expat.ExpatError as error:
        line = error.lineno + text[: len(text) - len(text.lstrip("\ufeff \t\r\n"))].count("\n")
        reason = expat.errors.messages[error.code] if error.code in expat.errors.messages else "it cannot be read"
        hint = "Inside texts & is written &amp; and < is written &lt;."
        raise BadInput(f"This is no XML: {reason}.", where=f"line {line}", hint=hint) from None
    except UnicodeEncodeError:
        raise BadInput("The configuration is no Unicode text.", where="text") from None
    assert reader.root is not None
    return reader.root


class _Reader:
    """Builds the tree while the parser goes on."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._said
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.root: Element | None = None
        self._open: Element | None = None
        self._depth = self._count = 0

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth, self._count = self._depth + 1, self._count + 1
        where = f"line {self.parser.CurrentLineNumber}"
        if self._depth > DEPTH_MOST:
            raise BadInput(f"Elements stand at most {DEPTH_MOST} deep in one another.", where=where)
        if self._count > ELEMENTS_MOST:
            raise BadInput(f"A configuration has at most {ELEMENTS_MOST:,} elements.", where=where)
        made = Element(tag, attributes, self.parser.CurrentLineNumber, self._open)
        if self._open is None:
            self.root = made
        else:
            self._open.children.append(made)
        self._open = made

    def _end(self, tag: str) -> None:
        assert self._open is not None
        self._open, self._depth = self._open.parent, self._depth - 1

    def _said(self, text: str) -> None:
        if self._open is not None:
            self._open.text += text

    def _refuse(self, *_: object) -> None:
        raise BadInput("A configuration has no document type.", where=f"line {self.parser.CurrentLineNumber}",
                       hint="Take the <!DOCTYPE …> out.")
