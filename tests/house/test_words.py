"""One word for a thing: every public Struct and table stands in the glossary."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import msgspec

import goldsmith
from goldsmith.db.tables import metadata

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
ENTRIES = {line.split("**")[1].lower() for line in GLOSSARY.splitlines() if line.startswith("- **")}
WORDS_OF = {"core", "kinds", "quality"}  # the layers whose Structs are the product's words


def words(name: str) -> str:
    """LabelSchema → label schema."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


def structs() -> set[str]:
    found: set[str] = set()
    for info in pkgutil.walk_packages(goldsmith.__path__, "goldsmith."):
        if info.name.split(".")[1] in WORDS_OF:
            module = importlib.import_module(info.name)
            found |= {
                words(value.__name__)
                for name, value in vars(module).items()
                if isinstance(value, type)
                and issubclass(value, msgspec.Struct)
                and value.__module__ == info.name
                and not name.startswith("_")
            }
    return found


def test_every_public_struct_is_in_the_glossary() -> None:
    assert sorted(structs() - ENTRIES) == []


def test_every_table_is_in_the_glossary() -> None:
    assert sorted({name.replace("_", " ") for name in metadata.tables} - ENTRIES) == []


def test_the_glossary_is_in_order_and_names_nothing_twice() -> None:
    names = [line.split("**")[1].lower() for line in GLOSSARY.splitlines() if line.startswith("- **")]

    assert names == sorted(set(names))
