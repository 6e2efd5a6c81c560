"""Label Studio JSON as that tool writes it: read with all that it has beside our own, and what is not read is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from goldsmith.arrivals import Arrival, Options, Rejection, read_arrivals
from goldsmith.core.dataset import Record
from goldsmith.core.item import ItemData
from goldsmith.core.schema import Attribute, Field, LabelSchema
from goldsmith.formats import label_studio
from goldsmith.formats._label_studio_runs import bitmap_of_runs, runs_of_bitmap
from goldsmith.kinds import value_problems
from goldsmith.kinds.box.kind import Box
from goldsmith.kinds.choice.kind import Choice
from goldsmith.kinds.group.kind import ObjectGroup
from goldsmith.kinds.mask.kind import Mask, bitmap_of
from goldsmith.kinds.message.kind import Message
from goldsmith.kinds.rating.kind import Rating
from goldsmith.kinds.relation.kind import Relation
from goldsmith.kinds.rotated_box.kind import RotatedBox
from goldsmith.kinds.rotated_box.turned import corners
from goldsmith.kinds.span.kind import Span
from tests.formats.made import box, facts, field, span

W, H = 400, 200


def region(type_: str, value: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A region as the tool writes it; the name of what it is about is not the data's key."""
    return {"id": "a1", "from_name": "mark", "to_name": "img", "type": type_, "original_width": W, "original_height": H,
            "image_rotation": 0, "origin": "manual", "value": value} | more


def answer(*results: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 7, "completed_by": 3, "was_cancelled": False, "lead_time": 4.2, "result": list(results),
            "result_count": len(results), "updated_at": "2026-03-01T10:00:00Z"} | more


def read(folder: Path, tasks: Any, name: str = "project-3-at-2026.json") -> tuple[list[Record], list[tuple[str, str]]]:
    (folder / name).write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    told: list[tuple[str, str]] = []
    return list(label_studio.read(folder, lambda place, reason: told.append((place, reason)))), told


def one(folder: Path, *results: dict[str, Any], **data: Any) -> Record:
    (record,), told = read(folder, [{"id": 1, "data": data or {"photo": "/data/upload/3/0a1b2c3d-street.jpg"},
                                     "annotations": [answer(*results)], "predictions": []}])
    assert told == []
    return record


def test_a_picture_of_an_upload_and_its_box_come_in_pixels(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "0a1b2c3d-street.jpg").write_bytes(b"x")

    value = {"x": 25, "y": 50, "width": 10, "height": 20, "rotation": 0, "rectanglelabels": ["Car"]}
    record = one(tmp_path, region("rectanglelabels", value))

    assert record.item.assets["photo"].file_name == "images/0a1b2c3d-street.jpg"
    assert (record.item.assets["photo"].width_px, record.item.data) == (W, {})
    assert record.value["mark"] == (
        Box(id="a1", label="Car", asset="photo", x_px=100, y_px=100, width_px=40, height_px=40),)


def test_a_turned_rectangle_turns_about_its_corner(tmp_path: Path) -> None:
    value = {"x": 50, "y": 50, "width": 10, "height": 10, "rotation": 90, "rectanglelabels": ["Car"]}
    (made,) = one(tmp_path, region("rectanglelabels", value)).value["mark"]

    assert isinstance(made, RotatedBox) and made.angle_deg == 90
    assert np.allclose(corners(made), [(200, 100), (200, 140), (180, 140), (180, 100)])


@pytest.mark.parametrize(("type_", "value", "kind"), [
    ("polygonlabels", {"points": [[0, 0], [50, 0], [50, 50]], "polygonlabels": ["a"]}, "Polygon"),
    ("ellipselabels", {"x": 50, "y": 50, "radiusX": 5, "radiusY": 9, "rotation": 0, "ellipselabels": ["a"]}, "Ellipse"),
    ("keypointlabels", {"x": 50, "y": 50, "width": 0.4, "keypointlabels": ["a"]}, "Point"),
    ("vectorlabels", {"vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 9}], "closed": False, "vectorlabels": ["a"]},
     "Polyline")])
def test_other_regions_are_read(tmp_path: Path, type_: str, value: dict[str, Any], kind: str) -> None:
    (made,) = one(tmp_path, region(type_, value)).value["mark"]

    assert (type(made).__name__, made.label, made.asset) == (kind, "a", "photo")


def test_labels_and_what_is_asked_of_a_region_stand_in_results_of_their_own(tmp_path: Path) -> None:
    place = {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0}
    record = one(tmp_path, region("rectangle", place, from_name="bbox"),
                 region("labels", place | {"labels": ["Print"]}, from_name="sort"),
                 region("textarea", place | {"text": ["Line 1", "Line 2"]}, from_name="read"),
                 region("rating", place | {"rating": 4}, from_name="clear"),
                 region("choices", place | {"choices": ["wet", "torn"]}, from_name="state"))

    (made,) = record.value["bbox"]
    assert list(record.value) == ["bbox"] and made.label == "Print"
    assert made.attributes == {"read": "Line 1\nLine 2", "clear": 4, "state: wet": True, "state: torn": True}


def test_offsets_in_a_text_are_code_points_where_emoji_stand_too(tmp_path: Path) -> None:
    text = "👩‍👩‍👧 😀 Ada שלום"
    start = text.index("Ada")
    value = {"start": start, "end": start + 3, "text": "Ada", "labels": ["PER"]}
    result = {"id": "t", "from_name": "ner", "to_name": "t1", "type": "labels", "value": value}
    record = one(tmp_path, result, text=text)

    (made,) = record.value["ner"]
    assert isinstance(made, Span) and made.asset == "text" and text[made.start:made.end] == "Ada"


def test_answers_without_a_place_are_read(tmp_path: Path) -> None:
    def form(type_: str, value: dict[str, Any], name: str, to: str = "t1") -> dict[str, Any]:
        return {"id": name, "from_name": name, "to_name": to, "type": type_, "value": value}

    value = one(tmp_path, form("choices", {"choices": ["glad", "calm"]}, "mood"),
                form("rating", {"rating": 4}, "stars"),
                form("taxonomy", {"taxonomy": [["tree", "oak"], ["tree"]]}, "kind"),
                form("number", {"number": 2.5}, "height"), form("textarea", {"text": ["So it is."]}, "gist"),
                form("pairwise", {"selected": "right"}, "better", "left,right"),
                form("ranker", {"ranker": {"order": ["b", "a"]}}, "order"),
                form("paragraphlabels", {"start": "2", "end": "2", "paragraphlabels": ["rude"]}, "said"),
                text="x", left="l", right="r", talk=[{"role": "user", "content": "hi"}]).value

    assert value["mood"] == (Choice(id="mood", label="glad"), Choice(id="mood-1", label="calm"))
    assert value["stars"] == (Rating(id="stars", label="stars", level=4, levels=5),)
    assert [o.label for o in value["kind"]] == ["tree > oak", "tree"]
    told = {name: json.loads(json.dumps([getattr(value[name][0], key) for key in keys])) for name, keys in (
        ("height", ["number"]), ("gist", ["text"]), ("better", ["chosen", "shown"]), ("order", ["order"]),
        ("said", ["step", "label"]))}
    assert told == {"height": [2.5], "gist": ["So it is."], "better": ["right", ["left", "right"]],
                    "order": [[["b"], ["a"]]], "said": [3, "rude"]}


def test_relations_go_from_region_to_region(tmp_path: Path) -> None:
    def arrow(direction: str, *names: str) -> dict[str, Any]:
        return {"type": "relation", "from_id": "a", "to_id": "b", "direction": direction, "labels": list(names)}

    words = [{"id": name, "from_name": "ner", "to_name": "t", "type": "labels",
              "value": {"start": at, "end": at + 1, "labels": ["X"]}} for at, name in enumerate("ab")]
    made = one(tmp_path, *words, arrow("right", "owns"), arrow("left"), text="ab").value["relations"]

    assert [(r.label, r.source, r.target) for r in made if isinstance(r, Relation)] == [
        ("owns", "a", "b"), ("relations", "b", "a")]


def test_regions_that_lie_under_others_are_relations_or_groups_or_told(tmp_path: Path) -> None:
    place = {"x": 0, "y": 0, "width": 50, "height": 50, "rotation": 0, "rectanglelabels": ["Page"]}
    page, line, word = (region("rectanglelabels", place, id=name) for name in ("page", "line", "word"))
    both = {"type": "relation", "from_id": "line", "to_id": "word", "direction": "bi", "labels": ["near"]}
    tasks = [{"id": 1, "data": {"photo": "a.png"}, "annotations": [
        answer(page, line | {"parentID": "page"}, word | {"parentID": "line"}, both)]}]
    (tmp_path / "export").mkdir()
    Image.new("RGB", (W, H)).save(tmp_path / "export" / "a.png")
    read(tmp_path / "export", tasks)
    marks = field("mark", "box", "photo", "Page")
    held = {"relation": field("ties", "relation", "", "parent", "near", settings={"symmetric": ["near"]}),
            "group": field("chains", "group", "", "Page")}

    for name, joining in held.items():
        asked = Options(format="label_studio", fields=(marks, joining))
        taken = list(read_arrivals(tmp_path / "export", "export", work=tmp_path / "work", options=asked))
        (arrival,), told = [o for o in taken if isinstance(o, Arrival)], [o for o in taken if isinstance(o, Rejection)]
        value = arrival.value or {}
        assert value_problems(value, LabelSchema(fields=(marks, joining)), arrival.item) == []
        if name == "relation":
            ties = [(o.label, o.source, o.target) for o in value["ties"] if isinstance(o, Relation)]
            assert ties == [("near", "line", "word"), ("parent", "line", "page"), ("parent", "word", "line")]
            assert told == []
        else:
            assert [o.members for o in value["chains"] if isinstance(o, ObjectGroup)] == [("page", "line", "word")]
            assert [o.reason for o in told] == ["The schema has no field for 2 relation label(s)."]
    plain = Options(format="label_studio", fields=(marks,))
    reasons = [o.reason for o in read_arrivals(tmp_path / "export", "export", work=tmp_path / "work", options=plain)
               if isinstance(o, Rejection)]
    assert "2 region(s) lie under others, and the schema has no field that says so." in reasons


def test_a_relation_to_a_region_that_is_not_read_is_told_and_the_item_comes(tmp_path: Path) -> None:
    words = [{"id": name, "from_name": "ner", "to_name": "text", "type": "labels",
              "value": {"start": at, "end": at + 1, "labels": ["X"]}} for at, name in enumerate("ab")]
    lost = {"type": "relation", "from_id": "a", "to_id": "gone", "direction": "right", "labels": ["owns"]}
    read(tmp_path, [{"id": 1, "data": {"text": "ab"}, "annotations": [answer(*words, lost)]}])

    asked = Options(format="label_studio", fields=(field("ner", "span", "text", "X"),
                                                   field("relations", "relation", "", "owns")))
    path = tmp_path / "project-3-at-2026.json"
    arrival, told = read_arrivals(path, path.name, work=tmp_path / "work", options=asked)

    assert isinstance(arrival, Arrival) and list(arrival.value or {}) == ["ner"]
    assert isinstance(told, Rejection) and told.reason == "relations: 1 relation(s) join what did not come in."


def test_groups_and_nested_regions_are_written_so_that_both_tools_see_them(tmp_path: Path) -> None:
    def ends(one: dict[str, Any]) -> tuple[str, ...]:
        return one["from_id"], one["to_id"], one["direction"]

    schema = LabelSchema(fields=(field("names", "span", "text", "PER"), field("chains", "group", "", "same"),
                                 field("ties", "relation", "", "parent", "near", settings={"symmetric": ["near"]})))
    ties = (Relation(id="r", label="parent", source="s2", target="s0"),
            Relation(id="q", label="near", source="s0", target="s4"))
    value = {"names": (span(0, 1), span(2, 3), span(4, 5)), "ties": ties,
             "chains": (ObjectGroup(id="g", label="same", members=("s0", "s2", "s4")),)}
    record = Record(item_id="i", item=ItemData(data={"text": "a b c"}), value=value)

    report = label_studio.write([record], tmp_path, schema)
    (task,) = json.loads((tmp_path / "label_studio.json").read_text())
    results = task["annotations"][0]["result"]

    assert [one.get("parentID") for one in results if one["type"] == "labels"] == [None, "s0", None]
    assert [ends(one) for one in results if one["type"] == "relation"] == [
        ("s2", "s0", "right"), ("s0", "s4", "bi"), ("s0", "s2", "bi"), ("s0", "s4", "bi")]
    assert list(label_studio.read(tmp_path)) == [record]
    assert report.losses == {"group made relations": 1}


def turn(role: Any, content: Any, at: int, **more: Any) -> dict[str, Any]:
    said = {"role": role, "content": content, "timestamp": at}
    return {"id": f"t{at}", "from_name": "chat", "to_name": "chat", "type": "chatmessage",
            "value": {"chatmessage": said}} | more


def test_turns_of_a_chat_follow_what_the_task_brings_in_the_order_in_which_they_were_said(tmp_path: Path) -> None:
    kind_one = {"id": "t1", "from_name": "tone", "to_name": "chat", "type": "choices", "value": {"choices": ["kind"]}}
    made = one(tmp_path, turn("assistant", "Hello.", 2), turn("user", "Hi.", 1), kind_one,
               dialog=[{"role": "developer", "content": "Be brief."}]).value["chat"]

    assert [(m.label, m.text, m.given, m.parent) for m in made if isinstance(m, Message)] == [
        ("system", "Be brief.", 1, ""), ("user", "Hi.", 0, "given-chat-1"), ("assistant", "Hello.", 0, "t1")]
    assert [m.attributes for m in made] == [{}, {"tone": "kind"}, {}]


def test_wrong_messages_of_a_chat_are_told_with_their_place_and_the_rest_is_read(tmp_path: Path) -> None:
    dialog = [{"author": "Ana", "text": "Hi"}]
    given = [turn("narrator", "Once", 1), turn("user", 7, 2), turn("user", "Well?", 3)]
    (record,), told = read(tmp_path, [{"id": 1, "data": {"dialog": dialog}, "annotations": [answer(*given)]}])

    assert [m.text for m in record.value["chat"] if isinstance(m, Message)] == ["Well?"]
    assert [place.partition(" ")[2] for place, _ in told] == ["result t1", "result t2", "data.dialog"]


def test_a_conversation_goes_out_as_a_chat_and_comes_back(tmp_path: Path) -> None:
    asked = field("chat", "message", "", "user", "assistant",
                  settings={"prompt": "dialog", "writes": ["user", "assistant"]})
    text = '[ {"role": "user", "content": "Why?"} ]'
    brought = Message(id="given-chat-1", label="user", text="Why?", given=1, asset="dialog")
    said = Message(id="m", label="assistant", text="So.", parent="given-chat-1", rating=4, scale=5)
    other = Message(id="n", label="assistant", text="No.", parent="given-chat-1")
    value = {"chat": (brought, other, said)}

    report = label_studio.write([Record(item_id="i", item=ItemData(data={"dialog": text}), value=value)], tmp_path,
                                LabelSchema(fields=(asked,)))
    (task,) = json.loads((tmp_path / "label_studio.json").read_text())
    (back,) = label_studio.read(tmp_path)

    assert task["data"] == {"dialog": [{"role": "user", "content": "Why?"}]}
    assert [one["value"] for one in task["annotations"][0]["result"]] == [
        {"chatmessage": {"role": "assistant", "content": "So."}}]
    assert (back.item.data, back.value) == ({"dialog": text}, {"chat": (brought, said)})
    assert (report.objects, report.losses) == (2, {"message of a branch not taken": 1, "judgement of a message": 1})


def test_lists_in_the_data_become_json_text(tmp_path: Path) -> None:
    record = one(tmp_path, text="x", talk=[{"role": "user", "content": "é"}], n=3, none=None)

    assert record.item == ItemData(data={"text": "x", "talk": '[{"role":"user","content":"é"}]', "n": 3, "none": None})


def test_of_several_annotations_one_is_taken_and_the_rest_is_told(tmp_path: Path) -> None:
    def said(label: str, **more: Any) -> dict[str, Any]:
        return answer({"id": label, "from_name": "mood", "to_name": "t", "type": "choices",
                       "value": {"choices": [label]}}, **more)

    newest = [said("old", updated_at="2026-01-01T00:00:00Z"), said("new", updated_at="2026-02-01T00:00:00Z"),
              said("gone", was_cancelled=True, updated_at="2026-03-01T00:00:00Z")]
    (first, second), told = read(tmp_path, [
        {"id": 1, "data": {"text": "a"}, "annotations": newest, "drafts": [{}, {}], "predictions": [{"result": []}]},
        {"id": 2, "data": {"text": "b"}, "annotations": [said("sure", ground_truth=True, updated_at="2020"), *newest]}])

    assert [first.value["mood"][0].label, second.value["mood"][0].label] == ["new", "sure"]
    assert sorted(reason for place, reason in told if "[0]" in place) == [
        "not read: annotation beside the one taken", "not read: cancelled annotation", "not read: draft (2)"]


def test_predictions_are_told_apart_by_their_model_and_say_how_sure_it_is(tmp_path: Path) -> None:
    Image.new("RGB", (W, H)).save(tmp_path / "street.png")
    place = {"x": 25, "y": 50, "width": 10, "height": 20, "rectanglelabels": ["Car"]}
    seen = {"id": "a", "from_name": "mark", "to_name": "img", "type": "rectanglelabels", "value": place, "score": 0.4}
    unsure = seen | {"id": "b", "score": None}
    guesses = [{"model_version": "old", "result": [seen]}, {"model_version": "v2", "result": [seen]},
               {"model_version": "v2", "score": 0.7, "result": [seen, unsure, {"no": "type"}]}, 17]

    (record,), told = read(tmp_path, [{"id": 1, "data": {"photo": "street.png"}, "predictions": guesses}])

    assert record.value == {} and [one.by for one in record.predictions] == ["old", "v2"]
    newest = record.predictions[1]
    car = Box(id="a", label="Car", asset="photo", x_px=100, y_px=100, width_px=40, height_px=40)  # by the file's size
    assert newest.value["mark"][0] == car and newest.scores == {"a": 0.4, "b": 0.7}
    assert [place.partition("[0]")[2] for place, _ in told] == [" predictions[2].result[2]", " predictions[3]", ""]
    assert told[-1][1] == "not read: earlier prediction of v2"


def test_what_cannot_be_read_is_told_with_its_place_and_the_rest_goes_on(tmp_path: Path) -> None:
    flat = {"x": 0, "y": 0, "width": 0, "height": 1}
    bad = [region("videorectangle", {"sequence": []}), region("rectanglelabels", flat, id="b"),
           region("brushlabels", {"format": "rle", "rle": [0, 0, 0, 1], "brushlabels": ["a"]}, id="c"),
           region("timeserieslabels", {"start": 1, "end": 2}, id="d"), "no result"]
    second = {"id": 2, "data": {"photo": "a.jpg"}, "annotations": [answer(*bad)]}
    records, told = read(tmp_path, [{"no": "data"}, second, {"id": 3, "data": {"text": "x"}}])

    assert [r.item_id for r in records] == ["2", "3"] and all(r.value == {} for r in records)
    assert len(told) == 6 and all(place.startswith("project-3-at-2026.json[") for place, _ in told)


@pytest.mark.parametrize("text", ["{}", '[{"data": {}}', "no json", ""])
def test_what_is_no_list_of_tasks_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    told: list[str] = []

    list(label_studio.read(tmp_path / "a.json", lambda place, reason: told.append(reason)))
    assert len(told) == 1


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32), st.floats(0, 1))
def test_a_mask_comes_back_pixel_by_pixel(width: int, height: int, seed: int, share: float) -> None:
    bitmap = np.random.default_rng(seed).random((height, width)) < share

    assert np.array_equal(bitmap_of_runs(runs_of_bitmap(bitmap), width, height), bitmap)


def test_words_that_are_not_repeated_are_read_too() -> None:
    packed = "".join([f"{8:032b}", f"{7:05b}", *(f"{size - 1:04b}" for size in (3, 4, 8, 16)),
                      "0", "00", f"{7:03b}", *(f"{word:08b}" for word in (0, 0, 0, 0, 9, 9, 9, 255))])
    packed += "0" * (-len(packed) % 8)

    assert bitmap_of_runs(list(int(packed, 2).to_bytes(len(packed) // 8, "big")), 2, 1).tolist() == [[False, True]]


def test_a_mask_of_an_export_is_placed_in_its_picture(tmp_path: Path) -> None:
    ground = np.zeros((H, W), dtype=np.bool_)
    ground[50:60, 30:45] = True
    value = {"format": "rle", "rle": runs_of_bitmap(ground), "brushlabels": ["roof"]}
    (made,) = one(tmp_path, region("brushlabels", value)).value["mark"]

    assert isinstance(made, Mask)
    assert (made.x_px, made.y_px, made.width_px, made.height_px, bool(bitmap_of(made).all())) == (30, 50, 15, 10, True)


def test_what_is_written_has_the_form_that_label_studio_reads(tmp_path: Path) -> None:
    boxes = Field(name="boxes", kind="box", labels=field("b", "box", "image", "dog").labels, asset="image",
                  attributes=(Attribute(name="side", sort="select", options=("left", "right")),))
    schema = LabelSchema(fields=(boxes, field("names", "span", "text", "PER")))
    item = ItemData(data={"text": "😀 Ada"}, assets={"image": facts("a.jpg")})
    value = {"boxes": (box(attributes={"side": "left"}),), "names": (span(2, 5),)}

    label_studio.write([Record(item_id="i", item=item, value=value)], tmp_path, schema)
    (task,) = json.loads((tmp_path / "label_studio.json").read_text())
    first, second, third = task["annotations"][0]["result"]

    assert task["data"] == {"text": "😀 Ada", "image": "a.jpg"} and task["predictions"] == []
    assert {key: first[key] for key in ("id", "from_name", "to_name", "type", "original_width", "original_height")} == {
        "id": "b1", "from_name": "boxes", "to_name": "image", "type": "rectanglelabels", "original_width": 100,
        "original_height": 80}
    assert first["value"] == {"x": 10, "y": 25, "width": 30, "height": 50, "rotation": 0, "rectanglelabels": ["dog"]}
    assert (second["id"], second["from_name"], second["value"]) == ("b1", "side", {"choices": ["left"]})
    assert third["value"] == {"start": 2, "end": 5, "text": "Ada", "labels": ["PER"]}


def test_an_export_comes_into_a_project_with_its_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "images").mkdir(parents=True)
    Image.new("RGB", (W, H)).save(folder / "images" / "0a1b2c3d-street.jpg")
    value = {"x": 25, "y": 50, "width": 10, "height": 20, "rotation": 0, "rectanglelabels": ["Car"]}
    read(folder, [{"id": 1, "data": {"photo": "/data/upload/3/0a1b2c3d-street.jpg"},
                   "annotations": [answer(region("rectanglelabels", value))]}])

    options = Options(format="label_studio", fields=(field("mark", "box", "photo", "Car"),))
    found = list(read_arrivals(folder, "export", work=tmp_path / "work", options=options))

    assert [one_ for one_ in found if isinstance(one_, Rejection)] == []
    (arrival,) = [one_ for one_ in found if isinstance(one_, Arrival)]
    assert arrival.value is not None and arrival.value["mark"][0].label == "Car"
