"""`goldsmith serve`."""

from __future__ import annotations

import argparse
import gc
import sys
from typing import Any

from goldsmith.cli._place import find_workspace
from goldsmith.server.context import Context, now_us
from goldsmith.work import people

SWITCH_S = 0.0005  # a thread that computes (an import, an export) lets the others go on after this long
NEW_OBJECTS = 20_000  # after which Python looks for cycles; 700 would cost annotators a twentieth of their calls


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the command."""
    one = commands.add_parser("serve", parents=[place], help="start the server")
    one.add_argument("--port", type=int, default=8090)
    one.add_argument("--host", default="127.0.0.1")
    one.set_defaults(run=serve)


def serve(args: argparse.Namespace) -> None:
    """Start the server; prints a one-time sign-in link while nobody can sign in."""
    import uvicorn

    from goldsmith.server.app import make_app
    from goldsmith.server.express import ExpressLane

    sys.setswitchinterval(SWITCH_S)
    app = make_app(args.data, args.database)
    address = f"http://{args.host}:{args.port}"
    token = first_invitation(app.state.context)
    if token:
        print(f"Sign in once at {address}/join?token={token}", flush=True)
    print(f"Goldsmith listens on {address}", flush=True)
    gc.collect()
    gc.freeze()  # what is loaded now stays to the end
    gc.set_threshold(NEW_OBJECTS)
    uvicorn.run(ExpressLane(app), host=args.host, port=args.port, log_level="warning", access_log=False,
                timeout_keep_alive=75)


def first_invitation(context: Context) -> str:
    """A link's token for the first owner, or "" when an owner has a password already."""
    workspace_id = find_workspace(context)
    owner = context.db.read().one("SELECT 1 FROM person WHERE role = 'owner' AND password_hash <> ''")
    if owner is not None:
        return ""
    return context.db.write(lambda db: people.add_credential(
        db, "invitation", workspace_id, role="owner", expires_us=now_us() + people.INVITATION_US,
        now_us=now_us()).secret)
