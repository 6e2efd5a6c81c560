"""The command line: one module of this folder per group of commands, found by looking into it.

A module offers `add(commands, place)`: it adds its parsers, each with `run` set; `place` holds the options that say
where the data lies.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from pathlib import Path

from goldsmith.core.errors import GoldsmithError


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="goldsmith", description="Raw data in, labelled and certified datasets out.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--data", type=Path, default=Path("goldsmith-data"), help="the data folder")
    place.add_argument("--database", default=os.environ.get("GOLDSMITH_DATABASE_URL", ""),
                       help="a postgresql:// address, else GOLDSMITH_DATABASE_URL; else SQLite in the data folder")
    for found in pkgutil.iter_modules(__path__):
        if not found.name.startswith("_"):
            importlib.import_module(f"{__name__}.{found.name}").add(commands, place)
    return top


def main() -> None:
    """Run a command; an error of ours is one line on standard error and exit code 1."""
    args = parser().parse_args()
    try:
        args.run(args)
    except GoldsmithError as error:
        where = f" ({error.where})" if error.where else ""
        print(f"error: {error.message}{where} {error.hint}".strip(), file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
