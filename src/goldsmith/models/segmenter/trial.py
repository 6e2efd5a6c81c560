"""The trial of a segmenter's files, in a process of its own: they are opened, and shown an empty picture and a click.

Memory, time and files that it may write are limited, so files made to do harm end this process alone.
"""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from goldsmith.core.errors import GoldsmithError
from goldsmith.models import Closed
from goldsmith.models.segmenter.sam import Floats, Segmenter, SegmenterSettings

T = TypeVar("T")
MEMORY_MOST = 12 * 2**30  # address space: several times what SAM's largest encoder takes in one file
SECONDS_MOST = 180
# How a tensor begins that lies in another file: its first key, as protocol buffers write it.
BESIDE = b"\n\x08location\x12"


def try_files(folder: Path) -> str:
    """What goes in and what comes out; Closed says what is wrong."""
    settings = msgspec.json.decode((folder / "settings.json").read_bytes(), type=SegmenterSettings)
    encoder, decoder = (_read(folder, what) for what in ("encoder", "decoder"))
    model = Segmenter(settings, encoder, decoder)
    del encoder, decoder
    from PIL import Image

    image = Image.new("RGB", (settings.longest_px, settings.longest_px * 3 // 4), (120, 110, 100))
    embedding: Floats = _or_closed("encoder", lambda: model.embed(image))
    middle = [(image.width / 2, image.height / 2, False)]
    found = _or_closed("decoder", lambda: model.segment(embedding, image.size, middle, None))
    if model.takes_masks and found is not None:
        _or_closed("decoder", lambda: model.segment(embedding, image.size, middle * 2, None, found.coarse))
    shape = "×".join(map(str, embedding.shape))
    return f"{settings.longest_px} px → {shape}" + (" · knows what it found before" if model.takes_masks else "")


def _read(folder: Path, what: str) -> bytes:
    raw = (folder / f"{what}.onnx").read_bytes()
    if BESIDE in raw:
        raise Closed(f"The {what}'s file has parts in other files beside it.", hint="Save it as one file.")
    return raw


def _or_closed(what: str, call: Callable[[], T]) -> T:
    try:
        return call()
    except Exception as error:  # onnxruntime has a class of its own for each thing that can be wrong
        raise Closed(f"The {what} does not do as one of SAM's exports: {str(error)[:300]}") from error


def main() -> int:
    """Try the files of the folder that the command names; says on stdout what was found, or what is wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (4 * SECONDS_MOST, 4 * SECONDS_MOST))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        print(try_files(Path(sys.argv[1])))
    except GoldsmithError as error:
        print(f"{error.message} {error.hint}".strip())
        return 1
    except MemoryError:
        print("The model needs more memory than it is given.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
