"""Models in ONNX, made by the test: a classifier and detectors, on pictures of one colour."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.models import Access, Asked, Closed, Prediction, Sample
from goldsmith.models.onnx.boxes import Found, without_doubles
from goldsmith.models.onnx.model import OnnxSettings, open_model

onnx = pytest.importorskip("onnx")
COLOURS = ("red", "green", "blue")


def graph(nodes: list[Any], constants: dict[str, Any], outputs: dict[str, tuple[int, ...]]) -> bytes:
    """A model of one picture of 8 × 8 pixels, as a file."""
    helper, tensor = onnx.helper, onnx.TensorProto
    made = helper.make_graph(
        nodes, "made", [helper.make_tensor_value_info("pixels", tensor.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info(name, tensor.FLOAT, list(shape)) for name, shape in outputs.items()],
        [onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()])  # fmt: skip
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    return bytes(model.SerializeToString())


def classifier() -> bytes:
    """Ten times the mean of each channel, as scores of red, green and blue."""
    mean = onnx.helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[2, 3], keepdims=0)
    return graph([mean, onnx.helper.make_node("Mul", ["mean", "ten"], ["scores"])],
                 {"ten": np.float32(10)}, {"scores": (1, 3)})  # fmt: skip


def detector(*outputs: Any) -> bytes:
    """The same boxes in each picture."""
    names = [f"out{i}" for i in range(len(outputs))]
    zero = onnx.helper.make_node("ReduceMin", ["pixels"], ["least"], keepdims=0)
    none = onnx.helper.make_node("Mul", ["least", "zero"], ["none"])
    nodes = [onnx.helper.make_node("Add", [f"c{i}", "none"], [name]) for i, name in enumerate(names)]
    tables = [np.asarray(one, np.float32) for one in outputs]
    constants = {"zero": np.float32(0), **{f"c{i}": table for i, table in enumerate(tables)}}
    return graph([zero, none, *nodes], constants, {n: t.shape for n, t in zip(names, tables, strict=True)})


def picture(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (80, 40), colour).save(file, "PNG")
    return file.getvalue()


def opened(raw: bytes, colour: str = "red", **more: Any) -> tuple[Any, Sample, OnnxSettings]:
    blobs = {hashlib.sha256(one).hexdigest(): one for one in (raw, picture(colour))}
    read: Callable[[str], bytes] = blobs.__getitem__
    model_sha, picture_sha = blobs
    settings = OnnxSettings(file_sha256=model_sha, width=8, height=8, **more)
    facts = AssetFacts(sha256=picture_sha, media_type="image/png", size_bytes=1, width_px=80, height_px=40)
    return open_model(settings, Access(secret="", read=read)), Sample(
        item_id="i", item=ItemData(assets={"image": facts})), settings


def asked(kind: str, *labels: str) -> Asked:
    fields = (Field(name="what", kind=kind, labels=tuple(Label(name=one) for one in labels)),)
    return Asked(schema=LabelSchema(fields=fields))


@pytest.mark.parametrize("colour", COLOURS)
def test_a_classifier_names_the_label_of_its_surest_class(colour: str) -> None:
    shade = {"red": "#f00", "green": "#0f0", "blue": "#00f"}[colour]
    model, sample, _ = opened(classifier(), shade, field="what", labels=COLOURS)

    (found,) = model.predict([sample], asked("choice", *COLOURS))

    assert [one["label"] for one in found.value["what"]] == [colour]
    assert found.scores[colour] > 0.99 and sum(found.shares["what"].values()) == pytest.approx(1)


def test_what_goes_in_is_scaled_and_normalised_as_the_manifest_says() -> None:
    plain, sample, _ = opened(classifier(), "#800000", field="what", labels=COLOURS)
    shifted, _, _ = opened(classifier(), "#800000", field="what", labels=COLOURS, mean=(128 / 255, 0.0, 0.0))

    (one,), (other,) = (model.predict([sample], asked("choice", *COLOURS)) for model in (plain, shifted))

    assert one.shares["what"]["red"] > 0.9
    assert other.shares["what"]["red"] == pytest.approx(1 / 3, abs=0.01)


@pytest.mark.parametrize(("layout", "outputs"), [
    ("columns", [[[[2.0, 2.1, 6.0], [4.0, 4.0, 4.0], [2.0, 2.0, 2.0], [4.0, 4.0, 4.0],
                   [0.9, 0.8, 0.1], [0.0, 0.0, 0.1]]]]),
    ("rows", [[[[2, 4, 2, 4, 0.9, 1.0, 0.0], [2.1, 4, 2, 4, 0.8, 1.0, 0.0], [6, 4, 2, 4, 0.1, 1.0, 1.0]]]]),
    ("parts", [[[1.0, 2, 3, 6], [1.1, 2, 3.1, 6]], [0.9, 0.8], [0.0, 0.0]]),
])  # fmt: skip
def test_a_detectors_boxes_are_in_the_pictures_pixels_and_none_is_there_twice(layout: Any, outputs: Any) -> None:
    model, sample, _ = opened(detector(*outputs), field="what", labels=("cat", "dog"), task="detect", boxes=layout)

    (found,) = model.predict([sample], asked("box", "cat", "dog"))

    (box,) = found.value["what"]
    place = [box[name] for name in ("x_px", "y_px", "width_px", "height_px")]
    assert place == pytest.approx([10, 10, 20, 20], abs=1e-4)
    assert (box["label"], box["asset"]) == ("cat", "image")
    assert list(found.scores.values()) == pytest.approx([0.9])


def test_boxes_of_other_labels_may_overlap() -> None:
    box = {"left": 0.0, "top": 0.0, "right": 4.0, "bottom": 4.0}
    same, other = Found(**box, label=0, score=0.5), Found(**box, label=1, score=0.4)

    assert without_doubles([same, other, Found(**box, label=0, score=0.9)], 0.5) == [
        Found(**box, label=0, score=0.9), other]  # fmt: skip


def test_a_file_that_is_no_model_and_labels_that_do_not_fit_are_told() -> None:
    with pytest.raises(Closed, match="no model that can be run"):
        opened(b"not onnx", field="what", labels=("a",))
    model, sample, _ = opened(classifier(), field="what", labels=("red", "green"))
    with pytest.raises(Closed, match="3 classes"):
        model.predict([sample], asked("choice", "red", "green"))


def test_a_model_may_only_say_what_pictures_are_like() -> None:
    model, sample, settings = opened(classifier(), "#f00", task="embed")

    (row,) = model.embed([sample.item])

    assert row == pytest.approx([1, 0, 0]) and settings.file_sha256[:16] in model.name
    assert model.embed([ItemData(data={"text": "no picture"})]) == [None]
    with pytest.raises(Closed, match="answers no question"):
        model.predict([sample], asked("choice", *COLOURS))


def test_a_label_that_the_schema_has_not_is_left_out() -> None:
    model, sample, _ = opened(classifier(), "#f00", field="what", labels=COLOURS)

    (found,) = model.predict([sample], asked("choice", "green", "blue"))

    assert isinstance(found, Prediction) and "red" not in found.shares["what"]


def test_how_it_is_says_what_goes_in_and_out() -> None:
    model, _, _ = opened(classifier(), field="what", labels=COLOURS)

    assert model.check() == "1×3×8×8 → 1×3"
