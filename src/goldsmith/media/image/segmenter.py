"""Interactive segmentation: a model that is shown where a thing is, by places or a rectangle, gives its pixels.

Models have the form of the public ONNX exports of SAM (Kirillov et al., "Segment Anything", 2023): an encoder that
makes an embedding of the picture once, and a small decoder that answers each click from it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldsmith.core.errors import BadInput

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = NDArray[np.float32]
Bitmap = NDArray[np.bool_]
SETTINGS = "segmenter.json"
ANSWER_PX = 4096  # the longer side of what the decoder is asked for; a larger picture's mask is enlarged
ON, BESIDE, NOTHING, TOP_LEFT, BOTTOM_RIGHT = 1, 0, -1, 2, 3  # what the decoder calls a place


class SegmenterSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What `segmenter.json` says beside the two files of a model; the usual values are those of SAM."""

    title: str = ""
    version: str = "1"
    encoder: str = "encoder.onnx"
    decoder: str = "decoder.onnx"
    longest_px: int = 1024  # the longer side of the picture as the encoder gets it
    mean: tuple[float, float, float] = (123.675, 116.28, 103.53)
    std: tuple[float, float, float] = (58.395, 57.12, 57.375)


@dataclass(frozen=True)
class Found:
    """The pixels of a thing: a bitmap whose corner lies at (x_px, y_px), and how sure the model is."""

    x_px: int
    y_px: int
    bitmap: Bitmap
    score: float


def list_segmenters(folder: Path) -> dict[str, SegmenterSettings]:
    """The models of a folder by name, each in a folder of its own; BadInput names the settings that cannot be read."""
    found: dict[str, SegmenterSettings] = {}
    for path in sorted(folder.glob(f"*/{SETTINGS}")):
        try:
            found[path.parent.name] = msgspec.json.decode(path.read_bytes(), type=SegmenterSettings)
        except msgspec.MsgspecError as error:
            raise BadInput(f"The settings of a segmenter cannot be read: {error}", where=str(path)) from error
    return found


class Segmenter:
    """One model, loaded. Safe to be asked by several threads."""

    def __init__(self, folder: Path) -> None:
        self.settings = list_segmenters(folder.parent)[folder.name]
        try:
            runtime: Any = import_module("onnxruntime")  # an extra: it has no types, and need not be there
        except ImportError as error:
            raise BadInput("Models in ONNX need an extra package.",
                           hint="Install goldsmith[onnx], and start the server again.") from error
        encoder, decoder = (_file(folder, name) for name in (self.settings.encoder, self.settings.decoder))
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 4
        try:
            self._encoder = runtime.InferenceSession(str(encoder), options, providers=["CPUExecutionProvider"])
            self._decoder = runtime.InferenceSession(str(decoder), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the runtime reads files of strangers
            raise BadInput(f"A file of the segmenter is no model: {error}", where=str(folder)) from error
        facts = msgspec.json.encode(self.settings)
        self.fingerprint = hashlib.sha256(facts + encoder.read_bytes()).hexdigest()[:16]
        self._one_at_a_time = Lock()

    def embed(self, image: Image) -> Floats:
        """The embedding of an upright picture in RGB; it takes seconds, and is good for all that is asked of it."""
        place = self._encoder.get_inputs()[0]
        scale = self.settings.longest_px / max(image.size)
        width, height = (max(1, round(side * scale)) for side in image.size)
        pixels = np.asarray(image.resize((width, height)), dtype=np.float32)
        if len(place.shape) == 4:
            mean, std = np.array(self.settings.mean, np.float32), np.array(self.settings.std, np.float32)
            pixels = (pixels - mean) / std
            side = self.settings.longest_px
            pixels = np.pad(pixels, ((0, side - height), (0, side - width), (0, 0))).transpose(2, 0, 1)[None]
        elif place.type == "tensor(uint8)":
            pixels = pixels.astype(np.uint8)  # such an encoder normalises by itself
        with self._one_at_a_time:
            found: Floats = self._encoder.run(None, {place.name: np.ascontiguousarray(pixels)})[0]
        return found

    def segment(self, embedding: Floats, size: tuple[int, int], hints: list[tuple[float, float, bool]],
                box: tuple[float, float, float, float] | None) -> Found | None:
        """The thing at these places (x, y, whether beside it) or in this rectangle, of a picture of (width, height).

        None where the model finds nothing. Places are in pixels of the picture.
        """
        scale = self.settings.longest_px / max(size)
        share = min(1.0, ANSWER_PX / max(size))
        width, height = (max(1, round(side * share)) for side in size)
        given: dict[str, Any] = {
            "image_embeddings": embedding, "mask_input": np.zeros((1, 1, 256, 256), np.float32),
            "has_mask_input": np.zeros(1, np.float32), "orig_im_size": np.array([height, width], np.float32)}
        given["point_coords"], given["point_labels"] = _prompt(hints, box, scale)
        wanted = {one.name for one in self._decoder.get_inputs()}
        unknown = ", ".join(sorted(wanted - set(given)))
        if unknown:
            raise BadInput(f"The decoder asks for {unknown}, which no export of SAM does.")
        out = dict(zip((one.name for one in self._decoder.get_outputs()),
                       self._decoder.run(None, {name: given[name] for name in wanted}), strict=True))
        masks = out["masks"][0]
        scores = out["iou_predictions"][0] if "iou_predictions" in out else np.ones(len(masks))
        best = int(np.argmax(scores))
        logits = masks[best]
        if logits.shape != (height, width):
            logits = self._enlarged(logits, (width, height))
        return _placed(logits > 0, size, float(scores[best]))

    def _enlarged(self, logits: Floats, size: tuple[int, int]) -> Floats:
        """A coarse answer lies on the padded square that the encoder saw; its part with the picture, at full size."""
        from PIL import Image

        width, height = size
        side = logits.shape[1] / max(size)
        part = (0.0, 0.0, width * side, height * side)
        image = Image.fromarray(np.ascontiguousarray(logits, dtype=np.float32))
        found: Floats = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=part))
        return found


def _file(folder: Path, name: str) -> Path:
    path = folder / name
    if Path(name).name != name or not path.is_file():
        raise BadInput(f"The segmenter has no file {name!r}.", where=str(folder))
    return path


def _prompt(hints: list[tuple[float, float, bool]], box: tuple[float, float, float, float] | None,
            scale: float) -> tuple[Floats, Floats]:
    """(1, n, 2) places in pixels of what the encoder saw, and (1, n) what each is; without a box one that is none."""
    places = [(x, y) for x, y, _ in hints]
    labels = [BESIDE if is_beside else ON for _, _, is_beside in hints]
    if box is not None:
        places += [(box[0], box[1]), (box[2], box[3])]
        labels += [TOP_LEFT, BOTTOM_RIGHT]
    else:
        places.append((0.0, 0.0))
        labels.append(NOTHING)
    scaled = [(x * scale, y * scale) for x, y in places]
    return np.array([scaled], np.float32), np.array([labels], np.float32)


def _placed(bitmap: Bitmap, size: tuple[int, int], score: float) -> Found | None:
    """The bitmap in a rectangle close around what it marks, in pixels of the picture."""
    rows, columns = np.flatnonzero(bitmap.any(axis=1)), np.flatnonzero(bitmap.any(axis=0))
    if not len(rows):
        return None
    height, width = bitmap.shape
    down, across = size[1] / height, size[0] / width
    top, bottom = round(int(rows[0]) * down), round((int(rows[-1]) + 1) * down)
    left, right = round(int(columns[0]) * across), round((int(columns[-1]) + 1) * across)
    at_row = np.minimum(((np.arange(top, bottom) + 0.5) / down).astype(int), height - 1)
    at_column = np.minimum(((np.arange(left, right) + 0.5) / across).astype(int), width - 1)
    return Found(x_px=left, y_px=top, bitmap=bitmap[np.ix_(at_row, at_column)], score=score)
