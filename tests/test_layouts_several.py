"""Bills over several sheets and files: a row whose code is the product of another table has that table's rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from footprint.cli import main
from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported, imported
from footprint.layouts.naming import layout
from footprint.layouts.naming.layout import Layout
from footprint.layouts.nesting.trees import key
from footprint.model.sheets import Book
from footprint.tables.read import read

ON = dt.date(2026, 1, 1)
NOTHING: Mapping[str, str] = {}
HEAD = "Code,Name,Qty,Unit\n"
Taken = Callable[..., Imported]


@pytest.fixture
def taken(tmp_path: Path) -> Taken:
    """Return what sheets of one file give, each written as comma-separated text under its name."""

    def take(
        sheets: Mapping[str, str], product: str = "", stated: Mapping[str, str] = NOTHING, hidden: str = ""
    ) -> Imported:
        made = []
        for number, (name, text) in enumerate(sheets.items()):
            (tmp_path / f"{number}.csv").write_text(text, encoding="utf-8")
            made.append(read(tmp_path / f"{number}.csv").sheets[0]._replace(file="bom.xlsx", name=name,
                                                                                   visible=name != hidden))
        return imported([Book("bom.xlsx", tuple(made), "0" * 64)], layout.stated(stated, Layout()), ON, product)

    return take


def bom(made: Imported) -> list[tuple[object, ...]]:
    files = {part.table.sheet.file: "F1" for part in made.parts}
    rows = lines.rows(made, files, "")
    return [(row.values["line"], row.values.get("parent"), row.values["quantity"]) for row in rows]


def told(made: Imported) -> dict[str, int]:
    return {f"{state} {why}".strip(): count for (state, why), count in made.counts().items()}


MASTER = f"{HEAD}#9002A,Gear box,2,pc\nB-1,Bolt,4,pc\n#9003,Cover,1,pc\n"
GEARS = f"BOM ID:,9002A\n\n{HEAD}G-1,Gear,3,pc\n#9004,Shaft,1,pc\n"
SHAFT = f"{HEAD}S-1,Steel,0.5,kg\n"


def test_a_cover_a_master_and_a_sheet_for_each_assembly_are_one_bill(taken: Taken) -> None:
    """Rows of the master lead to the sheets of their codes, these to others; what has no bill is said."""
    made = taken({"Cover": "Pump P-100,\nRevision,B\n", "Master BOM": MASTER, "Gears": GEARS, "9004 Shaft": SHAFT})
    assert bom(made) == [
        ("9002A", None, 2), ("G-1", "9002A", 3), ("9004", "9002A", 1), ("S-1", "9004", 0.5), ("B-1", None, 4),
        ("9003", None, 1),
    ]  # fmt: skip
    assert told(made) == {"used": 6}
    said = "\n".join(account(made, lines.rows(made, {"bom.xlsx": "F1"}, ""), "en"))
    assert "bom.xlsx:Cover: not read: the sheet has no table of a bill" in said


def test_files_tell_the_parts_of_each_other(tmp_path: Path) -> None:
    """A row whose code is the name of another file, or what that file is the bill of, has its rows; each use counts."""
    (tmp_path / "pump.csv").write_text(f"{HEAD}sub-1,Frame,2,pc\nB,Plate,1,pc\nC,Lid,1,pc\n", encoding="utf-8")
    (tmp_path / "SUB-1.csv").write_text(f"{HEAD}X,Steel,3,kg\nB,Plate,1,pc\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text(f"Parent item:,B\n\n{HEAD}Y,Tin,0.1,kg\n", encoding="utf-8")
    files = [str(tmp_path / name) for name in ("pump.csv", "SUB-1.csv", "other.csv")]
    said = CliRunner().invoke(main, ["import", *files, "-o", str(tmp_path / "made.xlsx"), "--lang", "en"])
    assert "6 source rows: 6 used, 0 merged, 0 left out, 0 rejected; 7 lines." in said.output
    made = imported([read(Path(name)) for name in files], Layout(), ON)
    assert bom(made) == [
        ("sub-1", None, 2), ("X", "sub-1", 3), ("B", "sub-1", 1), ("Y", "B", 0.1), ("B-2", None, 1),
        ("Y-2", "B-2", 0.1), ("C", None, 1),
    ]  # fmt: skip


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    """A file given twice would count twice, and one of the same name could not be told from it."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "bom.csv").write_text(f"{HEAD}A,Frame,1,pc\n", encoding="utf-8")
    files = [str(tmp_path / folder / "bom.csv") for folder in ("a", "b")]
    for given in (files, files[:1] * 2):
        said = CliRunner().invoke(main, ["import", *given, "-o", str(tmp_path / "made.xlsx"), "--lang", "en"])
        assert "several files are called bom.csv" in said.output
        assert said.exit_code


@pytest.mark.parametrize(
    "written", ["#9002A", "9002a", "９００２A", "9002A.xlsx", "见 9002A", "see 9002A", "BOM-9002A"]
)
def test_references_are_known_in_their_spellings(written: str) -> None:
    """Signs, width, case and endings around a code do not hide which table it means."""
    assert key(written) == "9002a"


def test_a_column_may_say_which_bill_a_row_has(taken: Taken) -> None:
    """A reference beside a code leads to the sheet of its name, whatever the code."""
    made = taken({"Main": "Code,Name,Qty,Unit,Sub BOM\nA,Frame,2,pc,Frame list\nB,Lid,1,pc,\n", "Frame list": SHAFT})
    assert bom(made) == [("A", None, 2), ("S-1", "A", 0.5), ("B", None, 1)]


def test_an_assembly_told_twice_counts_once(taken: Taken) -> None:
    """Parts below a row count before a sheet of its own, which is said to be told twice."""
    whole = "Level,Code,Name,Qty,Unit\n1,A,Frame,2,pc\n2,S,Steel,1,kg\n1,B,Lid,1,pc\n"
    made = taken({"Exploded": whole, "A": f"{HEAD}S,Steel,1,kg\n"})
    assert bom(made) == [("A", None, 2), ("S", "A", 1), ("B", None, 1)]
    assert told(made) == {"used": 3, "excluded told-twice": 1}
    with pytest.raises(FootprintError, match=r"Exploded!B3: the assembly of this row is told at bom[.]xlsx:A!A2, too"):
        taken({"Exploded": whole, "A": f"{HEAD}S,Steel,1,kg\nT,Tin,1,kg\n"})


def test_pairs_of_two_tables_are_not_added_up(taken: Taken) -> None:
    """Two lists that tell the same assembly tell it once."""
    head = "Parent,Code,Name,Qty,Unit\n"
    made = taken({"1": f"{head}P,A,Frame,2,pc\nA,S,Steel,1,kg\n", "2": f"{head}A,S,Steel,1,kg\n"})
    assert bom(made) == [("A", None, 2), ("S", "A", 1)]
    assert told(made) == {"used": 2, "excluded told-twice": 1}


def test_an_assembly_may_be_told_in_halves(taken: Taken) -> None:
    """Parts told in one table go together with others told in a second; tellings that overlap are asked about."""
    head = "Parent,Code,Name,Qty,Unit\n"
    first, second = f"{head}P,A,Frame,2,pc\nA,B,Steel,1,kg\n", f"{head}A,C,Tin,3,kg\nP,D,Lid,1,kg\n"
    whole = [("A", None, 2), ("B", "A", 1), ("C", "A", 3), ("D", None, 1)]
    assert bom(taken({"1": first, "2": second})) == whole
    with pytest.raises(FootprintError, match="with other parts"):
        taken({"1": first, "2": f"{second}A,B,Steel,1,kg\n"})
    main, half = f"{HEAD}A,Frame,2,pc\nD,Lid,1,kg\n", f"BOM ID:,A\n\n{HEAD}"
    assert bom(taken({"Main": main, "x": f"{half}B,Steel,1,kg\n", "y": f"{half}C,Tin,3,kg\n"})) == whole


def test_numbers_before_a_title_are_no_reference(taken: Taken) -> None:
    """A short number or a letter that begins the name of a sheet is not the code of a row; a code is."""
    for title, parent in (("100 parts", None), ("A list", None), ("K12 gears", "K12")):
        code = title.partition(" ")[0]
        made = taken({"Main": f"{HEAD}{code},Frame,2,pc\nB,Lid,1,pc\n", title: SHAFT})
        assert [up for line, up, _ in bom(made) if line == "S-1"] == [parent]


ROWS = "A,Frame,2,pc\nB,Lid,1,pc\nC,Screw,4,pc\n"


@pytest.mark.parametrize("second", [
    f"{HEAD}{ROWS}D,Washer,4,pc\n", f"{HEAD}{ROWS}", f"{HEAD}B,Lid,200,pc\n", f"{HEAD}A,Frame,3,pc\nC,Screw,4,pc\n",
])  # fmt: skip
def test_sheets_of_the_same_parts_are_asked_about(taken: Taken, second: str) -> None:
    """A version, a summary and what is bought tell mostly the same parts, or no others; each sheet can be stated."""
    sheets = {"V1.0": f"{HEAD}{ROWS}", "V2.0": second}
    with pytest.raises(FootprintError, match=r'V2.0!A1: the parts .* at bom.xlsx:V1.0!A1, too.*"sheets=V1.0"'):
        taken(sheets)
    with pytest.raises(FootprintError, match=r"sheets=V2.0"):
        taken({"V2.0": second, "V1.0": f"{HEAD}{ROWS}"})
    assert {len(taken(sheets, stated={"sheets": each}).lines) for each in sheets} == {3, second.count("\n") - 1}


def test_a_sheet_that_is_not_there_is_named(taken: Taken) -> None:
    """A name that no sheet has is said with those there are."""
    with pytest.raises(FootprintError, match=r"no sheet has one of the names stated: BON. There are: BOM"):
        taken({"BOM": f"{HEAD}{ROWS}"}, stated={"sheets": "BON"})


def test_files_of_the_same_parts_are_asked_about(tmp_path: Path) -> None:
    """Two files of one bill are versions of it, unless their sheets are stated to count together."""
    for name in ("old.csv", "new.csv"):
        (tmp_path / name).write_text(f"{HEAD}{ROWS}", encoding="utf-8")
    books = [read(tmp_path / name) for name in ("old.csv", "new.csv")]
    with pytest.raises(FootprintError, match=r"new.csv.*Leave one of the files out.*sheets=old,new"):
        imported(books, Layout(), ON)
    assert len(imported(books, layout.stated({"sheets": "old,new"}, Layout()), ON).lines) == 6


def test_the_product_itself_is_no_part_that_sheets_share(taken: Taken) -> None:
    """Its row is left aside where parts are compared: a list for buying of two of three parts is none of the bill."""
    sheets = {"BOM": f"Level,{HEAD}0,P,Box,1,pc\n1,A,Frame,5,pc\n1,B,Lid,5,pc\n", "Buy": f"{HEAD}{ROWS}"}
    with pytest.raises(FootprintError, match=r"Buy!A1: the parts"):
        taken(sheets)


def test_sheets_of_the_same_parts_that_are_stated_count_together(taken: Taken) -> None:
    """Both count, and the account says that they tell mostly the same parts."""
    made = taken({"V1": f"{HEAD}{ROWS}", "V2": f"{HEAD}{ROWS}D,Nut,4,pc\n"}, stated={"sheets": "V1, V2"})
    said = "\n".join(account(made, lines.rows(made, {"bom.xlsx": "F1"}, ""), "en"))
    assert len(made.lines) == 7
    assert "bom.xlsx:V1!A1 and bom.xlsx:V2!A1 tell mostly the same parts" in said


LEVELS = "Level,Code,Qty,Unit\n0,{},1,pc\n1,{},{},kg\n"


def test_sheets_of_different_products_are_asked_about(taken: Taken) -> None:
    """Each names its own product: one is chosen, or the sheets are stated to be parts of one."""
    sheets = {"One": LEVELS.format("P-1", "A", 2), "Two": LEVELS.format("P-2", "B", 5)}
    with pytest.raises(FootprintError, match=r"Two!A1: .*:One!A1 name different products: P-1, P-2.*--product"):
        taken(sheets)
    assert [bom(taken(sheets, each)) for each in ("P-1", "P-2")] == [[("A", None, 2)], [("B", None, 5)]]
    assert len(taken(sheets, stated={"sheets": "One,Two"}).lines) == 2
    assert len(taken(sheets | {"Two": LEVELS.format("P-1", "B", 5)}).lines) == 2


def test_pairs_told_twice_with_other_quantities_are_asked_about(taken: Taken) -> None:
    """An assembly told twice counts once, if it is told alike; else nobody knows which is right."""
    pairs = "Parent,Code,Qty,Unit\nP,A,2,kg\nP,B,{},kg\n"
    assert len(taken({"BOM": pairs.format(1), "Again": pairs.format(1)}).lines) == 2
    sheets = {"BOM": pairs.format(1), "Old": pairs.format(1.5)}
    with pytest.raises(FootprintError, match=r"Old!C3: .* at bom.xlsx:BOM!C3, too, with another quantity"):
        taken(sheets)
    assert len(taken(sheets, stated={"sheets": "Old"}).lines) == 2


def test_sheets_with_a_part_in_common_are_of_one_product(taken: Taken) -> None:
    """Lists of which each has parts of its own go together, and so do those of assemblies that a row refers to."""
    assert len(taken({"Frame": f"{HEAD}{ROWS}", "Cover": f"{HEAD}A,Frame,2,pc\nE,Ring,1,pc\n"}).lines) == 5
    doors = {"Main": f"{HEAD}D-1,Left,1,pc\nD-2,Right,1,pc\n", "D-1": f"{HEAD}{ROWS}", "D-2": f"{HEAD}{ROWS}"}
    assert len(taken(doors).lines) == 8


def test_sheets_that_refer_to_nothing_are_all_of_the_product(taken: Taken) -> None:
    """Lists beside each other without references are parts of one product."""
    made = taken({"Parts": f"{HEAD}A,Frame,1,pc\n", "More": f"{HEAD}B,Lid,1,pc\n"})
    assert [line for line, *_ in bom(made)] == ["A", "B"]


def test_two_products_among_assemblies_are_asked_about(taken: Taken) -> None:
    """Where sheets refer to each other, two that nothing refers to are two products; each may be chosen."""
    sheets = {"Main": f"Parent item:,P-1\n\n{MASTER}", "Gears": GEARS, "Other": f"Parent item:,P-2\n\n{SHAFT}"}
    with pytest.raises(FootprintError, match="2 products"):
        taken(sheets)
    assert len(taken(sheets, "P-1").lines) == 5
    made = taken(sheets, "P-2")
    assert bom(made) == [("S-1", None, 0.5)]
    assert told(made) == {"used": 1, "excluded not-of-product": 5}


def test_an_assembly_within_a_bill_may_be_what_is_wanted(taken: Taken) -> None:
    """The code of any row with parts chooses these; the rest is no part of it."""
    made = taken({"Main": MASTER, "Gears": GEARS}, "#9002A")
    assert bom(made) == [("G-1", None, 3), ("9004", None, 1)]
    levels = {"BOM": "Level,Code,Name,Qty,Unit\n1,A,Frame,2,pc\n2,S,Steel,1,kg\n1,B,Lid,1,pc\n"}
    assert bom(taken(levels, "A")) == [("S", None, 1)]


def test_sheets_that_contain_each_other_are_refused(taken: Taken) -> None:
    """A ring over sheets is told by its codes."""
    with pytest.raises(FootprintError, match=r"contains itself: (B → A → B|A → B → A)"):
        taken({"A": f"{HEAD}B,Frame,2,pc\n", "B": f"{HEAD}A,Frame,2,pc\n"})


@pytest.mark.parametrize("materials", [
    "材料,密度(g/cm3)\nSPCC,7.85\n6061,2.7\n", "密度表\n\n材料牌号,密度(kg/m3),备注\nSPCC,7850,\n6061,2700,铝\n",
])  # fmt: skip
def test_a_sheet_may_state_densities(taken: Taken, materials: str) -> None:
    """A table of materials is no bill: what it states counts for the rows of that material, and is said."""
    rows = "编码,名称,规格,材质,用量,单位\nA,侧板,钢板 1*1000*1000mm,SPCC,1,件\nB,盖板,铝板 2*500*500mm,6061,1,件\n"
    made = taken({"BOM": rows, "密度": materials})
    found = lines.rows(made, {"bom.xlsx": "F1"}, "")
    assert [row.values["net_mass"] for row in found] == [pytest.approx(7.85, rel=1e-12), pytest.approx(1.35, rel=1e-12)]
    assert found[0].sources["net_mass"].startswith("C2, B2; SPCC = 7")
    assert "bom.xlsx:密度: read as what is stated of materials." in "\n".join(account(made, found, "en"))
    assert (told(made), len(made.held.properties)) == ({"used": 2}, 1)


def test_densities_may_stand_below_the_bill(taken: Taken) -> None:
    """A table of materials on the sheet of the bill is read as one, and its rows are none of the bill."""
    rows = "编码,名称,规格,材质,用量,单位\nA,侧板,钢板 1*1000*1000mm,SPCC,1,件\n\n材料,密度(g/cm3),备注\nSPCC,7.85,\n"
    made = taken({"BOM": rows})
    found = lines.rows(made, {"bom.xlsx": "F1"}, "")
    assert [row.values["net_mass"] for row in found] == [pytest.approx(7.85, rel=1e-12)]
    assert told(made) == {"used": 1}
    assert "bom.xlsx:BOM: read as what is stated of materials." in "\n".join(account(made, found, "en"))


def test_a_hidden_sheet_that_tells_a_part_once_more_is_asked_about(taken: Taken) -> None:
    """An old version is hidden as often as a sheet of another assembly; one common part is enough to ask."""
    sheets = {"BOM": f"{HEAD}A1,a,2,kg\nA2,b,3,kg\n", "旧版": f"{HEAD}A1,a,5,kg\nA9,b,3,kg\n"}
    assert len(bom(taken(sheets))) == 4
    with pytest.raises(FootprintError, match='--set "sheets=BOM", or both'):
        taken(sheets, hidden="旧版")
    assert bom(taken(sheets, hidden="旧版", stated={"sheets": "BOM"})) == [("A1", None, 2), ("A2", None, 3)]
    other = {**sheets, "旧版": f"{HEAD}A8,a,5,kg\nA9,b,3,kg\n"}
    assert len(bom(taken(other, hidden="旧版"))) == 4
