"""What a database is worth: what is linked, standing in and missing, and how it compares with others."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import appraise
from footprint.background import plausibility
from footprint.errors import DatabaseError

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
ACTIVITIES = """
own    | kg | own
other  | kg | other     | proxy=Stands in for something.
gap    | kg | gap       | kind=gap
half   | kg | half
all    | kg | all
like   | kg | like half | proxy=Stands in for half.
"""
EXCHANGES = """
own   | emission | co2-fossil | 1
other | emission | co2-fossil | 3
half  | input    | own        | 1
half  | input    | other      | 1
half  | input    | gap        | 2
all   | input    | half       | 2
all   | emission | co2-fossil | 8
like  | input    | own        | 1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = LINE.activities(ACTIVITIES)
    units = {row["code"]: row["unit"] for row in made}
    return Path(LINE.write_database(tmp_path / "mine", made, LINE.exchanges(EXCHANGES, units), {}))


def told(folder: Path) -> dict[str, list[str]]:
    lines = appraise.coverage(str(folder), "en").splitlines()
    return {line.split("\t")[0]: line.split("\t")[1:] for line in lines if line}


def test_shares_of_inputs_and_of_the_score(folder: Path) -> None:
    """Half of 4 kg is from a stand-in: three quarters; eight of sixteen are its own, two more through ``own``."""
    rows = told(folder)
    assert rows["half"] == ["3", "33%", "33%", "33%", "≥ 4", "25%", "75%", "1"]
    assert rows["all"] == ["1", "100%", "0%", "0%", "≥ 16", "62%", "38%", "1"]
    assert rows["like"] == ["1", "100%", "0%", "0%", "1", "0%", "100%", "0"]
    assert rows["gap"] == ["1"]
    assert rows["standing in for something else"] == ["2"]


def test_a_published_value_is_compared_in_its_own_unit(folder: Path) -> None:
    """Per tonne is not per kilogram."""
    write(folder, "half,4400,t,a paper,\n")
    _, line, _, count = appraise.plausibility(str(folder), "en").splitlines()
    assert line.split("\t") == ["half", "≥ 4000/t", "4400/t", "0.91", "a paper"]
    assert count.startswith("1 comparisons, 0 ")


@pytest.mark.parametrize("published", ["1.9", "8.1"])
def test_an_outlier_is_explained_or_refused(folder: Path, published: str) -> None:
    """More than twice, or less than half, with no word about it is an error; with one it is printed."""
    write(folder, f"half,{published},kg,a paper,\n")
    with pytest.raises(DatabaseError, match="outlier-unexplained"):
        appraise.plausibility(str(folder), "en")
    write(folder, f"half,{published},kg,a paper,another boundary\n")
    _, line, explanation, _, count = appraise.plausibility(str(folder), "en").splitlines()
    assert line.endswith("a paper")
    assert explanation == "\tanother boundary"
    assert count.startswith("1 comparisons, 1 ")


@pytest.mark.parametrize("row", ["nobody,1,kg,a,", "half,,kg,a,", "half,0,kg,a,", "half,1,kWh,a,", "half,x,kg,a,"])
def test_a_row_that_cannot_be_compared_is_told(folder: Path, row: str) -> None:
    """An unknown code, no number, zero, a unit of another dimension."""
    write(folder, row + "\n")
    with pytest.raises(DatabaseError, match=r"mine/plausibility\.csv:line 2"):
        appraise.plausibility(str(folder), "en")


def test_no_table_is_no_comparison(folder: Path) -> None:
    assert "plausibility.csv" in appraise.plausibility(str(folder), "en")


def write(folder: Path, rows: str) -> None:
    (folder / plausibility.NAME).write_text(f"code,published,unit,citation,explanation\n{rows}", encoding="utf-8")


def test_the_open_database_is_compared_with_what_others_published() -> None:
    """At least forty results beside a value of another source; those beyond a factor of two are explained."""
    lines = [line.split("\t") for line in appraise.plausibility("open-cn", "en").splitlines()[1:]]
    compared = [line for line in lines if len(line) == 5]
    assert len({code for code, *_ in compared}) >= 40
    assert all(citation and float(ratio) > 0 for _, _, _, ratio, citation in compared)


def test_coverage_of_the_open_database_is_whole() -> None:
    """Each unit process stands in the list once; the shares of its inputs, and of its score, add up."""
    lines = [line.split("\t") for line in appraise.coverage("open-cn", "en").splitlines()[1:]]
    processes = [line for line in lines if len(line) == 9]
    assert len({code for code, *_ in processes}) == len(processes) > 400
    for _, inputs, linked, proxied, missing, _, own, through, _ in processes:
        shares = [int(share.rstrip("%")) for share in (linked, proxied, missing)]
        assert abs(sum(shares) - 100 * (int(inputs) > 0)) <= 1
        assert abs(int(own.rstrip("%")) + int(through.rstrip("%")) - 100) <= 1
