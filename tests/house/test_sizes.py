"""The house stays readable: sizes of files, functions and folders."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES, FUNCTION_LINES, FOLDER_ENTRIES = 600, 60, 12
PLUGIN_FOLDERS = {"cli", "curate", "kinds", "formats", "media", "quality", "stores", "templates"}
MIGRATIONS = "src/goldsmith/db/migrations/versions"  # grows by one with each change of the tables
MADE = {"web/src/generated/types.ts"}


def sources() -> list[Path]:
    found = [
        *ROOT.glob("src/**/*.py"),
        *ROOT.glob("src/**/*.ts"),
        *ROOT.glob("tests/**/*.py"),
        *ROOT.glob("web/src/**/*.ts"),
        *ROOT.glob("web/src/**/*.svelte"),
        *ROOT.glob("web/src/**/*.css"),
    ]
    return [path for path in sorted(found) if str(path.relative_to(ROOT)) not in MADE]


def test_no_file_is_longer_than_600_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }

    assert long == {}


def functions() -> Iterator[tuple[str, int]]:
    for path in ROOT.glob("src/**/*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_60_lines() -> None:
    assert {name: lines for name, lines in functions() if lines > FUNCTION_LINES} == {}


def test_a_folder_has_at_most_12_entries_unless_it_is_a_plug_in_folder() -> None:
    crowded = {}
    for folder in (ROOT / "src/goldsmith").rglob("*/"):
        if folder.name == "__pycache__":
            continue
        entries = [one for one in folder.iterdir() if one.name not in ("__pycache__", "__init__.py", "py.typed")]
        place = str(folder.relative_to(ROOT))
        if len(entries) > FOLDER_ENTRIES and folder.name not in PLUGIN_FOLDERS and place != MIGRATIONS:
            crowded[place] = len(entries)

    assert crowded == {}


@pytest.mark.parametrize("word", ["/work/main", "/work/shared", "subagent"])
def test_nothing_of_one_machine_is_in_the_product(word: str) -> None:
    texts = [*sources(), *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "Makefile"]

    assert [
        str(path.relative_to(ROOT))
        for path in texts
        if path.name != "test_sizes.py" and word in path.read_text(encoding="utf-8")
    ] == []
