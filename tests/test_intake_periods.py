"""Periods of different sheets, allocation stated once, and the cells that explain a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from footprint.intake import read
from footprint.messages import message
from footprint.model.bill import Bill
from footprint.model.sheets import Book
from footprint.tables.typed.cells import CellError, period, years

Make = Callable[..., Book]
MADE = {"process": "w", "direction": "product", "flow": "PUMP", "amount": 1, "unit": "item"}
DRAWN = {"process": "w", "direction": "input", "flow": "electricity", "amount": 1, "unit": "kWh", "supply": "E1"}


def told(bill: Bill, about: str = "period-") -> list[str]:
    """Return the notices of periods as sentences; each is told in Chinese too."""
    notices = [n for n in bill.notices if n.code.startswith(about)]
    for notice in notices:
        assert "{" not in message(notice.code, "zh", **notice.facts)
    return [f"{n.place}: {message(n.code, 'en', **n.facts)} [{n.code}]" for n in notices]


@pytest.mark.parametrize(
    "written",
    ["2024-13", "2024-00", "2024-02-30", "2024/2023", "2024-03-31/2024-03-01", "0000", "2024年13月", "2024-1", "24"],
)
def test_what_no_calendar_holds_is_no_period(written: str) -> None:
    """A thirteenth month, a 30 February or an end before the start is refused."""
    with pytest.raises(CellError) as raised:
        period(written)
    assert raised.value.code == "period-expected"


@pytest.mark.parametrize("written", ["2024", "2024-12", "2024-02-29", "2023/2024", "2024-01/2024-01-15"])
def test_what_a_calendar_holds_is_a_period(written: str) -> None:
    """Years, months, days and ranges of any of them are read as they stand."""
    assert period(written) == written


def test_periods_outside_the_reference_period_are_told(book: Make) -> None:
    """Data of another time count, and whoever reads the result is told so, once per period."""
    drawn = ({**DRAWN, "period": period, "supply": None} for period in ("2022", "2022", "2023/2024"))
    rows = [{**MADE, "period": "2024"}, *drawn]
    bill = read.read(book(processes=rows, electricity=[{"supply": "E1", "period": "2025-01"}]))
    outside = "is outside the reference period 2024-01-01 to 2024-12-31. [period-outside]"
    assert told(bill) == [
        f"pump.xlsx:Processes!D3: the period 2022 (rows 3-4) {outside}",
        f"pump.xlsx:Electricity!E2: the period 2025-01 (rows 2) {outside}",
    ]


def test_electricity_of_another_year_than_its_use_is_told(book: Make) -> None:
    """A process of 2024 on the electricity of 2023 is told with both; a common year, or no period, is not."""
    rows = [MADE, *({**DRAWN, "period": p} for p in ("2024-03", "2024-03", "2023", None))]
    supplies = [{"supply": "E1", "period": p} for p in ("2023-12", "2023-07/2024-06")]
    bill = read.read(book(processes=rows, electricity=supplies, product={"period_start": "2023-01-01"}))
    (said,) = told(bill)
    assert said == (
        "pump.xlsx:Processes!D3: the process row is of 2024-03, but its electricity supply 'E1' (Electricity!E2) is of "
        "2023-12. [period-differs]"
    )


def test_a_footprint_that_expired_before_the_issue_is_told(book: Make) -> None:
    """Without a day of issue, the end of the reference period counts; the last day itself is still valid."""
    days = {"a": dt.date(2024, 6, 30), "b": dt.date(2024, 12, 31)}
    bill = read.read(book(factors=[{"code": code, "total": 1, "valid_until": day} for code, day in days.items()]))
    (said,) = told(bill, "factor-expired")
    assert said == (
        "pump.xlsx:Factors!Q2: the footprint 'a' was valid until 2024-06-30, the result is of 2024-12-31. "
        "[factor-expired]"
    )


def allocated(book: Make, *methods: str | None) -> list[str]:
    """Return the methods read of a process with as many outputs, each with a value."""
    rows: list[dict[str, Any]] = [{**MADE, "allocation_value": 2, "allocation": methods[0]}]
    for i, method in enumerate(methods[1:]):
        rows.append({**MADE, "direction": "co-product", "flow": f"by{i}", "allocation_value": 1, "allocation": method})
    rows.append({**DRAWN, "supply": None})
    return [row.allocation for row in read.read(book(processes=rows)).processes]


def test_the_allocation_method_is_stated_once(book: Make) -> None:
    """Co-products hold the method of the product row; one of their own stays, and inputs have none."""
    assert allocated(book, "mass", None, "经济价值") == ["mass", "mass", "economic", ""]


def test_the_cells_of_a_stage_can_be_pointed_at(book: Make) -> None:
    """Whatever is said of a stage can name the cell in which it stands."""
    bill = read.read(
        book(
            processes=[MADE],
            transport=[{"applies_to": "product", "vehicle": "truck", "km": 1}],
            use=[{"flow": "water", "amount": 1, "unit": "kg"}],
        )
    )
    rows = (bill.processes[0], bill.transport[0], bill.use[0])
    assert [row.places["stage"].address for row in rows] == ["Processes!B2", "Transport!F2", "Use!D2"]


def test_a_net_mass_beside_a_mass_is_told_unless_it_repeats_the_unit(book: Make) -> None:
    """5 kg per kg does not count towards a mass, and is told; 1 kg per kg and 0.001 kg per g say nothing new."""
    masses = [("kg", 1), ("克", 0.001), ("item", 7), ("kg", 5), ("g", 1)]
    lines = [{"line": f"L{i}", "unit": unit, "net_mass": mass} for i, (unit, mass) in enumerate(masses)]
    bill = read.read(book(bom=lines, product={"net_mass": 1}))
    (said,) = told(bill, "net-mass")
    assert said == (
        "pump.xlsx:BOM!H5: 'Net mass per unit' (rows 5-6) is not the mass of the unit, which is a mass itself; it "
        "counts only towards what is measured in pieces. If pieces are meant, correct the unit. [net-mass-of-mass]"
    )


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("2024", "2024"), (2024.0, "2024"), (" ２０２４年 ", "2024"), ("2021-2023", "2021-2023"),
     ("2021–2023", "2021-2023"), ("2021年至2023年", "2021-2023"), ("2021/2023", "2021-2023"), ("2023 - 2023", "2023")],
)  # fmt: skip
def test_years_are_read_as_people_write_them(written: str | float, read_as: str) -> None:
    """A year as number or text, the first and last of several with any dash, in both scripts."""
    assert years(written) == read_as


@pytest.mark.parametrize("written", ["24", "2024-06", "20245", "2023-2021", "1024", 2024.5, "next", "2024-"])
def test_what_is_no_year_is_refused(written: str | float) -> None:
    """Months, other centuries' numbers and years in the wrong order are no period of a factor: [years-expected]."""
    with pytest.raises(CellError) as raised:
        years(written)
    assert raised.value.code == "years-expected"
