"""Regions of Label Studio as objects of our kinds: percents of the picture as pixels, and the schema as its XML.

The tags, and what each region's value holds, are those of Label Studio's documentation of results.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians, sin
from typing import Any
from xml.sax.saxutils import quoteattr

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, LabelSchema
from goldsmith.models import Json

LABELS = {"box": "RectangleLabels", "polygon": "PolygonLabels", "point": "KeyPointLabels", "span": "Labels"}
ON_TEXT = frozenset({"span"})
WHOLE = frozenset({"choice", "rating", "number", "text"})


def config_of(schema: LabelSchema) -> str | None:
    """The labelling configuration that asks the same; None where no field can be said in it."""
    objects: dict[str, str] = {}
    controls = []
    for field in schema.fields:
        if field.kind not in LABELS and field.kind not in WHOLE:
            continue
        name, tag = _object_of(field)
        objects.setdefault(name, tag)
        controls.append(_control(field, name))
    if not controls:
        return None
    shown = [f"<{tag} name={quoteattr(name)} value={quoteattr('$' + name)}/>" for name, tag in objects.items()]
    return "<View>" + "".join(shown + controls) + "</View>"


def _object_of(field: Field) -> tuple[str, str]:
    if field.kind in ("box", "polygon", "point"):
        return field.asset or "image", "Image"
    return field.asset or "text", "Image" if field.asset == "image" else "Text"


def _control(field: Field, on: str) -> str:
    about = f"name={quoteattr(field.name)} toName={quoteattr(on)}"
    labels = "".join(f"<{'Choice' if field.kind == 'choice' else 'Label'} value={quoteattr(one.name)}/>"
                     for one in field.labels)
    if field.kind in LABELS:
        return f"<{LABELS[field.kind]} {about}>{labels}</{LABELS[field.kind]}>"
    if field.kind == "choice":
        many = "multiple" if field.multiple else "single"
        return f'<Choices {about} choice="{many}">{labels}</Choices>'
    if field.kind == "rating":
        return f'<Rating {about} maxRating="{field.settings.get("levels", 5)}"/>'
    return f"<Number {about}/>" if field.kind == "number" else f"<TextArea {about}/>"


def objects_of(regions: list[Any], schema: LabelSchema, item: ItemData, whole: float | None
               ) -> tuple[dict[str, list[Json]], dict[str, float]]:
    """Objects by field and their scores; a region without one has the score of the whole prediction.

    Regions of fields, or with labels, that the schema has not are left out.
    """
    fields = {field.name: field for field in schema.fields}
    value: dict[str, list[Json]] = {}
    scores: dict[str, float] = {}
    for region in regions:
        if not isinstance(region, dict) or not isinstance(region.get("value"), dict):
            raise ValueError(f"no region: {str(region)[:80]}")
        field = fields.get(str(region.get("from_name")))
        if field is None or field.kind not in _READ:
            continue
        score = region.get("score", region["value"].get("score"))
        sure = float(score) if isinstance(score, int | float) and not isinstance(score, bool) else whole
        for own in _READ[field.kind](region, field, item):
            if own["label"] not in {label.name for label in field.labels}:
                continue
            object_id = f"{field.name}-{len(scores)}-{len(value.get(field.name, []))}"
            name = str(region.get("to_name") or "")
            asset = field.asset or (name if name in item.assets or name in item.data else "")
            value.setdefault(field.name, []).append({**own, "id": object_id, "kind": field.kind,
                                                     **({"asset": asset} if asset and field.kind in LABELS else {})})
            if sure is not None:
                scores[object_id] = min(1.0, max(0.0, sure))
    return value, scores


def _facts(region: Json, field: Field, item: ItemData) -> AssetFacts:
    name = field.asset or str(region.get("to_name"))
    pictures = {key: one for key, one in item.assets.items() if one.media_type.startswith("image/")}
    found = pictures.get(name) or next(iter(pictures.values()), None)
    if found is None:
        raise ValueError("the item has no picture")
    return found


def _labels(region: Json, key: str) -> list[str]:
    found = region["value"].get(key) or region["value"].get("labels") or []
    return [str(one) for one in found]


def _box(region: Json, field: Field, item: ItemData) -> list[Json]:
    facts, own = _facts(region, field, item), region["value"]
    x, y = own["x"] / 100 * facts.width_px, own["y"] / 100 * facts.height_px
    width, height = own["width"] / 100 * facts.width_px, own["height"] / 100 * facts.height_px
    turned = radians(float(own.get("rotation") or 0))
    if turned:  # it turns around its top left corner: the rectangle around what comes of it
        corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)]
        spun = [(x + a * cos(turned) - b * sin(turned), y + a * sin(turned) + b * cos(turned)) for a, b in corners]
        x, y = min(a for a, _ in spun), min(b for _, b in spun)
        width, height = max(a for a, _ in spun) - x, max(b for _, b in spun) - y
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(float(facts.width_px), x + width), min(float(facts.height_px), y + height)
    return [{"label": label, "x_px": left, "y_px": top, "width_px": right - left, "height_px": bottom - top}
            for label in _labels(region, "rectanglelabels")]


def _polygon(region: Json, field: Field, item: ItemData) -> list[Json]:
    facts = _facts(region, field, item)
    points = [[a / 100 * facts.width_px, b / 100 * facts.height_px] for a, b in region["value"]["points"]]
    return [{"label": label, "points": points} for label in _labels(region, "polygonlabels")]


def _point(region: Json, field: Field, item: ItemData) -> list[Json]:
    facts, own = _facts(region, field, item), region["value"]
    return [{"label": label, "x_px": own["x"] / 100 * facts.width_px, "y_px": own["y"] / 100 * facts.height_px}
            for label in _labels(region, "keypointlabels")]


def _span(region: Json, field: Field, item: ItemData) -> list[Json]:
    own, text = region["value"], str(item.data.get(field.asset or str(region.get("to_name")), ""))
    start, end = int(own["start"]), int(own["end"])
    if own.get("text") != text[start:end]:  # the protocol counts as JavaScript does, though not every backend
        start, end = _code_points(text, start), _code_points(text, end)
    return [{"label": label, "start": start, "end": end} for label in _labels(region, "labels")]


def _code_points(text: str, units: int) -> int:
    """A place counted in UTF-16 units, counted in code points."""
    return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))


def _choice(region: Json, field: Field, item: ItemData) -> list[Json]:
    return [{"label": str(one)} for one in region["value"]["choices"]]


def _rating(region: Json, field: Field, item: ItemData) -> list[Json]:
    levels = int(field.settings.get("levels", 5))
    return [{"label": field.labels[0].name, "level": int(region["value"]["rating"]), "levels": levels}]


def _number(region: Json, field: Field, item: ItemData) -> list[Json]:
    return [{"label": field.labels[0].name, "number": float(region["value"]["number"])}]


def _text(region: Json, field: Field, item: ItemData) -> list[Json]:
    given = region["value"]["text"]
    text = "\n".join(map(str, given)) if isinstance(given, list) else str(given)
    return [{"label": field.labels[0].name, "text": text}]


_READ: dict[str, Callable[[Json, Field, ItemData], list[Json]]] = {
    "box": _box, "polygon": _polygon, "point": _point, "span": _span, "choice": _choice, "rating": _rating,
    "number": _number, "text": _text}


def regions_of(value: dict[str, list[Json]], schema: LabelSchema, item: ItemData) -> list[Json]:
    """The regions that say the same; what the protocol has no region for is left out (holes, attributes, other kinds).
    """
    regions: list[Json] = []
    for field in schema.fields:
        objects = value.get(field.name) or []
        if field.kind not in _WRITTEN or not objects:
            continue
        on, _ = _object_of(field)
        type_, write = _WRITTEN[field.kind]
        for i, own in enumerate(write(objects, on, item)):
            region: Json = {"id": f"{field.name}-{i}", "from_name": field.name, "to_name": on, "type": type_,
                            "value": own, "origin": "manual"}
            facts = item.assets.get(on)
            if facts is not None and facts.width_px and facts.height_px:
                region |= {"original_width": facts.width_px, "original_height": facts.height_px, "image_rotation": 0}
            regions.append(region)
    return regions


def _shares(item: ItemData, on: str) -> tuple[float, float]:
    """Percents of the picture in a pixel, on each axis."""
    facts = item.assets.get(on)
    if facts is None or not facts.width_px or not facts.height_px:
        raise ValueError(f"the item has no picture {on!r}")
    return 100 / facts.width_px, 100 / facts.height_px


def _as_boxes(objects: list[Json], on: str, item: ItemData) -> list[Json]:
    x, y = _shares(item, on)
    return [{"x": one["x_px"] * x, "y": one["y_px"] * y, "width": one["width_px"] * x, "height": one["height_px"] * y,
             "rotation": 0, "rectanglelabels": [one["label"]]} for one in objects]


def _as_polygons(objects: list[Json], on: str, item: ItemData) -> list[Json]:
    x, y = _shares(item, on)
    return [{"points": [[a * x, b * y] for a, b in one["points"]], "closed": True, "polygonlabels": [one["label"]]}
            for one in objects]


def _as_points(objects: list[Json], on: str, item: ItemData) -> list[Json]:
    x, y = _shares(item, on)
    return [{"x": one["x_px"] * x, "y": one["y_px"] * y, "width": 0.5, "keypointlabels": [one["label"]]}
            for one in objects]


def _as_spans(objects: list[Json], on: str, item: ItemData) -> list[Json]:
    """Offsets in UTF-16 units, as the protocol's own client counts them."""
    text = str(item.data.get(on, ""))

    def units(place: int) -> int:
        return len(text[:place].encode("utf-16-le")) // 2

    return [{"start": units(one["start"]), "end": units(one["end"]), "text": text[one["start"]:one["end"]],
             "labels": [one["label"]]} for one in objects]


def _as_choices(objects: list[Json], on: str, item: ItemData) -> list[Json]:
    return [{"choices": [one["label"] for one in objects]}]


_WRITTEN: dict[str, tuple[str, Callable[[list[Json], str, ItemData], list[Json]]]] = {
    "box": ("rectanglelabels", _as_boxes), "polygon": ("polygonlabels", _as_polygons),
    "point": ("keypointlabels", _as_points), "span": ("labels", _as_spans), "choice": ("choices", _as_choices),
    "rating": ("rating", lambda objects, on, item: [{"rating": one["level"]} for one in objects]),
    "number": ("number", lambda objects, on, item: [{"number": one["number"]} for one in objects]),
    "text": ("textarea", lambda objects, on, item: [{"text": [one["text"]]} for one in objects])}
