"""A small street-scene renderer: what stands where is known, so the true boxes and outlines are too.

World: x right, y up, z away from the camera, in metres; the ground is y = 0.
"""

from __future__ import annotations

import colorsys
import io
import math
import random
from typing import Any

from msgspec import Struct

Point = tuple[float, float]
Rgb = tuple[int, int, int]

ROAD_HALF_M = 5.0
FRONT_M = 9.5  # from the middle of the road to the house fronts
FAR_M = 110.0
SUPERSAMPLE = 2
MIN_SIDE_PX = 8  # visible less than this: not in the truth

CAR_RGB: tuple[Rgb, ...] = ((166, 60, 56), (196, 211, 219), (52, 96, 140), (58, 70, 78), (222, 170, 66), (88, 130, 110))
BUS_RGB: tuple[Rgb, ...] = ((230, 178, 50), (190, 62, 58), (64, 124, 132))
CLOTH_RGB: tuple[Rgb, ...] = ((38, 84, 88), (104, 76, 100), (178, 92, 62), (66, 82, 128), (202, 168, 96), (90, 100, 66))
SKIN_RGB: tuple[Rgb, ...] = ((236, 196, 164), (198, 146, 108), (142, 96, 68), (94, 62, 46))
WALL_RGB: tuple[Rgb, ...] = ((178, 136, 104), (201, 182, 150), (158, 122, 94), (188, 158, 142), (150, 158, 160))
LEAF_RGB: tuple[Rgb, ...] = ((66, 110, 62), (88, 128, 66), (52, 98, 72))
SKIES: tuple[tuple[Rgb, Rgb], ...] = (
    ((140, 176, 206), (232, 226, 212)),
    ((122, 168, 196), (222, 232, 228)),
    ((150, 156, 190), (246, 214, 186)),
)
GLASS: Rgb = (44, 66, 84)
TYRE: Rgb = (28, 36, 42)
PANE: Rgb = (102, 120, 132)


class Camera(Struct, frozen=True, kw_only=True):
    """A pinhole camera that looks straight along the road."""

    width_px: int
    height_px: int
    focal_px: float
    horizon_px: float
    height_m: float

    def project(self, x_m: float, y_m: float, z_m: float) -> Point:
        """Where a point of the world falls in the picture."""
        scale = self.focal_px / z_m
        return self.width_px / 2 + x_m * scale, self.horizon_px + (self.height_m - y_m) * scale


class Thing(Struct, frozen=True, kw_only=True):
    """One thing on the ground; (x_m, z_m) is the middle of the foot of its front."""

    label: str
    x_m: float
    z_m: float
    width_m: float
    height_m: float
    depth_m: float = 0.0
    view: str = "rear"  # cars: "rear", "side"
    flip: bool = False
    rgb: Rgb = (128, 128, 128)
    rgb2: Rgb = (60, 60, 60)


class Scene(Struct, frozen=True, kw_only=True):
    """A camera and what it sees, in painter's order: what is drawn later covers what came before."""

    camera: Camera
    things: tuple[Thing, ...]
    sky_top: Rgb
    sky_low: Rgb


class TrueObject(Struct, frozen=True, kw_only=True):
    """The visible part of a thing; `polygon` is the outline of its largest visible piece."""

    label: str
    box: tuple[float, float, float, float]  # x, y, w, h in px
    polygon: tuple[Point, ...]


class Part(Struct, frozen=True, kw_only=True):
    """A flat coloured piece of a thing, already in pixels."""

    points: tuple[Point, ...]
    rgb: Rgb


# --- placing ---


def make_scene(rng: random.Random, width_px: int = 1280, height_px: int = 720) -> Scene:
    """A street with houses, trees, traffic and people; the same seed gives the same street."""
    camera = Camera(
        width_px=width_px,
        height_px=height_px,
        focal_px=width_px * rng.uniform(0.66, 0.78),
        horizon_px=height_px * rng.uniform(0.45, 0.51),
        height_m=rng.uniform(2.3, 2.9),
    )
    sky_top, sky_low = rng.choice(SKIES)
    houses = sorted(_houses(rng, -1) + _houses(rng, 1), key=_distance)
    street = sorted(_trees(rng) + _traffic(rng) + _people(rng), key=_distance)
    return Scene(camera=camera, things=(*houses, *street), sky_top=sky_top, sky_low=sky_low)


def _distance(thing: Thing) -> float:
    return -thing.z_m


def _houses(rng: random.Random, side: int) -> list[Thing]:
    houses: list[Thing] = []
    z = rng.uniform(14, 20)
    while z < FAR_M * 0.7:
        depth, width = rng.uniform(9, 16), rng.uniform(10, 16)
        x, height, wall = side * (FRONT_M + width / 2), rng.choice((6.4, 9.6, 12.8)), _vary(rng, rng.choice(WALL_RGB))
        houses.append(
            Thing(label="Building", x_m=x, z_m=z, width_m=width, height_m=height, depth_m=depth, rgb=wall, rgb2=PANE)
        )
        z += depth + rng.choice((0.0, 3.0, 6.0))
    return houses


def _trees(rng: random.Random) -> list[Thing]:
    trees: list[Thing] = []
    for side in (-1, 1):
        z = rng.uniform(14, 24)
        while z < 60:
            size, leaf = rng.uniform(4.2, 6.0), _vary(rng, rng.choice(LEAF_RGB))
            trees.append(
                Thing(
                    label="Tree", x_m=side * 8.1, z_m=z, width_m=size * 0.62, height_m=size, rgb=leaf, rgb2=(92, 70, 50)
                )
            )
            z += rng.uniform(12, 26)
    return trees


def _traffic(rng: random.Random) -> list[Thing]:
    things: list[Thing] = []
    z = rng.uniform(8.5, 12)
    for _ in range(rng.randint(3, 6)):
        x = rng.choice((-2.4, 2.4)) + rng.uniform(-0.4, 0.4)
        side_on = rng.random() < 0.35
        if z > 15 and rng.random() < 0.3:
            things.append(Thing(label="Bus", x_m=x, z_m=z, width_m=2.5, height_m=3.1, rgb=rng.choice(BUS_RGB)))
        else:
            width = rng.uniform(4.0, 4.5) if side_on else rng.uniform(1.75, 1.9)
            view, height, flip = "side" if side_on else "rear", rng.uniform(1.45, 1.65), rng.random() < 0.5
            paint = _vary(rng, rng.choice(CAR_RGB))
            things.append(
                Thing(label="Car", x_m=x, z_m=z, width_m=width, height_m=height, view=view, flip=flip, rgb=paint)
            )
        z += rng.uniform(4, 11)
    return things


def _people(rng: random.Random) -> list[Thing]:
    people: list[Thing] = []
    for _ in range(rng.randint(3, 7)):
        z = rng.uniform(9, 32)
        x = rng.choice((-1, 1)) * rng.uniform(5.6, 7.4) if rng.random() < 0.8 or z < 12 else rng.uniform(-4, 4)
        x = math.copysign(min(abs(x), z * 0.62), x)
        height, cloth, skin = rng.uniform(1.55, 1.9), _vary(rng, rng.choice(CLOTH_RGB)), rng.choice(SKIN_RGB)
        flip = rng.random() < 0.5
        people.append(
            Thing(label="Person", x_m=x, z_m=z, width_m=0.6, height_m=height, flip=flip, rgb=cloth, rgb2=skin)
        )
    return people


def _vary(rng: random.Random, rgb: Rgb) -> Rgb:
    hue, light, sat = colorsys.rgb_to_hls(*(c / 255 for c in rgb))
    light = min(0.92, max(0.08, light + rng.uniform(-0.04, 0.04)))
    red, green, blue = colorsys.hls_to_rgb((hue + rng.uniform(-0.015, 0.015)) % 1, light, sat)
    return round(red * 255), round(green * 255), round(blue * 255)


# --- shapes: u across and v up, as fractions of the thing's width and height ---

Shape = tuple[list[Point], Rgb]


def _rect(u: float, v: float, width: float, height: float) -> list[Point]:
    return [(u, v), (u + width, v), (u + width, v + height), (u, v + height)]


def _disc(u: float, v: float, radius_m: float, thing: Thing, steps: int = 28) -> list[Point]:
    turns = [2 * math.pi * i / steps for i in range(steps)]
    return [(u + radius_m / thing.width_m * math.cos(t), v + radius_m / thing.height_m * math.sin(t)) for t in turns]


def _arch(points: list[Point], rounds: int = 2) -> list[Point]:
    """Chaikin's corner cutting: a soft version of the same outline."""
    for _ in range(rounds):
        pairs = zip(points, points[1:] + points[:1], strict=True)
        points = [(a[0] * k + b[0] * (1 - k), a[1] * k + b[1] * (1 - k)) for a, b in pairs for k in (0.8, 0.2)]
    return points


def _car_side(car: Thing) -> list[Shape]:
    body = [
        (-0.5, 0.2),
        (0.5, 0.2),
        (0.5, 0.5),
        (0.43, 0.6),
        (0.28, 0.96),
        (0.1, 1),
        (-0.2, 1),
        (-0.36, 0.9),
        (-0.48, 0.55),
    ]
    shapes: list[Shape] = [
        (_arch(body), car.rgb),
        ([(-0.33, 0.62), (-0.04, 0.62), (-0.04, 0.92), (-0.24, 0.92)], GLASS),
        ([(0.0, 0.62), (0.36, 0.62), (0.23, 0.92), (0.0, 0.92)], GLASS),
        (_rect(-0.49, 0.34, 0.98, 0.025), _shade(car.rgb, 0.8)),
        (_rect(0.455, 0.43, 0.04, 0.08), (250, 234, 180)),
        (_rect(-0.49, 0.43, 0.03, 0.09), (176, 40, 40)),
    ]
    for u in (-0.29, 0.29):
        shapes += [(_disc(u, 0.21, 0.33, car), TYRE), (_disc(u, 0.21, 0.17, car), (150, 156, 160))]
    return shapes


def _car_rear(car: Thing) -> list[Shape]:
    cabin = [(-0.44, 0.5), (0.44, 0.5), (0.33, 1), (-0.33, 1)]
    return [
        (_rect(-0.46, 0, 0.16, 0.3), TYRE),
        (_rect(0.30, 0, 0.16, 0.3), TYRE),
        (_arch(cabin), _shade(car.rgb, 0.92)),
        (_arch(_rect(-0.5, 0.15, 1, 0.46)), car.rgb),
        ([(-0.36, 0.61), (0.36, 0.61), (0.28, 0.92), (-0.28, 0.92)], GLASS),
        (_rect(-0.46, 0.42, 0.15, 0.11), (188, 44, 44)),
        (_rect(0.31, 0.42, 0.15, 0.11), (188, 44, 44)),
        (_rect(-0.15, 0.35, 0.3, 0.1), (236, 232, 216)),
        (_rect(-0.48, 0.18, 0.96, 0.07), _shade(car.rgb, 0.65)),
    ]


def _bus(bus: Thing) -> list[Shape]:
    return [
        (_rect(-0.44, 0, 0.14, 0.16), TYRE),
        (_rect(0.30, 0, 0.14, 0.16), TYRE),
        (_arch(_rect(-0.5, 0.08, 1, 0.92), 1), bus.rgb),
        (_rect(-0.42, 0.5, 0.4, 0.32), GLASS),
        (_rect(0.02, 0.5, 0.4, 0.32), GLASS),
        (_rect(-0.26, 0.87, 0.52, 0.07), (38, 40, 40)),
        (_rect(-0.5, 0.36, 1, 0.04), _shade(bus.rgb, 0.75)),
        (_rect(-0.44, 0.2, 0.12, 0.08), (250, 234, 190)),
        (_rect(0.32, 0.2, 0.12, 0.08), (250, 234, 190)),
    ]


def _person(person: Thing) -> list[Shape]:
    legs, hair = _shade(person.rgb, 0.6), _shade(person.rgb2, 0.35)
    return [
        ([(-0.22, 0.5), (0.04, 0.5), (-0.14, 0.02), (-0.3, 0.02)], legs),
        ([(-0.04, 0.5), (0.22, 0.5), (0.3, 0.02), (0.14, 0.02)], _shade(legs, 0.85)),
        (_rect(-0.3, 0, 0.24, 0.03), TYRE),
        (_rect(0.14, 0, 0.24, 0.03), TYRE),
        (
            _arch([(-0.2, 0.82), (-0.32, 0.78), (-0.48, 0.48), (-0.36, 0.46), (-0.16, 0.68)], 1),
            _shade(person.rgb, 0.86),
        ),
        (_arch([(0.2, 0.82), (0.32, 0.78), (0.5, 0.52), (0.38, 0.48), (0.16, 0.68)], 1), _shade(person.rgb, 0.86)),
        (_arch([(-0.28, 0.84), (0.28, 0.84), (0.26, 0.44), (-0.26, 0.44)], 1), person.rgb),
        (_rect(-0.07, 0.82, 0.14, 0.06), _shade(person.rgb2, 0.9)),
        (_disc(0, 0.93, 0.125, person), hair),
        (_disc(0.05, 0.915, 0.105, person), person.rgb2),
    ]


def _tree(tree: Thing) -> list[Shape]:
    size = tree.width_m
    return [
        ([(-0.06, 0), (0.06, 0), (0.035, 0.6), (-0.035, 0.6)], tree.rgb2),
        (_disc(-0.2, 0.56, size * 0.3, tree), _shade(tree.rgb, 0.86)),
        (_disc(0.2, 0.6, size * 0.3, tree), _shade(tree.rgb, 0.94)),
        (_disc(0.0, 0.78, size * 0.34, tree), tree.rgb),
    ]


# --- from world to pixels ---


def _shade(rgb: Rgb, factor: float) -> Rgb:
    return round(rgb[0] * factor), round(rgb[1] * factor), round(rgb[2] * factor)


def _blend(a: Rgb, b: Rgb, share: float) -> Rgb:
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


def _parts(scene: Scene, thing: Thing) -> list[Part]:
    """The thing's pieces in the order they are painted, with haze by distance."""
    if thing.label == "Building":
        return _house_parts(scene, thing)
    shapes = {"Bus": _bus, "Person": _person, "Tree": _tree}.get(
        thing.label, _car_side if thing.view == "side" else _car_rear
    )(thing)
    mirror, haze = -1 if thing.flip else 1, min(0.6, thing.z_m / FAR_M)
    parts: list[Part] = []
    for points, rgb in shapes:
        placed = tuple(
            scene.camera.project(thing.x_m + mirror * u * thing.width_m, v * thing.height_m, thing.z_m)
            for u, v in points
        )
        parts.append(Part(points=placed, rgb=_blend(rgb, scene.sky_low, haze)))
    return parts


def _house_parts(scene: Scene, house: Thing) -> list[Part]:
    """The end wall that faces us and the street front, each with windows by storey."""
    side = 1 if house.x_m > 0 else -1
    haze = min(0.75, house.z_m / FAR_M)
    near, far = house.z_m, house.z_m + house.depth_m
    parts: list[Part] = []

    def wall(a: Point, b: Point, span_m: float, light: float) -> None:
        def piece(s0: float, s1: float, y0: float, y1: float, rgb: Rgb) -> None:
            corners = [(s0, y0), (s1, y0), (s1, y1), (s0, y1)]
            points = tuple(
                scene.camera.project(a[0] + (b[0] - a[0]) * s, y, a[1] + (b[1] - a[1]) * s) for s, y in corners
            )
            parts.append(Part(points=points, rgb=_blend(_shade(rgb, light), scene.sky_low, haze)))

        piece(0, 1, 0, house.height_m, house.rgb)
        piece(0, 1, house.height_m - 0.35, house.height_m, _shade(house.rgb, 0.82))
        columns = max(2, int(span_m / 3.2))
        for storey in range(int(house.height_m / 3.2)):
            for column in range(columns):
                middle, half, sill = (column + 0.5) / columns, 0.26 / columns, storey * 3.2 + 0.95
                piece(middle - half, middle + half, sill - 0.12, sill, _shade(house.rgb, 0.8))
                piece(middle - half, middle + half, sill, sill + 1.45, house.rgb2)

    inner, outer = side * FRONT_M, side * (FRONT_M + house.width_m)
    wall((inner, near), (outer, near), house.width_m, 1.0)
    wall((inner, near), (inner, far), house.depth_m, 0.86)
    return parts


# --- truth ---


def truth(scene: Scene) -> list[TrueObject]:
    """What can be seen of each thing, in painter's order, cut at the picture's edge."""
    from PIL import Image, ImageDraw

    size = (scene.camera.width_px, scene.camera.height_px)
    owner = Image.new("L", size, 0)
    draw = ImageDraw.Draw(owner)
    for number, thing in enumerate(scene.things, start=1):
        for part in _parts(scene, thing):
            draw.polygon(part.points, fill=number)
    found: list[TrueObject] = []
    for number, thing in enumerate(scene.things, start=1):
        mask = owner.point([255 if value == number else 0 for value in range(256)])
        bounds = mask.getbbox()
        if bounds is None or min(bounds[2] - bounds[0], bounds[3] - bounds[1]) < MIN_SIDE_PX:
            continue
        x0, y0, x1, y1 = bounds
        ring = _largest_ring(mask.crop(bounds).tobytes(), x1 - x0, y1 - y0)
        polygon = tuple((x + x0, y + y0) for x, y in _simplify(ring, 0.9))
        box = (float(x0), float(y0), float(x1 - x0), float(y1 - y0))
        found.append(TrueObject(label=thing.label, box=box, polygon=polygon))
    return found


def _edges(mask: bytes, width: int, height: int) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """The borders between inside and outside pixels, inside on the right hand."""
    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for y in range(height):
        for x in range(width):
            at = y * width + x
            if not mask[at]:
                continue
            if y == 0 or not mask[at - width]:
                edges.setdefault((x, y), []).append((x + 1, y))
            if x == width - 1 or not mask[at + 1]:
                edges.setdefault((x + 1, y), []).append((x + 1, y + 1))
            if y == height - 1 or not mask[at + width]:
                edges.setdefault((x + 1, y + 1), []).append((x, y + 1))
            if x == 0 or not mask[at - 1]:
                edges.setdefault((x, y + 1), []).append((x, y))
    return edges


def _largest_ring(mask: bytes, width: int, height: int) -> list[Point]:
    edges = _edges(mask, width, height)
    best, best_area = [(0.0, 0.0)], 0.0
    while edges:
        start = next(iter(edges))
        here, before, ring = start, start, []
        while True:
            ring.append((float(here[0]), float(here[1])))
            nexts = edges[here]
            pick = max(nexts, key=lambda n: _turn(before, here, n))  # at a touching corner: stay with this piece
            nexts.remove(pick)
            if not nexts:
                del edges[here]
            before, here = here, pick
            if here == start:
                break
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2
        if area > best_area:
            best, best_area = ring, area
    return best


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])


def _simplify(ring: list[Point], tolerance_px: float) -> list[Point]:
    """Douglas-Peucker on a closed ring, split at the point farthest from its first."""
    if len(ring) < 4:
        return ring
    half = max(range(len(ring)), key=lambda i: math.dist(ring[0], ring[i]))
    keep = {0, half, len(ring)}
    closed, spans = [*ring, ring[0]], [(0, half), (half, len(ring))]
    while spans:
        first, last = spans.pop()
        a, b = closed[first], closed[last]
        length = math.dist(a, b) or 1.0
        worst, worst_px = first, 0.0
        for i in range(first + 1, last):
            p = closed[i]
            off = abs((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])) / length
            if off > worst_px:
                worst, worst_px = i, off
        if worst_px > tolerance_px:
            keep.add(worst)
            spans += [(first, worst), (worst, last)]
    return [closed[i] for i in sorted(keep - {len(ring)})]


# --- painting ---


def render(scene: Scene) -> bytes:
    """The scene as a JPEG."""
    from PIL import Image, ImageDraw

    camera = scene.camera
    picture = Image.new("RGB", (camera.width_px * SUPERSAMPLE, camera.height_px * SUPERSAMPLE))
    draw = ImageDraw.Draw(picture, "RGBA")
    _paint_ground(draw, scene)
    for thing in scene.things:
        if thing.label != "Building":
            _paint_shadow(draw, scene, thing)
        for part in _parts(scene, thing):
            draw.polygon(_big(part.points), fill=part.rgb)
    small = picture.resize((camera.width_px, camera.height_px), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=90)
    return out.getvalue()


def _big(points: tuple[Point, ...] | list[Point]) -> list[Point]:
    # pixel centres lie half a pixel in at either size
    return [((x + 0.5) * SUPERSAMPLE - 0.5, (y + 0.5) * SUPERSAMPLE - 0.5) for x, y in points]


def _paint_ground(draw: Any, scene: Scene) -> None:
    camera = scene.camera
    width, height = camera.width_px * SUPERSAMPLE, camera.height_px * SUPERSAMPLE
    horizon = camera.horizon_px * SUPERSAMPLE
    for y in range(height):
        if y < horizon:
            rgb = _blend(scene.sky_top, scene.sky_low, (y / horizon) ** 1.2)
        else:
            rgb = _blend((186, 180, 166), (160, 154, 142), (y - horizon) / (height - horizon))
        draw.line([(0, y), (width, y)], fill=rgb)
        if y > horizon:
            scale = (y - horizon) / SUPERSAMPLE / camera.height_m
            half = ROAD_HALF_M * scale * SUPERSAMPLE
            kerb = half + 0.3 * scale * SUPERSAMPLE
            draw.line([(width / 2 - kerb, y), (width / 2 + kerb, y)], fill=(204, 199, 186))
            road = _blend((122, 120, 126), (74, 73, 79), (y - horizon) / (height - horizon))
            draw.line([(width / 2 - half, y), (width / 2 + half, y)], fill=road)
    z = 2.5
    while z < FAR_M:
        corners = [(-0.13, z), (0.13, z), (0.13, z + 2.6), (-0.13, z + 2.6)]
        draw.polygon(_big([camera.project(x, 0, far) for x, far in corners]), fill=(226, 221, 206))
        z += 6


def _paint_shadow(draw: Any, scene: Scene, thing: Thing) -> None:
    turns = [2 * math.pi * i / 32 for i in range(32)]
    across, along = thing.width_m * 0.55, min(0.9, thing.width_m * 0.4)
    ring = [scene.camera.project(thing.x_m + across * math.cos(t), 0, thing.z_m + along * math.sin(t)) for t in turns]
    draw.polygon(_big(ring), fill=(20, 22, 30, 70))
