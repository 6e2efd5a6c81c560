"""Kept exports: found by name, held while they are sent, gone when nobody asks for them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from goldsmith.work.versions import keeping
from goldsmith.work.versions.keeping import Built, Limits

DAY_S = 86_400.0
ALL = Limits(unused_days=1000)
HOLD = """
import fcntl, sys
file = open(sys.argv[1], "rb")
fcntl.flock(file, fcntl.LOCK_SH)
print("held", flush=True)
input()
"""


def keep(root: Path, stem: str, *, size: int = 10, days_ago: float = 0, limits: Limits = ALL) -> Path:
    """A kept export that was last asked for some days ago."""
    folder = root / "ws_1"
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / "made.csv"
    made.write_bytes(b"x" * size)
    built, file = keeping.keep(
        Built(path=made, sha256=stem * 8, records=1, objects=2, losses={"id": 3}), folder, stem, limits
    )
    file.close()
    at = time.time() - days_ago * DAY_S
    for path in (built.path, folder / f"{stem}.report"):
        os.utime(path, (at, at))
    return built.path


def names(root: Path) -> list[str]:
    return sorted(one.name for one in (root / "ws_1").iterdir())


def test_what_is_kept_is_found_with_its_report_and_counts_as_asked_for(tmp_path: Path) -> None:
    path = keep(tmp_path, "a", days_ago=29)

    found = keeping.find_kept(tmp_path / "ws_1", "a")

    assert found is not None
    built, file = found
    with file:
        assert file.read() == b"x" * 10 and built.path == path and built.losses == {"id": 3}
    assert keeping.prune(tmp_path, clock=lambda: time.time() + 29 * DAY_S) == []
    assert keeping.find_kept(tmp_path / "ws_1", "b") is None


def test_what_nobody_asked_for_in_thirty_days_goes_with_its_report(tmp_path: Path) -> None:
    old = keep(tmp_path, "old", days_ago=31)
    keep(tmp_path, "new", days_ago=29)

    assert keeping.prune(tmp_path) == [old]
    assert names(tmp_path) == ["new.csv", "new.report"]
    assert keeping.find_kept(tmp_path / "ws_1", "old") is None


def test_an_export_of_the_state_of_some_time_is_kept_for_a_day(tmp_path: Path) -> None:
    keep(tmp_path, "live-young", days_ago=0.9)
    old = keep(tmp_path, "live-old", days_ago=1.1)

    assert keeping.prune(tmp_path) == [old]


def test_beyond_the_budget_what_was_asked_for_longest_ago_goes_first(tmp_path: Path) -> None:
    limits = Limits(bytes_most=35)
    for n in range(3):
        keep(tmp_path, f"{n}", days_ago=5 - n)
    keeping.find_kept(tmp_path / "ws_1", "0")[1].close()  # type: ignore[index]

    newest = keep(tmp_path, "3", limits=limits)  # keeping it makes the room

    assert names(tmp_path) == ["0.csv", "0.report", "2.csv", "2.report", "3.csv", "3.report"]
    assert newest.exists() and keeping.bytes_kept(tmp_path) == (3, 30)


def test_on_a_full_disk_as_much_goes_as_is_needed_the_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [keep(tmp_path, f"{n}", days_ago=5 - n) for n in range(4)]
    monkeypatch.setattr(keeping.shutil, "disk_usage", lambda root: SimpleNamespace(free=85))

    assert keeping.prune(tmp_path, Limits(bytes_free_least=100)) == paths[:2]


def test_what_is_being_sent_stays_also_when_another_process_sends_it(tmp_path: Path) -> None:
    here, there, idle = (keep(tmp_path, name, days_ago=40) for name in ("here", "there", "idle"))
    held = keeping._hold(here)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(there)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None and other.stdout.readline() == "held\n"

    while_sent = keeping.prune(tmp_path)
    held.close()
    other.communicate("\n")
    afterwards = keeping.prune(tmp_path)

    assert while_sent == [idle] and sorted(afterwards) == sorted([here, there])
    assert names(tmp_path) == []


def test_what_is_being_written_stays_and_what_a_crash_left_goes_in_time(tmp_path: Path) -> None:
    (tmp_path / "ws_1" / "part-abc" / "files").mkdir(parents=True)
    (tmp_path / "ws_1" / "part-abc" / "files" / "half.csv").write_bytes(b"x" * 100)
    (tmp_path / "ws_1" / "young.csv").write_bytes(b"x" * 100)
    left = tmp_path / "ws_1" / "left.csv"
    left.write_bytes(b"x" * 100)
    os.utime(left, (0, 0))

    assert keeping.prune(tmp_path, Limits(bytes_most=0)) == [left]
    assert names(tmp_path) == ["part-abc", "young.csv"]


def test_an_export_whose_file_is_gone_is_not_found_and_no_folder_is_no_error(tmp_path: Path) -> None:
    keep(tmp_path, "a").unlink()

    assert keeping.find_kept(tmp_path / "ws_1", "a") is None
    assert keeping.prune(tmp_path / "nowhere") == [] and keeping.bytes_kept(tmp_path / "nowhere") == (0, 0)


def test_under_one_name_one_is_inside_at_a_time_and_no_lock_is_left_behind() -> None:
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with keeping.one_at_a_time("x"):
            inside += 1
            most = max(most, inside)
            time.sleep(0.002)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert most == 1 and keeping._turns == {}
