"""Signature: ed25519 (RFC 8032) over the canonical bytes (RFC 8785) of a certificate without its signature.

So a certificate may be printed, indented or sent through any program that keeps its values, and still be checked.
"""

from __future__ import annotations

import base64
import binascii

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from goldsmith.quality.canonical import Json, canonical_bytes
from goldsmith.quality.certificate import Certificate
from goldsmith.quality.certified import Signature
from goldsmith.work.versions.sealing.keys import SigningKey, key_id_of


def sign(certificate: Certificate, key: SigningKey) -> Certificate:
    """The certificate with a signature; the same certificate and key give the same one."""
    value = key.private.sign(signed_bytes(msgspec.to_builtins(certificate)))
    made = Signature(algorithm="ed25519", key_id=key.key_id, public_key=key.public_key,
                     value=base64.b64encode(value).decode())
    return msgspec.structs.replace(certificate, signature=made)


def signed_bytes(certificate: dict[str, Json]) -> bytes:
    """What is signed of a certificate."""
    return canonical_bytes({name: value for name, value in certificate.items() if name != "signature"})


def why_not_signed_by(certificate: dict[str, Json], signature: Signature) -> str:
    """Why this is not that key's signature of the certificate; empty where it is."""
    try:
        public_key = base64.b64decode(signature.public_key, validate=True)
        value = base64.b64decode(signature.value, validate=True)
        key = Ed25519PublicKey.from_public_bytes(public_key)
    except (binascii.Error, ValueError):
        return "its public key or value cannot be read"
    if key_id_of(public_key) != signature.key_id:
        return f"its key is not the key {signature.key_id} that it names"
    try:
        key.verify(value, signed_bytes(certificate))
    except InvalidSignature:
        return "something in the certificate was changed after it was signed, or another key signed it"
    except (ValueError, RecursionError) as error:
        return f"it has no canonical form: {error}"
    return ""
