"""A Label Studio configuration on the command line: its schema, and a project with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from goldsmith.cli._place import find_workspace
from goldsmith.core.errors import BadInput, Conflict
from goldsmith.server.context import Context, now_us

if TYPE_CHECKING:
    from goldsmith.core.schema import LabelSchema
    from goldsmith.work.setup.label_studio import Remark


def read_configuration(path: Path, *, strict: bool) -> LabelSchema:
    """The schema of the file; what was not taken over is told on standard error. With `strict` a loss is an error."""
    from goldsmith.work.setup.label_studio import convert

    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as a text: {error}.", where="--label-studio-config") from None
    found = convert(text)
    for one in found.remarks:
        print(told(path.name, one), file=sys.stderr)
    lost = sum(one.sort == "lost" for one in found.remarks)
    if found.schema is None:
        raise BadInput("Nothing of this configuration can be asked here.", where=path.name,
                       hint="The lines above say why.")
    if lost and strict:
        raise BadInput(f"{lost} parts of the configuration cannot be asked here.", where=path.name,
                       hint="The lines above say which; leave --strict out to go on without them.")
    return found.schema


def told(name: str, one: Remark) -> str:
    """A remark in a line: "config.xml:7: lost: <TextArea> …"."""
    return f"{name}:{one.line}: {one.sort}: <{one.tag}> {one.text}"


def print_schema(schema: LabelSchema) -> None:
    """The schema as YAML on standard output, as the schema editor takes it."""
    import msgspec
    import yaml

    print(yaml.safe_dump(_said(msgspec.to_builtins(schema)), sort_keys=False, allow_unicode=True), end="")


def _said(value: object) -> object:
    """The value without what is empty in it."""
    if isinstance(value, dict):
        return {key: _said(one) for key, one in value.items() if one is not None and one not in ("", [], {})}
    return [_said(one) for one in value] if isinstance(value, list) else value


def provide_project(context: Context, name: str, schema: LabelSchema) -> None:
    """Make the project where there is none of this name or id; Conflict where there is one with another schema."""
    import msgspec

    from goldsmith.core.events import Event
    from goldsmith.core.schema import LabelSchema as Schema
    from goldsmith.db.connection import Connection
    from goldsmith.work.flow import tell
    from goldsmith.work.setup.projects import Author, Setup, create_project

    row = context.db.read().one("SELECT schema_json FROM project WHERE project_id = :name OR name = :name",
                                {"name": name})
    if row is not None:
        if msgspec.json.decode(bytes(row["schema_json"]), type=Schema) != schema:
            raise Conflict(f"The project {name!r} has another schema.", where="project",
                           hint="Name a new project, or put the configuration into its schema editor.")
        return
    workspace = find_workspace(context)

    def make(db: Connection) -> str:
        at, author = now_us(), Author(workspace_id=workspace, person_id="")
        project_id = create_project(db, author, Setup(name=name, schema=schema), now_us=at)
        tell(db, Event(what="project.created", about=project_id, workspace_id=workspace, project_id=project_id,
                       person_id="", now_us=at, details={"name": name}))
        return project_id

    print(f"Made the project {name!r} ({context.db.write(make)})")
