"""Rules as they were read, kept for the next run: until a file of theirs, or what reads them, is another."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from footprint import kept
from footprint.model.pcr import Pcr

_KIND = "rules"
_RECORDS = ("footprint.model.", "footprint.provenance")
_PLAIN = frozenset({("datetime", "date"), ("builtins", "frozenset")})
_READERS = ("rules", "model", "data")


def recall(path: Path) -> Pcr | None:
    """Return the rules last read from ``path``, None if there are none or any file under them has changed."""
    known = kept.recall(_KIND, str(path.absolute()), _source(path))
    if known is None:
        return None
    try:
        parents, pcr = _Records(io.BytesIO(known)).load()
    except pickle.UnpicklingError:
        return None
    return pcr if all(_digest(Path(name)) == digest for name, digest in parents) else None


def keep(path: Path, parents: Sequence[Path], pcr: Pcr) -> None:
    """Keep ``pcr``, read from ``path`` on its ``parents``, for the next run."""
    below = [(str(parent.absolute()), _digest(parent)) for parent in parents]
    kept.keep(_KIND, str(path.absolute()), pickle.dumps((below, pcr), pickle.HIGHEST_PROTOCOL), _source(path))


class _Records(pickle.Unpickler):
    """Makes the records of the model and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        if "." not in name and (module.startswith(_RECORDS) or (module, name) in _PLAIN):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def _source(path: Path) -> bytes:
    """Return what the rules of ``path`` are made from: the file, and the code that reads it."""
    return _digest(path) + kept.code(*_READERS)


def _digest(path: Path) -> bytes:
    """Return the checksum of a file, of nothing if it cannot be read."""
    try:
        return sha256(path.read_bytes()).digest()
    except OSError:
        return sha256().digest()
