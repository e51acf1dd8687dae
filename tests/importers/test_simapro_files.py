"""SimaPro CSV: whatever a spreadsheet or a locale made of a file, its sections, comments and header."""

from __future__ import annotations

import runpy
import zipfile
from math import log
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import importers
from footprint.background.importers.asked import Asked
from footprint.errors import DatabaseError
from footprint.model.background import EITHER_WAY

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "simapro.py")))
ALL, STEEL, UNITS = OF.ALL, OF.STEEL, OF.UNITS
gaps, imported, made, process, refused, said, scores, taken, text = (
    OF.gaps, OF.imported, OF.made, OF.process, OF.refused, OF.said, OF.scores, OF.taken, OF.text,
)  # fmt: skip


@pytest.mark.parametrize("separator", [("Semicolon", ";"), ("Tab", "\t"), (";", ";")])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_every_locale_gives_the_same_numbers(
    tmp_path: Path, separator: tuple[str, str], decimal: str, encoding: str
) -> None:
    """The header says what parts cells and decimals; letters with accents come through."""
    told, sign = separator
    blocks = [
        made("Stähl", 2.5),
        made("Car", 1.25, Materials_fuels="Stähl;kg;2 * 0.5E0;Lognormal;1.44;0;0;(1,2,3,1,1,na)"),
        UNITS,
    ]
    content = text(*(block.replace(";", sign) for block in blocks), separator=told, decimal=decimal)
    if decimal == ",":
        content = (
            content.replace("2.5", "2,5").replace("1.25", "1,25").replace("0.5E0", "0,5E0").replace("1.44", "1,44")
        )
    read = taken(tmp_path, content, encoding)
    assert scores(read) == {"Stähl": pytest.approx(2.5), "Car": pytest.approx(3.75)}
    (row,) = [row for row in read.source.exchanges if row["direction"] == "input"]
    assert (float(row["gsd"]), row["pedigree"], row["gsd_is"]) == (pytest.approx(1.2), "1;2;3;1;1", "total")
    assert log(float(row["gsd"])) > 0


def test_chinese_windows_writes_its_own_letters(tmp_path: Path) -> None:
    """GB18030 without a mark, even if the first letters come late."""
    long = made("Ore", 1.0, comment="x" * 70_000)
    read = taken(
        tmp_path, text(long, made("钢材", 2.0), made("汽车", Materials_fuels="钢材;kg;3;Undefined;0;0;0;")), "gb18030"
    )
    assert scores(read)["汽车"] == pytest.approx(6.0)


def test_columns_may_be_swapped(tmp_path: Path) -> None:
    """Some exports tell the amount before the unit, in formulas as well."""
    steel = process(
        "S",
        Products="Steel;1;kg;100;not defined;Metals;",
        Emissions_to_air="Carbon dioxide, fossil;low. pop.;2;kg;Undefined;;;;",
    )
    car = process(
        "C",
        Products="Car;1;p;100;not defined;X;",
        Materials_fuels=["Steel;3;kg;Undefined;;;;", "Steel;n*2;kg;Undefined;;;;"],
        Input_parameters="n;1;Undefined;0;0;0;No;",
    )
    assert scores(imported(tmp_path, steel, car))["Car"] == pytest.approx(10.0)


def test_sections_stand_in_any_order_and_spelling(tmp_path: Path) -> None:
    """Titles in another case, the singular, padded by a spreadsheet, without empty lines or ends."""
    car = made(
        "Car", 1.0, Materials_fuels="Steel;kg;3;Undefined;0;0;0;", Non_material_emissions="Noise;;Bq;1;Undefined;0;0;0;"
    )
    plain = text(STEEL, car)
    expected = {"Steel": 2.0, "Car": 7.0}
    padded = "\n".join(line + ";" * 8 for line in plain.split("\n"))
    for content in (
        plain,
        padded,
        plain.replace("Materials/fuels", "MATERIALS/FUELS "),
        plain.replace("\nEnd\n", "\n\n"),
        plain.replace("Non material emissions", "Non material emission"),
        plain.removesuffix("End\n"),
        plain.replace(";\n\n", ";\n"),
    ):
        read = taken(tmp_path, content)
        assert scores(read) == expected
        assert "simapro-stray" not in said(read)


def test_comments_may_hold_everything(tmp_path: Path) -> None:
    """Line ends, quotes, separators, empty lines, titles of sections, marks of deletion."""
    for comment in (
        '"of several\nlines; with ""quotes"" and\n\nan empty one"',
        'a 5" pipe',
        '"unclosed',
        "one\x7ftwo",
        "a;b;c",
        "first\n\nsecond paragraph\n\nthird",
    ):
        read = imported(
            tmp_path, made("Steel", 2.0, comment=comment), made("Car", Materials_fuels="Steel;kg;3;Undefined;0;0;0;")
        )
        assert scores(read)["Car"] == pytest.approx(6.0), comment
        assert said(read) <= {"inventory-bare"}
    notes = {row["note"] for row in imported(tmp_path, made("Steel", 2.0, comment="first\n\nsecond")).source.activities}
    assert notes == {"first second"}


def test_a_line_of_its_own_below_a_comment_is_more_of_it(tmp_path: Path) -> None:
    """And it is told; without a comment above it is a row without an amount."""
    car = made(
        "Car", Materials_fuels=["Steel;kg;1;Undefined;0;0;0;first line", "second line, of the comment", "Steel;g;500"]
    )
    read = imported(tmp_path, STEEL, car)
    assert scores(read)["Car"] == pytest.approx(3.0)
    assert "first line second line, of the comment" in {row["note"] for row in read.source.exchanges}
    assert "simapro-continued" in said(read)
    assert "[simapro-row]" in refused(tmp_path, STEEL, car.replace("first line", ""))


ODD = "Materialien/Brennstoffe"


@pytest.mark.parametrize("row", [
    "Steel;kg;2;Undefined;0;0;0;", "Steel;kg;2", "Methane;low. pop.;kg;2;Undefined;0;0;0;", "Steel;2;kg",
    "Steel;bed of roses;2;Undefined;0;0;0;", "Steel;kg;a*2", "Steel;bed of roses;2*3",
])  # fmt: skip
def test_amounts_in_sections_that_nobody_knows_are_not_left_out(tmp_path: Path, row: str) -> None:
    """A title in another language, or with a slip: such a row may be consumed, given off or avoided."""
    car = made("Car", 1.0).replace("\nEnd", f"\n{ODD}\n{row};\nread no further; because of this\n\nEnd")
    assert "[simapro-unknown]" in refused(tmp_path, STEEL, car)
    read = imported(tmp_path, STEEL, car, asked=ALL)
    assert scores(read)["Car"] == 1.0
    name = row.partition(";")[0]
    assert gaps(read)["Car"] == {name: 1.0}
    assert {row["category"] for row in read.source.activities if row["kind"] == "gap"} == {EITHER_WAY}


def test_words_in_sections_that_nobody_knows_are_told(tmp_path: Path) -> None:
    """Paragraphs of a later version are not read, and never silently."""
    steel = STEEL.replace("\nEnd", "\nReviewed by\nA. Person; of a place; in person\n\nEnd")
    read = imported(tmp_path, steel)
    assert scores(read) == {"Steel": 2.0}
    assert gaps(read)["Steel"] == {}
    assert "simapro-section" in said(read)
    assert "simapro-stray" in said(imported(tmp_path, STEEL, "something\n"))


def test_methods_alone_are_refused(tmp_path: Path) -> None:
    """Nothing in them is a process."""
    with pytest.raises(DatabaseError, match="simapro-method"):
        imported(tmp_path, "Method\n\nName\nGWP 2021\n\nEnd\n")


def test_several_files_are_one_database(tmp_path: Path) -> None:
    """Each with a header and parameters of its own."""
    folder = tmp_path / "exports"
    folder.mkdir()
    shared = "Project Input parameters\nn;{};Undefined;0;0;0;No;\n\nEnd\n"
    two = made("Car", Materials_fuels="Steel;kg;n*0,5;Undefined;0;0;0;")
    (folder / "a.csv").write_text(text(made("Steel", 1.0, amount="n"), shared.format(2)), encoding="utf-8")
    (folder / "b.txt").write_text(text(two, shared.format(4), decimal=","), encoding="utf-16")
    (folder / "notes.csv").write_text("a;b\n1;2\n", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "exports.zip", "w") as packed:
        for file in folder.iterdir():
            packed.write(file, file.name)
    for path in (folder, tmp_path / "exports.zip"):
        assert scores(importers.read(path, Asked())) == {"Steel": 0.5, "Car": pytest.approx(1.0)}


@pytest.mark.parametrize(
    ("order", "date"),
    [
        ("dd/MM/yyyy", "24/02/2014"),
        ("M/d/yyyy", "2/24/2014"),
        ("yyyy-MM-dd", "2014-02-24"),
        ("dd.MM.yyyy", "24.02.2014"),
    ],
)
def test_dates_are_those_of_the_header(tmp_path: Path, order: str, date: str) -> None:
    """Day and month stand in the order that it tells; a date of another form stays as it is."""
    for written, found in ((date, "2014-02-24"), ("in spring", "in spring"), ("1/2", "1/2")):
        content = text(STEEL.replace("Comment\n", f"Date\n{written}\n\nComment\n")).replace("dd/MM/yyyy", order)
        (row,) = taken(tmp_path, content).source.activities
        assert row["citation"] == found


def test_the_header_may_be_translated_or_missing(tmp_path: Path) -> None:
    """What is told by content is told without it, too."""
    content = text(STEEL, made("Car", Materials_fuels="Steel;kg;3.5;Undefined;0;0;0;"))
    french = content.replace("{processes}", "{processus}").replace("{Project:", "{Projet:").replace("Yes}", "Oui}")
    assert taken(tmp_path, french).source.meta["title"]["en"] == "Kitchen"
    assert scores(taken(tmp_path, f"sep=;\n\n{content}"))["Car"] == pytest.approx(7.0)
    bare = content[content.index("Process\n") :]
    assert scores(taken(tmp_path, bare))["Car"] == pytest.approx(7.0)
    commas = "\n".join(line.replace(";", ",") for line in content.split("\n"))
    assert scores(taken(tmp_path, commas.replace("dioxide, fossil", "dioxide fossil")))["Car"] == pytest.approx(7.0)
