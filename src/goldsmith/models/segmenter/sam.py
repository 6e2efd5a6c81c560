"""Interactive segmentation: a model that is shown where a thing is, by places or a rectangle, gives its pixels.

Models have the form of the public ONNX exports of SAM (Kirillov et al., "Segment Anything", 2023): an encoder that
makes an embedding of the picture once, and a small decoder that answers each click from it.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from goldsmith.models import Closed

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = NDArray[np.float32]
Bitmap = NDArray[np.bool_]
SIDE_LEAST, SIDE_MOST = 64, 4096
ANSWER_PX = 4096  # the longer side of what the decoder is asked for; a larger picture's mask is enlarged
ON, BESIDE, NOTHING, TOP_LEFT, BOTTOM_RIGHT = 1, 0, -1, 2, 3  # what the decoder calls a place
COARSE = (1, 1, 256, 256)  # of SAM's mask input, where a decoder does not say
NEEDED = ("image_embeddings", "point_coords", "point_labels")
KNOWN = frozenset({*NEEDED, "mask_input", "has_mask_input", "orig_im_size"})


class SegmenterSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The two files of a model, and how a picture goes into it; the usual values are those of SAM."""

    encoder_sha256: str
    decoder_sha256: str
    longest_px: int = 1024  # the longer side of the picture as the encoder gets it
    mean: tuple[float, float, float] = (123.675, 116.28, 103.53)  # by channel, in 0 to 255
    std: tuple[float, float, float] = (58.395, 57.12, 57.375)

    def __post_init__(self) -> None:
        if len(self.encoder_sha256) != 64 or len(self.decoder_sha256) != 64:
            raise ValueError("Send the encoder's and the decoder's file first.")
        if not SIDE_LEAST <= self.longest_px <= SIDE_MOST:
            raise ValueError(f"The longer side of what the encoder gets is {SIDE_LEAST} to {SIDE_MOST} pixels.")
        if not all(math.isfinite(one) for one in self.mean + self.std) or any(one <= 0 for one in self.std):
            raise ValueError("Nothing can be divided by 0 or less.")


@dataclass(frozen=True)
class Found:
    """The pixels of a thing: a bitmap whose corner lies at (x_px, y_px), and how sure the model is."""

    x_px: int
    y_px: int
    bitmap: Bitmap
    score: float
    coarse: Floats | None  # logits of it, which the decoder takes with the next place; None: it takes none


class Segmenter:
    """One model, loaded. Safe to be asked by several threads."""

    def __init__(self, settings: SegmenterSettings, encoder: bytes, decoder: bytes) -> None:
        self.settings = settings
        self._encoder, self._decoder = _opened(encoder, "encoder"), _opened(decoder, "decoder")
        self._place = _encoder_input(self._encoder, settings.longest_px)
        self._wanted = {one.name: one for one in self._decoder.get_inputs()}
        self._outputs = [one.name for one in self._decoder.get_outputs()]
        strange = ", ".join(sorted(set(self._wanted) - KNOWN))
        lacking = ", ".join(name for name in NEEDED if name not in self._wanted)
        if strange or lacking:
            raise Closed(f"The decoder {'asks for ' + strange if strange else 'does not take ' + lacking}.",
                         hint=f"One of the form of SAM's exports takes {', '.join(sorted(KNOWN))}, or fewer.")
        if "masks" not in self._outputs:
            raise Closed(f"The decoder has no output `masks`, only {', '.join(self._outputs)}.")
        self._one_at_a_time = Lock()

    @property
    def fingerprint(self) -> str:
        """What an embedding is kept under: the same for the same encoder and what goes into it."""
        s = self.settings
        return hashlib.sha256(repr((s.encoder_sha256, s.longest_px, s.mean, s.std)).encode()).hexdigest()[:16]

    @property
    def takes_masks(self) -> bool:
        """Whether a further place is answered knowing what was found before."""
        return {"mask_input", "has_mask_input"} <= self._wanted.keys() and "low_res_masks" in self._outputs

    def embed(self, image: Image) -> Floats:
        """The embedding of an upright picture in RGB; it takes seconds, and is good for all that is asked of it."""
        place = self._place
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
                box: tuple[float, float, float, float] | None, before: Floats | None = None) -> Found | None:
        """The thing at these places (x, y, whether beside it) or in this rectangle, of a picture of (width, height).

        None where the model finds nothing. Places are in pixels of the picture. `before`: `coarse` of what was found
        with one place fewer.
        """
        scale = self.settings.longest_px / max(size)
        share = min(1.0, ANSWER_PX / max(size))
        width, height = (max(1, round(side * share)) for side in size)
        given: dict[str, Any] = {
            "image_embeddings": embedding, "mask_input": self._no_mask() if before is None else before,
            "has_mask_input": np.array([before is not None], np.float32),
            "orig_im_size": np.array([height, width], np.float32)}
        given["point_coords"], given["point_labels"] = _prompt(hints, box, scale)
        answer = self._decoder.run(None, {name: given[name] for name in self._wanted})
        out = dict(zip(self._outputs, answer, strict=True))
        masks = out["masks"][0]
        scores = out["iou_predictions"][0] if "iou_predictions" in out else np.ones(len(masks))
        best = int(np.argmax(scores))
        logits = masks[best]
        if logits.shape != (height, width):
            logits = self._enlarged(logits, (width, height))
        coarse = out["low_res_masks"][:, best:best + 1] if self.takes_masks else None
        return _placed(logits > 0, size, float(scores[best]), coarse)

    def _no_mask(self) -> Floats:
        place = self._wanted.get("mask_input")
        sides = place.shape if place is not None else COARSE
        return np.zeros([side if isinstance(side, int) else usual for side, usual in zip(sides, COARSE, strict=True)],
                        np.float32)

    def _enlarged(self, logits: Floats, size: tuple[int, int]) -> Floats:
        """A coarse answer lies on the padded square that the encoder saw; its part with the picture, at full size."""
        from PIL import Image

        width, height = size
        side = logits.shape[1] / max(size)
        part = (0.0, 0.0, width * side, height * side)
        image = Image.fromarray(np.ascontiguousarray(logits, dtype=np.float32))
        found: Floats = np.asarray(image.resize(size, Image.Resampling.BILINEAR, box=part))
        return found


def _opened(raw: bytes, what: str) -> Any:
    import onnxruntime  # an extra: it has no types, and need not be there

    onnxruntime.disable_telemetry_events()  # nothing is told to anybody
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 4, 4
    try:  # a file that names others beside it finds none: only its bytes are given
        return onnxruntime.InferenceSession(raw, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a class of its own for each thing that can be wrong
        raise Closed(f"The {what}'s file is no model that can be run: {str(error)[:300]}") from error


def _encoder_input(encoder: Any, longest_px: int) -> Any:
    """The encoder's only input; Closed where no picture of the settings goes into it."""
    places = encoder.get_inputs()
    names = ", ".join(one.name for one in places)
    if len(places) != 1:
        raise Closed(f"The encoder takes {len(places)} inputs ({names}), not one.",
                     hint="Were the two files mixed up?")
    given = places[0].shape
    expected = [1, 3, longest_px, longest_px] if len(given) == 4 else [None, None, 3]
    if len(given) not in (3, 4) or any(isinstance(one, int) and want is not None and one != want
                                       for one, want in zip(given, expected, strict=True)):
        raise Closed(f"The encoder takes {'×'.join(map(str, given))}.",
                     hint=f"It is given 1×3×{longest_px}×{longest_px} normalised values, or height×width×3 in 0 to "
                          "255; another longer side is among the settings.")
    if places[0].type not in ("tensor(float)", "tensor(uint8)"):
        raise Closed(f"The encoder takes {places[0].type}.", hint="It is given 32-bit floats or bytes.")
    return places[0]


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


def _placed(bitmap: Bitmap, size: tuple[int, int], score: float, coarse: Floats | None) -> Found | None:
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
    return Found(x_px=left, y_px=top, bitmap=bitmap[np.ix_(at_row, at_column)], score=score, coarse=coarse)
