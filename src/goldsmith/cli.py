"""The command line: serve, user add, key create."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from goldsmith.core.errors import BadInput, GoldsmithError
from goldsmith.server.context import Context, now_us
from goldsmith.work import people


def _workspace(context: Context) -> str:
    row = context.db.read().execute("SELECT workspace_id FROM workspace ORDER BY workspace_id LIMIT 1").fetchone()
    return row[0] if row else context.db.write(lambda db: people.add_workspace(db, "Workspace", now_us=now_us()))


def serve(args: argparse.Namespace) -> None:
    """Start the server; prints a one-time sign-in link while the workspace has no owner."""
    import uvicorn

    from goldsmith.server.app import make_app

    app = make_app(args.data)
    context: Context = app.state.context
    workspace_id, owners = _workspace(context), context.db.read().execute("SELECT count(*) FROM person").fetchone()[0]
    address = f"http://{args.host}:{args.port}"
    if owners == 0:
        token = context.db.write(lambda db: people.add_credential(
            db, "invitation", workspace_id, role="owner", expires_us=now_us() + people.INVITATION_US))
        print(f"Sign in once at {address}/join?token={token}", flush=True)
    print(f"Goldsmith listens on {address}", flush=True)
    uvicorn.run(app, host=args.host, port=args.port, log_level="warning", access_log=False)


def add_user(args: argparse.Namespace) -> None:
    """Print the new person's id."""
    context = Context(args.data)
    workspace_id = _workspace(context)
    print(context.db.write(lambda db: people.add_person(db, workspace_id, args.email, args.role, now_us=now_us())))


def create_key(args: argparse.Namespace) -> None:
    """Print a new API key of a person; it cannot be shown again."""
    context = Context(args.data)
    row = context.db.read().execute("SELECT * FROM person WHERE email = ?", (args.email.lower(),)).fetchone()
    if row is None:
        raise BadInput(f"Nobody here has the address {args.email}.", hint="goldsmith user add EMAIL --role ROLE")
    print(context.db.write(lambda db: people.add_credential(
        db, "key", row["workspace_id"], person_id=row["person_id"], expires_us=people.FOREVER_US)))


def demo(args: argparse.Namespace) -> None:
    """Add the demo projects to an empty workspace."""
    from goldsmith.cli_demo import make_demo

    context = Context(args.data)
    print("Demo projects made." if make_demo(context, _workspace(context)) else "The workspace has projects already.")


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="goldsmith", description="Raw data in, labelled and certified datasets out.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    place = argparse.ArgumentParser(add_help=False)
    place.add_argument("--data", type=Path, default=Path("goldsmith-data"), help="the data folder")
    one = commands.add_parser("serve", parents=[place], help="start the server")
    one.add_argument("--port", type=int, default=8090)
    one.add_argument("--host", default="127.0.0.1")
    one.set_defaults(run=serve)
    commands.add_parser("demo", parents=[place], help="add the demo projects").set_defaults(run=demo)
    user = commands.add_parser("user", help="people").add_subparsers(required=True, metavar="VERB")
    add = user.add_parser("add", parents=[place], help="add a person")
    add.add_argument("email")
    add.add_argument("--role", choices=list(people.RANK), required=True)
    add.set_defaults(run=add_user)
    key = commands.add_parser("key", help="API keys").add_subparsers(required=True, metavar="VERB")
    create = key.add_parser("create", parents=[place], help="make a key for a person")
    create.add_argument("email")
    create.set_defaults(run=create_key)
    return top


def main() -> None:
    """Run a command; an error of ours is one line on standard error and exit code 1."""
    args = parser().parse_args()
    try:
        args.run(args)
    except GoldsmithError as error:
        print(f"error: {error.message} {error.hint}".strip(), file=sys.stderr)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
