"""Linking: every text finds its one dataset or is refused by name; electricity is what the rules let it be."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.background.open import Background, open_background
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Bill = Callable[..., Path]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module")
def background(folder: Path) -> Background:
    return open_background((str(folder),))


def run(path: Path, background: Background, pcr: Any = None) -> Any:
    return LINE.run(read(path), background, pcr or LINE.rules())


def test_an_unknown_dataset_is_told_with_the_nearest_three(bill: Bill, background: Background) -> None:
    """A code nobody has is an error at its cell; the three closest codes or names stand beside it."""
    path = bill("L1 | plate | 1 kg | steal", product=LINE.plain_product())
    assert LINE.refused(lambda: run(path, background)) == (
        "pump.xlsx:BOM!P4: there is no dataset 'steal'. Enter a code of an open database. "
        "Did you mean 'steel', 'steel-market', 'stamping'? [dataset-unknown]"
    )


def test_every_text_that_must_be_a_dataset_is_looked_up(bill: Bill, background: Background) -> None:
    """Material, recycled material, loss, destination, input, vehicle, use, treatment: all unknown ones at once."""
    path = bill(
        """
        L1 | plate | 1 kg | steel | loss=0.1, loss_to=x-loss, recycled_share=0.5, secondary=x-secondary
        L2 | glue  | 1 kg | steel | role=consumable, destination=x-outlet
        [Processes]
        p | product | PUMP | 1 item
        p | input | x-input | 1 kg
        p | waste | rest | 1 kg | destination=x-treatment
        [Transport]
        L1 | x-vehicle | 1
        [Use]
        x-use | 1 kWh
        [End of life]
        product | landfill | 1 | treatment=x-end
        """,
        product=LINE.plain_product(),
    )
    said = LINE.refused(lambda: run(path, background))
    assert sorted(text.split("'")[1] for text in said.splitlines()) == [
        "x-end", "x-input", "x-loss", "x-outlet", "x-secondary", "x-treatment", "x-use", "x-vehicle",
    ]  # fmt: skip
    assert all("[dataset-unknown]" in text for text in said.splitlines())


def test_a_code_in_two_databases_is_ambiguous_until_its_database_is_named(
    bill: Bill, folder: Path, tmp_path: Path
) -> None:
    """A bare code that two open databases hold is refused with both keys; database@version:code settles it."""
    made = LINE.activities("steel | kg | steel"), LINE.exchanges("steel | emission | co2-fossil | 7")
    other = LINE.write_database(tmp_path / "other", *made, {})
    both = open_background((str(folder), str(other)))
    path = bill("L1 | plate | 1 kg | steel", product=LINE.plain_product())
    assert LINE.refused(lambda: run(path, both)) == (
        "pump.xlsx:BOM!P4: 'steel' is in several databases. Write database@version:code. "
        "Did you mean 'small:steel', 'other:steel'? [dataset-ambiguous]"
    )
    settled = bill("L1 | plate | 1 kg | other@1:steel", product=LINE.plain_product())
    assert run(settled, both).ledger.total() == pytest.approx(7, rel=1e-12)


def power(bill: Bill, supplies: str, product: dict[str, object] | None = None, row: str = "") -> Path:
    """Return a workbook whose only burden is 10 kWh of the supply E."""
    return bill(
        f"""
        L1 | plate | 1 kg | steel | role=product
        [Processes]
        p | product | PUMP | 1 item
        p | input | electricity | 10 kWh | supply=E{row}
        [Electricity]
        {supplies}
        """,
        product=LINE.plain_product(**(product or {})),
    )


def parts(solved: Any) -> dict[str, tuple[float, float | None]]:
    """Return value and value by location [kg CO2e] of every electricity posting, by dataset."""
    from footprint.declare.lines import location_value

    found = {}
    for posted in solved.ledger.postings:
        if posted.exchange.facts.get("electricity"):
            location = location_value(solved.ledger, posted)
            found[posted.exchange.dataset.code] = (pytest.approx(solved.ledger.value(posted), rel=1e-12), location)
    return found


def notices(solved: Any) -> list[str]:
    return [notice.code for notice in solved.graph.notices]


CERTIFICATE = "certificate=C-1, cancelled_on=2025-02-01, cancelled_for=pump 2024"


def test_a_green_certificate_is_generation_plus_delivery(bill: Bill, background: Background) -> None:
    """An accepted, cancelled certificate counts as its generator the grid's delivery; by location, as the grid once."""
    solved = run(power(bill, f"E | green_certificate | 100 | generator=wind, {CERTIFICATE}"), background)
    assert parts(solved) == {"wind-2024": (0.2, 5.0), "delivery-2024": (0.3, 0.0)}
    assert notices(solved) == ["electricity-unmetered"]


@pytest.mark.parametrize("lacking", ["certificate", "cancelled_on", "cancelled_for"])
def test_a_certificate_that_is_not_cancelled_is_the_grid(bill: Bill, background: Background, lacking: str) -> None:
    """Without its number, the day it was cancelled on and for whom, a contract is worth nothing, and it is said."""
    stated = ", ".join(item for item in CERTIFICATE.split(", ") if not item.startswith(lacking))
    solved = run(power(bill, f"E | contract | 100 | generator=wind, {stated}"), background)
    assert parts(solved) == {"grid-2024": (5.0, None)}
    without = "electricity-no-certificate" if lacking == "certificate" else "electricity-not-cancelled"
    assert notices(solved) == [without]


def test_own_solar_power_is_its_own_in_both_methods(bill: Bill, background: Background) -> None:
    """What is made and used on site, or comes by an own line, is no market instrument: by location it is the same.

    As far as it is known of how much it is a part: unmetered, by location it is the grid.
    """
    for kind in ("on_site", "direct_line"):
        unmetered = run(power(bill, f"E | {kind} | 100 | generator=solar"), background)
        assert parts(unmetered) == {"solar-2024": (0.4, 5.0)}
        assert notices(unmetered) == ["electricity-unmetered"]
        solved = run(power(bill, f"E | metered | 100\n        E | {kind} | 100 | generator=solar"), background)
        assert parts(solved) == {"solar-2024": (0.4, None)}
        assert notices(solved) == []


def test_sold_attributes_make_own_power_grid_power(bill: Bill, background: Background) -> None:
    """Who sold the attributes of the own roof has grid power, and it is said."""
    solved = run(power(bill, "E | on_site | 100 | generator=solar, attributes_sold=yes"), background)
    assert parts(solved) == {"grid-2024": (5.0, None)}
    assert notices(solved) == ["electricity-attributes-sold"]


def test_a_contract_the_rules_do_not_accept_is_the_grid(bill: Bill, background: Background) -> None:
    """Rules that accept no market instruments turn a contract into grid power, and it is said."""
    rules = LINE.rules()
    strict = rules._replace(electricity=rules.electricity._replace(accepted=frozenset({"grid", "on_site"})))
    solved = run(power(bill, f"E | contract | 100 | generator=wind, {CERTIFICATE}"), background, strict)
    assert parts(solved) == {"grid-2024": (5.0, None)}
    assert notices(solved) == ["electricity-not-accepted"]


def test_a_mix_is_shared_by_kilowatt_hours(bill: Bill, background: Background) -> None:
    """Three quarters grid and a quarter own solar power, by the kWh of the period."""
    supplies = "E | metered | 400\n        E | grid | 300\n        E | on_site | 100 | generator=solar"
    solved = run(power(bill, supplies), background)
    assert parts(solved) == {"grid-2024": (3.75, None), "solar-2024": (0.1, None)}


def test_electricity_without_a_supply_is_the_grid(bill: Bill, background: Background) -> None:
    """A row that only says 电力 is the grid of the product's country and of the reference period."""
    path = bill(
        "L1 | plate | 1 kg | steel\n[Processes]\np | product | PUMP | 1 item\np | input | 电力 | 10 kWh",
        product=LINE.plain_product(),
    )
    assert parts(run(path, background)) == {"grid-2024": (5.0, None)}


def test_the_year_of_the_factor_follows_the_row_then_the_supply_then_the_reference_period(
    bill: Bill, background: Background
) -> None:
    """A period of the process row decides; else that of the supply; else the first year of the reference period."""
    plain = "L1 | plate | 1 kg | steel\n[Processes]\np | product | PUMP | 1 item\np | input | electricity | 10 kWh"
    of_2023 = {"period_start": "2023-01-01", "period_end": "2023-12-31"}
    found = (
        run(power(bill, "E | grid | 100 | period=2024", row=", period=2023"), background),
        run(power(bill, "E | grid | 100 | period=2023"), background),
        run(bill(plain, product=LINE.plain_product(**of_2023)), background),
    )
    for solved in found:
        assert parts(solved) == {"grid-2023": (6.0, None)}
        assert notices(solved) == []


def test_a_year_without_a_factor_takes_the_latest_before_it_and_says_so(bill: Bill, background: Background) -> None:
    """For 2025 the factor of 2024 is used with a notice; before the first year there is none, and that is an error."""
    later = run(power(bill, "E | grid | 100 | period=2025-03"), background)
    assert parts(later) == {"grid-2024": (5.0, None)}
    assert notices(later) == ["electricity-year"]
    early = power(bill, "E | grid | 100 | period=2022")
    assert LINE.refused(lambda: run(early, background)) == (
        "pump.xlsx:Processes!F5: there is no electricity factor for 'CN' in this period; known years: 2023, 2024. "
        "Correct country or period, or enter the code of an electricity dataset. [electricity-unknown]"
    )


def test_a_country_without_factors_is_an_error_not_a_foreign_grid(bill: Bill, background: Background) -> None:
    """No country borrows another's electricity."""
    path = power(bill, "E | grid | 100", product={"country": "DE"})
    assert LINE.refused(lambda: run(path, background)) == (
        "pump.xlsx:Processes!F5: there is no electricity factor for 'DE' in this period; known years: -. "
        "Correct country or period, or enter the code of an electricity dataset. [electricity-unknown]"
    )


def test_a_generator_without_a_factor_is_an_error(bill: Bill, background: Background) -> None:
    """Own nuclear power finds no factor, and nobody suggests to enter another generator."""
    path = power(bill, "E | on_site | 100 | generator=nuclear")
    assert LINE.refused(lambda: run(path, background)) == (
        "pump.xlsx:Electricity!C4: no open database has the factor of 'nuclear' in CN for the period, by which 'E' "
        "would count. Open a database that has it; until then enter the row as type grid. [generator-unknown]"
    )


def test_delivery_that_nobody_measured_is_an_error_not_zero(bill: Bill, tmp_path: Path) -> None:
    """A certificate in a year without a delivery factor is refused: generation alone would leave the grid out."""
    table = {"CN": {"2024": {"grid": "grid", "wind": "wind"}}}
    made = LINE.activities("grid | kWh | grid\nwind | kWh | wind\nsteel | kg | steel")
    exchanged = "\n".join(f"{code} | emission | co2-fossil | 1" for code in ("grid", "wind", "steel"))
    folder = LINE.write_database(tmp_path / "bare", made, LINE.exchanges(exchanged), table)
    path = power(bill, f"E | contract | 100 | generator=wind, {CERTIFICATE}")
    assert LINE.refused(lambda: run(path, open_background((str(folder),)))) == (
        "pump.xlsx:Electricity!B4: electricity bought by contract comes over the grid, and no open database has the "
        "factor of that delivery, losses included, in CN for the period: what 'E' would count with. Open a database "
        "that has it; until then enter the row as type grid. [delivery-unknown]"
    )


def test_a_generator_taken_by_its_code_bypasses_the_rules(bill: Bill, tmp_path: Path) -> None:
    """Solar power by its code, where the rules decide what may be claimed, is refused; the grid by its code is not."""
    made = "grid | kWh | grid | category=electricity\nsolar | kWh | solar | category=electricity\nsteel | kg | steel"
    exchanged = "\n".join(f"{code} | emission | co2-fossil | 1" for code in ("grid", "solar", "steel"))
    table = {"CN": {"2024": {"grid": "grid", "solar": "solar"}}}
    folder = LINE.write_database(tmp_path / "own", LINE.activities(made), LINE.exchanges(exchanged), table)
    own = open_background((str(folder),))
    text = "L1 | plate | 1 kg | steel\n[Processes]\np | product | PUMP | 1 item\np | input | {} | 10 kWh"
    path = bill(text.format("solar"), product=LINE.plain_product())
    assert LINE.refused(lambda: run(path, own)) == (
        "pump.xlsx:Processes!F5: 'solar' is electricity of one generator, which the rules must accept first. Describe "
        "it on the Electricity sheet, name its supply, and write 'electricity' as the flow. [electricity-by-code]"
    )
    assert run(bill(text.format("grid"), product=LINE.plain_product()), own).ledger.total() == 11


def test_a_supply_belongs_to_electricity(bill: Bill, background: Background) -> None:
    """Naming a supply of electricity on copper does not turn copper into electricity."""
    path = bill(
        """
        L1 | plate | 1 kg | steel
        [Processes]
        p | product | PUMP | 1 item
        p | input | copper | 1 kg | supply=E, destination=product
        [Electricity]
        E | grid | 100
        """,
        product=LINE.plain_product(),
    )
    assert LINE.refused(lambda: run(path, background)) == (
        "pump.xlsx:Processes!F5: 'copper' is not electricity, but names the electricity supply 'E'. Write "
        "'electricity' as the flow, or leave the supply empty. [supply-not-electricity]"
    )


def test_electricity_in_use_is_the_grid(bill: Bill, background: Background) -> None:
    """The use phase may say electricity in a word: the grid of the product's country and period."""
    path = bill("L1 | plate | 1 kg | steel\n[Use]\n电 | 10 kWh", product=LINE.plain_product())
    assert LINE.used(run(path, background)) == pytest.approx({"steel": 1, "grid-2024": 10}, rel=1e-12)


def test_the_direct_co2_of_a_grid_is_no_footprint_factor(bill: Bill, tmp_path: Path) -> None:
    """It is refused at its cell; a fuel counted without its supply is used, and said."""
    made = LINE.activities("grid | kWh | grid, direct CO2 | category=grid-co2, boundary=direct\n"
                           "coal | kg | coal, direct CO2 | category=fuel-burned, boundary=direct")  # fmt: skip
    emitted = LINE.exchanges("grid | emission | co2-fossil | 0.5\ncoal | emission | co2-fossil | 2", {})
    background = open_background((str(LINE.write_database(tmp_path / "mine", made, emitted, {})),))

    def made_with(dataset: str, unit: str) -> Path:
        line = f"L1 | part | 1 {unit} | {dataset} | role=consumable, destination=evaporated"
        return bill(line, product=LINE.plain_product())

    assert LINE.refused(lambda: run(made_with("grid", "kWh"), background)).startswith(
        "pump.xlsx:BOM!P4: 'grid' is the direct CO2 of a grid: "
    )
    told = run(made_with("coal", "kg"), background).graph.notices
    assert [(n.code, n.place.address) for n in told if n.code == "direct-only"] == [("direct-only", "BOM!P4")]
