"""How far a result may be off: variables of cells, parameters and factors, moments in closed form, files and words."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from footprint import service
from footprint.cli import main
from footprint.engine.first_order import first_order
from footprint.engine.sampling import moments, totals
from footprint.line import solved
from footprint.quality.pedigree import spread
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
    assert spread("-;-;-;-;-") is None
    assert spread("", 0.2) == 0.2
    assert spread("2;1;1;1;1", 0.2) == pytest.approx(math.hypot(0.2, math.sqrt(0.0006)))


def test_a_published_scatter_is_taken_with_the_scores_of_the_dataset(bill) -> None:
    """open-cn's refined copper: a published GSD of 1.1257, and its own scores."""
    (factor,) = response(bill("a | A | 3 kg | copper-refined", product={"net_mass": 3.0})).variables
    assert factor.basis == "published"
    assert factor.distribution.parameters[0] > math.log(1.1257)


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


def test_a_calculated_dataset_carries_its_whole_chain(bill, tmp_path: Path, monkeypatch: Any) -> None:
    """Lithium iron phosphate of open-cn: the moments of one line are those of the whole system drawn anew."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))
    path = bill("a | A | 3 kg | lifepo4-hydrothermal", product={"net_mass": 3.0})
    ready = service.prepare(service.Request(path))
    result = solved(ready)
    first = uncertainty(ready, result, 4000, 1, reference=True)
    assert first["variables"][0]["basis"] == "chain"
    whole, own = first["whole_system"], first["monte_carlo"]
    assert own["mean"] == pytest.approx(whole["mean"], rel=0.03)
    assert own["deviation"] == pytest.approx(whole["deviation"], rel=0.2)
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
    from footprint.errors import CalculationError

    with pytest.raises(CalculationError, match="Narrow those of rework"):
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


@pytest.mark.slow
def test_intervals_cover_the_truth(bill) -> None:
    """2,000 studies whose inputs were measured with known errors: 94 to 96 % of the intervals hold the true total.

    Each study sees every input off by a draw of its own distribution and states it as far as it may be off.
    """
    import numpy as np

    of = response(supplied(bill, a="u=5 %", b="u=8 %", mine="u=6 %", other="u=4 %", dataset="other"))
    weights = np.array([leaf.value for leaf in of.leaves])
    truth, held = float(weights.sum()), 0
    widths = {v.id: v.distribution.parameters[0] for v in of.variables}
    generator = np.random.Generator(np.random.Philox(key=11))
    for study in range(2000):
        errors = {v.id: 1 + widths[v.id] * generator.standard_normal() for v in of.variables}
        seen = tuple(
            leaf._replace(value=leaf.value * math.prod(errors[of.variables[at].id] for at, _ in leaf.powers))
            for leaf in of.leaves
        )
        variables = tuple(
            v._replace(distribution=v.distribution._replace(parameters=(widths[v.id] / errors[v.id],)))
            for v in of.variables
        )
        found = moments(totals(of._replace(leaves=seen, variables=variables), 4000, seed=study))
        held += found.low <= truth <= found.high
    assert 0.94 <= held / 2000 <= 0.96
