"""How far a result may be off: variables of cells, parameters and factors, moments in closed form, files and words."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import service
from footprint.background.source import Source
from footprint.background.spread import spreads
from footprint.cli import main
from footprint.engine.first_order import first_order
from footprint.engine.sampling import moments, totals
from footprint.errors import CalculationError, WorkbookError
from footprint.line import solved
from footprint.quality.pedigree import spread
from footprint.resampling import whole
from footprint.uncertainty import uncertain, uncertainty


def response(path: Path) -> Any:
    ready = service.prepare(service.Request(path))
    return uncertain(ready, solved(ready)).response


def told(path: Path, draws: int = 2000, seed: int = 1) -> Any:
    ready = service.prepare(service.Request(path))
    return uncertainty(ready, solved(ready), draws, seed)


def supplied(bill: Any, dataset: str = "mine", **said: str) -> Path:
    """Write 3 kg and 1 kg on one or two factors of the workbook; ``said``: row -> how far its number may be off."""
    rows = {"a": "a | Steel a | 3 kg | mine", "b": f"b | Steel b | 1 kg | {dataset}"}
    rows |= {"factors": "[Factors]", "mine": "mine | 2", "other": "other | 2"}
    text = "\n".join(f"{row} | uncertainty={said[key]}" if key in said else row for key, row in rows.items())
    return bill(text, product={"net_mass": 4.0})


def test_a_sum_of_lognormals_has_its_moments(bill) -> None:
    """Independent amounts: the variance is the sum, the mean that of the means."""
    path = supplied(bill, a="lognormal 1.3", b="lognormal 1.5")
    of, sigmas = response(path), (math.log(1.3), math.log(1.5))
    weights = [leaf.value for leaf in of.leaves]
    mean = math.fsum(w * math.exp(s * s / 2) for w, s in zip(weights, sigmas, strict=True))
    variance = math.fsum(w * w * math.exp(s * s) * math.expm1(s * s) for w, s in zip(weights, sigmas, strict=True))
    found, sampled = first_order(of), moments(totals(of, 200_000, seed=1))
    assert (found.mean, found.deviation) == pytest.approx((mean, math.sqrt(variance)), rel=1e-12)
    assert sampled.mean == pytest.approx(mean, abs=4 * math.sqrt(variance / 200_000))
    assert sampled.deviation == pytest.approx(math.sqrt(variance), rel=0.015)


def test_a_product_of_lognormals_is_lognormal(bill) -> None:
    """One factor behind every line, and one amount: median and 95 % interval in closed form."""
    path = bill("a | Steel | 3 kg | mine | uncertainty=lognormal 1.3\n[Factors]\nmine | 2 | uncertainty=lognormal 1.2",
                product={"net_mass": 3.0})  # fmt: skip
    of = response(path)
    sigma = math.hypot(math.log(1.3), math.log(1.2))
    total = sum(leaf.value for leaf in of.leaves)
    sampled = moments(totals(of, 200_000, seed=2))
    assert sampled.median == pytest.approx(total, rel=0.004)
    assert sampled.low == pytest.approx(total * math.exp(-1.959964 * sigma), rel=0.01)
    assert sampled.high == pytest.approx(total * math.exp(1.959964 * sigma), rel=0.01)


def test_a_factor_of_two_lines_is_one_variable(bill) -> None:
    """3 kg and 1 kg on one factor scatter as 4 kg do; on two factors as the root of 9 and 1."""
    shared = first_order(response(supplied(bill, mine="u=10 %")))
    apart = first_order(response(supplied(bill, mine="u=10 %", other="u=10 %", dataset="other")))
    assert shared.deviation / shared.total == pytest.approx(0.1)
    assert apart.deviation / apart.total == pytest.approx(0.1 * math.sqrt(10) / 4)
    assert len(shared.variables) == 1
    assert len(apart.variables) == 2


def test_a_parameter_is_one_variable(bill) -> None:
    """Two amounts times one parameter scatter together."""
    path = bill("a | A | 3 kg | mine | parameter=p\nb | B | 1 kg | mine | parameter=p\n[Parameters]\np | 1 | "
                "uncertainty=u=10 %\n[Factors]\nmine | 2", product={"net_mass": 4.0})  # fmt: skip
    found = first_order(response(path))
    assert found.deviation / found.total == pytest.approx(0.1)


def test_a_product_field_moves_what_the_rules_make_of_it(bill) -> None:
    """Per kWh of a capacity that may be off by 6 %: so is the result, the other way; its variable bears its name."""
    path = bill("a | A | 3 kg | mine\n[Factors]\nmine | 2", product={"net_mass": 3.0, "gross_kwh": (1.5, "u=6 %")})
    found = told(path)
    assert found["first_order"]["relative"] == pytest.approx(0.06, rel=1e-3)
    (variable,) = found["variables"]
    assert (variable["slope"], variable["name"]["en"]) == (pytest.approx(-1), "Gross capacity")
    of = response(path)
    ratios = 4 / totals(of, 1000, seed=1)
    assert ratios.std() == pytest.approx(0.06, rel=0.1)


def test_a_loss_may_be_nothing_or_much(bill) -> None:
    """3 kg and a loss of 0 to 100 %: every result from 3 to 6 kg alike, though the loss counts for a third of it."""
    text = "a | A | 3 kg | mine | loss=0.5, loss_to=evaporated, loss_uncertainty=uniform 0..1\n[Factors]\nmine | 1"
    path = bill(text, product={"net_mass": 3.0, "loss_formula": "multiply"})
    drawn = totals(response(path), 20_000, seed=1)
    assert (drawn.min(), drawn.max()) == pytest.approx((3, 6), abs=0.01)
    assert drawn.mean() == pytest.approx(4.5, abs=0.03)
    assert drawn.std() == pytest.approx(3 / math.sqrt(12), rel=0.02)
    assert told(path)["variables"][0]["name"]["en"] == "A: Loss rate"


def test_a_share_is_a_number_that_may_be_off(bill) -> None:
    """Of a facility's 10 kg of fossil CO2 a tenth, give or take."""
    text = (
        "a | A | 1 item | net_mass=3\n[Processes]\nmake | product | a | 1 item\n"
        "make | emission | co2-fossil | 10 kg | "
        "covers=facility_total, sharing_key=kg, share=0.1, share_uncertainty=u=7 %"
    )
    assert told(bill(text, product={"net_mass": 3.0}))["first_order"]["relative"] == pytest.approx(0.07, rel=1e-3)


def test_an_end_of_life_share_of_all_counts(bill) -> None:
    """A share of 1 cannot grow: what it does is measured downwards."""
    text = (
        "a | A | 3 kg | aluminium-primary-ingot\n[End of life]\n"
        "a | landfill | 1 | treatment=waste-collection-recycling-gb, uncertainty=triangular 0.8..1..1"
    )
    path = bill(text, product={"net_mass": 3.0, "boundary": "cradle-to-grave-no-use"})
    (share,) = (v for v in told(path)["variables"] if "End of life" in v["id"])
    assert share["slope"] != 0


def test_routes_of_scenarios_are_another_whole(bill) -> None:
    """Shares add up to one in the result and in each scenario: what is drawn is the result that was calculated."""
    text = (
        "case | Case | 1 kg | mine\n[End of life]\n"
        "product | incineration | 0.7 | treatment=burn, uncertainty=u=1 %\nproduct | landfill | 0.3 | treatment=land\n"
        "product | incineration | 1 | treatment=burn, scenario=all burnt\n"
        "product | landfill | 1 | treatment=land, scenario=all buried\n"
        "[Factors]\nmine | 2\nburn | 3\nland | 0.5"
    )
    path = bill(text, product={"net_mass": 1.0, "boundary": "cradle-to-grave-no-use"})
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    found = first_order(uncertain(ready, result).response)
    assert result.ledger.total() == pytest.approx(2 + 0.7 * 3 + 0.3 * 0.5, rel=1e-12)
    assert found.total == pytest.approx(result.ledger.total(), rel=1e-12)
    assert found.deviation == pytest.approx(0.01 * 0.7 * 0.3 * (3 - 0.5), rel=1e-9)


def test_what_is_drawn_is_the_result_or_nothing(bill) -> None:
    """A bill that is built anew otherwise than it was calculated states no interval."""
    path = supplied(bill, a="u=1 %")
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    postings = (*result.ledger.postings, result.ledger.postings[0])
    with pytest.raises(CalculationError, match="uncertainty-other"):
        uncertain(ready, result._replace(ledger=result.ledger._replace(postings=postings)))


def test_a_divisor_of_few_degrees_of_freedom_is_refused_sooner(bill) -> None:
    """What is 5 standard deviations of a normal number is reached often by one of 3 degrees of freedom."""
    text = (
        "case | Case | 2 item | net_mass=0.5\n  al | Aluminium | 500 g | mine\n[Processes]\n"
        "casting | product | case | 90 item | uncertainty=u=11 %{dof}\n"
        "casting | input | mine2 | 30 kg | destination=evaporated\n[Factors]\nmine | 2\nmine2 | 3"
    )
    assert response(bill(text.format(dof=""), product={"net_mass": 1.0})).variables
    with pytest.raises(WorkbookError, match="uncertainty-divisor"):
        response(bill(text.format(dof=" dof=3"), product={"net_mass": 1.0}))


def test_the_distribution_of_a_parameter_is_read(bill) -> None:
    """It says the same as the column Uncertainty, in the same words; other words are refused."""
    text = "a | A | 3 kg | mine | parameter=p\n[Parameters]\np | 1 | distribution={said}\n[Factors]\nmine | 2"
    assert first_order(response(bill(text.format(said="u=4 %"), product={"net_mass": 3.0}))).variables == (1,)
    done = run("check", bill(text.format(said="normal"), product={"net_mass": 3.0}), "--lang", "en")
    assert "'normal' is no uncertainty" in done.output


def test_effective_degrees_of_freedom_are_told(bill) -> None:
    """Welch-Satterthwaite: one input of nine degrees of freedom alone has nine."""
    assert first_order(response(supplied(bill, mine="u=5 % dof=9"))).dof == pytest.approx(9)
    assert told(supplied(bill, mine="u=5 %"))["first_order"]["dof"] is None


def test_pedigree_stands_in_where_nothing_is_stated(bill) -> None:
    """A statement wins; scores alone give a lognormal; open scores add nothing; none at all give no variable."""
    rows = (
        "a | A | 3 kg | mine | pedigree=2;3;4;2;3",
        "b | B | 1 kg | mine | pedigree=5;5;5;5;5, uncertainty=u=1 %",
        "[Factors]",
        "mine | 2",
    )
    path = bill("\n".join(rows), product={"net_mass": 4.0})
    first, second = (v.distribution for v in response(path).variables)
    assert first.kind == "lognormal"
    assert first.parameters[0] == pytest.approx(0.13351, abs=5e-6)
    assert second.parameters == (0.01,)
    assert spread("2;3;-;-;-") == pytest.approx(math.sqrt(0.0006 + 0.0006 + 0.0006))
    assert spread("1;1;1;1;1", kind="transport") == pytest.approx(math.log(2) / 2, rel=1e-3)
    assert spread("1;1;1;1;1", kind="ch4-fossil") == pytest.approx(math.log(1.5) / 2, rel=2e-3)
    assert spread("1;1;1;1;1", kind="sf6") == spread("1;1;1;1;1", kind="co2-fossil") == spread("1;1;1;1;1")
    assert spread("-;-;-;-;-") is None
    assert spread("", 0.2) == 0.2
    assert spread("2;1;1;1;1", 0.2) == pytest.approx(math.hypot(0.2, math.sqrt(0.0006)))


@pytest.mark.parametrize(
    ("matrix", "published"), [("ecoinvent-v1", [1.308302, 2.349284]), ("ecoinvent-v3", []), ("ciroth", [])]
)
def test_rules_choose_whose_numbers_the_scores_lead_to(
    bill, tmp_path: Path, matrix: str, published: list[float]
) -> None:
    """The published values of the first set, behind a rule file that asks for it; datasets take it as well."""
    own = tmp_path / "own.yaml"
    asked = f"data_quality: {{scheme: pact, matrix: {matrix}, clause: c, source: pact-method, status: secondary}}"
    own.write_text(f'extends: pact-3\nid: own\nversion: "1"\n{asked}\n', encoding="utf-8")
    text = """
    a | A | 3 kg | mine | pedigree=4;3;2;2;3
    b | B | 1 kg | steel-hot-rolled-cn
    [Transport]
    a | freight-road-heavy-diesel-cn | 500 | pedigree=4;5;3;5;4
    [Factors]
    mine | 2
    """
    path = bill(text, product={"net_mass": 4.0, "declared_unit": "piece"})
    ready = service.prepare(service.Request(path, str(own)))
    found = {v.id: v.distribution for v in uncertain(ready, solved(ready)).response.variables}
    squared = {id_: math.exp(2 * given.parameters[0]) for id_, given in found.items()}
    cells = [squared[id_] for id_ in sorted(found) if "!" in id_]
    wanted = [spread("4;3;2;2;3", scheme=matrix), spread("4;5;3;5;4", kind="transport", scheme=matrix)]
    assert cells == pytest.approx([math.exp(2 * (sigma or 0)) for sigma in wanted], rel=1e-12)
    assert cells[: len(published)] == pytest.approx(published, abs=1e-6)
    steel = next(given for id_, given in found.items() if id_.endswith("steel-hot-rolled-cn"))
    assert steel.parameters[0] == pytest.approx(spread("2;5;5;1;1", scheme=matrix), rel=1e-9)


def test_the_basic_variance_goes_by_the_kind_of_flow(bill) -> None:
    """The best scores all over: a distance scatters as transport services do, methane as methane, a part as demand."""
    text = """
    a | A | 3 kg | mine | pedigree=1;1;1;1;1
    [Processes]
    make | product  | PUMP       | 1 item
    make | emission | ch4-fossil | 0.1 kg | pedigree=1;1;1;1;1
    [Transport]
    a | freight-road-heavy-diesel-cn | 500 | pedigree=1;1;1;1;1
    [Factors]
    mine | 2
    """
    found = {v.id: v.distribution for v in response(bill(text, product={"net_mass": 3.0})).variables}
    sigmas = [d.parameters[0] ** 2 for id_, d in sorted(found.items()) if "!" in id_]
    assert sigmas == pytest.approx([0.0006, 0.0411, 0.1201], rel=1e-6)


def test_a_published_scatter_is_taken_with_the_scores_of_the_dataset(bill) -> None:
    """open-cn's refined copper: a published GSD of 1.1257, and its own scores 3;2;5;1;1."""
    (factor,) = response(bill("a | A | 3 kg | copper-refined", product={"net_mass": 3.0})).variables
    assert factor.basis == "published"
    variance = math.log(1.1257) ** 2 + 0.002 + 0.0001 + 0.04
    assert factor.distribution.parameters == pytest.approx((math.sqrt(variance), 1.0))
    assert [share for _, share in factor.causes] == pytest.approx([1.0])


@pytest.fixture(scope="module")
def _kept_draws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def drawn_home(_kept_draws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the tests that draw whole databases anew one home, which keeps the draws of a seed."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(_kept_draws))


def of_line(bill: Any, text: str, **product: Any) -> tuple[Any, Any]:
    """Return the draws of the ordinary way and those of the whole system, with the same number of each."""
    ready = service.prepare(service.Request(bill(text, product=product)))
    found = uncertainty(ready, solved(ready), 1000, 1, reference=True)["whole_system"]
    return found["ordinary"], found


@pytest.mark.usefixtures("drawn_home")
def test_datasets_scatter_together_as_their_inputs_do(bill: Any) -> None:
    """Silicon, its brick and grid electricity: as wide as the whole system drawn anew; apart they would be narrower."""
    codes = ("silicon-solar-siemens-cn", "silicon-ingot-cz-cn", "silicon-brick-cn")
    text = "\n".join(f"l{at} | L{at} | 1 kg | {code}" for at, code in enumerate(codes))
    own, whole = of_line(bill, text, net_mass=3.0)
    assert own["deviation"] == pytest.approx(whole["deviation"], rel=0.08)
    of = response(bill(text, product={"net_mass": 3.0}))
    apart = math.sqrt(math.fsum(s**2 * v.distribution.deviation**2 for s, v in zip(
        first_order(of).slopes, of.variables, strict=True)))  # fmt: skip
    assert own["deviation"] > 1.2 * apart
    assert math.fsum(first_order(of).variables) == pytest.approx(1)
    assert math.fsum(first_order(of).lines) == pytest.approx(1)


def test_a_gsd_of_a_row_is_the_geometric_standard_deviation() -> None:
    """Not its square, which is what pedigree tables print: ln 1.44 is the deviation of the logarithm."""
    activities = ({"code": "made", "unit": "kg", "kind": "process"}, {"code": "ore", "unit": "kg", "kind": "process"})
    exchanges = (
        {"activity": "made", "flow": "ore", "direction": "input", "gsd": "1.44"},
        {"activity": "made", "flow": "ore", "direction": "input"},
        {"activity": "made", "flow": "co2-fossil", "direction": "emission", "gsd": "1.21"},
    )
    found = spreads(Source(Path(), {}, activities, exchanges, {}), lambda scores, published, flow: published)
    assert [[sigma for _, sigma in each] for each in found] == [[math.log(1.44), None], [math.log(1.21)]]


def test_what_nobody_states_is_listed_and_not_made_up(bill) -> None:
    """No statement, no scores: no draw; the share of the result that counts as exact is told."""
    found = told(supplied(bill))
    assert found["monte_carlo"] is None
    assert found["variables"] == []
    assert (found["not_stated"]["amounts_share"], found["not_stated"]["factors_share"]) == (1.0, 1.0)
    half = told(supplied(bill, a="±2 %"))
    assert half["not_stated"]["amounts_share"] == pytest.approx(0.25)
    assert len(half["not_stated"]["amounts"]) == 1


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_the_command_writes_the_same_bytes_for_the_same_seed(bill, tmp_path: Path) -> None:
    """`calculate --uncertainty N --seed S`: a file of its own, four digits; without the option there is none."""
    path = supplied(bill, a="±2 %", mine="lognormal 1.2")
    for folder, seed in (("one", 7), ("again", 7), ("other", 8)):
        done = run("calculate", path, "-o", tmp_path / folder, "--uncertainty", 500, "--seed", seed, "--lang", "en")
        assert done.exit_code == 0, done.output
        assert "95 % interval" in done.output
        assert f"500 draws, seed {seed}" in done.output
    one, again, other = ((tmp_path / f / "uncertainty.json").read_bytes() for f in ("one", "again", "other"))
    assert one == again != other
    declared = [(tmp_path / f / "declaration.json").read_bytes() for f in ("one", "other")]
    assert declared[0] == declared[1]
    assert json.loads(one)["schema"] == "footprint-uncertainty/1.0"
    assert run("calculate", path, "-o", tmp_path / "plain", "--lang", "en").exit_code == 0
    assert not (tmp_path / "plain" / "uncertainty.json").exists()


def test_a_result_without_uncertainty_leaves_none_of_another(bill, tmp_path: Path) -> None:
    """Calculated again without the option into the same folder: the old file goes with the old result."""
    path = supplied(bill, a="±2 %")
    assert run("calculate", path, "-o", tmp_path, "--uncertainty", 100).exit_code == 0
    assert (tmp_path / "uncertainty.json").exists()
    assert run("calculate", path, "-o", tmp_path).exit_code == 0
    assert not list(tmp_path.glob("*uncertainty*"))


@pytest.mark.usefixtures("drawn_home")
def test_a_calculated_dataset_carries_its_whole_chain(bill, monkeypatch: Any) -> None:
    """Lithium iron phosphate of open-cn: the moments of one line are those of the whole system drawn anew."""
    path = bill("a | A | 3 kg | lifepo4-hydrothermal", product={"net_mass": 3.0})
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    first = uncertainty(ready, result, 4000, 1, reference=True)
    assert first["variables"][0]["basis"] == "chain"
    whole, own = first["whole_system"], first["monte_carlo"]
    assert own["mean"] == pytest.approx(whole["mean"], rel=0.02)
    assert own["median"] == pytest.approx(whole["median"], rel=0.02)
    assert own["deviation"] == pytest.approx(whole["deviation"], rel=0.1)
    monkeypatch.setattr("footprint.chained._worked_out", None)
    assert uncertainty(ready, result, 4000, 1) == first | {"whole_system": None}


def test_the_option_alone_draws_ten_thousand(bill, tmp_path: Path) -> None:
    """And in Chinese the interval is told in Chinese."""
    path = supplied(bill, a="±2 %")
    done = run("calculate", path, "-o", tmp_path / "r", "--lang", "zh", "--uncertainty")
    assert done.exit_code == 0, done.output
    assert "抽样 10000 次，种子 0" in done.output
    assert "未给出不确定度" in done.output
    nothing = run("calculate", supplied(bill), "-o", tmp_path / "n", "--lang", "en", "--uncertainty", 100)
    assert "there is nothing to sample" in nothing.output


def test_a_loop_that_a_draw_lets_gain_is_refused(bill) -> None:
    """Rework of nine tenths with a wide spread: some draws take back more than is made."""
    text = """
    cell  | Cell | 1 item | net_mass=1
      foil | Foil | 1 kg | mine
    [Processes]
    making | product | cell | 10 item
    making | internal_return | cell | 9 item | uncertainty=lognormal 1.5
    [Factors]
    mine | 2
    """
    ready = service.prepare(service.Request(bill(text, product={"net_mass": 1.0})))

    with pytest.raises(CalculationError, match=r"in 209 of 500 draws a loop .*: cell, making:cell. Narrow"):
        uncertainty(ready, solved(ready), 500, 1)


def test_the_reference_draws_the_databases_anew(bill, tmp_path: Path) -> None:
    """A chain of open-cn scatters more than its last dataset's scores say; a factor as much as they say."""
    path = bill("a | A | 3 kg | copper-refined", product={"net_mass": 3.0})
    done = run("calculate", path, "-o", tmp_path / "r", "--lang", "en", "--uncertainty", 1000, "--reference")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "r" / "uncertainty.json").read_bytes())
    assert found["whole_system"]["draws"] == 1000
    assert found["whole_system"]["databases"][0].startswith("open-cn@")
    assert found["whole_system"]["deviation"] == pytest.approx(found["monte_carlo"]["deviation"], rel=0.15)
    assert found["whole_system"]["mean"] == pytest.approx(found["monte_carlo"]["mean"], rel=0.03)


STUDY = """
a | Steel a | {a!r} kg | mine  | parameter=p, loss={loss!r}, loss_to=evaporated, uncertainty=u=0.15 kg, {of_loss}
b | Steel b | {b!r} kg | mine  | uncertainty=u=8 %
c | Steel c | {c!r} kg | other | uncertainty=lognormal 1.06
[Parameters]
p | {p!r} | uncertainty=u=0.03
[Factors]
mine  | {mine!r}  | uncertainty=lognormal 1.05
other | {other!r} | uncertainty=u=0.2 kg
"""


def simulated(generator: Any) -> tuple[dict[str, float], float]:
    """Return what a study sees of a world drawn for it, and the true result of that world [kg CO2e].

    The result is worked out here, by hand: the program sees the observed numbers alone.
    """
    known = {name: generator.uniform(low, low * 2) for name, low in (("a", 2.0), ("b", 1.0), ("c", 0.5), ("p", 0.8))}
    known |= {"loss": generator.uniform(0.1, 0.3), "mine": generator.uniform(1.5, 3), "other": generator.uniform(3, 6)}
    truth = (known["a"] * known["p"] * (1 + known["loss"]) + known["b"]) * known["mine"] + known["c"] * known["other"]
    error = generator.standard_normal(7)
    seen = {
        "a": known["a"] + 0.15 * error[0], "b": known["b"] / (1 - 0.08 * error[1]), "p": known["p"] + 0.03 * error[3],
        "c": known["c"] * math.exp(math.log(1.06) * error[2]), "loss": known["loss"] + 0.01 * error[4],
        "mine": known["mine"] * math.exp(math.log(1.05) * error[5]), "other": known["other"] + 0.2 * error[6],
    }  # fmt: skip
    return {name: float(value) for name, value in seen.items()}, float(truth)


@pytest.mark.slow
def test_intervals_cover_the_truth(bill) -> None:
    """2,000 studies of 2,000 worlds: 94 to 96 % of the intervals hold the true total.

    Each world is drawn anew, each number is measured with an error of its own and goes through a workbook with its
    stated uncertainty: per cent, units, lognormal, a parameter, a loss, a factor of two lines. The program draws from
    seeds of its own.
    """
    import numpy as np

    generator, held = np.random.Generator(np.random.PCG64(20_261_121)), 0
    for study in range(2000):
        seen, truth = simulated(generator)
        said = f"loss_uncertainty=u={1 / seen['loss']:.6f} %"
        mass = seen["a"] * seen["p"] + seen["b"] + seen["c"]
        product = {"net_mass": mass, "loss_formula": "multiply"}
        of = response(bill(STUDY.format(**seen, of_loss=said), product=product))
        found = moments(totals(of, 4000, seed=study))
        held += found.low <= truth <= found.high
    assert 0.94 <= held / 2000 <= 0.96


ONE_LINE = "a | Steel | 3 kg | mine{said}\n[Factors]\nmine | 2{of}"


@pytest.mark.parametrize(("said", "of", "sigma"), [
    ("", " | uncertainty=lognormal 1.5", math.log(1.5)),
    (" | pedigree=4;3;5;2;4", "", spread("4;3;5;2;4")),
])  # fmt: skip
def test_intervals_of_skewed_numbers_cover_the_truth(bill: Any, said: str, of: str, sigma: float) -> None:
    """One lognormal number, stated or by scores: 94 to 96 % of 20,000 worlds, of which it is the median."""
    import numpy as np

    found = moments(totals(response(bill(ONE_LINE.format(said=said, of=of), product={"net_mass": 3.0})), 20_000, 1))
    truths = 6.0 * np.exp(-sigma * np.random.Generator(np.random.PCG64(7)).standard_normal(20_000))
    assert 0.94 <= float(((truths >= found.low) & (truths <= found.high)).mean()) <= 0.96


@pytest.mark.usefixtures("drawn_home")
def test_intervals_of_a_chain_cover_the_whole_system(bill: Any) -> None:
    """A dataset of wide numbers in many steps: 93 to 97 % of 1,000 systems drawn anew."""
    ready = service.prepare(service.Request(bill("a | A | 3 kg | lifepo4-hydrothermal", product={"net_mass": 3.0})))
    result = solved(ready)
    found = uncertain(ready, result)
    drawn, _ = whole(ready, result, found, 1000, 5)
    own = moments(totals(found.response, 20_000, 1))
    assert 0.93 <= float(((drawn >= own.low) & (drawn <= own.high)).mean()) <= 0.97


READINGS = """
a | Steel | {mean!r} kg | mine | evidence=W1
[Evidence]
W1 | scale | type=weighing, repeats={repeats}
[Factors]
mine | 2
"""


@pytest.mark.slow
def test_intervals_of_repeated_readings_cover_the_truth(bill: Any) -> None:
    """Five readings of 3 kg off by 1 % each: 94 to 96 % of 2,000 studies, since n - 1 degrees of freedom are few."""
    import numpy as np

    generator, held = np.random.Generator(np.random.PCG64(3)), 0
    for study in range(2000):
        readings = [float(x) for x in np.round(3.0 + 0.03 * generator.standard_normal(5), 6)]
        mean = math.fsum(readings) / 5
        text = READINGS.format(mean=mean, repeats="; ".join(map(repr, readings)))
        found = moments(totals(response(bill(text, product={"net_mass": mean})), 4000, study))
        held += found.low <= 6.0 <= found.high
    assert 0.94 <= held / 2000 <= 0.96


CHAINED = """
a | Steel | 1 kg | mine | uncertainty=±1 %
[Processes]
assembly | product | PUMP | 100 item{product}
assembly | input | melt | 500 kg | destination=product{melt}
melting | product | melt | 1000 kg{output}
melting | input | mine | 1000 kg | uncertainty=±1 %, destination=product{parameter}
[Parameters]
yieldf | 1 | note=x{yieldf}
[Factors]
mine | 2 | uncertainty=±10 %
"""


def chained_study(bill: Any, **said: str) -> Any:
    empty = dict.fromkeys(("product", "melt", "output", "parameter", "yieldf"), "")
    product = {"net_mass": 6.0, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    return told(bill(CHAINED.format(**empty | said), product=product))["not_stated"]


def test_numbers_between_processes_and_parameters_are_listed_with_what_they_carry(bill: Any) -> None:
    """Five of six kg come through a flow between own processes: what is open there is told."""
    exact = ", uncertainty=±0 %"
    firm = {"product": exact.replace(",", " |"), "melt": exact, "output": exact.replace(",", " |")}
    assert chained_study(bill, **firm)["amounts_share"] == 0
    for key in firm:
        found = chained_study(bill, **firm | {key: ""})
        assert found["amounts_share"] == pytest.approx(5 / 6, rel=1e-3), key
        (cell,) = found["amounts"]
        assert cell.startswith("Processes!")
        assert found["carried"][cell] == pytest.approx(5 / 6, rel=1e-3)
    shared = chained_study(bill, **firm, parameter=", parameter=yieldf")
    assert shared["amounts"][0].startswith("Parameters!B")
    assert shared["amounts_share"] == pytest.approx(5 / 6, rel=1e-3)
    stated = chained_study(bill, **firm, parameter=", parameter=yieldf", yieldf=", uncertainty=±2 %")
    assert stated["amounts_share"] == 0


def test_an_amount_is_stated_where_all_its_numbers_are(bill: Any) -> None:
    """A parameter of 0.01 % says nothing of the quantity it multiplies."""
    path = bill("a | A | 3 kg | mine | parameter=p\n[Parameters]\np | 1 | uncertainty=u=0.01 %\n[Factors]\nmine | 2",
                product={"net_mass": 3.0})  # fmt: skip
    found = told(path)["not_stated"]
    assert found["amounts_share"] == 1
    assert len(found["amounts"]) == 1


def test_the_expanded_uncertainty_takes_k_of_the_effective_degrees_of_freedom(bill: Any) -> None:
    """One input of ten degrees of freedom: k = 2.228 (JCGM 100, table G.2), U = k u; without any, the normal 1.960."""
    found = told(supplied(bill, mine="u=5 % dof=10"))["first_order"]
    assert (found["dof"], found["k"], found["level"]) == (10, 2.228, 0.95)
    assert found["expanded"] == pytest.approx(2.228139 * found["combined"], rel=1e-3)
    assert found["deviation"] == pytest.approx(math.sqrt(10 / 8) * found["combined"], rel=1e-3)
    assert told(supplied(bill, mine="u=5 %"))["first_order"]["k"] == 1.96


def test_the_screen_states_expanded_uncertainty_and_degrees_of_freedom(bill: Any, tmp_path: Path) -> None:
    """U, k, level, u and the effective degrees of freedom, in both languages."""
    path = supplied(bill, mine="u=5 % dof=10")
    said = run("calculate", path, "-o", tmp_path / "r", "--uncertainty", 200, "--lang", "en").output
    assert "k = 2.23, p = 95%" in said
    assert "effective degrees of freedom 10" in said
    chinese = run("calculate", path, "-o", tmp_path / "z", "--uncertainty", 200, "--lang", "zh").output
    assert "扩展不确定度，k = 2.23" in chinese


def test_units_are_written_in_the_language_of_the_reader(bill: Any, tmp_path: Path) -> None:
    """件 and not item, on the screen and in the report."""
    product = {"net_mass": 3.0, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    path = bill("a | A | 3 kg | mine | uncertainty=±2 %\n[Factors]\nmine | 2", product=product)
    said = run("calculate", path, "-o", tmp_path / "z", "--uncertainty", 200, "--lang", "zh").output
    assert "/ 1 件" in said
    assert "1 item" not in said
    assert "1 item" not in (tmp_path / "z" / "report.html").read_text(encoding="utf-8")


def test_moments_tell_the_error_that_the_number_of_draws_leaves(bill: Any) -> None:
    """A normal result: the error of the mean is s / sqrt n, of the deviation s / sqrt 2n; twenty seeds scatter so."""
    path = supplied(bill, mine="u=5 %")
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    runs = [uncertainty(ready, result, 400, seed)["monte_carlo"] for seed in range(40)]
    for name in ("mean", "deviation", "median", "low", "high"):
        values = [found[name] for found in runs]
        mean = math.fsum(values) / 40
        scatter = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / 39)
        error = math.fsum(found["errors"][name] for found in runs) / 40
        assert scatter == pytest.approx(error, rel=0.4), name


def test_numbers_are_kept_to_the_digits_of_their_deviation(bill: Any) -> None:
    """Three in a hundred thousand of 8 kg: the interval is not its middle."""
    found = told(supplied(bill, mine="u=0.003 %"))["monte_carlo"]
    assert found["low"] < found["median"] < found["high"]
    assert (found["high"] - found["low"]) / found["deviation"] == pytest.approx(3.92, rel=0.05)


def test_variables_are_called_what_they_are(bill: Any) -> None:
    """A parameter by its name, a flow between own processes by the flow, an output by what it makes."""
    said = {"product": " | uncertainty=±1 %", "melt": ", uncertainty=±1 %", "output": " | uncertainty=±1 % dof=5",
            "parameter": ", parameter=yieldf", "yieldf": ", uncertainty=±2 %"}  # fmt: skip
    product = {"net_mass": 6.0, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    found = {v["id"]: v for v in told(bill(CHAINED.format(**said), product=product))["variables"]}
    names = {id_: v["name"]["en"] for id_, v in found.items()}
    assert all(names.values())
    assert "yieldf" in names.values()
    assert "student" in {v["distribution"] for v in found.values()}


@pytest.mark.usefixtures("drawn_home")
def test_draws_anew_stand_beside_as_many_of_the_ordinary_way(bill: Any) -> None:
    """Their number is told, and what the ordinary way gives on the same number of draws."""
    ready = service.prepare(service.Request(bill("a | A | 3 kg | copper-refined", product={"net_mass": 3.0})))
    result = solved(ready)
    found = uncertainty(ready, result, 2000, 1, reference=True)["whole_system"]
    ordinary = uncertainty(ready, result, 1000, 1)["monte_carlo"]
    assert found["draws"] == 1000
    assert found["ordinary"] == {key: ordinary[key] for key in found["ordinary"]}


def test_an_instrument_without_valid_calibration_is_marked(bill: Any) -> None:
    """Its uncertainty counts all the same, and the list of numbers says so."""
    text = """
    a | Steel | 3 kg | mine | evidence=E1
    [Evidence]
    E1 | log | type=weighing, instrument=M1, unit=kg, period_start=2024-01-01, period_end=2024-12-31
    [Instruments]
    M1 | balance | certificate=C, laboratory=N, accreditation=L, calibrated_on=2023-07-01, valid_until={until}, \\
expanded=1, expanded_unit=%, k=2
    [Factors]
    mine | 2
    """.replace("\\\n", "")
    for until, lapsed in (("2024-06-30", True), ("2025-06-30", False)):
        (variable,) = told(bill(text.format(until=until), product={"net_mass": 3.0}))["variables"]
        assert variable["basis"] == "instrument"
        assert variable.get("lapsed", False) is lapsed


def test_a_result_outside_its_own_interval_is_told(bill: Any, tmp_path: Path) -> None:
    """Sixty independent factors entered as medians of wide distributions: their sum is above them nearly always."""
    lines = [f"l{n} | Part {n} | 1 kg | f{n}" for n in range(60)]
    factors = [f"f{n} | 2 | uncertainty=lognormal 2" for n in range(60)]
    path = bill("\n".join([*lines, "[Factors]", *factors]), product={"net_mass": 60.0})
    done = run("calculate", path, "-o", tmp_path, "--uncertainty", 2000, "--lang", "en")
    assert "lies outside this interval" in done.output
    assert "outside the interval of the draws" in (tmp_path / "report.html").read_text(encoding="utf-8")
    narrow = run("calculate", supplied(bill, a="±2 %"), "-o", tmp_path / "b", "--uncertainty", "--lang", "en")
    assert "lies outside" not in narrow.output


@pytest.mark.parametrize(("kg", "said"), [(0.001, "u=1 %"), (1e-6, "u=1 %"), (1e-9, "lognormal 1.001")])
def test_a_tiny_scatter_beside_a_large_result_is_calculated(bill: Any, tmp_path: Path, kg: float, said: str) -> None:
    """123 t and a gram: moments, and a picture where draws can be told apart at all."""
    text = f"a | A | 123456.7 kg | mine\nb | B | {kg:.10f} kg | mine | uncertainty={said}\n[Factors]\nmine | 2.3"
    path = bill(text, product={"net_mass": 123456.7})
    done = run("calculate", path, "-o", tmp_path, "--uncertainty", 500)
    assert done.exit_code == 0, done.output
    classes = json.loads((tmp_path / "uncertainty.json").read_text(encoding="utf-8"))["monte_carlo"]["classes"]
    assert sum(classes["counts"]) in {0, 499, 500, *range(490, 500)}
    assert (kg > 1e-6) <= bool(classes["counts"])


def test_shares_by_few_draws_add_up(bill: Any) -> None:
    """Sixty equal numbers: what the number of draws adds to a squared correlation is taken off."""
    rows = "\n".join(f"l{n} | L{n} | 1 kg | mine | uncertainty=u=5 %" for n in range(60))
    ready = service.prepare(service.Request(bill(f"{rows}\n[Factors]\nmine | 2", product={"net_mass": 60.0})))
    result = solved(ready)
    sums = [
        math.fsum(v["share_drawn"] for v in uncertainty(ready, result, 100, seed)["variables"]) for seed in range(20)
    ]
    assert math.fsum(sums) / 20 == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(("dof", "known"), [(3, {"mean"}), (4, {"mean"}), (5, {"mean", "deviation"})])
def test_no_error_is_told_of_a_moment_that_does_not_exist(bill: Any, dof: int, known: set[str]) -> None:
    """Student's distribution has no fourth moment up to four degrees of freedom: its deviation scatters as it likes."""
    errors = told(supplied(bill, mine=f"u=5 % dof={dof}"))["monte_carlo"]["errors"]
    assert {name for name in ("mean", "deviation") if errors[name]} == known
    assert errors["low"]
