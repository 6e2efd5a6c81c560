"""The demo: two projects of scenes and reviews that the product makes itself."""

from __future__ import annotations

import random
import secrets

import msgspec

from goldsmith.core.ids import make_id
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.demo import reviews, scene
from goldsmith.media.image import media as image
from goldsmith.server.context import Context, now_us
from goldsmith.stores.folder import FolderStore
from goldsmith.work import ingest

ORIGIN = ingest.Origin(source="made by Goldsmith", licence="CC0-1.0", basis="own work")


def _labels(*names: str) -> tuple[Label, ...]:
    return tuple(Label(name=name) for name in names)


THINGS = _labels("Car", "Bus", "Person", "Building", "Tree")
SCENES = LabelSchema(fields=(Field(name="boxes", kind="box", asset="image", labels=THINGS),
                             Field(name="outlines", kind="polygon", asset="image", labels=THINGS)))
REVIEWS = LabelSchema(fields=(
    Field(name="mentions", kind="span", asset="text", labels=_labels("Product", "Feature", "Problem")),
    Field(name="sentiment", kind="choice", labels=_labels("positive", "mixed", "negative"), required=True, multiple=False)))


def _project(context: Context, workspace_id: str, name: str, schema: LabelSchema, items: list[ItemData]) -> None:
    project_id = make_id("proj", now_us=now_us(), random_bits=secrets.randbits(80))
    context.db.write(lambda db: db.execute("INSERT INTO project VALUES (?, ?, ?, ?, 1, 1, 0)",
                                           (project_id, workspace_id, name, msgspec.json.encode(schema))).rowcount)
    project = context.db.read().execute("SELECT * FROM project WHERE project_id = ?", (project_id,)).fetchone()
    context.db.write(lambda db: ingest.add_items(db, project, items, ORIGIN, now_us=now_us()))


def make_demo(context: Context, workspace_id: str, *, scenes: int = 12, texts: int = 60) -> bool:
    """Add the two demo projects to a workspace that has no project; says whether it did."""
    if context.db.read().execute("SELECT 1 FROM project WHERE workspace_id = ?", (workspace_id,)).fetchone():
        return False
    rng, store = random.Random(7), FolderStore(context.data / "blobs", workspace_id)
    pictures = []
    for number in range(scenes):
        raw = scene.render(scene.make_scene(rng))
        store.put(raw)
        pictures.append(ItemData(assets={"image": image.probe(raw, f"scene_{number:03}.jpg")}))
    _project(context, workspace_id, "Street scenes", SCENES, pictures)
    written = [ItemData(data={"text": reviews.make_review(rng)[0]}) for _ in range(texts)]
    _project(context, workspace_id, "Product reviews", REVIEWS, written)
    return True
