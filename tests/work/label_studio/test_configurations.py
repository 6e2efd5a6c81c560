"""Label Studio configurations become schemas, and nothing of them is dropped in silence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldsmith.core.errors import BadInput
from goldsmith.core.schema import Attribute, Condition, Field
from goldsmith.kinds import check_schema
from goldsmith.work.setup.label_studio import Converted, convert
from tests.work.label_studio.builtin import PAGE, TEMPLATES, asks, choices, labels, outcome, page, shows, view

PICTURE = '<Image name="shown" value="$photo"/>'


def fields(config: str) -> dict[str, Field]:
    schema = convert(config).schema
    assert schema is not None
    check_schema(schema)
    return {one.name: one for one in schema.fields}


def lost(config: str) -> list[tuple[int, str, str]]:
    return [(one.line, one.tag, one.text) for one in convert(config).remarks if one.sort == "lost"]


@pytest.mark.parametrize(("sort", "kind"), [
    ("RectangleLabels", "box"), ("PolygonLabels", "polygon"), ("BrushLabels", "mask"), ("BitmaskLabels", "mask"),
    ("KeyPointLabels", "point"), ("EllipseLabels", "ellipse"), ("VectorLabels", "polyline")])
def test_what_is_drawn_on_a_picture_is_a_field_about_its_key(sort: str, kind: str) -> None:
    made = fields(view(PICTURE, labels(sort, "cup", "plate")))["mark"]

    assert (made.kind, made.asset, [one.name for one in made.labels]) == (kind, "photo", ["cup", "plate"])
    assert made.labels[0].color == "#008080"


def test_a_box_that_may_be_turned_is_a_rotated_box() -> None:
    assert fields(view(PICTURE, labels("RectangleLabels", "cup", canRotate="true")))["mark"].kind == "rotated_box"


def test_labels_of_several_tools_are_a_field_for_each_tool() -> None:
    made = fields(view(PICTURE, labels("Labels", "print", "hand"), asks("Rectangle", "box"), asks("Polygon", "line")))

    assert {name: one.kind for name, one in made.items()} == {"box": "box", "line": "polygon"}
    assert all([label.name for label in one.labels] == ["print", "hand"] for one in made.values())


def test_what_is_asked_of_each_object_is_an_attribute_of_its_field() -> None:
    config = view(PICTURE, labels("RectangleLabels", "bus", "car"),
                  choices("full", "empty", name="load", perRegion="true", whenTagName="mark", whenLabelValue="bus"),
                  choices("wet", "torn", name="state", perRegion="true", choice="multiple"),
                  asks("TextArea", "plate", perRegion="true", required="true"),
                  asks("Rating", "clear", perRegion="true", maxRating="4"),
                  asks("Number", "seats", perRegion="true", min="1", max="90"))

    assert fields(config)["mark"].attributes == (
        Attribute(name="load", sort="select", options=("full", "empty"), labels=("bus",)),
        Attribute(name="state: wet", sort="flag"),
        Attribute(name="state: torn", sort="flag"),
        Attribute(name="plate", sort="text", required=True),
        Attribute(name="clear", sort="number", minimum=1, maximum=4),
        Attribute(name="seats", sort="number", minimum=1, maximum=90))


def test_a_condition_names_the_other_field_wherever_that_one_stands() -> None:
    when = {"visibleWhen": "choice-selected", "whenTagName": "which", "whenChoiceValue": "bad"}
    config = view(shows("Text"), view(asks("TextArea", "why"), **when), choices("good", "bad"))

    assert list(fields(config)) == ["which", "why"]
    assert fields(config)["why"].shown_if == Condition(field="which", any_of=("bad",))


def test_a_condition_without_a_label_holds_for_any_of_them() -> None:
    config = view(shows("Text"), choices("good", "bad"),
                  choices("a", "b", name="more", visibleWhen="choice-selected", whenTagName="which"))

    assert fields(config)["more"].shown_if == Condition(field="which", any_of=("good", "bad"))


def test_conditions_in_a_ring_are_told_and_still_make_a_schema_that_works() -> None:
    config = view(shows("Text"),
                  choices("a", name="one", visibleWhen="choice-selected", whenTagName="two"),
                  choices("b", name="two", visibleWhen="choice-selected", whenTagName="one"))

    assert set(fields(config)) == {"one", "two"}
    assert "Conditions name one another in a ring." in [text for _, _, text in lost(config)]


def test_forms_keep_what_they_ask_for() -> None:
    made = fields(view(shows("Text"), asks("Rating", "stars", maxRating="7", required="true"),
                       asks("Number", "age", min="0", max="120", step="1"), asks("TextArea", "gist"),
                       choices("a", "b", choice="multiple")))

    assert made["stars"].settings == {"levels": 7} and made["stars"].required
    assert made["age"].settings == {"minimum": 0, "maximum": 120, "step": 1}
    assert made["gist"].settings == {"source": "shown", "starts_with_source": False}
    assert (made["which"].multiple, made["which"].required) == (True, False)


def test_a_tree_of_choices_is_a_taxonomy_of_whole_paths() -> None:
    tree = '<{0} name="kind" toName="shown"{1}><Choice value="tree"><Choice value="oak"/></Choice></{0}>'

    for tag, more in (("Taxonomy", ""), ("Choices", ' allowNested="true"')):
        made = fields(view(shows("Text"), tree.format(tag, more)))["kind"]
        assert (made.kind, [one.name for one in made.labels]) == ("taxonomy", ["tree", "tree > oak"])
    leaves = fields(view(shows("Text"), tree.format("Taxonomy", ' leafsOnly="true"')))["kind"]
    assert [one.name for one in leaves.labels] == ["tree > oak"]


def test_a_chat_is_a_conversation_that_is_written_with_a_model() -> None:
    config = view('<Chat name="talk" value="$turns" llm="a/model" editable="true" minMessages="4" maxMessages="10"/>',
                  asks("Rating", "whole", to="talk"))
    made = fields(config)

    assert made["talk"].kind == "message" and {one.name for one in made["talk"].labels} >= {"user", "assistant"}
    assert made["talk"].settings == {"prompt": "turns", "scale": 0, "correctable": True, "writes": ["user"],
                                     "turns_least": 4, "turns_most": 10}
    assert made["whole"].kind == "rating" and lost(config) == []
    assert fields(view(shows("Chat")))["shown"].settings["writes"] == ["user", "assistant"]
    assert fields(view(shows("Chat", messageRoles="system, user")))["shown"].settings["writes"] == ["system", "user"]


def test_what_is_asked_of_each_message_of_a_chat_is_asked_of_its_role() -> None:
    config = view(shows("Chat", editable="false"),
                  view(choices("true", "false", name="held", perRegion="true"), visibleWhen="region-selected",
                       whenRole="assistant"), asks("Rating", "clear", perRegion="true"))

    assert lost(config) == []
    assert fields(config)["shown"].settings["writes"] == []
    assert fields(config)["shown"].attributes == (
        Attribute(name="held", sort="select", options=("true", "false"), labels=("assistant",)),
        Attribute(name="clear", sort="number", minimum=1, maximum=5))


def test_a_chat_that_is_only_read_is_no_question() -> None:
    assert list(fields(view(shows("Chat", editable="false"), choices("good", "bad")))) == ["which"]


def test_relations_go_between_all_that_is_marked() -> None:
    relations = '<Relations><Relation value="lies on"/><Relation value="owns"/></Relations>'
    made = fields(view(relations, labels("Labels", "river", "town"), shows("Text")))

    assert [(one.name, one.kind) for one in made.values()] == [("mark", "span"), ("relations", "relation")]
    assert [one.name for one in made["relations"].labels] == ["lies on", "owns"]
    assert lost(view(relations, choices("a"), shows("Text"))) != []


def test_an_alias_is_the_name_and_the_headings_before_a_question_are_its_help() -> None:
    config = view(shows("Text"), '<Header value="How is it?"/>', '<Choices name="which" toName="shown">'
                  '<Choice value="Very good" alias="good" hint="No fault"/><Choice value="Bad"/></Choices>')

    made = fields(config)["which"]
    assert (made.help, made.labels[0].name, made.labels[0].help) == ("How is it?", "good", "Very good · No fault")


def test_what_cannot_be_asked_is_told_with_its_line() -> None:
    config = '<View>\n<Audio name="a" value="$a"/>\n<Text name="t" value="$t"/>\n<Choices name="c" toName="a">\n' \
             '<Choice value="x"/></Choices>\n<Wizard name="w" toName="t"/>\n<Choices name="d" toName="t" magic="1">' \
             '<Choice value="y"/></Choices>\n</View>'

    assert lost(config) == [
        (2, "Audio", "Sound is not shown."), (4, "Choices", "It is not asked: sound is not shown."),
        (6, "Wizard", "The tag <Wizard> is not known."), (7, "Choices", "The attribute 'magic' is not known.")]


def test_a_question_that_cannot_work_is_left_out_and_told() -> None:
    config = view(shows("Text"), asks("Number", "age", min="9", max="1"), choices("a", "b"))

    assert list(fields(config)) == ["which"]
    assert lost(config) == [(1, "Number", "It cannot be asked so: The minimum 9 is above the maximum 1.")]


def test_a_configuration_of_nothing_that_is_shown_has_no_schema() -> None:
    found = convert(view(shows("Video"), choices("a", "b")))

    assert found.schema is None and len(found.remarks) == 2


@pytest.mark.parametrize(("text", "where"), [
    ("<View>\n<Text name='a'\n</View>", "line 3"), ("no xml", "line 1"), ("\n\n<View>", "line 3"),
    ("<!DOCTYPE x [<!ENTITY a 'b'>]>\n<View>&a;</View>", "line 1"), ("<View>" * 200, "line 1")])
def test_what_is_no_configuration_is_refused_with_its_line(text: str, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        convert(text)

    assert refused.value.where == where


NAMES = st.sampled_from(["a", "b", "shown", "which", "$x", "", "é 😀"])
TAGS = st.sampled_from(["View", "Text", "Image", "Choices", "Labels", "RectangleLabels", "Rectangle", "TextArea",
                        "Chat", "Choice", "Label", "Rating", "Taxonomy", "Ranker", "List", "Pairwise", "Header",
                        "Relations"])
KEYS = st.sampled_from(["name", "toName", "value", "perRegion", "visibleWhen", "whenTagName", "whenLabelValue",
                        "choice", "whenChoiceValue", "required", "alias", "maxRating"])
VALUES = st.one_of(NAMES, st.sampled_from(["true", "multiple", "choice-selected", "region-selected", "a,b", "9999"]))


def _xml(tag: str, attributes: dict[str, str], inside: list[str]) -> str:
    given_ = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{given_}>{''.join(inside)}</{tag}>"


TREES = st.recursive(st.builds(_xml, TAGS, st.dictionaries(KEYS, VALUES), st.just([])),
                     lambda inner: st.builds(_xml, TAGS, st.dictionaries(KEYS, VALUES), st.lists(inner, max_size=5)),
                     max_leaves=25)


@given(TREES)
def test_whatever_stands_in_it_the_schema_works_or_there_is_none(config: str) -> None:
    found: Converted = convert(config)

    if found.schema is not None:
        check_schema(found.schema)


def test_each_built_in_template_is_expressed_or_has_a_reason() -> None:
    assert len({(one.group, one.title) for one in TEMPLATES}) == len(TEMPLATES) == 69
    for one in TEMPLATES:
        found = convert(one.config)
        assert outcome(one, found) == "whole" or one.but or any(r.sort == "lost" for r in found.remarks), one.title


def test_the_page_on_label_studio_is_not_stale() -> None:
    text = PAGE.read_text(encoding="utf-8")

    assert page(text) == text, "Run: python -m tests.work.label_studio.builtin"
