"""Schemas and records that the tests of formats share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from msgspec.structs import replace

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Record
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Attribute, Field, Label, LabelSchema
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.choice.kind import Choice
from goldsmith.kinds.mask.kind import Mask, mask_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.polygon.kind import Polygon
from goldsmith.kinds.preference.kind import Preference
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.skeleton.kind import Skeleton
from goldsmith.kinds.span.kind import Span

SQUARE = ((10.0, 10.0), (60.0, 10.0), (60.0, 60.0), (10.0, 60.0))
HOLE = ((20.0, 20.0), (30.0, 20.0), (30.0, 30.0))


def field(name: str, kind: str, asset: str, *labels: str, **more: Any) -> Field:
    return Field(name=name, kind=kind, asset=asset, labels=tuple(Label(name=n) for n in labels), **more)


BOXES = field("boxes", "box", "image", "cat", "dog")
AREAS = field("areas", "polygon", "image", "road", "sky")
NAMES = field("names", "span", "text", "PER", "LOC")
MOOD = field("mood", "choice", "", "good", "a|b", "[odd", "=1+1")
SURE = field("sure", "choice", "", "yes", "no", attributes=(Attribute(name="why", sort="text"),))

TEMPLATE = {"points": [{"name": n, "x_share": 0.5, "y_share": 0.5} for n in ("nose", "left eye", "right eye")],
            "edges": [["nose", "left eye"], ["nose", "right eye"]], "swaps": [["left eye", "right eye"]]}
PEOPLE = field("people", "skeleton", "image", "person", settings=TEMPLATE)
SHIPS = field("ships", "rotated_box", "image", "ship")
MAN = Skeleton(id="m", label="person", asset="image", points=((20, 10, 2), (30, 40, 1), (7, 7, 0)))
SHIP = RotatedBox(id="s", label="ship", asset="image", centre_x_px=50, centre_y_px=40, width_px=30, height_px=10,
                  angle_deg=110)

PAINTED = LabelSchema(fields=(field("masks", "mask", "image", "road", "sky"),))
SCHEMA = LabelSchema(fields=(BOXES, AREAS, NAMES, MOOD, SURE))


ASKED = {"prompt": "Why is the sky blue?", "response_a": "Air scatters blue light.",
         "response_b": "It mirrors the sea."}
BETTER = field("better", "preference", "", "overall", settings={"strengths": 3})
ORDER = field("order", "ranking", "", "overall", settings={"responses": ["response_a", "response_b", "prompt"]})
RUBRIC = field("rubric", "rating", "", "true", "short", settings={"weights": {"true": 3.0}})
WRITTEN = field("written", "text", "", "answer", settings={"prompt": "prompt"})
TALK = field("talk", "message", "", "user", "assistant", settings={"writes": ["user", "assistant"]})
SPOKEN = LabelSchema(fields=(BETTER, ORDER, RUBRIC, WRITTEN, TALK))


def prefer(chosen: str = "response_a", **more: Any) -> Preference:
    given = {"id": "p", "label": "overall", "chosen": chosen, "strength": int(bool(chosen)), "strengths": 1,
             "shown": ("response_b", "response_a")}
    return Preference(**(given | more))


def said(identity: str, parent: str, role: str, content: str, **more: Any) -> Message:
    return Message(id=identity, label=role, text=content, parent=parent, **more)


QUESTION = said("m1", "", "user", "Why?")
SIDES = (said("m2", "m1", "assistant", "One.", asked="q", shown=2),
         said("m3", "m1", "assistant", "Two.", asked="q", shown=1, is_preferred=True, is_current=True))
TIED = tuple(replace(one, is_preferred=False, tie="bad") for one in SIDES)
CONVERSATION = (QUESTION, *SIDES, said("m4", "m3", "user", "Go on."), said("m5", "m4", "assistant", "Three.", rating=4,
                                                                          scale=5, original="Thre."))


def asked(item_id: str = "q1", **value: Any) -> Record:
    """An item with a prompt and two responses, and what was said of them."""
    held = {name: objects if isinstance(objects, tuple) else (objects,) for name, objects in value.items()}
    return Record(item_id=item_id, item=ItemData(data=dict(ASKED)), value=held, split="train")


def facts(file_name: str = "a.jpg", sha256: str = "0" * 64, **more: Any) -> AssetFacts:
    known = {"media_type": "image/jpeg", "size_bytes": 7, "width_px": 100, "height_px": 80} | more
    return AssetFacts(sha256=sha256, file_name=file_name, **known)


def box(**more: Any) -> Box:
    given = {"id": "b1", "label": "dog", "asset": "image", "x_px": 10, "y_px": 20, "width_px": 30, "height_px": 40}
    return Box(**(given | more))


def polygon(**more: Any) -> Polygon:
    return Polygon(**({"id": "p1", "label": "road", "asset": "image", "points": SQUARE} | more))


def painted(**more: Any) -> Mask:
    """A round mask of 20 x 20 pixels."""
    down, across = np.ogrid[-9.5:10, -9.5:10]
    _, _, width_px, height_px, rle = mask_of(down**2 + across**2 <= 100) or (0, 0, 0, 0, "")
    given = {"id": "m1", "label": "road", "asset": "image", "x_px": 4, "y_px": 7}
    return Mask(**(given | {"width_px": width_px, "height_px": height_px, "rle": rle} | more))


def span(start: int, end: int, **more: Any) -> Span:
    return Span(**({"id": f"s{start}", "label": "PER", "asset": "text", "start": start, "end": end} | more))


def choice(**more: Any) -> Choice:
    return Choice(**({"id": "c1", "label": "good"} | more))


def photo(*objects: AnnotatedObject, item_id: str = "i1", file_name: str = "a.jpg", split: str = "val") -> Record:
    """An item of one picture, its objects in the fields of SCHEMA that their kinds belong to."""
    item = ItemData(assets={"image": facts(file_name)})
    return Record(item_id=item_id, item=item, value=by_field(*objects), split=split)


def text(content: str, *objects: AnnotatedObject, item_id: str = "t1", split: str = "train") -> Record:
    return Record(item_id=item_id, item=ItemData(data={"text": content}), value=by_field(*objects), split=split)


def by_field(*objects: AnnotatedObject) -> dict[str, tuple[AnnotatedObject, ...]]:
    names = {Box: "boxes", Polygon: "areas", Mask: "masks", Span: "names", Choice: "mood"}
    value: dict[str, tuple[AnnotatedObject, ...]] = {}
    for o in objects:
        value[names[type(o)]] = (*value.get(names[type(o)], ()), o)
    return value


def many_photos(count: int, weight_bytes: int = 0) -> Iterator[Record]:
    """Records that each take at least `weight_bytes` of memory."""
    for i in range(count):
        shapes = (box(id=f"b{i}", attributes={"n": i, "note": f"{i:0{weight_bytes}}"}), polygon(id=f"p{i}"))
        yield photo(*shapes, item_id=f"item_{i:07}", file_name=f"photo {i % 1000}.jpg", split=("train", "val")[i % 2])


def many_texts(count: int, weight_bytes: int = 0) -> Iterator[Record]:
    """Records that each take at least `weight_bytes` of memory."""
    for i in range(count):
        yield text(f"Ada Lovelace met Bob no. {i:0{weight_bytes}} 😀", span(0, 12), choice(), item_id=f"item_{i:07}")
