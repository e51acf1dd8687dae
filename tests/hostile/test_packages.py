"""Hostile packages: whatever a zip claims, the verifier answers in a sentence, soon, and writes nothing outside."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from footprint import package as p
from footprint import verifying
from footprint.errors import FootprintError, VerificationError
from footprint.tables import archive
from footprint.tables.container import DEFLATED, Member
from footprint.tables.packed import pack


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Return a zip as the standard library writes it, whatever the names are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def refused(data: bytes, path: Path) -> str:
    """Return the code a package is refused with, after looking that it took no time."""
    path.write_bytes(data)
    started = time.process_time()
    with pytest.raises(VerificationError) as caught:
        verifying.verify(path, "en")
    assert time.process_time() - started < 5
    assert caught.value.exit_code == 8
    assert all(q.text("zh") for q in caught.value.problems)
    return caught.value.problems[0].code


@pytest.mark.parametrize(
    "name",
    [
        "../out",
        "a/../../out",
        "/etc/out",
        "C:/out",
        "a\\..\\..\\out",
        "a/./b",
        "..",
        "nul\x01",
        "a:stream",
        "con|x",
        "a//b",
    ],
)
def test_names_that_lead_out_are_refused(name: str, tmp_path: Path) -> None:
    """Parents, roots, drives, backslashes, control characters: no such member is looked at, let alone written."""
    data = zipped(("package.json", b"{}"), (name, b"owned"))
    assert refused(data, tmp_path / "p.zip") == "package-unsafe-name"
    assert [path.name for path in tmp_path.rglob("*")] == ["p.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a.json", "a.json"), ("a.json", "A.json")])
def test_a_name_that_is_there_twice_is_refused(names: tuple[str, str], tmp_path: Path) -> None:
    """Which of the two would count depends on who reads: letter case included, as some disks know none."""
    assert refused(zipped((names[0], b"1"), (names[1], b"2")), tmp_path / "p.zip") == "package-twice"


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    """A gigabyte of zeros in a megabyte is refused before it is unpacked."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    piece = deflate.compress(bytes(1 << 20)) + deflate.flush(zlib.Z_FULL_FLUSH)
    content = piece * 1024 + deflate.flush()
    data = pack([Member("package.json", DEFLATED, 0, 1 << 30, (content,))])
    assert refused(data, tmp_path / "p.zip") == "package-bomb"


def test_more_members_than_anybody_packs_are_refused(tmp_path: Path) -> None:
    """Fifty thousand empty members: refused by their number."""
    empty = archive._member("x", b"")
    data = pack(empty._replace(name=f"m{number}") for number in range(50_000))
    assert refused(data, tmp_path / "p.zip") == "package-too-large"
    data = pack(empty._replace(name=f"m{number}") for number in range(archive.MOST + 1))
    assert refused(data, tmp_path / "p.zip") == "package-too-large"


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x03\x04" * 100, b"PK\x05\x06" + bytes(18), b"a text", bytes(10_000)])
def test_what_is_no_package_is_told(data: bytes, tmp_path: Path) -> None:
    """Nothing, a beginning, an empty zip, a text: damaged, or without a manifest."""
    assert refused(data, tmp_path / "p.zip") in {"package-damaged", "package-no-manifest"}


def test_a_package_cut_off_anywhere_or_with_any_byte_changed_is_told(tmp_path: Path) -> None:
    """No cut and no changed byte brings the reader down: a finding, or, outside of the content, the same members."""
    members = {"a/b.txt": b"content " * 20, "c.json": b"{}"}
    members[p.MANIFEST] = p.manifest(members)
    data = archive.pack(members)
    for at in range(len(data)):
        for changed in (data[:at], data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1 :]):
            try:
                found = archive.unpack(changed, "p.zip")
            except FootprintError:
                continue
            assert set(found.values()) <= set(members.values()), at


def test_a_package_written_here_is_read_by_others(tmp_path: Path) -> None:
    """The standard library reads the same members, in order, all of one time."""
    members = {"b/二.txt": "内容".encode(), "a.json": b"{}"}
    with zipfile.ZipFile(io.BytesIO(archive.pack(members))) as file:
        assert file.testzip() is None
        assert {name: file.read(name) for name in file.namelist()} == members
        assert file.namelist() == sorted(members)
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
