"""EcoSpold 2: linked and unlinked releases, wastes, by-products, credits, results, and suppliers that are not there."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.background import importers, systems
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold2.py")))
ASKED, CO2, DUST, OPEN = OF.ASKED, OF.CO2, OF.DUST, OF.OPEN
given_off, imported, moved, scores, spold, told = OF.given_off, OF.imported, OF.moved, OF.scores, OF.spold, OF.told
Files = Callable[..., Path]


def test_a_linked_release_solves_with_its_wastes(files: Files) -> None:
    """An input of -1 kg of a waste is a run of the treatment, whose reference is -1 kg; both signs cancel."""
    read = imported(files(
        spold("A", moved("a", 2, "out 0"), moved("b", 3, "in 5", "B"), moved("w", -0.5, "in 5", "W"), DUST),
        spold("B", moved("b", 1, "out 0"), CO2),
        spold("W", moved("w", -1, "out 0"), given_off("Methane, fossil", 0.1, "000074-82-8")),
    ))  # fmt: skip
    found = scores(read)
    assert found["B_b"] == 2.5
    assert found["W_w"] == pytest.approx(0.1 * 29.8)
    assert found["A_a"] == pytest.approx((3 * 2.5 + 0.5 * 0.1 * 29.8) / 2)
    assert read.counts["by-provider"] == 2
    assert (read.counts["gases"], read.counts["others"]) == (2, 1)


def test_by_products_of_no_amount_are_those_allocated_away(files: Files) -> None:
    """A release has one file per product of an activity; what the others make stands there with an amount of zero."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 0, "out 2"), moved("c", 1, "in 5", "C")),
        spold("A", moved("a", 0, "out 0"), moved("b", 1, "out 2"), moved("c", 3, "in 5", "C")),
        spold("A", moved("a", 0, "out 2"), moved("d", 1, "out 0"), moved("c", 4, "in 5", "C")),
        spold("C", moved("c", 1, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read) == {"A_a": 2.5, "A_b": 7.5, "A_d": 10.0, "C_c": 2.5}
    assert told(read) == []


def test_an_output_to_another_is_a_credit(files: Files) -> None:
    """In a consequential release what else is made replaces what its supplier makes."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 2, "out 2", "B"), given_off("Carbon dioxide, fossil", 7)),
        spold("B", moved("b", 1, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read)["A_a"] == pytest.approx(7 - 5)


@pytest.mark.parametrize(("made", "sign"), [(-1, 1), (1, 1)])
@pytest.mark.parametrize("group", ["out 2", "out 3"])
def test_a_waste_that_somebody_treats_is_given_to_treatment(files: Files, made: int, sign: int, group: str) -> None:
    """Where nobody is named for an output, it is a waste if another treats it; material for treatment always is."""
    if (made, group) == (1, "out 2"):
        return  # nothing tells it from a co-product
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("w", 3, group)),
        spold("W", moved("w", made, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read)["A_a"] == pytest.approx(sign * 3 * 2.5)
    assert "inventory-all-to-first" not in told(read)


def test_the_reference_bears_everything_where_nothing_says_how_to_share(files: Files) -> None:
    """It comes first wherever it stands in the file; what uses a co-product has a gap with its name."""
    content = spold("A", moved("b", 2, "out 2"), moved("a", 1, "out 0"), CO2)
    path = files(content, spold("U", moved("u", 1, "out 0"), moved("b", 1, "in 5", "A")))
    with pytest.raises(DatabaseError, match="inventory-no-share"):
        imported(path)
    read = imported(path, OPEN)
    assert scores(read) == {"A_a": 2.5, "U_u": 0.0}
    assert told(read)[0] == "inventory-all-to-first"
    assert systems.system(read.source, "AR6").gaps == ((1, "A_b", 1.0),)


def test_a_supplier_that_is_not_there_is_a_problem_or_a_gap(files: Files) -> None:
    """An undefined release names no suppliers: several of one product are told, never chosen from."""
    path = files(
        spold("A", moved("a", 1, "out 0"), moved("b", 1, "in 5"), moved("c", 1, "in 5", "C")),
        spold("B1", moved("b", 1, "out 0"), CO2, place="FR"),
        spold("B2", moved("b", 1, "out 0"), CO2, place="CN"),
    )
    with pytest.raises(DatabaseError) as refused:
        imported(path)
    assert {problem.code for problem in refused.value.problems} >= {"inventory-several", "inventory-unlinked"}
    read = imported(path, OPEN)
    assert len(systems.system(read.source, "AR6").gaps) == 2


def test_child_activities_are_activities(files: Files) -> None:
    """A file may hold one, or several beside its parent."""
    inside = spold("B", moved("b", 1, "out 0"), CO2, kind="childActivityDataset")
    one = spold("A", moved("a", 1, "out 0"), moved("b", 2, "in 5", "B"))
    child = re.search("<childActivityDataset>.*</childActivityDataset>", inside)
    assert child is not None
    read = imported(files(one.replace("</ecoSpold>", f"{child[0]}</ecoSpold>")))
    assert scores(read) == {"A_a": 5.0, "B_b": 2.5}


def test_a_reference_of_no_amount_is_a_gap_for_whoever_uses_it(files: Files) -> None:
    """A product made in an amount of zero cannot be counted; nothing is divided by it."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 1, "in 5", "B")), spold("B", moved("b", 0, "out 0"), CO2),
    ), OPEN)  # fmt: skip
    assert scores(read) == {"A_a": 0.0}
    assert "inventory-no-amount" in told(read)


def indicator(method: str, category: str, amount: object, unit: str = "kg CO2-Eq") -> str:
    return (
        f'<impactIndicator id="i-{category}" amount="{amount}"><impactMethodName>{method}</impactMethodName>'
        f"<impactCategoryName>{category}</impactCategoryName><name>GWP 100a</name><unitName>{unit}</unitName>"
        "</impactIndicator>"
    )


RESULTS = (
    indicator("IPCC 2021", "climate change", 4.5), indicator("EF v3.1", "climate change", 4.6),
    indicator("EF v3.1", "water use", 1, "m3 world eq"),
)  # fmt: skip


def test_results_without_exchanges_count_with_the_one_that_is_named(files: Files) -> None:
    """A release of results would count nought: it is refused until one is named; parts of a name suffice if one is."""
    path = files(spold("A", moved("a", 1, "out 0"), *RESULTS), spold("B", moved("b", 1, "out 0"), *RESULTS))
    with pytest.raises(DatabaseError, match=r"IPCC 2021: climate change: GWP 100a.*ecospold2-results"):
        imported(path)
    with pytest.raises(DatabaseError, match=r"names 2 of its results.*ecospold2-method"):
        imported(path, ASKED._replace(method="climate change"))
    with pytest.raises(DatabaseError, match="ecospold2-method-unit"):
        imported(path, ASKED._replace(method="water use"))
    assert scores(imported(path, ASKED._replace(method="ef V3.1: Climate change"))) == {"A_a": 4.6, "B_b": 4.6}


@pytest.mark.parametrize(("odd", "code"), [
    (RESULTS[:1], "ecospold2-method"), ((), "ecospold2-method"),
    ((indicator("EF v3.1", "climate change", "n.a."),), "inventory-number"),
    ((indicator("EF v3.1", "climate change", 1, "m3"),), "ecospold2-method-unit"),
])  # fmt: skip
def test_an_activity_without_the_result_is_left_open(files: Files, odd: tuple[str, ...], code: str) -> None:
    """It stops an import, or is a gap with its name; the others of the release count."""
    path = files(
        spold("A", moved("a", 1, "out 0"), *RESULTS), spold("B", moved("b", 1, "out 0"), *odd),
        spold("C", moved("c", 1, "out 0"), moved("b", 2, "in 5", "B")),
    )  # fmt: skip
    asked = ASKED._replace(method="EF v3.1: climate change")
    with pytest.raises(DatabaseError, match=rf"1\.spold.*\[{code}\]"):
        imported(path, asked)
    read = imported(path, asked._replace(allow_unlinked=True))
    assert scores(read) == {"A_a": 4.6, "B_b": 0.0, "C_c": 0.0}
    solved = intensities(systems.system(read.source, "AR6")).gaps
    assert {code: sum(found.values()) for code, found in solved.items() if found} == {"B_b": 1.0, "C_c": 2.0}


@pytest.mark.parametrize("allow", [False, True])
def test_a_result_that_no_activity_has_is_refused(files: Files, *, allow: bool) -> None:
    """Whatever is allowed: all would be gaps."""
    path = files(spold("A", moved("a", 1, "out 0"), *RESULTS), spold("B", moved("b", 1, "out 0"), *RESULTS))
    with pytest.raises(DatabaseError, match=r"names 0 of its results.*ecospold2-method"):
        imported(path, ASKED._replace(method="ReCiPe: climate change", allow_unlinked=allow))


def test_a_result_is_not_asked_of_a_release_that_holds_none(files: Files) -> None:
    """Not even where some activity holds nothing at all."""
    gases = files(spold("C", moved("c", 1, "out 0"), CO2), spold("D", moved("d", 1, "out 0")))
    with pytest.raises(FootprintError, match="import-option"):
        importers.read(gases, ASKED._replace(method="EF v3.1"))


def test_the_result_of_a_chain_is_no_unit_process(files: Files) -> None:
    """It says so by its type; or it has flows by the thousand and no input; or it is the result of an assessment."""
    dust, supply = [given_off(f"Dust {at}", 1) for at in range(1000)], moved("b", 1, "in 5", "B")
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), CO2).replace('type="1"', 'type="2"'),
        spold("B", moved("b", 1, "out 0"), CO2, *dust),
        spold("C", moved("c", 1, "out 0"), *RESULTS),
        spold("D", moved("d", 1, "out 0"), supply, CO2, *dust),
        spold("E", moved("e", 1, "out 0"), CO2),
    ), ASKED._replace(method="EF v3.1: climate change"))  # fmt: skip
    kinds = {row["code"]: row["kind"] for row in read.source.activities}
    assert kinds == {"A_a": "factor", "B_b": "factor", "C_c": "factor", "D_d": "unit-process", "E_e": "unit-process"}
    assert scores(read) == {"A_a": 2.5, "B_b": 2.5, "C_c": 4.6, "D_d": 5.0, "E_e": 2.5}


def test_results_beside_gases_are_left_to_whoever_asks_for_them(files: Files) -> None:
    """Where gases are stated they count, unless a result is named; an activity with inputs counts its own gases."""
    path = files(
        spold("A", moved("a", 1, "out 0"), CO2, *RESULTS),
        spold("B", moved("b", 1, "out 0"), moved("a", 2, "in 5", "A"), *RESULTS),
    )
    assert scores(imported(path)) == {"A_a": 2.5, "B_b": 5.0}
    assert scores(imported(path, ASKED._replace(method="IPCC 2021"))) == {"A_a": 4.5, "B_b": 9.0}


WASTE = (
    "<classification><classificationSystem>By-product classification</classificationSystem>"
    "<classificationValue>Waste</classificationValue></classification>"
)


def test_a_waste_that_nobody_treats_is_a_gap_and_no_product(files: Files) -> None:
    """An unlinked release says of a by-product that it is a waste: its treatment is missing, not free."""
    path = files(spold("A", moved("a", 1, "out 0"), moved("w", 3, "out 2", more=WASTE), CO2))
    with pytest.raises(DatabaseError, match="inventory-unlinked"):
        imported(path)
    read = imported(path, OPEN)
    assert scores(read) == {"A_a": 2.5}
    assert "inventory-all-to-first" not in told(read)
    assert len(systems.system(read.source, "AR6").gaps) == 1


@pytest.mark.parametrize("group", ["in 5", "out 2"])
def test_a_waste_whose_treatment_is_missing_leaves_a_lower_bound(files: Files, group: str) -> None:
    """A linked release states it negative, as its treatment does: only more is missing. A credit goes either way."""
    sign = -1 if group == "in 5" else 1
    rows = moved("w", sign * 3, group, "gone", more=WASTE), moved("c", sign * 2, group, "gone")
    read = imported(files(spold("A", moved("a", 1, "out 0"), *rows, CO2)), OPEN)
    kinds = {row["code"]: (row["name_en"], row["category"]) for row in read.source.activities if row["kind"] == "gap"}
    found = {kinds[row["flow"]]: float(row["amount"]) for row in read.source.exchanges if row["flow"] in kinds}
    assert found == {("good w", ""): 3.0, ("good c", "either-way"): -2.0}


def test_a_result_is_named_as_it_is_told_colons_and_all(files: Files) -> None:
    """A category may hold a colon itself."""
    fossil, total = (indicator("IPCC 2021", name, amount) for name, amount in (("climate: fossil", 3), ("climate", 4)))
    path = files(spold("A", moved("a", 1, "out 0"), fossil, total))
    assert scores(imported(path, ASKED._replace(method="IPCC 2021: climate: fossil: GWP 100a"))) == {"A_a": 3.0}


def test_a_result_cannot_be_named_where_files_hold_none(files: Files) -> None:
    """They would count with gases as if nobody had asked."""
    with pytest.raises(FootprintError, match="import-option"):
        imported(files(spold("A", moved("a", 1, "out 0"), CO2)), ASKED._replace(method="IPCC 2021: climate"))
