"""The demo: two projects ready to label, of scenes and reviews that the product makes itself."""

from __future__ import annotations

import random

from goldsmith.core.item import ItemData, Origin
from goldsmith.core.schema import Attribute, Field, Label, LabelSchema
from goldsmith.db.connection import Connection, Database
from goldsmith.demo import reviews, scene
from goldsmith.media.image import media as image
from goldsmith.stores.folder import FolderStore
from goldsmith.work.data import ingest
from goldsmith.work.setup import projects

ORIGIN = Origin(source="made by Goldsmith", licence="CC0-1.0", basis="own work")


def _labels(*names: str) -> tuple[Label, ...]:
    return tuple(Label(name=name) for name in names)


SCENES = projects.Setup(
    name="Street scenes", is_reviewed=True,
    schema=LabelSchema(fields=(
        Field(name="boxes", kind="box", asset="image", labels=_labels("Car", "Bus", "Person"), attributes=(
            Attribute(name="occluded", sort="flag"),
            Attribute(name="pose", sort="select", options=("standing", "walking"), labels=("Person",)))),
        Field(name="outlines", kind="polygon", asset="image", labels=_labels("Building", "Tree")),
        Field(name="weather", kind="choice", required=True, multiple=False,
              labels=_labels("clear", "cloudy", "dusk")))),
    guideline="Box the visible part only. Draw **Building** and **Tree** as outlines.\n\n"
              "Where something hides part of an object, mark it *occluded*.")
REVIEWS = projects.Setup(
    name="Product reviews", is_reviewed=True, overlap=2,
    schema=LabelSchema(fields=(
        Field(name="mentions", kind="span", asset="text", labels=_labels("Product", "Feature", "Problem")),
        Field(name="sentiment", kind="choice", required=True, multiple=False,
              labels=_labels("positive", "mixed", "negative")))),
    guideline="Mark the product's full name, each feature, and each problem from its verb on.\n\n"
              "Choose the sentiment of the whole review.")


def make_demo(database: Database, store: FolderStore, workspace_id: str, *, scenes: int = 12, texts: int = 60,
              now_us: int) -> bool:
    """Add the two projects to a workspace that has none; says whether it did."""
    if database.read().one("SELECT 1 FROM project WHERE workspace_id = :ws", {"ws": workspace_id}) is not None:
        return False
    rng = random.Random(7)
    pictures = [_picture(rng, store, number) for number in range(scenes)]
    written = [ingest.NewItem(item=ItemData(data={"text": reviews.make_review(rng)[0]})) for _ in range(texts)]
    for setup, items in ((SCENES, pictures), (REVIEWS, written)):
        database.write(lambda db, setup=setup, items=items: _add(db, workspace_id, setup, items, now_us))  # type: ignore[misc]
    return True


def _picture(rng: random.Random, store: FolderStore, number: int) -> ingest.NewItem:
    raw = scene.render(scene.make_scene(rng))
    store.put(raw)
    return ingest.NewItem(item=ItemData(assets={"image": image.probe(raw, f"scene_{number:03}.jpg")}))


def _add(db: Connection, workspace_id: str, setup: projects.Setup, items: list[ingest.NewItem], now_us: int) -> None:
    author = projects.Author(workspace_id=workspace_id, person_id="")
    project_id = projects.create_project(db, author, setup, now_us=now_us)
    project = db.one("SELECT * FROM project WHERE project_id = :project", {"project": project_id})
    assert project is not None
    ingest.add_items(db, project, items, ORIGIN, now_us=now_us)
