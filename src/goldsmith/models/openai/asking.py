"""What the model is asked, and what its answer says: the label schema as a JSON schema, there and back."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from goldsmith.core.schema import Attribute, Field, LabelSchema
from goldsmith.models import Asked, Json, Sample

if TYPE_CHECKING:
    from goldsmith.models.openai.model import OpenaiSettings

OURS = """You label data. Answer each field as the guideline asks, and only with labels that the field has.
Where nothing fits, give the field no objects. `confidence` is how probable it is, from 0 to 1, that your object is
right: say 0.5 where you would toss a coin."""
WITHOUT = frozenset({"id", "kind", "label", "asset", "attributes"})
TEXT_MOST, PICTURE_MOST = 60_000, 20 * 2**20
PLACE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
SORTS = {"number": "number", "text": "string", "flag": "boolean"}


def body_of(settings: OpenaiSettings, sample: Sample, asked: Asked, read: Callable[[str], bytes]) -> Json:
    """The call for one item."""
    answer = schema_of(asked)
    instruction = settings.instruction or OURS
    if settings.form != "schema":
        instruction += "\nAnswer with one JSON object and nothing else. Its JSON schema:\n" + (
            msgspec.json.encode(answer).decode())
    said = _parts(settings, sample, asked)
    content: list[Json] = [{"type": "text", "text": said}]
    if settings.sees_pictures:
        content += [_picture(facts.media_type, read(facts.sha256)) for facts in sample.item.assets.values()
                    if facts.media_type.startswith("image/") and facts.size_bytes <= PICTURE_MOST]
    body: Json = {
        "model": settings.model, "temperature": settings.temperature, "max_tokens": settings.tokens_most,
        "messages": [{"role": "system", "content": instruction},
                     {"role": "user", "content": content if len(content) > 1 else said}]}
    if settings.form == "schema":
        body["response_format"] = {"type": "json_schema",
                                   "json_schema": {"name": "answer", "strict": True, "schema": answer}}
    elif settings.form == "object":
        body["response_format"] = {"type": "json_object"}
    return body


def _picture(media_type: str, data: bytes) -> Json:
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{base64.b64encode(data).decode()}"}}


def _parts(settings: OpenaiSettings, sample: Sample, asked: Asked) -> str:
    parts = [f"Guideline:\n{asked.guideline.strip()}"] if asked.guideline.strip() else []
    parts += [_data(sample)]
    for field in asked.schema.fields:
        parts.append(_question(field, settings.prompts.get(field.name, ""), sample))
    return "\n\n".join(one for one in parts if one)


def _data(sample: Sample) -> str:
    lines = [f"{name}:\n{value}" for name, value in sample.item.data.items() if value is not None]
    sizes = [f"{name}: a picture of {facts.width_px} × {facts.height_px} pixels"
             for name, facts in sample.item.assets.items() if facts.width_px]
    return "\n\n".join(lines + sizes)[:TEXT_MOST]


def _question(field: Field, prompt: str, sample: Sample) -> str:
    labels = "\n".join(f"- {one.name}" + (f": {one.help}" if one.help else "") for one in field.labels)
    if prompt:
        words = {**{name: str(value) for name, value in sample.item.data.items()}, "labels": labels,
                 "help": field.help}
        return f"Field {field.name}:\n" + PLACE.sub(lambda found: words.get(found[1], found[0]), prompt)
    about = f" {field.help}" if field.help else ""
    only = " At most one object." if not field.multiple else ""
    on = f" It is about {field.asset}." if field.asset else ""
    return f"Field {field.name} ({field.kind}).{about}{on}{only} Labels:\n{labels}"


def schema_of(asked: Asked) -> Json:
    """The JSON schema of an answer, as strict as the servers ask: every property named, none besides."""
    fields = {field.name: {"type": "array", "items": _object(field, asked.shapes.get(field.kind, {}))}
              for field in asked.schema.fields}
    return _strict(fields)


def _strict(properties: Json) -> Json:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _object(field: Field, shape: Json) -> Json:
    own = {name: _plain(one) for name, one in shape.get("properties", {}).items() if name not in WITHOUT}
    if _has_range(shape):  # one range an object: further ones have no words by which they could be placed
        own = {name: one for name, one in own.items() if shape["properties"][name].get("default") not in ([], ())}
        own["quote"] = {"type": "string", "description": "The words from start to end, exactly as they stand there."}
    properties: Json = {"label": {"type": "string", "enum": [one.name for one in field.labels]}, **own}
    if field.attributes:
        properties["attributes"] = _strict({one.name: _attribute(one) for one in field.attributes})
    properties["confidence"] = {"type": "number"}
    return _strict(properties)


def _attribute(one: Attribute) -> Json:
    plain: Json = ({"type": "string", "enum": list(one.options)} if one.sort == "select" else {"type": SORTS[one.sort]})
    return plain if one.required else {"anyOf": [plain, {"type": "null"}]}


def _plain(shape: Any) -> Any:
    """Without what strict servers do not know: defaults, titles, lengths."""
    if isinstance(shape, list):
        return [_plain(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    kept = {key: _plain(one) for key, one in shape.items()
            if key in ("type", "enum", "anyOf", "items", "properties", "description", "const")}
    if "prefixItems" in shape:
        kept["items"] = _plain(shape["prefixItems"][0])
    if kept.get("type") == "object" and "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _has_range(shape: Json) -> bool:
    own = shape.get("properties", {})
    return all(own.get(name, {}).get("type") == "integer" for name in ("start", "end"))


def objects_of(text: str, schema: LabelSchema, sample: Sample) -> tuple[dict[str, list[Json]], dict[str, float]]:
    """The objects that an answer names, and how sure the model said it is of each; ValueError where it is no answer."""
    found = _json_of(text)
    value: dict[str, list[Json]] = {}
    scores: dict[str, float] = {}
    for field in schema.fields:
        given = found.get(field.name, [])
        if not isinstance(given, list):
            raise ValueError(f"{field.name} is no list of objects.")
        objects = []
        for i, one in enumerate(given):
            if not isinstance(one, dict):
                raise ValueError(f"{field.name}[{i}] is no object.")
            made = _made(one, field, f"{field.name}-{i}", sample)
            if isinstance(one.get("confidence"), int | float) and not isinstance(one["confidence"], bool):
                scores[made["id"]] = min(1.0, max(0.0, float(one["confidence"])))
            objects.append(made)
        if objects:
            value[field.name] = objects
    return value, scores


def _made(one: Json, field: Field, object_id: str, sample: Sample) -> Json:
    own = {key: part for key, part in one.items() if key not in ("confidence", "quote", "attributes")}
    if isinstance(one.get("quote"), str) and isinstance(one.get("start"), int):
        own |= _found_range(one["quote"], one["start"], str(sample.item.data.get(field.asset, "")))
    attributes = one.get("attributes")
    kept = {name: part for name, part in attributes.items() if part is not None} if isinstance(attributes, dict) else {}
    return {**own, "id": object_id, "kind": field.kind, **({"attributes": kept} if kept else {}),
            **({"asset": field.asset} if field.asset else {})}


def _found_range(quote: str, near: int, text: str) -> Json:
    """Where the quoted words stand, nearest to where the model believes: models cannot count characters."""
    places = [found.start() for found in re.finditer(re.escape(quote), text)] if quote else []
    if not places:
        return {}
    start = min(places, key=lambda place: abs(place - near))
    return {"start": start, "end": start + len(quote)}


def _json_of(text: str) -> Json:
    inner = text.strip()
    fenced = re.search(r"```(?:json)?\s*(\{.*\})\s*```", inner, re.DOTALL)
    if fenced:
        inner = fenced[1]
    try:
        found = msgspec.json.decode(inner)
    except msgspec.DecodeError as error:
        raise ValueError(f"The model did not write JSON: {inner[:120]!r}") from error
    if not isinstance(found, dict):
        raise ValueError("The model wrote no JSON object.")
    return found
