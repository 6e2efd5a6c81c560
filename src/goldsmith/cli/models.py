"""`goldsmith models list|add|check|run|teach`: models that Goldsmith asks itself, and what is done with them."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import Any

import msgspec

from goldsmith.cli._place import find_project, find_workspace, open_context
from goldsmith.core.errors import BadInput, GoldsmithError, NotFound
from goldsmith.core.events import Event
from goldsmith.db.connection import Connection, Row
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.work import flow
from goldsmith.work.data.items import batch_name
from goldsmith.work.routing.models import Model
from goldsmith.work.routing.predicting import registry, runs

LOOK_EVERY_S = 0.5


class NotWell(GoldsmithError):
    """A model that was asked does not answer as it should, or its run came to no good end."""


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the commands."""
    verbs = commands.add_parser("models", help="models that predict").add_subparsers(required=True, metavar="VERB")
    one = verbs.add_parser("list", parents=[place], help="all of the workspace, with how each was when last asked")
    one.set_defaults(run=list_models)
    one = verbs.add_parser("add", parents=[place], help="register a model; prints its id")
    one.add_argument("name")
    one.add_argument("--version", required=True)
    one.add_argument("--sort", required=True, help="openai, label_studio, onnx, quick, rules")
    one.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings",
                     help="a setting of the sort, such as address=http://localhost:8000/v1; JSON where it is some")
    one.add_argument("--key-from", default="", metavar="VARIABLE",
                     help="the environment variable that holds the key; it is sealed before it is stored")
    one.set_defaults(run=add_model)
    one = verbs.add_parser("check", parents=[place], help="ask a model how it is; exit code 1 when it is not well")
    one.add_argument("model", help="its id, or its name")
    one.set_defaults(run=check_model)
    one = verbs.add_parser("run", parents=[place], help="send a model through a project's open items")
    one.add_argument("project", help="its id, or its name")
    one.add_argument("model", help="its id, or its name")
    one.add_argument("--as", choices=["suggest", "answer"], default="suggest", dest="sort",
                     help="what it says is suggested to people (at first), or handed in as an annotator's answers")
    one.add_argument("--batch", default="", help="only the items of this batch")
    one.set_defaults(run=run_model)
    one = verbs.add_parser("teach", parents=[place], help="send a project's answers to a Label Studio ML backend")
    one.add_argument("project", help="its id, or its name")
    one.add_argument("model", help="its id, or its name")
    one.set_defaults(run=teach_model)


def list_models(args: argparse.Namespace) -> None:
    """A line a model: id, name with version, sort, and how it was."""
    with open_context(args) as context:
        for row in registry.list_predictors(context.db.read(), find_workspace(context)):
            when = rfc3339(row["checked_us"])[:19] if row["checked_us"] else ""
            health = f"{row['error'] or row['says'] or 'well'} ({when})" if when else "never asked"
            print(f"{row['predictor_id']}  {row['name']}  {row['sort']}  {health}")


def add_model(args: argparse.Namespace) -> None:
    """Register a model and print its id."""
    settings = registry.settings_of(args.sort, dict(map(_setting, args.settings)))
    secret = os.environ.get(args.key_from, "") if args.key_from else ""
    if args.key_from and not secret:
        raise NotFound(f"The environment has no variable {args.key_from}.", hint=f"export {args.key_from}=...")
    with open_context(args) as context:
        workspace_id = find_workspace(context)

        def make(db: Connection) -> str:
            predictor_id = registry.add(db, context.vault(), workspace_id, Model(model=args.name, version=args.version),
                                        args.sort, settings, secret=secret, now_us=now_us())
            flow.tell(db, Event(what="predictor.added", about=predictor_id, workspace_id=workspace_id, now_us=now_us(),
                                person_id="", details={"sort": args.sort,
                                                       "address": registry.address_of(args.sort, settings)}))
            return predictor_id

        print(context.db.write(make))


def _setting(text: str) -> tuple[str, Any]:
    name, is_there, value = text.partition("=")
    if not is_there or not name:
        raise BadInput(f"A setting is NAME=VALUE, not {text!r}.", where="--set")
    try:
        return name, msgspec.json.decode(value)
    except msgspec.DecodeError:
        return name, value


def find_model(context: Context, workspace_id: str, name_or_id: str) -> Row:
    """The model of this id, or the only one of this name, with its version or without."""
    rows = registry.list_predictors(context.db.read(), workspace_id)
    found = [row for row in rows
             if name_or_id in (row["predictor_id"], row["name"], registry.model_of(row).model)]
    if len(found) == 1:
        return found[0]
    if not found:
        names = ", ".join(str(row["name"]) for row in rows[:20])
        raise NotFound(f"No model is called {name_or_id!r}.", hint=f"There are: {names or 'none'}.")
    raise NotFound(f"{len(found)} models are called {name_or_id!r}.", hint="Name it by its id: goldsmith models list")


def check_model(args: argparse.Namespace) -> None:
    """Ask a model how it is, keep it, and print it."""
    from goldsmith.server.routes.routing.predicting.registering import ask_health  # loads NumPy

    with open_context(args) as context:
        row = find_model(context, find_workspace(context), args.model)
        health = ask_health(context, row)
        context.db.write(lambda db: registry.note_health(db, row["predictor_id"], health, now_us=now_us()))
    if health.error:
        raise NotWell(f"{row['name']}: {health.error}")
    print(f"{row['name']}: {health.says or 'well'} ({health.latency_ms} ms)")


def run_model(args: argparse.Namespace) -> None:
    """Send a model through a project from this process; what is cut here goes on in the server."""
    with open_context(args) as context:
        project = find_project(context, args.project)
        predictor = find_model(context, project["workspace_id"], args.model)
        batch = batch_name(args.batch)

        def start(db: Connection) -> Row:
            run = runs.start(db, project, predictor["predictor_id"], args.sort, batch, "", now_us=now_us())
            flow.tell(db, Event(what="prediction_run.started", about=run["run_id"], now_us=now_us(), person_id="",
                                workspace_id=project["workspace_id"], project_id=project["project_id"],
                                details={"predictor": predictor["predictor_id"], "sort": args.sort}))
            return run

        run = context.db.write(start)
        try:
            run = asyncio.run(_go_through(context, project, run))
        except KeyboardInterrupt:
            context.db.write(lambda db: runs.cancel(db, runs.find_run(db, project, run["run_id"]), now_us=now_us()))
            print("\nCancelled; what was predicted stays.", file=sys.stderr)
            raise
        failures = runs.list_failures(context.db.read(), run)
    print(f"{run['state']}: {run['done']} predicted, {run['failed']} without a prediction")
    for one in failures:
        print(f"  {one['name']}: {one['reason']}", file=sys.stderr)
    if run["state"] != "done":
        raise NotWell(run["error"] or f"The run was {run['state']}.", hint="Project → Settings goes on with it.")


def teach_model(args: argparse.Namespace) -> None:
    """Send a project's newest settled answers to a model that learns where it is; prints what it answered."""
    from goldsmith.server.routes.routing.predicting import teaching  # loads NumPy

    with open_context(args) as context:
        project = find_project(context, args.project)
        predictor = find_model(context, project["workspace_id"], args.model)
        taught, left_out = teaching.teach(context, project, predictor)
        context.db.write(lambda db: teaching.note(db, project, predictor, taught, ""))
    print(f"{taught.sent} answers sent{f', {left_out} left out' if left_out else ''}; it says {taught.says}")


async def _go_through(context: Context, project: Row, run: Row) -> Row:
    """Carry the run to its end, with a line on a terminal that tells how far it is."""
    from goldsmith.server.routes.routing.predicting import running  # loads NumPy

    running.run_soon(context, run)
    while running.is_here(context, run["run_id"]):
        await asyncio.sleep(LOOK_EVERY_S)
        run = runs.find_run(context.db.read(), project, run["run_id"])
        if sys.stderr.isatty():
            print(f"\r{run['done'] + run['failed']} of {run['total']} ", end="", file=sys.stderr, flush=True)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return runs.find_run(context.db.read(), project, run["run_id"])
