"""The bare reference server of the comparing harness, made to keep what it acknowledged: synchronous=FULL."""

from __future__ import annotations

from pathlib import Path

from systems import reference  # type: ignore[import-not-found]

KEPT, LOST = '"synchronous=FULL"', '"synchronous=NORMAL"'


class Durable(reference.Reference):  # type: ignore[misc]
    """The same server with the one setting changed."""

    name = "durable reference"

    def command(self) -> tuple[list[str], dict[str, str]]:
        """Run a changed copy of the server's one file."""
        source = Path(reference.__file__).with_name("reference_server.py").read_text()
        if source.count(LOST) != 1:
            raise RuntimeError("The reference server sets its synchronous pragma otherwise now: look at it again.")
        changed = Path(self.data_dir) / "durable_reference_server.py"
        changed.parent.mkdir(parents=True, exist_ok=True)
        changed.write_text(source.replace(LOST, KEPT))
        (_, _, *rest), environment = super().command()
        return [self.python, str(changed), *rest], environment
