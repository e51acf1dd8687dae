"""EcoSpold 2: what files say of themselves, what is amiss in them, and files that were damaged or written otherwise."""

from __future__ import annotations

import re
import runpy
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background.importers import crew, ecospold2
from footprint.errors import DatabaseError, FootprintError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold2.py")))
ASKED, CO2, DUST, LOGNORMAL, OPEN, PEDIGREE, SPACE = (
    OF.ASKED, OF.CO2, OF.DUST, OF.LOGNORMAL, OF.OPEN, OF.PEDIGREE, OF.SPACE,
)  # fmt: skip
given_off, imported, moved, rows, scores, spold, spread, told = (
    OF.given_off, OF.imported, OF.moved, OF.rows, OF.scores, OF.spold, OF.spread, OF.told,
)  # fmt: skip
Files = Callable[..., Path]
USLCI = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ecospold2" / "uslci_fy18_q3_ecospold2.zip"


def test_master_data_and_other_files_are_no_activities(files: Files) -> None:
    """Lists of names, units and sources lie beside the activities; so may anything else."""
    folder = files(spold("A", moved("a", 1, "out 0"), CO2))
    (folder / "MasterData").mkdir()
    (folder / "MasterData" / "Units.xml").write_text(f"<validUnits {SPACE}><unit id='u'/></validUnits>")
    (folder / "FilenameToActivityLookup.csv").write_text("Filename;Activity\n")
    (folder / "readme.pdf").write_bytes(b"%PDF-1.4 \xff\xfe")
    assert list(scores(imported(folder))) == ["A_a"]


def test_what_a_dataset_says_of_itself_is_kept(files: Files) -> None:
    """English where there are several languages; years; comment of several paragraphs; place of each exchange."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 2, "in 5", "B", more=LOGNORMAL, at="x-1")),
        spold("B", moved("b", 1, "out 0"), CO2),
    ))  # fmt: skip
    row = read.source.activities[0]
    assert (row["name_en"], row["region"], row["period"], row["note"]) == (
        "making A",
        "DE",
        "2015-2025",
        "Of two parts.",
    )
    assert row["synonyms"] == "good a"
    exchange = read.source.exchanges[0]
    assert float(exchange["gsd"]) == pytest.approx(1.2214027)  # exp(0.2)
    assert (exchange["pedigree"], exchange["gsd_is"], exchange["citation"]) == ("2;1;3;1;4", "basic", "x-1")


@pytest.mark.parametrize(("inside", "gsd", "note"), [
    ('<lognormal variance="0.04" varianceWithPedigreeUncertainty="0.09"/>', 1.3498588, ""),
    (f'<lognormal varianceWithPedigreeUncertainty="0.09"/>{PEDIGREE}', None, ""),
    ('<lognormal variance="-1" varianceWithPedigreeUncertainty="-1"/>', None, ""),
    ('<lognormal varianceWithPedigreeUncertainty="nan"/>', None, ""),
    ('<normal meanValue="2" variance="0.5"/>', None, "normal meanValue=2 variance=0.5"),
    ('<triangular minValue="1" mostLikelyValue="2" maxValue="3"/>', None,
     "triangular maxValue=3 minValue=1 mostLikelyValue=2"),
])  # fmt: skip
def test_how_far_an_amount_may_be_off_is_kept_as_stated(
    files: Files, inside: str, gsd: float | None, note: str
) -> None:  # fmt: skip
    """Without scores the whole deviation counts; what is no lognormal is told in the row."""
    read = imported(files(spold("A", moved("a", 1, "out 0"), moved("a", 0.5, "in 5", "A", more=spread(inside)))))
    row = read.source.exchanges[0]
    assert (float(row["gsd"]) if row["gsd"] else None) == (gsd if gsd is None else pytest.approx(gsd))
    assert row["note"] == note
    assert row["gsd_is"] == ("total" if gsd else "")


@pytest.mark.parametrize("amount", ["", "nan", "inf", "-INF", "1e999", "1_000", "1,5", "zwei"])
def test_amounts_that_are_no_numbers_are_told_with_their_element(files: Files, amount: str) -> None:
    """All of a file at once, products, inputs and gases alike; nothing is imported."""
    with pytest.raises(DatabaseError) as refused:
        imported(files(spold("A", moved("a", amount, "out 0"), moved("b", amount, "in 5"),
                             given_off("Carbon dioxide, fossil", amount, "124-38-9"))))  # fmt: skip
    assert [problem.code for problem in refused.value.problems][:3] == ["inventory-number"] * 3
    assert str(refused.value.problems[0]).startswith("release/0.spold:x-a: ")


def test_every_file_that_cannot_be_read_is_told(files: Files) -> None:
    """A truncated file, one with a document type, one without its description: each with its name."""
    good = spold("A", moved("a", 1, "out 0"), CO2, DUST)
    with pytest.raises(DatabaseError) as refused:
        imported(files(
            good[:-40], good.replace("?><", '?><!DOCTYPE x [<!ENTITY y "z">]><'), good,
            f"<ecoSpold {SPACE}><activityDataset><flowData/></activityDataset></ecoSpold>",
        ))  # fmt: skip
    assert sorted((problem.place.file[-7], problem.code) for problem in refused.value.problems) == [
        ("0", "bundle-xml"), ("1", "bundle-entities"), ("3", "inventory-element"),
    ]  # fmt: skip


def test_zip_and_folder_are_the_same(files: Files, tmp_path: Path) -> None:
    """Folders within are no matter; names are no matter where a file says what it is."""
    folder = files(spold("A", moved("a", 1, "out 0"), CO2, DUST))
    with zipfile.ZipFile(tmp_path / "release.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "0.spold", "ecoinvent/datasets/0.XML")
    one, other = imported(folder), imported(tmp_path / "release.zip")
    assert rows(one) == rows(other)
    assert one.counts == other.counts


@pytest.mark.parametrize("change", [
    lambda text: text.replace("<elementaryExchange ", "<elementaryExchange\n"),
    lambda text: text.replace("<", "<s:").replace("<s:/", "</s:").replace("<s:?", "<?").replace("xmlns=", "xmlns:s="),
    lambda text: text.replace("utf-8", "utf-16").encode("utf-16"),
    lambda text: text.replace("utf-8", "iso-8859-1").encode("iso-8859-1"),
    lambda text: text.replace("<property", "<!-- x --><property"),
    lambda text: text.replace("</compartment></elementary", "</compartment >" + "</elementary"),
    lambda text: text.replace(' propertyId="p" amount="1"><name xml:lang="en">dry mass</name></property>', "/>"),
    lambda text: "\ufeff" + text,
])  # fmt: skip
def test_files_written_in_other_ways_read_the_same(files: Files, change: Callable[[str], str | bytes]) -> None:
    """Prefixes, encodings, comments, line ends within elements: what cannot be cut is parsed."""
    content = spold("A", moved("a", 1, "out 0"), CO2, DUST, DUST, given_off("Zinc", 1))
    read = imported(files(change(content)))
    assert scores(read) == {"A_a": 2.5}
    assert read.counts["others"] == 3


VALID = spold(
    "A", moved("a", 1, "out 0", more=LOGNORMAL), moved("b", 2, "out 2"), moved("b", 2, "in 5", "A"), CO2, DUST
)
PIECES = re.findall(r"<[^>]*>|[^<]+", VALID)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_broken_files_are_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever becomes of a file: it is read, or a sentence says what is amiss."""
    _survives(tmp_path, data)


@pytest.mark.slow
@settings(max_examples=5000, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_broken_files_for_long(tmp_path: Path, data: st.DataObject) -> None:
    """The same, further out."""
    _survives(tmp_path, data)


def _survives(folder: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PIECES) - 1))
    to = data.draw(st.integers(at, min(len(PIECES), at + 4)))
    other = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES).map(str.encode), st.just(b"")))
    content = "".join(PIECES[:at]).encode() + other + "".join(PIECES[to:]).encode()
    path = folder / "one.spold"
    path.write_bytes(content)
    with suppress(FootprintError):
        ecospold2.read(path, OPEN)


def test_long_imports_tell_how_far_they_are(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks hears of files and portions of them, each once; the last one is all of them."""
    monkeypatch.setattr(crew, "PORTION", 2)
    heard: list[tuple[str, int, int]] = []
    path = files(*(spold(f"A{at}", moved(f"a{at}", 1, "out 0"), CO2) for at in range(5)))
    imported(path, ASKED._replace(tell=lambda *said: heard.append(said)))
    assert heard == [*(("import-reading", done, 5) for done in range(1, 6)), ("import-linking", 0, 5)]


def test_a_public_database_reads_as_it_is() -> None:
    """771 files, most of them without an exchange: all told, nothing linked that is not there."""
    if not USLCI.is_file():
        pytest.skip(f"{USLCI} is not here")
    read = imported(USLCI, OPEN)
    assert (read.counts["processes"], read.counts["datasets"]) == (771, 45)
    assert told(read).count("inventory-empty") == 726
    assert scores(read)
