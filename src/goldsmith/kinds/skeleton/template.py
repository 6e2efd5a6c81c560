"""Templates: the points that a field's skeletons have, what ties them, and which of them are sides."""

from __future__ import annotations

from msgspec import Struct

POINTS_MOST = 500


class SkeletonPoint(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A point of the template, and where it lies in a box around the whole, in shares of its sides, in [0, 1]."""

    name: str
    x_share: float
    y_share: float


class SkeletonSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The template of a field of skeletons; without points any number of them is taken, and none has a name."""

    points: tuple[SkeletonPoint, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()  # by name
    swaps: tuple[tuple[str, str], ...] = ()  # points that change places when the picture is mirrored

    def __post_init__(self) -> None:
        """Refuse names used twice, ties to points that are not there, and places outside the box."""
        names = [one.name for one in self.points]
        if len(names) > POINTS_MOST:
            raise ValueError(f"A skeleton has at most {POINTS_MOST} points, not {len(names)}.")
        if not all(names) or len(set(names)) < len(names):
            raise ValueError("Each point has a name of its own.")
        if not all(0 <= share <= 1 for one in self.points for share in (one.x_share, one.y_share)):
            raise ValueError("The shares of a point lie between 0 and 1.")
        for what, pairs in (("edge", self.edges), ("swap", self.swaps)):
            wrong = [pair for pair in pairs if pair[0] == pair[1] or not {*pair} <= {*names}]
            if wrong:
                a, b = wrong[0]
                raise ValueError(f"The {what} {a!r} to {b!r} does not tie two points of the skeleton.")
