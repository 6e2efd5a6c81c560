"""A whole configuration: what it shows, what it asks, and in which order and when that is asked."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, structs

from goldsmith.core.errors import BadInput
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import check_schema
from goldsmith.work.setup.label_studio.asked import ELSEWHERE, FIELDS, MARKED, TOOLS, Asked, ask
from goldsmith.work.setup.label_studio.conditions import condition_of, labels_of
from goldsmith.work.setup.label_studio.elements import Element, Remark, read_elements
from goldsmith.work.setup.label_studio.labels import Labels
from goldsmith.work.setup.label_studio.shown import Shown, is_shown, is_words, shown_by, words_of

FRAMES = ("view", "style", "collapse", "panel", "filter", "shortcut", "label", "choice", "relation", "bucket", "row",
          "channel", "multichannel", "relations", "repeater")
VIEW_LOOK = ("style", "classname", "display", "idattr", "whentagname", "whenlabelvalue", "whenchoicevalue", "whenrole",
             "visiblewhen", "value", "open", "bordered", "accordion", "name", "toname", "alias", "id", "hotkey")
RELATIONS = "relations"  # as the format calls the field that relations come into
ASKING = {*FIELDS, *MARKED, *TOOLS, *ELSEWHERE}


class Converted(Struct, frozen=True, kw_only=True):
    """The schema, None where nothing could be expressed; and what was not taken over as it is, by line."""

    schema: LabelSchema | None
    remarks: tuple[Remark, ...]


def convert(text: str) -> Converted:
    """The schema of a Label Studio configuration; BadInput with the line where the text is no XML at all."""
    return _Conversion(read_elements(text)).result()


class _Conversion:
    """One configuration on its way to a schema."""

    def __init__(self, root: Element) -> None:
        self._elements = [root, *root.below()]
        self._remarks: list[Remark] = []
        self._shown: dict[str, Shown] = {}
        self._words: set[str] = set()  # names of texts that are the same for all items
        for element in self._elements:
            if is_words(element):
                self._words.add(element.take("name"))
            elif is_shown(element):
                part, remarks = shown_by(element)
                self._shown[element.take("name") or element.tag] = part
                self._remarks += remarks

    def result(self) -> Converted:
        """All fields in an order in which each condition names an earlier one."""
        asked = self._asked()
        for one in asked:
            ask(one)
        self._give_attributes(asked)
        for one in asked:
            one.fields = [field for field in one.fields if _asks(field) and _works(one, field)]
        fields = self._in_order(_named_once([(one, field) for one in asked for field in one.fields]), asked)
        fields += self._relations(fields)
        for one in asked:
            self._remarks += one.remarks
        self._remark_frames()
        schema = LabelSchema(fields=tuple(fields)) if fields else None
        return Converted(schema=schema, remarks=_sorted(self._remarks))

    def _asked(self) -> list[Asked]:
        """The tags that ask, each with the words between it and the one before."""
        found: list[Asked] = []
        words: list[str] = []
        for element in self._elements:
            if is_words(element):
                inside = next((one for one in found if one.element in element.above()), None)
                if inside is None:
                    words.append(words_of(element))
                else:
                    inside.help = " ".join(filter(None, (inside.help, words_of(element))))
            elif element.name in ASKING and not self._is_only_tool(element):
                about = self._about(element)
                found.append(Asked(element=element, about=about, help=" ".join(filter(None, words)),
                                   others=list(self._shown.values()), tools=self._tools(element)))
                words = []
        if words and found:
            text = f"{' '.join(words)!r} stands below all questions; put it into the guideline."
            self._remarks.append(Remark(line=self._elements[0].line, tag="Header", sort="look", text=text))
        return found

    def _about(self, element: Element) -> list[Shown]:
        names = [name.strip() for name in element.take("toname").split(",") if name.strip()]
        if element.name == "chat":
            names = [element.take("name")]
        for name in names:
            if name not in self._shown and name not in self._words:
                self._remarks.append(element.remark("differs", f"There is no {name!r} that it could be about; it is "
                                                               "asked of the item."))
        return [self._shown[name] for name in names if name in self._shown]

    def _tools(self, element: Element) -> list[Element]:
        """The tools without labels that draw where this tag's labels go."""
        if element.name != "labels":
            return []
        home = element.take("toname")
        return [one for one in self._elements if one.name in TOOLS and one.take("toname") == home]

    def _is_only_tool(self, element: Element) -> bool:
        """Whether it is a tool whose labels another tag holds."""
        home = element.take("toname")
        return element.name in TOOLS and any(
            one.name == "labels" and one.take("toname") == home for one in self._elements)

    def _give_attributes(self, asked: list[Asked]) -> None:
        """What is asked of each object goes to the fields of objects on the same part of the item."""
        for one in asked:
            if not one.attributes:
                continue
            homes = [other for other in asked if other.element.name in (*MARKED, *TOOLS, "chat")
                     if other.fields and other.about == one.about and other is not one]
            labels, remarks = labels_of(one, homes)
            one.remarks += remarks
            for home in homes:
                home.fields = [_with_attributes(field, one, labels) for field in home.fields]
            if not homes:
                one.tell("lost", "It is asked of each object, but there are no objects that it could be asked of.")

    def _relations(self, fields: list[Field]) -> list[Field]:
        """The field of relations, which goes between all objects that are marked; none where nothing is."""
        element = next((one for one in self._elements if one.name == "relations"), None)
        if element is None:
            return []
        found = Labels(element)
        self._remarks += found.remarks
        if element.take("choice") == "multiple":
            self._remarks.append(element.remark("lost", "A relation has one label, not several."))
        if any(field.name == RELATIONS for field in fields):
            self._remarks.append(element.remark("lost", f"A field is called {RELATIONS!r} already."))
            return []
        made = Field(name=RELATIONS, kind="relation", labels=tuple(found.labels) or (Label(name=RELATIONS),))
        try:
            check_schema(LabelSchema(fields=(*fields, made)))
        except BadInput as error:
            self._remarks.append(element.remark("lost", f"Relations cannot be drawn: {error.message}"))
            return []
        return [made]

    def _in_order(self, made: list[tuple[Asked, Field]], asked: list[Asked]) -> list[Field]:
        """Fields with their conditions, each after the one that its condition names."""
        waiting: list[Field] = []
        for one, field in made:
            condition, remarks = condition_of(one, field, asked)
            one.remarks += [remark for remark in remarks if remark not in one.remarks]
            waiting.append(structs.replace(field, shown_if=condition))
        placed: list[Field] = []
        while waiting:
            there = {field.name for field in placed}
            ready = next((f for f in waiting if f.shown_if is None or f.shown_if.field in there), None)
            if ready is None:  # conditions in a ring: none of them can stand first
                self._remarks.append(self._elements[0].remark("lost", "Conditions name one another in a ring."))
                ready = structs.replace(waiting[0], shown_if=None)
                waiting.pop(0)
            else:
                waiting.remove(ready)
            placed.append(ready)
        return placed

    def _remark_frames(self) -> None:
        """What is only laid out is said once, with how often; a tag that nobody knows is said each time."""
        looks = Counter[str]()
        first: dict[str, Element] = {}
        for element in self._elements:
            if element.name == "repeater":
                text = "A Repeater asks for each entry of a list; the questions inside are asked once."
                self._remarks.append(element.remark("lost", text))
            elif element.name in FRAMES:
                element.take(*VIEW_LOOK)
            elif not (is_shown(element) or is_words(element) or element.name in ASKING):
                self._remarks.append(element.remark("lost", f"The tag <{element.tag}> is not known."))
            if element.name == "style" or element.take("style") or element.take("classname"):
                looks["style"] += 1
                first.setdefault("style", element)
        for name, element in first.items():
            text = f"Styles are not taken over ({looks[name]} of them): the page lays itself out."
            self._remarks.append(element.remark("look", text))


def _asks(field: Field) -> bool:
    """Whether anything is asked: a conversation that is only read may ask nothing."""
    said = field.settings
    return field.kind != "message" or bool(said["writes"] or said["correctable"] or field.attributes)


def _works(one: Asked, field: Field) -> bool:
    """Whether the field can be asked; where it cannot that is told."""
    try:
        check_schema(LabelSchema(fields=(field,)))
    except BadInput as error:
        one.tell("lost", f"It cannot be asked so: {error.message}")
        return False
    return True


def _with_attributes(field: Field, one: Asked, labels: tuple[str, ...]) -> Field:
    kept = tuple(name for name in labels if name in {label.name for label in field.labels})
    if labels and not kept:
        return field
    there = {attribute.name for attribute in field.attributes}
    more = [structs.replace(attribute, labels=kept) for attribute in one.attributes if attribute.name not in there]
    return structs.replace(field, attributes=(*field.attributes, *more))


def _named_once(made: list[tuple[Asked, Field]]) -> list[tuple[Asked, Field]]:
    """The same with each name used once."""
    found: list[tuple[Asked, Field]] = []
    taken: set[str] = set()
    for one, field in made:
        name, number = field.name, 1
        while name in taken:
            number += 1
            name = f"{field.name} {number}"
        if name != field.name:
            one.tell("differs", f"The name {field.name!r} is used twice; this field is called {name!r}.")
        taken.add(name)
        found.append((one, structs.replace(field, name=name)))
    return found


def _sorted(remarks: list[Remark]) -> tuple[Remark, ...]:
    """By line, each once."""
    return tuple(sorted(dict.fromkeys(remarks), key=lambda one: one.line))
