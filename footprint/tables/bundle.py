"""A folder, a zip or one file, seen as files by name: bounded, nothing outside, nothing unpacked onto the disk."""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from xml.etree import ElementTree as ET

from footprint.errors import DatabaseError, FootprintError, Problem, RequestError, UnfitError, no_file, problem, reason
from footprint.provenance import Place
from footprint.tables.container import Container
from footprint.tables.limits import MAX_RATIO, RATIO_FLOOR

MAX_FILES = 500_000
MAX_MEMBER = 512 << 20
"""Bytes of one file."""
MAX_ARCHIVE = 4 << 30
"""Bytes of a zip on the disk."""
MAX_INFLATED = 64 << 30
"""Bytes of all files of a zip that are read."""
_HEAD = 4096
_SAMPLED = 2000
"""Files whose beginnings tell what all are, at most: those of an archive of documents with a database inside, too."""
_ZIP = b"PK\x03\x04"
_END, _LONG_END, _END_WITHIN = b"PK\x05\x06", b"PK\x06\x06", 22 + 0xFFFF
_LEAST = 4 * RATIO_FLOOR
"""Bytes that the files of any zip may inflate to."""
_PACKED = {b"7z\xbc\xaf\x27\x1c": "7z", b"\x1f\x8b": "gzip", b"Rar!": "rar", b"\xfd7zXZ": "xz"}
_ENDINGS = (".zip", ".7z", ".gz", ".rar", ".xz", ".zolca", ".olca")
_ENCODINGS = frozenset(("utf-8", "us-ascii", "ascii", "utf-16", "iso-8859-1", "iso-8859-15", "windows-1252"))
_DECODED = frozenset(("utf8", "gb2312", "gbk", "gb18030", "big5", "cp936", "windows-1250", "iso-8859-2", "macintosh"))
_DECLARATION = re.compile(r"<\?xml\s")
_NAMED = re.compile(rb"""(?:\xef\xbb\xbf)?\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_PROLOGUE = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?(?:\s+|<\?.*?\?>|<!--.*?-->|<![A-Z][^<>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL
)
_FIRST = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)((?:\s+[^\s=<>]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)")
_SPACE = re.compile(rb"\sxmlns(?::([\w.-]+))?\s*=\s*[\"']([^\"']*)")
_CODES = {"zip-unsafe-name": "bundle-unsafe", "zip-duplicate-part": "bundle-twice", "zip-bomb": "bundle-bomb",
          "workbook-encrypted": "bundle-locked"}  # fmt: skip


class Bundle:
    """The files of ``path`` by name. ``name`` is how problems call the whole."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, path.name
        self.names: tuple[str, ...] = ()
        self._read: set[str] = set()
        self._told = 0
        self._tell: Callable[[int, int], None] | None = None

    @cached_property
    def heads(self) -> tuple[bytes, ...]:
        """The first bytes of files of every ending and folder, none of what is unreadable."""
        found: list[bytes] = []
        for name in sampled(self.names):
            with suppress(FootprintError):
                found.append(self.head(name))
        return tuple(found)

    def listen(self, tell: Callable[[int, int], None]) -> None:
        """Have ``tell`` hear how many files are read, and of how many, each hundredth part."""
        self._read, self._told, self._tell = set(), 0, tell

    def read(self, name: str) -> bytes:
        """Return the content of one file; `DatabaseError` where it cannot be read or is too large."""
        if self._tell is not None:
            self._read.add(name)
            self.done(len(self._read))
        return self.content(name)

    def done(self, count: int) -> None:
        """Take down that so many files are read, by whomever."""
        total = len(self.names)
        if self._tell is not None and total > 1 and count - self._told >= max(1, min(total // 100, total - self._told)):
            self._told = count
            self._tell(count, total)

    def content(self, name: str) -> bytes:
        """Return the content of one file; see `read`."""
        raise NotImplementedError

    def head(self, name: str) -> bytes:
        """Return the first bytes of one file."""
        return self.content(name)[:_HEAD]

    def place(self, name: str) -> Place:
        """Return the place of a file for problems."""
        return Place(f"{self.name}/{name}" if name else self.name)


class _Folder(Bundle):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.names = tuple(sorted(_below(path)))
        if len(self.names) >= MAX_FILES:
            raise DatabaseError(problem("bundle-files", Place(path.name), most=MAX_FILES))

    def content(self, name: str) -> bytes:
        return _read(self.path / name, self.place(name))

    def head(self, name: str) -> bytes:
        return _read(self.path / name, self.place(name), _HEAD)


class _File(Bundle):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.names = ("",)

    def content(self, name: str) -> bytes:
        return _read(self.path, self.place(name))

    def head(self, name: str) -> bytes:
        return _read(self.path, self.place(name), _HEAD)


class _Zipped(Container):
    def __init__(self, data: bytes, file: str) -> None:
        self._most = min(MAX_INFLATED, max(_LEAST, MAX_RATIO * len(data)))
        super().__init__(data, file)

    def most(self) -> int:
        """Return how many bytes all files may inflate to: many a small bomb is one, too."""
        return self._most

    def refusal(self, code: str, **facts: object) -> FootprintError:
        """Return the error that says ``code`` of the whole file."""
        found = _CODES.get(code, "bundle-damaged")
        return DatabaseError(Problem(found, self.file, facts if found != "bundle-damaged" else {}))


class _Zip(Bundle):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        if path.stat().st_size > MAX_ARCHIVE:
            raise DatabaseError(problem("bundle-bomb", self.name, part=self.name))
        data = path.read_bytes()
        if _count(data) > MAX_FILES:
            raise DatabaseError(problem("bundle-files", Place(path.name), most=MAX_FILES))
        self._container = _Zipped(data, self.name)
        files = (name for name in self._container.names() if not name.endswith("/"))
        self.names = tuple(sorted(filter(_is_seen, files)))

    def content(self, name: str) -> bytes:
        found = bytearray()
        for piece in self._container.stream(name):
            found += piece
            if len(found) > MAX_MEMBER:
                raise self._container.refusal("zip-bomb", part=name)
        return bytes(found)

    def head(self, name: str) -> bytes:
        return next(self._container.stream(name), b"")[:_HEAD]


def _count(data: bytes) -> int:
    """Return how many files a zip says it holds, which is known before its directory is read."""
    at = data.rfind(_END, -_END_WITHIN)
    if at < 0 or len(data) < at + 12:
        return 0
    (count,) = struct.unpack_from("<H", data, at + 10)
    long = data.rfind(_LONG_END, 0, at)
    if count < 0xFFFF or long < 0 or len(data) < long + 40:
        return int(count)
    return int(struct.unpack_from("<Q", data, long + 32)[0])


def heads(path: Path) -> tuple[bytes, ...]:
    """Return the first bytes of files of ``path``, which tell its format; none of what is unreadable."""
    try:
        return opened(path).heads
    except FootprintError:
        return ()


def sampled(names: Sequence[str], most: int = _SAMPLED) -> tuple[str, ...]:
    """Return at most so many of ``names``: of each ending as many, of each its folders before more of the same."""
    if len(names) <= most:
        return tuple(names)
    endings: dict[str, list[str]] = {}
    for name in names:
        endings.setdefault(name.rpartition("/")[2].rpartition(".")[2].casefold(), []).append(name)
    share = max(1, most // len(endings))
    chosen: dict[str, None] = {}
    for alike in list(endings.values())[:most]:
        folders = {name.rpartition("/")[0]: name for name in alike}
        firsts = _apart([*folders.values()], share)
        chosen |= dict.fromkeys((*firsts, *_apart(alike, share - len(firsts))))
    return tuple(chosen)


def _apart(names: Sequence[str], most: int) -> Sequence[str]:
    """Return at most so many of ``names``, equally far from each other."""
    return names[:: -(-len(names) // most)] if most else ()


def opened(path: Path) -> Bundle:
    """Return the files of ``path``: a folder, a zip, or the one file it is."""
    if not path.is_dir() and not path.is_file():
        raise RequestError(no_file(path))
    found = path.stat()
    return _opened(path, found.st_mtime_ns, found.st_size)


def forget() -> None:
    """Look files up anew: what is in a folder may change while the folder itself does not."""
    _opened.cache_clear()


@lru_cache(maxsize=1)
def _opened(path: Path, _changed: int, _size: int) -> Bundle:
    """Return the files of ``path``, looked up once for all that ask what it is."""
    if path.is_dir():
        return _Folder(path)
    refuse_packed(path)
    head = _read(path, Place(path.name), _HEAD)
    return _Zip(path) if head.startswith(_ZIP) and not _is_workbook(path) else _File(path)


def refuse_packed(path: Path) -> None:
    """Raise `DatabaseError` for a file that is packed as something else than a zip."""
    head = _read(path, Place(path.name), _HEAD) if path.is_file() else b""
    packed = next((kind for magic, kind in _PACKED.items() if head.startswith(magic)), "")
    if packed:
        raise DatabaseError(problem("bundle-packed", Place(path.name), kind=packed))


def archives(path: Path) -> tuple[str, ...]:
    """Return the names of what is packed in its turn in a folder or zip: nothing unpacks it.

    `FootprintError` with what keeps files of ``path`` from being read, where something does.
    """
    bundle = opened(path)
    packed = (name for name in bundle.names if name.casefold().endswith(_ENDINGS))
    found = tuple(name for name in packed if bundle.head(name).startswith((_ZIP, *_PACKED)))
    for name in sampled(bundle.names):
        bundle.head(name)
    return found


def _is_workbook(path: Path) -> bool:
    """Tell whether a zip is a spreadsheet: then it is one file."""
    try:
        return "[Content_Types].xml" in Container(path.read_bytes(), path.name)
    except FootprintError:
        return False


def _below(folder: Path) -> Iterator[str]:
    """Yield the files below ``folder``; links that lead out of it, and what is hidden, are not followed."""
    root = folder.resolve()
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in files:
            found = Path(here) / name
            if not name.startswith(".") and _is_within(found, root):
                yield found.relative_to(folder).as_posix()


def _is_within(found: Path, root: Path) -> bool:
    """Tell whether something is a file of a folder: no pipe, no device, no link that leads out of it or nowhere."""
    try:
        if found.is_symlink() and not found.resolve().is_relative_to(root):
            return False
        return stat.S_ISREG(found.stat().st_mode)
    except (OSError, RuntimeError):
        return False


def _is_seen(name: str) -> bool:
    return not any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _read(path: Path, place: Place, most: int = 0) -> bytes:
    try:
        if not most and path.stat().st_size > MAX_MEMBER:
            raise DatabaseError(problem("bundle-bomb", place, part=path.name))
        with path.open("rb") as file:
            return file.read(most or -1)
    except OSError as exc:
        raise DatabaseError(problem("file-unreadable", place, reason=reason(exc))) from exc


def first_element(head: bytes) -> tuple[str, str]:
    """Return name and namespace of the root element of a document that begins with ``head``, "" where none is there.

    In letters of one byte or of two. What stands in comments or further on in the document does not count.
    """
    plain = head.replace(b"\0", b"") if b"\0" in head else head
    prologue = _PROLOGUE.match(plain)
    found = _FIRST.match(plain, prologue.end() if prologue else 0)
    if found is None:
        return "", ""
    spaces = {space[1]: space[2] for space in _SPACE.finditer(found[3])}
    return found[2].decode("utf-8", "replace"), spaces.get(found[1], b"").decode("utf-8", "replace").strip()


def tree(content: bytes, place: Place) -> ET.Element:
    """Return the root element of an XML document; `DatabaseError` for document types, entities and what is no XML."""
    plain = _plain(content, place)
    _refuse_types(plain, place)
    try:
        return ET.fromstring(plain)  # noqa: S314  no document type, so no entity
    except (ET.ParseError, ValueError, LookupError) as exc:
        raise DatabaseError(problem("bundle-xml", place, reason=reason(exc))) from exc


def _plain(content: bytes, place: Place) -> bytes:
    """Return a document without the name of its encoding, in UTF-8, where the parser does not know that name."""
    found = _NAMED.match(content[:_HEAD])
    name = found[1].decode("ascii").lower() if found else ""
    if found is None or name not in _DECODED:
        return content
    try:
        return content[found.end() :].decode(name).encode()
    except UnicodeDecodeError as exc:
        raise DatabaseError(problem("bundle-xml", place, reason=reason(f"{name}, byte {exc.start}"))) from exc


def _refuse_types(content: bytes, place: Place) -> None:
    """Refuse a document type, which stands before the first element if anywhere, in any encoding that is read."""
    wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if b"\0" in content[:4] and not wide:
        raise DatabaseError(problem("bundle-xml", place, reason=UnfitError("unfit-encoding")))
    text = content.decode("utf-16", "replace") if wide else content[: 1 << 20].decode("latin-1")
    text = text.lstrip("\ufeff").removeprefix("ï»¿").lstrip()
    while text.startswith(("<?", "<!--")):
        is_comment = text.startswith("<!--")
        head, found, text = text.partition("-->" if is_comment else "?>")
        if not found:
            raise DatabaseError(problem("bundle-xml", place, reason=UnfitError("unfit-no-element")))
        if _DECLARATION.match(head) and _encoding(head) not in _ENCODINGS:
            raise DatabaseError(problem("bundle-xml", place, reason=reason(f"encoding {_encoding(head)}")))
        text = text.lstrip()
    if not text.startswith("<"):
        raise DatabaseError(problem("bundle-xml", place, reason=UnfitError("unfit-no-element")))
    if text.startswith("<!"):
        raise DatabaseError(problem("bundle-entities", place))


def _encoding(declaration: str) -> str:
    _, found, said = declaration.partition("encoding")
    quoted = said.partition("=")[2].strip()
    return quoted[1:].partition(quoted[:1])[0].lower() if found and quoted else "utf-8"
