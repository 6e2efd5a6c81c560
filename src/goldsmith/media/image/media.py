"""Images: check the bytes of a picture, turn it upright and make it small."""

from __future__ import annotations

import hashlib
import warnings
from contextlib import nullcontext
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 400_000_000  # 20,000 x 20,000
LARGE_PIXELS = 64_000_000  # of such pictures a process decodes one at a time: the largest take 2 GB
MEDIA_TYPES = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a JPEG with further pictures after the first, as phones write it
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
}
ORIENTATION = 0x0112  # EXIF tag; 1 is upright, 5 to 8 swap width and height
THUMBNAIL_PX = 320

_large = Lock()


def probe(raw: bytes, file_name: str) -> AssetFacts:
    """Decode the picture (the first frame of several) and say what it is; BadInput where it is none."""
    image = _decoded(raw, file_name)
    width, height = image.size
    if _orientation(image) in (5, 6, 7, 8):
        width, height = height, width
    return AssetFacts(
        sha256=hashlib.sha256(raw).hexdigest(),
        media_type=MEDIA_TYPES[image.format or ""],
        size_bytes=len(raw),
        file_name=file_name,
        width_px=width,
        height_px=height,
    )


def upright(raw: bytes) -> bytes:
    """The same bytes where the picture is upright, else turned and written in its format, without EXIF."""
    from PIL import ImageOps

    image = _opened(raw, "")
    if _orientation(image) not in range(2, 9):
        return raw
    image = _decoded(raw, "")
    written_as = "JPEG" if image.format == "MPO" else image.format or ""
    options = {"subsampling": 0} if written_as == "JPEG" else {}  # full colour: turning shall cost nothing one sees
    out = BytesIO()
    try:
        turned = ImageOps.exif_transpose(image)
        turned.save(out, format=written_as, quality=95, icc_profile=image.info.get("icc_profile"), **options)
    except Exception as error:  # damaged metadata can fail in any codec
        raise BadInput(f"The picture cannot be turned upright: {error}.") from error
    return out.getvalue()


def thumbnail_name(sha256: str, size_px: int = THUMBNAIL_PX) -> str:
    """The name under which the thumbnail of the picture of this hash is kept; it can be made again at any time."""
    return f"{sha256}.thumbnail-{size_px}.jpg"


def thumbnail(raw: bytes, size_px: int = THUMBNAIL_PX) -> bytes:
    """A JPEG in sRGB, upright, whose longer side is at most `size_px`; what was clear is white."""
    from PIL import ImageOps

    image = _opened(raw, "")
    image.draft(None, (2 * size_px, 2 * size_px))  # a JPEG is decoded at an eighth, a quarter or half its size
    _load(image, "")
    out = BytesIO()
    try:
        small = as_rgb(image if _orientation(image) == 1 else ImageOps.exif_transpose(image))
        small.thumbnail((size_px, size_px))
        small.save(out, format="JPEG", quality=85)
    except Exception as error:  # as in `upright`
        raise BadInput(f"The picture cannot be made small: {error}.") from error
    return out.getvalue()


def upright_image(path: Path) -> Image:
    """The decoded picture of a file, turned upright; its `format` is kept."""
    from PIL import ImageOps

    image = _decoded(path, "")
    if _orientation(image) == 1:
        return image
    turned = ImageOps.exif_transpose(image)
    turned.format = image.format
    return turned


@cache
def _refuse_bombs() -> None:
    """Pillow only warns up to twice its limit; for us the limit is the limit."""
    from PIL import Image

    warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def _opened(raw: bytes | Path, file_name: str) -> Image:
    """The picture with its header read, not yet decoded."""
    from PIL import Image, UnidentifiedImageError

    _refuse_bombs()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own limit lies below ours
    try:
        known = tuple(name for name in MEDIA_TYPES if name != "MPO")
        image = Image.open(raw if isinstance(raw, Path) else BytesIO(raw), formats=known)
    except UnidentifiedImageError as error:
        hint = "Known: JPEG, PNG, WebP, GIF, TIFF, BMP."
        raise BadInput("The file is not a picture of a known format.", where=file_name, hint=hint) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(file_name) from error
    except Exception as error:  # a parser of hostile bytes may raise anything
        raise BadInput(f"The picture's header cannot be read: {error}.", where=file_name) from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(file_name)
    return image


def _decoded(raw: bytes | Path, file_name: str) -> Image:
    image = _opened(raw, file_name)
    _load(image, file_name)
    return image


def _load(image: Image, file_name: str) -> None:
    """Decode every pixel; a picture that ends early is refused, never filled with grey."""
    from PIL import Image, ImageFile

    if ImageFile.LOAD_TRUNCATED_IMAGES:
        raise RuntimeError("ImageFile.LOAD_TRUNCATED_IMAGES is on; damaged pictures would pass as whole.")
    try:
        with _large if image.width * image.height > LARGE_PIXELS else nullcontext():
            image.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(file_name) from error
    except Exception as error:  # a decoder of hostile bytes may raise anything
        raise BadInput(f"The picture is truncated or damaged: {error}.", where=file_name) from error


def _orientation(image: Image) -> int:
    """The EXIF orientation; metadata that cannot be read turn nothing."""
    try:
        found = image.getexif().get(ORIENTATION, 1)
    except Exception:  # a parser of hostile bytes may raise anything; the pixels are whole
        return 1
    return found if isinstance(found, int) else 1


def _too_large(file_name: str) -> BadInput:
    return BadInput(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.", where=file_name)


def as_rgb(image: Image, *, is_grey_kept: bool = False) -> Image:
    """8 bits of sRGB a channel, on white; deep greys are scaled from their full range.

    `is_grey_kept`: what is grey of 8 bits stays one channel.
    """
    from PIL import Image

    if is_grey_kept and image.mode == "L" and not image.info.get("icc_profile"):
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda v: v / 256).convert("L").convert("RGB")
    if image.mode in ("I", "F"):
        return _stretched(image).convert("RGB")
    image = _as_srgb(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")


def _stretched(image: Image) -> Image:
    """Numbers without a known range: the smallest is black, the largest white."""
    low, high = image.convert("F").getextrema()
    if not isinstance(low, float) or not isinstance(high, float) or not high > low:
        return image.convert("F").point(lambda _: 0.0).convert("L")
    scale = 255 / (high - low)
    return image.convert("F").point(lambda v: v * scale - low * scale).convert("L")


def _as_srgb(image: Image) -> Image:
    """The picture with its colour profile applied; a profile that does not fit is left aside."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    out_mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=out_mode)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    if turned is None:
        return image
    if "transparency" in image.info and image.mode != "RGBA":
        return image  # one colour stands for clear; it would be lost
    return turned
