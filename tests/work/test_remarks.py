"""Remarks on the merged answer, where each annotator finds them."""

from __future__ import annotations

from goldsmith.core.schema import Field, Label, LabelSchema
from goldsmith.kinds import KINDS
from goldsmith.work.data.remarks import Remark, pin

BOX = KINDS["box"].value
SCHEMA = LabelSchema(fields=(Field(name="things", kind="box", asset="image", labels=(Label(name="nut"),)),))


def value(object_id: str, x_px: float) -> dict[str, tuple[object, ...]]:
    return {"things": (BOX(id=object_id, label="nut", x_px=x_px, y_px=0, width_px=10, height_px=10),)}


def test_a_remark_on_a_merged_object_reaches_each_answer_at_its_own_object() -> None:
    answers = {"ann_a": value("own-a", 1), "ann_b": value("own-b", 0), "ann_c": value("elsewhere", 500)}

    found = pin([Remark(text="Too wide.", object_id="m")], SCHEMA, value("m", 0), answers)  # type: ignore[arg-type]

    assert found == [
        Remark(text="Too wide.", annotation_id="ann_a", object_id="own-a"),
        Remark(text="Too wide.", annotation_id="ann_b", object_id="own-b"),
    ]


def test_a_remark_that_names_an_answer_or_no_object_stays_as_it_is() -> None:
    said = [
        Remark(text="All good."),
        Remark(text="This one.", annotation_id="ann_a", object_id="own-a"),
        Remark(text="Nobody has it.", object_id="gone"),
    ]

    assert pin(said, SCHEMA, value("m", 0), {"ann_a": value("own-a", 0)}) == said  # type: ignore[dict-item,arg-type]
