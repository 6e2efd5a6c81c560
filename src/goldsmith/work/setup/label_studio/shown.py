"""What a configuration shows: pictures and texts of the item by data key, and what cannot be shown yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from goldsmith.work.setup.label_studio.elements import Element, Remark

LOOK = ("name", "style", "classname", "zoom", "zoomcontrol", "zoomby", "width", "maxwidth", "height", "maxheight",
        "brightnesscontrol", "contrastcontrol", "rotatecontrol", "gammacontrol", "crosshair", "horizontalalignment",
        "verticalalignment", "defaultzoom", "smoothing", "negativezoom", "hotkey", "showlabels", "inline",
        "highlightcolor", "savetextresult", "selectionenabled", "granularity", "layout", "contextscroll", "showplayer",
        "clickablelinks", "title", "size", "selectlabel", "elementvalue", "elementtag", "idattr", "id", "underline")
SHOWN_AS = {"image": "picture", "text": "text", "hypertext": "text", "markdown": "text", "paragraphs": "messages",
            "chat": "chat", "list": "list", "table": "values"}
MISSING = {"audio": "Sound", "audioplus": "Sound", "video": "Video", "timeseries": "A time series", "pdf": "A PDF",
           "reactcode": "What code of its own draws"}
ROLES, TEXTS = ("role", "type", "from"), ("content", "text", "output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A part of the item that the configuration shows, by its data key; `missing` says what cannot be shown."""

    sort: Literal["picture", "text", "messages", "chat", "list", "values", "missing"]
    key: str
    missing: str = ""


def is_shown(element: Element) -> bool:
    """Whether the element shows a part of the item."""
    return element.name in SHOWN_AS or element.name in MISSING


def is_words(element: Element) -> bool:
    """Whether it is a text that is the same for all items: a heading, or a Text with words of its own."""
    if element.name == "header":
        return True
    return element.name in ("text", "hypertext", "markdown") and "$" not in element.take("value")


def words_of(element: Element) -> str:
    """What such a text says, in a line."""
    element.take(*LOOK)
    return " ".join((element.take("value") or element.text).split())


def shown_by(element: Element) -> tuple[Shown, list[Remark]]:
    """The part of the item that the element shows, and what is otherwise here."""
    remarks: list[Remark] = []
    said, listed = element.take("value"), element.take("valuelist")
    key = _key(element, said or listed, remarks)
    if element.name in MISSING:
        what = MISSING[element.name]
        remarks.append(element.remark("lost", f"{what} is not shown."))
        return Shown(sort="missing", key=key, missing=what), remarks
    if listed:
        text = f"Several pictures are files of one item, not a list under {key!r}; each has a tab."
        remarks.append(element.remark("differs", text))
        key = ""
    if element.name == "hypertext":
        text = f"HTML is shown as plain text: put the page's words under {key!r}."
        remarks.append(element.remark("differs", text))
    if element.name in ("paragraphs", "chat"):
        _remark_messages(element, key, remarks)
    if element.name == "table":
        text = f"The pairs under {key!r} are values of the item itself, each under its own name."
        remarks.append(element.remark("differs", text))
    _remark_rest(element, remarks)
    return Shown(sort=SHOWN_AS[element.name], key=key), remarks  # type: ignore[arg-type]  # the table's values are sorts


def _key(element: Element, said: str, remarks: list[Remark]) -> str:
    """The data key of "$image"; of a text around several keys the first."""
    keys = [part.strip(".,;:!?()[]{}\"'") for part in said.split("$")[1:]]
    key = keys[0].split()[0] if keys and keys[0].split() else ""
    if said and said != f"${key}":
        remarks.append(element.remark("lost", f"Of {said!r} only the item's {key!r} is shown."))
    return key


def _remark_messages(element: Element, key: str, remarks: list[Remark]) -> None:
    """Messages are JSON text, with keys that are given."""
    role, text = element.take("namekey") or "author", element.take("textkey") or "text"
    if element.name == "chat":
        role, text = "role", "content"
    remarks.append(element.remark("differs", f"The list under {key!r} is given as JSON text."))
    if role not in ROLES:
        remarks.append(element.remark("differs", f"Who speaks stands under `role` in each message, not {role!r}."))
    if text not in TEXTS:
        remarks.append(element.remark("differs", f"What is said stands under `content` in each message, not {text!r}."))
    if element.take("audiourl", "sync"):
        remarks.append(element.remark("lost", "Sound is not shown beside the messages."))


def _remark_rest(element: Element, remarks: list[Remark]) -> None:
    if element.take("valuetype") == "url":
        remarks.append(element.remark("differs", "The item holds the text itself, not its address."))
    if element.take("resolver", "encoding"):
        remarks.append(element.remark("lost", "Data is not fetched or decoded by the configuration."))
    element.take(*LOOK)
    if element.name != "chat":  # what it asks is told where it is asked
        remarks += [element.remark("lost", f"The attribute {name!r} is not known.") for name in element.unused()]
