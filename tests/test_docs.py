"""The READMEs say what the program does: commands, options, codes, numbers. In both languages."""

from __future__ import annotations

import contextlib
import json
import re
import runpy
import shlex
from collections import Counter
from collections.abc import Iterator
from math import fsum
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from footprint import errors, service
from footprint.background import source
from footprint.cli import main
from footprint.declare.numbers import declared
from footprint.errors import FootprintError, Problem
from footprint.provenance import Place
from footprint.publish import outgoing
from footprint.rules import load as pcrs

ROOT = Path(__file__).parents[1]
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
PICTURE_BYTES = 250_000
both = pytest.mark.parametrize("lang", READMES)


def readme(lang: str) -> str:
    """Return the README in ``lang``."""
    return READMES[lang].read_text(encoding="utf-8")


def blocks(text: str, kind: str) -> list[list[str]]:
    """Return the lines of each fenced block of ``kind``."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [inside.splitlines() for named, inside in fences if named == kind]


def commands(group: click.Group = main, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command with the words that call it."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield (*words, name), command


def options(command: click.Command) -> set[str]:
    """Return every spelling of the options of a command."""
    return {name for p in command.params if isinstance(p, click.Option) for name in p.opts}


COMMANDS = dict(commands())
every_command = pytest.mark.parametrize("words", COMMANDS, ids=" ".join)


@both
def test_every_command_stands_in_its_row_with_its_options_and_an_example(lang):
    """Each command has one row of the table, with each of its options, none of others', and an example of itself."""
    for words, command in COMMANDS.items():
        called = " ".join(("footprint", *words))
        rows = [line for line in readme(lang).splitlines() if line.startswith(f"| `{called}`")]
        assert len(rows) == 1, f"{READMES[lang].name}: give `{called}` one row in the table of commands"
        _, _, named, example, _ = rows[0].split("|")
        listed = set(re.findall(r"`(-[^`]*)`", named))
        assert listed == options(command), f"{READMES[lang].name}: correct the options of `{called}`"
        assert example.strip().startswith(f"`{called}")
        parsed(example.strip().strip("`"))


@both
def test_no_command_is_described_that_does_not_exist(lang):
    """Whatever the README calls `footprint ...` in its code is a command that parses."""
    written = re.findall(r"`(footprint [^`]*)`", readme(lang))
    for line in [line for block in blocks(readme(lang), "sh") for line in block]:
        written += [part.strip() for part in line.split("&&") if part.strip().startswith("footprint ")]
    assert len(written) > len(COMMANDS)
    known = {" ".join(("footprint", *words)) for words in COMMANDS}
    known |= {"footprint --help", "footprint --version"}
    for line in written:
        if line not in known:
            parsed(line)


def parsed(line: str) -> None:
    """Parse a call as the program would; a wrong option or a missing argument is an error."""
    _, *words = shlex.split(line)
    command: click.Command = main
    while isinstance(command, click.Group) and (words or not command.invoke_without_command):
        name = words.pop(0)
        assert name in command.commands, f"{line}: there is no command {name}"
        command = command.commands[name]
    command.make_context(command.name, words)


@every_command
def test_help_has_an_example_that_parses(words):
    """`--help` of each command shows an example, in both languages says what it does, and the example parses."""
    answer = CliRunner().invoke(main, [*words, "--help"])
    assert answer.exit_code == 0
    examples = re.findall(r"Example: (footprint .*)", answer.output)
    assert examples, f"{' '.join(words)}: add a line 'Example: footprint ...' to its docstring"
    assert re.search(r"[\u4e00-\u9fff]", answer.output), f"{' '.join(words)}: say it in Chinese too"
    for example in examples:
        assert example.startswith(" ".join(("footprint", *words)))
        parsed(example)


@both
def test_every_exit_code_is_in_the_table(lang):
    """Each class of error stands with its exit code."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, FootprintError)]
    expected = {(str(k.exit_code), k.__name__.removesuffix("Error")) for k in kinds if k is not FootprintError}
    assert set(re.findall(r"^\| (\d) \| (\w+) \|", readme(lang), re.MULTILINE)) == expected


@both
def test_the_error_shown_is_the_error_said(lang):
    """The sample of an error is what the program says."""
    sample = Problem("unit-unknown", Place("pump.xlsx", "BOM", "D8"), {"unit": "kgs"}, ("kg",)).text(lang)
    assert [sample] in blocks(readme(lang), "")


@both
def test_everything_that_ships_is_named(lang):
    """Each report, rule file, database and example is named in the README."""
    text = readme(lang)
    shipped = [path.name for folder in ("databases", "templates/examples") for path in (ROOT / folder).iterdir()]
    for name in ("declaration.json", "run.json", *service.REPORTS, *outgoing.formats(), *pcrs.ids(), *shipped):
        assert name in text, f"{READMES[lang].name}: say what {name} is"


@both
def test_links_lead_somewhere(lang):
    """Every relative link and picture exists."""
    links = re.findall(r"\]\(([^)#:]+)\)", readme(lang))
    assert links
    assert not [link for link in links if not (ROOT / link).exists()]


@both
def test_the_picture_is_small(lang):
    """The picture of a report is a PNG of at most 250 kB."""
    picture = ROOT / re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme(lang))[0]
    content = picture.read_bytes()
    assert content.startswith(b"\x89PNG")
    assert len(content) <= PICTURE_BYTES


def test_both_readmes_are_one():
    """Same headings by level, same commands, same rows of tables, in both languages."""
    shapes = []
    for lang in READMES:
        text = readme(lang)
        levels = re.findall(r"^(#+) ", re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
        tables = [line.count("|") for line in text.splitlines() if line.startswith("|")]
        shapes.append((levels, tables, blocks(text, "sh"), blocks(text, "yaml"), text.count("\n- ")))
    assert shapes[0] == shapes[1]


def test_the_two_commands_come_first():
    """The first block of the README is two commands: install and run the demo, install and run the tests."""
    first, second = blocks(readme("en"), "sh")[0]
    assert first == "pip install . && footprint demo battery"
    assert second == 'pip install ".[test]" && pytest'


@both
def test_the_rule_shown_is_a_rule_that_ships(lang):
    """The excerpt of a rule file stands, line by line, in a rule file."""
    files = [stripped(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "pcr").glob("*.yaml")]
    excerpts = [stripped(block) for block in blocks(readme(lang), "yaml")]
    assert excerpts
    assert all(any(excerpt in file for file in files) for excerpt in excerpts)


def stripped(lines: list[str]) -> str:
    """Return lines without their indentation."""
    return "\n".join(line.strip() for line in lines)


@both
@pytest.mark.parametrize("name", ["workbook", "factors"])
def test_the_description_of_a_table_is_up_to_date(lang, name):
    """The description of every sheet and column is what the schema gives."""
    made = runpy.run_path(str(ROOT / "tests" / "make_workbook_docs.py"))
    written = (ROOT / "templates" / f"{name}.{lang}.md").read_text(encoding="utf-8")
    assert written == made["TEXTS"][name](lang), "run python tests/make_workbook_docs.py"


# ------------------------------------------------------------------------------------------------ numbers


def section(lang: str, number: str) -> str:
    """Return the part of the README that holds ``number`` in its heading or first line."""
    (found,) = [part for part in re.split(r"^## ", readme(lang), flags=re.MULTILINE) if number in part.split("\n\n")[0]]
    return found


@both
def test_counts_of_the_database_are_true(lang):
    """The counts of open-cn by kind and status are those of its files."""
    rows = source.read(ROOT / "databases" / "open-cn").activities
    kinds = Counter(row["kind"] for row in rows)
    assert set(kinds) == {"factor", "unit-process", "gap"}
    filled = [row for row in rows if row["kind"] != "gap"]
    status = Counter(row["status"] for row in filled)
    expected = [
        len(rows), kinds["factor"], kinds["unit-process"], kinds["gap"], len(filled), status["verified"],
        status["secondary"], status["calculated"], sum(bool(row["proxy"]) for row in filled),
    ]  # fmt: skip
    assert sum(status[s] for s in ("verified", "secondary", "calculated")) == len(filled)
    paragraph = section(lang, "open-cn").split("\n\n")[1]
    assert [int(n) for n in re.findall(r"(?<![\d.-])\d+(?![\d.-])", paragraph)] == expected


@pytest.fixture(scope="module")
def declaration(tmp_path_factory) -> dict[str, Any]:
    """The declaration that the README's first command makes, run as it stands there."""
    (first, _) = blocks(readme("en"), "sh")[0]
    words = shlex.split(first.partition("&&")[2])
    with contextlib.chdir(tmp_path_factory.mktemp("readme")):
        assert CliRunner().invoke(main, words[1:], catch_exceptions=False).exit_code == 0
        return json.loads(Path("footprint-demo-battery/declaration.json").read_text(encoding="utf-8"))


def below(flows: list[dict[str, Any]], root: str) -> set[str]:
    """Return the activities that ``root`` needs, itself included."""
    found = {root}
    while more := {flow["child"] for flow in flows if flow["parent"] in found} - found:
        found |= more
    return found


def three(value: float) -> str:
    """Return ``value`` at three significant digits."""
    return f"{value:.3g}"


@both
def test_numbers_of_the_example_are_those_of_the_demo(lang, declaration):
    """What the README says of the battery is what the demo declares, and the bound is a bound."""
    result, gross = declaration["result"], next(r for r in declaration["result"]["also"] if r["id"] == "kwh-capacity")
    scale = gross["total"] / result["total"]
    cells = below(declaration["flows"], "C")
    gate = [e for e in declaration["ledger"] if e["stage"] in {"raw_materials", "production"}]
    pack = scale * fsum(e["value"] for e in gate)
    cell = scale * fsum(e["value"] for e in gate if e["activity"] in cells)
    text = section(lang, {"en": "battery example", "zh": "示例电池"}[lang])
    assert result["complete"] is True
    assert re.findall(r"\| ([\d.]+) \|$", text, re.MULTILINE) == [
        result["declared"], gross["declared"], *(declared(value, 3) for value in (pack, cell)),
    ]  # fmt: skip
    prose = re.sub(r"^\|.*$", "", text, flags=re.MULTILINE)
    mass = declaration["completeness"]["mass_share"]
    assert estimated(declaration) <= {*re.findall(r"[\d.]+ %|\d+(?= data gaps| 处)", prose)}
    for number in (three(pack - cell), f"{100 * mass:.1f} %"):
        assert re.search(rf"(?<![\d.]){re.escape(number)}", prose), f"{READMES[lang].name}: {number} is missing"
    assert cell > 69, "rewrite how the cells compare with the published percentiles"
    assert pack > 69, "rewrite how the pack compares with the published percentiles"


@both
def test_numbers_of_the_detergent_are_those_of_its_demo(lang, detergent):
    """What the README says of the detergent is what its demo declares, beside what others published."""
    result = detergent["result"]
    also = {a["id"]: a for a in result["also"]}
    (without,) = [s for s in result["subtotals"] if s["id"] == "without-use"]
    per_kg = also["kg-fabric"]["total"] / result["total"]
    text = section(lang, {"en": "detergent example", "zh": "示例洗衣粉"}[lang])
    assert result["complete"] is True
    shown = [result["declared"], without["declared"], also["kg-fabric"]["declared"], three(per_kg * without["value"])]
    assert re.findall(r"\| ([\d.]+) \|$", text, re.MULTILINE) == [*shown, also["kilogram"]["declared"]]
    stages = {stage["id"]: stage["value"] for stage in result["by_stage"]}
    plant, use = stages["production"], stages["use"] / result["total"]
    numbers = [f"{100 * use:.0f} %", f"{plant:.3f}", f"{0.22 * 0.19:.3f}", f"{0.33 * 0.19:.3f}"]
    numbers += [scenario["declared"] for scenario in detergent["scenarios"]]
    numbers += estimated(detergent)
    warm = next(scenario["total"] for scenario in detergent["scenarios"] if scenario["id"] == "40 degrees")
    for number in (*numbers, three(warm / 4.5)):
        assert re.search(rf"(?<![\d.]){re.escape(number)}", text), f"{READMES[lang].name}: {number} is missing"
    span = 0.22 * 0.19, 0.33 * 0.19
    assert span[0] < per_kg * without["value"] < span[1], "rewrite how the detergent compares with the published share"


@both
def test_numbers_of_the_transformer_are_those_of_its_demo(lang, transformer):
    """What the README says of the transformer is what its demo declares, beside what others published."""
    result = transformer["result"]
    sums = {s["id"]: s for s in result["subtotals"]}
    per_kva = next(a for a in result["also"] if a["id"] == "kva")
    stages = {stage["id"]: stage["value"] for stage in result["by_stage"]}
    making, use = sums["cradle-to-gate-part"]["value"], stages["use"]
    text = section(lang, {"en": "transformer example", "zh": "示例变压器"}[lang])
    assert result["complete"] is True
    shown = [result["declared"], sums["without-use"]["declared"], sums["cradle-to-gate-part"]["declared"]]
    assert re.findall(r"\| ([\d.]+) \|$", text, re.MULTILINE) == [*shown, per_kva["declared"]]
    left = fsum(part["estimate"] for part in transformer["excluded"] if part["rule"] == "cut-off")
    share, years = use / result["total"], 30 * making / use
    for number in (f"{100 * share:.1f} %", f"{years:.2f}", f"{making / 1600:.1f}", f"{left:.0f} kg"):
        assert re.search(rf"(?<![\d.]){re.escape(number)}", text), f"{READMES[lang].name}: {number} is missing"
    ifs = {scenario["id"]: int(scenario["declared"]) for scenario in transformer["scenarios"]}
    assert all(f"{ifs[id_]:,}" in text for id_ in ("defaults of the rules", "grid of 2023"))
    assert abs(share - 0.9903) < 0.005, "rewrite how the share of use compares with the published one"
    assert years < 2, "rewrite when the losses pass the making"


def estimated(declaration: dict[str, Any]) -> set[str]:
    """Return how much of a demo is estimated, and of how many gaps, as a README says it."""
    found = declaration["completeness"]["estimated"]
    return {f"{100 * found['impact_share']:.2g} %", str(found["gaps"])}


@pytest.fixture(scope="module")
def transformer(tmp_path_factory) -> dict[str, Any]:
    """The declaration that `footprint demo transformer` makes."""
    return demonstrated("transformer", tmp_path_factory)


@pytest.fixture(scope="module")
def detergent(tmp_path_factory) -> dict[str, Any]:
    """The declaration that `footprint demo detergent` makes."""
    return demonstrated("detergent", tmp_path_factory)


def demonstrated(name: str, folders: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the declaration that `footprint demo` makes of an example."""
    with contextlib.chdir(folders.mktemp(name)):
        assert CliRunner().invoke(main, ["demo", name], catch_exceptions=False).exit_code == 0
        return json.loads(Path(f"footprint-demo-{name}/declaration.json").read_text(encoding="utf-8"))
