"""Models of other tools: their predictions came with an import and are kept; nobody can ask them for more."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from goldsmith.models import Access, Answer, Asked, Closed, Sample

is_asked = False


class ImportedSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing: what the model said is all that there is of it."""


settings = ImportedSettings


def open_model(settings: ImportedSettings, access: Access) -> Model:
    """The model, which answers nothing."""
    return Model()


class Model:
    """What stands for a model that is elsewhere."""

    def check(self) -> str:
        """That there is nothing to be asked."""
        return "Its predictions came with an import."

    def predict(self, samples: Sequence[Sample], asked: Asked) -> list[Answer]:
        """Closed: it is not here."""
        raise Closed("This model's predictions came with an import; it cannot be asked for more.",
                     hint="Import another file with its predictions, or add the model itself.")
