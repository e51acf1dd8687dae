"""A package of files in one zip: written the same on every run, opened with suspicion."""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping

from footprint.errors import FootprintError, Problem, VerificationError
from footprint.tables import packed
from footprint.tables.container import DEFLATED, Container, Member
from footprint.tables.limits import MAX_FILE

MOST = 10_000
"""Members of a package."""
LONGEST = 200
"""Characters of a name, folders aside."""
_SUFFIX = 12
_ENTRY = b"PK\x01\x02"
_NAME = re.compile(r'(?!.*(?:^|/)\.{1,2}(?:/|$))[^\x00-\x1f\\/:*?"<>|]+(?:/[^\x00-\x1f\\/:*?"<>|]+)*')
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_CODES = {"zip-unsafe-name": "package-unsafe-name", "zip-duplicate-part": "package-twice", "zip-bomb": "package-bomb"}


def safe(part: str) -> str:
    """Return the name of a file or folder as every system can write it, and nobody takes for another."""
    shown = "".join("_" if _UNSAFE.match(sign) or _is_unseen(sign) else sign for sign in part)
    cut = unicodedata.normalize("NFC", shown).rstrip(". ") or "_"
    if len(cut) > LONGEST:
        stem, dot, suffix = cut.rpartition(".")
        end = f"{dot}{suffix}" if stem and len(suffix) < _SUFFIX else ""
        cut = cut[: LONGEST - len(end)].rstrip(". ") + end
    return f"_{cut}" if _DEVICE.fullmatch(cut) else cut


def shown(text: str) -> str:
    """Return a text as it may be printed: without signs that are not seen, and no longer than anybody reads."""
    cut = text if len(text) <= 2 * LONGEST else f"{text[: 2 * LONGEST]}…"
    return "".join("�" if _is_unseen(sign) else sign for sign in cut)


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def key(name: str) -> str:
    """Return what two names have in common that some system takes for one."""
    return unicodedata.normalize("NFC", name).casefold()


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
        told = {key: shown(str(fact)) for key, fact in facts.items()}
        return VerificationError(Problem(found, self.file, told if found != "package-damaged" else {}))


def unpack(data: bytes, file: str) -> dict[str, bytes]:
    """Return the members of the zip ``data`` by name; `VerificationError` for one that is damaged or hostile."""
    archive, names = _opened(data, file)
    files = [name for name in names if not name.endswith("/")]
    _named([name for name in files if not _NAME.fullmatch(name)], file)
    return {name: b"".join(archive.stream(name)) for name in files}


def unpack_whole(data: bytes, file: str) -> dict[str, bytes]:
    """Return the members of a package as `pack` wrote it; `VerificationError` for anything else.

    Nothing stands before, between or behind the members, and they are told apart by every system.
    """
    found, is_as_packed = unpack_again(data, file)
    if not is_as_packed:
        raise VerificationError(Problem("package-repacked", file))
    return found


def unpack_again(data: bytes, file: str) -> tuple[dict[str, bytes], bool]:
    """Return the members of a package, and whether the file is as `pack` wrote it; `VerificationError` for no package.

    Other programs, zipping the same members again, write entries for their folders besides.
    """
    archive, listed = _opened(data, file)
    names = [name for name in listed if not (name.endswith("/") and archive.member(name).size == 0)]
    _named([name for name in names if any(safe(part) != part for part in name.split("/"))], file)
    _told_apart(names, file)
    found = {name: b"".join(archive.stream(name)) for name in names}
    is_as_packed = names == listed and packed.pack(archive.member(name) for name in sorted(names)) == data
    return found, is_as_packed


def _opened(data: bytes, file: str) -> tuple[_Archive, list[str]]:
    if len(data) > MAX_FILE or data.count(_ENTRY) > 2 * MOST:
        raise VerificationError(Problem("package-too-large", file, {"most": MOST, "megabytes": MAX_FILE >> 20}))
    archive = _Archive(data, file)
    names = archive.names()
    if len(names) > MOST:
        raise VerificationError(Problem("package-too-large", file, {"most": MOST, "megabytes": MAX_FILE >> 20}))
    return archive, names


def _named(unsafe: list[str], file: str) -> None:
    if unsafe:
        raise VerificationError(*(Problem("package-unsafe-name", file, {"name": shown(name)}) for name in unsafe))


def _told_apart(names: list[str], file: str) -> None:
    """Refuse names that some system takes for one, or of which one is a folder of another."""
    seen: dict[str, str] = {}
    for name in names:
        if key(name) in seen:
            raise VerificationError(Problem("package-twice", file, {"part": name}))
        seen[key(name)] = name
    for each in list(seen):
        above = each
        while "/" in above:
            above = above.rpartition("/")[0]
            if above in seen:
                raise VerificationError(Problem("package-twice", file, {"part": seen[above]}))
