"""Templates work out of the box."""

from __future__ import annotations

import pytest

from goldsmith.core.schema import Field
from goldsmith.kinds import check_schema
from goldsmith.work.setup.templates import TemplateParts, load_templates

TEMPLATES = load_templates()
by_name = pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one["name"])


def test_pictures_and_texts_have_half_a_dozen_templates_each() -> None:
    media = [one["medium"] for one in TEMPLATES]

    assert media.count("image") >= 6 and media.count("text") >= 6
    assert len({one["title"] for one in TEMPLATES}) == len(TEMPLATES)


@by_name
def test_a_template_can_be_put_in_force_as_it_stands(template: TemplateParts) -> None:
    check_schema(template["schema"])


def keys_of(field: Field) -> set[str]:
    """The data keys and assets that a field is about: its own, and those that its kind's settings name."""
    settings = field.settings
    keys = ("prompt", "source", "trace", "instruction")
    named = {settings.get(name, "") for name in keys} | set(settings.get("responses", ()))
    return (named | {field.asset}) - {""}


@by_name
def test_the_sample_has_what_each_field_is_about(template: TemplateParts) -> None:
    asked = {key for field in template["schema"].fields for key in keys_of(field)}

    assert asked == ({"image"} if template["medium"] == "image" else set(template["sample"].data))
    assert all(isinstance(text, str) and len(text) > 100 for text in template["sample"].data.values())


@by_name
def test_the_guideline_speaks_of_real_labels(template: TemplateParts) -> None:
    labels = {label.name for field in template["schema"].fields for label in field.labels}
    named = [name for name in labels if name in template["guideline"]]

    assert template["guideline"].startswith("## ") and len(template["guideline"]) > 300
    assert template["description"].endswith(".") and named
