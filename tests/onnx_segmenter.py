"""A segmenter of the form of SAM's ONNX exports that finds a region by its colour: a test can make it."""

from __future__ import annotations

from typing import Any

import httpx
import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

SIDE = 64  # of the embedding, on a padded square of 1024 pixels
OPSET = [helper.make_opsetid("", 17)]


def encoder() -> ModelProto:
    """(1, 3, 1024, 1024) to (1, 3, 64, 64): the mean colour of 16 x 16 pixels."""
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 1024, 1024])
    out = helper.make_tensor_value_info("image_embeddings", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    mean = helper.make_node("AveragePool", ["image"], ["image_embeddings"], kernel_shape=[16, 16], strides=[16, 16])
    return _model([mean], [given], [out], [])


def decoder() -> ModelProto:
    """What is coloured like the first place shown; told what it found before, that and what is like the last place.

    Its answer is coarse, on the padded square, as that of exports without a last resize: (1, 1, 64, 64) logits.
    """
    inputs = [
        helper.make_tensor_value_info("image_embeddings", TensorProto.FLOAT, [1, 3, SIDE, SIDE]),
        helper.make_tensor_value_info("point_coords", TensorProto.FLOAT, [1, "n", 2]),
        helper.make_tensor_value_info("point_labels", TensorProto.FLOAT, [1, "n"]),
        helper.make_tensor_value_info("mask_input", TensorProto.FLOAT, [1, 1, 256, 256]),
        helper.make_tensor_value_info("has_mask_input", TensorProto.FLOAT, [1]),
        helper.make_tensor_value_info("orig_im_size", TensorProto.FLOAT, [2]),
    ]
    outputs = [helper.make_tensor_value_info("masks", TensorProto.FLOAT, [1, 1, SIDE, SIDE]),
               helper.make_tensor_value_info("iou_predictions", TensorProto.FLOAT, [1, 1]),
               helper.make_tensor_value_info("low_res_masks", TensorProto.FLOAT, [1, 1, 4 * SIDE, 4 * SIDE])]
    constants = {
        "zero": np.array([0], np.int64), "one": np.array([1], np.int64), "cell": np.array(16, np.float32),
        "side": np.array(SIDE, np.int64), "flat": np.array([1, 3, SIDE * SIDE], np.int64),
        "square": np.array([1, 1, SIDE, SIDE], np.int64), "near": np.array(1.2, np.float32),
        "sure": np.array([[0.9]], np.float32), "least": np.array(0, np.int64), "most": np.array(SIDE - 1, np.int64),
        "before_last": np.array([-2], np.int64), "last": np.array([-1], np.int64), "unit": np.array([1], np.float32),
        "four": np.array([1, 1, 4, 4], np.float32)}
    nodes = [
        helper.make_node("Reshape", ["image_embeddings", "flat"], ["pixels"]),
        *_like("first", "zero", "one"), *_like("second", "before_last", "last"),
        helper.make_node("AveragePool", ["mask_input"], ["before"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Max", ["before", "second"], ["both"]),
        helper.make_node("Mul", ["both", "has_mask_input"], ["told"]),
        helper.make_node("Sub", ["unit", "has_mask_input"], ["has_none"]),
        helper.make_node("Mul", ["first", "has_none"], ["untold"]),
        helper.make_node("Add", ["told", "untold"], ["masks"]),
        helper.make_node("Resize", ["masks", "", "four"], ["low_res_masks"], mode="nearest"),
        helper.make_node("Identity", ["sure"], ["iou_predictions"]),
        *(helper.make_node("Identity", [name], [f"{name}_unused"]) for name in ("point_labels", "orig_im_size"))]
    return _model(nodes, inputs, outputs, [numpy_helper.from_array(value, name) for name, value in constants.items()])


def _like(name: str, start: str, end: str) -> list[NodeProto]:
    """Logits, called `name`, of what is coloured like one of the places."""
    n = name
    return [
        helper.make_node("Slice", ["point_coords", start, end, "one"], [f"{n}_place"]),  # (1, 1, 2)
        helper.make_node("Div", [f"{n}_place", "cell"], [f"{n}_cells"]),
        helper.make_node("Floor", [f"{n}_cells"], [f"{n}_floored"]),
        helper.make_node("Cast", [f"{n}_floored"], [f"{n}_whole"], to=TensorProto.INT64),
        helper.make_node("Clip", [f"{n}_whole", "least", "most"], [f"{n}_inside"]),
        helper.make_node("Split", [f"{n}_inside"], [f"{n}_x", f"{n}_y"], axis=2),
        helper.make_node("Mul", [f"{n}_y", "side"], [f"{n}_row"]),
        helper.make_node("Add", [f"{n}_row", f"{n}_x"], [f"{n}_cell"]),  # (1, 1, 1)
        helper.make_node("Reshape", [f"{n}_cell", "one"], [f"{n}_at"]),
        helper.make_node("Gather", ["pixels", f"{n}_at"], [f"{n}_colour"], axis=2),  # (1, 3, 1)
        helper.make_node("Sub", ["pixels", f"{n}_colour"], [f"{n}_off"]),
        helper.make_node("Abs", [f"{n}_off"], [f"{n}_far"]),
        helper.make_node("ReduceMax", [f"{n}_far"], [f"{n}_farthest"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["near", f"{n}_farthest"], [f"{n}_logits"]),
        helper.make_node("Reshape", [f"{n}_logits", "square"], [n])]


def _model(nodes, inputs, outputs, constants):  # type: ignore[no-untyped-def]
    graph = helper.make_graph(nodes, "made by a test", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8)
    checker.check_model(model)
    return model


def files() -> tuple[bytes, bytes]:
    """The encoder's and the decoder's file."""
    return encoder().SerializeToString(), decoder().SerializeToString()


def send_segmenter(manager: httpx.Client, name: str = "By colour", **settings: Any) -> httpx.Response:
    """The model as a manager brings it: both files sent, then named."""
    hashes = {}
    for what, raw in zip(("encoder_sha256", "decoder_sha256"), files(), strict=True):
        hashes[what] = manager.post("/api/predictors/files", content=raw).json()["sha256"]
    return manager.post("/api/predictors", json={
        "name": name, "version": "1", "sort": "segmenter", "settings": {**hashes, **settings}}, timeout=120)
