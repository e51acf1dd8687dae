"""Own factors: the command that imports them, and calculations with them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import gwp, holdings, service
from footprint.background import source
from footprint.background.importers import factors as importer
from footprint.background.importers.asked import Asked
from footprint.background.open import open_background
from footprint.errors import WorkbookError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "factors.py")))
LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "line.py")))
GASES, STEEL, run, taken_in = OF.GASES, OF.STEEL, OF.run, OF.taken_in
Write = Callable[..., Path]
pytestmark = pytest.mark.usefixtures("own_home")


# ------------------------------------------------------------------------------------------------ the command


def test_an_import_says_what_it_did(table: Write) -> None:
    """Name, datasets, rows, checksum and place; again, that it was there; corrected, how to name which."""
    first = run("db", "import", table(STEEL, name="Mill A.csv"), "--lang", "en").stdout
    assert first.startswith("mill-a@")
    assert ": 1 datasets from 1 rows, checksum " in first
    assert run("db", "import", table(STEEL, name="Mill A.csv"), "--lang", "en").stdout == first.replace(
        "1 datasets from 1 rows, checksum", "the same 1 datasets (from 1 rows, checksum"
    ).replace(", kept in", ") were there already, in")
    corrected = run("db", "import", table({**STEEL, "total": 2.2}, name="Mill A.csv"), "--lang", "en").stdout
    name = corrected.partition(":")[0]
    assert corrected.splitlines()[1] == f"mill-a has several versions: write {name} where you mean this one"
    assert sum(open_background((name,)).databases[0].intensity("steel-a", "AR6").impact.values()) == 2.2


def test_options_decide_over_the_file(table: Write) -> None:
    """Id, version, title, licence and whether it is licensed, as the command line says them."""
    words = ("--name", "suppliers", "--version", "2024.1", "--title", "Mills", "--licence", "NDA 7", "--licensed")
    assert run("db", "import", table(STEEL), *words).exit_code == 0
    info = open_background(("suppliers@2024.1",)).infos[0]
    assert (info.title_en, info.title_zh, info.licence, info.licensed) == ("Mills", "Mills", "NDA 7", "yes")
    listed = run("db", "list", "--lang", "en").stdout.splitlines()
    assert listed[0] == f"suppliers@2024.1\t1\t{info.checksum[:12]}\tlicensed\town\tMills"
    assert any(line.startswith("open-cn@") and "\topen\tshipped\t" in line for line in listed)
    assert "授权数据\t自有\tMills" in run("db", "list", "--lang", "zh").stdout
    assert run("db", "list", "suppliers", "--lang", "en").stdout == "steel-a\tkg\tCN\t2024\tsteel, mill A\n"
    removed = run("db", "remove", "suppliers@2024.1", "--lang", "en")
    assert removed.stdout.startswith("removed: ")
    assert run("db", "list", "suppliers").exit_code == 4


def test_other_content_of_a_version_says_how_to_keep_both(table: Write) -> None:
    """The same --version for corrected factors is refused."""
    assert run("db", "import", table(STEEL), "--version", "1").exit_code == 0
    again = run("db", "import", table({**STEEL, "total": 3}), "--version", "1", "--lang", "en")
    assert again.exit_code == 4
    assert "[database-other-content]" in again.stderr


@pytest.mark.parametrize("words", [("--name", "A b"), ("--version", "1/2"), ("--name", "x@y"), ("--version", "1:2")])
def test_names_that_cannot_be_kept_are_refused(table: Write, words: tuple[str, str]) -> None:
    """An id or version that is no name of a folder ends in a sentence."""
    answer = run("db", "import", table(STEEL), *words, "--lang", "en")
    assert answer.exit_code == 4
    assert answer.stderr.rstrip().endswith(("[database-name]", "[database-part]"))


def test_a_database_folder_is_taken_in_as_it_is(tmp_path: Path) -> None:
    """Our readable form, by topic too: same content, same checksum, whatever was compiled beside it."""
    folder = LINE.small(tmp_path)
    (folder / "topic").mkdir()
    (folder / "exchanges.csv").rename(folder / "topic" / "exchanges.csv")
    (folder / "intensities.jsonl").write_text("broken", encoding="utf-8")
    database = taken_in(folder)
    assert (database.info.id, database.info.version) == ("small", "1")
    assert database.info.checksum == source.read(folder).checksum()
    assert taken_in(folder, version="2").info.version == "2"


def test_problems_of_a_folder_are_told_where_they_stand(tmp_path: Path) -> None:
    """The file and line are those of the user's folder, not of a copy."""
    folder = LINE.small(tmp_path)
    path = folder / "exchanges.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines[:4], lines[4].replace("steel", "steal"), *lines[5:]]), encoding="utf-8")
    said = LINE.refused(lambda: holdings.take_in(folder, Asked(), "auto", "en"))
    assert said.startswith("small/exchanges.csv:line 5: ")


# ------------------------------------------------------------------------------------------------ in a calculation


def test_several_databases_count_together(table: Write, bill: Callable[..., Path], tmp_path: Path) -> None:
    """A bill takes from the store and from a folder at once; Brightway agrees; the licence is told of the one used."""
    small = LINE.small(tmp_path)
    taken_in(table({**STEEL, "code": "plate"}, {**GASES, "code": "gas", "n2o": 0.001}), id="suppliers", licensed=True)
    path = bill(
        "L1 | plate | 2 kg | plate\nL2 | gas | 1 kg | gas\nL3 | steel | 3 kg | steel", product=LINE.plain_product()
    )
    request = service.Request(path, str(LINE.RULES), (str(small), "suppliers"), reference=True)
    document = service.calculate(request).document
    gwp_set = document["study"]["gwp_set"]
    expected = 2 * 2.1 + 0.001 * gwp.gas("n2o").factor(gwp_set) + 3 * 2
    assert document["result"]["total"] == pytest.approx(expected, rel=1e-9)
    assert {d["id"]: d["licensed"] for d in document["databases"]} == {"small": False, "suppliers": True}
    (mine,) = [d for d in document["datasets"] if d["key"].endswith(":plate")]
    assert (mine["gwp_set"], mine["status"], mine["factor"]) == ("AR6", "secondary", 2.1)


def test_a_code_that_two_databases_have_is_written_whole(
    table: Write, bill: Callable[..., Path], tmp_path: Path
) -> None:
    """A bare code is ambiguous; database@version:code is not."""
    small = LINE.small(tmp_path)
    taken_in(table({**STEEL, "code": "steel"}), id="suppliers", version="1.0")

    def total(code: str) -> float:
        path = bill(f"L1 | steel | 2 kg | {code}", product=LINE.plain_product())
        request = service.Request(path, str(LINE.RULES), (str(small), "suppliers"))
        return float(service.calculate(request).document["result"]["total"])

    assert "[dataset-ambiguous]" in LINE.refused(lambda: total("steel"))
    assert total("suppliers@1.0:steel") == pytest.approx(4.2)
    assert total("small@1:steel") == pytest.approx(4)


def test_an_uptake_is_entered_as_it_is(tmp_path: Path) -> None:
    """Its column carries the sign: a negative one would turn round, whatever the note says."""
    path = tmp_path / "a.csv"
    columns = "code,name_en,unit,region,period,co2_biogenic,co2_uptake,status,document,note"
    path.write_text(f"{columns}\nx,x,kg,CN,2024,1.8,-1.8,secondary,a report,removal\n", encoding="utf-8")
    with pytest.raises(WorkbookError, match="amount-negative"):
        importer.read(path, Asked("a", "", "", "", False))
