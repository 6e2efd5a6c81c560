"""`goldsmith dataset verify`: whether files are what was signed, without a server, a database or a network."""

from __future__ import annotations

import argparse
import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goldsmith.core.errors import BadInput, GoldsmithError

if TYPE_CHECKING:
    from goldsmith.work.versions.sealing.verifying import Proof

EXIT = {"sound": 0, "broken": 1, "unknown": 2}


def add(verbs: Any) -> None:
    """Add the command."""
    one = verbs.add_parser(
        "verify", help="check a certificate, manifest or export against its signature, without a server",
        description="Exit code 0: signed, and everything that could be checked matches. 1: something does not match."
                    " 2: nothing vouches for it, or it cannot be read.")
    one.add_argument("file", type=Path, nargs="+", help="a certificate, manifest, export (file, folder, zip or tar), "
                                                        "or several files of one version")
    one.add_argument("--key", default="", metavar="PUBLIC_KEY",
                     help="whose signature it must be: the public key in base64, or a file that holds it (PEM too)")
    one.set_defaults(run=verify)


def verify(args: argparse.Namespace) -> None:
    """Print what was found; exit as the description says."""
    from goldsmith.work.versions.sealing import verifying

    try:
        proof = verifying.verify(args.file, public_key=read_key(args.key) if args.key else "")
    except GoldsmithError as error:
        print(f"error: {error.message} {error.hint}".strip(), file=sys.stderr)
        raise SystemExit(2) from None
    print("\n".join(lines(proof)))
    raise SystemExit(EXIT[proof.outcome])


def read_key(word: str) -> str:
    """A public key as certificates have it; BadInput where it is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    path = Path(word)
    text = path.read_text("ascii", "replace") if len(word) < 1000 and path.is_file() else word
    try:
        if "-----BEGIN" in text:
            loaded = load_pem_public_key(text.encode())
            assert isinstance(loaded, Ed25519PublicKey)
            return base64.b64encode(loaded.public_bytes_raw()).decode()
        raw = base64.b64decode(text.strip(), validate=True)
        assert len(raw) == 32
    except (ValueError, AssertionError):
        raise BadInput("This is no ed25519 public key.", where="key", hint="It is 44 characters of base64, as in"
                       " the workspace's settings and in each certificate; a key id is too short.") from None
    return base64.b64encode(raw).decode()


def lines(proof: Proof) -> list[str]:
    """What was found, for people."""
    found = [f"certificate  {proof.project}, version {proof.version} ({proof.form})"] if proof.form else []
    if proof.is_signed:
        named = ", which you named" if proof.is_key_known else ""
        found += [f"signature    fits; by the key {proof.key_id}{named}", f"             {proof.public_key}"]
    if proof.sha256:
        is_here = proof.items is not None
        whose = "has" if is_here and proof.form else "is not among the files; it must have" if proof.form else "has"
        found.append(f"manifest     {whose} the hash {proof.sha256}" + (f", {proof.items} items" if is_here else ""))
    if proof.records:
        found.append(f"content      {proof.records} items compared with the manifest, {proof.assets} files hashed")
    elif proof.items is not None:
        found.append("content      no items of these files can be compared (only JSON Lines exports hold them whole)")
    if proof.others:
        found.append(f"besides      {proof.others} files that the manifest cannot vouch for")
    found += [f"BROKEN       {one}" for one in proof.broken] + [f"unknown      {one}" for one in proof.unknown]
    return [*found, _verdict(proof)]


def _verdict(proof: Proof) -> str:
    if proof.outcome == "broken":
        return "NOT SOUND: do not rely on it."
    if proof.outcome == "unknown":
        return "NOT PROVEN: nothing shows who vouches for it."
    if proof.is_key_known:
        return "SOUND: signed by the key you named; everything that was checked matches."
    return (f"SOUND, by the key {proof.key_id}. This command cannot know whose key that is: compare it with the one"
            " that its owner publishes, or name it with --key.")
