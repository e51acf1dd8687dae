"""A supplier's file becomes a factor of the next bill, with what it says of itself; hostile files end in a sentence."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import packing, publishing, receiving, service
from footprint.cli import main
from footprint.errors import FootprintError, RequestError, WorkbookError
from footprint.intake import read as intake
from footprint.messages import LANGUAGES, label
from footprint.model.linked import Linked
from footprint.rules.scope import bill_scope
from footprint.tables.read import read

ROOT = Path(__file__).parent
LINE = SimpleNamespace(**runpy.run_path(str(ROOT / "data" / "line.py")))
OUT = SimpleNamespace(**runpy.run_path(str(ROOT / "contracts" / "test_outgoing.py")))
FORMATS = ("pact.json", "catena-x.json", "catena-x-9.json")
Bill = Callable[..., Path]


@pytest.fixture
def bill(bill: Bill) -> Bill:
    """Return what writes guided workbooks with all their sheets: footprints come into some that nobody filled in."""
    return partial(bill, whole=True)


@pytest.fixture
def sent(tmp_path: Path) -> dict[str, Path]:
    """Return the sample as its owner sends it, by format."""
    folder = tmp_path / "sender"
    folder.mkdir()
    order = OUT.folder(folder, OUT.document())
    made = {}
    for name, content in publishing.contents(order, FORMATS, "en").items():
        made[name] = folder / name
        made[name].write_bytes(content)
    return made


@pytest.fixture
def book(bill: Bill) -> Path:
    return bill("L1 | cell | 2 | steel | net_mass=1, unit=item", product=LINE.plain_product(pcr=str(LINE.RULES)))


@pytest.mark.parametrize("name", FORMATS)
def test_what_one_company_states_is_what_the_next_one_counts(
    name: str, sent: dict[str, Path], book: Path, tmp_path: Path
) -> None:
    """Two pieces of the sample cost twice its footprint from cradle to gate, class by class, in any format."""
    new = tmp_path / "new.xlsx"
    told = receiving.into(sent[name], book, new, "en", line="L1")
    assert told.holds
    assert "steel ->" in told.text
    folder = Path(LINE.small(tmp_path / "databases"))
    document = service.calculate(service.Request(new, str(LINE.RULES), (str(folder),))).document
    (entry,) = document["ledger"]
    (one,) = receiving.received(sent[name]).footprints
    assert entry["value"] == pytest.approx(2 * float(one.total), rel=1e-9)
    counted = {ghg: value for ghg, value in entry["classes"].items() if value}
    assert counted == pytest.approx({ghg: 2 * float(value) for ghg, value in one.classes.items()})
    dataset = document["datasets"][0]
    assert one.id in dataset["citation"]
    assert dataset["gwp_set"] == (one.gwp_sets[0] if len(one.gwp_sets) == 1 else "unknown")


def edited(path: Path, **fields: Any) -> Path:
    """Return a file of PACT with other fields, those of its footprint included; None takes one away."""
    told = json.loads(path.read_text(encoding="utf-8"))
    for name, value in fields.items():
        outside = name.startswith("validity") or name in {"status", "comment", "productNameCompany"}
        part = told if outside else told["pcf"]
        part[name] = value
        if value is None:
            del part[name]
    made = path.with_name("edited.json")
    made.write_text(json.dumps(told), encoding="utf-8")
    return made


FINAL: dict[str, Any] = {"comment": "final", "status": "Active"}


@pytest.fixture
def next_result(tmp_path: Path) -> Callable[[Path], dict[str, Any]]:
    """Return what calculates a workbook with a footprint in it."""
    folder = Path(LINE.small(tmp_path / "databases"))

    def calculated(new: Path) -> dict[str, Any]:
        request = service.Request(new, str(LINE.RULES), (str(folder),), reference=True)
        return service.calculate(request).document

    return calculated


@pytest.mark.parametrize(
    ("fields", "complete", "code"),
    [
        (FINAL, True, ""),
        (FINAL | {"status": "Deprecated"}, True, "factor-deprecated"),
        ({"comment": label("publish-draft", "zh")}, False, "factor-draft"),
        ({"comment": label("publish-draft", "en"), "status": "Deprecated"}, False, "factor-draft"),
        (FINAL | {"pcfExcludingBiogenicUptake": "1"}, False, "factor-contradictory"),
        (FINAL | {"biogenicCO2Uptake": "5"}, False, "factor-contradictory"),
        (FINAL | {"fossilCarbonContent": None}, True, ""),
    ],
)
def test_what_is_not_final_is_told_in_every_result_that_rests_on_it(
    fields: dict[str, Any],
    complete: bool,
    code: str,
    sent: dict[str, Path],
    book: Path,
    tmp_path: Path,
    next_result: Callable[[Path], dict[str, Any]],
) -> None:
    """A draft makes the next result incomplete, and none of the two a lower bound: its gaps may be of either sign."""
    new = tmp_path / "new.xlsx"
    told = receiving.into(edited(sent["pact.json"], **fields), book, new, "en", line="L1")
    document = next_result(new)
    assert (document["result"]["complete"], document["result"]["lower_bound"]) == (complete, False)
    assert [row["code"] for row in document["assumptions"] if row["code"].startswith("factor-")] == [code][: bool(code)]
    assert (f"[{code}]" in told.text) == bool(code)
    assert len(document["completeness"]["gaps"]) == (not complete)


def test_a_lower_bound_of_a_supplier_makes_a_lower_bound(
    bill: Bill, tmp_path: Path, next_result: Callable[[Path], dict[str, Any]]
) -> None:
    """What the supplier leaves out is a gap of the next result, of so many units; an estimate closes it."""
    text = """
        L1 | cell | 2 | cell-a | net_mass=1, unit=item
        [Factors]
        cell-a | 5 | unit=item, state=lower-bound, supplier=A
        cell-a-rest | 1 | supplier=B
    """
    product = LINE.plain_product(pcr=str(LINE.RULES))
    document = next_result(bill(text, product=product))
    assert (document["result"]["lower_bound"], document["result"]["total"]) == (True, 10.0)
    (gap,) = document["completeness"]["gaps"]
    assert (gap["amount"], gap["unit"], gap["non_negative"]) == (2.0, "item", True)
    assert gap["code"].endswith(":cell-a-rest-rest")
    assert "a part" in gap["title"]["zh"]
    closed = f"{text}[Estimates]\n        cell-a-rest-rest | steel | 0.5 | source=by hand\n"
    document = next_result(bill(closed, product=product))
    assert document["result"]["complete"]
    assert document["result"]["total"] == pytest.approx(10 + 2 * 0.5 * 2)


def test_rules_may_refuse_what_expired_or_is_not_final(bill: Bill) -> None:
    """How many rows of Factors are either is a number that expressions may ask for."""
    text = """
        L1 | cell | 2 | cell-a | net_mass=1, unit=item
        [Factors]
        cell-a | 5 | unit=item, state=draft, valid_until=2020-01-01
        cell-b | 5 | unit=item, state=deprecated
        cell-c | 5 | unit=item
    """
    book = bill(text, product=LINE.plain_product(pcr=str(LINE.RULES)))
    scope = bill_scope(Linked(intake.read(read(book), LINE.rules().fields), {}, {}, ()))
    assert (scope["bill.expired_factors"], scope["bill.provisional_factors"]) == (1.0, 2.0)


def test_the_state_of_a_footprint_needs_its_column(sent: dict[str, Path], book: Path, tmp_path: Path) -> None:
    """A workbook of an older template is not written without it: the result would look final."""
    import openpyxl

    old = openpyxl.load_workbook(book)
    (column,) = [c.column for row in old["Factors"].iter_rows() for c in row if "State of the" in str(c.value)]
    old["Factors"].delete_cols(column)
    old.save(tmp_path / "old.xlsx")
    draft = edited(sent["pact.json"], comment=label("publish-draft", "en"))
    with pytest.raises(WorkbookError, match=r"'State of the footprint'.*\[merge-no-state\]"):
        receiving.into(draft, tmp_path / "old.xlsx", tmp_path / "new.xlsx", "en", line="L1")
    final = edited(sent["pact.json"], **FINAL)
    assert receiving.into(final, tmp_path / "old.xlsx", tmp_path / "new.xlsx", "en", line="L1").holds


def test_a_footprint_per_piece_fits_a_line_in_kilograms_by_the_mass_it_states(
    bill: Bill, sent: dict[str, Path], tmp_path: Path, next_result: Callable[[Path], dict[str, Any]]
) -> None:
    """Half a piece by mass is half its footprint; the row says what it was divided by."""
    path = edited(sent["pact.json"], **FINAL)
    (one,) = receiving.received(path).footprints
    assert one.mass
    half = f"L1 | cell | {float(one.mass) / 2} | steel"
    new = tmp_path / "new.xlsx"
    product = LINE.plain_product(pcr=str(LINE.RULES))
    told = receiving.into(path, bill(half, product=product), new, "en", line="L1")
    assert "divided by the mass it states" in told.text
    assert next_result(new)["result"]["total"] == pytest.approx(float(one.total) / 2)


@pytest.mark.parametrize("mass", ["", " | net_mass=1"])
def test_a_piece_weighs_what_its_file_states_whatever_the_line_says(
    mass: str, bill: Bill, sent: dict[str, Path], tmp_path: Path, next_result: Callable[[Path], dict[str, Any]]
) -> None:
    """The net mass of a line in kilograms is that of its kilogram, and no mass of a piece."""
    path = edited(sent["pact.json"], **FINAL)
    (one,) = receiving.received(path).footprints
    assert one.mass
    book = bill(f"L1 | cell | 1100 | steel{mass}", product=LINE.plain_product(pcr=str(LINE.RULES)))
    new = tmp_path / "new.xlsx"
    receiving.into(path, book, new, "en", line="L1")
    assert next_result(new)["result"]["total"] == pytest.approx(1100 * float(one.total / one.mass))


@pytest.mark.parametrize("mass", ["", " | net_mass=2"])
def test_a_unit_that_does_not_fit_is_told_at_once(mass: str, bill: Bill, sent: dict[str, Path], tmp_path: Path) -> None:
    """A footprint per piece without a mass fits no line in kilograms, and nothing is written."""
    path = edited(sent["pact.json"], productMassPerDeclaredUnit=None, **FINAL)
    book = bill(f"L1 | cell | 1 | steel{mass}", product=LINE.plain_product(pcr=str(LINE.RULES)))
    with pytest.raises(RequestError, match=r"pump.xlsx:BOM!\w+4: .*\[supplied-line-unit\]"):
        receiving.into(path, book, tmp_path / "new.xlsx", "en", line="L1")
    assert not (tmp_path / "new.xlsx").exists()


def test_a_footprint_per_kilogram_fits_a_line_in_pieces_by_the_mass_of_the_line(
    bill: Bill, sent: dict[str, Path], tmp_path: Path, next_result: Callable[[Path], dict[str, Any]]
) -> None:
    """Three pieces of 2 kg count six times; without a mass the line is told."""
    amounts = {"declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1", "productMassPerDeclaredUnit": "1"}
    path = edited(sent["pact.json"], **amounts, **FINAL)
    (one,) = receiving.received(path).footprints
    new, product = tmp_path / "new.xlsx", LINE.plain_product(pcr=str(LINE.RULES))
    with pytest.raises(RequestError, match=r"\[supplied-line-mass\]"):
        receiving.into(path, bill("L1 | cell | 3 | steel | unit=item", product=product), new, "en", line="L1")
    receiving.into(path, bill("L1 | cell | 3 | steel | unit=item, net_mass=2", product=product), new, "en", line="L1")
    assert next_result(new)["result"]["total"] == pytest.approx(6 * float(one.total))


def test_a_footprint_per_unit_of_energy_asks_what_that_is(sent: dict[str, Path], bill: Bill, tmp_path: Path) -> None:
    """No format says whether a kilowatt hour is one of electricity, and by location it would count otherwise."""
    path = edited(sent["pact.json"], declaredUnitOfMeasurement="kilowatt hour", **FINAL)
    book, new = bill("L1 | steam | 3 kWh | steel"), tmp_path / "new.xlsx"
    with pytest.raises(RequestError, match=r"--energy.*\[supplied-energy\]"):
        receiving.into(path, book, new, "en", line="L1")
    assert "-> heat" in receiving.into(path, book, new, "en", line="L1", energy="heat").text


OTHER = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def pair(bill: Bill) -> Path:
    return bill(
        "L1 | cell | 2 | steel | net_mass=1, unit=item\n        L2 | case | 1 | steel | net_mass=1, unit=item",
        product=LINE.plain_product(pcr=str(LINE.RULES)),
    )


def factors_of(path: Path) -> dict[str, tuple[float, str]]:
    """Return total and id of each factor of a workbook, by code."""
    return {row.code: (row.co2e, row.pcf_id) for row in intake.read(read(path), LINE.rules().fields).factors}


def datasets_of(path: Path) -> list[str]:
    return [line.dataset for line in intake.read(read(path), LINE.rules().fields).bom]


def sender(path: Path, file: str, value: str, **fields: Any) -> Path:
    """Return a plain footprint of so many kg; ``fields``: those of the document itself."""
    told = json.loads(path.read_text(encoding="utf-8"))
    kept = {"declaredUnitOfMeasurement", "declaredUnitAmount", "productMassPerDeclaredUnit"}
    told["pcf"] = {name: each for name, each in told["pcf"].items() if name in kept or not number_like(each)}
    told["pcf"] |= {"pcfExcludingBiogenicUptake": value, "pcfIncludingBiogenicUptake": value}
    told["pcf"] |= {"fossilGhgEmissions": value, "fossilCarbonContent": "0", "exemptedEmissionsPercent": "0"}
    made = path.with_name(file)
    made.write_text(json.dumps(told | FINAL | fields), encoding="utf-8")
    return made


def number_like(value: object) -> bool:
    """Tell numbers, and objects such as the ratings."""
    return isinstance(value, dict) or str(value).removeprefix("-").replace(".", "", 1).isdigit()


def test_a_footprint_of_another_product_is_a_factor_of_its_own(
    sent: dict[str, Path], pair: Path, tmp_path: Path
) -> None:
    """Company and name of a product may be those of two; what a line rests on stays as it is."""
    first = sender(sent["pact.json"], "first.json", "2.5")
    other = sender(sent["pact.json"], "other.json", "9", id=OTHER, productIds=["urn:x:p:2"])
    receiving.into(first, pair, tmp_path / "one.xlsx", "en", line="L1")
    receiving.into(other, tmp_path / "one.xlsx", tmp_path / "two.xlsx", "en", line="L2")
    assert sorted(value for value, _ in factors_of(tmp_path / "two.xlsx").values()) == [2.5, 9.0]
    assert len({*datasets_of(tmp_path / "two.xlsx")}) == 2


def test_a_footprint_takes_the_place_of_one_it_names_or_that_its_line_alone_rests_on(
    sent: dict[str, Path], pair: Path, tmp_path: Path
) -> None:
    """Another version of one product that names none before it leaves alone what other lines rest on."""
    first = sender(sent["pact.json"], "first.json", "2.5")
    (one,) = receiving.received(first).footprints
    receiving.into(first, pair, tmp_path / "one.xlsx", "en", line="L1")
    unnamed = sender(sent["pact.json"], "unnamed.json", "3", id=OTHER)
    told = receiving.into(unnamed, tmp_path / "one.xlsx", tmp_path / "alone.xlsx", "en", line="L1")
    assert [*factors_of(tmp_path / "alone.xlsx").values()] == [(3.0, OTHER)]
    assert "[merge-" not in told.text
    receiving.into(first, tmp_path / "one.xlsx", tmp_path / "both.xlsx", "en", line="L2")
    assert len(factors_of(tmp_path / "both.xlsx")) == 1
    for line in ("L1", ""):
        receiving.into(unnamed, tmp_path / "both.xlsx", tmp_path / "own.xlsx", "en", line=line, force=True)
        assert {*factors_of(tmp_path / "own.xlsx").values()} == {(2.5, one.id), (3.0, OTHER)}
    named = sender(sent["pact.json"], "named.json", "3", id=OTHER, productIds=["urn:x:p:2"], precedingPfIds=[one.id])
    told = receiving.into(named, tmp_path / "both.xlsx", tmp_path / "named.xlsx", "en", line="L1")
    assert [*factors_of(tmp_path / "named.xlsx").values()] == [(3.0, OTHER)]
    (shared,) = (text for text in told.text.splitlines() if "[merge-shared]" in text)
    assert re.search(r"BOM!\w+5 name it", shared)
    assert not re.search(r"BOM!\w+4", shared)


def test_a_footprint_counted_in_another_unit_leaves_those_who_count_it_in_theirs(
    bill: Bill, sent: dict[str, Path], tmp_path: Path
) -> None:
    """One footprint for a line in pieces and for one in kilograms is two factors."""
    text = "L1 | cell | 2 | steel | net_mass=1, unit=item\n        L2 | case | 1 | steel"
    book = bill(text, product=LINE.plain_product(pcr=str(LINE.RULES)))
    file = sender(sent["pact.json"], "first.json", "2.5")
    receiving.into(file, book, tmp_path / "one.xlsx", "en", line="L1")
    receiving.into(file, tmp_path / "one.xlsx", tmp_path / "two.xlsx", "en", line="L2")
    assert len(factors_of(tmp_path / "two.xlsx")) == 2
    told = receiving.into(file, tmp_path / "two.xlsx", tmp_path / "three.xlsx", "en", line="L1")
    assert "no cell changed" in told.text


def test_what_a_newer_footprint_does_not_state_is_cleared(sent: dict[str, Path], pair: Path, tmp_path: Path) -> None:
    """Share, ratings and state of the older one are none of the newer, and each cell that is emptied is said."""
    ratings = {"technologicalDQR": "1.0", "geographicalDQR": "1.0", "temporalDQR": "1.0"}
    draft = {"comment": label("publish-draft", "en"), "primaryDataShare": "80", "dqi": ratings}
    receiving.into(edited(sent["pact.json"], **draft), pair, tmp_path / "one.xlsx", "en", line="L1")
    (old,) = intake.read(read(tmp_path / "one.xlsx"), LINE.rules().fields).factors
    assert (old.state, old.primary_share) == ("draft", 0.8)
    newer = sender(sent["pact.json"], "newer.json", "3", id=OTHER, precedingPfIds=[old.pcf_id])
    told = receiving.into(newer, tmp_path / "one.xlsx", tmp_path / "two.xlsx", "en", line="L1")
    (new,) = intake.read(read(tmp_path / "two.xlsx"), LINE.rules().fields).factors
    assert (new.co2e, new.state, new.primary_share, new.code) == (3.0, "", None, old.code)
    for was in ("draft", "0.8", "pact -;-;1;1;1"):
        assert re.search(rf"Factors!\w+4: {was} -> -$", told.text, re.MULTILINE)


def test_an_id_stands_for_one_content(sent: dict[str, Path], pair: Path, tmp_path: Path) -> None:
    """The same id with other numbers takes the place of what stood there, and says so; the same again says nothing."""
    first, again = (sender(sent["pact.json"], f"{value}.json", value) for value in ("2.5", "7"))
    receiving.into(first, pair, tmp_path / "one.xlsx", "en", line="L1")
    told = receiving.into(again, tmp_path / "one.xlsx", tmp_path / "two.xlsx", "en", line="L1")
    assert "[merge-same-id]" in told.text
    assert [value for value, _ in factors_of(tmp_path / "two.xlsx").values()] == [7.0]
    same = receiving.into(again, tmp_path / "two.xlsx", tmp_path / "three.xlsx", "en", line="L1")
    assert "[merge-same-id]" not in same.text


def test_companies_called_by_signs_alone_are_two(sent: dict[str, Path], pair: Path, tmp_path: Path) -> None:
    """What makes no letters of a code is told apart all the same, even where both number their products alike."""
    for at, line in enumerate(("L1", "L2")):
        file = sender(
            sent["pact.json"], f"{at}.json", f"{at + 2}", id=OTHER[:-1] + str(at), companyName="***",
            productNameCompany="?" * (at + 3), productIds=["urn:x:p:1"],
        )  # fmt: skip
        receiving.into(file, pair if not at else tmp_path / "0.xlsx", tmp_path / f"{at}.xlsx", "en", line=line)
    assert [value for value, _ in factors_of(tmp_path / "1.xlsx").values()] == [2.0, 3.0]
    assert len({code.removesuffix("-2") for code in factors_of(tmp_path / "1.xlsx")}) == 2


def test_signs_that_nobody_sees_come_into_no_workbook(sent: dict[str, Path], book: Path, tmp_path: Path) -> None:
    """A control character or half a sign is no reason to fail: it is shown as one, and told."""
    path = edited(sent["pact.json"], productNameCompany="=cell\x00\x1b[31m\ud800\u202e" + "x" * 40_000, **FINAL)
    told = receiving.into(path, book, tmp_path / "new.xlsx", "en", line="L1")
    assert not told.holds
    assert "[json-unseen]" in told.text
    assert "\x1b" not in told.text


def test_quality_period_place_and_validity_come_into_the_ratings(
    sent: dict[str, Path], book: Path, tmp_path: Path, next_result: Callable[[Path], dict[str, Any]]
) -> None:
    """Ratings of the supplier are those of the line, one between two scores as the worse; so are share and last day."""
    ratings = {"technologicalDQR": "1.0", "geographicalDQR": "2.4", "temporalDQR": "4.0"}
    path = edited(
        sent["pact.json"], dqi=ratings, primaryDataShare="62.50", validityPeriodEnd="2024-06-01T00:00:00Z", **FINAL
    )
    new = tmp_path / "new.xlsx"
    told = receiving.into(path, book, new, "en", line="L1")
    assert "[factor-expired]" in told.text
    document = next_result(new)
    quality = document["data_quality"]
    (profile,) = (quality["profiles"][line["profile"]] for line in quality["lines"])
    scores = {name: score[0] for name, score in profile["factor"].items()}
    assert scores == {"technology": 1, "geography": 3, "time": 4}
    assert quality["primary_share"] == pytest.approx(0.625)
    (dataset,) = document["datasets"]
    assert (dataset["region"], dataset["period"]) == ("CN", "2024-01-01/2024-12-31")
    (expired,) = [row for row in document["assumptions"] if row["code"] == "factor-expired"]
    assert "2024-05-31" in expired["text"]["en"]


@pytest.mark.parametrize(
    ("first", "more", "taken"),
    [
        ('"pcf": {', '"fossilGhgEmissions": "1", ', False),
        ("{", '"pcf": {}, ', False),
        ("{", '"own": {"a": 1, "a": 2}, ', True),
    ],
)
def test_what_a_file_states_twice_is_not_chosen_between(
    first: str, more: str, taken: bool, sent: dict[str, Path], book: Path, tmp_path: Path
) -> None:
    """A field of the footprint, or a part that holds some, refuses the file; another name makes it contradictory."""
    text = edited(sent["pact.json"], **FINAL).read_text(encoding="utf-8")
    twice, new = tmp_path / "twice.json", tmp_path / "new.xlsx"
    twice.write_text(text.replace(first, first + more, 1), encoding="utf-8")
    assert not receiving.described(twice, "en").holds
    if not taken:
        with pytest.raises(RequestError, match=r"twice.json:/pcf.*\[json-twice\]"):
            receiving.into(twice, book, new, "en", line="L1")
        assert not new.exists()
        return
    receiving.into(twice, book, new, "en", line="L1")
    (row,) = intake.read(read(new), LINE.rules().fields).factors
    assert row.state == "contradictory"


KILOGRAM = {
    "declaredUnitOfMeasurement": "kilogram", "declaredUnitAmount": "1000", "productMassPerDeclaredUnit": "1000",
    "exemptedEmissionsPercent": "6", "fossilCarbonContent": "600", "biogenicCarbonContent": "400",
    "pcfExcludingBiogenicUptake": "2", "pcfIncludingBiogenicUptake": "2", "fossilGhgEmissions": "2",
    "boundaryProcessesDescription": "-", "geographyCountry": "CN", "ipccCharacterizationFactors": ["AR6"],
    "referencePeriodStart": "2024-01-01T00:00:00Z", "referencePeriodEnd": "2025-01-01T00:00:00Z",
}  # fmt: skip
OLDER = {"pcfExcludingBiogenicUptake": "pCfExcludingBiogenic", "declaredUnitOfMeasurement": "declaredUnit"}


@pytest.mark.parametrize(
    ("version", "fields", "codes"),
    [
        ("3.0.0", {}, set()),
        ("3.0.0", {"productMassPerDeclaredUnit": "1"}, {"exchange-mass", "exchange-heavier"}),
        ("3.0.0", {"productMassPerDeclaredUnit": "0"}, set()),
        ("3.0.0", {"declaredUnitAmount": "1"}, {"exchange-mass"}),
        ("3.0.0", {"declaredUnitOfMeasurement": "piece", "declaredUnitAmount": "1"}, set()),
        ("3.0.0", {"biogenicCarbonContent": "500"}, {"exchange-heavier"}),
        ("3.0.0", {"exemptedEmissionsPercent": "101"}, {"exchange-range"}),
        ("2.3.0", {}, {"exchange-mass", "exchange-range"}),
        ("2.3.0", {"productMassPerDeclaredUnit": "1"}, {"exchange-heavier", "exchange-range"}),
        ("2.3.0", {"productMassPerDeclaredUnit": "1000.1", "exemptedEmissionsPercent": 5}, {"exchange-mass"}),
    ],
)
def test_what_cannot_be_of_a_product_is_told(
    version: str, fields: dict[str, Any], codes: set[str], tmp_path: Path
) -> None:
    """A kilogram weighs one, its carbon no more; versions 2 state it of one unit and leave out at most 5 %."""
    names = OLDER if version < "3" else {}
    pcf = {names.get(name, name): value for name, value in (KILOGRAM | fields).items()}
    path = tmp_path / "sent.json"
    path.write_text(json.dumps({"specVersion": version, "id": OTHER, "pcf": pcf}), encoding="utf-8")
    found = receiving.received(path)
    told = {"exchange-mass", "exchange-heavier", "exchange-range", "exchange-itself"}
    assert {fault.code for fault in found.faults} & told == codes
    assert ("contradictory" in found.footprints[0].states) == bool(codes)


@pytest.mark.parametrize("former", [[OTHER], [f"urn:uuid:{OTHER.upper()}"], [{"id": OTHER}]])
def test_no_footprint_takes_the_place_of_itself(former: list[Any], tmp_path: Path) -> None:
    path = tmp_path / "sent.json"
    told = {"specVersion": "3.0.0", "id": OTHER, "precedingPfIds": former, "pcf": KILOGRAM}
    path.write_text(json.dumps(told), encoding="utf-8")
    assert "exchange-itself" in {fault.code for fault in receiving.received(path).faults}


def test_the_exit_code_tells_whether_the_file_holds(sent: dict[str, Path], book: Path, tmp_path: Path) -> None:
    """0: it can be read and contradicts nothing; 8: it does, or nothing can be read; 2: it is no footprint."""

    def code(path: Path, *more: str) -> int:
        return CliRunner().invoke(main, ["read", str(path), "--lang", "en", *more], catch_exceptions=False).exit_code

    assert code(sent["pact.json"]) == 0
    wrong = edited(sent["pact.json"], fossilGhgEmissions="1", **FINAL)
    assert code(wrong) == 8
    new = tmp_path / "new.xlsx"
    assert code(wrong, "--into", str(book), "-o", str(new)) == 8
    assert new.exists()
    assert code(edited(sent["pact.json"], declaredUnitOfMeasurement="megabit second", **FINAL)) == 8
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert code(tmp_path / "none.json") == 2
    assert code(tmp_path) == 2


def test_what_is_no_file_is_told_at_once(tmp_path: Path) -> None:
    """A folder, or a pipe that nobody writes into."""
    import os

    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(RequestError, match=r"\[not-a-file\]"):
            receiving.described(path, "en")


def test_formats_of_one_footprint_are_read_alike(sent: dict[str, Path]) -> None:
    first, *others = (receiving.received(path).footprints[0] for path in sent.values())
    for other in others:
        assert (other.total, other.unit, other.start, other.end) == (first.total, first.unit, first.start, first.end)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_is_described_with_everything_that_is_wrong_in_it(
    lang: str, sent: dict[str, Path], tmp_path: Path
) -> None:
    told = json.loads(sent["pact.json"].read_text(encoding="utf-8"))
    right = receiving.described(sent["pact.json"], lang)
    assert right.holds
    assert told["companyName"] in right.text
    assert "[" not in right.text.splitlines()[0]
    told["pcf"]["fossilGhgEmissions"] = "-5"
    wrong = tmp_path / "wrong.json"
    wrong.write_text(json.dumps(told), encoding="utf-8")
    described = receiving.described(wrong, lang)
    assert not described.holds
    assert "wrong.json:/pcf/fossilGhgEmissions" in described.text
    assert len(receiving.received(wrong).faults) >= 2  # the sign, and the sum that misses


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{}", b"[]", b"null", b"[1]", b'{"specVersion": "3.0.0"}', b"\xff\xfe", b"PK\x03\x04broken",
        b'{"specVersion": 3, "pcf": []}', b'{"data": {"specVersion": "9.9.9", "pcf": {}}}', b"[" * 100_000,
        b'{"scopeOfPcfForm": [[]]}', "碳足迹".encode("gbk"),
    ],
)  # fmt: skip
def test_what_is_no_footprint_ends_in_a_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(FootprintError) as refused:
        receiving.described(path, "en")
    assert all(refused.value.text(lang) for lang in LANGUAGES)


def test_a_package_is_read_and_what_was_edited_in_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The footprint of our own package is that from cradle to gate; an edited declaration is a fault."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    service.demo("transformer", tmp_path / "demo", "en")
    packing.pack(tmp_path / "demo", tmp_path / "result.zip", "en")
    found = receiving.received(tmp_path / "result.zip")
    assert found.faults == ()
    (one,) = found.footprints
    declared: dict[str, Any] = json.loads((tmp_path / "demo" / "declaration.json").read_text(encoding="utf-8"))
    gate = next(part for part in declared["result"]["subtotals"] if part["id"] == "cradle-to-gate-part")
    assert float(one.total) == pytest.approx(gate["value"], rel=1e-9)
    assert one.unit == "item"


def test_one_footprint_has_one_id_whatever_it_is_read_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Package, PACT, Catena-X and documents say the same id, at each level, with and without uncertainty."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    demo = tmp_path / "demo"
    service.demo("battery", demo, "en")
    packing.pack(demo, tmp_path / "result.zip", "en")
    (one,) = receiving.received(tmp_path / "result.zip").footprints
    ids = {one.id}
    for level in ("public", "customer", "verifier"):
        order = publishing.Order(demo, (), level, demo / "company.yaml")
        for name, content in publishing.contents(order, ["pact.json", "catena-x.json", "study.html"], "zh").items():
            path = tmp_path / name
            path.write_bytes(content)
            if name.endswith(".json"):
                ids |= {each.id for each in receiving.received(path).footprints}
            else:
                assert one.id in content.decode()
    assert len(ids) == 1
    (demo / "uncertainty.json").write_text("{}", encoding="utf-8")
    order = publishing.Order(demo, (), "public", demo / "company.yaml")
    assert one.id in publishing.contents(order, ["pact.json"], "en")["pact.json"].decode()
