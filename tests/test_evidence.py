"""Documents and instruments against the amounts they back: what contradicts them, what is missing, and where."""

from __future__ import annotations

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from footprint.intake import read as intake
from footprint.messages import label_codes
from footprint.model.findings import kinds
from footprint.provenance import Status
from footprint.quality.evidence import findings
from footprint.rules.vocabulary import terms, words

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Found = Callable[..., list[tuple[str, str]]]
METER = {"id": "D1", "type": "meter", "period_start": "2024-01-01", "period_end": "2024-12-31", "opening": 1024.5,
         "closing": 1324.5, "multiplier": 40.0, "unit": "kWh", "instrument": "M1"}  # fmt: skip
GOOD = {"id": "M1", "what": "meter", "certificate": "CAL-1", "laboratory": "Institute", "accreditation": "CNAS L1",
        "calibrated_on": "2023-12-01", "valid_until": "2025-11-30",
        "expanded": 1.0, "expanded_unit": "%", "k": 2.0}  # fmt: skip
MADE = {"process": "P", "direction": "product", "flow": "L1", "amount": 1.0, "basis": "calculated"}
LINE_1 = {"line": "L1", "name": "steel", "basis": "calculated"}


def power(amount: float = 12000.0, unit: str = "kWh", **more: Any) -> dict[str, Any]:
    return {"process": "P", "direction": "input", "flow": "electricity", "amount": amount, "unit": unit,
            "evidence": "D1", **more}  # fmt: skip


@pytest.fixture
def told(book: Callable[..., Any]) -> Callable[..., Any]:
    """Return the findings about one meter, one process row it backs, and whatever is changed of them."""

    def of(rows: Any = (), *, document: Any = None, instruments: Any = None, at_hand: Any = None, **sheets: Any) -> Any:
        given = {"bom": [LINE_1], "processes": [MADE, *(rows or [power()])], **sheets}
        given.setdefault("evidence", [{**METER, **(document or {})}])
        given["instruments"] = [{**GOOD, **each} for each in (instruments or [{}])]
        return findings(intake.read(book(**given))._replace(at_hand=at_hand or {}))

    return of


@pytest.fixture
def found(told: Callable[..., Any]) -> Found:
    """Return the same as ids and cells."""
    return lambda *args, **more: [(each.id, each.place.address) for each in told(*args, **more)]


def test_what_agrees_is_not_found_fault_with(found: Found) -> None:
    """A calibrated meter, read over the whole period, whose readings are the amount: nothing is to be said."""
    assert found() == []


@pytest.mark.parametrize(
    ("amount", "unit", "agrees"),
    [(12000.0, "kWh", True), (12.0, "MWh", True), (12000.4, "kWh", False), (12001.0, "kWh", False), (43.2, "GJ", True),
     (13.0, "MWh", False)],
)  # fmt: skip
def test_readings_times_multiplier_are_the_amount(found: Found, amount: float, unit: str, agrees: bool) -> None:
    """300 on a display with transformers of 40 are 12,000 kWh, in any unit of energy."""
    expected = [] if agrees else [("readings-disagree", "Processes!G3")]
    assert found([power(amount, unit)]) == expected


@pytest.mark.parametrize(("amount", "agrees"), [(12.3, True), (12.35, False), (12.0, False)])
def test_rounding_is_no_contradiction_within_half_a_per_cent(found: Found, amount: float, agrees: bool) -> None:
    """12,344 kWh are 12.3 MWh as entered to three digits; 12 MWh are as well, but off by more than half a per cent."""
    read = {"opening": 0.0, "closing": 12344.0, "multiplier": 1.0}
    assert (found([power(amount, "MWh")], document=read) == []) == agrees


def test_rows_share_a_reading_and_totals_are_each_all_of_it(found: Found) -> None:
    """Two consumers add up to their meter; the total of a facility, entered for two processes, is it both times."""
    assert found([power(7000.0), power(5000.0)]) == []
    assert found([power(7000.0), power(6000.0)]) == [("readings-disagree", "Processes!G3")]
    shared = {"covers": "facility_total", "sharing_key": "mass", "share": 0.5}
    assert found([power(12000.0, **shared), power(12000.0, **shared)]) == []
    assert found([power(0.0)], document={"closing": 1024.5}) == []
    supply = {"supply": "S", "kwh": 12000.0, "evidence": "D1"}
    assert found([power(supply="S")], electricity=[supply]) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"closing": None}, ("readings-half", "Evidence!J2")),
        ({"closing": 1000.0}, ("readings-reversed", "Evidence!K2")),
        ({"unit": "kg"}, ("readings-unit", "Evidence!M2")),
        ({"unit": None}, ("readings-unitless", "Evidence!A2")),
        ({"instrument": None, "type": "other"}, ("instrument-unused", "Instruments!A2")),
        ({"period_start": None, "period_end": None}, ("period-missing", "Evidence!A2")),
        ({"period_end": "2024-06-30"}, ("period-partly", "Evidence!H2")),
    ],
)
def test_what_a_document_lacks_is_named_at_its_cell(found: Found, document: Any, expected: Any) -> None:
    """Each finding names the cell that has to be mended."""
    assert found(document=document) == [expected]


def test_a_document_of_another_time_backs_nothing(found: Found, told: Callable[..., Any]) -> None:
    """A period without a day in common with that of the study is a contradiction, and its days are named."""
    other = {"period_start": "2022-01-01", "period_end": "2022-12-31"}
    good = [{"calibrated_on": "2021-12-01", "valid_until": "2025-11-30"}]
    assert found(document=other, instruments=good) == [("period-outside", "Evidence!H2")]
    (outside,) = told(document=other, instruments=good)
    assert outside.text("en").startswith("'D1' covers 2022-01-01 to 2022-12-31, which has no day in common")


@pytest.mark.parametrize(
    ("stated", "days"),
    [({"period_end": "2023-06-30"}, "2023-06-30 to 2023-06-30"),
     ({"period_start": "2025-03-01"}, "2025-03-01 to 2025-03-01")],
)  # fmt: skip
def test_one_end_outside_the_study_is_a_period_of_that_day(told: Callable[..., Any], stated: Any, days: str) -> None:
    """Where the other end is not stated it is that of the study, unless that were on the wrong side."""
    good = [{"calibrated_on": "2022-12-01", "valid_until": "2026-11-30"}]
    document = {"period_start": None, "period_end": None, **stated}
    outside, half = told(document=document, instruments=good)
    assert (outside.id, half.id) == ("period-outside", "period-open")
    assert days in outside.text("en")


def test_a_publication_may_be_of_another_time(found: Found) -> None:
    """Its numbers are as old as they are, which is rated; a meter of another year contradicts the amount it backs."""
    earlier = {"period_start": "2014-01-01", "period_end": "2014-12-31"}
    assert ("period-outside", "Evidence!H2") in found(document=earlier)
    assert [id_ for id_, _ in found(document={**earlier, "type": "publication"}) if id_.startswith("period")] == []


def test_a_document_need_cover_only_what_its_rows_are_of(told: Callable[..., Any], found: Found) -> None:
    """A row of the first quarter wants a document of the first quarter; without a period it wants the whole year."""
    quarter = {"period_start": "2024-01-01", "period_end": "2024-03-31"}
    assert found([power(period="2024-01-01/2024-03-31")], document=quarter) == []
    (partly,) = told(document=quarter)
    assert (partly.facts["covered"], partly.facts["days"]) == (91, 366)
    (other,) = told([power(period="2024-10-01/2024-12-31")], document=quarter)
    assert (other.id, other.facts["covered"], other.facts["days"]) == ("period-partly", 0, 92)
    (mixed,) = told([power(7000.0, period="2024-01-01/2024-03-31"), power(5000.0)], document=quarter)
    assert (mixed.id, mixed.facts["days"]) == ("period-partly", 366)


@pytest.mark.parametrize(
    ("dates", "lapse"),
    [
        ([("2023-12-01", "2025-11-30")], None),
        ([("2024-01-01", "2024-12-31")], None),
        ([("2024-02-01", "2025-11-30")], ("2024-01-01", "2024-01-31")),
        ([("2023-01-01", "2024-06-30")], ("2024-07-01", "2024-12-31")),
        ([("2022-01-01", "2022-12-31")], ("2024-01-01", "2024-12-31")),
        ([("2024-07-01", "2025-06-30"), ("2023-07-01", "2024-06-30")], None),
        ([("2023-07-01", "2024-06-30"), ("2024-07-03", "2025-06-30")], ("2024-07-01", "2024-07-02")),
    ],
)
def test_calibration_holds_on_every_day_of_use(told: Callable[..., Any], dates: Any, lapse: Any) -> None:
    """Successive calibrations hold together; the first days that none of them covers are named."""
    rows = [{"certificate": f"C{n}", "calibrated_on": a, "valid_until": b} for n, (a, b) in enumerate(dates)]
    got = [(f.id, str(f.facts["first"]), str(f.facts["last"])) for f in told(instruments=rows)]
    assert got == ([] if lapse is None else [("calibration-lapsed", *lapse)])


def test_a_calibration_that_begins_too_late_is_named_at_its_day(found: Found) -> None:
    """Its last day of validity is no fault of it."""
    assert found(instruments=[{"calibrated_on": "2024-03-01"}]) == [("calibration-lapsed", "Instruments!G2")]


def test_a_record_without_instrument_leaves_its_instrument_unread(found: Found) -> None:
    """Both are told: what names none, and what nothing names."""
    told = [("instrument-missing", "Evidence!B2"), ("instrument-unused", "Instruments!A2")]
    assert found(document={"instrument": None}) == told


def test_the_calibration_that_ran_out_is_named(found: Found) -> None:
    """Of several, the last that ended before the days without one; where one has no dates nobody can tell."""
    later = {"certificate": "C1", "calibrated_on": "2024-07-03", "valid_until": "2025-06-30"}
    earlier = {"certificate": "C2", "calibrated_on": "2023-07-01", "valid_until": "2024-06-30"}
    assert found(instruments=[later, earlier]) == [("calibration-lapsed", "Instruments!H3")]
    undated = {"certificate": "C3", "calibrated_on": None, "valid_until": None}
    assert found(instruments=[earlier, undated]) == [("calibration-open", "Instruments!A3")]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"valid_until": None}, [("calibration-open", "Instruments!A2")]),
        ({"laboratory": None}, [("calibration-untraced", "Instruments!A2")]),
        ({"k": None}, [("uncertainty-missing", "Instruments!I2")]),
        ({"expanded_unit": "kg"}, [("uncertainty-unit", "Instruments!J2")]),
        ({"expanded_unit": "MJ"}, [("uncertainty-multiplied", "Instruments!I2")]),
        ({"expanded": 120.0}, [("uncertainty-wide", "Instruments!I2")]),
    ],
)
def test_what_a_calibration_lacks_is_named(found: Found, row: Any, expected: Any) -> None:
    """Dates, certificate, laboratory, accreditation, and an uncertainty in per cent or in a unit of what is read."""
    assert found(instruments=[row]) == expected


def test_readings_behind_a_share_are_held_against_nothing(found: Found) -> None:
    """An end-of-life share that refers to a log has no amount that its readings could be."""
    end = {"part": "product", "share": 1.0, "treatment": "landfill", "evidence": "D1"}
    assert found([power(evidence="", basis="calculated")], end_of_life=[end]) == []


def test_an_instrument_read_twice_is_told_of_once(found: Found) -> None:
    """What is missing of an instrument is missing once, however many documents it was read for."""
    rows = [power(), power(evidence="D2")]
    assert found(rows, evidence=[METER, {**METER, "id": "D2"}], instruments=[{"k": None}]) == [
        ("uncertainty-missing", "Instruments!I2")
    ]


def test_one_certificate_is_not_used_twice(found: Found) -> None:
    """A calibration certificate is of one instrument, a certificate of electricity of one row, and stands once."""
    second = {"id": "M2", "certificate": "cal-1 "}
    unread = ("instrument-unused", "Instruments!A3")
    assert found(instruments=[{}, second]) == [("calibration-shared", "Instruments!D3"), unread]
    claim = {"type": "green_certificate", "generator": "wind", "certificate": "G1", "cancelled_on": "2024-12-31",
             "cancelled_for": "P", "kwh": 6000.0, "evidence": "D2"}  # fmt: skip
    rows = [{"supply": "S", **claim}, {"supply": "T", **claim, "certificate": "G2"}]
    bundle = {"id": "D2", "type": "certificate", "document": "GEC 2024"}
    used = [power(), {**power(6000.0, evidence=""), "supply": "S", "basis": "calculated"},
            {**power(6000.0, evidence=""), "supply": "T", "basis": "calculated"}]  # fmt: skip
    assert found(used, evidence=[METER, bundle], electricity=rows) == [("certificate-twice", "Electricity!D3")]
    assert found(used, evidence=[METER, {**bundle, "type": "other"}], electricity=rows) == []
    rows[1]["evidence"] = "D3"
    copy = {"id": "D3", "type": "certificate", "document": "gec  2024"}
    assert found(used, evidence=[METER, bundle, copy], electricity=rows) == [("document-twice", "Evidence!C4")]
    same = {"id": "D3", "type": "certificate", "document": "another name", "sha256": "a" * 64}
    twins = [METER, {**bundle, "sha256": "A" * 64}, same]
    assert found(used, evidence=twins, electricity=rows) == [("document-twice", "Evidence!C4")]


@pytest.mark.parametrize("kind", ["meter", "weighing", "invoice", "supplier declaration", "other"])
def test_one_file_is_one_document_whatever_its_type(found: Found, kind: str) -> None:
    """Two ids with one checksum back their amounts with the same paper."""
    dates = {"period_start": "2024-01-01", "period_end": "2024-12-31"}
    papers = [{"id": f"P{at}", "type": kind, "document": f"slip {at}", "sha256": "a" * 64, **dates, "instrument": "M1"}
              for at in (1, 2)]  # fmt: skip
    rows = [power(), power(5.0, evidence="P1"), power(5.0, evidence="P2")]
    assert ("document-twice", "Evidence!C4") in found(rows, evidence=[METER, *papers])
    compiled = [{**each, "type": "publication"} for each in papers]
    assert not [each for each in found(rows, evidence=[METER, *compiled]) if each[0] == "document-twice"]
    papers[1]["sha256"] = "b" * 64
    assert not [each for each in found(rows, evidence=[METER, *papers]) if each[0] == "document-twice"]


@pytest.mark.parametrize("number", ["CAL-1", "cal 1", "ＣＡＬ-1", "CAL–1", " CAL－1 ", "CAL - 1"])
def test_a_certificate_is_known_by_its_number_however_it_is_typed(found: Found, number: str) -> None:
    """Width, case, blanks and the kind of dash are no part of a number; a digit is."""
    unread = ("instrument-unused", "Instruments!A3")
    shared = ("calibration-shared", "Instruments!D3")
    assert found(instruments=[{}, {"id": "M2", "certificate": number}]) == [shared, unread]
    assert found(instruments=[{}, {"id": "M2", "certificate": number.replace("1", "11")}]) == [unread]


@pytest.mark.parametrize(
    ("start", "end", "opening", "closing", "possible"),
    [("2024-01-01", "2024-12-31", 1024.5, 1324.5, True), ("2024-01-01", "2024-12-31", 7000, 7300, False),
     ("2024-03-01", "2024-08-31", 1100, 1200, True), ("2024-03-01", "2024-08-31", 1000, 1200, False),
     ("2024-03-01", "2024-08-31", 1100, 1400, False), ("2024-07-01", "2025-06-30", 1200, 1500, True),
     ("2024-07-01", "2025-06-30", 1330, 1500, False), ("2025-01-01", "2025-12-31", 0, 300, True)],
)  # fmt: skip
def test_one_counter_shows_one_number_at_a_time(
    found: Found, start: str, end: str, opening: float, closing: float, possible: bool
) -> None:
    """In periods that overlap, readings of one meter are the same or follow one another; weighings are no counter."""
    read = {"period_start": start, "period_end": end, "opening": opening, "closing": closing}
    second = {**METER, **read, "id": "D2"}
    rows = [power(), power((closing - opening) * 40, evidence="D2", period=f"{start}/{end}")]
    told = [each for each in found(rows, evidence=[METER, second]) if each[0] == "readings-contradict"]
    assert [each for each, _ in told] == ([] if possible else ["readings-contradict"])
    weighed = [{**each, "type": "weighing"} for each in (METER, second)]
    assert not [each for each in found(rows, evidence=weighed) if each[0] == "readings-contradict"]


def test_amounts_said_to_be_measured_name_their_document(told: Callable[..., Any]) -> None:
    """One finding per sheet tells how many rows name none, and which; estimates need none."""
    rows = [power(evidence=""), power(evidence="", basis="supplier"), power(evidence="", basis="proxy"), power()]
    (missing,) = told(rows)
    assert (missing.id, missing.place.address, missing.times) == ("document-missing", "Processes!G3", 2)
    assert missing.facts["rows"] == "3-4"


def test_a_file_is_the_one_whose_checksum_was_entered(found: Found) -> None:
    """A file at hand with another checksum is a contradiction; one without checksum, or not at hand, a gap."""
    named = {"file": "log.csv", "sha256": "a" * 64}
    assert found(document=named, at_hand={"log.csv": "a" * 64}) == []
    assert found(document=named, at_hand={"log.csv": "b" * 64}) == [("file-changed", "Evidence!G2")]
    assert found(document=named) == [("file-absent", "Evidence!F2")]
    absent = [("file-absent", "Evidence!F2"), ("hash-missing", "Evidence!F2")]
    assert found(document={"file": "log.csv"}) == absent
    assert found(document={"file": "log.csv"}, at_hand={"log.csv": "a" * 64}) == absent[1:]


# ---------------------------------------------------------------------------------------------------- the table


def test_every_kind_of_finding_is_made_in_a_test() -> None:
    """No kind stands in the table for nothing."""
    tests = Path(__file__).read_text(encoding="utf-8")
    assert [id_ for id_ in kinds() if f'"{id_}"' not in tests] == []


def test_every_finding_is_a_fact_and_a_remedy_in_both_languages() -> None:
    """Two sentences each, Chinese in Chinese, with the same facts; topic and status are words of the rules."""
    for kind in kinds().values():
        assert len(re.findall(r"[.](?:\s|$)", kind.en)) >= 2, kind.id
        assert kind.zh.count("。") >= 2, kind.id
        assert not re.search(r"[\u4e00-\u9fff]", kind.en), kind.id
        asked = [{f for _, f, _, _ in Formatter().parse(text) if f} for text in (kind.zh, kind.en)]
        assert len({frozenset(re.sub("_(en|zh)$", "", f) for f in each) for each in asked}) == 1, kind.id
        assert kind.kind in {"fault", "gap"}
        assert kind.topic in terms("topic")
        assert Status(kind.status) is not Status.VERIFIED or kind.clause
        assert kind.source


def test_every_finding_is_a_name_rules_may_use() -> None:
    """The vocabulary names each kind, and no other finding."""
    named = {name for name in words() if name.startswith("result.evidence_")}
    totals = {"result.evidence_share", "result.evidence_faults", "result.evidence_gaps"}
    assert named == {kind.name for kind in kinds().values()} | totals


def test_types_of_documents_have_captions_in_reports() -> None:
    """What the template offers is printed in the reader's language."""
    from footprint.intake import schema

    options = schema.field("Evidence", "type").options
    assert {f"report-doctype-{key}" for key in options} <= label_codes()


# ------------------------------------------------------------------------------------------------ the whole line


def test_many_amounts_of_one_reading_are_told_by_the_first_of_them(told: Callable[..., Any]) -> None:
    """A finding stays readable where a hundred rows share a meter, and ten thousand certificates are soon compared."""
    (found,) = told([power(1.0) for _ in range(100)])
    assert str(found.facts["cells"]).endswith("Processes!G10 … (100)")
    certificates = [{"id": f"C{n}", "type": "certificate", "document": f"no. {n}"} for n in range(10_000)]
    lines = [{"line": f"L{n}", "name": "steel", "evidence": f"C{n}"} for n in range(10_000)]
    assert told(bom=lines, evidence=[METER, *certificates]) == ()


def test_the_date_of_a_document_fits_what_it_records(found: Found) -> None:
    """Not before its readings, not after the study nor years later; a period has two ends."""
    assert found(document={"date": "2025-01-05"}) == []
    assert found(document={"date": "2023-01-01"}) == [("document-early", "Evidence!E2")]
    assert found(document={"date": "2024-06-30"}) == [("document-early", "Evidence!E2")]
    assert [id_ for id_, _ in found(document={"date": "2099-01-01"})] == ["document-late"]
    issued = found(document={"date": "2025-03-01"}, product={"issue_date": "2025-02-01"})
    assert [id_ for id_, _ in issued] == ["document-after"]
    assert [id_ for id_, _ in found(document={"period_end": None})] == ["period-open"]
    assert [id_ for id_, _ in found(document={"type": "supplier_declaration", "date": "2023-01-01"})] == []


def test_a_document_that_nothing_refers_to_is_told(found: Found) -> None:
    """A reading cannot be parked beside the study."""
    parked = found(evidence=[METER, {**METER, "id": "D2"}])
    assert parked == [("document-unused", "Evidence!A3")]


def test_readings_that_do_not_count_are_told(found: Found, told: Callable[..., Any]) -> None:
    """Beside those of a meter; and where the amount states an uncertainty of its own."""
    assert [id_ for id_, _ in found(document={"repeats": "9;10;10;11"})] == ["repeats-beside"]
    read = {"opening": None, "closing": None, "multiplier": 1.0, "repeats": "6.02; 5.98; 6.01; 5.99"}
    assert found([power(6.0)], document=read) == []
    (own,) = told([power(6.0, uncertainty="±1 %")], document=read)
    assert own.id == "repeats-overridden"
    assert "Processes!" in own.text("en")


def test_which_uncertainty_of_an_instrument_counts_is_told(found: Found) -> None:
    """Of two calibrations in one period the widest; one in a unit for the readings times their multiplier."""
    first, second = {"valid_until": "2024-06-30"}, {"calibrated_on": "2024-07-01", "expanded": 3.0}
    assert [id_ for id_, _ in found(instruments=[first, second])] == ["calibration-several"]
    assert [id_ for id_, _ in found(instruments=[{"expanded_unit": "kWh"}])] == ["uncertainty-multiplied"]
