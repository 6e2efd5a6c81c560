"""Losses: the sorts of what a format cannot hold, each in one sentence."""

from __future__ import annotations

from goldsmith.core.dataset import Report

LOSSES: dict[str, str] = {
    "item without a picture": "The item has no picture of known size, so the format has no place for it.",
    "item data": "A text or value of the item that the format does not hold; counted per value.",
    "file that is not a picture": "An asset of the item that is not a picture of known size.",
    "file that could not be opened": "An asset whose bytes the store did not give; its facts are written all the same.",
    "file left behind": "An asset whose bytes were asked for, in a format that carries none.",
    "renamed picture": "The picture was copied under another name, to be safe or unique.",
    "object outside the schema": "An object whose field or label the schema does not have.",
    "object of another kind": "An object whose kind is not its field's.",
    "object without a picture": "A shape on something that is not a picture of the item.",
    "object outside the picture": "A shape with no part inside the picture.",
    "part outside the picture": "A shape that was cut off at the picture's edge; counted per object.",
    "object id": "The object's id; reading makes a new one.",
    "attribute": "An attribute of an object that was written; counted per attribute.",
    "object's asset": "Which of the item's assets the object is about.",
    "polygon hole": "A ring cut out of a polygon; only the outline is written.",
    "polygon made a box": "A polygon of which only the box around it was written.",
    "polygon made a mask": "A polygon of which the pixels inside were written.",
    "object under others": "An object of which no pixel shows, as later ones lie over it.",
    "part under others": "An object with a part that does not show, as a later one lies over it; per object.",
    "object joined with others": "An object of a class that the picture has already; which pixel is whose is lost.",
    "skeleton of another template": "A skeleton with another number of points than the dataset's first template has.",
    "box made a polygon": "A box written as a polygon of its four corners.",
    "several fields merged": "Fields whose classes stand in one list; only Goldsmith tells them apart again.",
    "label renamed": "A label that the format spells otherwise; only Goldsmith reads the label back as it was.",
    "degree of preference": "How much better a response is; other tools see only which, or that neither is.",
    "equal rank": "Responses of the same rank, which other tools read one after another.",
    "group made relations": "A group written as relations of its first member; only Goldsmith reads it as a group.",
    "overlapping span": "A span over tokens that another span already has.",
    "span off token borders": "A span that starts or ends inside a token, or on white space.",
    "span of several parts": "A span with something between its parts.",
    "span of another text": "A span that lies on another text than its field's.",
    "preference for neither": "A preference or ranking in which all are equal: there is no pair of better and worse.",
    "replies of which none is better": "Replies side by side that are equally good or all bad: they make no pair.",
    "message of a branch not taken": "A message beside the way that a conversation took to its end.",
    "judgement of a message": "A message's rating, or what it said before it was corrected.",
}

OBJECT_LOSSES = frozenset(
    {
        "object outside the schema",
        "object of another kind",
        "object without a picture",
        "object outside the picture",
        "object under others",
        "object joined with others",
        "skeleton of another template",
        "overlapping span",
        "span off token borders",
        "span of several parts",
        "span of another text",
        "preference for neither",
        "message of a branch not taken",
    }
)
"""Sorts that each stand for one whole object; `<kind> object` is one more for every kind."""


def lose(report: Report, what: str, count: int) -> None:
    """Count losses where there are any."""
    if count:
        report.lose(what, count)


def is_whole_object(sort: str) -> bool:
    """Whether a loss of this sort is a whole object: those and the rest that was written make all there were."""
    return sort in OBJECT_LOSSES or sort.endswith(" object")
