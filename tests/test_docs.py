"""The documents' examples run: every Python and shell block of a page, in order, against a real server."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["tutorial.md", "api.md"])
def test_the_examples_of_a_page_run_as_they_stand(
    page: str, server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDSMITH_URL", server.url)
    monkeypatch.setenv("GOLDSMITH_KEY", server.key("owner@example.org", "owner"))
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))

    assert len(blocks) >= 6
    names: dict[str, Any] = {}
    for sort, text in blocks:
        if sort == "sh":
            subprocess.run(["bash", "-euo", "pipefail", "-c", text], check=True, env=os.environ)
        else:
            exec(compile(text, page, "exec"), names)
