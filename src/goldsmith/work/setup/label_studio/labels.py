"""Labels of a configuration: names, colours, what is said of them, and the paths of a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from PIL import ImageColor

from goldsmith.core.schema import Label
from goldsmith.work.setup.label_studio.elements import Element, Remark

LABEL_LOOK = ("selected", "html", "size", "style", "aliasstyle", "selectedcolor", "showalias", "granularity",
              "selectedstyle", "category", "readonly", "id", "classname")
BETWEEN = " > "
_ALPHA = re.compile(r"^rgba\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,[^)]*\)$")


def color_of(text: str) -> str | None:
    """#rrggbb of a CSS colour, without how opaque it is; None where it names none."""
    found = _ALPHA.match(text.strip())
    plain = f"rgb({found[1]}, {found[2]}, {found[3]})" if found else text.strip()
    try:
        red, green, blue = ImageColor.getrgb(plain)[:3]
    except ValueError:
        return None
    return f"#{min(red, 255):02x}{min(green, 255):02x}{min(blue, 255):02x}"


class Labels:
    """The labels inside one control, with remarks on what of them was not taken over as it is."""

    def __init__(self, control: Element, *, paths: bool = False, leaves: bool = False) -> None:
        self.remarks: list[Remark] = []
        self.names_by_value: dict[str, str] = {}  # as conditions name them
        self.labels: list[Label] = []
        self._seen: set[str] = set()
        self._leaves = leaves
        for one, path in _walk(control, paths):
            self._take(one, path)

    def _take(self, one: Element, path: tuple[str, ...]) -> None:
        value, alias = one.take("value"), one.take("alias")
        value = value or " ".join(one.text.split())
        if not value and not alias:
            self.remarks.append(one.remark("lost", "A label without a value."))
            return
        if "$" in value[:1]:
            self.remarks.append(one.remark("lost", f"The label is named by each item's {value}; labels are the same "
                                                   "for all items here."))
            return
        name = BETWEEN.join((*path, alias or value))
        self.names_by_value[value] = self.names_by_value[name] = name
        if self._leaves and any(child.name in ("choice", "label") for child in one.children):
            return
        if name in self._seen:
            self.remarks.append(one.remark("lost", f"The label {name!r} stands there twice; it is taken once."))
            return
        self._seen.add(name)
        self.labels.append(Label(name=name, color=self._color(one), help=_help(one, value, alias)))
        self._remark(one, name)

    def _color(self, one: Element) -> str | None:
        said = one.take("background", "color", "selectedcolor")
        if not said:
            return None
        color = color_of(said)
        if color is None:
            self.remarks.append(one.remark("look", f"The colour {said!r} is not known."))
        return color

    def _remark(self, one: Element, name: str) -> None:
        if one.is_set("selected"):
            self.remarks.append(one.remark("differs", f"{name!r} is not chosen from the start: nothing is."))
        if most := one.take("maxusage"):
            text = f"How often {name!r} may be used ({most}) is not checked."
            self.remarks.append(one.remark("differs", text))
        if one.take("hotkey"):
            self.remarks.append(one.remark("look", "Labels have the digits as keys, in their order."))
        one.take(*LABEL_LOOK)
        self.remarks += [one.remark("lost", f"The attribute {name!r} is not known.") for name in one.unused()]


def _help(one: Element, value: str, alias: str) -> str:
    """What is said of the label; where it is stored under another name, what it is called first."""
    return " · ".join(part for part in (value if alias and alias != value else "", one.take("hint")) if part)


def _walk(control: Element, paths: bool, path: tuple[str, ...] = ()) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """The labels inside, each with the names of those that it stands in."""
    for child in control.children:
        if child.name in ("label", "choice", "relation"):
            yield child, path if paths else ()
            yield from _walk(child, paths, (*path, child.take("alias") or child.take("value")))
        else:
            yield from _walk(child, paths, path)
