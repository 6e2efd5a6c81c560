"""What becomes of each tag that asks something: a field, or where it is asked of each object, attributes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from goldsmith.core.schema import Attribute, Field, Label
from goldsmith.kinds.message.settings import ROLES
from goldsmith.kinds.rating.kind import LEVELS_MOST
from goldsmith.work.setup.label_studio.elements import Element, Remark, Sort
from goldsmith.work.setup.label_studio.labels import Labels
from goldsmith.work.setup.label_studio.shown import Shown

TOOLS = {"rectangle": "box", "polygon": "polygon", "brush": "mask", "bitmask": "mask", "magicwand": "mask",
         "keypoint": "point", "ellipse": "ellipse", "vector": "polyline"}
DRAWN = {f"{tag}labels": kind for tag, kind in TOOLS.items()}
MARKED = ("labels", "hypertextlabels", "paragraphlabels", *DRAWN)
ELSEWHERE = {"timeserieslabels": "A time series", "timelinelabels": "Video", "videorectangle": "Video",
             "videolabels": "Video", "ocrlabels": "A PDF"}
LOOK = ("name", "toname", "style", "classname", "showinline", "layout", "size", "icon", "rows", "placeholder",
        "strokewidth", "strokecolor", "strokestyle", "fillcolor", "fillopacity", "opacity", "pointsize", "pointstyle",
        "fill", "snap", "zoom", "hotkey", "selection", "showsubmitbutton", "displaymode", "requiredmessage", "hint",
        "transcription",
        "selectionstyle", "leftclass", "rightclass", "showfilter", "minwidth", "maxwidth", "showfullpath",
        "labelling", "pathseparator", "legacy", "granularity", "sharedstore", "showlabels", "value", "blanklabels",
        "editable", "skipduplicates", "emptytext", "allownested", "allowempty", "inline", "id", "visible", "canrotate",
        "closable", "curves", "minpoints", "constrainttoparent", "threshold", "crosshair", "width", "height")


@dataclass(slots=True, kw_only=True)
class Asked:
    """One tag that asks: its element, the parts of the item it is about, the words that stand before it."""

    element: Element
    about: list[Shown]
    help: str
    others: list[Shown]  # all parts that are shown
    tools: list[Element]  # on the same part, to draw with
    fields: list[Field] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    names_by_value: dict[str, str] = field(default_factory=dict)  # of its labels, as conditions name them
    remarks: list[Remark] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the tag is called; a tag without a name is called by its sort."""
        return self.element.take("name") or self.element.tag

    @property
    def is_of_objects(self) -> bool:
        """Whether it is asked of each object."""
        return self.element.is_set("perregion") or self.element.is_set("peritem")

    @property
    def asset(self) -> str:
        """The key of the one picture or text it is about; empty where it is about several, or about the item."""
        keys = [one.key for one in self.about if one.sort in ("picture", "text")]
        return keys[0] if len(self.about) == 1 and keys else ""

    def tell(self, sort: Sort, text: str) -> None:
        """Keep a remark on the tag."""
        self.remarks.append(self.element.remark(sort, text))

    def make(self, kind: str, labels: list[Label], *, name: str = "", **more: Any) -> None:
        """One field of this kind; none without labels, which is told."""
        if not labels:
            self.tell("lost", "It has no labels.")
            return
        given: dict[str, Any] = {"asset": self.asset, "help": self.help, "required": self.element.is_set("required")}
        self.fields.append(Field(name=name or self.name, kind=kind, labels=tuple(labels), **(given | more)))

    def labels(self, *, paths: bool = False, leaves: bool = False) -> list[Label]:
        """The labels inside it."""
        if dynamic := self.element.take("value"):
            self.tell("lost", f"The labels come from each item's {dynamic}; they are the same for all items here.")
        if self.element.take("apiurl"):
            self.tell("lost", "Labels are not fetched from an address; write them into the schema.")
        found = Labels(self.element, paths=paths, leaves=leaves)
        self.remarks += found.remarks
        self.names_by_value |= found.names_by_value
        return found.labels


def ask(one: Asked) -> None:
    """Make the fields or attributes of the tag, and keep remarks on what is not taken over as it is."""
    missing = next((part.missing for part in one.about if part.sort == "missing"), ELSEWHERE.get(one.element.name, ""))
    if missing:
        one.tell("lost", f"It is not asked: {missing[0].lower()}{missing[1:]} is not shown.")
        return
    if one.element.name in MARKED or one.element.name in TOOLS:
        _mark(one)
    elif one.is_of_objects:
        ATTRIBUTES.get(one.element.name, _strange)(one)
    else:
        FIELDS.get(one.element.name, _strange)(one)
    _tell_rest(one)


def _strange(one: Asked) -> None:
    one.tell("lost", "The tag is not known, or cannot be asked in this way.")


def _tell_rest(one: Asked) -> None:
    """What of the attributes nobody used: only looks, or more."""
    element = one.element
    if element.is_set("smart") or element.is_set("smartonly"):
        one.tell("differs", "Which model helps is not said by a schema.")
    for name, text in {"defaultvalue": "Nothing is filled in from the start.",
                       "maxusages": "How often it may be used is not checked."}.items():
        if element.take(name):
            one.tell("differs", text)
    if element.take("choice") not in ("", "single", "single-radio", "multiple"):
        one.tell("lost", f"The way of choosing {element.take('choice')!r} is not known.")
    element.take(*LOOK, "perregion", "peritem", "required", "visiblewhen", "whentagname", "whenlabelvalue",
                 "whenchoicevalue", "whenrole")
    one.remarks += [element.remark("lost", f"The attribute {name!r} is not known.") for name in element.unused()]


def _mark(one: Asked) -> None:
    """What is drawn on a picture or marked in a text; of a conversation, whole messages."""
    tag = one.element.name
    sorts = {part.sort for part in one.about}
    kind = DRAWN.get(tag) or TOOLS.get(tag)
    if one.element.take("choice") == "multiple":
        one.tell("lost", "An object has one label, not several.")
    if tag in TOOLS:
        one.make(kind or "", [Label(name=one.name)])
    elif sorts in ({"messages"}, {"chat"}):
        if one.element.take("granularity") != "paragraph":
            one.tell("differs", "A label stands for a whole message, not for words in it.")
        one.make("step", one.labels(), asset="", settings={"trace": one.about[0].key})
    elif kind or sorts == {"picture"}:
        _draw(one, kind)
    elif sorts == {"text"}:
        one.make("span", one.labels())
    else:
        one.tell("lost", "It is about no picture and no text that is shown.")


def _draw(one: Asked, kind: str | None) -> None:
    """Shapes on a picture: of the tag's own kind, or of each tool that draws on the same picture."""
    if kind == "box" and one.element.is_set("canrotate"):
        kind = "rotated_box"
    if kind == "polyline" and one.element.is_set("closable"):
        one.tell("differs", "Lines are open; closed outlines are polygons.")
    labels = one.labels()
    if kind:
        one.make(kind, labels)
        return
    for tool in one.tools:
        drawn = "rotated_box" if tool.name == "rectangle" and tool.is_set("canrotate") else TOOLS[tool.name]
        tool.take(*LOOK, "smart", "smartonly")
        one.make(drawn, labels, name=tool.take("name") or tool.tag)
        one.remarks += [tool.remark("lost", f"The attribute {name!r} is not known.") for name in tool.unused()]
    if not one.tools:
        one.tell("lost", "There is no tool to draw with.")


def _choices(one: Asked) -> None:
    has_tree = any(child.name == "choice" for choice in one.element.below() if choice.name == "choice"
                   for child in choice.children)
    if has_tree:
        _taxonomy(one)
        return
    one.make("choice", one.labels(), multiple=one.element.take("choice") == "multiple")


def _taxonomy(one: Asked) -> None:
    is_multiple = one.element.take("maxusages") != "1"
    if one.element.name == "choices":
        is_multiple = one.element.take("choice") == "multiple"
    one.make("taxonomy", one.labels(paths=True, leaves=one.element.is_set("leafsonly")), multiple=is_multiple)


def _text(one: Asked) -> None:
    settings: dict[str, Any] = {}
    if one.about and one.about[0].sort == "text":
        settings = {"source": one.about[0].key, "starts_with_source": False}
    elif one.about and one.about[0].sort in ("messages", "chat", "list"):
        settings = {"prompt": one.about[0].key}
    if one.element.take("maxsubmissions") not in ("", "1"):
        one.tell("differs", "One text is written, not several.")
    if one.element.take("value"):
        one.tell("differs", "The text starts empty.")
    one.make("text", [Label(name=one.name)], settings=settings)


def _rating(one: Asked) -> None:
    one.make("rating", [Label(name=one.name)], settings={"levels": _levels(one)})


def _levels(one: Asked) -> int:
    said = one.element.take("maxrating") or "5"
    if said.isdecimal() and 2 <= int(said) <= LEVELS_MOST:
        return int(said)
    one.tell("differs", f"A scale has 2 to {LEVELS_MOST} levels, not {said}; it has 5 here.")
    return 5


def _number(one: Asked) -> None:
    one.make("number", [Label(name=one.name)], settings=_bounds(one))


def _bounds(one: Asked) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, name in (("min", "minimum"), ("max", "maximum"), ("step", "step")):
        said = one.element.take(key)
        try:
            found |= {name: float(said)} if said else {}
        except ValueError:
            one.tell("lost", f"{said!r} is no number.")
    return found


def _date(one: Asked) -> None:
    one.element.take("only", "format", "min", "max")
    one.tell("differs", "A day or time is written as a text; its form is not checked.")
    _text(one)


def _pair(one: Asked) -> None:
    if [part.sort for part in one.about] != ["text", "text"]:
        one.tell("lost", "Two texts are compared; pictures and others are not.")
        return
    keys = [part.key for part in one.about]
    one.make("preference", [Label(name=one.name)], asset="", settings={"prompt": _prompt(one), "responses": keys})


def _prompt(one: Asked) -> str:
    """The last text that is shown beside those that are compared; empty: there is none."""
    return next((part.key for part in reversed(one.others) if part.sort == "text" and part not in one.about), "")


def _rank(one: Asked) -> None:
    if [part.sort for part in one.about] != ["list"]:
        one.tell("lost", "A ranking is of a List.")
        return
    if any(child.name == "bucket" for child in one.element.children):
        one.tell("lost", "All entries are put in one order; the buckets are not taken over.")
    key = one.about[0].key
    one.tell("differs", f"The list under {key!r} is a JSON list of texts; pictures in it are not shown.")
    one.make("ranking", [Label(name=one.name)], asset="", settings={"prompt": _prompt(one), "responses": [key]})


def _turns(one: Asked) -> None:
    """The conversation: what is asked of its messages, and the turns that are written.

    Where there is no model and no message may be changed it is taken to be one that is judged only.
    """
    model, editable = one.element.take("llm"), one.element.take("editable").lower()
    is_read = not model and editable == "false"
    roles = [role.strip() for role in one.element.take("messageroles").split(",")]
    settings: dict[str, Any] = {"prompt": one.about[0].key if one.about else "", "scale": 0,
                                "correctable": editable not in ("", "false")}
    settings["writes"] = [] if is_read else _writers(roles, model)
    if model:
        one.tell("differs", f"Which model answers is chosen in the field's settings, not by {model!r}.")
    if editable not in ("", "true", "false"):
        one.tell("differs", f"Messages of every role may be corrected, not of {editable} alone.")
    for key, name in (("minmessages", "turns_least"), ("maxmessages", "turns_most")):
        said = one.element.take(key)
        if said.isdecimal() and not is_read:
            settings[name] = int(said)
    one.element.take("value", "name", "toname")
    one.make("message", [Label(name=role) for role in ROLES], asset="", settings=settings)


def _writers(roles: list[str], model: str) -> list[str]:
    """Who writes: the roles that are said; else the user, and without a model the assistant too."""
    return [role for role in ROLES if role in roles] or (["user"] if model else ["user", "assistant"])


def _each_choice(one: Asked) -> None:
    labels = one.labels()
    if one.about and one.about[0].sort == "messages":
        if one.element.take("choice") == "multiple":
            one.tell("lost", "Of each message one label is chosen, not several.")
        one.make("step", labels, asset="", settings={"trace": one.about[0].key})
    elif one.element.take("choice") == "multiple":
        one.tell("differs", "Each option is a yes or no of the object.")
        one.attributes += [Attribute(name=f"{one.name}: {label.name}", sort="flag") for label in labels]
    elif labels:
        options = tuple(label.name for label in labels)
        one.attributes.append(Attribute(name=one.name, sort="select", options=options,
                                        required=one.element.is_set("required")))


def _each_path(one: Asked) -> None:
    options = tuple(label.name for label in one.labels(paths=True, leaves=one.element.is_set("leafsonly")))
    if one.element.take("maxusages") != "1":
        one.tell("differs", "Of each object one path is chosen, not several.")
    if options:
        one.attributes.append(Attribute(name=one.name, sort="select", options=options,
                                        required=one.element.is_set("required")))


def _each_text(one: Asked) -> None:
    if one.element.name == "datetime":
        one.element.take("only", "format", "min", "max")
        one.tell("differs", "A day or time is written as a text; its form is not checked.")
    if one.element.take("maxsubmissions") not in ("", "1"):
        one.tell("differs", "One text is written, not several.")
    if one.about and one.about[0].sort == "messages":
        one.tell("differs", "A remark is written on each message that has a label.")
        return
    one.attributes.append(Attribute(name=one.name, sort="text", required=one.element.is_set("required")))


def _each_number(one: Asked) -> None:
    if one.about and one.about[0].sort == "messages":
        levels = [Label(name=str(n)) for n in range(1, _levels(one) + 1)] if one.element.name == "rating" else []
        one.tell("differs", "The level is the label of each message.")
        one.make("step", levels, asset="", settings={"trace": one.about[0].key})
        return
    bounds = {"minimum": 1.0, "maximum": float(_levels(one))} if one.element.name == "rating" else _bounds(one)
    if "step" in bounds:
        one.tell("differs", "The step of the number is not checked.")
    one.attributes.append(Attribute(name=one.name, sort="number", required=one.element.is_set("required"),
                                    minimum=bounds.get("minimum"), maximum=bounds.get("maximum")))


FIELDS: dict[str, Callable[[Asked], None]] = {
    "choices": _choices, "taxonomy": _taxonomy, "textarea": _text, "rating": _rating, "number": _number,
    "datetime": _date, "pairwise": _pair, "ranker": _rank, "chat": _turns,
}
ATTRIBUTES: dict[str, Callable[[Asked], None]] = {
    "choices": _each_choice, "taxonomy": _each_path, "textarea": _each_text, "rating": _each_number,
    "number": _each_number, "datetime": _each_text,
}
