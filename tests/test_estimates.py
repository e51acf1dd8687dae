"""Estimates: what a person says stands in for a gap is posted as lines of its own and closes it, never in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import fsum
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.engine.whole import compare
from footprint.model.pcr import Check
from footprint.publish.explain import explain
from footprint.publish.summary import summary
from footprint.rules.expressions import parse
from footprint.tables.read import read

OWN_AND_DEEP = """
    body  | body    | 2 kg | steel
    glue  | glue    | 3 kg | resin
    coat  | coating | 5 kg | paint
    """
ONE = "[Estimates]\nresin | copper"


@pytest.fixture
def declared(bill: Callable[..., Any], whole_line: SimpleNamespace, background: Any) -> Callable[..., Any]:
    """Return what declares a compact text under the rules for arithmetic."""

    def make(text: str, pcr: Any = None, **product: object) -> Any:
        path = bill(text, product=whole_line.plain_product(**product))
        return whole_line.document(read(path), background, pcr or whole_line.rules())

    return make


def _standing_in(document: Any) -> Iterator[Any]:
    return (entry for entry in document["ledger"] if "stands_in" in entry)


def test_each_use_of_a_gap_becomes_a_line_of_the_amount_of_the_gap(declared: Callable[..., Any]) -> None:
    """Three kilograms on an own line, and 0.4 of every kilogram of paint: 3 + 2 kg of copper, and no gap is left."""
    without, closed = declared(OWN_AND_DEEP), declared(OWN_AND_DEEP + ONE)
    copper = next(d["factor"] for d in closed["datasets"] if d["key"].endswith(":copper"))
    found = {entry["cell"]: entry for entry in _standing_in(closed)}
    assert {cell: entry["amount"] for cell, entry in found.items()} == pytest.approx({"BOM!F5": 3.0, "BOM!F6": 2.0})
    assert closed["result"]["total"] == pytest.approx(without["result"]["total"] + 5 * copper)
    assert not without["result"]["complete"]
    assert closed["result"]["complete"]
    assert not closed["completeness"]["gaps"]


def test_a_stand_in_is_an_estimate_and_said_to_be(declared: Callable[..., Any]) -> None:
    """Its basis is that of a stand-in, its row stands with it, in the assumptions, the shares and the summary."""
    document = declared(OWN_AND_DEEP + ONE)
    entries = list(_standing_in(document))
    share = fsum(e["value"] for e in entries) / document["result"]["absolute"]
    told = document["completeness"]["estimated"]
    assert {e["basis"] for e in entries} == {"proxy"}
    assert {e["stands_in"]["cell"] for e in entries} == {"Estimates!A4"}
    assert {e["stands_in"]["reason"] for e in entries} == {"of the same family"}
    assert (told["gaps"], told["lines"]) == (1, 2)
    assert told["impact_share"] == pytest.approx(share)
    assert told["mass_share"] == pytest.approx(0.3)
    assert [a["cell"] for a in document["assumptions"] if a["code"] == "gap-estimated"] == ["Estimates!A4"]
    for lang, word in (("en", "estimated"), ("zh", "估计")):
        assert any(word in line for line in summary(document, (), lang))


def test_what_is_estimated_is_no_data_of_its_own(declared: Callable[..., Any]) -> None:
    """Completeness by mass and by lines is what it was: an estimate fills the number, not the knowledge."""
    without, closed = declared(OWN_AND_DEEP)["completeness"], declared(OWN_AND_DEEP + ONE)["completeness"]
    for share in ("mass_share", "line_share"):
        assert closed[share] == without[share] < 1


@pytest.mark.parametrize("written", ["resin", "small:resin", "small@1:resin"])
def test_a_gap_is_named_with_or_without_its_database(declared: Callable[..., Any], written: str) -> None:
    """All three names close it."""
    assert declared(f"{OWN_AND_DEEP}[Estimates]\n{written} | copper")["result"]["complete"]


def test_a_ratio_multiplies_and_units_convert_only_where_they_do(declared: Callable[..., Any]) -> None:
    """Kilograms become kilowatt-hours by a stated ratio alone, and tonnes by themselves."""
    power = declared(f"{OWN_AND_DEEP}[Estimates]\nresin | grid-2024 | 1.5 | source=a study")
    tonnes = declared(f"{OWN_AND_DEEP}[Estimates]\nresin | steel-recycled-t")
    assert [e["amount"] for e in _standing_in(power)] == pytest.approx([4.5, 3.0])
    assert [(e["amount"], e["unit"]) for e in _standing_in(tonnes)] == [(0.003, "t"), (0.002, "t")]


REFUSED = {
    "resin | grid-2024": "pump.xlsx:Estimates!C4: 'grid-2024' is in kWh and gap 'resin' in kg",
    "resin | paint": "stands in for 'resin' and needs it itself: resin → resin",
    "resin | resin": "dataset 'resin' has no number itself",
    "resin | coper": "Did you mean 'copper'",
    "resin | copper | 2": "pump.xlsx:Estimates!E4: the ratio 2 for gap 'resin' has no source",
    "resin | copper | 0": "Estimates!C4",
    "resin | copper\nsmall:resin | steel": "gap 'small@1:resin' has several estimates",
    "resin | copper\nresin | steel": "Estimates!A5",
}


@pytest.mark.parametrize("row", REFUSED)
def test_what_cannot_stand_in_is_refused_with_its_cell(
    declared: Callable[..., Any], whole_line: SimpleNamespace, row: str
) -> None:
    """Nothing is estimated by chance: units, loops of stand-ins, ratios nobody can look up."""
    said = whole_line.refused(lambda: declared(f"{OWN_AND_DEEP}[Estimates]\n{row}"))
    assert REFUSED[row] in said


def test_an_estimate_of_no_gap_is_told_with_what_was_meant(declared: Callable[..., Any]) -> None:
    """A misspelt code closes nothing: the gap stays, the row does not count."""
    document = declared(f"{OWN_AND_DEEP}[Estimates]\nresinn | copper")
    notice = next(a for a in document["assumptions"] if a["code"] == "estimate-unused")
    states = {row["cell"]: row["state"] for row in document["account"]["rows"]}
    assert not document["result"]["complete"]
    assert notice["cell"] == "Estimates!A4"
    assert "resin." in notice["text"]["en"]
    assert states["Estimates!A4"] == "excluded"


@pytest.fixture
def two_gaps(whole_line: SimpleNamespace, tmp_path: Any) -> Any:
    """Return the small background with a second gap: primer, which nobody has a number for either."""
    made = whole_line.activities(f"{whole_line.ACTIVITIES}\nprimer | kg | primer, no number | kind=gap")
    return whole_line.opened(whole_line.write_database(tmp_path / "two", made, whole_line.exchanges()))


PRIMED = """
    body  | body   | 2 kg | steel
    prime | primer | 5 kg | primer
    [Estimates]
    primer | paint
    """


@pytest.mark.parametrize(("more", "gaps"), [("", 1), ("resin | copper", 0)])
def test_a_stand_in_keeps_its_own_gaps(
    bill: Callable[..., Any], whole_line: SimpleNamespace, two_gaps: Any, more: str, gaps: int
) -> None:
    """What is needed for paint that stands in for primer is not known either, unless a row says what stands in."""
    path = bill(f"{PRIMED}{more}", product=whole_line.plain_product())
    document = whole_line.document(read(path), two_gaps, whole_line.rules())
    assert len(document["completeness"]["gaps"]) == gaps
    assert fsum(e["amount"] for e in _standing_in(document)) == pytest.approx(5 if gaps else 5 + 5 * 0.4)


LOOP = """
    frame | frame | 1 kg | steel
    pump  | pump  | 1 item | | net_mass=1
    [Processes]
    coat  | product         | pump  | 1 item
    coat  | input           | paint | 5 kg | destination=product
    coat  | internal_return | pump  | 0.1 item
    [Estimates]
    resin | copper
    """


@pytest.mark.parametrize("text", [OWN_AND_DEEP + ONE, LOOP])
def test_the_whole_system_agrees(
    bill: Callable[..., Any], whole_line: SimpleNamespace, background: Any, tmp_path: Any, text: str
) -> None:
    """Bill, stand-ins and background solved as one give what the ledger gives, loops included."""
    rules = whole_line.rules()
    found = whole_line.run(read(bill(text, product=whole_line.plain_product())), background, rules)
    systems = whole_line.system(whole_line.small(tmp_path), rules.gwp_set)
    agreement = compare(found.ruled, found.ledger, found.items, systems)
    assert agreement.difference < 1e-9


def test_the_ratio_is_a_variable_of_its_own(
    bill: Callable[..., Any], whole_line: SimpleNamespace, background: Any
) -> None:
    """Twenty per cent of five kilograms of copper, drawn once for both lines."""
    from footprint.engine.first_order import first_order
    from footprint.intake import read as intake
    from footprint.line import solved, under_rules
    from footprint.uncertainty import uncertain

    text = f"{OWN_AND_DEEP}[Estimates]\nresin | copper | 1 | uncertainty=u=20 %"
    rules = whole_line.rules()._replace(mass_tolerance=whole_line.ANY_MASS)
    ready = under_rules(
        intake.read(read(bill(text, product=whole_line.plain_product())), rules.fields), rules, background
    )
    result = solved(ready)
    found = uncertain(ready, result).response
    closing = fsum(result.ledger.value(p) for p in result.ledger.postings if p.exchange.estimate is not None)
    assert [v.id for v in found.variables] == ["Estimates!C4"]
    assert first_order(found).deviation == pytest.approx(0.2 * closing)


def test_clauses_see_a_stand_in(declared: Callable[..., Any], whole_line: SimpleNamespace) -> None:
    """The mass on stand-ins counts what stands in for a gap, though its amount was measured."""
    document = declared(OWN_AND_DEEP + ONE)
    shares = {row["id"]: row["share"] for row in document["result"]["by_basis"]}
    assert shares["proxy"] == pytest.approx(document["completeness"]["estimated"]["impact_share"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_follows_an_estimate_both_ways(declared: Callable[..., Any], lang: str) -> None:
    """From the line to the row that estimates its gap, and from that row to the lines it serves."""
    document = declared(OWN_AND_DEEP + ONE)
    assert "Estimates!A4" in explain(document, "BOM!F6", lang)
    told = explain(document, "Estimates!A4", lang)
    assert "BOM!F5" in told
    assert "BOM!F6" in told


LIGHT = """
    body  | body | 9 kg | steel
    glue  | glue | 1 kg | resin
    """


@pytest.mark.parametrize(
    ("text", "limit", "accepted"),
    [(LIGHT, 0.2, True), (LIGHT, 0.05, False), ("coat | coat | 5 kg | paint", 0.2, False)],
)
def test_gaps_within_a_limit_of_the_rules_are_accepted(
    declared: Callable[..., Any], whole_line: SimpleNamespace, text: str, limit: float, accepted: bool
) -> None:
    """A tenth of the mass may be missing where a fifth may be; no limit by mass covers what is missing in a chain."""
    rules = whole_line.rules()
    test = parse(f"result.gaps == 0 or result.largest_gap_mass_share <= {limit}")
    check = Check("light-gaps", None, None, test, {"zh": "缺口", "en": "gaps"}, rules.declared_units[0].cited)
    result = declared(text, rules._replace(checks=(check,)))["result"]
    assert not result["complete"]
    assert result.get("gaps_accepted", False) is accepted
