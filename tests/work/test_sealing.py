"""A signed certificate and what hangs on it can be checked without a server; whatever is changed is found."""

from __future__ import annotations

import base64
import json
import shutil
import stat
import subprocess
import tarfile
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import pytest

from goldsmith.core.errors import BadInput, TooMuch
from goldsmith.core.item import AssetFacts, ItemData, Origin
from goldsmith.db.connection import open_database
from goldsmith.formats import format_named
from goldsmith.kinds import decode_value
from goldsmith.quality.certificate import Certificate
from goldsmith.stores.folder import FolderStore
from goldsmith.work import flow
from goldsmith.work.data import ingest
from goldsmith.work.versions import certify, exporting
from goldsmith.work.versions.certify import Order
from goldsmith.work.versions.release import Plan
from goldsmith.work.versions.sealing.keys import SigningKeys
from goldsmith.work.versions.sealing.verifying import verify
from tests.work.conftest import NOON, WS, World, mood

FIRST_FORM = Path(__file__).with_name("certificate_1.json")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported version with its papers, in a ZIP: three texts, one with a picture."""
    place = tmp_path_factory.mktemp("sealed")
    world, store = World(open_database(str(place / "db.sqlite"))), FolderStore(place / "blobs", WS)
    sha256 = store.put(b"a picture")
    facts = AssetFacts(sha256=sha256, media_type="image/png", size_bytes=9, file_name="a.png")
    items = [ingest.NewItem(item=ItemData(data={"text": f"text {i}"}, assets={"image": facts} if i == 1 else {}),
                            value_json=msgspec.json.encode(decode_value(mood("good")))) for i in range(3)]  # fmt: skip
    origin = Origin(source="test", licence="CC0", basis="own")
    world.do(lambda db: ingest.add_items(db, world.project(), items, origin, now_us=NOON))
    version = cut(world, store, place)
    built, file = exporting.export_version(
        world.database, world.project(), version, format_named("jsonl"), store=store, folder=place / "exports" / WS,
        with_pictures=True, with_certificate=True)  # fmt: skip
    file.close()
    world.database.close()
    return built.path


def cut(world: World, store: FolderStore, place: Path) -> Any:
    key, order = SigningKeys(place / "signing", WS).in_force(now_us=NOON), Order(plan=Plan())
    with world.database.snapshot() as db:
        measured = certify.measure(db, world.project(), order, place / "manifest", pseudonym_key=b"k")
    store.put_file(measured.path, measured.sha256)

    def record(db: Any) -> int:
        version, events = certify.record(db, measured, order, key=key, now_us=NOON)
        flow.tell(db, *events)
        return version

    return certify.find_version(world.database.read(), world.project(), world.do(record))


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """The same, unpacked, to be spoiled."""
    out = tmp_path / "unpacked"
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(out)
    return out


def certificate_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "certificate.json").read_bytes())
    return found


def test_an_export_is_sound_as_a_zip_a_tar_a_folder_and_file_by_file(whole: Path, folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "all.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(folder, "dataset")
    files = [one for one in folder.rglob("*") if one.is_file()]

    for paths in ([whole], [packed], [folder], [one for one in files if one.parent == folder]):
        proof = verify(paths)
        assert (proof.outcome, proof.is_signed, proof.is_key_known) == ("sound", True, False)
        assert (proof.items, proof.records, proof.others) == (3, 3, 0)
    assert verify([folder]).assets == 1


def test_a_certificate_alone_is_sound_however_it_is_written(folder: Path, tmp_path: Path) -> None:
    plain = certificate_of(folder)
    turned = tmp_path / "certificate.json"
    turned.write_text(json.dumps(dict(reversed(plain.items())), indent=4, ensure_ascii=True))

    proof = verify([turned], public_key=plain["signature"]["public_key"])

    assert (proof.outcome, proof.is_key_known, proof.items) == ("sound", True, None)
    assert proof.form == "goldsmith-certificate/2"


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every plain value inside."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inside is None:
        return [path]
    return [leaf for name, one in inside for leaf in leaves(one, (*path, name))]


def test_no_value_of_a_certificate_can_be_changed(folder: Path) -> None:
    plain = certificate_of(folder)
    for path in leaves(plain):
        changed = json.loads(json.dumps(plain))
        place = changed
        for name in path[:-1]:
            place = place[name]
        old = place[path[-1]]
        place[path[-1]] = old + "A" if isinstance(old, str) else not old if isinstance(old, bool) else (old or 0) + 1
        (folder / "certificate.json").write_text(json.dumps(changed))

        assert verify([folder]).outcome in ("broken", "unknown"), path
        if path[0] != "format":
            assert verify([folder]).outcome == "broken", path


@pytest.mark.parametrize(
    "spoil",
    [
        lambda c: c.pop("signature"),
        lambda c: c.update(signature=None),
        lambda c: c.update(note="trust me"),
        lambda c: c["labels"].clear(),
        lambda c: c["signature"].update(algorithm="none"),
        lambda c: c["signature"].update(value=base64.b64encode(bytes(64)).decode()),
        lambda c: c["signature"].update(key_id="0" * 16),
        lambda c: c["signature"].update(public_key="?"),
    ],
)
def test_a_certificate_without_its_own_signature_is_broken(folder: Path, spoil: Callable[[Any], Any]) -> None:
    changed = certificate_of(folder)
    spoil(changed)
    (folder / "certificate.json").write_text(json.dumps(changed))

    proof = verify([folder])

    assert (proof.outcome, proof.is_signed) == ("broken", False)


def test_a_member_that_stands_twice_is_broken(folder: Path) -> None:
    path = folder / "certificate.json"
    path.write_bytes(path.read_bytes().replace(b'"items":3', b'"items":3,"items":3'))

    assert "stands twice" in verify([folder]).broken[0]


def test_a_certificate_that_somebody_else_signed_anew_is_not_that_of_the_key_named(
    folder: Path, tmp_path: Path
) -> None:
    from goldsmith.work.versions.sealing.signature import sign

    owner = certificate_of(folder)["signature"]["public_key"]
    found = msgspec.json.decode((folder / "certificate.json").read_bytes(), type=Certificate)
    stranger = SigningKeys(tmp_path / "other", WS).in_force(now_us=NOON)
    made = sign(msgspec.structs.replace(found, items=9, signature=None), stranger)
    (folder / "certificate.json").write_bytes(msgspec.json.encode(made))

    assert verify([folder]).key_id == stranger.key_id
    assert verify([folder], public_key=owner).outcome == "broken"


def change(name: str, old: bytes, new: bytes) -> Callable[[Path], Any]:
    def spoil(folder: Path) -> None:
        raw = (folder / name).read_bytes()
        assert old in raw
        (folder / name).write_bytes(raw.replace(old, new, 1))

    return spoil


def last_line(folder: Path, *, again: bool) -> None:
    path = folder / "records.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, lines[-1]] if again else lines[:-1]))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change("manifest.jsonl", b'"licence":"CC0"', b'"licence":"CC1"'), "manifest has the hash"),
        (change("records.jsonl", b"text 2", b"text 3"), "has content or labels that are not"),
        (change("records.jsonl", b'"label":"good"', b'"label":"bad"'), "has content or labels that are not"),
        (change("records.jsonl", b'"split":""', b'"split":"test"'), "has content or labels that are not"),
        (change("records.jsonl", b'"split":""', b'"split":"","more":1'), "has content or labels that are not"),
        (change("records.jsonl", b'"value":{', b'"value":{{'), "line 1 of records.jsonl is not in the manifest"),
        (lambda folder: last_line(folder, again=False), "is missing"),
        (lambda folder: last_line(folder, again=True), "stands twice"),
        (lambda folder: next((folder / "assets").iterdir()).write_bytes(b"other"), "hash in its name"),
    ],
)
def test_whatever_is_changed_in_the_content_is_found(folder: Path, spoil: Callable[[Path], Any], words: str) -> None:
    spoil(folder)

    proof = verify([folder])

    assert proof.outcome == "broken" and proof.is_signed
    assert words in " ".join(proof.broken)


def test_what_nothing_vouches_for_is_said(folder: Path, tmp_path: Path) -> None:
    (folder / "assets" / ("0" * 64 + ".png")).write_bytes(b"planted")
    (folder / "notes.txt").write_text("n")
    records, other = tmp_path / "records.jsonl", tmp_path / "other.txt"
    shutil.copy(folder / "records.jsonl", records)
    other.write_text("hello")

    assert (verify([folder]).outcome, verify([folder]).others) == ("sound", 2)
    assert verify([folder / "manifest.jsonl"]).outcome == "unknown"
    assert verify([records]).outcome == "unknown"
    assert verify([other]).unknown == ["This is no certificate, manifest or export of Goldsmith."]
    assert verify([FIRST_FORM, folder / "certificate.json"]).outcome == "unknown"


def test_a_certificate_of_the_first_form_is_read_and_proves_nothing() -> None:
    proof = verify([FIRST_FORM])

    assert (proof.form, proof.project, proof.outcome) == ("goldsmith-certificate/1", "Münzen", "unknown")
    assert "not signed" in proof.unknown[0] and not proof.broken


def test_archives_that_are_too_large_damaged_or_ambiguous_are_refused(whole: Path, tmp_path: Path) -> None:
    cut_off, twice = tmp_path / "cut.zip", tmp_path / "twice.zip"
    raw = bytearray(whole.read_bytes())
    raw[60:80] = bytes(20)
    cut_off.write_bytes(raw)
    with zipfile.ZipFile(twice, "w") as archive, pytest.warns(UserWarning):
        archive.writestr("certificate.json", "{}")
        archive.writestr("certificate.json", "{}")

    with pytest.raises(TooMuch):
        verify([whole], bytes_most=100)
    for path in (cut_off, twice, tmp_path / "nothing"):
        with pytest.raises(BadInput):
            verify([path])


def test_a_tar_writes_nowhere_but_into_its_own_room(tmp_path: Path) -> None:
    packed, outside = tmp_path / "a.tar", tmp_path / "outside.json"
    (tmp_path / "x").write_text("{}")
    with tarfile.open(packed, "w") as archive:
        archive.add(tmp_path / "x", f"../../../../../../../..{outside}")
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    assert verify([packed]).outcome == "unknown"
    assert not outside.exists()


def test_the_first_key_is_made_once_and_only_this_user_can_read_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: SigningKeys(tmp_path, WS).in_force(now_us=NOON).key_id, range(16)))

    files = list((tmp_path / WS).iterdir())
    assert len(found) == len(files) == 1
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert SigningKeys(tmp_path, "ws_other").in_force(now_us=NOON).key_id not in found


def test_a_new_key_signs_from_now_on_and_the_old_one_is_remembered_without_its_secret(tmp_path: Path) -> None:
    keys = SigningKeys(tmp_path, WS)
    first = keys.in_force(now_us=NOON)
    keys.renew(now_us=NOON + 1)
    second = keys.in_force(now_us=NOON + 2)

    assert first.key_id != second.key_id
    assert [(one.key_id, one.made_us, one.is_in_force) for one in keys.public_keys()] == [
        (second.key_id, NOON + 1, True),
        (first.key_id, NOON, False),
    ]
    assert json.loads((tmp_path / WS / "1.json").read_bytes())["private_key"] == ""
    assert not list((tmp_path / WS).glob("*.part"))


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_says_the_same_by_hand(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "certificate.md").read_text(encoding="utf-8")
    script = "set -e\n" + page.split("```sh\n")[1].split("```")[0]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(["sh", "-c", script], cwd=folder, capture_output=True, text=True)

    good = run()
    change("certificate.json", b'"items":3', b'"items":4')(folder)

    assert "Signature Verified Successfully" in good.stdout, good.stderr
    assert run().returncode != 0
