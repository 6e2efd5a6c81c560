"""`goldsmith demo`."""

from __future__ import annotations

import argparse
from typing import Any

from goldsmith.cli._place import find_workspace, open_context
from goldsmith.server.context import now_us
from goldsmith.stores.folder import FolderStore


def add(commands: Any, place: argparse.ArgumentParser) -> None:
    """Add the command."""
    commands.add_parser("demo", parents=[place], help="add the two demo projects").set_defaults(run=demo)


def demo(args: argparse.Namespace) -> None:
    """Add the demo projects to a workspace without any."""
    from goldsmith.work.setup.demo_projects import make_demo

    with open_context(args) as context:
        workspace_id = find_workspace(context)
        store = FolderStore(context.data / "blobs", workspace_id)
        is_made = make_demo(context.db, store, workspace_id, now_us=now_us())
    print("Demo projects made." if is_made else "The workspace has projects already.")
