"""Images: check the bytes of a picture, turn it upright and make it small."""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from typing import TYPE_CHECKING

from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 200_000_000
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


def probe(raw: bytes, file_name: str) -> AssetFacts:
    """Decode the picture (the first frame of several) and say what it is; BadInput where it is none."""
    image = _decoded(raw, file_name)
    width, height = image.size
    if image.getexif().get(ORIENTATION, 1) in (5, 6, 7, 8):
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
    if image.getexif().get(ORIENTATION, 1) not in range(2, 9):
        return raw
    image = _decoded(raw, "")
    out = BytesIO()
    turned = ImageOps.exif_transpose(image)
    written_as = "JPEG" if image.format == "MPO" else image.format
    turned.save(out, format=written_as, quality=95, icc_profile=image.info.get("icc_profile"))
    return out.getvalue()


def thumbnail(raw: bytes, size_px: int) -> bytes:
    """A JPEG, upright, whose longer side is at most `size_px`; what was clear is white."""
    from PIL import ImageOps

    image = ImageOps.exif_transpose(_decoded(raw, ""))
    out = BytesIO()
    image = _as_rgb(image)
    image.thumbnail((size_px, size_px))
    image.save(out, format="JPEG", quality=85)
    return out.getvalue()


def _opened(raw: bytes, file_name: str) -> Image:
    """The picture with its header read, not yet decoded."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow's own limit lies below ours
    try:
        image = Image.open(BytesIO(raw), formats=tuple(name for name in MEDIA_TYPES if name != "MPO"))
    except UnidentifiedImageError as error:
        hint = "Known: JPEG, PNG, WebP, GIF, TIFF, BMP."
        raise BadInput("The file is not a picture of a known format.", where=file_name, hint=hint) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_large(file_name) from error
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        raise BadInput(f"The picture's header cannot be read: {error}.", where=file_name) from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(file_name)
    return image


def _decoded(raw: bytes, file_name: str) -> Image:
    image = _opened(raw, file_name)
    try:
        image.load()
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise BadInput(f"The picture is truncated or damaged: {error}.", where=file_name) from error
    return image


def _too_large(file_name: str) -> BadInput:
    return BadInput(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.", where=file_name)


def _as_rgb(image: Image) -> Image:
    from PIL import Image

    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda v: v / 256).convert("L").convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
