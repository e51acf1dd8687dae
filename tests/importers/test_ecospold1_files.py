"""EcoSpold 1: whatever order and shape files have, those of others, and files that were damaged."""

from __future__ import annotations

import re
import runpy
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

from footprint import units
from footprint.background import importers
from footprint.background.importers.asked import Asked
from footprint.cli import main
from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold1.py")))
M = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "mutants.py")))
ALL, STEEL = OF.ALL, OF.STEEL
allocation, dataset, given_off, imported, product, said, scores, spold, taken = (
    OF.allocation, OF.dataset, OF.given_off, OF.imported, OF.product, OF.said, OF.scores, OF.spold, OF.taken,
)  # fmt: skip
SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ecospold1"


def test_elements_may_stand_in_any_order_and_in_any_namespace(tmp_path: Path) -> None:
    """The schema orders them; software does not."""
    path = tmp_path / "odd.xml"
    text = (
        "<dataset number='1'><flowData>" + allocation(7, 100, 8) + given_off(2.0) + product("steel") + "</flowData>"
        "<metaInformation><administrativeInformation/><processInformation><geography location='CH'/>"
        "<referenceFunction name='steel' unit='kg' amount='1'/></processInformation></metaInformation></dataset>"
    )
    for space in ("", "http://www.EcoInvent.org/EcoSpold01", "http://www.ecoinvent.org/EcoSpold01"):
        path.write_text(spold(text, space=space), encoding="utf-8")
        assert scores(importers.read(path, Asked())) == {"steel": pytest.approx(2.0)}
    path.write_bytes(spold(text).replace("UTF-8", "UTF-16").encode("utf-16"))
    assert scores(importers.read(path, Asked())) == {"steel": pytest.approx(2.0)}


def test_folders_and_zips_of_files_are_one_database(tmp_path: Path) -> None:
    """One dataset per file or many, in folders or packed: the same rows."""
    car = dataset("car", product("car"), taken("steel", 3.0), number=2)
    (tmp_path / "data" / "more").mkdir(parents=True)
    (tmp_path / "data" / "a.xml").write_text(spold(car), encoding="utf-8")
    (tmp_path / "data" / "more" / "b.XML").write_text(spold(STEEL), encoding="utf-8")
    (tmp_path / "data" / "readme.txt").write_text("nothing", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        packed.write(tmp_path / "data" / "a.xml", "a.xml")
        packed.write(tmp_path / "data" / "more" / "b.XML", "more/b.XML")
    assert scores(importers.read(tmp_path / "data", Asked())) == {"steel": 2.0, "car": 6.0}
    assert scores(importers.read(tmp_path / "data.zip", Asked())) == {"steel": 2.0, "car": 6.0}


def test_what_a_process_is_like_is_kept(tmp_path: Path) -> None:
    """Place, period, category, comment, synonyms."""
    about = {"category": "metals", "subCategory": "production", "generalComment": "A comment.", "localName": "Stahl"}
    (row,) = imported(tmp_path, dataset("steel", product("steel"), given_off(2.0), **about)).source.activities
    assert (row["region"], row["period"], row["category"]) == ("CH", "2001-2004", "metals/production")
    assert (row["note"], row["synonyms"]) == ("A comment.", "Stahl")


def test_files_that_hold_no_processes_are_told(tmp_path: Path) -> None:
    """Flows of nature, impact categories and other roots: alone they are refused, among others left out and told."""
    about = '<referenceFunction datasetRelatesToProduct="false" name="Lead" unit="kg"/>'
    inside = f"<metaInformation><processInformation>{about}</processInformation></metaInformation>"
    flows = spold(f'<dataset number="3">{inside}</dataset>')
    others = {
        "flows": (flows, "ecospold1-kind"),
        "impacts": (spold(dataset("GWP", kind=4)), "ecospold1-kind"),
        "root": (spold(STEEL, root="notecoSpold"), "ecospold1-root"),
        "space": (spold(STEEL, space="http://www.EcoInvent.org/EcoSpold01Impact"), "ecospold1-root"),
    }
    for name, (text, code) in others.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xml").write_text(text, encoding="utf-8")
        with pytest.raises(DatabaseError, match=code):
            importers.read(tmp_path / name, Asked())
        (tmp_path / name / "b.xml").write_text(spold(STEEL), encoding="utf-8")
        read = importers.read(tmp_path / name, Asked())
        assert scores(read) == {"steel": 2.0}
        assert code in said(read)


def test_the_files_beside_the_checkout_are_read_or_refused_with_a_reason() -> None:
    """Real exports of a public database; one is deliberately none."""
    if not SHARED.is_dir():
        pytest.skip("third-party EcoSpold files are not beside the checkout")
    abs_, aluminium = (next(SHARED.glob(f"{name}*")) for name in ("Acrylo", "Aluminum"))
    with pytest.raises(DatabaseError, match="ecospold1-root"):
        importers.read(next(SHARED.glob("Acetic*")), Asked())
    for path, rows, unlinked in ((abs_, 230, 4), (aluminium, 600, 13)):
        with pytest.raises(DatabaseError, match=f"{unlinked} inputs lead nowhere"):
            importers.read(path, Asked())
        read = importers.read(path, ALL)
        assert read.rows == rows
        assert read.counts["gaps"] >= unlinked
    assert units.factor(read.source.activities[0]["unit"], "kg") == 1


def test_a_database_is_taken_in_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file is called."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    (tmp_path / "data.bin").write_text(spold(STEEL), encoding="utf-8")
    done = CliRunner().invoke(main, ["db", "import", str(tmp_path / "data.bin"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "1 datasets" in done.output


PIECES = (b"<", b">", b'"', b"\x00", b"&#0;", b"1e999", b"<!DOCTYPE x [", b"-", b"NaN", b"\xff")
SMALL = spold(STEEL, dataset("car", product("car", 1), product("scrap", 2, group="out 2"), taken("steel", 2.0, 3),
                             given_off(1.0, 4), allocation(1, 60, 3, 4), allocation(2, 40, 3, 4))).encode()  # fmt: skip


@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Nothing but a `FootprintError` comes out."""
    M.survives("ecospold1", tmp_path / "small.xml", content)


@pytest.mark.slow
@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence_at_length(tmp_path: Path, content: bytes) -> None:
    """The same for long."""
    M.survives("ecospold1", tmp_path / "small.xml", content)


def test_a_dataset_that_says_nothing_of_itself_is_called_as_its_product(tmp_path: Path) -> None:
    """And is found by it: name, place and unit are those of what it makes."""
    bare = re.sub("<metaInformation>.*</metaInformation>", "", dataset("", given_off(2.0), product("steam", unit="MJ")))
    user = dataset("heat", product("heat"), taken("steam", 3.0, unit="MJ"), number=2)
    read = imported(tmp_path, bare, user)
    assert scores(read) == {"steam": 2.0, "heat": 6.0}
    assert {row["region"] for row in read.source.activities} == {"CH"}


def test_groups_may_stand_in_attributes(tmp_path: Path) -> None:
    """As some write them; what stands in elements comes first."""
    text = dataset("steam", product("steam"), given_off(2.0))
    text = re.sub(r"><(\w+Group)>(\d)</\w+>", r' \1="\2">', text)
    assert "outputGroup=" in text
    assert scores(imported(tmp_path, text)) == {"steam": 2.0}


def test_a_number_that_is_missing_is_told_by_its_name(tmp_path: Path) -> None:
    """Not that nothing is no number: of products, shares and all others."""
    made = OF.exchange(99, "out 0", None, name="steam", location="CH")
    told = OF.refused(tmp_path, dataset("steam", made, given_off(2.0)))
    assert "dataset 1 exchange 99: the attribute 'meanValue' is missing, or empty. Add it" in told
    assert "no dataset was found" not in told
    shared = allocation(99, 50.0, 50).replace("fraction", "part")
    rows = dataset("a", product("a"), given_off(1), shared)
    assert "the attribute 'fraction' is missing" in OF.refused(tmp_path, rows)


def test_final_wastes_have_no_treatment_and_are_told(tmp_path: Path) -> None:
    """SimaPro writes them among the inputs; nothing in any file treats them."""
    waste = {"category": "Final waste flows", "subCategory": "unspecified"}
    rows = [dataset(name, product(name), given_off(2.0), taken("slag", 3.0, **waste), number=at)
            for at, name in enumerate(("one", "two"), 1)]  # fmt: skip
    read = imported(tmp_path, *rows)
    assert scores(read) == {"one": 2.0, "two": 2.0}
    assert [(n.code, n.facts["count"]) for n in read.notices] == [("ecospold1-final-waste", 2)]
    assert read.counts["others"] == 2


def test_a_final_waste_whose_treatment_is_in_the_file_is_treated(tmp_path: Path) -> None:
    """It is an input as others are, whatever its category is called."""
    waste = {"category": "Final waste flows", "subCategory": "unspecified"}
    one = dataset("one", product("one"), given_off(2.0), taken("slag", 3.0, **waste), number=1)
    slag = dataset("slag", product("slag"), given_off(5.0), number=2)
    read = imported(tmp_path, one, slag)
    assert scores(read) == {"one": 17.0, "slag": 5.0}
    assert read.notices == ()
