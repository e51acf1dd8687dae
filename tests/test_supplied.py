"""Factors that a workbook brings: counted like any other, traced to their row, refused where they are not whole."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import service
from footprint.background.supplied import database
from footprint.errors import WorkbookError
from footprint.model.bill import FactorRow
from footprint.provenance import Place

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Bill = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def calculate(bill: Bill, folder: Path) -> Callable[[str], dict[str, Any]]:
    def calculated(text: str) -> dict[str, Any]:
        path = bill(text, product=LINE.plain_product())
        request = service.Request(path, str(LINE.RULES), (str(folder),), reference=True)
        return service.calculate(request).document

    return calculated


PLATE = """
L1 | plate | 3 kg | plate-of-mine
[Factors]
plate-of-mine | 2.5 | gwp_set=AR5, status=verified, document=declaration 7, supplier=the supplier, evidence=D1
idle          | 9
[Evidence]
D1 | a declaration
"""


def test_a_factor_of_a_supplier_counts_and_is_traced(calculate: Callable[[str], dict[str, Any]]) -> None:
    """Three kilograms at 2.5: with its set, status, source and evidence; Brightway agrees; an idle factor is said."""
    document = calculate(PLATE)
    assert document["result"]["total"] == 7.5
    (posting,) = document["ledger"]
    (dataset,) = document["datasets"]
    assert posting["target"] == dataset["key"]
    assert dataset["key"].startswith("workbook@")
    assert (dataset["gwp_set"], dataset["status"], dataset["factor"]) == ("AR5", "verified", 2.5)
    assert dataset["citation"] == "the supplier, declaration 7, [D1]"
    assert document["databases"][0]["id"] == "workbook"
    states = {row["cell"]: row["state"] for row in document["account"]["rows"] if row["cell"].startswith("Factors")}
    assert states == {"Factors!A4": "used", "Factors!A5": "excluded"}


def test_the_primary_share_that_a_supplier_states_is_carried_on(calculate: Callable[[str], dict[str, Any]]) -> None:
    """Of a supplier's footprint with 40 % primary data, 40 % count; all of it where he says nothing."""
    stated = PLATE.replace("status=verified", "status=verified, primary_share=0.4")
    assert calculate(PLATE)["data_quality"]["primary_share"] == 1.0
    assert calculate(stated)["data_quality"]["primary_share"] == pytest.approx(0.4)


@pytest.mark.parametrize(("until", "told"), [("2024-12-30", True), ("2024-12-31", False), ("2025-06-30", False)])
def test_a_footprint_that_expired_is_told_at_its_cell(
    calculate: Callable[[str], dict[str, Any]], until: str, told: bool
) -> None:
    """It may not be used any more on the day of issue, which is the end of the period where nobody stated one."""
    document = calculate(PLATE.replace("status=verified", f"status=verified, valid_until={until}"))
    codes = [row["code"] for row in document["assumptions"]]
    assert ("factor-expired" in codes) == told


def test_its_version_is_that_of_the_factors_alone(calculate: Callable[[str], dict[str, Any]]) -> None:
    """Another bill leaves the key of a factor as it is, another number changes it."""
    keys = {text: calculate(text)["datasets"][0]["key"] for text in (
        PLATE, PLATE.replace("3 kg", "4 kg"), PLATE.replace("2.5", "2.6"))}  # fmt: skip
    first, second, third = keys.values()
    assert first == second != third


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("idle ", "plate-of-mine"), "id-twice"),
        (("| 2.5", "| -1"), "amount-negative"),
        (("| 2.5 | gwp_set=AR5", "| 2.5 | gwp_set=AR9"), "choice-unknown"),
        (("AR5, ", "AR5, unit=kgs, "), "unit-unknown"),
        (("plate-of-mine |", "steel |"), "dataset-unknown"),
        (("evidence=D1", "evidence=D9"), "evidence-unknown"),
    ],
)
def test_a_factor_that_is_not_whole_is_refused(
    calculate: Callable[[str], dict[str, Any]], change: tuple[str, str], code: str
) -> None:
    """The same code twice, less than nothing, unknown words, a code that an open database has: told at their cells."""
    with pytest.raises(WorkbookError) as caught:
        calculate(PLATE.replace(*change))
    assert code in {p.code for p in caught.value.problems}, caught.value.text("en")


def test_a_factor_may_bear_a_code_that_an_open_database_has(calculate: Callable[[str], dict[str, Any]]) -> None:
    """Which of the two is meant must be said, by the database alone: its version changes with every factor."""
    text = PLATE.replace("plate-of-mine", "steel")
    with pytest.raises(WorkbookError, match=r"Did you mean 'workbook:steel', 'small:steel'\? \[dataset-ambiguous\]"):
        calculate(text)
    assert calculate(text.replace("3 kg | steel", "3 kg | workbook:steel"))["result"]["total"] == 7.5
    assert calculate(text.replace("3 kg | steel", "3 kg | small:steel"))["result"]["total"] == 6.0


@given(co2e=st.floats(1e-12, 1e12), gwp_set=st.sampled_from(["AR4", "AR5", "AR6", "unknown"]))
def test_a_factor_keeps_its_number_and_set(co2e: float, gwp_set: str) -> None:
    """Whatever set a calculation asks for, the aggregate stays what its supplier said."""
    place = Place("f", "Factors", "A4")
    row = FactorRow("c", "n", "kg", co2e, gwp_set, "service", "CN", "2024", "unverified", "s", place)
    opened = database((row,))
    for wanted in ("AR5", "AR6", "EF3.1"):
        (found,) = opened.intensity("c", wanted).impact.items()
        assert (tuple(found[0]), found[1]) == (("unsplit", gwp_set, "unverified"), co2e)


def test_a_factor_that_is_not_cradle_to_gate_is_told(bill: Bill, folder: Path) -> None:
    """What a supplier left out is not counted, and the reader hears of it; inbound transport is not counted twice."""
    gate = PLATE.replace("gwp_set=AR5", "gwp_set=AR5, boundary=gate-to-gate")
    path = bill(gate, product=LINE.plain_product())
    document = service.calculate(service.Request(path, str(LINE.RULES), (str(folder),))).document
    assert document["datasets"][0]["boundary"] == "gate-to-gate"
    assert [n["cell"] for n in document["assumptions"] if n["code"] == "factor-in-part"] == ["BOM!P4"]
    delivered = PLATE.replace("gwp_set=AR5", "gwp_set=AR5, includes_transport=yes")
    leg = delivered.replace("[Factors]", "[Transport]\nL1 | truck | 100\n[Factors]")
    for text, codes in ((leg, {"transport-twice"}), (leg.replace(", includes_transport=yes", ""), set())):
        path = bill(text, product=LINE.plain_product())
        checked = service.check(service.Request(path, str(LINE.RULES), (str(folder),)), "en")
        assert {p.code for p in (checked.error.problems if checked.error else ())} == codes
