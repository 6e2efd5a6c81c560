"""The quick model: what it looks at, that it learns, and what is chosen to be answered next."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from goldsmith.core.item import AssetFacts, ItemData
from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.models import Access, Asked, Closed, Example, Prediction, Refused, Sample
from goldsmith.models.choosing import choose, spread
from goldsmith.models.doubt import entropy
from goldsmith.models.features import picture_features, text_features
from goldsmith.models.quick.model import QuickSettings, features_of, open_model, train

SETTINGS = QuickSettings(project_id="p", field="what")
NOTHING = Access(secret="", read=lambda sha256: b"")
SHARED = Path(__file__).parents[2].parent / "shared/data/product_images_clothing"


def text(words: str) -> ItemData:
    return ItemData(data={"text": words})


def asked(*labels: str, **more: Any) -> Asked:
    one = Field(name="what", kind="choice", labels=tuple(Label(name=label) for label in labels), **more)
    return Asked(schema=LabelSchema(fields=(one,)))


def learnt(examples: list[Example], read: Any = lambda sha256: b"") -> Any:
    trained = train(SETTINGS, examples, Access(secret="", read=read))
    return open_model(SETTINGS, Access(secret="", read=read, trained=trained))


def example(words: str, *labels: str) -> Example:
    return Example(item=text(words), labels={"what": labels})


TEA = [example(f"{words} {i}", label) for i in range(4) for words, label in (
    ("lovely warm tea", "good"), ("great warm cup", "good"), ("cold stale tea", "bad"), ("awful stale cup", "bad"))]


def test_it_says_what_it_learnt_and_how_sure_it_is() -> None:
    model = learnt(TEA)

    known, unknown = model.predict([Sample(item_id=words, item=text(words)) for words in ("stale", "xyzzy plugh")],
                                   asked("good", "bad"))  # fmt: skip

    assert known.value["what"][0]["label"] == "bad" and known.scores["bad"] > 0.8
    assert sum(unknown.shares["what"].values()) == pytest.approx(1, abs=1e-4)
    assert entropy(list(unknown.shares["what"].values())) > entropy(list(known.shares["what"].values()))


def test_the_same_examples_teach_the_same() -> None:
    assert np.array_equal(*(np.load(io.BytesIO(train(SETTINGS, TEA, NOTHING)))["weights"] for _ in range(2)))


def test_several_labels_may_hold_at_once() -> None:
    both = [example(f"{words} {i}", *labels) for i in range(5) for words, labels in (
        ("sun", ("warm",)), ("snow", ("white",)), ("sun snow", ("warm", "white")))]  # fmt: skip

    (found,) = learnt(both).predict([Sample(item_id="", item=text("snow sun"))], asked("warm", "white"))

    assert sorted(one["label"] for one in found.value["what"]) == ["warm", "white"]
    assert found.shares == {}


def test_too_little_is_not_learnt_from() -> None:
    with pytest.raises(Closed, match="too little"):
        train(SETTINGS, [example("a", "good"), example("b", "good")], NOTHING)


def picture(colour: str, seed: int) -> bytes:
    image, chance = Image.new("RGB", (70, 50), colour), np.random.default_rng(seed)
    x, y = chance.integers(0, 30, 2)
    ImageDraw.Draw(image).rectangle([int(x), int(y), int(x) + 20, int(y) + 15], fill="white")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_pictures_are_told_apart_by_their_looks_and_what_is_no_picture_is_refused() -> None:
    blobs = {f"{colour}{i}": picture(colour, i) for colour in ("navy", "maroon") for i in range(6)} | {"none": b"x"}

    def item(sha256: str) -> ItemData:
        facts = AssetFacts(sha256=sha256, media_type="image/png", size_bytes=1, width_px=70, height_px=50)
        return ItemData(assets={"image": facts})

    model = learnt([Example(item=item(f"{colour}{i}"), labels={"what": (colour,)})
                    for colour in ("navy", "maroon") for i in range(4)], blobs.__getitem__)  # fmt: skip
    found = model.predict([Sample(item_id="", item=item(sha)) for sha in ("navy5", "maroon5", "none")],
                          asked("navy", "maroon"))  # fmt: skip

    assert [one.value["what"][0]["label"] for one in found[:2]] == ["navy", "maroon"]
    assert isinstance(found[2], Refused)


@pytest.mark.skipif(not SHARED.exists(), reason="needs photographs of clothes")
def test_on_photographs_of_clothes_it_is_far_better_than_chance() -> None:
    files = sorted(SHARED.glob("*/*.jpg"))
    rows = [picture_features(path.read_bytes()) for path in files]

    assert all(row is not None and np.linalg.norm(row) == pytest.approx(1, abs=0.01) for row in rows)
    table = np.stack([row for row in rows if row is not None])
    nearest = (table @ table.T - 9 * np.eye(len(table))).argmax(axis=1)
    right = np.mean([files[i].parent == files[j].parent for i, j in enumerate(nearest)])
    assert right > 0.2  # chance is 0.09


def test_pictures_are_looked_at_once_and_another_model_can_do_the_looking() -> None:
    class Sizes:
        name = "sizes"

        def embed(self, items: Any) -> list[Any]:
            wide = [next(iter(one.assets.values())).width_px > 50 for one in items]
            return [np.array([1.0, 0.0] if is_wide else [0.0, 1.0], np.float32) for is_wide in wide]

    def item(width: int) -> ItemData:
        facts = AssetFacts(sha256="a", media_type="image/png", size_bytes=1, width_px=width, height_px=5)
        return ItemData(assets={"image": facts})

    kept: dict[tuple[str, str], bytes] = {}
    read: list[str] = []

    def bytes_of(sha256: str) -> bytes:
        read.append(sha256)
        return picture("navy", 1)

    plain = Access(secret="", read=bytes_of, recall=lambda *key: kept.get(key),
                   keep=lambda sha256, name, made: kept.update({(sha256, name): made}))  # fmt: skip
    first, again = (features_of([item(5)], "", plain)[0] for _ in range(2))
    seeing = Access(secret="", read=bytes_of, embedder=Sizes())
    trained = train(SETTINGS, [Example(item=item(width), labels={"what": (label,)})
                               for width, label in ((90, "wide"), (9, "slim")) for _ in range(3)], seeing)  # fmt: skip
    model = open_model(SETTINGS, Access(secret="", read=bytes_of, embedder=Sizes(), trained=trained))
    (found,) = model.predict([Sample(item_id="", item=item(80))], asked("wide", "slim"))

    assert read == ["a"] and first is not None and again == pytest.approx(first, abs=1e-3)
    assert found.value["what"][0]["label"] == "wide"


def test_a_text_without_words_has_features_too() -> None:
    rows = text_features(["", "tea", "tea"])

    assert not rows[0].any() and rows[1] @ rows[2] == pytest.approx(1)


def test_the_spread_reaches_every_corner_before_it_comes_near_again() -> None:
    corners = np.eye(4, dtype=np.float32)
    rows = np.repeat(corners, 5, axis=0)

    chosen, far = spread(rows, corners[:1], 3)

    assert sorted(i // 5 for i in chosen) == [1, 2, 3]
    assert far == pytest.approx([2, 2, 2])


def test_doubt_alone_takes_the_most_doubted_and_both_takes_unlike_ones_among_them() -> None:
    rows = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0)
    doubt = [0.9] * 4 + [0.8] * 4 + [0.1] * 4
    nothing = np.zeros((0, 3), np.float32)

    by_doubt = choose(2, order="doubt", doubt=doubt, rows=rows, known=nothing)
    by_both = choose(2, order="both", doubt=doubt, rows=rows, known=rows[8:9])

    assert by_doubt == [0, 1]
    assert sorted(i // 4 for i in by_both) == [0, 1]


@pytest.mark.parametrize(("shares", "expected"), [
    ([1.0, 0.0], 0.0), ([0.5, 0.5], 1.0), ([0.25] * 4, 1.0), ([], 1.0), ([0.7], 0.0), ([0.0, 0.0], 1.0)])  # fmt: skip
def test_doubt_is_the_share_of_the_most_entropy(shares: list[float], expected: float) -> None:
    assert entropy(shares) == pytest.approx(expected)


def test_a_model_that_never_learnt_says_so() -> None:
    model = open_model(SETTINGS, Access(secret="", read=lambda sha256: b""))

    assert "not learnt" in model.check()
    with pytest.raises(Closed):
        model.predict([Sample(item_id="", item=text("a"))], asked("good"))
    assert isinstance(learnt(TEA).predict([Sample(item_id="", item=text("warm"))], asked("good", "bad"))[0], Prediction)
