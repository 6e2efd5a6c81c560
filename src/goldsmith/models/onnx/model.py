"""Models in ONNX, run here on the processor: classifiers and detectors of pictures, described by a small manifest."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from goldsmith.core.errors import NotFound
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.models import Access, Answer, Asked, Closed, Json, Prediction, Refused, Sample
from goldsmith.models.onnx.boxes import Found, of_columns, of_parts, of_rows, without_doubles

AT_ONCE = 8
SIDE_MOST, LABELS_MOST, PIXELS_MOST = 4096, 10_000, 100_000_000
Floats = NDArray[np.float32]


class OnnxSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file, what goes into it, and what its output means."""

    file_sha256: str
    field: str = ""  # of the schema, that it answers
    labels: tuple[str, ...] = ()  # of the model's classes, in their order; "": one that is left out
    task: Literal["classify", "detect", "embed"] = "classify"  # embed: it only says what pictures are like
    key: str = ""  # the picture of an item; empty: the first
    width: int = 224
    height: int = 224
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    scale: float = 255.0  # pixel values are divided by it first
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)  # then this is taken off, of red, green and blue
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)  # and they are divided by this
    boxes: Literal["columns", "rows", "parts"] = "columns"  # how a detector's output is laid out
    least: float = 0.25  # score of what is found
    overlap_most: float = 0.5  # of two boxes of one label; of more the surer one stays

    def __post_init__(self) -> None:
        if len(self.file_sha256) != 64:
            raise ValueError("Send the model's file first.")
        if self.task != "embed" and not self.field:
            raise ValueError("Name the field that it answers.")
        if (self.task != "embed" and not self.labels) or len(self.labels) > LABELS_MOST:
            raise ValueError(f"A model has 1 to {LABELS_MOST:,} labels, in the order of its classes.")
        if not (8 <= self.width <= SIDE_MOST and 8 <= self.height <= SIDE_MOST):
            raise ValueError(f"A picture goes in with 8 to {SIDE_MOST} pixels a side.")
        if self.scale <= 0 or any(one <= 0 for one in self.std):
            raise ValueError("Nothing can be divided by 0 or less.")
        if not (0 <= self.least <= 1 and 0 <= self.overlap_most <= 1):
            raise ValueError("A score is 0 to 1.")


settings = OnnxSettings


def lacks() -> str:
    """What is to be installed first; empty: nothing."""
    return "" if importlib.util.find_spec("onnxruntime") else "Install it first: pip install 'goldsmith[onnx]'"


def open_model(settings: OnnxSettings, access: Access) -> Model:
    """The file, loaded; Closed where it is no model that runs here."""
    if lacks():
        raise Closed("Models in ONNX are not installed.", hint=lacks())
    return Model(settings, access)


class Model:
    """One loaded file."""

    def __init__(self, settings: OnnxSettings, access: Access) -> None:
        import onnxruntime  # an extra

        onnxruntime.disable_telemetry_events()  # nothing is told to anybody

        self._settings, self._access, self._read = settings, access, access.read
        self.name = f"onnx-{settings.file_sha256[:16]}-{settings.width}x{settings.height}.f16"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        options.log_severity_level = 4
        try:
            raw = access.read(settings.file_sha256)
        except NotFound as error:
            raise Closed("The model's file is not there.", hint="Send it again.") from error
        try:  # a file that names others beside it finds none: only its bytes are given
            self._session = onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has a class of its own for each thing that can be wrong
            raise Closed(f"This is no model that can be run: {str(error)[:300]}") from error
        self._input = self._session.get_inputs()[0]

    def check(self) -> str:
        """What goes in and what comes out, from one empty picture."""
        outputs = self._run(np.zeros((self._settings.height, self._settings.width, 3), np.float32))
        shapes = ", ".join("×".join(map(str, one.shape)) for one in outputs)
        return f"{'×'.join(map(str, self._input.shape))} → {shapes}"

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """What the model finds in each item's picture."""
        if self._settings.task == "embed":
            raise Closed("This model answers no question: it says what pictures are like.",
                         hint="Name it in the settings of a quick model.")
        field = next((one for one in asked.schema.fields if one.name == self._settings.field), None)
        if field is None:
            raise Closed(f"The project has no field {self._settings.field!r}.")
        offered = {label.name for label in field.labels}
        return [self._answer(sample, field.kind, offered, field.asset) for sample in samples]

    def _answer(self, sample: Sample, kind: str, offered: set[str], asset: str) -> Answer:
        found = self._picture_of(sample.item, asset)
        if found is None:
            return Refused(reason="The item has no such picture.")
        name, facts = found
        try:
            pixels = self._pixels(facts)
        except (NotFound, UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
            return Refused(reason=f"The picture cannot be read: {error}")
        outputs = self._run(pixels)
        if self._settings.task == "classify":
            return self._classified(outputs[0], kind, offered)
        return self._detected(outputs, facts, name, kind, offered)

    def _picture_of(self, item: ItemData, asset: str = "") -> tuple[str, AssetFacts] | None:
        return next(((name, facts) for name, facts in item.assets.items()
                     if facts.media_type.startswith("image/") and (self._settings.key or asset or name) == name), None)

    def embed(self, items: Sequence[ItemData]) -> list[Floats | None]:
        """What the model gives out for each item's picture, as a row of length 1; made once for a picture."""
        return [None if found is None else self._embedded(found[1]) for item in items
                for found in [self._picture_of(item)]]

    def _embedded(self, facts: AssetFacts) -> Floats | None:
        kept = self._access.recall(facts.sha256, self.name)
        if kept is not None:
            return np.frombuffer(kept, "<f2").astype(np.float32)
        try:
            row = self._run(self._pixels(facts))[0].reshape(-1)
        except (NotFound, UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
            return None
        row = np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), np.float32)
        self._access.keep(facts.sha256, self.name, row.astype("<f2").tobytes())
        return row

    def _pixels(self, facts: AssetFacts) -> Floats:
        """(height, width, 3): the upright picture, stretched to what goes in."""
        if facts.width_px * facts.height_px > PIXELS_MOST:
            raise ValueError(f"more than {PIXELS_MOST:,} pixels")
        with Image.open(io.BytesIO(self._read(facts.sha256))) as image:
            upright = ImageOps.exif_transpose(image).convert("RGB")
            size = (self._settings.width, self._settings.height)
            return np.asarray(upright.resize(size, Image.Resampling.BILINEAR), np.float32)

    def _run(self, pixels: Floats) -> list[Floats]:
        s = self._settings
        ready = (pixels / s.scale - np.array(s.mean, np.float32)) / np.array(s.std, np.float32)
        batch = np.asarray(ready[None], np.float32)
        if s.layout == "NCHW":
            batch = np.ascontiguousarray(batch.transpose(0, 3, 1, 2))
        try:
            outputs: list[Any] = self._session.run(None, {self._input.name: batch})
        except Exception as error:  # as above
            raise Closed(f"The model does not take such pictures: {str(error)[:300]}") from error
        return [np.asarray(one, np.float32) for one in outputs]

    def _classified(self, output: Floats, kind: str, offered: set[str]) -> Answer:
        scores = output.reshape(-1)
        labels = self._settings.labels
        if len(scores) != len(labels):
            raise Closed(f"The model has {len(scores)} classes, its settings name {len(labels)} labels.")
        if scores.min() < 0 or abs(float(scores.sum()) - 1) > 0.01:  # no shares yet
            lifted = np.exp(scores - scores.max())
            scores = lifted / lifted.sum()
        shares = {label: float(share) for label, share in zip(labels, scores, strict=True) if label in offered}
        best = max(shares, key=lambda label: shares[label], default="")
        if not best or shares[best] < self._settings.least:
            return Prediction(value={}, shares={self._settings.field: shares} if shares else {})
        return Prediction(value={self._settings.field: [{"id": best, "kind": kind, "label": best}]},
                          scores={best: shares[best]}, shares={self._settings.field: shares})

    def _detected(self, outputs: list[Floats], facts: AssetFacts, name: str, kind: str, offered: set[str]) -> Answer:
        s = self._settings
        read = {"columns": of_columns, "rows": of_rows, "parts": of_parts}[s.boxes]
        try:
            found: list[Found] = read(outputs, len(s.labels))
        except ValueError as error:
            raise Closed(str(error)) from error
        kept = without_doubles([one for one in found if one.score >= s.least], s.overlap_most)
        objects: list[Json] = []
        scores: dict[str, float] = {}
        across, down = facts.width_px / s.width, facts.height_px / s.height
        for one in kept:
            label = s.labels[one.label]
            x, y = max(0.0, one.left * across), max(0.0, one.top * down)
            right, bottom = min(facts.width_px, one.right * across), min(facts.height_px, one.bottom * down)
            if label not in offered or right - x <= 0 or bottom - y <= 0:
                continue
            object_id = f"box-{len(objects)}"
            scores[object_id] = min(1.0, one.score)
            objects.append({"id": object_id, "kind": kind, "label": label, "asset": name, "x_px": x, "y_px": y,
                            "width_px": right - x, "height_px": bottom - y})
        return Prediction(value={s.field: objects} if objects else {}, scores=scores)
