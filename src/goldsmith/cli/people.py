"""`goldsmith user add` and `goldsmith key create`: each prints one line that a script can read."""

from __future__ import annotations

import argparse
from typing import Any

from goldsmith.cli._place import find_workspace, open_context
from goldsmith.core.errors import NotFound
from goldsmith.server.context import now_us
from goldsmith.work import people


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the commands."""
    user = commands.add_parser("user", help="people").add_subparsers(required=True, metavar="VERB")
    one = user.add_parser("add", parents=[place], help="add a person; prints their id")
    one.add_argument("email")
    one.add_argument("--role", choices=list(people.RANK), required=True)
    one.set_defaults(run=add_user)
    key = commands.add_parser("key", help="API keys").add_subparsers(required=True, metavar="VERB")
    one = key.add_parser("create", parents=[place], help="make a key for a person; prints it")
    one.add_argument("email")
    one.set_defaults(run=create_key)


def add_user(args: argparse.Namespace) -> None:
    """Print the new person's id."""
    with open_context(args) as context:
        workspace_id = find_workspace(context)
        print(context.db.write(lambda db: people.add_person(db, workspace_id, args.email, args.role, now_us=now_us())))


def create_key(args: argparse.Namespace) -> None:
    """Print a new API key of a person; it cannot be shown again."""
    with open_context(args) as context:
        row = context.db.read().one("SELECT * FROM person WHERE email = :email", {"email": args.email.lower()})
        if row is None:
            raise NotFound(f"Nobody here has the address {args.email}.", hint="goldsmith user add EMAIL --role ROLE")
        print(context.db.write(lambda db: people.add_credential(
            db, "key", row["workspace_id"], person_id=row["person_id"], name="command line",
            expires_us=people.FOREVER_US, now_us=now_us()).secret))
