"""The client's types, made from the Structs that go over the wire: `python -m goldsmith.server.typescript`."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from goldsmith.core.dataset import Report
from goldsmith.kinds import KINDS
from goldsmith.models import SORTS
from goldsmith.quality.certificate import Certificate
from goldsmith.server import wire

HEAD = "/* Made by `python -m goldsmith.server.typescript` from the Structs on the wire; do not edit. */\n"
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def wire_structs() -> list[type[Any]]:
    """Every Struct of `server.wire`, each kind's value and settings, those of sorts of models, and what goes along."""
    found: dict[str, type[Any]] = {"Report": Report, "Certificate": Certificate}
    found |= {kind.value.__name__: kind.value for kind in KINDS.values()}
    found |= {kind.settings.__name__: kind.settings for kind in KINDS.values() if kind.settings is not None}
    found |= {sort.settings.__name__: sort.settings for sort in SORTS.values()}
    for module_info in pkgutil.walk_packages(wire.__path__, f"{wire.__name__}."):
        module = import_module(module_info.name)
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not msgspec.Struct:
                found[name] = value
    return [found[name] for name in sorted(found)]


def typescript() -> str:
    """The whole of `web/src/generated/types.ts`."""
    _, components = msgspec.json.schema_components(wire_structs(), ref_template="{name}")
    parts = [_declaration(name, schema) for name, schema in sorted(components.items())]
    union = " | ".join(sorted(kind.value.__name__ for kind in KINDS.values()))
    return "\n".join([HEAD, *parts, f"/** An object of any built-in kind. */\nexport type KnownObject = {union}\n"])


def _declaration(name: str, schema: dict[str, Any]) -> str:
    text = " ".join(schema.get("description", "").split())
    comment = f"/** {text} */\n" if text else ""
    required = set(schema.get("required", ()))
    lines = [f"  {key}{'' if key in required or _is_always_sent(schema, key) else '?'}: {_type(value)}"
             for key, value in schema.get("properties", {}).items()]
    return comment + f"export interface {name} {{\n" + "\n".join(lines) + "\n}\n"


def _is_always_sent(schema: dict[str, Any], key: str) -> bool:
    """A tag always stands there; a field with a default may be left out by a sender."""
    return "const" in schema["properties"][key] or len(schema["properties"][key].get("enum", ())) == 1


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "enum" in schema:
        return " | ".join(repr(one) if isinstance(one, str) else str(one) for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    sort = schema.get("type")
    if isinstance(sort, list):
        return " | ".join(SIMPLE[one] for one in sort)
    if sort == "array":
        return _array(schema)
    if sort == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {_type(values)}>" if isinstance(values, dict) else "Record<string, unknown>"
    return SIMPLE.get(str(sort), "unknown")


def _array(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(one) for one in schema["prefixItems"]) + "]"
    item = _type(schema.get("items", {}))
    return f"({item})[]" if " " in item else f"{item}[]"


def place() -> Path:
    """Where the file lies in a checkout."""
    return Path(__file__).parents[3] / "web" / "src" / "generated" / "types.ts"


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if place().read_text(encoding="utf-8") == typescript() else "web/src/generated/types.ts is stale")
    place().parent.mkdir(parents=True, exist_ok=True)
    place().write_text(typescript(), encoding="utf-8")
