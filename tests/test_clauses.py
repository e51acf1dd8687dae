"""Clauses, benchmarks and subtotals: what they ask of lines and of the result, and what they show for it."""

from __future__ import annotations

import html
import io
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from footprint import publish

UNDER = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "permitted.py")))
CITED, LINE, PERMITTED, TWO = UNDER.CITED, UNDER.LINE, UNDER.PERMITTED, UNDER.TWO
check, outcomes = UNDER.check, UNDER.outcomes


def test_a_clause_on_each_line_names_the_cells_that_fail(document: Callable[..., Any]) -> None:
    """Copper is never left out: the clause fails at the line; lines it is not for do not matter."""
    never = check("copper", 'line.name != "wire"', for_each="line.excluded")
    text = "L1 | plate | 8 kg | steel\nL2 | wire | 1 kg | | cut_off=copper\nL3 | clip | 1 kg | | cut_off=steel\n"
    found = next(c for c in document(text, never)["clauses"] if c["id"] == "copper")
    assert (found["outcome"], found["cells"]) == ("failed", ["BOM!F5"])
    assert found["seen"]["en"] == "BOM!F5: name = wire"


def test_a_clause_on_lines_passes_lacks_or_does_not_apply(document: Callable[..., Any]) -> None:
    """All lines hold: passed; one lacks a value: needs evidence, with its cell; none is meant: not applicable."""
    checks = (
        check("basis", 'line.basis == "measured"', for_each="not line.excluded"),
        check("share", "line.recycled_share > 0", for_each='line.role == "product"'),
        check("none", "line.mass_kg > 0", for_each='line.role == "transport"'),
        check("part", "line.contribution_share == 1", for_each="not line.excluded"),
    )
    found = document(TWO.format("copper"), *checks)
    assert outcomes(found) == {"basis": "passed", "share": "needs-evidence", "none": "not-applicable", "part": "passed"}
    assert next(c for c in found["clauses"] if c["id"] == "share")["cells"] == ["BOM!F4", "BOM!F5"]


@pytest.mark.parametrize(
    ("test", "outcome"),
    [
        ("line.recycled_share < 0.1", "failed"), ("line.recycled_share > 0.1", "needs-evidence"),
        ("line.recycled_share > 0.1 if known(line.recycled_share) else 1 > 0", "passed"),
    ],
)  # fmt: skip
def test_the_worst_line_decides(document: Callable[..., Any], test: str, outcome: str) -> None:
    """One that fails outweighs one that lacks a value, and that one all that pass; the cells are theirs."""
    text = "L1 | plate | 4 kg | steel | recycled_share=0.5, secondary=steel-recycled\nL2 | foil | 4 kg | copper\n"
    own = check("own", test, for_each='line.sheet == "BOM"')
    cited = next(c for c in document(text, own, rules=UNDER.STAGED, cases=[])["clauses"] if c["id"] == "own")
    cells = {"failed": ["BOM!F4"], "needs-evidence": ["BOM!F5"], "passed": []}
    assert (cited["outcome"], cited["cells"]) == (outcome, cells[outcome])


@pytest.mark.parametrize(
    ("whens", "outcome"),
    [
        (("product.net_mass > 1",), "passed"),
        (("product.net_mass < 1",), "failed"),
        (("product.net_mass < 1", "product.service_years > 1"), "needs-evidence"),
        (("product.service_years > 1", "product.net_mass > 1"), "passed"),
        (("product.net_mass < 1", "product.net_mass > 1"), "passed"),
        ((None,), "not-assessed"),
    ],
)
def test_a_product_of_one_class_is_in_scope(document: Callable[..., Any], whens: Any, outcome: str) -> None:
    """One class that holds is enough; where none does, one that lacks a value leaves it open."""
    kinds = [{"id": f"k{i}", "title": PERMITTED["reason"], **CITED} for i, _ in enumerate(whens)]
    classes = [{**kind, "when": when} if when else kind for kind, when in zip(kinds, whens, strict=True)]
    assert outcomes(document("L1 | plate | 8 kg | steel\n", classes=classes)) == {"scope": outcome}


def test_a_condition_that_lacks_a_value_needs_evidence(document: Callable[..., Any]) -> None:
    """Whether the clause applies is not known: neither its test nor its lines decide."""
    checks = (
        check("passes", "result.total > 0", when="product.service_years > 1"),
        check("fails", "result.total < 0", when="product.service_years > 1"),
        check("lines", "line.mass_kg > 0", when="product.service_years > 1", for_each='line.sheet == "BOM"'),
    )
    found = outcomes(document("L1 | plate | 8 kg | steel\n", *checks))
    assert found == dict.fromkeys(("passes", "fails", "lines"), "needs-evidence")


def test_of_many_lines_that_fail_the_first_five_are_shown(document: Callable[..., Any]) -> None:
    """All cells are named; what the test saw is told of five, and a mark says there are more."""
    text = "".join(f"L{i} | plate {i} | 1 kg | steel\n" for i in range(7))
    found = document(text, check("none", "line.mass_kg > 2", for_each='line.sheet == "BOM"'))["clauses"][0]
    assert (len(found["cells"]), found["seen"]["en"].count("\n"), found["seen"]["en"][-2:]) == (7, 4, " …")


def test_gaps_and_masses_are_counted(document: Callable[..., Any]) -> None:
    """Two lines without data; 3 kg in a pump of 4 kg miss a quarter, 5 kg as much."""
    for kg in (1, 3):
        checks = check("gaps", "result.gaps == 2"), check("mass", "result.mass_difference == 0.25")
        text = f"L1 | a | {kg} kg\nL2 | b | 1 kg\nL3 | c | 1 kg | steel\n[Product]\nnet_mass = 4\n"
        assert outcomes(document(text, *checks)) == {"gaps": "passed", "mass": "passed"}


def test_every_process_that_deviates_is_counted(document: Callable[..., Any]) -> None:
    """Two processes that state mass where the rules share by price deviate twice."""
    rows = "".join(
        f"{name} | product | {flow} | 1 item | allocation=mass, unit_mass=1, price=1\n"
        f"{name} | co-product | {name} side | 1 kg | price=1\n{name} | input | electricity | 2 kWh\n"
        for name, flow in (("a", "PUMP"), ("b", "case"))
    )
    text = f"L1 | plate | 1 kg | steel\n[Processes]\n{rows}a | input | case | 1 item\n"
    steps = [{"id": "price", "when": "process.has_prices", "method": "economic", **PERMITTED}]
    found = document(text, check("two", "result.allocation_deviations == 2"), allocation={"steps": steps}, cases=[])
    assert outcomes(found) == {"two": "passed"}


def test_a_stage_without_lines_has_no_number(document: Callable[..., Any]) -> None:
    """A subtotal of stages that hold nothing is not zero: a clause on it needs evidence."""
    parts = [
        {"id": name, "title": PERMITTED["reason"], "stages": stages, **CITED}
        for name, stages in (("goods", ["raw_materials", "use"]), ("service", ["use"]))
    ]
    checks = (
        check("goods", 'result.by_stage["goods"] == 16'), check("service", 'result.by_stage["service"] < 1'),
        check("use", 'result.by_stage["use"] < 1'),
    )  # fmt: skip
    found = outcomes(document("L1 | plate | 8 kg | steel\n", *checks, subtotals=parts))
    assert found == {"goods": "passed", "service": "needs-evidence", "use": "needs-evidence"}


def test_clauses_ask_for_components_status_and_mass(document: Callable[..., Any]) -> None:
    """A component without data is one; two ninths of the steel's eight are secondary; an unknown mass is no match."""
    checks = (
        check("parts", 'contains(result.components, "anode")'),
        check("status", "0.888 < result.unverified_share < 0.889"),
        check("mass", "result.mass_difference == 0"),
    )
    text = "L1 | plate | 1 kg | steel\nL2 | foil | 1 kg | {}\n[Processes]\nw | product | PUMP | 1 item\n"
    whole = text + "w | input | stamping | 1 kg | destination=evaporated\n"
    foil = document(whole.format("| component=anode"), *checks)
    assert outcomes(foil) == {"parts": "passed", "status": "passed", "mass": "passed"}
    pieces = whole.replace("1 kg | {}", "2 item | chip")
    assert outcomes(document(pieces, checks[0], checks[2])) == {"parts": "failed", "mass": "needs-evidence"}


def test_a_line_of_nothing_is_no_component(document: Callable[..., Any]) -> None:
    """A separator of 0 kg does not make the separator stand in the result."""
    parts = [{"id": "separator", "title": {"en": "separator", "zh": "隔膜"}}]
    there = check("there", 'contains(result.components, "separator")')
    text = "L1 | plate | 8 kg | steel\nL2 | film | {} kg | steel | component=separator\n"
    for amount, outcome in ((0, "failed"), (0.001, "passed")):
        assert outcomes(document(text.format(amount), there, components=parts)) == {"there": outcome}


def test_a_benchmark_is_of_its_stages_and_needs_its_clauses(document: Callable[..., Any]) -> None:
    """While a stage it is of holds no line, or a clause it needs does not pass, nobody knows that it is reached."""
    low = {"id": "low", "test": "result.total < 20", "title": {"en": "Low", "zh": "低碳"}, **CITED}
    seen: dict[str, tuple[str, list[str]]] = {}
    for name, more in (
        ("held", {"stages": ["raw_materials"], "needs": ["heavy"]}),
        ("empty", {"stages": ["raw_materials", "use"]}),
        ("open", {"needs": ["light"]}),
    ):
        tests = [check("heavy", "result.total > 1"), check("light", "result.total < 1")]
        (mark,) = document("L1 | plate | 8 kg | steel\n", *tests, benchmarks=[{**low, **more}], rules=UNDER.STAGED)[
            "benchmarks"
        ]
        seen[name] = mark["outcome"], mark["seen"]["en"].splitlines()[1:]
    assert seen == {
        "held": ("passed", []),
        "empty": ("needs-evidence", ["not known while stages it is of hold no line: Use"]),
        "open": ("needs-evidence", ["not known while clauses it needs do not pass: It holds."]),
    }
    for key, told in (("stages", "there is no stage 'drying'"), ("needs", "there is no check 'drying'")):
        said = LINE.refused(lambda key=key: document("", benchmarks=[{**low, key: ["drying"]}]))
        assert told in said


def test_benchmarks_are_told_and_decide_nothing(document: Callable[..., Any]) -> None:
    """One that is missed, one that is reached and one nobody could read leave conformity as it is."""
    about = {"title": {"en": "Low", "zh": "低碳"}, **CITED}
    marks = [
        {"id": "low", "test": "result.total < 10", **about},
        {"id": "high", "test": "result.total < 20", **about},
        {"id": "class", "todo": {"en": "No limits yet.", "zh": "尚无限值。"}, **about},
    ]
    text = "L1 | plate | 8 kg | steel\n"
    found, bare = document(text, benchmarks=marks), document(text)
    assert [b["outcome"] for b in found["benchmarks"]] == ["failed", "passed", "not-assessed"]
    assert [b["todo"] and b["todo"]["zh"] for b in found["benchmarks"]] == [None, None, "尚无限值。"]
    assert (found["conformity"], found["result"]) == (bare["conformity"], bare["result"])
    assert [b["seen"]["en"] for b in found["benchmarks"]] == ["result = 16", "result = 16", ""]
    open_ = document(text + "L2 | trim | 1 kg\n", benchmarks=marks)
    assert [b["outcome"] for b in open_["benchmarks"]] == ["failed", "needs-evidence", "not-assessed"]


@pytest.mark.parametrize(("lang", "told"), [
    ("en", "result of the stage [raw_materials] = 16; highest [CN] = 20"),
    ("zh", "阶段结果 [raw_materials] = 16；上限 [CN] = 20"),
])  # fmt: skip
def test_a_benchmark_shows_its_test_and_what_it_took_from_tables(
    document: Callable[..., Any], lang: str, told: str
) -> None:
    """The limit of a class stands beside the number that was held against it, in both reports."""
    limit = {
        "id": "highest", "title": {"en": "highest", "zh": "上限"}, "values": [{"value": {"CN": "20", "DE": "9"}}],
        **CITED,
    }  # fmt: skip
    test = 'result.by_stage["raw_materials"] <= parameter.highest[product.country]'
    mark = {"id": "class", "test": test, "title": {"en": "Class", "zh": "等级"}, **CITED}
    found = document("L1 | plate | 8 kg | steel\n", benchmarks=[mark], parameters=[limit])
    (row,) = found["benchmarks"]
    assert (row["outcome"], row["seen"][lang].partition("; " if lang == "en" else "；")[2]) == ("passed", told)
    assert row["test"][lang] in html.unescape(publish.render("report.html", found, lang).decode())
    book = openpyxl.load_workbook(io.BytesIO(publish.render("report.xlsx", found, lang)))
    assert any(row["test"][lang] in str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line)


def test_subtotals_sum_their_stages_and_a_rule_may_round(document: Callable[..., Any]) -> None:
    """A subtotal is the sum of its stages; the declared number may be a multiple that the rules ask for."""
    text = "L1 | plate | 8 kg | steel\n[Use]\ngrid-2024 | 7 kWh\n"
    part = {"id": "goods", "title": {"en": "Goods", "zh": "产品"}, "stages": ["raw_materials", "production"], **CITED}
    found = document(text, subtotals=[part], round_to="5")["result"]
    assert (found["total"], found["declared"]) == (19.5, "20")
    assert [(s["id"], s["value"], s["declared"]) for s in found["subtotals"]] == [("goods", 16, "16.00")]


def test_a_lower_bound_is_rounded_down(document: Callable[..., Any]) -> None:
    """What is printed after >= must hold; nothing that has been posted is declared as none."""
    text = "L1 | plate | 8.9996 kg | steel\n"
    whole, bound = document(text), document(text + "L2 | trim | 1 kg\n")
    assert (whole["result"]["declared"], bound["result"]["declared"]) == ("18.00", "17.99")
    coarse = document(text + "L2 | trim | 1 kg\n", round_to="5")["result"]
    assert (coarse["declared"], document(text, round_to="50")["result"]["declared"]) == ("15", "18.00")


def test_nothing_conforms_to_nothing(document: Callable[..., Any]) -> None:
    """Rules that leave out every line give no footprint of zero to be called conforming."""
    none = {"id": "none", "when": "line.mass_kg >= 0", "exclude": "yes", "reason": PERMITTED["reason"], **CITED}
    conformity = document("L1 | plate | 8 kg | steel\n", rules=[none], cases=[])["conformity"]
    assert conformity["conforms"] is False
    assert any(why["en"].startswith("nothing counts") for why in conformity["why"])
