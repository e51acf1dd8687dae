"""What every background database promises: compiled as it is written, checked, cited, and sane in every row."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path

import pytest

from footprint import gwp, stock, units
from footprint.background import compiled, source
from footprint.background.build import compile_folder, compiled_text
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.model.background import GhgClass
from footprint.paths import data_root
from footprint.provenance import Status

ROOT = Path(__file__).parents[2] / "databases"
IDS = sorted(path.name for path in ROOT.iterdir() if path.is_dir())
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KINDS = {"unit-process", "factor", "gap"}
BOUNDARIES = {"cradle-to-gate", "gate-to-gate", "direct", "service", "use"}
AGGREGATE_SETS = {"AR4", "AR5", "AR6", "unknown"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def read(name: str) -> source.Source:
    return source.read(ROOT / name)


def test_there_is_a_database_and_it_ships() -> None:
    """The folders of the checkout are what the program finds."""
    assert IDS
    assert sorted(p.name for p in (data_root() / "databases").iterdir() if p.is_dir()) == IDS


@pytest.mark.parametrize("name", IDS)
def test_compiling_again_gives_what_is_stored(name: str) -> None:
    """Every intensity of every dataset under every GWP set, to 1e-9, and the same checksum."""
    stored = compiled.load(ROOT / name)
    fresh = compiled.parse(ROOT / name, compiled_text(ROOT / name, intensities).encode())
    assert compiled.differences(stored, fresh) == ()
    assert stored.header["info"] == fresh.header["info"]
    assert str(len(stored.codes())) in stock.verify_database(name, "en")


@pytest.mark.parametrize("name", IDS)
def test_a_checksum_is_current_or_the_database_does_not_open(name: str, tmp_path: Path) -> None:
    """One changed digit in the readable form, and the compiled one is stale: told with its remedy."""
    copy = Path(shutil.copytree(ROOT / name, tmp_path / name))
    assert open_background((str(copy),)).infos[0].checksum == read(name).checksum()
    path = source.files(copy, "exchanges.csv")[0]
    exchanges = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    changed = re.sub(r",(-?\d+\.?\d*),", lambda m: f",{m[1]}1,", exchanges[1], count=1)
    assert changed != exchanges[1]
    path.write_text("".join([exchanges[0], changed, *exchanges[2:]]), encoding="utf-8")
    with pytest.raises(DatabaseError) as caught:
        open_background((str(copy),))
    assert str(caught.value) == (
        f"{name}: the compiled intensities do not match the content of the database ({name}). Run footprint db "
        "compile. [database-stale]"
    )
    assert CHINESE.search(caught.value.text("zh"))
    compile_folder(copy, intensities)
    assert open_background((str(copy),)).infos[0].checksum != read(name).checksum()


@pytest.mark.parametrize("name", IDS)
def test_order_and_spelling_of_the_files_are_not_content(name: str, tmp_path: Path) -> None:
    """Rows in another order, another line ending or a byte-order mark leave the checksum as it is."""
    copy = Path(shutil.copytree(ROOT / name, tmp_path / name))
    for file in (path for table in source.COLUMNS for path in source.files(copy, table)):
        head, *rows = file.read_text(encoding="utf-8-sig").splitlines()
        if all(line.count('"') % 2 == 0 for line in rows):
            file.write_bytes("\ufeff".encode() + "\r\n".join([head, *reversed(rows)]).encode())
    assert source.read(copy).checksum() == read(name).checksum()


@pytest.mark.parametrize("name", IDS)
def test_a_changed_intensity_is_found(name: str, tmp_path: Path) -> None:
    """A compiled number that does not follow from the readable form fails verification and names its dataset."""
    copy = Path(shutil.copytree(ROOT / name, tmp_path / name))
    head, first, *rest = (copy / compiled.NAME).read_text(encoding="utf-8").split("\n")
    code, _, record = first.partition("\t")
    found = json.loads(record)
    for rows in found["impact"].values():
        for row in rows:
            row[3] *= 1 + 1e-6
    changed = f"{code}\t{json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(',', ':'))}"
    (copy / compiled.NAME).write_text("\n".join([head, changed, *rest]), encoding="utf-8")
    with pytest.raises(DatabaseError, match=code):
        stock.verify_database(str(copy), "en")
    with pytest.raises(DatabaseError, match="database-stale"):
        open_background((str(copy),))


@pytest.mark.parametrize("name", IDS)
def test_datasets_say_what_they_are_and_where_they_come_from(name: str) -> None:
    """Code, both names, unit, amount, kind, boundary, status and citation of every row; codes once."""
    rows = read(name).activities
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        code = row["code"]
        assert CODE.fullmatch(code), code
        assert row["name_en"] and not CHINESE.search(row["name_en"]), code  # noqa: PT018
        assert CHINESE.search(row["name_zh"]), code
        assert units.unit(row["unit"]).symbol == row["unit"], code
        assert math.isfinite(float(row["amount"])), code
        assert float(row["amount"]) != 0, code
        assert row["kind"] in KINDS, code
        assert row["boundary"] in BOUNDARIES, code
        assert row["status"] in {*Status}, code
        assert row["citation"] or row["kind"] == "gap", code
        assert row["includes_transport"] in {"", "yes"}, code
        assert row["gwp_set"] in {"", *AGGREGATE_SETS, *gwp.SETS}, code
        assert re.fullmatch(r"\d{4}(-\d{4})?|", row["period"]), code


@pytest.mark.parametrize("name", IDS)
def test_exchanges_lead_somewhere_with_a_number_that_is_cited(name: str) -> None:
    """Every row belongs to a dataset, leads to one, to a gas or to a class, in a unit that converts."""
    src = read(name)
    known = {row["code"]: row for row in src.activities}
    for number, row in enumerate(src.exchanges, start=2):
        assert row["activity"] in known, number
        assert math.isfinite(float(row["amount"])), number
        assert row["status"] in {*Status}, number
        assert row["citation"], number
        if row["direction"] == "input":
            assert units.convertible(row["unit"], known[row["flow"]]["unit"]), number
        elif row["flow"].startswith("co2e-"):
            assert GhgClass(row["flow"].removeprefix("co2e-")), number
            assert row["gwp_set"] in AGGREGATE_SETS, number
            assert units.convertible(row["unit"], "kg"), number
        else:
            assert row["direction"] == "emission", number
            assert all(gwp_set in gwp.gas(row["flow"]).factors for gwp_set in src.meta["gwp_sets"]), number
            assert row["gwp_set"] == "", number
            assert units.convertible(row["unit"], "kg"), number


@pytest.mark.parametrize("name", IDS)
def test_a_gap_has_no_number_and_everything_else_has_one(name: str) -> None:
    """Only gaps are without exchanges; what is not a gap has an intensity or a gap in its chain under every set."""
    src = read(name)
    told = {row["activity"] for row in src.exchanges}
    gaps = {row["code"] for row in src.activities if row["kind"] == "gap"}
    assert {row["code"] for row in src.activities} - told == gaps
    database = open_background((name,)).databases[0]
    for code in database.file.codes():
        for gwp_set in src.meta["gwp_sets"]:
            found = database.intensity(code, gwp_set)
            assert all(map(math.isfinite, found.impact.values())), code
            assert found.impact or found.gaps, code
            assert set(found.gaps) <= gaps, code
            assert (code in gaps) == (dict(found.gaps) == {code: 1.0} and not found.impact), code


@pytest.mark.parametrize("name", IDS)
def test_electricity_leads_to_electricity(name: str) -> None:
    """Every supply of every year is a dataset in kWh; each year has a grid."""
    background = open_background((name,))
    database = background.databases[0]
    for country, years in database.electricity.items():
        assert re.fullmatch(r"[A-Z]{2}", country)
        for year, supplies in years.items():
            assert re.fullmatch(r"\d{4}", year)
            assert "grid" in supplies
            for code in supplies.values():
                dataset = database.dataset(code)
                assert dataset is not None, code
                assert dataset.unit == "kWh", code


@pytest.mark.parametrize("name", IDS)
def test_a_database_says_what_it_is(name: str) -> None:
    """Id as its folder, version, both titles, licence, citation, and the sets it is compiled for."""
    meta = read(name).meta
    assert meta["id"] == name
    assert all(str(meta[key]).strip() for key in ("version", "licence", "citation"))
    assert CHINESE.search(meta["title"]["zh"])
    assert not CHINESE.search(meta["title"]["en"])
    assert set(meta["gwp_sets"]) <= set(gwp.SETS)
