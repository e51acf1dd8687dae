"""The declaration: rounded once, canonical, every part said in both languages, nothing claimed that was not found."""

from __future__ import annotations

import json
import math
import re
import runpy
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.background.open import Background
from footprint.declare.declare import text
from footprint.declare.numbers import declared, exact, total
from footprint.tables.read import read

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Declared = Callable[..., dict[str, Any]]
numbers = st.floats(allow_nan=False, allow_infinity=False)


@pytest.fixture(scope="module")
def background(tmp_path_factory: pytest.TempPathFactory) -> Background:
    return LINE.opened(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture
def document(bill: Callable[..., Path], background: Background) -> Declared:
    """Return what declares a compact text."""

    def declare(text_: str, pcr: Any = None, **product: object) -> dict[str, Any]:
        path = bill(text_, product=LINE.plain_product(**product))
        found: dict[str, Any] = LINE.document(read(path), background, pcr or LINE.rules())
        return found

    return declare


# --- rounding


@given(numbers)
def test_twelve_digits_are_kept_and_no_more(value: float) -> None:
    """Rounded to 12 significant digits, once and for all; zero has no sign."""
    found = exact(value)
    assert found == pytest.approx(value, rel=5.1e-12)
    assert exact(found) == found
    assert len(Decimal(repr(found)).normalize().as_tuple().digits) <= 12
    assert math.copysign(1, exact(-0.0)) == 1


@given(st.floats(1e-12, 1e12), st.integers(1, 12))
def test_the_declared_number_has_its_figures(value: float, figures: int) -> None:
    """Written without an exponent, at exactly the figures of the rules, within half a unit of the last one."""
    shown = declared(value, figures)
    assert re.fullmatch(r"\d+(\.\d+)?", shown)
    digits = shown.replace(".", "").lstrip("0")
    assert len(digits) == figures or (len(digits) > figures and set(digits[figures:]) == {"0"} and "." not in shown)
    half_a_unit = Decimal(value) * 5 / Decimal(10) ** figures
    assert abs(Decimal(shown) - Decimal(value)) <= half_a_unit * Decimal("1.001")


@pytest.mark.parametrize(
    ("value", "figures", "shown"),
    [
        (0.12345, 3, "0.123"), (9.996, 3, "10.0"), (0.09996, 3, "0.100"), (999.6, 3, "1000"), (123456.0, 3, "123000"),
        (2.5, 1, "2"), (3.5, 1, "4"), (-1.2345, 3, "-1.23"), (0.0, 3, "0"), (1.0, 3, "1.00"), (1e-7, 2, "0.00000010"),
    ],
)  # fmt: skip
def test_a_number_is_declared_as_a_person_writes_it(value: float, figures: int, shown: str) -> None:
    """Half to even; a carry does not add a figure; trailing zeros are figures."""
    assert declared(value, figures) == shown


def test_sums_are_rounded_after_adding() -> None:
    """A thousand small numbers add up before anything is rounded."""
    assert total([1e16, 1.0, -1e16]) == 1.0
    assert total([0.1] * 1000) == 100.0


# --- the document


BILL = """
L1 | plate | 2 kg | steel | basis=measured
L2 | board | 1 kg | wood  | basis=supplier
L3 | what  | 1 kg |       | basis=default
[Processes]
weld | product | PUMP | 1 item
weld | input | electricity | 10 kWh | supply=E
weld | scrap | cuttings | 1 kg
[Electricity]
E | contract | 10 | generator=wind, certificate=C, cancelled_on=2025-01-01, cancelled_for=me
"""


def test_the_json_is_canonical(document: Declared) -> None:
    """Keys sorted, no NaN, one line feed at the end; reading and writing it again gives the same bytes."""
    written = text(document(BILL))
    assert text(json.loads(written)) == written
    assert written.endswith("}\n")
    assert list(json.loads(written)) == sorted(json.loads(written))
    with pytest.raises(ValueError, match="not JSON compliant"):
        text({"total": math.nan})


def test_the_result_by_location_takes_the_grid_once(document: Declared) -> None:
    """10 kWh of bought wind are 0.2 + 0.3 by contract and 5 by location; without contracts both are one number."""
    result = document(BILL)["result"]
    assert result["total"] == pytest.approx(4 + 0.2 + 0.5, rel=1e-11)
    assert result["location_based"] == pytest.approx(4 + 0.2 + 5, rel=1e-11)
    assert (result["location_declared"], result["location_notes"]) == ("9.200", [])
    without = document("L1 | plate | 2 kg | steel")["result"]
    assert (without["location_based"], without["location_declared"]) == (without["total"], without["declared"])
    assert [note["en"] for note in without["location_notes"]] == [
        "Located at its grids, own electricity gives the same result: no contract or certificate counts in it."
    ]


def test_a_gap_makes_the_result_incomplete_and_a_lower_bound(document: Declared) -> None:
    """Complete only without gaps; a lower bound only when every gap can but raise the result."""
    open_, whole = document(BILL), document("L1 | plate | 2 kg | steel")
    assert (open_["result"]["complete"], open_["result"]["lower_bound"]) == (False, True)
    assert (whole["result"]["complete"], whole["result"]["lower_bound"]) == (True, False)
    assert [gap["name"] for gap in open_["completeness"]["gaps"]] == ["what"]
    either = document(BILL, LINE.rules()._replace(headline="-1/+1"))
    assert (either["result"]["complete"], either["result"]["lower_bound"]) == (False, False)


def test_classes_outside_the_headline_are_shown_and_not_added(document: Declared) -> None:
    """Uptake of 1.8 kg stands in the document, and not in the total under 0/0."""
    for headline, added in (("0/0", 0.0), ("-1/+1", -1.8)):
        result = document("L1 | board | 1 kg | wood", LINE.rules()._replace(headline=headline))["result"]
        classes = {c["id"]: (c["value"], c["in_total"]) for c in result["by_class"]}
        assert classes["biogenic_uptake"] == (-1.8, bool(added))
        assert result["total"] == pytest.approx(0.2 + added, rel=1e-11)


def test_every_reason_is_given_in_both_languages(document: Declared) -> None:
    """Wherever the document speaks, it speaks Chinese and English."""
    pairs: list[dict[str, str]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if set(node) == {"zh", "en"}:
                pairs.append(node)
            else:
                assert not {"zh", "en"} & set(node)
                for value in node.values():
                    walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(document(BILL))
    assert len(pairs) > 60
    for pair in pairs:
        assert "{" not in pair["zh"] + pair["en"]
        assert bool(pair["zh"]) == bool(pair["en"])


def test_conformity_is_never_claimed_beyond_what_was_found(document: Declared) -> None:
    """Unassessed clauses, gaps and unverified rules each stand in the way, and each is named."""
    found = document(BILL)["conformity"]
    assert found["conforms"] is False
    why = " | ".join(reason["en"] for reason in found["why"])
    assert "a clause was not assessed: Somebody checked it by hand." in why
    assert "1 data gap" in why
    assert "it rests on clauses not verified in their issuing text: by hand; by hand, 1; by hand, 2" in why


def test_clauses_have_the_outcome_of_their_test(document: Declared) -> None:
    """Passed, failed, not applicable, not assessed; what the test saw stands beside it."""
    found = {c["id"]: c["outcome"] for c in document(BILL)["clauses"]}
    assert found == {"cut-off": "failed", "whole-life": "failed", "review": "not-assessed"}
    whole = document("L1 | plate | 2 kg | steel\n[Use]\ngrid-2024 | 1 kWh")
    assert {c["id"]: c["outcome"] for c in whole["clauses"]}["whole-life"] == "passed"
    gate = document(BILL, boundary="cradle-to-gate")
    assert {c["id"]: c["outcome"] for c in gate["clauses"]}["whole-life"] == "not-applicable"
    unknown = document("L1 | chip | 2 item | chip\nL2 | what | 1 kg", net_mass=1)
    outcome = next(c for c in unknown["clauses"] if c["id"] == "cut-off")
    assert (outcome["outcome"], "?" in outcome["seen"]["en"]) == ("needs-evidence", True)


def test_rows_left_out_name_their_rule_and_clause(document: Declared) -> None:
    """Scrap by its rule, use by the boundary: cell, name, clause and reason in both languages."""
    found = document(f"{BILL}[Use]\ngrid-2024 | 7 kWh", boundary="no-use")["excluded"]
    assert [(e["cell"], e["rule"], e["clause"]) for e in found] == [
        ("Processes!G6", "scrap-cut-off", "by hand, 7"), ("Use!B4", "boundary", "by hand, 2"),
    ]  # fmt: skip
    assert all(e["reason"]["zh"] != e["reason"]["en"] for e in found)


def test_datasets_used_are_listed_once_with_their_source(document: Declared) -> None:
    """Each dataset of the ledger, and no other, with unit, status, citation and factor."""
    found = document("L1 | a | 1 kg | steel\nL2 | b | 1 kg | steel\nL3 | c | 1 kg | paint")
    assert [d["key"] for d in found["datasets"]] == ["small@1:paint", "small@1:steel"]
    assert {line["target"] for line in found["ledger"]} == {d["key"] for d in found["datasets"]}
    assert all(d["citation"] and d["status"] for d in found["datasets"])
    (paint,) = (d for d in found["datasets"] if d["key"].endswith("paint"))
    assert [(gap["code"], gap["amount"]) for gap in paint["gaps"]] == [("resin", 0.4)]
