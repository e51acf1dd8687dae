"""Which column names the parts: words that come once do, codes do not, and a material comes again beside a name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from footprint.layouts import lines
from footprint.layouts.account import account
from footprint.layouts.bill import Imported

Taken = Callable[..., Imported]


def called(made: Imported) -> list[tuple[object, object, object]]:
    values = [row.values for row in lines.rows(made, {"bom.csv": "F1"}, "")]
    return [(each.get("part"), each.get("name"), each.get("specification")) for each in values]


@pytest.mark.parametrize(("head", "row"), [
    ("Item,Specification", "Square tube 30x30,check the stock"), ("Component,Spec", "Magnet,3 mm"),
    ("器件,说明", "主控板,提供串口"), ("Bauteil,Beschreibung", "Welle,aus dem Lager"),
    ("Part number,Description", "Side plate,the one outside"),
])  # fmt: skip
def test_what_is_called_in_words_is_the_name(taken: Taken, head: str, row: str) -> None:
    """Whatever describes it stands beside it."""
    made = taken(f"{head},Qty,Unit\n{row},2,pcs\nGear wheel,of brass,3,pcs\n")
    name, text = row.split(",")
    values = lines.rows(made, {"bom.csv": "F1"}, "")[0].values
    assert values["name"] == name
    assert text in {values.get("specification"), values.get("note")}


@pytest.mark.parametrize(("head", "rows", "names"), [
    ("Part number,Description", ["A-1,Arm", "B-2,Base"], ["Arm", "Base"]),
    ("Component,Spec", ["10004711,Arm M5", "10004712,Base M6"], ["Arm M5", "Base M6"]),
    ("Item,Description", ["Frame,tube long", "Frame,tube short", "Frame,plate"], ["tube long", "tube short", "plate"]),
    ("Item,Description", ["AXB,tube long", "CDE,tube short"], ["tube long", "tube short"]),
])  # fmt: skip
def test_codes_and_groups_are_no_names(taken: Taken, head: str, rows: list[str], names: list[str]) -> None:
    """Digits and capitals, and words that come again and again: what describes them is the name."""
    made = taken(f"{head},Qty,Unit\n" + "".join(f"{row},2,pcs\n" for row in rows))
    assert [each[1] for each in called(made)] == names


@pytest.mark.parametrize("head", ["NAME,MATERIAL", "Label,Material", "part_name,material_id"])
def test_a_material_that_comes_again_beside_a_name_is_the_material(taken: Taken, head: str) -> None:
    """It is no code of the rows; one that comes once may be."""
    made = taken(f"{head},Qty,Unit\nrib long,beech,2,pcs\nrib short,beech,1,pcs\nbatten,beech,4,pcs\n")
    assert called(made) == [(None, name, "beech") for name in ("rib long", "rib short", "batten")]
    made = taken("Name,Material,Qty,Unit\nArm,47-11,2,pcs\nBase,47-12,1,pcs\nCap,47-13,4,pcs\n")
    assert [each[0] for each in called(made)] == ["47-11", "47-12", "47-13"]


def test_columns_of_texts_that_are_not_read_are_named(taken: Taken) -> None:
    """As those of numbers are, with those without a caption; links and what is stated to be ignored are not."""
    text = "Code,Qty,Unit,Nickname,Shop,Hidden,\nA1,1,pcs,blue one,https://x.example,no,stray\nB2,1,pcs,red one,,no,\n"
    made = taken(text, {"columns.Hidden": "ignore"})
    said = "\n".join(account(made, lines.rows(made, {"bom.csv": "F1"}, ""), "en"))
    assert "columns of texts that are not read: Nickname, G." in said


def test_a_label_beside_a_name_is_none(taken: Taken) -> None:
    """It may be a mark on a drawing."""
    made = taken("Label,Name,Qty,Unit\nthe first,Arm,2,pcs\nthe second,Base,3,pcs\n")
    assert [each[1] for each in called(made)] == ["Arm", "Base"]
