"""What came from elsewhere with an import: predictions of models, which become suggestions of a model of that name.

The model is an annotator like any other model, without a key, and nobody can ask it for more. Its objects get ids of
their own, so that those of two models never meet in one answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import Struct, structs

from goldsmith.core.annotation import AnnotatedObject
from goldsmith.core.dataset import Opinion
from goldsmith.core.errors import BadInput
from goldsmith.core.item import ItemData
from goldsmith.core.schema import LabelSchema
from goldsmith.db.connection import Connection, Row
from goldsmith.kinds import KINDS, kind_of
from goldsmith.models import Prediction
from goldsmith.models.imported.model import ImportedSettings
from goldsmith.work.routing.models import NAME_MOST, Model
from goldsmith.work.routing.predicting import asking, registry, suggestions
from goldsmith.work.routing.predicting.asking import Checked

SORT, VERSION, NAMELESS = "imported", "imported", "Model without a name"
MODELS_MOST = 20  # of one import: a name for each task would fill the registry


class Predicted(Struct, frozen=True, kw_only=True):
    """A model's prediction of one item, checked."""

    by: str
    what: Checked


def model_name(by: str) -> str:
    """The name of the model, as the file has it, in one line that fits."""
    return " ".join("".join(c if c.isprintable() else " " for c in by).split())[:NAME_MOST].strip() or NAMELESS


def check_prediction(opinion: Opinion, schema: LabelSchema, item: ItemData) -> Predicted:
    """The prediction with ids of its own; BadInput says what does not fit. A required field may be empty."""
    by = model_name(opinion.by)
    prefix = f"sg{hashlib.sha256(by.encode()).hexdigest()[:6]}-"
    names = {one.id: f"{prefix}{field}-{i}" for field, objects in opinion.value.items()
             for i, one in enumerate(objects)}
    settings = {field.name: field.settings for field in schema.fields}
    value = {field: tuple(_renamed(one, names, settings.get(field, {})) for one in objects)
             for field, objects in opinion.value.items()}
    problems = asking.problems_of(value, schema, item)
    if problems:
        raise BadInput(f"The prediction of {by} does not fit: {' '.join(problems[:3])}")
    scores = {names[one]: round(score, 6) for one, score in opinion.scores.items() if one in names}
    doubt = asking.doubt_of(Prediction(value={}), scores)
    return Predicted(by=by, what=Checked(value_json=msgspec.json.encode(value), scores=scores, doubt=doubt,
                                         confidence=min(scores.values(), default=None)))


def _renamed(one: AnnotatedObject, names: Mapping[str, str], settings: Mapping[str, object]) -> AnnotatedObject:
    joins = KINDS[kind_of(one)].joins
    joined = joins.renamed(one, names, settings) if joins else one
    return structs.replace(joined if joined is not None else one, id=names[one.id])


FIND_TASK = "SELECT item_seq FROM item WHERE project_id = :project AND content_hash = :hash"
# Writing a row over itself locks it on PostgreSQL: two imports do not make two models of one name.
LOCK_WORKSPACE = "UPDATE workspace SET name = name WHERE workspace_id = :workspace"
HAS_SAID = "SELECT 1 FROM suggestion WHERE project_id = :project AND person_id = :person LIMIT 1"


class Models:
    """The models of one import, by name; each is found in the workspace, or made."""

    def __init__(self, project: Row) -> None:
        self._project = project
        self._admitted: set[str] = set()

    def admit(self, by: str) -> bool:
        """Whether the model is one of the import's first MODELS_MOST."""
        if len(self._admitted) < MODELS_MOST:
            self._admitted.add(by)
        return by in self._admitted

    def keep(self, db: Connection, found: Sequence[tuple[bytes, Predicted]], *, now_us: int) -> None:
        """Store predictions by the hash of what their item shows; what a model said before of an item is gone."""
        by_model: dict[str, dict[int, Checked]] = {}
        for content_hash, one in found:
            row = db.one(FIND_TASK, {"project": self._project["project_id"], "hash": content_hash})
            if row is not None:
                by_model.setdefault(one.by, {})[row["item_seq"]] = one.what
        for by, predicted in by_model.items():
            suggestions.keep(db, self._project, self._person_of(db, by, now_us=now_us), "", predicted, now_us=now_us)

    def _person_of(self, db: Connection, by: str, *, now_us: int) -> str:
        """Whom the model predicts as. Where it is new in the project, annotators see what it says if there is room."""
        predictor = self._find(db, by) or self._make(db, by, now_us=now_us)
        said = db.one(HAS_SAID, {"project": self._project["project_id"], "person": predictor["person_id"]})
        if said is None:
            suggestions.show(db, self._project, predictor["predictor_id"])
        return str(predictor["person_id"])

    def _find(self, db: Connection, by: str) -> Row | None:
        model = Model(model=by, version=VERSION)
        rows = registry.list_predictors(db, self._project["workspace_id"])
        return next((row for row in rows if row["sort"] == SORT and registry.model_of(row) == model), None)

    def _make(self, db: Connection, by: str, *, now_us: int) -> Row:
        workspace_id = self._project["workspace_id"]
        db.execute(LOCK_WORKSPACE, {"workspace": workspace_id})
        if (found := self._find(db, by)) is not None:
            return found
        predictor_id = registry.add_keyless(db, workspace_id, Model(model=by, version=VERSION), SORT,
                                            ImportedSettings(), now_us=now_us)
        return registry.find_predictor(db, workspace_id, predictor_id)
