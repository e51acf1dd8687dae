"""Signatures on the manifest of a package: Ed25519, through the library of the extra `sign`."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from footprint.errors import RequestError, VerificationError, problem, reason
from footprint.messages import message
from footprint.package import SIGNATURE
from footprint.provenance import Place

_ALGORITHM = "Ed25519"
_CONTEXT = b"footprint-package-manifest/1\n"
"""What stands before the manifest in the signed bytes: a signature for something else is none for a package."""
_PRIME = 2**255 - 19
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME


class Signed(NamedTuple):
    """A signature that holds: the public key it was made with, as raw bytes."""

    key: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare keys by."""
        return fingerprint(self.key)


def fingerprint(key: bytes) -> str:
    """Return the sha256 of a raw public key."""
    return sha256(key).hexdigest()


def _is_weak(key: bytes) -> bool:
    """Tell whether the point of a public key has small order, so that a signature of all and nothing is easily made.

    Its order divides 8 where y is 0, 1 or -1, or d y^4 + 2 y^2 = 1: then doubling it gives y = 0 (RFC 8032, 5.1).
    """
    y = (int.from_bytes(key, "little") & (2**255 - 1)) % _PRIME
    return y in {0, 1, _PRIME - 1} or (_D * pow(y, 4, _PRIME) + 2 * y * y - 1) % _PRIME == 0


def is_possible() -> bool:
    """Tell whether the library is installed."""
    from importlib.util import find_spec

    return find_spec("cryptography") is not None


def _need() -> None:
    if not is_possible():
        raise RequestError(problem("sign-extra", Place("cryptography")))


def new_key(path: Path, lang: str) -> str:
    """Write a private key only its owner can read, and its public key beside it; an existing file is never replaced."""
    _need()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made, public = Ed25519PrivateKey.generate(), path.with_name(f"{path.name}.pub")
    secret = made.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    told = made.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
    for target in (path, public):
        if target.exists() or target.is_symlink():
            raise RequestError(problem("key-exists", Place(str(target))))
    _written(path, secret, 0o600)
    _written(public, told, 0o644)
    raw = made.public_key().public_bytes(form.Encoding.Raw, form.PublicFormat.Raw)
    return message("key-made", lang, path=path, public=public, fingerprint=fingerprint(raw))


def _written(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, with ``mode`` from its first moment."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with os.fdopen(number, "wb") as file:
            file.write(content)
    except FileExistsError as exc:
        raise RequestError(problem("key-exists", Place(str(path)))) from exc
    except OSError as exc:
        raise RequestError(problem("cannot-write", Place(str(path)), said=reason(exc))) from exc


def sign(manifest: bytes, path: Path) -> dict[str, bytes]:
    """Return the member that signs ``manifest`` with the private key in ``path``."""
    _need()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        key = form.load_pem_private_key(_read(path), password=None)
    except (ValueError, TypeError) as exc:
        raise RequestError(problem("key-unusable", Place(str(path)), algorithm=_ALGORITHM)) from exc
    if not isinstance(key, Ed25519PrivateKey):
        raise RequestError(problem("key-unusable", Place(str(path)), algorithm=_ALGORITHM))
    raw = key.public_key().public_bytes(form.Encoding.Raw, form.PublicFormat.Raw)
    return {SIGNATURE: _member(raw, key.sign(_CONTEXT + manifest))}


def _member(key: bytes, signature: bytes) -> bytes:
    """Return the one form in which a signature is written: whatever else a file says, nobody signed."""
    told = {"algorithm": _ALGORITHM, "public_key": key.hex(), "signature": signature.hex()}
    return (json.dumps(told, sort_keys=True, indent=1) + "\n").encode()


def public_key(path: Path) -> bytes:
    """Return the raw public key in ``path``."""
    _need()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = form.load_pem_public_key(_read(path))
    except (ValueError, TypeError) as exc:
        raise RequestError(problem("key-unusable", Place(str(path)), algorithm=_ALGORITHM)) from exc
    if not isinstance(key, Ed25519PublicKey):
        raise RequestError(problem("key-unusable", Place(str(path)), algorithm=_ALGORITHM))
    return key.public_bytes(form.Encoding.Raw, form.PublicFormat.Raw)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as exc:
        raise RequestError(problem("file-unreadable", Place(str(path)), reason=reason(exc))) from exc


def checked(manifest: bytes, member: bytes, place: Place) -> Signed:
    """Return the signature in ``member`` if it is one of ``manifest``; `VerificationError` if it is not."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        told: Any = json.loads(member)
        key, signature = bytes.fromhex(told["public_key"]), bytes.fromhex(told["signature"])
        if member != _member(key, signature) or _is_weak(key):
            raise ValueError(told)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _CONTEXT + manifest)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature) as exc:
        raise VerificationError(problem("signature-wrong", place)) from exc
    return Signed(key)
