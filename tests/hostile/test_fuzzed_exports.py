"""Exports changed at random - bits, bytes, ends, XML - are imported or refused: no traceback, no hang, no gigabyte."""

from __future__ import annotations

import io
import json
import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footprint.tables.write import Cell, SheetSpec, write_book

COLLECTED = Path(__file__).parents[2].parent / "shared" / "cases" / "16_spreadsheet_torture" / "files"
LISTS = Path(__file__).parents[1] / "layouts"
SECONDS, BYTES = 5.0, 1 << 30
DRIVER = f"""
import datetime as dt, json, sys, time, traceback
from pathlib import Path
from footprint import importing
from footprint.errors import FootprintError
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
except ImportError:
    pass
out = Path(sys.argv[1])
for line in sys.stdin:
    path, start = Path(json.loads(line)), time.process_time()
    out.unlink(missing_ok=True)
    try:
        importing.write(importing.Import((path,), dt.date(2026, 1, 1)), out, "en")
        said = "read"
    except FootprintError as refused:
        said = "half-written" if out.exists() else "refused" if refused.text("en") and refused.text("zh") else "silent"
    except BaseException:
        said = traceback.format_exc()
    spent = time.process_time() - start
    print(json.dumps([path.name, said if spent < {SECONDS} else f"took {{spent:.1f}} s"]), flush=True)
"""
TABLE = [["BOM 清单"], ["层级", "编码", "名称", "规格", "用量", "单位", "单重(kg)", "损耗率(%)", "生效日期"],
         *([1 + n % 3, f"C-{n}", f"零件{n}", f"{n}*20mm", n + 0.5, "PCS", 0.25, 3, "2020-01-01"] for n in range(30))]


def xlsx() -> bytes:
    return write_book([SheetSpec("BOM", [[Cell(each) for each in row] for row in TABLE])])


def ods() -> bytes:
    cells = "".join(
        "<table:table-row>" + "".join(f'<table:table-cell office:value-type="string"><text:p>{each}</text:p>'
                                      "</table:table-cell>" for each in row) + "</table:table-row>" for row in TABLE
    )  # fmt: skip
    spaces = " ".join(f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
                      for short, long in (("office", "office"), ("table", "table"), ("text", "text")))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"<office:document-content {spaces}><office:body><office:spreadsheet>"
                         f'<table:table table:name="BOM">{cells}</table:table></office:spreadsheet></office:body>'
                         "</office:document-content>")  # fmt: skip
    return out.getvalue()


def text() -> bytes:
    return "\n".join("\t".join(map(str, row)) for row in TABLE).encode("gb18030")


def xls() -> bytes:
    return collected("poi__chinese-provinces.xls")


def xlsb() -> bytes:
    return collected("poi__date.xlsb")


def collected(name: str) -> bytes:
    path = COLLECTED / name
    if not path.is_file():
        pytest.skip("the collection of spreadsheets is not beside this checkout")
    return path.read_bytes()


def bytes_changed(data: bytes, chance: random.Random) -> bytes:
    """Return data with bits turned, bytes put in or taken out, or its end cut off."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 60))):
        at = chance.randrange(len(made))
        what = chance.randrange(5)
        if what == 0:
            made[at] ^= 1 << chance.randrange(8)
        elif what == 1:
            made[at] = chance.choice((0, 9, 10, 34, 39, 44, 60, 255))
        elif what == 2:
            made[at:at] = bytes(chance.choices(range(256), k=chance.randrange(1, 9)))
        elif what == 3:
            del made[at : at + chance.randrange(1, 64)]
        else:
            made[at:at] = made[at : at + chance.randrange(1, 400)]
    return bytes(made[: chance.randrange(len(made))] if chance.random() < 0.1 else made)


def xml_changed(data: bytes, chance: random.Random) -> bytes:
    """Return a container in which the XML of a part was changed: its checksum is right, what it says is not."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    words = (b'"', b"<", b">", b"/", b"=", b"0", b"9", b"A", b"1048576", b"XFD", b'r="', b't="s"', b"<c", b"</row>",
             b"<f>1</f>", b"-", b"1e999", b"&#0;", b"&amp;", b"<!--", b"]]>", b"\xff", b"sheet1.xml")  # fmt: skip
    made = parts[name]
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(made) + 1)
        made = made[:at] + chance.choice(words) + made[at + chance.choice((0, 0, 1, 5)) :]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, made if each == name else content)
    return out.getvalue()


def changed(data: bytes, how: Callable[[bytes, random.Random], bytes], count: int) -> Iterator[bytes]:
    chance = random.Random(f"{how.__name__} {len(data)}")
    yield from (how(data, chance) for _ in range(count))


@pytest.mark.slow
@pytest.mark.parametrize(("make", "how", "suffix", "count"), [
    (xlsx, xml_changed, "xlsx", 400), (xlsx, bytes_changed, "xlsx", 150), (text, bytes_changed, "csv", 400),
    (xls, bytes_changed, "xls", 200), (ods, xml_changed, "ods", 60), (ods, bytes_changed, "ods", 40),
    (xlsb, bytes_changed, "xlsb", 40),
])  # fmt: skip
def test_an_export_changed_at_random_is_read_or_refused(
    make: Callable[[], bytes], how: Callable[[bytes, random.Random], bytes], suffix: str, count: int, tmp_path: Path
) -> None:
    """Each changed file is answered within 5 s of processor and a gigabyte, by a workbook or by one refusal."""
    files = []
    for at, content in enumerate(changed(make(), how, count)):
        files.append(tmp_path / f"{at}.{suffix}")
        files[-1].write_bytes(content)
    assert wrong(files, tmp_path) == {}


@pytest.mark.slow
def test_lists_changed_at_random_are_read_or_refused(tmp_path: Path) -> None:
    """Look-alikes of known systems, as text, with their bytes changed."""
    files = []
    for source in sorted(LISTS.glob("*.txt")):
        for at, content in enumerate(changed(source.read_bytes(), bytes_changed, 12)):
            files.append(tmp_path / f"{source.stem}-{at}.csv")
            files[-1].write_bytes(content)
    assert wrong(files, tmp_path) == {}


def wrong(files: list[Path], folder: Path) -> dict[str, str]:
    """Return what was neither read nor refused, by file; one that ended the process too."""
    asked = "\n".join(json.dumps(str(path)) for path in files)
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, folder / "made.xlsx"], input=asked, capture_output=True, text=True,
        encoding="utf-8", timeout=1800, check=False,
    )  # fmt: skip
    answers = dict(map(json.loads, done.stdout.splitlines()))
    found = {name: said for name, said in answers.items() if said not in {"read", "refused"}}
    lost = [path.name for path in files if path.name not in answers]
    return found | ({lost[0]: f"ended the process: {done.stderr[-500:]}"} if lost else {})


@pytest.mark.slow
def test_collected_spreadsheets_are_imported_or_refused() -> None:
    """Every file that other projects collected because it breaks readers is answered by an import as well."""
    if not COLLECTED.is_dir():
        pytest.skip("the collection of spreadsheets is not beside this checkout")
    with tempfile.TemporaryDirectory() as made:
        assert wrong(sorted(COLLECTED.iterdir()), Path(made)) == {}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["merged", "overlapping", "tall", "wide", "expanding", "tables"])
def test_exports_that_are_much_are_imported_or_refused(name: str, tmp_path: Path) -> None:
    """Fifty thousand merged ranges, assemblies that double thirty times, a million rows of two hundred columns."""
    path = tmp_path / ("bom.xlsx" if name in {"merged", "overlapping", "tall", "wide"} else "bom.csv")
    if name == "wide":
        rows = (f'<row r="{n}"><c r="A{n}"><v>1</v></c><c r="GR{n}"><v>2</v></c></row>' for n in range(1, 10**6))
        write_sheet(path, "".join(rows), "")
    elif path.suffix == ".xlsx":
        ranges = {"merged": "A{0}:B{0}", "overlapping": "A{0}:NA{1}", "tall": "B2:B2000"}[name]
        areas = "".join(f'<mergeCell ref="{ranges.format(n, n + 2)}"/>' for n in range(2, 50_002))
        body = [["编码", "名称", "用量", "单位"], *([f"C{n}", "x", n, "PCS"] for n in range(2, 2_000))]
        write_sheet(path, "".join(_row(n, row) for n, row in enumerate(body, 1)), f"<mergeCells>{areas}</mergeCells>")
    elif name == "expanding":
        rows = (f"P{n},P{n + 1},n,1,个\nP{n},P{n + 1},n,1,个\n" for n in range(30))
        path.write_text(f"父件编码,子件编码,名称,用量,单位\n{''.join(rows)}", encoding="utf-8")
    else:
        rows = (f"编码,名称{n % 2},用量,单位\nA,n,1,个\n\n" for n in range(20_000))
        path.write_text("".join(rows), encoding="utf-8")
    assert wrong([path], tmp_path) == {}


def _row(number: int, cells: list[object]) -> str:
    made = (f'<c r="{"ABCD"[at]}{number}"><v>{each}</v></c>' if isinstance(each, int) else
            f'<c r="{"ABCD"[at]}{number}" t="inlineStr"><is><t>{each}</t></is></c>' for at, each in enumerate(cells))
    return f'<row r="{number}">{"".join(made)}</row>'


def write_sheet(path: Path, rows: str, after: str) -> None:
    """Write a workbook of one sheet with these rows, and what stands after them."""
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/worksheets/sheet1.xml"] = (
        f"<worksheet {main}><sheetData>{rows}</sheetData>{after}</worksheet>".encode()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
