"""Two studies beside each other: which numbers are one and the same in both, how far apart they are, and in words."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import service
from footprint.cli import main
from footprint.rivals import Rivals, changed_numbers, compare, told

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
METERED = """
a | Steel | {a} kg | mine | uncertainty=±5 %, parameter=p
b | Label | {b} kg | mine | pedigree=2;3;1;2;3
[Processes]
assembly | product | PUMP | 1000 item
assembly | input | electricity | 12000 kWh | evidence=E1
assembly | input | other | 500 kg | uncertainty=±2 %, destination=product
[Parameters]
p | 1.05 | uncertainty=±2 %
[Evidence]
E1 | log | type=meter, instrument=M1, period_start=2024-01-01, period_end=2024-12-31
W1 | scale | type=weighing, repeats=6.02; 5.98; 6.01; 5.99; 6.00
[Instruments]
M1 | meter | certificate={certificate}, laboratory=NIM, accreditation=L1, calibrated_on=2023-07-01, \
valid_until=2025-06-30, expanded=20, expanded_unit=%, k=2
[Factors]
mine | 2 | uncertainty=lognormal 1.3{note}
other | {other} | uncertainty=±20 %
{more}
"""


@pytest.fixture
def study(bill: Any) -> Callable[..., service.Request]:
    def write(name: str, *, id_: str = "PUMP", **said: object) -> service.Request:
        facts = {"a": 3, "b": 0.02, "certificate": "C-1", "note": "", "other": 0.5, "more": ""} | said
        text = METERED.format(**facts).replace("\\\n", "").replace("PUMP", id_)
        mass = 1.05 * float(str(facts["a"])) + 1.05 * float(str(facts["b"])) + 0.5
        product = {"id": id_, "net_mass": mass, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
        return service.Request(bill(text, product=product, name=f"{name}.xlsx"), draws=4000, seed=3)

    return write


def deviation(found: Rivals) -> float:
    return found.difference.deviation


def test_one_cell_more_or_less_leaves_all_else_common(study: Callable[..., service.Request]) -> None:
    """A label twice as heavy: meter, parameter, weighing and factors are the same; only the label is another number."""
    found = compare(study("old"), study("new", b=0.04))
    assert found.lower == (1.0, 0.0)
    assert 0.01 < found.difference.low < found.difference.high < 0.1
    assert found.held is not None
    assert min(found.held) > 0.99


@pytest.mark.parametrize("said", [{"note": ", note=seen"}, {"more": "unused | 7 | uncertainty=±5 %"}])
def test_a_factor_is_the_same_whatever_its_sheet_holds_besides(
    study: Callable[..., service.Request], said: dict[str, object]
) -> None:
    """A remark, an unused row: not one draw is another."""
    same, other = compare(study("old"), study("new", b=0.04)), compare(study("old"), study("else", b=0.04, **said))
    assert other.difference == same.difference


def test_a_factor_is_the_same_where_another_one_changed(study: Callable[..., service.Request]) -> None:
    """Of two factors one was revised: that one is another number, and named."""
    found = compare(study("old"), study("new", other=0.51))
    assert changed_numbers(found) == ["other"]
    assert deviation(found) < 0.06


def test_what_differs_is_drawn_apart_and_named(study: Callable[..., service.Request]) -> None:
    """Another value, another certificate: another number."""
    found = compare(study("old"), study("new", other=0.6, certificate="C-2"))
    named = changed_numbers(found)
    assert "other" in named
    assert any(cell.startswith("Instruments!") for cell in named)
    assert "mine" not in named


def test_products_share_factors_and_calibrations_but_not_their_own_numbers(
    study: Callable[..., service.Request],
) -> None:
    """The amounts and parameters of one product are not those of another; a calibrated meter is the same one."""
    found = compare(study("old"), study("new", id_="FAN"))
    common = {n.name for n in found.studies[0].numbers} & {n.name for n in found.studies[1].numbers}
    texts = " ".join(common)
    assert "c-1" in texts
    assert "mine" in texts
    assert "parameters" not in texts
    assert "'bom'" not in texts


def test_two_rows_that_say_the_same_stay_two_numbers(bill: Any) -> None:
    """Equal rows of one study are counted: each is a random variable."""
    text = "a | A | 3 kg | mine | uncertainty=±5 %\nb | B | 3 kg | mine | uncertainty=±5 %\n[Factors]\nmine | 2"
    request = service.Request(bill(text, product={"net_mass": 6.0}), draws=200)
    found = compare(request, request)
    assert len({n.name for n in found.studies[0].numbers}) == 2
    assert found.difference.deviation == 0


def test_what_datasets_share_upstream_is_common(bill: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """A brick against the ingot it is made of, 10 % less of it: as surely, and as far apart, as drawn anew."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))

    def of(code: str, kg: float) -> Path:
        return bill(f"a | A | {kg} kg | {code}", product={"net_mass": kg, "id": code}, name=f"{code}.xlsx")

    books = of("silicon-brick-cn", 1.0), of("silicon-ingot-cz-cn", 1.05)
    own = compare(*(service.Request(book, draws=4000) for book in books))
    anew = compare(*(service.Request(book, reference=True, draws=1000) for book in books))
    assert anew.held is None
    assert deviation(own) == pytest.approx(deviation(anew), rel=0.08)
    assert own.lower == pytest.approx(anew.lower, abs=0.03)
    assert own.held is not None
    assert min(own.held) > 0.5


def test_two_products_share_what_they_share(bill) -> None:
    """On one factor the lighter one is lower in every draw, however far the factor may be off; apart, it is a toss."""
    body = "a | A | {kg} kg | {factor}{own}\n[Factors]\n{factor} | 2 | uncertainty=lognormal 2"

    def book(name: str, kg: float, factor: str, own: str = "") -> service.Request:
        text = body.format(kg=kg, factor=factor, own=own and f" | uncertainty={own}")
        path = bill(text, product={"net_mass": kg, "id": name}, name=f"{name}.xlsx")
        return service.Request(path, draws=4000, seed=3)

    assert compare(book("light", 3.0, "mine"), book("heavy", 3.1, "mine")).lower == (1, 0)
    assert compare(book("light", 3.0, "mine"), book("heavy", 3.1, "yours")).lower[0] == pytest.approx(0.51, abs=0.04)
    apart = compare(book("one", 3.0, "mine", "±10 %"), book("other", 3.0, "mine", "±10 %"))
    assert apart.lower[0] == pytest.approx(0.5, abs=0.04)
    assert apart.difference.median == pytest.approx(0, abs=0.02)


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_compares_in_words(bill) -> None:
    """And refuses two results that are stated for different units."""
    text = "a | A | 3 kg | mine\n[Factors]\nmine | 2 | uncertainty=lognormal 1.2"
    one = bill(text, product={"net_mass": 3.0, "id": "one"}, name="one.xlsx")
    two = bill(text, product={"net_mass": 3.0, "id": "two", "declared_amount": 2.0}, name="two.xlsx")
    done = run("compare", one, one, "--uncertainty", 200, "--seed", 4, "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "both are equal in 100.0 % of the draws" in done.output
    assert "is lower in" not in done.output
    assert "the same numbers by name and content: 1; they make 100.0 % of the variance" in done.output
    read = json.loads(run("compare", one, one, "--uncertainty", 200, "--seed", 4, "--json").output)
    assert read["difference"]["deviation"] == 0
    assert read["equal"] == 1
    assert read["common"] == {"count": 1, "changed": []}
    refused = run("compare", one, two, "--lang", "en")
    assert refused.exit_code == 2
    assert "State both for the same declared unit" in refused.output


def test_no_draw_tells_which_is_lower_where_a_result_has_gaps(bill: Any) -> None:
    """A gap alone would make the light product the lower one; what it would add is in no draw. In both languages."""
    text = "a | A | {kg} kg | mine{gap}\n[Factors]\nmine | 2 | uncertainty=lognormal 1.2"
    light = bill(text.format(kg=1, gap="\nb | B | 9 kg"), product={"net_mass": 10.0, "id": "light"}, name="light.xlsx")
    heavy = bill(text.format(kg=3, gap=""), product={"net_mass": 3.0, "id": "heavy"}, name="heavy.xlsx")
    words = ("en", "which of both is lower is not stated: a result that has gaps"), ("zh", "不给出何者较低")
    for pair in ((light, heavy), (heavy, light)):
        for lang, said in words:
            done = run("compare", *pair, "--uncertainty", 200, "--lang", lang)
            assert done.exit_code == 0, done.output
            assert said in done.output
            assert "lower in" not in done.output
            assert "较低的占" not in done.output
        read = json.loads(run("compare", *pair, "--uncertainty", 200, "--json").output)
        assert [of["lower"] for of in read["studies"]] == [None, None]
        assert read["equal"] is None
    assert compare(service.Request(heavy, draws=200), service.Request(heavy, draws=200)).has_verdict


def test_results_that_only_rounding_parts_are_equal(bill: Any) -> None:
    """Of two orders of the same rows neither is lower; where some draws tie, the shares add up to one."""
    rows = [f"{name} | {name} | {kg} kg | mine" for name, kg in (("a", 0.1), ("b", 0.2), ("c", 0.3), ("d", 0.7))]
    books = []
    for name, order in (("one", rows), ("two", rows[::-1])):
        text = "\n".join(order) + "\n[Factors]\nmine | 2.1 | uncertainty=lognormal 1.2"
        books.append(service.Request(bill(text, product={"net_mass": 1.3}, name=f"{name}.xlsx"), draws=500))
    found = compare(*books)
    assert (found.equal, found.lower) == (1.0, (0.0, 0.0))


NUMBERS = {
    "share of a facility": (("a | A | 1 item | net_mass=3\n[Processes]\nmake | product | a | 1 item\nmake | emission | "
                            "co2-fossil | 10 kg | covers=facility_total, sharing_key=kg, share={n}, "
                            "share_uncertainty=u=7 %"), 0.1, 0.11),
    "ratio of an estimate": (("a | A | 2 kg | mine\nb | B | 1 kg | activated-carbon\n[Estimates]\nactivated-carbon | "
                             "copper-refined | {n} | source=x, uncertainty=u=10 %\n[Factors]\nmine | 2"), 2, 2.2),
    "amount": ("a | A | {n} kg | mine | uncertainty=u=5 %\n[Factors]\nmine | 2", 3, 3.1),
    "loss": ("a | A | 3 kg | mine | loss={n}, loss_to=evaporated, loss_uncertainty=u=9 %\n[Factors]\nmine | 2",
             0.001, 0.002),
    "parameter": ("a | A | 3 kg | mine | parameter=p\n[Parameters]\np | {n} | uncertainty=u=5 %\n[Factors]\nmine | 2",
                  1, 1.1),
    "distance": (("a | A | 3 kg | mine\n[Transport]\na | freight-road-heavy-diesel-cn | {n} | uncertainty=u=9 %\n"
                 "[Factors]\nmine | 2"), 100, 110),
    "price": (("a | A | 3 kg | mine\ncell | Cell | 1 item | net_mass=1\n[Processes]\nwind | product | cell | 10 item | "
              "allocation=economic, price={n}, price_uncertainty=u=7 %\nwind | co-product | chips | 5 kg | "
              "allocation=economic, price=2\nwind | emission | co2-fossil | 90 kg\n[Factors]\nmine | 2"), 4, 5),
    "field": ("a | A | 3 kg | mine\n[Factors]\nmine | 2", (1.5, "u=6 %"), (1.6, "u=6 %")),
}  # fmt: skip


@pytest.mark.parametrize("kind", NUMBERS)
def test_a_number_of_any_row_is_another_one_where_it_was_entered_otherwise(bill: Any, kind: str) -> None:
    """And the same one where it was not: its text holds what was entered."""
    text, old, new = NUMBERS[kind]

    def study(n: Any, name: str) -> service.Request:
        mass = {"amount": n, "parameter": 3 * n, "price": 4.0}.get(kind, 3.0)
        product = {"net_mass": mass, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None,
                   "loss_formula": "multiply"}  # fmt: skip
        if kind == "field":
            product = {"net_mass": mass, "gross_kwh": n}
        return service.Request(bill(text.format(n=n), product=product, name=f"{name}.xlsx"), draws=500)

    found = compare(study(old, "old"), study(new, "new"))
    assert len(changed_numbers(found)) == 1
    assert changed_numbers(compare(study(old, "one"), study(old, "other"))) == []


def test_without_a_stated_number_a_study_counts_as_exact_and_is_told_so(bill: Any) -> None:
    """On either side, or on both: no draw moves it, and the words name what nobody states."""
    text = "a | A | {kg} kg | mine{said}\n[Factors]\nmine | 2"

    def study(name: str, kg: float, said: str = "") -> service.Request:
        path = bill(text.format(kg=kg, said=said), product={"net_mass": kg}, name=f"{name}.xlsx")
        return service.Request(path, draws=300)

    exact, other, stated = study("exact", 3), study("other", 3.5), study("stated", 3, " | uncertainty=u=5 %")
    for pair in ((exact, other), (exact, stated), (stated, exact)):
        found = compare(*pair)
        for of, moments in zip(found.studies, found.results, strict=True):
            assert bool(moments.deviation) is bool(of.numbers)
    assert compare(exact, other).lower == (1.0, 0.0)
    assert compare(exact, exact).equal == 1
    words = told(compare(exact, stated), "en")
    assert "amounts behind 100.0 % and factors behind 100.0 %" in words
    assert "equal in" not in words
    assert "equal in 100" in told(compare(exact, exact), "en")


def test_a_probability_has_the_error_that_the_number_of_draws_leaves(bill: Any) -> None:
    """Forty seeds scatter as each of them says."""
    text = "a | A | 3 kg | mine | uncertainty=u=10 %\n[Factors]\nmine | 2"
    books = [bill(text, product={"net_mass": 3.0, "id": name}, name=f"{name}.xlsx") for name in ("one", "other")]
    found = [compare(*(service.Request(book, draws=200, seed=seed) for book in books)) for seed in range(40)]
    shares = [each.lower[0] for each in found]
    mean = sum(shares) / 40
    scatter = (sum((share - mean) ** 2 for share in shares) / 39) ** 0.5
    assert scatter == pytest.approx(found[0].errors[0], rel=0.4)
    assert 0 < found[0].errors[2] < 0.01


def test_rows_are_the_same_in_other_versions_of_a_database(bill: Any, tmp_path: Path, monkeypatch: Any) -> None:
    """Drawn anew, a row goes by its name: another version, or one row more before it, changes nothing."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))

    def database(name: str, version: str, *, more: bool = False) -> str:
        activities = [row | {"pedigree": "4;4;4;4;4"} for row in LINE.activities()]
        exchanges = LINE.exchanges()
        if more:
            first = next(row for row in exchanges if row["direction"] == "emission" and row["activity"] == "steel")
            activities = [activities[0] | {"code": "aaa", "name_en": "aaa", "name_zh": "aaa"}, *activities]
            exchanges = [first | {"activity": "aaa"}, *exchanges]
        LINE.write_database(tmp_path / name / "small", activities, exchanges, version=version)
        return str(tmp_path / name / "small")

    def study(folder: str, kg: float) -> service.Request:
        path = bill(f"L1 | plate | {kg} kg | steel-market", product=LINE.plain_product(), name=f"{kg}.xlsx")
        return service.Request(path, str(LINE.RULES), (folder,), draws=300, seed=1, reference=True)

    one = database("one", "1")
    wanted = compare(study(one, 2), study(one, 2.02)).difference.deviation
    for other in (database("two", "2"), database("three", "1", more=True)):
        found = compare(study(one, 2), study(other, 2.02))
        assert found.lower == (1.0, 0.0)
        assert deviation(found) == pytest.approx(wanted, rel=1e-6)
