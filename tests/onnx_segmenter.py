"""A segmenter of the form of SAM's ONNX exports that finds a region by its colour: a test can make it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from onnx import ModelProto, TensorProto, checker, helper, numpy_helper, save

SIDE = 64  # of the embedding, on a padded square of 1024 pixels
OPSET = [helper.make_opsetid("", 17)]


def encoder() -> ModelProto:
    """(1, 3, 1024, 1024) to (1, 3, 64, 64): the mean colour of 16 x 16 pixels."""
    given = helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 1024, 1024])
    out = helper.make_tensor_value_info("image_embeddings", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    mean = helper.make_node("AveragePool", ["image"], ["image_embeddings"], kernel_shape=[16, 16], strides=[16, 16])
    return _model([mean], [given], [out], [])


def decoder() -> ModelProto:
    """What is coloured like the first place shown.

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
               helper.make_tensor_value_info("iou_predictions", TensorProto.FLOAT, [1, 1])]
    constants = {
        "zero": np.array([0], np.int64), "one": np.array([1], np.int64), "cell": np.array(16, np.float32),
        "side": np.array(SIDE, np.int64), "flat": np.array([1, 3, SIDE * SIDE], np.int64),
        "square": np.array([1, 1, SIDE, SIDE], np.int64), "near": np.array(1.2, np.float32),
        "sure": np.array([[0.9]], np.float32), "channels": np.array([1], np.int64), "last": np.array(2, np.int64),
        "least": np.array(0, np.int64), "most": np.array(SIDE - 1, np.int64)}
    nodes = [
        helper.make_node("Slice", ["point_coords", "zero", "one", "one"], ["first"]),  # (1, 1, 2)
        helper.make_node("Div", ["first", "cell"], ["cells"]),
        helper.make_node("Floor", ["cells"], ["floored"]),
        helper.make_node("Cast", ["floored"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Clip", ["whole", "least", "most"], ["inside"]),
        helper.make_node("Split", ["inside"], ["x", "y"], axis=2),
        helper.make_node("Mul", ["y", "side"], ["row"]),
        helper.make_node("Add", ["row", "x"], ["at"]),  # (1, 1, 1)
        helper.make_node("Reshape", ["at", "one"], ["place"]),
        helper.make_node("Reshape", ["image_embeddings", "flat"], ["pixels"]),
        helper.make_node("Gather", ["pixels", "place"], ["colour"], axis=2),  # (1, 3, 1)
        helper.make_node("Sub", ["pixels", "colour"], ["off"]),
        helper.make_node("Abs", ["off"], ["far"]),
        helper.make_node("ReduceMax", ["far"], ["farthest"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["near", "farthest"], ["logits"]),
        helper.make_node("Reshape", ["logits", "square"], ["masks"]),
        helper.make_node("Identity", ["sure"], ["iou_predictions"]),
        *(helper.make_node("Identity", [name], [f"{name}_unused"])
          for name in ("point_labels", "mask_input", "has_mask_input", "orig_im_size"))]
    return _model(nodes, inputs, outputs, [numpy_helper.from_array(value, name) for name, value in constants.items()])


def _model(nodes, inputs, outputs, constants):  # type: ignore[no-untyped-def]
    graph = helper.make_graph(nodes, "made by a test", inputs, outputs, constants)
    model = helper.make_model(graph, opset_imports=OPSET, ir_version=8)
    checker.check_model(model)
    return model


def write_segmenter(data: Path, name: str = "by-colour") -> Path:
    """The model in a data folder, as an operator would put it there."""
    folder = data / "segmenters" / name
    folder.mkdir(parents=True)
    save(encoder(), folder / "encoder.onnx")
    save(decoder(), folder / "decoder.onnx")
    (folder / "segmenter.json").write_text(json.dumps({"title": "By colour", "version": "1"}))
    return folder
