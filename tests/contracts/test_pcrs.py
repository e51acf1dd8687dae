"""What every rule file promises, whatever files there are: it loads, its cases pass, and it speaks both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from footprint import gwp
from footprint.messages import LANGUAGES
from footprint.model.pcr import Pcr
from footprint.paths import data_root
from footprint.rules.cases import failures
from footprint.rules.expressions import names
from footprint.rules.load import ids, load, words_of
from footprint.rules.show import shown, untold
from footprint.rules.strict import cited_parts

FILES = sorted(path.stem for path in (Path(__file__).parents[2] / "pcr").glob("*.yaml"))
OWN = Path(__file__).parents[1] / "golden" / "pump" / "rules.yaml"
NAMED = [*FILES, str(OWN)]


def test_there_are_rules_and_all_are_found() -> None:
    """The files of the folder are what the program lists, each under the id it gives itself."""
    assert FILES
    assert list(ids()) == FILES
    assert [load(name).id for name in FILES] == FILES
    assert sorted(path.name for path in (data_root() / "pcr").iterdir()) == [f"{name}.yaml" for name in FILES]


@pytest.mark.parametrize("name", NAMED)
def test_cases_pass_and_cover_every_rule_and_unit(name: str) -> None:
    """Each rule and each declared unit of the file itself has at least one case, and every case passes."""
    pcr = load(name)
    assert failures(pcr) == ()
    for kind in ("rule", "declared_unit"):
        named = {str(case[kind]) for case in pcr.cases if kind in case}
        assert {part.id for part in own(pcr, kind)} - named == set(), f"a {kind} without a case"
    assert all(str(case["source"]).strip() for case in pcr.cases)


def own(pcr: Pcr, kind: str) -> list[Any]:
    """Return the parts of one kind that the file says itself: what a parent says has its cases there."""
    theirs = parts_of(load(pcr.layers[-2]), kind) if len(pcr.layers) > 1 else ()
    return [part for part in parts_of(pcr, kind) if part not in theirs]


def parts_of(pcr: Pcr, kind: str) -> Sequence[Any]:
    decided = pcr.allocation.steps if pcr.allocation else ()
    parts: dict[str, Sequence[Any]] = {
        "rule": pcr.rules, "declared_unit": pcr.declared_units, "scenario": pcr.scenarios, "allocation": decided,
        "check": [check for check in pcr.checks if check.test is not None],
        "benchmark": [benchmark for benchmark in pcr.benchmarks if benchmark.test is not None],
    }  # fmt: skip
    return parts[kind]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("kind", ["rule", "scenario", "allocation", "check", "benchmark"])
def test_every_part_has_a_case_that_holds_and_one_that_does_not(name: str, kind: str) -> None:
    """A test whose outcome is the same in all its cases may as well say nothing; a value that is missing fails it."""
    pcr = load(name)
    for part in own(pcr, kind):
        outcomes = [case["expect"] for case in pcr.cases if case.get(kind) == part.id]
        fails = [each for each in outcomes if each == "false" or str(each).startswith("missing ")]
        holds = [each for each in outcomes if each not in ("false", "not applicable") and each not in fails]
        assert fails, f"{kind} {part.id}: no case that fails"
        assert holds or fails == [f"missing parameter.{each.partition('.')[2]}" for each in fails], f"{kind} {part.id}"


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_something_under_every_topic(name: str) -> None:
    """Scope to verification: what the rules say there, or that it could not be read."""
    assert untold(load(name)) == ()


@pytest.mark.parametrize("name", FILES)
def test_no_part_is_better_checked_than_its_document(name: str) -> None:
    """What was read in another's copy is secondary at best, what comes from memory unverified."""
    pcr = load(name)
    rank = {"verified": 0, "secondary": 1, "calculated": 1, "unverified": 2}
    documents = {source.id: rank[source.status.value] for source in pcr.sources}
    better = [part for part, cited in cited_parts(pcr) if rank[cited.status.value] < documents[cited.source]]
    assert not better


@pytest.mark.parametrize("name", NAMED)
def test_rules_that_leave_out_or_derive_show_both_outcomes(name: str) -> None:
    """A rule that excludes has a case that holds; one that derives has a case with all its coefficients."""
    pcr = load(name)
    for rule in own(pcr, "rule"):
        outcomes = [case["expect"] for case in pcr.cases if case.get("rule") == rule.id]
        if rule.verb == "exclude":
            assert "true" in outcomes, rule.id
        if rule.verb == "derive":
            assert any(isinstance(expected, list) and len(expected) == len(rule.derived) for expected in outcomes)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_rules_are_shown_in_both_languages(name: str, lang: str) -> None:
    """The printed rules name every unit, boundary, rule and check, with clause and source; Chinese in Chinese."""
    pcr = load(name)
    text = shown(pcr, lang)
    for part in (*pcr.declared_units, *pcr.boundaries, *pcr.rules, *pcr.checks):
        assert f"- {part.id}" in text
        assert part.cited.clause in text
    told = "\n".join(line for line in text.splitlines() if not line.startswith("["))  # documents keep their titles
    assert bool(re.search(r"[\u4e00-\u9fff]{4}", told)) is (lang == "zh")
    assert "None" not in text


@pytest.mark.parametrize("name", NAMED)
def test_everything_is_said_in_both_languages(name: str) -> None:
    """Titles, reasons, sentences and fields have a Chinese and an English text, and they differ."""
    pcr = load(name)
    texts = [pcr.title, pcr.scope, *(p.title for p in (*pcr.declared_units, *pcr.stages, *pcr.boundaries))]
    texts += [p.title for p in pcr.parameters] + [r.reason for r in pcr.rules] + [c.sentence for c in pcr.checks]
    texts += [d.title for rule in pcr.rules for d in rule.derived]
    texts += [s.sentence for s in pcr.statements] + [p.todo for p in (*pcr.parameters, *pcr.benchmarks) if p.todo]
    texts += [step.reason for step in (pcr.allocation.steps if pcr.allocation else ())]
    texts += [p.title for p in (*pcr.classes, *pcr.materials, *pcr.components, *pcr.subtotals, *pcr.benchmarks)]
    texts += [text for s in pcr.scenarios for text in (s.name, s.reason)]
    texts += [{"en": f.en, "zh": f.zh} for f in pcr.fields]
    texts += [{"en": f.meaning_en, "zh": f.meaning_zh} for f in pcr.fields]
    for text in texts:
        assert text["en"].strip() and not re.search(r"[\u4e00-\u9fff]", text["en"]), text  # noqa: PT018
        assert re.search(r"[\u4e00-\u9fff]", text["zh"]), text


@pytest.mark.parametrize("name", NAMED)
def test_every_value_has_a_clause_and_a_source(name: str) -> None:
    """Nothing is ruled without saying where it stands; the documents named are the documents listed."""
    pcr = load(name)
    cited = [c for _, c in cited_parts(pcr)]
    assert all(c.clause.strip() and c.source.strip() for c in cited)
    inherited = {source.id for source in load(pcr.layers[-2]).sources} if len(pcr.layers) > 1 else set()
    assert {source.id for source in pcr.sources} - inherited <= {c.source for c in cited}


@pytest.mark.parametrize("name", NAMED)
def test_rules_ask_only_what_workbook_and_rules_can_say(name: str) -> None:
    """Each product field a unit needs is brought by the rules or is of the template; each parameter is dated."""
    pcr = load(name)
    words = words_of(pcr)
    asked = set().union(*(names(u.amount) for u in pcr.declared_units), *(names(r.when) for r in pcr.rules))
    assert asked <= set(words)
    assert all(parameter.values or parameter.todo for parameter in pcr.parameters)
    assert pcr.gwp_set in gwp.SETS
    stages = {stage.id for stage in pcr.stages}
    assert all(set(boundary.stages) <= stages and boundary.stages for boundary in pcr.boundaries)
