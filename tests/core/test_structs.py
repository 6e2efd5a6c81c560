"""Types that are made ready may be decoded by many threads at once; a process of its own shows it, for it would end."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, threading
import msgspec
from goldsmith.core.structs import make_ready

sys.setswitchinterval(1e-6)
inner = [msgspec.defstruct(f"Inner{i}", [(f"f{k}", "int | None", None) for k in range(12)]) for i in range(300)]
outer = [msgspec.defstruct(f"Outer{i}", [("one", one), ("many", list[one])]) for i, one in enumerate(inner)]
count = make_ready() if sys.argv[1] == "ready" else 0
together = threading.Barrier(8)

def read():
    for one in outer:
        together.wait()
        msgspec.json.decode(b'{"one": {"f1": 1}, "many": [{}, {"f2": 2}]}', type=one)

threads = [threading.Thread(target=read) for _ in range(8)]
[one.start() for one in threads]
[one.join() for one in threads]
print(count)
"""


def test_threads_that_read_a_type_for_the_first_time_together_do_not_end_the_process() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM, "ready"], capture_output=True, text=True, timeout=120)

    assert run.returncode == 0, run.stderr[-500:]
    assert int(run.stdout) >= 600
