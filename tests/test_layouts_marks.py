"""What rows below a header tell of it: where it ends, and which columns are steps of one structure."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.errors import FootprintError
from footprint.layouts import lines
from footprint.layouts.bill import Imported
from footprint.layouts.gaps import known_mass
from footprint.layouts.naming import levels

Taken = Callable[..., Imported]


def mass(made: Imported) -> float:
    return known_mass(lines.rows(made, {"bom.csv": "F1"}, ""))[0]


def names(made: Imported) -> list[object]:
    return [row.values.get("name") for row in lines.rows(made, {"bom.csv": "F1"}, "")]


@pytest.mark.parametrize("text", [
    "Pos;PTyp;Komponente;Komponentenbezeichnung;Menge;ME\n0010;L;A1;Blech;2,5;KG\n0020;L;A2;Blech;3,5;KG\n",
    "Klasse;Nummer;Bezeichnung;Menge;Einheit\nT;A;a;2,5;kg\nW;B;b;3,5;kg\n",
    "来源类;编码;名称;数量;单位\n材料;A;a;2,5;kg\n材料;B;b;3,5;kg\n",
    "Kind;Code;Name;Qty;Unit\nMaterial;A;a;2,5 kg;\nMaterial;B;b;3,5 kg;\n",
])  # fmt: skip
def test_a_row_with_values_is_no_further_header(taken: Taken, text: str) -> None:
    """Whatever word of headers stands in it: its amounts, units and codes say that it is a row of the bill."""
    made = taken(text)
    assert sum(made.counts().values()) == 2
    assert mass(made) == pytest.approx(6)


def test_a_header_goes_on_over_further_captions(taken: Taken) -> None:
    """A second row that names more is part of it."""
    made = taken("Item,,Amount,\nCode,Name,Qty,Unit\nA,a,2,kg\nB,b,1,kg\n")
    assert (names(made), mass(made)) == (["a", "b"], pytest.approx(3))


@pytest.mark.parametrize("head", ["Assembly,Subassembly,Part", "总成,部件,零件", "System,Module,Whatever"])
def test_names_in_a_column_of_their_level_are_levels(taken: Taken, head: str) -> None:
    """Each row has one of them, never more than a step deeper: the rows above are what it is part of."""
    text = f"{head},Qty,Unit\nPump,,,1,pcs\n,Body,,2,pcs\n,,Steel,3,kg\n,Paint,,1,kg\n"
    made = taken(text)
    assert mass(made) == pytest.approx(7)
    assert {"Body", "Steel", "Paint"} <= {*names(made)}


def test_two_such_columns_are_levels_where_the_first_is_of_parents(taken: Taken) -> None:
    """A parent alone in its row is the row; of a column nobody knows that names rows apart that is asked."""
    rows = "Pump,,2,pcs\n,Steel,3,kg\n,Paint,1,kg\n"
    assert mass(taken(f"Assembly,Part,Qty,Unit\n{rows}")) == pytest.approx(8)
    with pytest.raises(FootprintError, match=r'--set "columns\.总成=parent"'):
        taken(f"总成,零件,Qty,Unit\n{rows}")
    given = {"columns.总成": "parent", "columns.零件": "code"}
    assert mass(taken(f"总成,零件,Qty,Unit\n{rows}", given)) == pytest.approx(8)


@pytest.mark.parametrize("sign", ["+", "-", ".", "*", "·"])
@pytest.mark.parametrize("head", ["Part", "Code,Name"])
def test_texts_behind_as_many_signs_as_they_are_deep_are_levels(taken: Taken, sign: str, head: str) -> None:
    """In codes and in names, with a blank behind the signs or without."""
    for blank in ("", " "):
        told = [f"{sign}{blank}A,2,pcs", f"{sign * 2}{blank}B,3,kg", f"{sign}{blank}C,1,kg"]
        rows = [f"{n},{row}" if "," in head else row for n, row in enumerate(told, 1001)]
        assert mass(taken("\n".join((f"{head},Qty,Unit", *rows)))) == pytest.approx(7)


def test_signs_that_go_down_two_steps_or_stand_before_few_texts_are_none() -> None:
    """A list of points is no structure."""
    assert levels.by_runs(["+ A", "+++ B", "+ C"]) == ()
    assert levels.by_runs(["* A", "* B"]) == ()
    assert levels.by_runs(["A", "B", "C", "-- D"]) == ()
    assert levels.by_runs([]) == ()
