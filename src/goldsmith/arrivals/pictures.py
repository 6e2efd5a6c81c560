"""Pictures: checked, turned upright and put where the bytes to store are fetched from."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

from goldsmith.arrivals.arrival import Limits
from goldsmith.arrivals.holdings.catalogue import Part
from goldsmith.arrivals.holdings.parts import Holding, open_plain, read_whole
from goldsmith.core.errors import BadInput
from goldsmith.core.item import AssetFacts
from goldsmith.media.image.media import probe, upright


def read_picture(path: Path, limit: int) -> bytes:
    """The file's bytes; BadInput where they are more than `limit`."""
    with open_plain(path) as file:
        raw = read_whole(file, limit)
    if len(raw) > limit:
        raise BadInput(f"The picture's file has more than {limit} bytes.")
    return raw


def take_picture(raw: bytes, file_name: str, keep_at: Path) -> AssetFacts:
    """Write the upright picture to `keep_at` and say what it is; BadInput where it is none."""
    turned = upright(raw)
    facts = probe(turned, file_name)
    keep_at.unlink(missing_ok=True)
    keep_at.write_bytes(turned)
    return facts


def take_assets(
    wanted: dict[str, AssetFacts],
    place: str,
    holding: Holding,
    room: Path,
    limits: Limits,
    *,
    near: str = "",
    split: str = "",
) -> tuple[dict[str, AssetFacts], dict[str, Path]]:
    """The pictures that an entry names, found by hash or name among the upload's parts; BadInput where one is missing.

    A hash that is named has to be that of the bytes found. `near` is the folder of the file that names them.
    """
    assets: dict[str, AssetFacts] = {}
    files: dict[str, Path] = {}
    for i, (asset, facts) in enumerate(wanted.items()):
        part = find_picture(facts, holding, near, split)
        if part is None:
            called = facts.file_name or facts.sha256 or asset
            raise BadInput(f"The picture {called!r} is not in the upload.", where=place)
        holding.catalogue.take(part)
        raw = read_picture(holding.path_of(part, room / "unpacked-asset"), limits.picture_bytes)
        if facts.sha256 and hashlib.sha256(raw).hexdigest() != facts.sha256:
            raise BadInput(f"The bytes of {part.place} are not those the entry names.", where=place)
        files[asset] = room / f"asset-{i}"
        name = PurePosixPath((facts.file_name or part.place).replace("\\", "/")).name
        assets[asset] = take_picture(raw, name, files[asset])
    return assets, files


def find_picture(facts: AssetFacts, holding: Holding, near: str, split: str) -> Part | None:
    """The part that holds the picture: named by its hash, or by its file name in a usual place."""
    catalogue = holding.catalogue
    if facts.sha256 and (part := catalogue.find_stem(facts.sha256)):
        return part
    if not facts.file_name:
        return None
    in_split = catalogue.find(f"images/{split}/{facts.file_name}", near) if split else None
    return in_split or catalogue.find(facts.file_name, near)
