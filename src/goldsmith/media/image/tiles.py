"""Tiles: a large or deep picture in squares at several scales, so that a browser loads only what it shows.

Made in a process of its own, one picture at a time: a picture of 400 megapixels takes 2 GB while it is cut (measured,
RGB), which goes back to the system at the end and is never needed twice at once.
"""

from __future__ import annotations

import fcntl
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from goldsmith.core.errors import BadInput, GoldsmithError

if TYPE_CHECKING:
    from PIL.Image import Image

TILE_PX = 512
MEMORY_MOST = 6 * 2**30  # of address space; what a picture of the most pixels takes is a third of it
SECONDS_MOST = 900
AUTO = (0.5, 99.5)  # percentiles that the automatic window of a deep picture reaches from and to
DEEP_MODES = ("I;16", "I;16L", "I;16B", "I", "F")


class Tiles(msgspec.Struct, frozen=True, kw_only=True):
    """How a picture was cut. Level 0 has its own pixels, each further one half as many on each axis."""

    width_px: int
    height_px: int
    tile_px: int
    levels: int
    media_type: str  # of a tile; application/octet-stream: 16 bits a pixel, little-endian, row by row
    least: int = 0  # of a deep picture: its smallest and largest value, and the ends of its automatic window
    most: int = 255
    low: int = 0
    high: int = 255


def folder_name(sha256: str) -> str:
    """The name under which the tiles of the picture of this hash are kept; they can be made again at any time."""
    return f"{sha256}.tiles-{TILE_PX}"


def tile_path(folder: Path, level: int, column: int, row: int) -> Path:
    """Where a tile lies."""
    return folder / str(level) / f"{column}_{row}"


def read_tiles(folder: Path) -> Tiles | None:
    """What was made there; None where nothing is yet."""
    try:
        return msgspec.json.decode((folder / "tiles.json").read_bytes(), type=Tiles)
    except FileNotFoundError:
        return None


def make_tiles(source: Path, folder: Path, lock: Path) -> Tiles:
    """Cut the picture into `folder` unless that was done; BadInput where it cannot be. Waits for who holds `lock`."""
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        made = read_tiles(folder)
        if made is not None:
            return made
        command = [sys.executable, "-m", "goldsmith.media.image.tiles", str(source), str(folder)]
        env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=SECONDS_MOST, check=False)
    made = read_tiles(folder)
    if made is None:
        reason = done.stderr.strip().splitlines()[-1:] or [f"it ended with {done.returncode}"]
        raise BadInput(f"The picture cannot be cut into tiles: {reason[0]}", hint="Is it larger than memory permits?")
    return made


def cut(source: Path, folder: Path) -> None:
    """Cut the picture; the folder is there whole or not at all."""
    from goldsmith.media.image import media

    image = media.upright_image(source)
    part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f"{folder.name}."))
    try:
        facts = _cut_deep(image, part) if image.mode in DEEP_MODES else _cut_plain(image, part, image.format == "JPEG")
        (part / "tiles.json").write_bytes(msgspec.json.encode(facts))
        part.chmod(0o755)
        part.replace(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def levels_of(width_px: int, height_px: int) -> int:
    """So many that one tile holds the last one whole."""
    levels = 1
    while max(width_px, height_px) > TILE_PX << (levels - 1):
        levels += 1
    return levels


def places(width_px: int, height_px: int) -> Iterator[tuple[int, int, tuple[int, int, int, int]]]:
    """Column, row and (left, top, right, bottom) of each tile of a level of this size."""
    for row, top in enumerate(range(0, height_px, TILE_PX)):
        for column, left in enumerate(range(0, width_px, TILE_PX)):
            yield column, row, (left, top, min(width_px, left + TILE_PX), min(height_px, top + TILE_PX))


def _cut_plain(image: Image, part: Path, is_lossy: bool) -> Tiles:
    """8 bits a channel: JPEG of what came as JPEG, else PNG, so that a pixel shows what it is."""
    from goldsmith.media.image import media

    width, height = image.size
    levels = levels_of(width, height)
    how: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": 0} if is_lossy else {
        "format": "PNG", "compress_level": 1}
    for level in range(levels):
        (part / str(level)).mkdir()
        for column, row, box in places(*image.size):
            media.as_rgb(image.crop(box), is_grey_kept=True).save(tile_path(part, level, column, row), **how)
        if level + 1 < levels:
            image = (image.convert("RGB") if image.mode in ("P", "1") else image).reduce(2)
    kind = "image/jpeg" if is_lossy else "image/png"
    return Tiles(width_px=width, height_px=height, tile_px=TILE_PX, levels=levels, media_type=kind)


def _cut_deep(image: Image, part: Path) -> Tiles:
    """16 bits a pixel, as they are; numbers of another range are laid over those of 16 bits."""
    values = _as_16_bits(np.asarray(image))
    height, width = values.shape
    levels = levels_of(width, height)
    least, most = int(values.min()), int(values.max())
    for level in range(levels):
        (part / str(level)).mkdir()
        for column, row, (left, top, right, bottom) in places(values.shape[1], values.shape[0]):
            tile_path(part, level, column, row).write_bytes(values[top:bottom, left:right].astype("<u2").tobytes())
        if level + 1 < levels:
            values = _halved(values)
    low, high = (int(n) for n in np.percentile(values, AUTO))
    return Tiles(width_px=width, height_px=height, tile_px=TILE_PX, levels=levels,
                 media_type="application/octet-stream", least=least, most=most, low=low, high=max(high, low + 1))


def _as_16_bits(values: NDArray[Any]) -> NDArray[np.uint16]:
    if values.dtype == np.uint16 or (values.dtype.kind in "iu" and values.min() >= 0 and values.max() < 2**16):
        return values.astype(np.uint16, copy=False)
    finite = np.nan_to_num(values.astype(np.float32))
    low, high = float(finite.min()), float(finite.max())
    scaled: NDArray[np.uint16] = ((finite - low) * (65535 / (high - low) if high > low else 0)).astype(np.uint16)
    return scaled


def _halved(values: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Means of 2 x 2, strip by strip; a last row or column that is odd stands for itself."""
    height, width = values.shape
    half = np.empty(((height + 1) // 2, (width + 1) // 2), dtype=np.uint16)
    for top in range(0, height, TILE_PX):
        strip = values[top:top + TILE_PX].astype(np.uint32)
        strip = np.pad(strip, ((0, strip.shape[0] % 2), (0, strip.shape[1] % 2)), mode="edge")
        mean = (strip[::2, ::2] + strip[1::2, ::2] + strip[::2, 1::2] + strip[1::2, 1::2] + 2) // 4
        half[top // 2:top // 2 + mean.shape[0]] = mean
    return half


def main() -> int:
    """Cut the picture that the command names; the last line on stderr says why it was not."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MOST, MEMORY_MOST))
    os.nice(5)
    try:
        cut(Path(sys.argv[1]), Path(sys.argv[2]))
    except (GoldsmithError, MemoryError, OSError) as error:
        print(str(error) or "there is not memory enough", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
