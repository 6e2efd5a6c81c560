"""Drawing and editing on a picture, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.page import build, chromium, load, opened, served, settle, why_not

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
SMALL = {"width_px": 800, "height_px": 600}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("page")
    build(folder)
    with served(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def browser_page(browser: Any, address: str) -> Any:
    return opened(browser, address, 1000, 700)


@pytest.fixture
def page(browser_page: Any) -> Any:
    """A picture of 800 x 600 at its real size, with nothing on it."""
    browser_page.evaluate("bench.use('select')")
    load(browser_page, **SMALL)
    browser_page.evaluate("bench.canvas().actualSize()")
    settle(browser_page)
    return browser_page


def at(page: Any, x: float, y: float) -> tuple[float, float]:
    """Where an image point is on the screen."""
    view = page.evaluate("() => ({...document.querySelector('[data-testid=canvas]').dataset})")
    return x * float(view["scale"]) + float(view["x"]), y * float(view["scale"]) + float(view["y"])


def drag(page: Any, *points: tuple[float, float]) -> None:
    page.mouse.move(*at(page, *points[0]))
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*at(page, *point), steps=3)
    page.mouse.up()


def click(page: Any, *points: tuple[float, float]) -> None:
    for point in points:
        page.mouse.click(*at(page, *point))


def geometries(page: Any) -> list[dict[str, Any]]:
    return list(page.evaluate("bench.shapes().map(s => s.geometry)"))


def draw_square(page: Any) -> None:
    page.evaluate("bench.use('polygon')")
    click(page, (100, 100), (300, 100), (300, 300), (100, 300))
    page.keyboard.press("Enter")


def test_a_box_is_drawn_by_a_drag(page: Any) -> None:
    page.evaluate("bench.use('box')")

    drag(page, (100, 120), (260, 220))

    assert geometries(page) == [{"x_px": 100, "y_px": 120, "width_px": 160, "height_px": 100}]


def test_a_box_is_drawn_by_two_clicks(page: Any) -> None:
    page.evaluate("bench.use('box')")

    click(page, (100, 120), (260, 220))

    assert geometries(page) == [{"x_px": 100, "y_px": 120, "width_px": 160, "height_px": 100}]


def test_a_box_is_moved_and_its_corner_dragged(page: Any) -> None:
    page.evaluate("bench.use('box')")
    drag(page, (100, 100), (200, 200))
    page.evaluate("bench.use('select')")

    drag(page, (150, 150), (170, 160))
    drag(page, (220, 210), (300, 260))

    assert geometries(page) == [{"x_px": 120, "y_px": 110, "width_px": 180, "height_px": 150}]
    assert page.evaluate("bench.told()") == ["create", "change", "change"]


@pytest.mark.parametrize("end", ["Enter", "first vertex", "double click"])
def test_a_polygon_is_closed_by(page: Any, end: str) -> None:
    page.evaluate("bench.use('polygon')")
    click(page, (100, 100), (300, 100))

    if end == "double click":
        page.mouse.dblclick(*at(page, 300, 300))
    else:
        click(page, (300, 300))
        page.keyboard.press("Enter") if end == "Enter" else click(page, (102, 101))

    assert geometries(page) == [{"points": [[100, 100], [300, 100], [300, 300]], "holes": []}]


def test_a_vertex_is_dragged_inserted_and_taken_away(page: Any) -> None:
    draw_square(page)
    page.evaluate("bench.use('select')")

    drag(page, (300, 300), (340, 320))
    drag(page, (200, 100), (200, 60))
    page.keyboard.down("Alt")
    click(page, (100, 300))
    page.keyboard.up("Alt")

    assert geometries(page)[0]["points"] == [[100, 100], [200, 60], [300, 100], [340, 320]]


def test_backspace_takes_back_a_vertex_and_esc_the_drawing(page: Any) -> None:
    page.evaluate("bench.use('polygon')")
    click(page, (100, 100), (300, 100), (300, 300))

    page.keyboard.press("Backspace")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")

    assert page.evaluate("bench.told()") == ["sketch", "sketch", "sketch", "sketch", "no sketch", "create"]
    assert len(geometries(page)[0]["points"]) == 6  # Enter alone places a first shape


def test_a_drawing_saved_earlier_goes_on(page: Any) -> None:
    page.evaluate("bench.use('polygon'); bench.resume({kind: 'polygon', points: [[100, 100], [300, 100]], holes: []})")
    settle(page)

    click(page, (300, 300))
    page.keyboard.press("Enter")

    assert geometries(page) == [{"points": [[100, 100], [300, 100], [300, 300]], "holes": []}]
    page.evaluate("bench.resume(null)")


def test_arrow_keys_move_and_resize(page: Any) -> None:
    page.evaluate("bench.use('box')")
    drag(page, (100, 100), (200, 200))

    for key in ("ArrowRight", "Shift+ArrowDown", "Alt+ArrowRight"):
        page.keyboard.press(key)
    page.wait_for_function("bench.shapes()[0].geometry.width_px === 101")

    assert geometries(page) == [{"x_px": 101, "y_px": 110, "width_px": 101, "height_px": 100}]


def test_the_wheel_keeps_the_point_under_the_cursor(page: Any) -> None:
    x, y = at(page, 320, 240)
    page.mouse.move(x, y)

    page.mouse.wheel(0, -300)
    settle(page)

    scale = float(page.get_attribute("[data-testid=canvas]", "data-scale"))
    assert scale == pytest.approx(1.568, abs=0.01)
    assert at(page, 320, 240) == pytest.approx((x, y), abs=1)
    page.wait_for_selector("[data-testid=navigator]")


def test_space_pans_whatever_the_tool(page: Any) -> None:
    page.evaluate("bench.use('box')")
    page.mouse.move(*at(page, 400, 300))
    before = at(page, 0, 0)

    page.keyboard.down("Space")
    page.mouse.down()
    page.mouse.move(before[0] + 460, before[1] + 330, steps=4)
    page.mouse.up()
    page.keyboard.up("Space")
    settle(page)

    assert at(page, 0, 0) == pytest.approx((before[0] + 60, before[1] + 30), abs=1)
    assert geometries(page) == []


def test_the_pixels_show_the_moved_object_at_its_new_place_only(page: Any) -> None:
    page.evaluate("bench.use('box')")
    drag(page, (100, 100), (160, 160))
    page.evaluate("bench.use('select')")
    drag(page, (130, 130), (430, 330))
    page.evaluate("bench.select(null)")
    settle(page)

    painted = page.evaluate(
        """([from, to]) => {
          const layer = [...document.querySelectorAll('div.layer canvas')].find(c => c.style.visibility === 'visible')
          const box = layer.getBoundingClientRect()
          const pixels = layer.getContext('2d')
          return [from, to].map(([x, y]) => pixels.getImageData(x - box.left, y - box.top, 1, 1).data[3])
        }""",
        [at(page, 130, 130), at(page, 430, 330)],
    )
    assert painted[0] == 0 and painted[1] > 0


def test_one_finger_draws_and_two_fingers_zoom(browser: Any, address: str) -> None:
    page = opened(browser, address, 800, 700, has_touch=True)
    load(page, **SMALL)
    page.evaluate("bench.use('box'); bench.canvas().actualSize()")
    settle(page)
    fingers = page.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [dict(zip("xy", at(page, *p), strict=True), id=i) for i, p in enumerate(points)]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (100, 100))
    touch("touchMove", (200, 180))
    touch("touchEnd")
    drawn = geometries(page)
    touch("touchStart", (300, 300))
    touch("touchStart", (300, 300), (400, 300))
    touch("touchMove", (250, 300), (450, 300))
    touch("touchEnd")
    settle(page)

    assert drawn == [{"x_px": 100, "y_px": 100, "width_px": 100, "height_px": 80}]
    assert geometries(page) == drawn
    assert float(page.get_attribute("[data-testid=canvas]", "data-scale")) == pytest.approx(2, abs=0.05)
