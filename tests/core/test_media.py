"""Pictures and texts are checked before they are kept."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from goldsmith.core.errors import BadInput
from goldsmith.media.image import media as image_media
from goldsmith.media.image.media import probe, thumbnail, thumbnail_name, upright
from goldsmith.media.text.media import lines_of


def picture(format: str = "JPEG", size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: Any) -> bytes:
    image = Image.new(mode, size, "red" if mode.startswith("RGB") else 40000)
    image.paste("blue" if mode.startswith("RGB") else 0, (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, format=format, **options)
    return out.getvalue()


def turned(format: str, orientation: int = 6) -> bytes:
    exif = Image.Exif()
    exif[image_media.ORIENTATION] = orientation
    return picture(format, exif=exif)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_a_picture_is_known_by_its_bytes(format: str) -> None:
    facts = probe(picture(format), "a.bin")
    assert (facts.media_type, facts.width_px, facts.height_px) == (f"image/{format.lower()}", 60, 40)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_orientation_is_applied_to_size_and_bytes(format: str) -> None:
    raw = turned(format)
    facts = probe(raw, "a")
    assert (facts.width_px, facts.height_px) == (40, 60)
    again = Image.open(BytesIO(upright(raw)))
    assert (again.size, again.format) == ((40, 60), format)
    assert again.getexif().get(image_media.ORIENTATION, 1) == 1
    red, _, blue = again.convert("RGB").getpixel((20, 5))  # orientation 6 turns the left side up
    assert blue > 200 > red


def test_an_upright_picture_keeps_its_bytes() -> None:
    raw = picture()
    assert upright(raw) is raw
    assert upright(turned("JPEG", 1)) == turned("JPEG", 1)


def test_a_truncated_jpeg_is_refused() -> None:
    raw = picture(size=(600, 400))
    with pytest.raises(BadInput, match="truncated"):
        probe(raw[: len(raw) // 2], "a.jpg")


def test_a_text_named_jpg_is_refused() -> None:
    with pytest.raises(BadInput, match="not a picture") as caught:
        probe(b"hello, I am a text", "a.jpg")
    assert caught.value.where == "a.jpg"


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_picture_of_too_many_pixels_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_media, "MAX_PIXELS", 2000)
    for size in ((60, 40), (600, 400)):
        with pytest.raises(BadInput, match="megapixels"):
            probe(picture(size=size), "a.jpg")


@pytest.mark.parametrize(("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("PNG", "I;16")])
def test_a_thumbnail_is_a_small_jpeg(format: str, mode: str) -> None:
    small = Image.open(BytesIO(thumbnail(picture(format, mode=mode), 30)))
    assert (small.format, small.size) == ("JPEG", (30, 20))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_lines_are_read_whatever_the_byte_order_mark(encoding: str) -> None:
    assert lines_of("h\u00e9\r\n\n\u4f60\u2028x\n".encode(encoding)) == ["h\u00e9", "", "\u4f60\u2028x"]


def test_big_endian_utf_16_is_read() -> None:
    assert lines_of(b"\xfe\xff\x00h\x00i") == ["hi"]


def test_text_that_does_not_decode_names_the_byte() -> None:
    with pytest.raises(BadInput, match="byte 5") as caught:
        lines_of(b"\xef\xbb\xbfab\xff")
    assert caught.value.where == "byte 5"


def test_a_text_with_a_nul_names_the_byte() -> None:
    for raw, offset in ((b"ab\0c", 2), ("a\0".encode("utf-16"), 4)):
        with pytest.raises(BadInput, match=f"NUL at byte {offset}"):
            lines_of(raw)


@pytest.mark.filterwarnings("default::PIL.Image.DecompressionBombWarning")
def test_a_picture_between_pillows_limit_and_twice_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_media, "MAX_PIXELS", 2000)
    image_media._refuse_bombs.cache_clear()
    with pytest.raises(BadInput, match="megapixels"):
        probe(picture(size=(60, 50)), "a.jpg")


def test_damaged_exif_turns_nothing() -> None:
    raw = turned("JPEG").replace(b"Exif\0\0", b"Exif\0\0\xff\xff\xff", 1)
    assert upright(raw) is raw or probe(upright(raw), "a.jpg").width_px in (40, 60)


@pytest.mark.parametrize(
    ("mode", "value"), [("I;16", 40000), ("I", 70000), ("F", 0.5), ("L", 90), ("1", 1), ("LA", (90, 0))]
)
@pytest.mark.parametrize("format", ["PNG", "TIFF"])
def test_a_thumbnail_is_made_of_every_depth(mode: str, value: Any, format: str) -> None:
    if (format == "PNG" and mode in ("I", "F")) or (format == "TIFF" and mode == "LA"):
        pytest.skip("the format does not hold it")
    image = Image.new(mode, (60, 40), value)
    if mode != "LA":
        image.paste(0, (0, 0, 30, 40))
    out = BytesIO()
    image.save(out, format=format)
    small = Image.open(BytesIO(thumbnail(out.getvalue(), 30)))
    assert (small.mode, small.size) == ("RGB", (30, 20))
    left, right = (small.getpixel((x, 10)) for x in (5, 25))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 250 if mode == "LA" else left[0] < 10 < right[0]


def test_what_is_clear_in_a_palette_is_white_in_its_thumbnail() -> None:
    image = Image.new("P", (60, 40), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    out = BytesIO()
    image.save(out, format="PNG", transparency=0)
    small = Image.open(BytesIO(thumbnail(out.getvalue(), 30)))
    assert min(small.getpixel((5, 5))) > 250  # type: ignore[arg-type, type-var]


def test_print_colours_become_screen_colours() -> None:
    image = Image.new("CMYK", (60, 40), (0, 255, 255, 0))
    out = BytesIO()
    image.save(out, format="JPEG")
    assert probe(out.getvalue(), "a.jpg").media_type == "image/jpeg"
    small = Image.open(BytesIO(thumbnail(out.getvalue(), 30)))
    red, green, blue = small.getpixel((5, 5))  # type: ignore[misc]
    assert small.mode == "RGB" and red > 200 > 100 > max(green, blue)


def test_a_colour_profile_is_applied_to_thumbnails() -> None:
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"not a profile"):
        small = Image.open(BytesIO(thumbnail(picture(icc_profile=profile), 30)))
        red, _, blue = small.getpixel((28, 10))  # type: ignore[misc]
        assert red > 200 > blue


def test_a_thumbnail_has_a_name_made_of_the_hash() -> None:
    assert thumbnail_name("ab" * 32) == "ab" * 32 + ".thumbnail-320.jpg"
    assert max(Image.open(BytesIO(thumbnail(picture(size=(900, 300))))).size) == 320


def test_a_turned_thumbnail_of_a_large_jpeg_is_upright() -> None:
    exif = Image.Exif()
    exif[image_media.ORIENTATION] = 6
    small = Image.open(BytesIO(thumbnail(picture(size=(1200, 800), exif=exif), 120)))
    assert small.size == (80, 120)
