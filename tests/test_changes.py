"""Why two results differ: each cause alone, all together, and nothing left over."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import changes, packing, service
from footprint.cli import main
from footprint.declare.declare import text
from footprint.declare.numbers import is_rounding
from footprint.declare.waterfall import CAUSES, Decomposed, changed, decomposed
from footprint.errors import RequestError, VerificationError
from footprint.tables.archive import pack, unpack_whole

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
PARTS = """
frame | frame | 1 item | net_mass=6
  plate | plate | 4 kg | steel
  wire  | wire  | 2 kg | copper
label | label | 1 kg | wood | recycled_share=0.2, secondary=paint
[Processes]
welding | product | frame | 1 item
welding | input | {grid} | 3 kWh
"""
Result = dict[str, Any]


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture
def calculated(bill: Callable[..., Path], tmp_path: Path) -> Callable[..., Result]:
    """Return what calculates the parts: ``edits`` of the bill, of the rules and of the factors, as (before, after)."""

    def calculate(
        *edits: tuple[str, str], rules: tuple[str, str] = ("", ""), steel: str = "2", **product: Any
    ) -> Result:
        number = sum(1 for _ in tmp_path.glob("rules-*"))
        written = PARTS.format(grid="grid-2024")
        for before, after in edits:
            assert before in written
            written = written.replace(before, after)
        own = LINE.RULES.read_text(encoding="utf-8")
        assert rules[0] in own
        (tmp_path / f"rules-{number}").mkdir()
        pcr = tmp_path / f"rules-{number}" / "rules.yaml"
        pcr.write_text(own.replace(*rules) if rules[0] else own, encoding="utf-8")
        version = "1" if steel == "2" else "2"
        made = LINE.EXCHANGES.replace(
            "steel            | emission | co2e-unsplit | 2", f"steel | emission | co2e-unsplit | {steel}"
        )
        folder = tmp_path / f"v{version}" / "small"
        if not folder.exists():
            LINE.write_database(folder, LINE.activities(), LINE.exchanges(made), version=version)
        path = bill(written, product=LINE.plain_product(**product))
        return service.calculate(service.Request(path, str(pcr), (str(folder),))).document

    return calculate


def between(one: Result, other: Result) -> Decomposed:
    """Return the decomposed difference, after looking that nothing is left over and the way back is its opposite."""
    found, back = decomposed(one, other, changed(one, other)), decomposed(other, one, changed(other, one))
    assert found.residual == back.residual == 0
    assert found.total == -back.total
    if found.unit != "item":
        assert float(found.total) == pytest.approx(
            other["result"]["total"] - one["result"]["total"], rel=1e-9, abs=1e-12
        )
    return found


def causes(found: Decomposed) -> set[str]:
    """Return the causes that make a difference."""
    return {effect.cause for effect in found.effects}


def test_the_same_result_has_no_difference(calculated: Callable[..., Result]) -> None:
    """No step, no total."""
    found = between(calculated(), calculated())
    assert (found.total, found.effects) == (0, ())


ALONE: Mapping[str, tuple[tuple[tuple[str, str], ...], dict[str, Any], float | None]] = {
    "input": ((("4 kg | steel", "4.02 kg | steel"),), {}, 0.04),
    "mapping": ((("4 kg | steel", "4 kg | wood"),), {}, None),
    "factor": ((), {"steel": "3"}, 4.0),
    "method": ((), {"rules": ("gwp_set: AR6", "gwp_set: AR5")}, None),
}


@pytest.mark.parametrize("cause", ALONE)
def test_a_cause_alone_is_the_only_one_named(calculated: Callable[..., Result], cause: str) -> None:
    """An amount, a dataset, a database or a set of warming potentials changed: all of the difference is under it."""
    edits, more, expected = ALONE[cause]
    found = between(calculated(), calculated(*edits, **more))
    assert causes(found) == {cause}
    assert found.total
    if expected is not None:
        assert float(found.by_cause()[cause]) == pytest.approx(expected, rel=1e-9)


def test_a_rule_that_leaves_a_line_out_is_the_cause(calculated: Callable[..., Result]) -> None:
    """The workbook and the databases are the same: what is gone is gone by the rules, and the line is named."""
    rule = """rules:
  - id: no-wire
    when: contains(line.name, "wire")
    exclude: "yes"
    reason: {en: no wire, zh: 不计线材}
    clause: "by hand, 2"
    source: by-hand
    status: unverified
"""
    found = between(calculated(), calculated(rules=("rules:\n", rule)))
    assert causes(found) == {"rule"}
    assert [(e.what, e.name) for e in found.effects] == [("removed", "wire")]


def test_rows_added_and_removed_are_input(calculated: Callable[..., Result]) -> None:
    """A row more shifts the cells of all below it; each of them is still itself."""
    more = ("  wire  |", "  bolt | bolt | 0.01 kg | steel\n  wire  |")
    found = between(calculated(), calculated(more))
    assert [(e.cause, e.what, e.name) for e in found.effects if e.what == "added"] == [("input", "added", "bolt")]
    assert float(found.total) == pytest.approx(0.02, rel=1e-9)


def test_a_row_renamed_keeps_its_place(calculated: Callable[..., Result]) -> None:
    """Another name in the same cell is the same line: only its amount counts."""
    found = between(calculated(), calculated(("plate | plate | 4 kg", "plate | sheet | 4.02 kg")))
    assert [(e.cause, e.what, float(e.one), float(e.other)) for e in found.effects] == [("input", "amount", 4, 4.02)]  # type: ignore[arg-type]


def test_an_amount_further_up_is_input(calculated: Callable[..., Result]) -> None:
    """Twice the frames per product: what stands in them runs more often, and that is what was filled in."""
    found = between(calculated(), calculated(("1 item | net_mass=6", "2 item | net_mass=6")))
    assert causes(found) == {"input"}
    assert {e.what for e in found.effects} == {"supply"}


def test_several_causes_add_up(calculated: Callable[..., Result]) -> None:
    """Amount, dataset, factor and warming potentials at once: each has its part, and the parts are the whole."""
    edits = (("4 kg | steel", "4.02 kg | steel"), ("2 kg | copper", "2 kg | copper"), ("1 kg | wood", "1 kg | slag"))
    found = between(calculated(), calculated(*edits, steel="3", rules=("gwp_set: AR6", "gwp_set: AR5")))
    sums = found.by_cause()
    assert sum(sums.values(), Fraction(0)) == found.total
    assert {name for name, value in sums.items() if value} >= {"input", "mapping", "factor", "method"}
    assert float(sums["factor"]) == pytest.approx(4.02, rel=1e-9)


def test_what_no_set_of_warming_potentials_touches_is_no_method(calculated: Callable[..., Result]) -> None:
    """Steel is known as CO2e only, copper by gas: another number of the one, another set for the other."""
    ar5 = ("gwp_set: AR6", "gwp_set: AR5")
    alone = between(calculated(), calculated(rules=ar5)).by_cause()
    both = between(calculated(), calculated(steel="3", rules=ar5)).by_cause()
    assert float(both["factor"]) == pytest.approx(4.0, rel=1e-9)
    assert float(both["method"]) == pytest.approx(float(alone["method"]), rel=1e-9)


def test_a_formula_of_the_rules_is_the_rules(calculated: Callable[..., Result]) -> None:
    """Their text is known by its checksum: with an amount of the workbook besides, each has its own part."""
    before = "coefficient: 1 - line.recycled_share, dataset: primary"
    formula = (before, before.replace("share,", "share * 0.5,"))
    alone = between(calculated(), calculated(rules=formula)).by_cause()
    assert {name for name, value in alone.items() if value} == {"rule"}
    both = between(calculated(), calculated(("4 kg | steel", "4.02 kg | steel"), rules=formula)).by_cause()
    assert float(both["input"]) == pytest.approx(0.04, rel=1e-9)
    assert both["rule"] == alone["rule"]


def test_a_line_without_a_number_is_paired_with_the_one_that_had_one(calculated: Callable[..., Result]) -> None:
    """A dataset that is a gap: the choice of dataset is the cause, whichever way round."""
    found = between(calculated(), calculated(("4 kg | steel", "4 kg | resin")))
    assert [(e.cause, e.what, e.name, float(e.value)) for e in found.effects] == [("mapping", "gap", "plate", -8)]


def test_without_another_program_the_program_is_no_cause(calculated: Callable[..., Result]) -> None:
    """Same workbook, rules, databases and versions, and another number: nobody knows."""
    one = calculated()
    other = json.loads(text(one))
    for posting in other["ledger"]:
        posting["amount"] *= 1.01
        posting["value"] *= 1.01
    same = changed(one, other)._replace(software=False)
    assert causes(decomposed(one, other, same)) == {"unknown"}


def test_what_is_decomposed_is_what_is_declared(bill: Callable[..., Path], tmp_path: Path) -> None:
    """A total, a declared number or a member of a package that is not its own: refused, and named."""
    small = LINE.small(tmp_path / "databases")
    path = bill("plate | plate | 4 kg | steel", product=LINE.plain_product())
    out = tmp_path / "out"
    service.produce(service.Request(path, str(LINE.RULES), (str(small),)), out, "en")
    packing.pack(out, tmp_path / "a.zip", "en")
    document = json.loads((out / "declaration.json").read_text(encoding="utf-8"))
    for key, value in (("declared", "1.0"), ("total", 9.0)):
        forged = {**document, "result": {**document["result"], key: value}}
        (tmp_path / "forged.json").write_text(text(forged), encoding="utf-8")
        with pytest.raises(VerificationError, match=f"result.{key}"):
            changes.diff(out, tmp_path / "forged.json", "en")
    members = unpack_whole((tmp_path / "a.zip").read_bytes(), "a.zip")
    members["result/declaration.json"] += b" "
    (tmp_path / "b.zip").write_bytes(pack(members))
    with pytest.raises(VerificationError, match="not the one of the manifest"):
        changes.diff(tmp_path / "a.zip", tmp_path / "b.zip", "en")


ROUNDED = (
    ("4.02", 4.0217, True), ("4", 4.0217, True), ("350", 341.0, True), ("1.0", 4.0, False), ("3.9", 4.02, False),
    ("0", 0.0, True), ("nothing", 1.0, False),
)  # fmt: skip


@pytest.mark.parametrize(("stated", "value", "is_it"), ROUNDED)
def test_a_declared_number_is_a_rounding(stated: str, value: float, *, is_it: bool) -> None:
    """To figures, or to a multiple of a rule's own."""
    assert is_rounding(stated, value) is is_it


def test_what_no_ingredient_explains_is_software(calculated: Callable[..., Result]) -> None:
    """Same workbook, rules and databases, another number: the program."""
    one = calculated()
    other = json.loads(text(one))
    for posting in other["ledger"]:
        posting["amount"] *= 1.01
        posting["value"] *= 1.01
    found = decomposed(one, other, changed(one, other))
    assert causes(found) == {"software"}
    assert found.residual == 0


def test_a_posting_that_is_not_its_product_leaves_a_residual(calculated: Callable[..., Result]) -> None:
    """The steps are worked out of the numbers of both sides: what they do not make up is told, not put on the last."""
    one, other = calculated(), calculated(("4 kg | steel", "3.99 kg | steel"))
    (plate,) = (posting for posting in other["ledger"] if posting["name"] == "plate")
    plate["value"] += 0.5
    assert float(decomposed(one, other, changed(one, other)).residual) == pytest.approx(0.5)


def test_a_difference_names_evidence_instruments_scores_and_uncertainty(
    bill: Callable[..., Path], tmp_path: Path
) -> None:
    """Another calibration, reading, score, spread, and set of potentials: each with both values."""
    text_ = (
        "a | A | 10 kg | mine | basis=measured, evidence=E1, pedigree=pact -;-;{score};-;-\n"
        "[Factors]\nmine | 2 | period=2024\n"
        "[Evidence]\nE1 | weighing | type=weighing, document=slip, period_start=2024-01-01, period_end=2024-12-31, "
        "opening=0, closing={closing}, unit=kg, instrument=I1\n"
        "[Instruments]\nI1 | id=I1, what=scale, certificate=C, expanded={wide}, expanded_unit=%, k=2\n"
    )
    small, outs = LINE.small(tmp_path / "databases"), []
    for name, score, closing, set_ in (("one", 2, "10", "AR6"), ("two", 4, "10.02", "AR5")):
        rules = tmp_path / f"{name}.yaml"
        rules.write_text(f"extends: {LINE.RULES}\ngwp_set: {set_}\n", encoding="utf-8")
        path = bill(text_.format(score=score, closing=closing, wide=score), product=LINE.plain_product())
        outs.append(tmp_path / name)
        service.produce(service.Request(path, str(rules), (str(small),), draws=200, seed=1), outs[-1], "en")
    said = changes.diff(*outs, "en")
    for fact in ("gwp_set: AR6 -> AR5", "E1 readings.closing: 10 -> 10.02", "I1 expanded: 2 -> 4",
                 "activity.time: 2 -> 4", "uncertainty: first_order.deviation: 0.2 -> 0.4"):  # fmt: skip
        assert fact in said


def test_results_per_different_units_are_compared_per_item(calculated: Callable[..., Result]) -> None:
    """One declared per item, the other per kilogram: per item nothing differs but roundings."""
    found = between(calculated(), calculated(declared_unit="kilogram"))
    assert found.unit == "item"
    assert causes(found) <= {"rounding"}
    assert abs(float(found.total)) < 1e-9


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause_has_a_name(cause: str) -> None:
    """In both languages."""
    from footprint.messages import label

    assert label(f"cause-{cause}", "en") != label(f"cause-{cause}", "zh")


def test_folders_packages_and_declarations_are_compared(bill: Callable[..., Path], tmp_path: Path) -> None:
    """Whatever form a result has, the difference is the same; packages also tell what rule files say otherwise."""
    small = LINE.small(tmp_path / "databases")
    path = bill("plate | plate | 4 kg | steel", product=LINE.plain_product())
    forms = []
    for number, before in enumerate(("", "value: 0.02")):
        pcr = tmp_path / str(number) / "rules.yaml"
        pcr.parent.mkdir()
        own = LINE.RULES.read_text(encoding="utf-8")
        pcr.write_text(own.replace(before, "value: 0.03") if before else own, encoding="utf-8")
        service.produce(service.Request(path, str(pcr), (str(small),)), tmp_path / str(number) / "out", "en")
        packing.pack(tmp_path / str(number) / "out", tmp_path / f"{number}.zip", "en")
        forms.append((tmp_path / str(number) / "out", tmp_path / f"{number}.zip"))
    (one, packed), (other, repacked) = forms
    for a, b in ((one, other), (packed, repacked), (one / "declaration.json", repacked)):
        told = changes.diff(a, b, "en")
        assert "Difference: 0 kg CO2e / 1 item, of which" in told
        assert "unexplained\t0" in told
    assert "rule file: pcr/rules.yaml!parameters: cut_off_mass" in changes.diff(packed, repacked, "en")
    shown = CliRunner().invoke(main, ["diff", str(one), str(other), "--lang", "zh"])
    assert "未解释" in shown.output


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'{"schema": "footprint-declaration/1.0"}', b"PK\x03\x04"])
def test_what_is_no_result_is_told(content: bytes, tmp_path: Path) -> None:
    """Nothing, another document, half a document, no folder: a sentence."""
    (tmp_path / "a.json").write_bytes(content)
    for path in (tmp_path / "a.json", tmp_path, tmp_path / "none"):
        shown = CliRunner().invoke(main, ["diff", str(path), str(path), "--lang", "en"])
        assert shown.exit_code in {2, 7, 8}, shown.output
    with pytest.raises(RequestError):
        changes.diff(tmp_path / "none", tmp_path / "none", "en")
