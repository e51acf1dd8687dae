"""Published allocations, through workbook and rules: each printed share, each printed score, and the decision."""

from __future__ import annotations

import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from footprint.background.open import Background
from footprint.rules.allocate import price_ratio
from footprint.supply import allocation
from footprint.tables.read import read

HERE = Path(__file__).parent
LINE = SimpleNamespace(**runpy.run_path(str(HERE / "data" / "line.py")))
ECONOMIC = "economic | process.has_prices"


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Callable[..., Any]:
    """Return what calculates the text of a Processes sheet under steps for co-products."""

    def calculate(processes: str, *steps: str, least: str = "") -> Any:
        path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{processes}", product=LINE.plain_product())
        return LINE.run(read(path), background, LINE.sharing(*steps, ignore_below=least))

    return calculate


# --- Battery Pass, Rules for calculating the carbon footprint of distribution and end of life, v1.1 (2023), Fig. 13, 14
# Price [USD/kg], mass [kg per kg of battery, of treated cell], shares by mass and by price [%]; PRINTED: the shares as
# the figures round them. The document computed with masses of more digits than it prints.

NMC721 = """
Li2CO3     | 68.03 | 0.0226  | 5.23 | 17.05
MnSO4 H2O  |  2.90 | 0.0426  | 9.86 |  1.37
CoSO4 7H2O | 40.92 | 0.0838  | 19.4 | 38.0
NiSO4 6H2O | 14.89 | 0.253   | 58.6 | 41.8
Al         |  1.97 | 0.00893 |  2.1 |  0.20
Cu         |  6.76 | 0.0212  |  4.9 |  1.6
"""
NMC111 = """
LiOH       | 68.03 | 0.082 |  9.5 | 32.3
MnSO4 H2O  |  2.90 | 0.168 | 19.5 |  2.8
CoSO4 7H2O | 40.92 | 0.173 | 20.1 | 41.0
NiSO4 6H2O | 14.89 | 0.172 | 20.0 | 14.8
Al         |  1.97 | 0.054 |  6.3 |  0.62
Cu         |  6.76 | 0.213 | 24.7 |  8.3
"""
PRINTED = {NMC721: ("5 10 19 59 2 5", "17 1 38 42 0.2 2"), NMC111: ("10 20 20 20 6 25", "32 3 41 15 1 8")}


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def recycling(table: str) -> str:
    """Return the process that recovers the metals of ``table``, the first of which the product takes."""
    made = [
        f"recover | {'co-product' if i else 'product'} | {name} | {mass} kg | price={price}"
        for i, (name, price, mass, *_) in enumerate(rows(table))
    ]
    first = rows(table)[0][0]
    taken = ["recover | input | electricity | 10 kWh", "make | product | PUMP | 1 item"]
    return "\n".join([*made, *taken, f"make | input | {first} | 1 kg"])


def half(printed: str) -> float:
    """Return half a unit of the last printed digit."""
    return 0.5 * 10.0 ** -len(printed.partition(".")[2])


def near(share: str, mass: str) -> Any:
    """Return a printed share as near as its digits and those of the mass it was computed from allow."""
    return pytest.approx(float(share), abs=half(share) + float(share) * half(mass) / float(mass))


@pytest.mark.parametrize("table", [NMC721, NMC111], ids=["NMC721", "NMC111"])
@pytest.mark.parametrize(("method", "column"), [("mass", 3), ("economic", 4)])
def test_recovered_metals_share_as_published(run: Any, table: str, method: str, column: int) -> None:
    """Shares by mass and by price of both batteries, as printed; they sum to one."""
    solved = run(recycling(table), f"{method} | process.outputs > 1")
    (found,) = solved.graph.allocated
    shares = {b.output.flow: 100 * b.share for b in found.outputs}
    rounded = PRINTED[table][column - 3].split()
    for row, printed in zip(rows(table), rounded, strict=True):
        assert shares[row[0]] == near(row[column], row[2])
        assert shares[row[0]] == near(printed, row[2])
    assert sum(shares.values()) == pytest.approx(100, rel=1e-12)


@pytest.mark.parametrize("table", [NMC721, NMC111], ids=["NMC721", "NMC111"])
def test_metals_of_such_prices_share_by_price(run: Any, table: str) -> None:
    """The ratio of prices is far above four, so that price decides and the share of lithium is that by price."""
    solved = run(recycling(table), *LINE.GBA, least="0.03")
    (found,) = solved.graph.allocated
    assert (found.method, found.decision.step) == ("economic", "by-economic")
    share = float(rows(table)[0][4]) / 100
    per_kilogram = share / float(rows(table)[0][2])
    assert LINE.used(solved)["grid-2024"] == pytest.approx(10 * per_kilogram, rel=5e-3)


@pytest.mark.parametrize(("rules", "step"), [("battery-gba", "price-ratio-high"), ("catena-x", "price-ratio-high")])
def test_the_shipped_rules_decide_as_published(rules: str, step: str, bill: Any, background: Background) -> None:
    """The rules for batteries, and those whose limit is five, share the recovered metals by price."""
    from footprint.rules.load import load

    shipped, plain = load(rules), LINE.rules()
    pcr = plain._replace(allocation=shipped.allocation, parameters=(*plain.parameters, *shipped.parameters))
    path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{recycling(NMC721)}", product=LINE.plain_product())
    (found,) = LINE.run(read(path), background, pcr).graph.allocated
    assert (found.method, found.decision.step) == ("economic", step)
    assert found.outputs[0].share == pytest.approx(0.1705, abs=2e-4)


def test_the_price_ratio_is_that_of_the_printed_prices(bill: Any, background: Background) -> None:
    """68.03 over 1.97 is 34.53; without aluminium, 2.1 % of the mass, 68.03 over 2.90 is 23.46; the figure says 14."""
    seen: list[Any] = []

    def watch(made: Any) -> Any:
        seen.append(made)
        return allocation.Decision("mass")

    path = bill(f"L1 | plate | 1 kg | steel\n[Processes]\n{recycling(NMC721)}", product=LINE.plain_product())
    bench = allocation.Bench(linked(path, background), watch)
    outputs = list(bench.outputs["recover"].values())
    allocation.parts(bench, "recover", outputs)
    assert price_ratio(seen[0], -1) == pytest.approx(34.53, abs=0.005)
    assert price_ratio(seen[0], 0.03) == pytest.approx(23.46, abs=0.005)


def linked(path: Path, background: Background) -> Any:
    from footprint.intake import read as intake
    from footprint.matching.link import link

    pcr = LINE.rules()
    return link(intake.read(read(path), pcr.fields), background, pcr.electricity)


# --- Brightway's multifunctional: the cases beside this file, as workbooks


def cases() -> Iterator[Mapping[str, Any]]:
    with (HERE / "cases" / "multifunctional.yaml").open(encoding="utf-8") as stream:
        yield from yaml.load(stream, Loader=yaml.CBaseLoader)["cases"]


UNITS = {"second": "MJ", "gen1": "MJ", "gen2": "MJ"}


def as_workbook(case: Mapping[str, Any]) -> str:
    """Return the processes of a case; what is emitted is CO2, times its factor."""
    lines = []
    for name, process in case["processes"].items():
        for i, (flow, amount) in enumerate(process["makes"].items()):
            direction = "co-product" if i else "product"
            price = f"price={process['by'][flow]}"
            lines.append(f"{name} | {direction} | {flow} | {amount} {UNITS.get(flow, 'kg')} | {price}")
        for flow, amount in process.get("uses", {}).items():
            lines.append(f"{name} | input | {flow} | {amount} {UNITS.get(flow, 'kg')}")
        for flow, amount in process.get("emits", {}).items():
            kg = float(amount) * float(case["factors"][flow])
            lines.append(f"{name} | emission | co2-fossil | {kg} kg")
    ((flow, amount),) = case["demand"].items()
    taken = f"use | input | {flow} | {amount} {UNITS.get(flow, 'kg')}"
    return "\n".join([*lines, "use | product | PUMP | 1 item", taken])


@pytest.mark.parametrize("number", range(4))
def test_the_cases_of_multifunctional_come_out_of_a_workbook(run: Any, number: int) -> None:
    """Scores and shares of unlike units at their prices: what the system beside this file gives, a workbook gives."""
    case = list(cases())[number]
    text = as_workbook(case)
    if number in {0, 1, 3}:  # the second process makes what nobody asks for
        text = "\n".join(line for line in text.splitlines() if not line.startswith("process 2"))
    solved = run(text, ECONOMIC)
    assert LINE.used(solved)["co2-fossil"] == pytest.approx(float(case["expected"]["score"]), rel=1e-9)
    shares = {b.output.flow: b.share for found in solved.graph.allocated for b in found.outputs}
    for flow, share in case["expected"].get("shares", {}).items():
        assert shares[flow] == pytest.approx(float(share), rel=1e-9)


def test_there_are_no_other_cases() -> None:
    """Every case of the file is run."""
    assert len(list(cases())) == 4
