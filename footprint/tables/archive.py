"""A package of files in one zip: written the same on every run, opened with suspicion."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from footprint.errors import FootprintError, Problem, VerificationError
from footprint.tables import packed
from footprint.tables.container import DEFLATED, Container, Member
from footprint.tables.limits import MAX_FILE

MOST = 10_000
"""Members of a package."""
_ENTRY = b"PK\x01\x02"
_NAME = re.compile(r'(?!.*(?:^|/)\.{1,2}(?:/|$))[^\x00-\x1f\\/:*?"<>|]+(?:/[^\x00-\x1f\\/:*?"<>|]+)*')
_CODES = {"zip-unsafe-name": "package-unsafe-name", "zip-duplicate-part": "package-twice", "zip-bomb": "package-bomb"}


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of ``members``, sorted by name, all of one time."""
    return packed.pack(_member(name, members[name]) for name in sorted(members))


def _member(name: str, content: bytes) -> Member:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    pieces = (deflate.compress(content) + deflate.flush(),)
    return Member(name, DEFLATED, zlib.crc32(content), len(content), pieces)


class _Archive(Container):
    """A container whose faults are those of a package."""

    def refusal(self, code: str, **facts: object) -> FootprintError:
        """Return the error that says ``code`` of the whole file."""
        found = _CODES.get(code, "package-damaged")
        return VerificationError(Problem(found, self.file, facts if found != "package-damaged" else {}))


def unpack(data: bytes, file: str) -> dict[str, bytes]:
    """Return the members of the zip ``data`` by name; `VerificationError` for one that is damaged or hostile."""
    if len(data) > MAX_FILE or data.count(_ENTRY) > 2 * MOST:
        raise VerificationError(Problem("package-too-large", file, {"most": MOST, "megabytes": MAX_FILE >> 20}))
    archive = _Archive(data, file)
    names = [name for name in archive.names() if not name.endswith("/")]
    if len(names) > MOST:
        raise VerificationError(Problem("package-too-large", file, {"most": MOST, "megabytes": MAX_FILE >> 20}))
    unsafe = [Problem("package-unsafe-name", file, {"name": name}) for name in names if not _NAME.fullmatch(name)]
    if unsafe:
        raise VerificationError(*unsafe)
    return {name: b"".join(archive.stream(name)) for name in names}
