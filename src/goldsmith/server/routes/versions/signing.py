"""Routes of signing: the workspace's keys, and whether a file is what was signed."""

from __future__ import annotations

import asyncio
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from goldsmith.core.errors import TooMuch
from goldsmith.core.events import Event
from goldsmith.server.context import Context, now_us, rfc3339
from goldsmith.server.files.spooling import spool_folder
from goldsmith.server.wire.versions import SigningKeyList, SigningKeyRow, Verification
from goldsmith.work.flow import tell
from goldsmith.work.people import Person, need_role
from goldsmith.work.versions.sealing.verifying import verify

UPLOAD_MOST, UNPACKED_MOST = 512 << 20, 4 << 30  # bytes of one file to be checked, and of what is in it


def _listed(context: Context, workspace_id: str) -> SigningKeyList:
    keys = context.signing_keys(workspace_id)
    keys.in_force(now_us=now_us())
    return SigningKeyList(keys=[
        SigningKeyRow(key_id=one.key_id, public_key=one.public_key, made_at=rfc3339(one.made_us),
                      is_in_force=one.is_in_force) for one in keys.public_keys()])


@get("/api/workspace/signing-keys")
async def list_signing_keys(context: NamedDependency[Context],
                            person: NamedDependency[Person]) -> SigningKeyList:
    """The public keys that the workspace signs its certificates with, the one in force first. None is ever left out."""
    need_role(person, "reviewer")
    return await asyncio.to_thread(_listed, context, person.workspace_id)


@post("/api/workspace/signing-keys")
async def renew_signing_key(context: NamedDependency[Context], person: NamedDependency[Person]) -> SigningKeyList:
    """Put another key in force and delete the secret half of the one before; what it signed stays signed by it."""
    need_role(person, "owner")
    await asyncio.to_thread(context.signing_keys(person.workspace_id).renew, now_us=now_us())
    found = await asyncio.to_thread(_listed, context, person.workspace_id)
    await context.write(lambda db: tell(db, Event(
        what="signing_key.renewed", about=found.keys[0].key_id, workspace_id=person.workspace_id,
        person_id=person.person_id, now_us=now_us())))
    return found


@post("/api/verify", status_code=200, request_max_body_size=None)
async def verify_file(context: NamedDependency[Context], person: NamedDependency[Person],
                      request: Request[Any, Any, Any], name: FromQuery[str] = "file") -> Verification:
    """Check a certificate, manifest or export, whole as the body, as `goldsmith dataset verify` does.

    At most 512 MiB. Nothing of it is kept, and nothing is compared with what this server holds but the signing key.
    """
    need_role(person, "annotator")
    with TemporaryDirectory(dir=spool_folder(context)) as folder:
        path = Path(folder) / (PurePath(name.replace("\\", "/")).name[-100:].strip(".\0") or "file")
        await _spool(request, path)
        proof = await asyncio.to_thread(verify, [path], bytes_most=UNPACKED_MOST)
    keys = await asyncio.to_thread(context.signing_keys(person.workspace_id).public_keys)
    is_ours = proof.public_key in {one.public_key for one in keys}
    found = {**msgspec.structs.asdict(proof), "is_key_known": is_ours}
    return Verification(outcome=proof.outcome, **found)


async def _spool(request: Request[Any, Any, Any], path: Path) -> None:
    with path.open("wb") as file:
        async for chunk in request.stream():
            file.write(chunk)
            if file.tell() > UPLOAD_MOST:
                raise TooMuch(f"A file to be checked here has at most {UPLOAD_MOST >> 20} MiB.", where="body",
                              hint="Check it with `goldsmith dataset verify` on a computer of yours.")


ROUTES = [list_signing_keys, renew_signing_key, verify_file]
