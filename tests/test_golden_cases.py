"""Published and derived cases of product category rules, each as its source says: stages, units, uptake, ratings."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from footprint.background.open import Background
from footprint.background.supplied import database
from footprint.intake import read as intake
from footprint.line import solved, under_rules
from footprint.rules.expressions import evaluate, parse
from footprint.rules.load import load
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
CITED = {"clause": "c. 1", "source": "by-hand", "status": "unverified"}


def parameter(pcr: str, name: str) -> object:
    return next(p for p in load(pcr).parameters if p.id == name).values[-1].value


def test_stages_of_a_published_battery_add_up(bill: Callable[..., Path], tmp_path: Path) -> None:
    """PEFDPP, NMC111 per kWh: raw 0.107882, production 0.0495404, distribution 0.00384565, end of life a credit."""
    raw = yaml.load(LINE.RULES.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    credit = {
        "id": "credit", "when": 'line.sheet == "End of life"', "reason": {"en": "Credit.", "zh": "收益。"},
        "derive": [{"coefficient": "0 - 1", "dataset": "f-end", "title": {"en": "credit", "zh": "收益"}}], **CITED,
    }  # fmt: skip
    raw["rules"] = [credit, *raw["rules"]]
    rules = tmp_path / "rules.yaml"
    rules.write_text(json.dumps(raw), encoding="utf-8")
    text = """L1 | cells | 1 kg | f-raw
[Processes]
make | product | PUMP | 1 item
make | input | f-made | 1 kg | destination=evaporated
make | input | f-sent | 1 kg | destination=evaporated, stage=distribution
[End of life]
product | recycling | 1 | treatment=f-end
[Factors]
f-raw | 0.107882
f-made | 0.0495404
f-sent | 0.00384565
f-end | 0.00643165
"""
    read_bill = intake.read(read(bill(text, product=LINE.plain_product())), load(str(rules)).fields)
    found = solved(under_rules(read_bill, load(str(rules)), Background((database(read_bill.factors),))))
    stages = {p.exchange.stage: found.ledger.value(p) for p in found.ledger.postings}
    assert stages == {
        "raw_materials": 0.107882, "production": 0.0495404, "distribution": 0.00384565, "end_of_life": -0.00643165,
    }  # fmt: skip
    assert found.ledger.total() == pytest.approx(0.1548364, abs=1e-12)
    per_kwh = 165.02 / 24_000
    assert per_kwh == pytest.approx(0.006875833, abs=5e-10)


@pytest.mark.parametrize(
    ("usable", "vehicle", "expected"), [(50.0, "M1", 24_000), (60.0, "M1", 28_800), (300.0, "M3", 600_000)]
)
def test_a_battery_delivers_what_capacity_cycles_and_warranty_give(usable: float, vehicle: str, expected: int) -> None:
    """Usable capacity x cycles of the vehicle class x 8 years [kWh]."""
    pcr = load("battery-eu-2023-1542")
    unit = next(u for u in pcr.declared_units if u.id == "kwh-delivered")
    scope = {
        "product.usable_kwh": usable, "product.vehicle_class": vehicle, "product.warranty_years": 8.0,
        "parameter.cycles_per_year": parameter("battery-eu-2023-1542", "cycles_per_year"),
    }  # fmt: skip
    assert evaluate(unit.amount, scope) == expected


@pytest.mark.parametrize(("carbon", "uptake"), [(0.44, -1.6133), (5.28, -19.36), (0.1, -0.3667)])
def test_uptake_is_the_carbon_content_as_carbon_dioxide(carbon: float, uptake: float) -> None:
    """Minus the biogenic carbon content times 44/12 [kg CO2]."""
    scope = {"product.biogenic_carbon": carbon, "parameter.carbon_to_co2": parameter("pact-3", "carbon_to_co2")}
    found = evaluate(parse("0 - product.biogenic_carbon * parameter.carbon_to_co2"), scope)  # type: ignore[arg-type]
    assert found == pytest.approx(uptake, abs=5e-5)


def test_ratings_are_means_and_have_levels() -> None:
    """(4, 3, 3) is 3.333, fair; 2.0 at 60 % and 1.5 at 40 % are 1.80, very good."""
    levels = parameter("pef-2021", "dqr_levels")
    assert isinstance(levels, dict)

    def level(rating: float) -> str:
        return next((name for name, most in levels.items() if rating <= most), "poor")

    assert fsum((4, 3, 3)) / 3 == pytest.approx(3.333, abs=5e-4)
    assert (level(10 / 3), level(0.6 * 2.0 + 0.4 * 1.5)) == ("fair", "very_good")
