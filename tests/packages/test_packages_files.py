"""The file of a package, the documents in it and the files around it."""

from __future__ import annotations

import io
import runpy
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import packing, service, verifying
from footprint.errors import RequestError, VerificationError
from footprint.tables.archive import pack, unpack_whole

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))


def test_a_package_is_all_there_is_in_its_file(made: Path, tmp_path: Path) -> None:
    """Nothing before, between or behind the members, no comment, no other way of packing them."""
    packing.pack(made, tmp_path / "result.zip", "en")
    good = (tmp_path / "result.zip").read_bytes()
    members = unpack_whole(good, "r.zip")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as again:
        for name, content in members.items():
            again.writestr(name, content)
    at = good.find(b"result/report.html")
    for bad in (b"MZ" + good, good + b"x", out.getvalue(), good[:at] + b"result/report.hmtl" + good[at + 18 :]):
        with pytest.raises(VerificationError, match=r"package-repacked|package-damaged"):
            unpack_whole(bad, "r.zip")
    for name in ("a/b.", "a/b ", "a/NUL", "a/com1.txt", "a\u202eb", "a\x85", "cafe\u0301", "a//b", "a/"):
        with pytest.raises(VerificationError, match="package-unsafe-name" if name != "a/" else "package-repacked"):
            unpack_whole(pack({**members, name: b""}), "r.zip")
    for name in ("RESULT/report.html", "result", "result/report.html/a"):
        with pytest.raises(VerificationError, match="package-twice"):
            unpack_whole(pack({**members, name: b""}), "r.zip")


NAMES = (
    "a.txt",
    "docs\\a.txt",
    "scan 10:30?.pdf",
    "发票 1.pdf",
    "A.TXT",
    "nul",
    "cafe\u0301.txt",
    "docs/b.",
    ".ssh/key",
)


def test_documents_of_any_name_are_packed(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Under names that every system can write, one each; hidden files are not touched."""
    for name in NAMES:
        path = tmp_path / name.replace("\\", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    register = "\n".join(f"E{number} | invoice {number} | file={name}" for number, name in enumerate(NAMES))
    path = bill(f"L1 | plate | 2 kg | steel | evidence=E1\n[Evidence]\n{register}", product=LINE.plain_product(),
                name="pump: v2?.xlsx")  # fmt: skip
    small = LINE.small(tmp_path / "databases")
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), tmp_path / "out", "en")
    told = packing.pack(tmp_path / "out", tmp_path / "r.zip", "en")
    assert verifying.verify(tmp_path / "r.zip", "en").error is None
    members = unpack_whole((tmp_path / "r.zip").read_bytes(), "r.zip")
    assert sorted(name for name in members if name.startswith("evidence/")) == [
        "evidence/2/A.TXT", "evidence/_nul", "evidence/a.txt", "evidence/café.txt", "evidence/docs/a.txt",
        "evidence/docs/b", "evidence/scan 10_30_.pdf", "evidence/发票 1.pdf",
    ]  # fmt: skip
    assert told.count("document: ") == 8


def test_a_document_changed_since_is_told_in_one_line(made: Path, tmp_path: Path) -> None:
    """To the one who packs: which file, and what to do."""
    (tmp_path / "docs" / "invoice.txt").write_text("12 kg of steel", encoding="utf-8")
    with pytest.raises(RequestError) as caught:
        packing.pack(made, tmp_path / "r.zip", "en")
    assert [each.code for each in caught.value.problems] == ["document-since"]
    assert str(tmp_path / "docs" / "invoice.txt") in str(caught.value)


def test_only_a_package_is_overwritten(made: Path, tmp_path: Path) -> None:
    """Neither workbook, declaration, rows nor a link that leads nowhere, with --force or without."""
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    inputs = [
        tmp_path / "pump.xlsx",
        made / "declaration.json",
        tmp_path / "docs" / "invoice.txt",
        tmp_path / "link.zip",
    ]
    for path in inputs:
        before = path.read_bytes() if path.exists() else None
        for force in (False, True):
            with pytest.raises(RequestError, match=r"exists|something else"):
                packing.pack(made, path, "en", force=force)
        assert (path.read_bytes() if path.exists() else None) == before
    packing.pack(made, tmp_path / "r.zip", "en")
    packing.pack(made, tmp_path / "r.zip", "en", force=True)
