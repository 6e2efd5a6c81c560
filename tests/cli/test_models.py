"""`goldsmith models`: register, list, ask and send a model through a project, without a server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from goldsmith.db.connection import open_database
from tests.cli.test_data import done, labelled_file, make_project, run
from tests.openai_server import openai_server


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    make_project(folder)
    return folder


def add_with_key(data: Path, address: str) -> str:
    words = ["models", "add", "Small", "--version", "1", "--sort", "openai", "--data", str(data), "--key-from",
             "THE_KEY", "--set", f"address={address}", "--set", "model=small-model", "--set", "tries=1"]  # fmt: skip
    made = subprocess.run([sys.executable, "-m", "goldsmith.cli", *words], capture_output=True, text=True,
                          env=os.environ | {"THE_KEY": "sk-hidden"}, check=True)  # fmt: skip
    return made.stdout.strip()


def test_a_model_is_added_checked_listed_and_sent_through_a_project(data: Path, tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text("text\n" + "".join(f"tea {i}\n" for i in range(9)) + "nonsense\n")
    done(data, "import", "Moods", str(items))
    with openai_server() as server:
        server.reply = lambda body: (
            "no JSON" if "nonsense" in str(body["messages"][-1]["content"]) else '{"mood": [{"label": "good"}]}'
        )
        model = add_with_key(data, server.address)
        never = done(data, "models", "list")
        well = done(data, "models", "check", "Small")

        through = run(data, "models", "run", "Moods", "Small 1")

    assert model.startswith("pred_") and never.startswith(model) and "never asked" in never
    assert well.startswith("Small 1: ") and set(server.keys) == {"Bearer sk-hidden"}
    assert through.returncode == 0, through.stderr
    assert through.stdout.strip() == "done: 9 predicted, 1 without a prediction"
    assert "nonsense: " in through.stderr and "sk-hidden" not in through.stdout + through.stderr
    database = open_database(data / "goldsmith.sqlite")
    (count,) = database.read().one("SELECT count(*) FROM suggestion") or (0,)
    database.close()
    assert count == 9


def test_what_is_wrong_is_said_with_exit_code_1(data: Path, tmp_path: Path) -> None:
    done(data, "import", "Moods", str(labelled_file(tmp_path, 1)))
    with openai_server() as server:
        add_with_key(data, server.address)
    gone = run(data, "models", "check", "Small")
    unknown = run(data, "models", "run", "Moods", "Large")
    unset = run(data, "models", "add", "X", "--version", "1", "--sort", "openai", "--set", "address")

    assert gone.returncode == 1 and "Small 1: No connection" in gone.stderr and "sk-hidden" not in gone.stderr
    assert unknown.returncode == 1 and "There are: Small 1." in unknown.stderr
    assert unset.returncode == 1 and "NAME=VALUE" in unset.stderr
