"""`goldsmith dataset verify` says it in words and by its exit code, without a data folder."""

from __future__ import annotations

import base64
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from goldsmith.cli import parser
from goldsmith.cli._certificates.figures import figures
from goldsmith.cli._certificates.verify import read_key
from goldsmith.core.errors import BadInput
from goldsmith.quality.certificate import Certificate, encode_certificate
from goldsmith.work.versions.sealing.keys import SigningKey, SigningKeys
from goldsmith.work.versions.sealing.signature import sign

FIRST_FORM = Path(__file__).parents[1] / "work" / "certificate_1.json"


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKeys(tmp_path / "signing", "ws").in_force(now_us=1)


@pytest.fixture
def signed(tmp_path: Path, key: SigningKey) -> Path:
    first = msgspec.json.decode(FIRST_FORM.read_bytes(), type=Certificate)
    path = tmp_path / "certificate.json"
    path.write_bytes(encode_certificate(sign(msgspec.structs.replace(first, format="goldsmith-certificate/2"), key)))
    return path


def verify(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    args = parser().parse_args(["dataset", "verify", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        args.run(args)
    said = capsys.readouterr()
    return int(str(end.value.code)), said.out + said.err


def test_a_signed_certificate_is_sound_and_the_unknown_key_is_said(
    capsys: pytest.CaptureFixture[str], signed: Path, key: SigningKey
) -> None:
    code, said = verify(capsys, signed)

    assert code == 0
    assert f"SOUND, by the key {key.key_id}. This command cannot know whose key that is" in said
    assert "Münzen, version 3" in said and "is not among the files" in said


def test_a_key_is_named_in_base64_or_by_a_file(
    capsys: pytest.CaptureFixture[str], signed: Path, key: SigningKey, tmp_path: Path
) -> None:
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    other = base64.b64encode(bytes(32)).decode()

    assert verify(capsys, signed, "--key", key.public_key)[0] == 0
    assert "signed by the key you named" in verify(capsys, signed, "--key", pem)[1]
    code, said = verify(capsys, signed, "--key", other)
    assert code == 1 and "not by the one you named" in said
    assert verify(capsys, signed, "--key", key.key_id)[0] == 2
    with pytest.raises(BadInput, match="ed25519"):
        read_key("AAAA")


def test_a_changed_certificate_is_broken(capsys: pytest.CaptureFixture[str], signed: Path) -> None:
    signed.write_bytes(signed.read_bytes().replace(b'"answers":5', b'"answers":50'))

    code, said = verify(capsys, signed)

    assert code == 1 and "NOT SOUND" in said and "changed after it was signed" in said


def test_the_first_form_and_foreign_files_prove_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("hello")

    told = {FIRST_FORM: "not signed", tmp_path / "a.txt": "no certificate", tmp_path / "b": "no file"}
    for path, words in told.items():
        code, said = verify(capsys, path)
        assert code == 2 and words in said


def test_the_figures_of_both_forms_can_be_read(signed: Path) -> None:
    first, second = (figures(msgspec.json.decode(path.read_bytes(), type=Certificate)) for path in (FIRST_FORM, signed))

    assert "items with an error: 5.00% [0.89%, 23.61%] at 95%" in first and first[-1] == "not signed"
    assert second[-1].startswith("signed by the key")
    assert not any("class shares" in line for line in first) and any("class shares" in line for line in second)
