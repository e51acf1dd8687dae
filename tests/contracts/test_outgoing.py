"""What every format for customers promises, whatever formats there are."""

from __future__ import annotations

import io
import json
import runpy
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from footprint import publishing
from footprint.errors import FootprintError, PublishError, RequestError
from footprint.intake import schema
from footprint.messages import LANGUAGES, label_codes
from footprint.publish import outgoing
from footprint.publish.outgoing import LEVELS, agreeing, company, disclosure, statement

MAKE = runpy.run_path(str(Path(__file__).parents[1] / "data" / "sample_declaration.py"))["sample"]
FORMATS = outgoing.formats()
LONG = {"report.pdf", "customer.pdf"}
RENDERED = [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in FORMATS]
"""What a day's tests render: of paper, which is all printed in one way, the shortest."""
ASKED = {
    "description": "Traction battery pack", "product_ids": "urn:example:product:pack-a3",
    "classifications": "urn:example:class:46410", "packaging": "no", "valid_until": "2027-06-30",
    "time_scope": "retrospective", "waste_incineration": "cut-off", "mass_balancing": "no",
    "study": "https://example.com/study", "conformity_id": "DOC-1", "report_number": "R-1",
    "rules_operator": "Example Association",
}  # fmt: skip
COMPANY = {
    "name": "Example Co.", "ids": ["urn:example:company:1"], "address": "1 Example Road", "postcode": "000000",
    "city": "Example City", "country": "CN", "contact": "office@example.com", "website": "https://example.com",
}  # fmt: skip
UNPRINTABLE = {"pango-missing", "font-missing"}
SECRET = "Secret-Recipe-7731"
MODULES = {"raw_materials": "A1-A2", "production": "A3", "distribution": "A4", "use": "B1-B7", "end_of_life": "C1-C4"}


def document() -> dict[str, Any]:
    """Return a sample declaration in which everything asked for is answered, and each line tells a secret."""
    made: dict[str, Any] = json.loads(json.dumps(MAKE()))
    cells = {key: f"Publication!B{row}" for row, key in enumerate(ASKED, 5)}
    made["publication"] = [{"key": k, "value": v, "cell": cells[k]} for k, v in ASKED.items()]
    made["study"]["pcr"]["layers"] = ["battery-eu-2023-1542"]
    made["product"] |= {"fossil_carbon_kg": 10.0, "biogenic_carbon_kg": 2.0}
    for stage in made["study"]["stages"]:
        stage["module"] = MODULES[stage["id"]]
    left_out(made, 0.004)
    made["data_quality"] = data_quality(made)
    made["workbook"]["file"] = f"{SECRET}.xlsx"
    for row in made["ledger"]:
        row["role"] = "product" if row["role"].endswith("packaging") else row["role"]
    for part in ("ledger", "activities", "flows", "datasets", "excluded"):
        for row in made[part]:
            if isinstance(row["name"], dict):
                row["name"] = dict.fromkeys(row["name"], SECRET)
            else:
                row["name"] = SECRET
    for gap in made["completeness"]["gaps"]:
        gap |= {"name": SECRET, "title": dict.fromkeys(LANGUAGES, SECRET), "stages": ["end_of_life"]}
    for row in made["assumptions"]:
        row["text"] = dict.fromkeys(LANGUAGES, SECRET)
    return made


def stated(made: dict[str, Any], **values: str) -> None:
    """Answer fields of the sheet Publication."""
    rows = {row["key"]: row for row in made["publication"]}
    for key, value in values.items():
        if key in rows:
            rows[key]["value"] = value
        else:
            made["publication"].append({"key": key, "value": value, "cell": "Publication!B99"})


def left_out(made: dict[str, Any], share: float) -> None:
    """Let ``share`` of what is counted up to the gate be left out there, and most of what is left out be in the use."""
    inside = sum(abs(row["value"]) for row in made["ledger"] if row["stage"] in {"raw_materials", "production"})
    parts = [{"id": "raw_materials", "value": share * inside}, {"id": "use", "value": 50.0 * inside}]
    made["completeness"]["cut_off"] = {"lines": 2, "impact_share": 0.9, "by_stage": parts}


def data_quality(made: dict[str, Any]) -> dict[str, Any]:
    """Return ratings of every line by the scheme of PACT, half of the lines primary."""
    names = ("technology", "geography", "time")
    roll = {"scores": dict.fromkeys(names, 2), "rating": 2.0, "level": None, "rated_share": 1.0, "worst": 2.0}
    lines = [
        {"id": e["id"], "profile": 0, "relevant": True, "primary": bool(n % 2)} for n, e in enumerate(made["ledger"])
    ]
    return {
        "scheme": {"id": "pact", "title": dict.fromkeys(LANGUAGES, "PACT")},
        "asked": None,
        **dict.fromkeys(("whole", "activity", "factor"), roll),
        "by_stage": [],
        "energy_share": None,
        "processes": [],
        "improve": [],
        "indicators": [{"id": name, "title": dict.fromkeys(LANGUAGES, name)} for name in names],
        "primary_share": 0.5,
        "profiles": [{"activity": {}, "factor": {}, "scores": dict.fromkeys(names, 2), "rating": 2.0}],
        "lines": lines,
    }


def folder(path: Path, made: dict[str, Any]) -> publishing.Order:
    (path / "declaration.json").write_text(json.dumps(made), encoding="utf-8")
    (path / "run.json").write_text("{}", encoding="utf-8")
    lines = "".join(f"{k}: {json.dumps(v)}\n" for k, v in COMPANY.items())
    (path / "company.yaml").write_text(lines, encoding="utf-8")
    return publishing.Order(path, (), "verifier", path / "company.yaml", draft=True)


def contents(order: publishing.Order, names: Sequence[str], lang: str) -> dict[str, bytes]:
    """Return formats, or skip where this machine can print no PDF: it lacks a library, or the fonts."""
    try:
        return publishing.contents(order, names, lang)
    except PublishError as refused:
        if {p.code for p in refused.problems} <= UNPRINTABLE:
            pytest.skip(f"no PDF on this machine: {refused}")
        raise


def inside(content: bytes) -> Iterator[bytes]:
    """Yield a file and, where it is a zip, its members; of a PDF also its text."""
    yield content
    if content.startswith(b"%PDF"):
        yield "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from inside(archive.read(name))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_has_what_it_promises(name: str) -> None:
    """Its level is one of the levels, and what it needs are fields that somebody can fill in."""
    writer = outgoing.module(name)
    assert name == writer.FORMAT
    assert writer.LEAST in LEVELS
    assert f"level-{writer.LEAST}" in label_codes()
    known = {f"{sheet.lower()}.{f.key}" for sheet in schema.KEYED for f in schema.fields(sheet)}
    assert set(writer.NEEDS) <= known | {f"company.{key}" for key in company.fields()}
    assert outgoing.named(name) == name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RENDERED)
def test_a_file_is_made_twice_alike_and_agrees_with_the_declaration(name: str, lang: str, tmp_path: Path) -> None:
    """Same result, same bytes; what it states is what was declared, and it states something."""
    made = document()
    order = folder(tmp_path, made)
    first, second = (contents(order, [name], lang)[name] for _ in range(2))
    assert first == second
    assert outgoing.module(name).stated(first)


@pytest.mark.parametrize("name", RENDERED)
def test_what_leaves_the_house_carries_no_line_of_the_bill(name: str, tmp_path: Path) -> None:
    """No name of a line, dataset, gap or workbook and no cell stands in a file for customers or the public."""
    writer = outgoing.module(name)
    order = folder(tmp_path, document())
    for level in LEVELS[LEVELS.index(writer.LEAST) : -1]:
        content = contents(order._replace(level=level), [name], "en")[name]
        for part in inside(content):
            assert SECRET.encode() not in part
            assert SECRET.encode("utf-16-le") not in part
            assert b"BOM!" not in part


@pytest.mark.parametrize("name", FORMATS)
def test_a_draft_says_so(name: str, tmp_path: Path) -> None:
    """An incomplete result is refused, and published as a draft only when asked for."""
    order = folder(tmp_path, document())
    with pytest.raises(PublishError) as refused:
        contents(order._replace(draft=False), [name], "en")
    assert [p.code for p in refused.value.problems] == ["result-incomplete"]


@pytest.mark.parametrize("name", FORMATS)
def test_what_nobody_stated_is_asked_for_once_by_its_cell(name: str, tmp_path: Path) -> None:
    """Each need that is not answered is one problem, with a place to answer it."""
    made = document()
    made["publication"] = [row | {"value": ""} for row in made["publication"]]
    made["study"]["pcr"]["layers"] = ["battery-eu-2023-1542"]
    made["product"] |= {"fossil_carbon_kg": None}
    order = folder(tmp_path, made)._replace(company=None)
    writer = outgoing.module(name)
    needs = [key for key in writer.NEEDS if key.partition(".")[0] in {"company", "publication"}]
    if not needs:
        return
    with pytest.raises(PublishError) as refused:
        contents(order, [name, *FORMATS], "en")
    asked = [p for p in refused.value.problems if p.code.startswith("asked-")]
    assert len({str(p.place) for p in asked}) == len(asked) >= len(needs)


def test_a_format_that_differs_is_named_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number that is off, a unit that is another, a stage nobody declared: each is found."""
    made = document()
    order = folder(tmp_path, made)._replace(formats=("ledger.csv",))
    writer = outgoing.module("ledger.csv")
    whole = statement.gate(made)
    truth = agreeing.reference(made, statement.Statement(made, whole, {}, {}, "x", "verifier", draft=False))
    right = writer.stated(contents(order, ["ledger.csv"], "en")["ledger.csv"])
    key = next(k for k in right if k.startswith("stage:"))
    more, nan = right[key] * Decimal("1.0001"), Decimal("NaN")
    for wrong in ({key: more}, {"unit": "MJ"}, {"stage:nowhere": Decimal(1)}, {"total": nan}):
        assert [p.facts["key"] for p in agreeing.disagreements(truth, {"x": {**right, **wrong}})] == list(wrong)
    monkeypatch.setattr(writer, "stated", lambda _: {"total": Decimal(1)})
    with pytest.raises(PublishError):
        publishing.publish(order, tmp_path / "out", "en")
    assert not (tmp_path / "out").exists()


def test_an_existing_file_stays_unless_forced(tmp_path: Path) -> None:
    order = folder(tmp_path, document())._replace(formats=("ledger.csv",))
    publishing.publish(order, tmp_path / "out", "en")
    with pytest.raises(RequestError):
        publishing.publish(order, tmp_path / "out", "en")
    assert publishing.publish(order, tmp_path / "out", "en", force=True)


def test_a_level_sees_what_the_one_before_it_sees() -> None:
    """Disclosure only grows, and a verifier sees everything."""
    made = document()
    public, customer, verifier = (json.dumps(disclosure.disclosed(made, level)) for level in LEVELS)
    assert len(public) < len(customer) < len(verifier)
    assert json.loads(verifier) == made
    assert SECRET not in customer


def test_another_result_is_another_footprint() -> None:
    made = document()
    first = statement.identity(made)
    assert first == statement.identity(document() | {"uncertainty": {"unit": "kg CO2e"}})
    stated(made, preceding_ids=first)
    assert first != statement.identity(made)
    made = document()
    made["result"]["total"] += 1e-9
    assert first != statement.identity(made)
    assert first[14] == "4"
    assert first[19] in "89ab"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("- a\n- b\n", "company-form"),
        ("nmae: Example\n", "company-key"),
        ("ids: [5]\n", "company-value"),
        ("country: China\n", "company-value"),
        ("website: javascript:alert(1)\n", "company-value"),
        ("logo: missing.png\n", "file-missing"),
        ("name: [unclosed\n", "yaml-syntax"),
    ],
)
def test_a_faulty_company_file_is_named(text: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FootprintError) as refused:
        company.read(path)
    assert [p.code for p in refused.value.problems] == [code]
    assert all(refused.value.text(lang) for lang in LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_empty_company_file_can_be_read_back(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "company.yaml"
    path.write_text(company.empty(lang), encoding="utf-8")
    assert company.read(path).fields == {}
