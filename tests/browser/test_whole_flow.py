"""The whole way of pictures in a browser: first run, import, two annotators, review, audit, versions, export."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import Ear, open_context, photos
from tests.browser.steps import draw_box, objects, open_bench, saved, submit, task_name, wait_bench
from tests.conftest import Server

PHOTOS = 4


class Story:
    """Four people at their own browsers, and what they work on."""

    def __init__(self, chrome: Any, server: Server, folder: Path) -> None:
        self.chrome, self.server, self.folder = chrome, server, folder
        self.pages: dict[str, Any] = {}
        self.ears: dict[str, Ear] = {}
        self.project = ""

    def arrive(self, name: str, link: str) -> Any:
        context, ear = open_context(self.chrome, self.server, accept_downloads=True)
        ear.expect(r"401: GET .*/api/me")  # before the account is made
        page = context.new_page()
        steps.join(page, link, name)
        self.pages[name], self.ears[name] = page, ear
        return page


@pytest.fixture(scope="module")
def story(chrome: Any, house: Server, tmp_path_factory: pytest.TempPathFactory) -> Story:
    return Story(chrome, house, tmp_path_factory.mktemp("pictures"))


def test_pictures_go_from_the_first_run_to_an_export_that_others_read(story: Story, tmp_path: Path) -> None:
    owner = story.arrive("Olga", steps.first_run_link(story.server))
    import_a_folder_with_a_broken_file(story, owner)
    add_an_outline_field(story, owner)
    ana, ben, rae = (story.arrive(name, steps.invite(owner, role)) for name, role in (
        ("Ana", "annotator"), ("Ben", "annotator"), ("Rae", "reviewer")))

    boxes = label_and_undo_across_the_border(story, ana)
    find_the_unfinished_polygon_again(story, ana)
    label_the_rest(story, ana, 2)
    label_the_rest(story, ben, PHOTOS, other_label_on=min(boxes))

    returned = judge(story, rae)
    cut_a_version(story, owner, "First")
    answer_what_was_returned(story, ana, returned)
    accept_the_rest(story, rae)
    audit_blind(story, owner)
    cut_a_version(story, owner, "Second")
    read_the_certificate_and_the_difference(story, owner)
    export_coco(story, owner, tmp_path)
    look_through_the_grid(story, owner)
    warn_of_what_a_schema_breaks(story, owner)

    assert {name: ear.surprises() for name, ear in story.ears.items()} == {name: [] for name in story.ears}


def import_a_folder_with_a_broken_file(story: Story, owner: Any) -> None:
    folder = story.folder / "photos"
    photos(folder, PHOTOS)
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 this is no picture")
    story.project = steps.make_project(owner, "object-detection", "Crossing")
    steps.state_origin(owner)

    owner.get_by_test_id("folder").set_input_files(str(folder))

    expect(owner.get_by_role("heading", name=re.compile("Import done"))).to_be_visible(timeout=30_000)
    expect(owner.get_by_test_id("sums")).to_contain_text(f"{PHOTOS} items added")
    expect(owner.get_by_test_id("refusals")).to_contain_text("broken.jpg")
    expect(owner.get_by_test_id("past-imports")).to_contain_text("CC-BY-4.0")


def add_an_outline_field(story: Story, owner: Any) -> None:
    owner.goto(f"/projects/{story.project}/schema")
    owner.get_by_test_id("add-polygon").click()
    owner.get_by_test_id("field-name").last.fill("outlines")
    expect(owner.get_by_test_id("saved")).to_have_text("not saved")

    owner.get_by_test_id("save").click()

    expect(owner.get_by_test_id("saved")).to_have_text("saved")
    expect(owner.get_by_text("version 2 in force")).to_be_visible()


def two_boxes(page: Any) -> None:
    """A Car and a Bus; everybody draws them nearly alike."""
    page.keyboard.press("1")
    draw_box(page, (60, 60), (200, 160))
    page.keyboard.press("2")
    draw_box(page, (220, 80), (300, 200))
    expect(objects(page)).to_have_count(2)


def label_and_undo_across_the_border(story: Story, ana: Any) -> list[str]:
    open_bench(ana, story.project)
    first = task_name(ana)
    two_boxes(ana)
    saved(ana)
    submit(ana)
    second = task_name(ana)
    expect(objects(ana)).to_have_count(0)

    ana.keyboard.press("Control+z")  # nothing to undo here: the answer before opens again

    expect(ana.locator("header .where .faint")).to_have_attribute("title", first)
    expect(objects(ana)).to_have_count(2)
    submit(ana)
    expect(ana.locator("header .where .faint")).to_have_attribute("title", second)
    return [first, second]


def find_the_unfinished_polygon_again(story: Story, ana: Any) -> None:
    wait_bench(ana)
    name = task_name(ana)
    two_boxes(ana)
    ana.keyboard.press("p")
    for corner in ((40, 40), (160, 44), (150, 150)):
        ana.mouse.click(*steps.place(ana, *corner))
    saved(ana)
    context = ana.context
    ana.close()

    again = context.new_page()
    story.pages["Ana"] = again
    open_bench(again, story.project)

    assert task_name(again) == name
    expect(objects(again)).to_have_count(2)
    again.get_by_test_id("canvas").focus()
    again.keyboard.press("Enter")  # closes the outline that was begun before
    expect(objects(again)).to_have_count(3)
    submit(again)


def label_the_rest(story: Story, page: Any, count: int, other_label_on: str = "") -> None:
    page = story.pages["Ana"] if page.is_closed() else page
    if "/label" not in page.url:
        open_bench(page, story.project)
    for _ in range(count):
        wait_bench(page)
        two_boxes(page)
        if task_name(page) == other_label_on:
            objects(page).first.click()
            page.keyboard.press("Control+4")  # Person, where Ana sees a car
            expect(objects(page).filter(has_text="Person")).to_have_count(1)
        submit(page)
    expect(page.get_by_test_id("empty")).to_contain_text("Nothing to label now")
    saved(page)


def judge(story: Story, rae: Any) -> str:
    """Return one, fix one, accept one; gives the name of what went back."""
    open_bench(rae, story.project, "review")
    returned = task_name(rae)
    objects(rae).first.click()
    rae.keyboard.press("c")
    rae.get_by_test_id("comment-text").fill("Its roof is missing.")
    rae.keyboard.press("Control+Enter")
    rae.get_by_test_id("return").click()
    rae.get_by_test_id("return-comment").fill("Look at the edges again.")
    rae.get_by_role("checkbox", name="Answer of B").uncheck()
    rae.get_by_test_id("return-confirm").click()
    expect(rae.locator("header .where .faint")).not_to_have_attribute("title", returned)

    wait_bench(rae)
    expect(rae.get_by_test_id("fix")).to_be_disabled()
    rae.keyboard.press("r")
    rae.keyboard.press("5")
    draw_box(rae, (20, 100), (50, 180))
    expect(rae.get_by_test_id("fix")).to_be_enabled()
    expect(rae.get_by_test_id("accept")).to_be_disabled()
    submit(rae)

    wait_bench(rae)
    submit(rae)
    return returned


def answer_what_was_returned(story: Story, ana: Any, returned: str) -> None:
    ana = story.pages["Ana"]
    open_bench(ana, story.project)

    assert task_name(ana) == returned
    note = ana.get_by_role("region", name="Returned by the reviewer")
    expect(note).to_contain_text("Look at the edges again.")
    expect(note).to_contain_text("Its roof is missing.")
    note.get_by_role("button").click()
    expect(objects(ana).and_(ana.locator("[aria-pressed=true]"))).to_have_count(1)
    submit(ana)


def accept_the_rest(story: Story, rae: Any) -> None:
    """Whatever waits: the returned one again, and the undecided one fixed by the reviewer's choice."""
    rae.goto(f"/projects/{story.project}/review")
    for _ in range(PHOTOS):
        rae.locator("[data-testid=empty], [data-testid=canvas][data-ready=true]").first.wait_for()
        if rae.get_by_test_id("empty").count():
            break
        if rae.get_by_text("Why it is undecided").count():
            rae.get_by_role("button", name="Take over the answer of A").click()
        submit(rae)
    expect(rae.get_by_test_id("empty")).to_be_visible()


def audit_blind(story: Story, owner: Any) -> None:
    owner.goto(f"/projects/{story.project}/quality")
    owner.get_by_test_id("draw").click()
    owner.get_by_test_id("audit-size").fill("2")
    owner.get_by_test_id("draw-go").click()
    owner.get_by_test_id("work-audit").click()
    for _ in range(2):
        wait_bench(owner)
        expect(objects(owner)).to_have_count(0)  # blind
        owner.keyboard.press("r")
        owner.keyboard.press("1")
        draw_box(owner, (60, 60), (200, 160))
        owner.keyboard.press("Control+Enter")
        expect(owner.get_by_role("heading", name=re.compile("from the dataset"))).to_be_visible()
        for _ in range(owner.get_by_test_id("difference").count()):
            owner.keyboard.press("y")
        owner.keyboard.press("Control+Enter")
        owner.locator("[data-testid=empty], [data-testid=canvas][data-ready=true]").first.wait_for()
        expect(owner.get_by_test_id("verdict")).to_have_count(0)
    expect(owner.get_by_test_id("empty")).to_contain_text("error rate 100.0 %")


def cut_a_version(story: Story, owner: Any, name: str) -> None:
    owner.goto(f"/projects/{story.project}/versions")
    owner.get_by_test_id("open-cut").click()
    owner.get_by_test_id("version-name").fill(name)
    owner.get_by_test_id("cut").click()
    expect(owner.get_by_test_id("certificate")).to_contain_text(name)


def read_the_certificate_and_the_difference(story: Story, owner: Any) -> None:
    owner.goto(f"/projects/{story.project}/versions/1")
    expect(owner.get_by_test_id("certificate")).to_contain_text("Not audited")
    owner.goto(f"/projects/{story.project}/versions/2")
    certificate = owner.get_by_test_id("certificate")
    expect(certificate).to_contain_text("2 items of 4 were drawn")
    expect(certificate).to_contain_text("CC-BY-4.0")
    expect(owner.get_by_test_id("by-label")).to_contain_text("Car")

    owner.goto(f"/projects/{story.project}/versions")

    expect(owner.get_by_test_id("versions").get_by_role("row")).to_have_count(3)
    expect(owner.get_by_test_id("diff")).to_contain_text(re.compile(r"added\s*[12]"))


def export_coco(story: Story, owner: Any, folder: Path) -> None:
    from pycocotools.coco import COCO

    owner.goto(f"/projects/{story.project}")
    owner.get_by_test_id("export").click()
    owner.get_by_test_id("export-format").select_option("coco")
    with owner.expect_download() as waiting:
        owner.get_by_test_id("export-go").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    expect(owner.get_by_test_id("export-done")).to_contain_text("KiB")

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(path)

    assert len(coco.imgs) == PHOTOS
    cars = coco.loadAnns(coco.getAnnIds(catIds=coco.getCatIds(catNms=["Car"])))
    assert len(cars) >= PHOTOS - 1
    drawn = (60, 60, 140, 100)
    assert all(abs(a - b) < 3 for car in cars for a, b in zip(car["bbox"], drawn, strict=True))
    assert len(coco.getAnnIds(catIds=coco.getCatIds(catNms=["Cyclist"]))) == 1  # the reviewer's fix


def look_through_the_grid(story: Story, owner: Any) -> None:
    owner.goto(f"/projects/{story.project}/items")
    cells = owner.get_by_role("gridcell")
    expect(cells).to_have_count(PHOTOS)
    owner.wait_for_function("""() => [...document.querySelectorAll('[role=gridcell] canvas, [role=gridcell] img')]
        .filter(one => one.naturalWidth > 0 || one.width > 0).length >= 4""")
    name = owner.locator(".name").first.inner_text()

    owner.get_by_test_id("filter-name").fill(name.removesuffix(".jpg"))
    expect(cells).to_have_count(1)
    owner.get_by_test_id("filter-name").fill("")
    owner.get_by_test_id("filter-state").select_option("undecided")
    expect(cells).to_have_count(0)
    owner.get_by_test_id("filter-state").select_option("settled")
    expect(cells).to_have_count(PHOTOS)

    owner.reload()  # filters are part of the address
    expect(owner.get_by_test_id("filter-state")).to_have_value("settled")
    expect(cells).to_have_count(PHOTOS)


def warn_of_what_a_schema_breaks(story: Story, owner: Any) -> None:
    owner.goto(f"/projects/{story.project}/schema")
    owner.get_by_role("button", name="Remove label Car").click()
    owner.get_by_test_id("save").click()
    warning = owner.get_by_role("dialog", name="This schema does not fit all answers")
    expect(warning).to_contain_text("Car")
    expect(warning.get_by_role("link").first).to_be_visible()

    warning.get_by_role("button", name="Go on editing").click()
    owner.get_by_role("button", name="Discard").click()

    expect(owner.get_by_test_id("saved")).to_have_text("saved")
    expect(owner.get_by_text("version 2 in force")).to_be_visible()
