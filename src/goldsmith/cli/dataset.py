"""`goldsmith dataset`: cut versions, list, compare and verify them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from goldsmith.cli._certificates import verify
from goldsmith.cli._place import find_project, open_context
from goldsmith.cli.data import store_of
from goldsmith.core.errors import BadInput
from goldsmith.server.context import rfc3339

if TYPE_CHECKING:
    from goldsmith.db.connection import Row
    from goldsmith.work.versions.certify import Verified


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the commands."""
    verbs = commands.add_parser("dataset", help="dataset versions").add_subparsers(required=True, metavar="VERB")
    one = _verb(verbs, place, "cut", "cut a version of what is settled now", cut)
    one.add_argument("--name", default="")
    one.add_argument("--split", action="append", default=[], metavar="NAME=SHARE", help="as often as there are splits")
    one.add_argument("--seed", type=int, default=0)
    one.add_argument("--audit", default="", metavar="AUDIT_ID", help="else the newest with checked items")
    _verb(verbs, place, "list", "list the versions", show_list)
    one = _verb(verbs, place, "diff", "what NEW has that OLD has not, and the other way round", diff)
    one.add_argument("old", type=int)
    one.add_argument("new", type=int)
    one = _verb(verbs, place, "show", "hash a version again and print its certificate's figures", show)
    one.add_argument("version", type=int)
    verify.add(verbs)


def _verb(verbs: Any, place: argparse.ArgumentParser, name: str, help: str, run: Any) -> argparse.ArgumentParser:
    one: argparse.ArgumentParser = verbs.add_parser(name, parents=[place], help=help)
    one.add_argument("project", help="its name or project_id")
    one.set_defaults(run=run)
    return one


def read_splits(words: list[str]) -> dict[str, float]:
    """`train=0.8` and so on as shares."""
    splits: dict[str, float] = {}
    for word in words:
        name, _, share = word.partition("=")
        try:
            splits[name] = float(share)
        except ValueError:
            raise BadInput(f"{word!r} is not NAME=SHARE.", where="split", hint="Such as --split train=0.8") from None
    return splits


def cut(args: argparse.Namespace) -> None:
    """Cut a version and print it."""
    from goldsmith.server.routes.versions import cut_now
    from goldsmith.work.versions.certify import Order
    from goldsmith.work.versions.release import Plan

    order = Order(plan=Plan(splits=read_splits(args.split), seed=args.seed), name=args.name, audit_id=args.audit)
    with open_context(args) as context:
        project = find_project(context, args.project)
        row, is_new = cut_now(context, store_of(context, project), project, order)
        print(_line(row) + ("" if is_new else "  (the same state was cut before)"))


def _line(row: Row) -> str:
    import msgspec

    from goldsmith.work.versions.release import Summary

    summary = msgspec.json.decode(row["summary_json"], type=Summary)
    splits = " ".join(f"{name}={n}" for name, n in summary.splits.items())
    return f"v{row['version']}  {row['hash']}  {summary.items} items  {summary.objects} objects  " \
           f"{rfc3339(row['created_us'])}  {row['name']} {splits}".rstrip()


def show_list(args: argparse.Namespace) -> None:
    """Print the versions, newest first."""
    from goldsmith.work.versions import certify

    with open_context(args) as context:
        for row in certify.list_versions(context.db.read(), find_project(context, args.project)):
            print(_line(row))


def diff(args: argparse.Namespace) -> None:
    """Print how many items differ, and which."""
    from goldsmith.work.versions import certify, release

    with open_context(args) as context:
        project = find_project(context, args.project)
        paths = [store_of(context, project).path(certify.find_version(
            context.db.read(), project, number)["manifest_sha256"]) for number in (args.new, args.old)]
        found = release.compare_manifests(*paths)
    print(f"{found.added} added, {found.removed} removed, {found.changed} changed, {found.moved} in another split")
    for sign, ids in (("+", found.added_ids), ("-", found.removed_ids), ("~", found.changed_ids)):
        for item_id in ids:
            print(sign, item_id)


def show(args: argparse.Namespace) -> None:
    """Print a version's figures; exit with 1 when its bytes are not what its hash names."""
    import msgspec

    from goldsmith.cli._certificates.figures import figures
    from goldsmith.quality.certificate import Certificate
    from goldsmith.work.versions import certify

    with open_context(args) as context:
        project = find_project(context, args.project)
        with context.db.snapshot() as db:
            row = certify.find_version(db, project, args.version)
            found = certify.verify(db, row, store_of(context, project).path(row["manifest_sha256"]))
    print(_line(row))
    for text in figures(msgspec.json.decode(row["certificate_json"], type=Certificate)):
        print("  " + text)
    print("  " + verdict(found))
    if not found.is_sound:
        raise SystemExit(1)


def verdict(found: Verified) -> str:
    """What hashing everything again showed."""
    if not found.manifest_is_whole:
        return "BAD: the manifest is not the one that the hash names"
    if not found.is_sound:
        return f"BAD: of {found.items} items {found.gone} are gone and {found.changed} were changed"
    return f"sound: the manifest, and the content and value of {found.items} items, have the hashes they were cut with"
