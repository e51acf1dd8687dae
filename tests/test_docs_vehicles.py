"""What the READMEs say of the car example is what `footprint demo nev` declares, and the distances add up."""

from __future__ import annotations

import contextlib
import json
import re
from math import fsum
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from footprint.cli import main

ROOT = Path(__file__).parents[1]
READMES = {"en": "README.md", "zh": "README.zh.md"}
both = pytest.mark.parametrize("lang", READMES)
LIFE, THEIR_LIFE, KWH = 150000, 200000, 46.08
# carculator 1.9.5, own run [g CO2e/km over 200 000 km], and its electricity at the socket [kWh/km]
THEIRS = {
    "making": 40.74 + 9.22 + 19.66 + 0.68,
    "battery": 19.664006600495664,
    "chain": 134.56,
    "rest": 4.01 + 5.72,
    "end": 1.84,
}
TOTAL, ROAD, CONSUMPTION, FACTOR = 238.22, 21.79, 0.185073, 0.5777


@pytest.fixture(scope="module")
def car(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The declaration of the demo, run as the README says."""
    with contextlib.chdir(tmp_path_factory.mktemp("car")):
        assert CliRunner().invoke(main, ["demo", "nev"], catch_exceptions=False).exit_code == 0
        return json.loads(Path("footprint-demo-nev/declaration.json").read_text(encoding="utf-8"))


def section(lang: str) -> str:
    """Return the section of the README on the car."""
    heading = {"en": "## The car example\n", "zh": "## 示例汽车\n"}[lang]
    text = (ROOT / READMES[lang]).read_text(encoding="utf-8")
    return text.partition(heading)[2].partition("\n## ")[0]


def stages(document: dict[str, Any]) -> dict[str, float]:
    """Return the result by stage [g per km]."""
    return {stage["id"]: 1000 * stage["value"] for stage in document["result"]["by_stage"]}


def battery(document: dict[str, Any]) -> float:
    """Return the making of the traction battery [kg per car]."""
    return LIFE / 1000 * stages(document)["battery"]


def three(value: float) -> str:
    """Return ``value`` [kg] at three significant digits, without a power of ten."""
    return f"{float(f'{value:.3g}'):.0f}"


@both
def test_the_table_is_what_the_demo_declares(lang: str, car: dict[str, Any]) -> None:
    """Per kilometre and per car, as a whole and in parts."""
    found, per_item = stages(car), next(also for also in car["result"]["also"] if also["id"] == "vehicle")
    making = LIFE / 1000 * (found["raw_materials"] + found["battery"] + found["production"])
    expected = [
        car["result"]["declared"], per_item["declared"],
        three(making), three(battery(car)), three(LIFE / 1000 * found["use"]),
    ]  # fmt: skip
    assert re.findall(r"\| ([\d.]+) \|$", section(lang), re.MULTILINE) == expected


@both
def test_the_distance_to_the_published_value_adds_up(lang: str, car: dict[str, Any]) -> None:
    """Each reason is a difference between the two calculations; together they are the distance, to the last gram."""
    found = stages(car)
    making = found["raw_materials"] + found["battery"] + found["production"]
    reasons = {
        "electricity": found["use"] - THEIRS["chain"],
        "making": making * LIFE / THEIR_LIFE - THEIRS["making"],
        "distance": making * (1 - LIFE / THEIR_LIFE),
        "consumables": found["maintenance"] - THEIRS["rest"],
        "end": found["end_of_life"] - THEIRS["end"],
        "distribution": found["distribution"],
    }
    assert fsum(reasons.values()) == pytest.approx(1000 * car["result"]["total"] - (TOTAL - ROAD))
    text = section(lang)
    for name, difference in reasons.items():
        assert f"{abs(difference):.1f}" in text, f"{READMES[lang]}: {name} is {difference:.1f} g/km"


@both
def test_the_numbers_of_the_prose_are_true(lang: str, car: dict[str, Any]) -> None:
    """Masses, factors, tonnes, gaps and margins are those of the calculation and of the published values."""
    found, text, estimated = stages(car), section(lang), car["completeness"]["estimated"]
    making = LIFE / 1000 * (found["raw_materials"] + found["battery"] + found["production"])
    rest = (making - battery(car)) / ((THEIRS["making"] - THEIRS["battery"]) * THEIR_LIFE / 1000)
    assert car["result"]["complete"] is True
    assert rest == pytest.approx(0.6, abs=0.02), "rewrite how the rest of the car compares"
    assert found["use"] == pytest.approx(1000 * CONSUMPTION * FACTOR)
    assert 1.1 < making / 9517.5 < 1.2
    assert 0.45 < LIFE / 1000 * found["use"] / 30982.5 < 0.55
    numbers = [
        f"{TOTAL}", f"{TOTAL - ROAD:.2f}", f"{THEIRS['chain'] / CONSUMPTION / 1000:.3f}", f"{FACTOR}",
        f"{making / 1000:.1f} t", f"{THEIRS['making'] * THEIR_LIFE / 1e6:.1f} t", f"{battery(car) / KWH:.0f}",
        f"{THEIRS['battery'] * THEIR_LIFE / 1000 / KWH:.0f}", f"{found['maintenance']:.1f}",
        f"{100 * (making / 9517.5 - 1):.0f} %", f"{100 * car['completeness']['mass_share']:.1f} %",
        f"{estimated['gaps']}", f"{100 * estimated['impact_share']:.2g} %", f"{car['product']['net_mass_kg']:.1f} kg",
    ]  # fmt: skip
    for number in numbers:
        assert re.search(rf"(?<![\d.]){re.escape(number)}(?!\d)", text), f"{READMES[lang]}: {number} is missing"


@both
def test_the_scenarios_are_those_of_the_demo(lang: str, car: dict[str, Any]) -> None:
    """Each scenario of the workbook stands in the README with its declared number, in order."""
    (sentence,) = [part for part in section(lang).split("\n\n") if part.startswith(("Scenarios", "并列情景"))]
    assert re.findall(r"0\.\d+", sentence) == [scenario["declared"] for scenario in car["scenarios"]]
