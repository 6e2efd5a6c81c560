"""A label schema as YAML or JSON text: read with the line of what is wrong, and no word of it dropped silently."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import yaml

from goldsmith.core.errors import BadInput
from goldsmith.core.schema import LabelSchema

TEXT_MOST = 500_000  # characters
DEPTH_MOST = 30  # of lists and objects in one another; reading deep ones takes quadratic time
STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


class _Loader(yaml.SafeLoader):
    """YAML 1.2's plain values: a label called `no` or `2020-01-01` is a text, not False or a day."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in pairs if tag.rsplit(":", 1)[1] in ("int", "float", "null")]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def parse_schema(text: str) -> LabelSchema:
    """The schema of a text; BadInput says what is wrong, and `where` holds its line and place."""
    if len(text) > TEXT_MOST:
        raise BadInput(f"A schema's text has at most {TEXT_MOST:,} characters.", where="text")
    try:
        tree, raw = _read(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadInput(f"This is neither YAML nor JSON: {error.problem}.", where=f"line {line}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise BadInput("This is neither YAML nor JSON.", where="line 1") from None
    if not isinstance(raw, dict):
        raise BadInput("A schema is an object with `fields`.", where="line 1")
    return _schema_of(tree, raw)


def _read(text: str) -> tuple[Any, Any]:
    """The YAML nodes of the text, which know their lines, and what it says."""
    is_json = text.lstrip()[:1] == "{"
    if is_json:
        text = text.replace("\t", "  ")  # which JSON takes between its words, and YAML does not
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        is_alias = isinstance(event, yaml.AliasEvent)  # a few of them could stand for a gigabyte
        if is_alias or getattr(event, "tag", None) is not None or depth > DEPTH_MOST:
            mark: Any = event.start_mark  # the parser of C and that of Python each have a class of their own for it
            raise yaml.MarkedYAMLError(problem="aliases, tags and deep nesting are not read", problem_mark=mark)
    tree = yaml.compose(text, Loader=_Loader)
    for line in _nameless(tree):
        raise BadInput("A key here is no word.", where=f"line {line}")
    for line, key in _repeated(tree):
        raise BadInput(f"{key!r} stands here twice.", where=f"line {line}")
    raw = yaml.load(text, Loader=_Loader)
    if is_json:
        try:
            raw = msgspec.json.decode(text)  # JSON writes some characters as pairs of escapes that YAML does not know
        except msgspec.DecodeError:
            pass  # YAML in braces
    msgspec.json.encode(raw)  # a text that is no Unicode raises
    return tree, raw


def _nameless(node: Any) -> Iterator[int]:
    """Lines of keys that are neither words nor numbers: empty ones, yes or no, objects, lists."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.tag not in ("tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float"):
                yield key.start_mark.line + 1
            yield from _nameless(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _nameless(one)


def _repeated(node: Any) -> Iterator[tuple[int, str]]:
    """Lines and names of keys that an object has twice."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if isinstance(key.value, str) and key.value in seen:
                yield key.start_mark.line + 1, key.value
            seen.add(str(key.value))
            yield from _repeated(value)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            yield from _repeated(one)


def _schema_of(tree: Any, raw: dict[Any, Any]) -> LabelSchema:
    try:
        schema = msgspec.convert(raw, LabelSchema)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        raise BadInput(f"{message}.", where=_where(tree, place.rstrip("`"))) from None
    for place in _unknown(raw, msgspec.to_builtins(schema), ""):
        raise BadInput(f"There is no {place.rpartition('.')[2]!r} here.", where=_where(tree, place))
    return schema


def _unknown(raw: Any, known: Any, place: str) -> Iterator[str]:
    """Places of the text that the schema did not take."""
    if isinstance(raw, dict) and isinstance(known, dict):
        for key, value in raw.items():
            if key not in known:
                yield f"{place}.{key}"
            else:
                yield from _unknown(value, known[key], f"{place}.{key}")
    elif isinstance(raw, list):
        for i, (one, taken) in enumerate(zip(raw, known, strict=False)):
            yield from _unknown(one, taken, f"{place}[{i}]")


def _where(tree: Any, place: str) -> str:
    """`line 4, fields[0].name`: the nearest line that is known."""
    node, line = tree, 1
    for key, index in STEP.findall(place):
        if isinstance(node, yaml.SequenceNode) and index and int(index) < len(node.value):
            node = node.value[int(index)]
            line = node.start_mark.line + 1
        elif isinstance(node, yaml.MappingNode) and key in [name.value for name, _ in node.value]:
            line, node = next((name.start_mark.line + 1, value) for name, value in node.value if name.value == key)
        else:
            break
    return f"line {line}, {place.lstrip('.')}" if place else f"line {line}"
