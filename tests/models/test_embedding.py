"""Embedding: what is alike lies near, on real texts and pictures, without any weights."""

from __future__ import annotations

import io
import json
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from goldsmith.core.errors import NotFound
from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.models import Access
from goldsmith.models.embedding import PICTURE_SPACE, TEXT_SPACE, embed, embed_texts
from goldsmith.models.features import Floats, picture_features

DATA = Path(os.environ.get("GOLDSMITH_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))


def absent(sha256: str) -> bytes:
    raise NotFound("Nothing is stored under this hash.")


def rows_of(texts: list[str]) -> Floats:
    return np.stack([one.row for one in embed_texts(texts) if one is not None]).astype("<f2").astype(np.float32)


def nearest(rows: Floats, among: Floats | None = None) -> Floats:
    """Which row is nearest to each, but itself where they are looked for among themselves."""
    alike = rows @ (rows if among is None else among).T
    if among is None:
        np.fill_diagonal(alike, -2)
    return np.asarray(alike.argmax(axis=1))


def pictures() -> tuple[list[str], list[bytes]]:
    folder = DATA / "product_images_clothing"
    if not folder.is_dir():
        pytest.skip("the pictures of clothes are absent")
    files = [file for each in sorted(folder.iterdir()) if each.is_dir() for file in sorted(each.iterdir())]
    return [file.parent.name for file in files], [file.read_bytes() for file in files]


def test_a_copy_of_a_real_text_with_words_changed_has_it_as_its_nearest() -> None:
    if not (DATA / "dirty_text").is_dir():
        pytest.skip("the texts with known copies are absent")
    documents, truth = ((DATA / f"dirty_text/{name}.jsonl").read_text().splitlines() for name in ("docs", "truth"))
    texts = {one["id"]: one["text"] for one in map(json.loads, documents)}
    clusters = {one["id"]: one["cluster"] for one in map(json.loads, truth)}
    ids = [one for one in sorted(texts)[:800] if texts[one].strip()]
    sizes = Counter(clusters[one] for one in ids)

    found = nearest(rows_of([texts[one] for one in ids]))

    with_copy = [i for i, one in enumerate(ids) if sizes[clusters[one]] > 1]
    right = [clusters[ids[int(found[i])]] == clusters[ids[i]] for i in with_copy]
    assert len(with_copy) > 100
    assert np.mean(right) > 0.95  # by chance: below 0.01


def test_the_neighbours_of_a_piece_of_clothing_are_of_its_sort_far_more_often_than_by_chance() -> None:
    sorts, raw = pictures()
    found = nearest(np.stack([row for row in map(picture_features, raw) if row is not None]))

    share = np.mean([sorts[int(other)] == sorts[i] for i, other in enumerate(found)])

    chance = sum((count - 1) * count for count in Counter(sorts).values()) / (len(sorts) * (len(sorts) - 1))
    assert chance < 0.12
    assert share > 2 * chance


def test_a_picture_made_small_and_cut_at_its_edges_finds_where_it_came_from() -> None:
    _, raw = pictures()

    def changed(one: bytes) -> bytes:
        with Image.open(io.BytesIO(one)) as image:
            width, height = image.size
            cut = image.convert("RGB").crop((width // 30, height // 30, width - width // 30, height - height // 30))
            out = io.BytesIO()
            cut.resize((width // 3, height // 3)).save(out, "JPEG", quality=60)
        return out.getvalue()

    originals = np.stack([row for row in map(picture_features, raw) if row is not None])
    copies = np.stack([row for row in map(picture_features, map(changed, raw)) if row is not None])

    assert np.mean(nearest(copies, originals) == np.arange(len(raw))) > 0.95


def test_texts_and_pictures_lie_in_spaces_of_their_own_and_what_is_neither_in_none() -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    facts = AssetFacts(sha256="a" * 64, media_type="image/png", size_bytes=1, file_name="a.png", width_px=40,
                       height_px=30)  # fmt: skip
    kept: dict[tuple[str, str], bytes] = {}
    access = Access(secret="", read=absent, small=lambda sha256: out.getvalue(),
                    recall=lambda sha256, name: kept.get((sha256, name)),
                    keep=lambda sha256, name, made: kept.update({(sha256, name): made}))  # fmt: skip
    items = [ItemData(data={"text": "Great tea."}), ItemData(data={}, assets={"image": facts}), ItemData(data={}),
             ItemData(data={"text": "  "})]  # fmt: skip

    found = embed(items, access)
    again = embed(items, Access(secret="", read=absent, recall=lambda sha256, name: kept.get((sha256, name))))

    assert [one and one.space for one in found] == [TEXT_SPACE, PICTURE_SPACE, None, None]
    assert all(abs(float(np.linalg.norm(one.row)) - 1) < 0.01 for one in found if one)
    assert again[1] is not None and found[1] is not None  # made once: nothing was read
    assert np.allclose(again[1].row, found[1].row, atol=0.001)


def test_a_picture_that_is_gone_has_no_row() -> None:
    facts = AssetFacts(sha256="b" * 64, media_type="image/png", size_bytes=1, file_name="b.png", width_px=1,
                       height_px=1)  # fmt: skip

    assert embed([ItemData(data={}, assets={"image": facts})], Access(secret="", read=absent)) == [None]
