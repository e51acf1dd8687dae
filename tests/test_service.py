"""The one entry: files in, documents out; what cannot be served is told with its place and its remedy."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint import forms, service, stock
from footprint.errors import CalculationError, DatabaseError, PcrError, RequestError, WorkbookError
from footprint.intake import read as intake
from footprint.tables.read import read as read_book

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
Bill = Callable[..., Path]
PLATE = "L1 | plate | 2 kg | steel"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def request(path: Path, folder: Path, **more: object) -> service.Request:
    return service.Request(path, str(LINE.RULES), (str(folder),), **more)  # type: ignore[arg-type]


def test_a_workbook_becomes_a_declaration(bill: Bill, folder: Path) -> None:
    """The number, and what made it: the rules and databases of the request, not those of the workbook."""
    path = bill(PLATE, product=LINE.plain_product(pcr="no-such-rules", databases="no-such-database"))
    found = service.calculate(request(path, folder))
    assert found.document["result"]["total"] == 4
    assert found.document["study"]["pcr"]["id"] == "plain-goods"
    assert [d["id"] for d in found.document["databases"]] == ["small"]
    assert found.document["workbook"]["file"] == "pump.xlsx"
    assert set(found.run) == {"footprint", "python", "platform", "request", "seconds"}


def test_the_reference_is_recorded_in_the_run_not_in_the_declaration(bill: Bill, folder: Path) -> None:
    """Brightway's answer varies with the machine: beside the declaration, whose bytes it does not touch."""
    path = bill(PLATE, product=LINE.plain_product())
    plain, checked = service.calculate(request(path, folder)), service.calculate(request(path, folder, reference=True))
    assert plain.document == checked.document
    assert checked.run["reference"]["difference"] <= 1e-12
    assert checked.run["reference"]["total"] == pytest.approx(4, rel=1e-12)


def test_bare_codes_follow_the_order_of_databases_and_keys_choose(bill: Bill, folder: Path, tmp_path: Path) -> None:
    """Two databases, one product: each dataset from where it was named."""
    made = LINE.activities("tin | kg | tin"), LINE.exchanges("tin | emission | co2-fossil | 5", {"tin": "kg"})
    other = LINE.write_database(tmp_path / "other", *made, {})
    path = bill(f"{PLATE}\nL2 | can | 1 kg | other@1:tin", product=LINE.plain_product())
    found = service.calculate(service.Request(path, str(LINE.RULES), (str(folder), str(other)), reference=True))
    assert found.document["result"]["total"] == 9
    assert [d["key"] for d in found.document["datasets"]] == ["other@1:tin", "small@1:steel"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path, folder: Path) -> None:
    """No workbook, no calculation, no check."""
    path = tmp_path / "none.xlsx"
    for call in (service.calculate, service.prepare, lambda r: service.check(r, "en")):
        with pytest.raises(RequestError) as caught:
            call(request(path, folder))
        assert str(caught.value) == f"{path}: there is no such file. Check the path. [file-missing]"


def test_rules_come_from_the_request_or_the_workbook(bill: Bill, folder: Path) -> None:
    """Neither: an error of the workbook; an unknown name: an error of the rules, with the nearest."""
    without = bill(PLATE, product=LINE.plain_product(pcr=None))
    with pytest.raises(WorkbookError) as caught:
        service.calculate(service.Request(without, "", (str(folder),)))
    assert str(caught.value).startswith("pump.xlsx: the workbook names no rules. Fill in pcr on the Product sheet")
    unknown = bill(PLATE, product=LINE.plain_product(pcr="batteries"))
    with pytest.raises(PcrError) as refused:
        service.calculate(service.Request(unknown, "", (str(folder),)))
    assert str(refused.value).startswith(
        "pump.xlsx:Product: there are no rules 'batteries'. Check the name, or give the path of a YAML file; in a "
        "workbook, from its folder. Did you mean 'battery-"
    )


@pytest.mark.parametrize(
    "written", ["rules.yaml", "rules", "../{folder}/rules.yaml", "..\\{folder}\\rules.yaml", "{path}/rules.yaml"]
)
def test_rules_of_ones_own_are_found_from_the_folder_of_the_workbook(
    bill: Bill, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    """Wherever the program is called from, and however the system of its author parts folders."""
    path = bill(PLATE)
    named = written.format(folder=path.parent.name, path=path.parent.as_posix())
    path = bill(PLATE, product=LINE.plain_product(pcr=named))
    (path.parent / "rules.yaml").write_bytes(LINE.RULES.read_bytes())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    found = service.calculate(service.Request(path, "", (str(folder),)))
    assert found.document["study"]["pcr"]["id"] == "plain-goods"
    again = service.calculate(request(path, folder))
    assert again.document == found.document


def test_a_template_of_rules_of_ones_own_names_them_as_it_will_find_them(tmp_path: Path) -> None:
    """The workbook can be calculated where it stands; rules that ship are named by their id."""
    (tmp_path / "rules").mkdir()
    rules = tmp_path / "rules" / "mine.yaml"
    rules.write_bytes(LINE.RULES.read_bytes())
    for name, written in ((str(rules), "../rules/mine.yaml"), ("iso-14067", "iso-14067")):
        path = tmp_path / "books" / "pump.xlsx"
        forms.template(name, path, "en", force=True)
        assert intake.pcr_id(read_book(path)) == written


def test_databases_are_named_in_any_punctuation(bill: Bill) -> None:
    """Semicolons and commas, half and full width; none means the one that ships."""
    for named in ("open-cn; nowhere", "open-cn，nowhere", "open-cn；nowhere", "open-cn,nowhere"):
        path = bill(PLATE, product=LINE.plain_product(databases=named))
        with pytest.raises(DatabaseError, match="there is no database 'nowhere'"):
            service.calculate(service.Request(path, str(LINE.RULES)))


def test_check_finds_what_calculate_would_find(bill: Bill, folder: Path) -> None:
    """A loop that gains is found by both; the account of every row is told either way."""
    text = f"{PLATE}\n[Processes]\nw | product | PUMP | 1 item\nw | internal_return | PUMP | 1 item"
    path = bill(text, product=LINE.plain_product())
    with pytest.raises(CalculationError) as caught:
        service.calculate(request(path, folder))
    checked = service.check(request(path, folder), "en")
    assert str(checked.error) == str(caught.value)
    assert "[loop-gain]" in str(checked.error)
    assert "BOM: 1 rows = 1 used + 0 merged + 0 excluded + 0 rejected" in checked.text
    passed = service.check(request(bill(PLATE, product=LINE.plain_product()), folder), "zh")
    assert passed.error is None
    assert passed.text.endswith("pump.xlsx：可以计算")


def test_check_tells_the_notices_with_their_cells(bill: Bill, folder: Path) -> None:
    """What was assumed is told before anything is declared."""
    text = f"{PLATE}\n[Processes]\nw | product | PUMP | 1 item\nw | input | electricity | 1 kWh | period=2030"
    checked = service.check(request(bill(text, product=LINE.plain_product()), folder), "en")
    assert "pump.xlsx:Processes!F5: no electricity factor for 2030; the factor of 2024 is used. [electricity-year]" in (
        checked.text.splitlines()
    )


def test_the_summary_says_what_is_missing(bill: Bill, folder: Path) -> None:
    """>= for a lower bound, and the names of the gaps."""
    path = bill(f"{PLATE}\nL2 | what | 1 kg", product=LINE.plain_product())
    said = service.summary(service.calculate(request(path, folder)), (), "en").splitlines()
    assert said[1] == ">= 4.000 kg CO2e / 1 item  (one product)"
    assert said[-1] == "1 data gaps: what"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "footprint-declaration/2.0"}', "no json"])
def test_only_declarations_are_explained(tmp_path: Path, content: str) -> None:
    """Any other file is refused by name."""
    path = tmp_path / "declaration.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError):
        service.explain(path, "BOM!A4", "en")
    with pytest.raises(RequestError, match="there is no such file"):
        service.explain(tmp_path / "none.json", "BOM!A4", "en")


def test_a_written_declaration_explains_its_cells(bill: Bill, folder: Path, tmp_path: Path) -> None:
    """From the file alone: the cell, its factor and its value."""
    calculated = service.calculate(request(bill(PLATE, product=LINE.plain_product()), folder))
    written = service.write(calculated, tmp_path / "out", "en", formats=())
    assert sorted(path.name for path in written) == ["declaration.json", "run.json"]
    assert json.loads(written[0].read_text(encoding="utf-8"))["result"]["total"] == 4
    assert "small@1:steel" in service.explain(written[0], "BOM!F4", "en")


def test_unknown_examples_and_rules_are_told_with_those_there_are() -> None:
    """A misspelt demo, a path out of the folder, rules nobody wrote."""
    for name in ("batery", "../battery", "."):
        with pytest.raises(RequestError, match=r"there is no example .* Did you mean 'battery'.* \[example-unknown\]"):
            forms.example(name, "en")
    with pytest.raises(PcrError, match=r"\[pcr-unknown\]"):
        stock.pcr_text("nothing", "en")


def test_rules_are_tested_by_their_cases() -> None:
    """A rule file answers with the count of its cases."""
    assert stock.pcr_test(str(LINE.RULES), "en") == "plain-goods: 8 cases passed"


def test_the_graph_is_the_bill_as_networkx_sees_it(bill: Bill, folder: Path) -> None:
    """Activities, datasets and gaps are nodes; every exchange is an edge with its amount and cell."""
    text = f"{PLATE}\nL2 | what | 3 kg\n[Processes]\nw | product | PUMP | 1 item\nw | input | electricity | 2 kWh"
    found = service.graph(request(bill(text, product=LINE.plain_product()), folder))
    edges = {(a, b, edge["amount"]) for a, b, edge in found.edges(data=True)}
    assert {("PUMP", "small@1:steel", 2.0), ("PUMP", "w:PUMP", 1.0), ("w:PUMP", "small@1:grid-2024", 2.0)} <= edges


def test_datasets_are_listed_with_what_a_line_needs() -> None:
    """Every code of the database stands in the list with unit, region, period and name; a gap says that it is one."""
    lines = [line.split("\t") for line in stock.listed("open-cn", "en").splitlines()]
    by_code = {code: rest for code, *rest in lines}
    assert by_code["electricity-cn-grid-2024"][:3] == ["kWh", "CN", "2024"]
    assert by_code["casting-brass"][-1].endswith("[gap]")
    assert not by_code["electricity-cn-grid-2024"][-1].endswith("[gap]")
    assert stock.listed("open-cn", "zh") != stock.listed("open-cn", "en")
