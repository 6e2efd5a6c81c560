"""A quick model: learns a project's own labels from its own answers in seconds, on the machine that it runs on."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from goldsmith.core.item import ItemData
from goldsmith.core.schema import Field
from goldsmith.models import Access, Answer, Asked, Closed, Example, Json, Prediction, Refused, Sample
from goldsmith.models.embedding import looks, picture_of, text_of
from goldsmith.models.features import Floats, text_features
from goldsmith.models.quick import regression

AT_ONCE = 64
EXAMPLES_MOST = 2000  # that it learns from: the newest
EACH_LEAST = 2  # labels that are known at all, before there is anything to learn


class QuickSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of which project it is, and which of its questions it answers."""

    project_id: str
    field: str  # of a kind whose objects are a label and nothing else
    key: str = ""  # the text or picture of an item that it looks at; empty: all texts, or the first picture
    embedder: str = ""  # a predictor by which it sees items; empty: words, or colours and edges

    def __post_init__(self) -> None:
        if not self.project_id or not self.field:
            raise ValueError("Say which project it is of, and which field it answers.")


settings = QuickSettings


def train(settings: QuickSettings, examples: Sequence[Example], access: Access) -> bytes:
    """What it learns from these; Closed where there is too little to learn from."""
    known = [one for one in examples if settings.field in one.labels][-EXAMPLES_MOST:]
    labels = sorted({label for one in known for label in one.labels[settings.field]})
    if len(labels) < EACH_LEAST or len(known) < 2 * EACH_LEAST:
        raise Closed("There is too little to learn from.",
                     hint=f"Answer some items first: {EACH_LEAST} labels of {settings.field} at least.")
    rows = features_of([one.item for one in known], settings.key, access)
    is_there = np.array([row is not None for row in rows])
    if is_there.sum() < 2 * EACH_LEAST:
        raise Closed("The items have nothing that it can look at.", hint="Say in its settings which text or picture.")
    truth = np.array([[label in one.labels[settings.field] for label in labels] for one in known], np.float32)[is_there]
    is_one = bool((truth.sum(axis=1) == 1).all())
    weights, biases = regression.fit(np.stack([row for row in rows if row is not None]), truth, is_one=is_one)
    file = io.BytesIO()
    np.savez_compressed(file, weights=weights.astype(np.float16), biases=biases, labels=np.array(labels),
                        is_one=np.array(is_one), examples=np.array(int(is_there.sum())))
    return file.getvalue()


def features_of(items: Sequence[ItemData], key: str, access: Access) -> list[Floats | None]:
    """Each item as a row of numbers, texts and pictures never mixed; None where it has nothing of the sort."""
    if access.embedder is not None:
        return access.embedder.embed(items)
    texts = {i: text for i, item in enumerate(items) if (text := text_of(item, key)) is not None}
    found: list[Floats | None] = [None] * len(items)
    if len(texts) * 2 >= len(items):
        for i, row in zip(texts, text_features(list(texts.values())), strict=True):
            found[i] = row
        return found
    return [looks(sha256, access) if (sha256 := picture_of(item, key)) else None for item in items]


def open_model(settings: QuickSettings, access: Access) -> Model:
    """A model as it has learnt so far."""
    return Model(settings, access)


class Model:
    """What was learnt, ready to be asked."""

    def __init__(self, settings: QuickSettings, access: Access) -> None:
        self._settings, self._access = settings, access
        self._is_trained = bool(access.trained)
        if self._is_trained:
            with np.load(io.BytesIO(access.trained), allow_pickle=False) as kept:
                self._weights, self._biases = kept["weights"].astype(np.float32), kept["biases"]
                self._labels, self._is_one = [str(one) for one in kept["labels"]], bool(kept["is_one"])
                self._examples = int(kept["examples"])

    def check(self) -> str:
        """From how many items it has learnt."""
        if not self._is_trained:
            return "It has not learnt anything yet; it does when it is first run."
        return f"It has learnt {len(self._labels)} labels from {self._examples} items."

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """The most probable label of each item, or every one that is more likely than not."""
        if not self._is_trained:
            raise Closed("It has not learnt anything yet.", hint="Run it through its project once.")
        field = next((one for one in asked.schema.fields if one.name == self._settings.field), None)
        if field is None:
            raise Closed(f"The project has no field {self._settings.field!r}.")
        rows = features_of([one.item for one in samples], self._settings.key, self._access)
        if any(row is not None and row.shape[0] != self._weights.shape[0] for row in rows):
            raise Closed("It has learnt from texts and is shown pictures, or the other way.")
        return [Refused(reason="The item has nothing that it can look at.") if row is None
                else self._answer(field, row) for row in rows]

    def _answer(self, field: Field, row: Floats) -> Prediction:
        given = regression.predict(row[None], self._weights, self._biases, is_one=self._is_one)[0]
        offered = {label.name for label in field.labels}
        shares = {label: float(share) for label, share in zip(self._labels, given, strict=True) if label in offered}
        best = max(shares, key=lambda label: shares[label], default="")
        chosen = [best] if self._is_one or not field.multiple else [one for one in shares if shares[one] >= 0.5]
        objects: list[Json] = [{"id": label, "kind": field.kind, "label": label} for label in chosen if label]
        return Prediction(value={field.name: objects} if objects else {},
                          scores={label: shares[label] for label in chosen if label},
                          shares={field.name: shares} if self._is_one else {})


