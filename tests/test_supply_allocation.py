"""Co-products: the first step of the rules that holds decides, each output bears its share, nothing is lost."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background
from footprint.model.allocation import COLUMNS
from footprint.tables.read import read
from footprint.tables.records import records

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Run = Callable[..., Any]
BOM = "L1 | plate | 1 kg | steel"


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def run(bill: Callable[..., Path], background: Background) -> Run:
    """Return what calculates the text of a Processes sheet beside a bill: ``run(processes, *steps, bom=...)``."""

    def calculate(processes: str, *steps: str, bom: str = BOM, least: str = "", **product: object) -> Any:
        path = bill(f"{bom}\n[Processes]\n{processes}", product=LINE.plain_product(**product))
        pcr = LINE.sharing(*steps, ignore_below=least) if steps else LINE.rules()
        return LINE.run(read(path), background, pcr)

    return calculate


def near(**numbers: float) -> Any:
    return pytest.approx({key.replace("_", "-"): value for key, value in numbers.items()}, rel=1e-12)


def shares(solved: Any) -> dict[str, float]:
    """Return the share of each output, whatever the process."""
    return {b.output.flow: b.share for found in solved.graph.allocated for b in found.outputs}


def decided(solved: Any) -> tuple[str, str, str]:
    """Return method, step and clause of the one process that shares."""
    (found,) = solved.graph.allocated
    return found.method, found.decision.step, found.decision.clause


# --- methods

PRESS = """
press | product    | PUMP | 1 item | {product}
press | co-product | pulp | {amount} | {side}
press | input | electricity | 10 kWh
press | emission | co2-fossil | 1 kg
"""


def press(product: str = "", side: str = "", amount: str = "3 kg") -> str:
    return PRESS.format(product=product or "note=-", side=side or "note=-", amount=amount)


def test_mass_comes_from_the_unit_the_column_or_the_bill(run: Run) -> None:
    """A pump of 1 kg beside 3 kg of pulp bears a quarter, however its mass is known."""
    known = run(press(), "mass | process.has_masses")
    stated = run(press("unit_mass=1"), "mass | process.has_masses")
    pieces = run(press(side="unit_mass=1.5", amount="2 item"), "mass | process.has_masses")
    for solved in (known, stated, pieces):
        assert LINE.used(solved) == near(steel=1, grid_2024=2.5, co2_fossil=0.25)
        assert shares(solved) == near(PUMP=0.25, pulp=0.75)
        assert decided(solved) == ("mass", "by-mass", "co-products mass")


def test_the_stated_mass_of_an_output_stands_before_that_of_the_product(run: Run) -> None:
    """A row that states its mass per unit is asked first: the net mass of the product is without its packaging."""
    assert shares(run(press("unit_mass=3"), "mass | process.has_masses")) == near(PUMP=0.5, pulp=0.5)


def test_a_mass_is_per_unit_of_the_row(run: Run) -> None:
    """Two kilograms of pump in the product's own unit, and half a tonne of pulp in tonnes, are masses alike."""
    text = "press | product | PUMP | 2 t\npress | co-product | pulp | 500 kg\npress | input | electricity | 10 kWh"
    assert shares(run(text, "mass | process.has_masses")) == near(PUMP=0.8, pulp=0.2)


def test_the_mass_of_the_product_counts_per_dozen(run: Run) -> None:
    """A run makes two dozen pumps of 1 kg: 24 kg beside 8 kg of pulp."""
    text = press(amount="8 kg").replace("PUMP | 1 item", "PUMP | 2 dozen")
    assert shares(run(text, "mass | process.has_masses")) == near(PUMP=0.75, pulp=0.25)


def test_energy_comes_from_the_unit_or_the_column(run: Run) -> None:
    """1 kWh and 0.36 kg at 10 MJ/kg are 3.6 MJ each."""
    text = """
        plant | product | heat | 1 kWh
        plant | co-product | gas | 0.36 kg | energy_content=10
        plant | input | copper | 2 kg | destination=burning
        use | product | PUMP | 1 item
        use | input | heat | 1 kWh
        """
    solved = run(text, "energy | process.has_energy")
    assert shares(solved) == near(heat=0.5, gas=0.5)
    assert LINE.used(solved) == near(steel=1, copper=1, burning=1)


def test_volumes_of_one_kind_share(run: Run) -> None:
    """One cubic metre and 3000 litres: a quarter and three. Cubic metres and normal cubic metres are not alike."""
    text = """
        still | product | light | 1 m3
        still | co-product | heavy | {}
        still | input | copper | 4 kg | destination=burning
        use | product | PUMP | 1 item
        use | input | light | 1 m3
        """
    assert shares(run(text.format("3000 L"), "volume | process.has_volume")) == near(light=0.25, heavy=0.75)
    gas = text.format("3 Nm3")
    normal = gas.replace("| 1 m3", "| 1 Nm3")
    assert shares(run(normal, "volume | process.has_volume")) == near(light=0.25, heavy=0.75)
    said = LINE.refused(lambda: run(gas, "volume | process.outputs > 1"))
    assert said.splitlines()[1] == (
        "pump.xlsx:Processes!A5: 'heavy' of process 'still' is not stated as a volume, by which step 'by-volume' of "
        "the rules shares (co-products volume). Enter the amount of every output in one kind of volume, in column "
        "'Unit'. [allocation-volume]"
    )


def test_price_times_amount_is_the_key(run: Run) -> None:
    """One pump at 60 and three kilograms at 20 are worth the same."""
    solved = run(press("price=60", "price=20"), "economic | process.has_prices")
    assert shares(solved) == near(PUMP=0.5, pulp=0.5)
    assert LINE.used(solved) == near(steel=1, grid_2024=5, co2_fossil=0.5)


def test_a_property_of_ones_own_is_the_allocation_value(run: Run) -> None:
    """What the study chose: here 1 per pump, 1 per kilogram of pulp."""
    text = press("allocation=custom, allocation_value=1", "allocation_value=1")
    assert shares(run(text, "custom | process.has_custom")) == near(PUMP=0.25, pulp=0.75)


def test_the_value_of_a_stated_method_stands_in_for_its_column(run: Run) -> None:
    """Price as allocation value or in its own column: the same shares, under rules and without any."""
    value = press("allocation=economic, allocation_value=60", "allocation_value=20")
    column = press("allocation=economic, price=60", "price=20")
    for text in (value, column):
        for steps in ((), ("economic | process.has_prices",), ("stated | process.outputs > 1",)):
            solved = run(text, *steps)
            assert shares(solved) == near(PUMP=0.5, pulp=0.5)
            assert not solved.graph.allocated[0].deviates


def test_a_column_stands_before_the_value_of_a_stated_method(run: Run) -> None:
    """Where rules share by price, prices are asked first; where the workbook decides, the value it states."""
    text = press("allocation=economic, allocation_value=1, price=60", "allocation_value=1, price=20")
    assert shares(run(text, "economic | process.has_prices")) == near(PUMP=0.5, pulp=0.5)
    assert shares(run(text)) == near(PUMP=0.25, pulp=0.75)


def test_a_share_stands_in_the_chain_of_each_amount(run: Run) -> None:
    """The step names the cell that the share follows from: price, mass per unit, or the output's own amount."""
    for text, method, cells in (
        (press("price=60", "price=20"), "economic", {"Processes!U4", "Processes!U5"}),
        (press("unit_mass=1"), "mass", {"Processes!V4", "Processes!G5"}),
    ):
        solved = run(text, f"{method} | process.outputs > 1")
        steps = [s for e in solved.graph.exchanges for s in e.amount.steps if s.what == "allocation"]
        assert len(steps) == 4
        assert {s.place.address for s in steps} == cells


def test_a_leg_carries_the_share_of_what_is_bought(bill: Any, background: Background) -> None:
    """Half of the two kilograms that the press buys are the pump's, on their way too."""
    text = press("price=60", "price=20") + "press | input | copper | 2 kg | destination=burning\n"
    path = bill(f"{BOM}\n[Processes]\n{text}[Transport]\nall inbound | truck | 1000", product=LINE.plain_product())
    solved = LINE.run(read(path), background, LINE.sharing("economic | process.has_prices"))
    assert LINE.used(solved)["truck"] == pytest.approx(1 + 1, rel=1e-12)


def test_rules_of_three_outputs_count_each(run: Run) -> None:
    """Small outputs keep their share: they are left out of the price ratio only."""
    text = press("price=60", "price=20") + "press | co-product | dust | 0.1 kg | price=100"
    solved = run(text, "mass | process.price_ratio > 9", "economic | process.price_ratio == 3", least="0.03")
    assert shares(solved) == near(PUMP=60 / 130, pulp=60 / 130, dust=10 / 130)


# --- decisions


@pytest.mark.parametrize(("price", "method"), [("15", "mass"), ("14.9", "economic"), ("241", "economic")])
def test_the_price_ratio_is_highest_over_lowest_per_kilogram(run: Run, price: str, method: str) -> None:
    """60 per kilogram of pump over 15 is 4, which is not above 4; which of them is dearer does not matter."""
    assert decided(run(press("price=60", f"price={price}"), *LINE.GBA))[0] == method


def test_a_price_ratio_is_per_kilogram_not_per_unit(run: Run) -> None:
    """Two pieces at 30 of 0.5 kg each are 60 per kilogram, like the pump."""
    text = press("price=60", "price=30, unit_mass=0.5", "2 item")
    assert decided(run(text, "economic | process.price_ratio > 1.001", "mass | process.outputs > 1"))[0] == "mass"


def test_an_output_of_just_the_exempted_mass_is_left_out(run: Run) -> None:
    """One kilogram of two is a half: left out up to a half, and its price with it."""
    steps = ("economic | process.price_ratio > 1", "mass | process.outputs > 1")
    assert decided(run(press("price=60", "price=1", "1 kg"), *steps, least="0.5"))[0] == "mass"
    assert decided(run(press("price=60", "price=1", "1 kg"), *steps, least="0.4999"))[0] == "economic"
    assert decided(run(press("price=60", amount="1 kg"), *steps, least="0.5"))[0] == "mass"


def test_the_product_counts_however_little_it_weighs(run: Run) -> None:
    """One part in 298 of the mass at 6,000 times the price of the slag: the exemption is of co-products."""
    steps = ("economic | process.price_ratio > 4", "mass | process.outputs > 1")
    solved = run(press("price=60", "price=0.01", "297 kg"), *steps, least="0.03")
    assert decided(solved)[0] == "economic"
    assert shares(solved)["PUMP"] == pytest.approx(60 / (60 + 297 * 0.01), rel=1e-12)


def test_an_output_of_the_exempted_mass_needs_no_price_for_the_others_to_have_theirs(run: Run) -> None:
    """Whether prices are stated is asked of the outputs that count, of all while nobody knows which do."""
    steps = ("mass | not process.has_prices", "economic | process.has_prices")
    text = press("price=60", "price=20") + "press | co-product | dust | 0.1 kg"
    assert decided(run(text + " | price=1", *steps))[0] == "economic"
    assert decided(run(text, *steps))[0] == "mass"
    said = LINE.refused(lambda: run(text, *steps, least="0.03"))
    assert "Processes!A8: 'dust' of process 'press' has no value in column 'Price per unit'" in said
    unknown = text.replace("0.1 kg", "1 item")
    assert "Mass per unit" in LINE.refused(lambda: run(unknown, *steps, least="0.03"))


def test_a_decision_tells_the_numbers_it_rests_on(run: Run) -> None:
    """What every step up to the one that held looked at, in both languages; nothing where no rules decide."""
    solved = run(press("price=60", "price=12"), *LINE.GBA)
    (found,) = solved.graph.allocated
    assert found.decision.seen == {
        "en": "substitutes are named = no; price ratio = 5", "zh": "已填替代品 = 否；价格比 = 5",
    }  # fmt: skip
    given = run(press("price=60", "price=0"), *LINE.GBA).graph.allocated[0]
    assert given.decision.seen["en"].endswith("price ratio = ∞")
    assert not run(press("allocation=mass")).graph.allocated[0].decision.seen


def test_a_co_product_of_no_price_is_beyond_any_ratio(run: Run) -> None:
    """Something sold beside something given away: the ratio is above every limit."""
    assert shares(run(press("price=60", "price=0"), *LINE.GBA)) == near(PUMP=1, pulp=0)


def test_a_ratio_without_prices_or_masses_names_the_rows(run: Run) -> None:
    """What the rules ask for and the workbook does not hold stops, for each output, with its remedy."""
    said = (
        "pump.xlsx:Processes!A{}: '{}' of process 'press' has no value in column '{}', which step 'by-economic' of the "
        "rules asks for (co-products economic). Fill in the column for every output of the process. "
        "[allocation-property]"
    )
    text = press("price=60", amount="3 item")
    assert LINE.refused(lambda: run(text, *LINE.GBA)).splitlines() == [
        said.format(5, "pulp", "Price per unit"), said.format(5, "pulp", "Mass per unit"),
    ]  # fmt: skip


def test_while_a_mass_is_not_known_no_price_is_asked_for(run: Run) -> None:
    """Whether an output is small enough to be left out of the ratio is told by masses: they come first."""
    said = LINE.refused(lambda: run(press(amount="3 item"), *LINE.GBA, least="0.03"))
    assert [line.partition("' has no")[0] for line in said.splitlines()] == [
        "pump.xlsx:Processes!A5: 'pulp' of process 'press"
    ]  # fmt: skip
    assert "'Mass per unit'" in said


def test_rules_may_ask_what_is_stated(run: Run) -> None:
    """A physical property that the study names stands; any other makes way."""
    step = 'stated | process.stated in ("mass", "energy")'
    text = press("allocation=mass, allocation_value=3", "allocation_value=1")
    assert shares(run(text, step, "economic | 1 > 2")) == near(PUMP=0.5, pulp=0.5)
    other = text.replace("allocation=mass", "allocation=economic")
    assert decided(run(other, step, "mass | process.outputs > 1"))[0] == "mass"


def test_rules_may_ask_whether_a_ratio_is_known(run: Run) -> None:
    """known() guards: without prices, mass."""
    steps = ("economic | known(process.price_ratio) and process.price_ratio > 4", "mass | process.has_masses")
    assert decided(run(press(), *steps))[0] == "mass"
    assert decided(run(press("price=9", "price=1"), *steps))[0] == "economic"
    assert decided(run(press("price=9", "price=1"), *steps, least="parameter.unknown"))[0] == "mass"


def test_a_missing_property_names_the_row_and_the_column(run: Run) -> None:
    """Decided by energy, and one output has none."""
    assert LINE.refused(lambda: run(press("energy_content=3"), "energy | process.outputs > 1")) == (
        "pump.xlsx:Processes!A5: 'pulp' of process 'press' has no value in column 'Energy per unit', which step "
        "'by-energy' of the rules asks for (co-products energy). Fill in the column for every output of the process. "
        "[allocation-property]"
    )


def test_the_columns_of_messages_are_those_of_the_workbook() -> None:
    """A remedy names the column as the sheet does, in both languages."""
    table = Path(__file__).parents[1] / "templates" / "workbook.csv"
    captions = {(row["en"], row["zh"]) for row in records(table) if row["sheet"] == "Processes"}
    assert set(COLUMNS.values()) <= captions


@pytest.mark.parametrize(("asked", "full", "part"), [
    ("has_masses", press(), press(amount="3 item")),
    ("has_prices", press("price=1", "price=2"), press("price=1")),
    ("has_energy", press("energy_content=1", "energy_content=2"), press("energy_content=1")),
    ("has_volume", press(amount="3 m3").replace("PUMP | 1 item", "oil | 1 L"), press(amount="3 m3")),
    ("has_custom", press("allocation=custom, allocation_value=1", "allocation_value=1"),
     press("allocation=custom, allocation_value=1")),
    ("has_substitute", press(side="substitute=copper") + "press | co-product | dust | 1 kg | substitute=slag",
     press(side="substitute=copper") + "press | co-product | dust | 1 kg"),
])  # fmt: skip
def test_a_property_is_known_where_every_output_has_it(
    bill: Any, background: Background, asked: str, full: str, part: str
) -> None:
    """One output without it and the answer is no."""
    from footprint.rules.allocate import has_prices, process_scope

    for text, known in ((full, True), (part, False)):
        path = bill(f"{BOM}\n[Processes]\n{text}", product=LINE.plain_product())
        outputs = made(path, background)
        scope = process_scope(outputs, None, prices=has_prices(outputs, -1))
        assert scope[f"process.{asked}"] is known


def made(path: Path, background: Background) -> Any:
    """Return what is known of the outputs of the press."""
    from footprint.intake import read as intake
    from footprint.matching.link import link
    from footprint.supply.allocation import co_products
    from footprint.supply.bench import Bench
    from footprint.supply.bom import add_bom

    pcr = LINE.rules()
    bench = Bench(link(intake.read(read(path), pcr.fields), background, pcr.electricity))
    add_bom(bench)
    return co_products(bench, "press", list(bench.outputs["press"].values()))


def test_a_process_no_step_decides_is_an_error(run: Run) -> None:
    """Nobody guesses how co-products share."""
    assert LINE.refused(lambda: run(press(), "economic | process.has_prices", "energy | process.has_energy")) == (
        "pump.xlsx:Processes!A4: no step of the rules (by-economic, by-energy) decides how the outputs of process "
        "'press' share its burdens. Fill in prices, masses or an allocation method for every output, or name the "
        "output of each row in 'Only for'. [allocation-undecided]"
    )


def test_a_step_may_ask_for_product_and_parameters(run: Run) -> None:
    """A missing field is asked for where it belongs; a parameter nobody could read is a fault of the rules."""
    assert decided(run(press(), "mass | product.net_mass < 2"))[0] == "mass"
    assert LINE.refused(lambda: run(press(), "mass | product.service_years < 2")) == (
        "pump.xlsx:Product: step 'by-mass' of the rules for co-products asks for product.service_years. Fill it in on "
        "the Product sheet. [allocation-field]"
    )
    prices = press("price=60", "price=20")
    fault = (
        "pump.xlsx:Product: 'by-economic' needs what the rules do not say for the end of the reference period: "
        "parameter.unknown: missing. "
    )
    above = ("economic | process.price_ratio > parameter.unknown",)
    for steps, least in ((above, ""), (LINE.GBA[1:], "parameter.unknown")):
        said = LINE.refused(lambda: run(prices, *steps, least=least))  # noqa: B023 - called at once
        assert said.startswith(fault)
    fault = "plain-goods.yaml:PCR!by-economic: rule plain-goods/by-economic cannot run: 3 / 0 has no finite value. "
    assert LINE.refused(lambda: run(prices, "economic | process.price_ratio / 0 > 1")).startswith(fault)


def test_the_rules_decide_and_a_deviation_is_told(run: Run) -> None:
    """The workbook says price, the rules mass: mass counts, and the notice names cell, methods and clause."""
    text = press("allocation=economic, allocation_value=60", "allocation_value=20")
    solved = run(text, "mass | process.has_masses")
    assert shares(solved) == near(PUMP=0.25, pulp=0.75)
    (notice,) = (n for n in solved.graph.notices if n.code == "allocation-deviates")
    assert notice.place.address == "Processes!N4"
    from footprint.declare.texts import noticed

    assert noticed(notice) == {
        "en": "process 'press' states allocation by price; step 'by-mass' of the rules decides by mass "
              "(co-products mass), which counts.",
        "zh": "工序 'press' 所填分配方法为按经济价值；规则步骤 'by-mass' 确定为按质量"
              "（co-products mass），以规则为准。",
    }  # fmt: skip


def test_a_deviation_is_counted_in_the_result(bill: Any, background: Background) -> None:
    """Clauses may ask how many processes state another method than the rules decide."""
    from footprint.rules.results import result_scope

    text = press("allocation=economic, allocation_value=60", "allocation_value=20")
    path = bill(f"{BOM}\n[Processes]\n{text}", product=LINE.plain_product())
    for steps, count in (("mass | process.has_masses", 1.0), ("economic | process.has_prices", 0.0)):
        found = LINE.result(read(path), background, LINE.sharing(steps))
        assert result_scope(found.ruled, found.ledger, found.rating, 1.0)["result.allocation_deviations"] == count


def test_without_rules_the_workbook_decides(run: Run) -> None:
    """A rule file that says nothing of co-products leaves the method to the workbook, which must state one."""
    solved = run(press("allocation=mass, unit_mass=1"))
    assert decided(solved) == ("mass", "", "")
    assert shares(solved) == near(PUMP=0.25, pulp=0.75)
    for steps in ((), ("stated | process.outputs > 1",)):
        said = LINE.refused(lambda: run(press("price=60", "price=20"), *steps))  # noqa: B023 - called at once
        assert [line.partition(" ")[0] for line in said.splitlines()] == [
            "pump.xlsx:Processes!A4:", "pump.xlsx:Processes!A5:",
        ]  # fmt: skip


def test_outputs_worth_nothing_together_share_nothing(run: Run) -> None:
    """Shares of zero cannot be told."""
    said = LINE.refused(lambda: run(press("price=0", "price=0"), "economic | process.has_prices"))
    assert said.endswith("[allocation-missing]")
