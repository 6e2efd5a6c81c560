"""`goldsmith curate OPERATOR IN OUT`: cleaning operators over a file, which write a decision about each row."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from goldsmith.core.errors import BadInput
from goldsmith.curate import OPERATORS, Operator
from goldsmith.curate._local import run


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add a command for each operator, with an option for each of its settings."""
    operators = commands.add_parser("curate", help="find what is twice, broken or unfit").add_subparsers(
        required=True, metavar="OPERATOR")
    for name, operator in sorted(OPERATORS.items()):
        one = operators.add_parser(name, help=operator.title, description=sys.modules[operator.__name__].__doc__
                                   if hasattr(operator, "__name__") else operator.title)
        one.add_argument("source", type=Path, metavar="IN", help="Parquet or JSON Lines with `id` and `text`")
        one.add_argument("out", type=Path, metavar="OUT", help="Parquet: id, cluster, keep, reason, score")
        _add_settings(one, operator.Settings)
        one.set_defaults(run=curate, operator=operator)


def _add_settings(parser: argparse.ArgumentParser, settings: type[msgspec.Struct]) -> None:
    hints = get_type_hints(settings)
    for field in msgspec.structs.fields(settings):
        sort = hints[field.name]
        how: dict[str, Any] = {"default": field.default, "help": f"default: {field.default}", "dest": field.name}
        if sort is bool:
            how["action"] = "store_true"
        elif get_origin(sort) is Literal:
            how["choices"] = get_args(sort)
        else:
            how["type"] = sort
        parser.add_argument(f"--{field.name.replace('_', '-')}", **how)


def curate(args: argparse.Namespace) -> None:
    """Run the operator; the last line says how many rows were kept."""
    operator: Operator = args.operator
    settings = operator.Settings(**{f.name: getattr(args, f.name) for f in msgspec.structs.fields(operator.Settings)})
    if args.out.suffix != ".parquet":
        raise BadInput("The decisions are written as Parquet.", where=str(args.out), hint="Name a .parquet file.")
    rows = 0

    def progress(done: int) -> None:
        nonlocal rows
        rows = done
        if sys.stderr.isatty():
            print(f"\r{done:,} rows read", end="", file=sys.stderr, flush=True)

    kept = run(operator, args.source, args.out, settings, progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    print(f"{kept:,} of {rows:,} rows kept; the decisions are in {args.out}")
