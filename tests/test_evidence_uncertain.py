"""An instrument's calibration gives what it measured a standard uncertainty: U over k, over what was read."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from footprint import service
from footprint.engine.first_order import first_order
from footprint.intake import read as intake
from footprint.line import solved, under_rules
from footprint.messages import label
from footprint.moved import moved
from footprint.quality.measured import instrumented, repeated
from footprint.uncertainty import uncertain, uncertainty

DAYS = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
METER = {"id": "D1", "type": "meter", "opening": 1000.0, "closing": 1300.0, "multiplier": 40.0, "unit": "kWh",
         "instrument": "M1", **DAYS}  # fmt: skip
VALID = {"calibrated_on": "2023-12-01", "valid_until": "2025-11-30"}
MADE = {"process": "P", "direction": "product", "flow": "L1", "amount": 1.0}


@pytest.fixture
def told(book: Callable[..., Any]) -> Callable[..., Any]:
    """Return (cell, variable, relative standard uncertainty) of what a meter and its calibrations give."""

    def of(rows: Any, *calibrations: Any, **document: Any) -> Any:
        common = {"process": "P", "direction": "input", "flow": "electricity", "evidence": "D1"}
        inputs = [{**common, **row} for row in rows]
        given = {"bom": [{"line": "L1"}], "processes": [MADE, *inputs], "evidence": [{**METER, **document}]}
        instruments = [{"id": "M1", **VALID, **each} for each in calibrations]
        bill = intake.read(book(**given, instruments=instruments))
        return [(m.amount.place.address, m.variable, m.deviation) for m in instrumented(bill)]

    return of


KWH = {"amount": 12000.0, "unit": "kWh"}


def test_per_cent_is_of_the_reading_over_k(told: Callable[..., Any]) -> None:
    """U = 1 % with k = 2 is a standard uncertainty of 0.5 %, whatever the amount."""
    found = told([KWH], {"expanded": 1.0, "expanded_unit": "%", "k": 2.0})
    assert found == [("Processes!G3", "Instruments!I2", 0.005)]


@pytest.mark.parametrize(("expanded", "unit"), [(120.0, "kWh"), (0.432, "GJ")])
def test_a_unit_is_over_all_that_was_read(told: Callable[..., Any], expanded: float, unit: str) -> None:
    """120 kWh of 12,000 kWh are 1 %; two consumers of one reading are both off by it, together."""
    rows = [{"amount": 7.0, "unit": "MWh"}, {"amount": 5000.0, "unit": "kWh"}]
    found = told(rows, {"expanded": expanded, "expanded_unit": unit, "k": 2.0})
    assert [(cell, name) for cell, name, _ in found] == [
        ("Processes!G3", "Instruments!I2 of D1"), ("Processes!G4", "Instruments!I2 of D1"),
    ]  # fmt: skip
    assert [u for *_, u in found] == pytest.approx([0.005, 0.005], rel=1e-12)


def test_without_readings_the_amount_is_what_was_measured(told: Callable[..., Any]) -> None:
    """A weighing states its result: 0.1 kg with k = 2 are 0.05 kg of 10 kg."""
    none = {"opening": None, "closing": None, "multiplier": None, "unit": None, "type": "weighing"}
    row = {"amount": 10.0, "unit": "kg", "flow": "water"}
    ((cell, _, u),) = told([row], {"expanded": 100.0, "expanded_unit": "g", "k": 2.0}, **none)
    assert (cell, u) == ("Processes!G3", pytest.approx(0.005, rel=1e-12))


def test_of_several_calibrations_in_use_the_widest_counts(told: Callable[..., Any]) -> None:
    """One that ended before says nothing; of two that follow each other in the year the worse one holds."""
    old = {"calibrated_on": "2022-01-01", "valid_until": "2023-06-30", "expanded": 9.0, "expanded_unit": "%", "k": 2.0}
    first = {**old, "calibrated_on": "2023-07-01", "valid_until": "2024-06-30", "expanded": 1.0}
    second = {**old, "calibrated_on": "2024-07-01", "valid_until": "2025-06-30", "expanded": 2.0}
    assert told([KWH], old, first, second) == [("Processes!G3", "Instruments!I4", 0.01)]


@pytest.mark.parametrize(
    "calibration",
    [
        {"expanded": 1.0, "expanded_unit": "%"}, {"expanded": 1.0, "k": 2.0}, {"expanded_unit": "%", "k": 2.0},
        {"expanded": 1.0, "expanded_unit": "kg", "k": 2.0}, {"expanded": 0.0, "expanded_unit": "%", "k": 2.0},
        {"expanded": 1.0, "expanded_unit": "%", "k": 2.0, "calibrated_on": "2020-01-01", "valid_until": "2020-12-31"},
    ],
)  # fmt: skip
def test_what_is_missing_is_not_made_up(told: Callable[..., Any], calibration: Any) -> None:
    """Without U, unit, k or a calibration in the time of use there is no uncertainty."""
    assert told([KWH], calibration) == []


@pytest.mark.parametrize(("expanded", "kind"), [(1, "normal"), (40, "normal"), (41, "lognormal"), (120, "lognormal")])
def test_a_calibration_too_wide_to_be_normal_is_lognormal(bill: Any, expanded: int, kind: str) -> None:
    """Never below zero, never exact: the same mean and standard deviation, whatever its width."""
    text = TWO.format(one="D1", two="D2", a="", b="", other="M2", U=expanded, unit="%")
    path = bill(text, product={"net_mass": 4.0})
    ready = service.prepare(service.Request(path))
    variables = uncertain(ready, solved(ready)).response.variables
    given = next(v.distribution for v in variables if v.basis == "instrument")
    assert given.kind == kind
    assert (given.mean, given.deviation) == pytest.approx((1, expanded / 200))


def test_amounts_of_another_kind_are_not_what_was_read(told: Callable[..., Any]) -> None:
    """Water on the same page as the meter has no uncertainty from it."""
    water = {"amount": 3.0, "unit": "m3", "flow": "water"}
    found = told([KWH, water], {"expanded": 1.0, "expanded_unit": "%", "k": 2.0})
    assert [cell for cell, *_ in found] == ["Processes!G3"]


# --------------------------------------------------------------------------------------------------- the result

TWO = """
a | Steel a | 3 kg | mine | evidence={one}{a}
b | Steel b | 1 kg | mine | evidence={two}{b}
[Factors]
mine | 2
[Evidence]
D1 | batch a | type=weighing, instrument=M1
D2 | batch b | type=weighing, instrument={other}
[Instruments]
M1 | balance | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded={U}, expanded_unit={unit}, k=2
M2 | scales  | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded={U}, expanded_unit={unit}, k=2
"""


@pytest.fixture
def weighed(bill: Callable[..., Path]) -> Callable[..., Any]:
    """Return the uncertainty of 3 kg and 1 kg that were weighed, and the document about it."""

    def of(**said: str) -> Any:
        given = {"one": "D1", "two": "D2", "a": "", "b": "", "other": "M1", "U": "20", "unit": "%"} | said
        ready = service.prepare(service.Request(bill(TWO.format(**given), product={"net_mass": 4.0})))
        result = solved(ready)
        found = first_order(uncertain(ready, result).response)
        return found.deviation / found.total, uncertainty(ready, result, 20_000, 1)

    return of


def test_what_one_instrument_measured_is_off_together(weighed: Callable[..., Any]) -> None:
    """10 % of one balance are 10 % of the sum; of two instruments the root of the squares of 3 kg and 1 kg."""
    together, document = weighed()
    apart, _ = weighed(other="M2")
    assert together == pytest.approx(0.1, rel=1e-12)
    assert apart == pytest.approx(0.1 * math.sqrt(10) / 4, rel=1e-12)
    (variable,) = (v for v in document["variables"] if v["kind"] == "instrument")
    assert (variable["id"], variable["basis"], variable["name"]["en"]) == ("Instruments!I4", "instrument", "M1 balance")
    assert document["monte_carlo"]["deviation"] == pytest.approx(0.1 * document["total"], rel=0.03)


@pytest.mark.parametrize("two", ["D1", "D2"])
def test_an_uncertainty_in_a_unit_is_the_same_error_of_each_weighing(weighed: Callable[..., Any], two: str) -> None:
    """0.2 kg with k = 2 of 3 kg and of 1 kg are 0.1 kg in both, whatever the documents (JCGM 100:2008, 5.2.4)."""
    found, document = weighed(two=two, U="0.2", unit="kg")
    assert found == pytest.approx((0.1 + 0.1) / 4, rel=1e-12)
    assert document["monte_carlo"]["deviation"] == pytest.approx(0.05 * document["total"], rel=0.03)
    shares = {v["id"]: v["deviation"] for v in document["variables"] if v["kind"] == "instrument"}
    assert shares == pytest.approx({"Instruments!I4 of BOM!F4": 0.1 / 3, "Instruments!I4 of BOM!F5": 0.1}, rel=1e-3)


@pytest.mark.parametrize(("heavy", "light"), [("100", "0.25"), ("0.25", "100")])
def test_the_order_of_weighings_changes_nothing(bill: Callable[..., Path], heavy: str, light: str) -> None:
    """A balance that is off by 0.1 kg is so for 100 kg and for 0.25 kg: 0.2 kg of the sum, wherever each stands."""
    text = TWO.format(one="D1", two="D1", a="", b="", other="M1", U="0.2", unit="kg")
    text = text.replace("| 3 kg", f"| {heavy} kg").replace("| 1 kg", f"| {light} kg")
    path = bill(text, product={"net_mass": 100.25})
    ready = service.prepare(service.Request(path))
    assert first_order(uncertain(ready, solved(ready)).response).deviation == pytest.approx(2 * 0.2, rel=1e-12)


@pytest.mark.parametrize(("expanded", "unit"), [("2", "%"), ("0.02", "kg"), ("20", "g")])
def test_one_certificate_says_the_same_in_any_unit(bill: Callable[..., Path], expanded: str, unit: str) -> None:
    """Twenty weighings of 1 kg with one balance are off together, by 1 %, in per cent as in grams."""
    rows = "\n".join(f"l{n} | Steel {n} | 1 kg | mine | evidence=D{n}" for n in range(20))
    documents = "\n".join(f"D{n} | batch {n} | type=weighing, instrument=M1" for n in range(20))
    balance = f"M1 | balance | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded={expanded}, k=2"
    text = f"{rows}\n[Factors]\nmine | 2\n[Evidence]\n{documents}\n[Instruments]\n{balance}, expanded_unit={unit}"
    ready = service.prepare(service.Request(bill(text, product={"net_mass": 20.0})))
    found = first_order(uncertain(ready, solved(ready)).response)
    assert found.deviation / found.total == pytest.approx(0.01, rel=1e-12)


def test_a_statement_counts_before_the_instrument_and_this_before_the_pedigree(weighed: Callable[..., Any]) -> None:
    """Who states the uncertainty of an amount has counted the instrument in; scores are for what nobody measured."""
    found, document = weighed(a=", uncertainty=u=1 %", b=", pedigree=4;4;4;4;4")
    assert found == pytest.approx(math.hypot(0.01 * 3, 0.1 * 1) / 4, rel=1e-12)
    assert {v["basis"] for v in document["variables"]} == {"stated", "instrument"}


POWER = """
case | Case | 2 item | net_mass=0.5
  al | Aluminium | 500 g | aluminium-primary-ingot
[Processes]
casting | product | case        | 90 item
casting | input   | electricity | 30 kWh  | supply=E1, evidence=D1
[Electricity]
E1 | grid    | 100 | evidence=D1
E1 | on_site | 40  | generator=solar
[Evidence]
D1 | meter log | type=meter, instrument=M1
[Instruments]
M1 | meter | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded=10, expanded_unit=%, k=2
"""


def test_a_meter_behind_consumption_and_mix_moves_both(bill: Callable[..., Path]) -> None:
    """One variable in a cell that acts in proportion and in one that acts on shares: as the bill built anew says."""
    path = bill(POWER, product={"net_mass": 1.0})
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    of = uncertain(ready, result).response
    at = [variable.id for variable in of.variables].index("Instruments!I4")
    step = 1e-5
    read = moved(ready.read, {m.amount.place: 1 + step for m in instrumented(ready.read)})
    other = solved(under_rules(read, ready.pcr, ready.background)).ledger.total()
    assert first_order(of).slopes[at] == pytest.approx((other - result.ledger.total()) / step, rel=1e-4)


REPEATED = {
    "id": "D1", "type": "weighing", "document": "Weighings", "unit": "kg", "repeats": "10.02; 9.98; 10.01; 10.03",
}  # fmt: skip


def repeatedly(book: Callable[..., Any], *amounts: float, **document: Any) -> Any:
    """Return the bill of some amounts of water that rest on repeated weighings."""
    common = {"process": "P", "direction": "input", "flow": "water", "unit": "kg", "evidence": "D1"}
    rows = [MADE, *({**common, "amount": amount} for amount in amounts)]
    return intake.read(book(bom=[{"line": "L1"}], processes=rows, evidence=[{**REPEATED, **document}]))


def test_repeated_readings_give_a_type_a_uncertainty(book: Callable[..., Any]) -> None:
    """GUM 4.2: the standard deviation of the mean over the mean, with n - 1 degrees of freedom."""
    (found,) = repeated(repeatedly(book, 10.01))
    deviation = math.sqrt(sum((x - 10.01) ** 2 for x in (10.02, 9.98, 10.01, 10.03)) / 3 / 4)
    assert found.deviation == pytest.approx(deviation / 10.01, rel=1e-12)
    assert found.dof == 3
    assert found.place.address.startswith("Evidence!")


def test_an_amount_that_is_not_the_mean_is_told(book: Callable[..., Any]) -> None:
    """Readings agree with the amount, repeated ones by their mean times the multiplier."""
    from footprint.quality.readings import disagreeing

    fits, other = repeatedly(book, 10.01), repeatedly(book, 12.0)
    assert not [*disagreeing(fits.evidence[0], [fits.processes[1].amount])]
    (finding,) = disagreeing(other.evidence[0], [other.processes[1].amount])
    assert finding.id == "readings-disagree"


def test_readings_and_calibration_are_two_variables_of_one_amount(bill: Callable[..., Path]) -> None:
    """Type A and type B together: the root of their squares, and the freedom of Welch and Satterthwaite."""
    path = bill(
        "a | A | 10.01 kg | mine | evidence=D1\n[Factors]\nmine | 2\n[Evidence]\n"
        "D1 | Weighings | type=weighing, unit=kg, "
        "instrument=M1, period_start=2024-01-01, period_end=2024-12-31, repeats=10.02; 9.98; 10.01; 10.03\n"
        "[Instruments]\nM1 | Scale | expanded=0.2, expanded_unit=%, k=2, calibrated_on=2023-12-01, "
        "valid_until=2025-11-30",
        product={"net_mass": 10.01},
    )
    ready = service.prepare(service.Request(path))
    of = uncertain(ready, solved(ready)).response
    assert sorted(v.basis for v in of.variables) == ["instrument", "readings"]
    found = first_order(of)
    readings = next(v.distribution.parameters[0] for v in of.variables if v.basis == "readings")
    assert found.combined / found.total == pytest.approx(math.hypot(readings, 0.001))
    assert found.deviation / found.total == pytest.approx(math.hypot(readings * math.sqrt(3), 0.001))
    assert found.dof == pytest.approx(3 * (readings**2 + 0.001**2) ** 2 / readings**4)


@pytest.mark.parametrize(("written", "code"), [
    ("10.0; 10.1", "repeats-form"), ("ten; 10; 10; 10", "repeats-form"), ("1; 9; 1; 30", "repeats-wide"),
    ("0; 0; 0; 0", "repeats-wide"), ("0; 0; 0; 9", "repeats-wide"), ("10；10；10；10", None),
])  # fmt: skip
def test_what_are_no_repeated_readings_is_refused(book: Callable[..., Any], written: str, code: str | None) -> None:
    """Of fewer than three, what is drawn has no mean; words are none; half of the mean is too wide."""
    from footprint.errors import WorkbookError

    if code is None:
        assert len(repeatedly(book, 10.0, repeats=written).evidence[0].repeats) == 4
        return
    with pytest.raises(WorkbookError) as caught:
        repeatedly(book, 10.0, repeats=written)
    (found,) = caught.value.problems
    assert (found.code, found.place.sheet) == (code, "Evidence")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "mean of 4 readings 10.0100 × 1 kg"), ("zh", "4 次读数的均值 10.0100 × 1 kg")]
)
def test_the_report_tells_the_mean_of_repeated_readings(bill: Callable[..., Path], lang: str, said: str) -> None:
    """In the register of documents, where a meter's readings would stand; the workbook lists them one by one."""
    from footprint.publish import render

    path = bill(
        "a | A | 10.01 kg | mine | evidence=D1\n[Factors]\nmine | 2\n[Evidence]\n"
        "D1 | Weighings | type=weighing, unit=kg, repeats=10.02; 9.98; 10.01; 10.03",
        product={"net_mass": 10.01},
    )
    found = service.calculate(service.Request(path)).document
    assert found["evidence"]["documents"][0]["readings"]["repeats"] == [10.02, 9.98, 10.01, 10.03]
    assert said in render("report.html", found, lang).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(render("report.xlsx", found, lang)))[label("report-sheet-evidence", lang)]
    rows = [[cell.value for cell in row] for row in sheet]
    at = next(row for row in rows if label("report-repeated", lang) in row).index(label("report-repeated", lang))
    assert next(row for row in rows if row[0] == "D1")[at] == "10.02; 9.98; 10.01; 10.03"


def test_three_readings_have_two_degrees_of_freedom(bill: Callable[..., Path]) -> None:
    """GUM 4.2, G.3: k = 4.303; the draws have the interval of Student's quantiles, and no deviation."""
    path = bill(
        "a | A | 10.01 kg | mine | evidence=D1\n[Factors]\nmine | 2\n[Evidence]\n"
        "D1 | Weighings | type=weighing, unit=kg, repeats=10.02; 10.00; 10.01",
        product={"net_mass": 10.01},
    )
    ready = service.prepare(service.Request(path))
    found = uncertainty(ready, solved(ready), 20_000, 1)
    u = 0.01 / math.sqrt(3) / 10.01
    analytic, drawn = found["first_order"], found["monte_carlo"]
    assert (analytic["dof"], analytic["k"], analytic["deviation"]) == (2, 4.303, None)
    assert analytic["combined"] == pytest.approx(u * found["total"], rel=1e-3)
    assert analytic["expanded"] == pytest.approx(4.303 * u * found["total"], rel=1e-3)
    assert drawn["high"] - drawn["low"] == pytest.approx(2 * analytic["expanded"], rel=0.05)
    assert (drawn["errors"]["mean"], drawn["errors"]["deviation"]) == (None, None)
    (variable,) = found["variables"]
    assert (variable["deviation"], variable["dof"], variable["share"]) == (None, 2, 1)
    for lang in ("en", "zh"):
        service.produce(service.Request(path, draws=500), path.parent / lang, lang)


@pytest.mark.parametrize(("expanded", "unit"), [("2.31", "%"), ("0.0462", "kg")])
def test_a_certificate_may_state_degrees_of_freedom(bill: Callable[..., Path], expanded: str, unit: str) -> None:
    """U = 2.31 % with k = 2.31 and 8 degrees of freedom: 1 % of both amounts together, drawn as Student's are."""
    text = """
    a | Steel a | 2 kg | mine | evidence=D1
    b | Steel b | 2 kg | mine | evidence=D2
    [Factors]
    mine | 2
    [Evidence]
    D1 | batch a | type=weighing, instrument=M1
    D2 | batch b | type=weighing, instrument=M1
    [Instruments]
    M1 | balance | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded={U}, expanded_unit={unit}, \\
k=2.31, dof={dof}
    """.replace("\\\n", "").replace("{U}", expanded).replace("{unit}", unit)
    found = {}
    for dof in ("8", ""):
        ready = service.prepare(service.Request(bill(text.format(dof=dof), product={"net_mass": 4.0})))
        found[dof] = uncertainty(ready, solved(ready), 40_000, 1)
    analytic, plain = found["8"]["first_order"], found[""]["first_order"]
    assert (analytic["dof"], analytic["k"], plain["dof"], plain["k"]) == (8, 2.306, None, 1.96)
    assert analytic["combined"] == plain["combined"] == pytest.approx(0.01 * found["8"]["total"], rel=1e-3)
    widths = [each["monte_carlo"]["high"] - each["monte_carlo"]["low"] for each in found.values()]
    assert widths[0] / widths[1] == pytest.approx(2.306 / 1.96, rel=0.04)


def test_one_degree_of_freedom_of_a_calibration_is_refused(bill: Callable[..., Path]) -> None:
    """What is drawn then has not even a mean."""
    from footprint.errors import WorkbookError

    text = """
    a | Steel | 3 kg | mine | evidence=D1
    [Factors]
    mine | 2
    [Evidence]
    D1 | batch | type=weighing, instrument=M1
    [Instruments]
    M1 | balance | calibrated_on=2023-12-01, valid_until=2025-11-30, expanded=2, expanded_unit=%, k=2, dof=1
    """
    with pytest.raises(WorkbookError) as caught:
        service.prepare(service.Request(bill(text, product={"net_mass": 3.0})))
    assert [found.code for found in caught.value.problems] == ["uncertainty-dof"]
