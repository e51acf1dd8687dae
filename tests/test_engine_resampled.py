"""A background drawn anew: closed forms, loops, the peer's own iteration, and what is stored."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from footprint.engine import resampled
from footprint.engine.chain import chains
from footprint.engine.resampled import Scatter, background, intensities, nominal, stored
from footprint.errors import CalculationError
from footprint.model.background import Key
from footprint.model.system import System
from footprint.model.uncertain import Distribution

FOSSIL, UPTAKE = Key("fossil", "AR6", "verified"), Key("biogenic_uptake", "AR6", "verified")
COUNTED = frozenset({"fossil"})
LOOP = System(
    ("a", "b"), (1.0, 2.0), ((0, 1, 0.5), (0, 1, 0.1), (1, 0, 0.2)),
    ((0, FOSSIL, 1.0), (1, FOSSIL, 3.0), (1, UPTAKE, -9.0), (1, FOSSIL, 1.0)),
)  # fmt: skip


def test_without_scatter_the_intensities_are_those_of_the_factorisation() -> None:
    """Duplicates are summed, loops solved, classes that do not count left out: a = 1 + 0.6 b, 2 b = 4 + 0.2 a."""
    of = background(LOOP, Scatter([0, 0, 0], [0, 0, 0, 0]), COUNTED, "loop")
    a = (1 + 0.6 * 2) / (1 - 0.6 * 0.1)
    assert nominal(of) == pytest.approx([a, 2 + 0.1 * a], rel=1e-12)
    assert intensities(of, 2, 1) == pytest.approx(np.array([nominal(of)] * 2), rel=1e-9)


def test_a_chain_of_lognormals_is_lognormal() -> None:
    """One input of one emission: the logarithm of the intensity scatters as the root of the sum of squares."""
    chain = System(("a", "b"), (1.0, 1.0), ((0, 1, 0.5),), ((1, FOSSIL, 4.0),))
    found = np.log(intensities(background(chain, Scatter([0.2], [0.1]), COUNTED, "chain"), 6_000, 3))
    assert found[:, 0].mean() == pytest.approx(math.log(2), abs=0.006)
    assert found[:, 0].std() == pytest.approx(math.hypot(0.2, 0.1), rel=0.02)
    assert found[:, 1].std() == pytest.approx(0.1, rel=0.02)


def test_every_kind_of_distribution_has_its_moments() -> None:
    """Five emissions, one a credit, each of a kind of its own: mean and deviation of their sum, and no draw refused."""
    kinds = [
        Distribution("normal", (0.4,)), Distribution("uniform", (0.2, 2.0)), Distribution("triangular", (0.5, 1, 3)),
        Distribution("lognormal", (0.3, 1.1)), 0.2,
    ]  # fmt: skip
    values = (1.0, 2.0, -3.0, 4.0, 0.5)
    one = System(("a",), (2.0,), (), tuple((0, FOSSIL, x) for x in values))
    found = intensities(background(one, Scatter([], kinds), COUNTED, "kinds"), 6_000, 5)[:, 0]
    known = [k if isinstance(k, Distribution) else Distribution("lognormal", (k,)) for k in kinds]
    deviation = math.sqrt(sum((x / 2 * k.deviation) ** 2 for x, k in zip(values, known, strict=True)))
    assert found.mean() == pytest.approx(sum(x / 2 * k.mean for x, k in zip(values, known, strict=True)), abs=0.03)
    assert found.std() == pytest.approx(deviation, rel=0.02)
    assert found.min() < 0
    ((_, chain),) = chains(one, Scatter([], kinds), COUNTED, [0])
    assert chain.deviation * sum(values) / 2 == pytest.approx(deviation)


def test_draws_depend_on_seed_and_database_alone(monkeypatch: Any, tmp_path: Any) -> None:
    """Same bytes again, also from where they are stored; more draws begin with them; another database has others."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path))
    of = background(LOOP, Scatter([0.1] * 3, [0.2] * 4), COUNTED, "loop")
    first = stored(of, 5, 7, "sum")
    monkeypatch.setattr(resampled, "intensities", None)
    assert stored(of, 5, 7, "sum").tobytes() == first.tobytes()
    monkeypatch.undo()
    assert intensities(of, 8, 7)[:5].tobytes() == first.tobytes()
    other = background(LOOP, Scatter([0.1] * 3, [0.2] * 4), COUNTED, "other")
    assert not np.array_equal(intensities(other, 5, 7), first)


def test_a_row_is_drawn_by_its_name() -> None:
    """Rows before it, another order, another database: the draws of a row are the same, and no two rows share any."""
    one = System(("a", "b"), (1.0, 1.0), (), ((0, FOSSIL, 1.0), (1, FOSSIL, 1.0)))
    more = System(("c", "b", "a"), (1.0,) * 3, (), ((0, FOSSIL, 1.0), (1, FOSSIL, 1.0), (2, FOSSIL, 1.0)))
    first = intensities(background(one, Scatter([], [0.3] * 2, ((), ("a", "b"))), COUNTED, "one"), 4000, 1)
    other = intensities(background(more, Scatter([], [0.3] * 3, ((), ("c", "b", "a"))), COUNTED, "two"), 4000, 1)
    assert np.array_equal(first, other[:, [2, 1]])
    assert np.abs(np.corrcoef(np.log(other).T) - np.eye(3)).max() < 0.06
    for a in (1, 2, 5):  # nor does one draw tell the next
        assert abs(np.corrcoef(np.log(other[a:, 0]), np.log(other[:-a, 0]))[0, 1]) < 0.06


def test_a_draw_that_gains_is_refused() -> None:
    """A loop that consumes more than it makes has no intensities, though a solver would give some."""
    gaining = System(("a",), (1.0,), ((0, 0, 0.95),), ((0, FOSSIL, 1.0),))
    with pytest.raises(CalculationError, match="no meaningful intensities"):
        intensities(background(gaining, Scatter([0.3], [0]), COUNTED, "gaining"), 50, 1)


@pytest.mark.slow
def test_moments_are_those_of_the_peer() -> None:
    """The loop through bw2calc's own iteration with the same lognormals: mean and deviation within sampling error."""
    import bw2calc
    import bw_processing as bwp

    def table(matrix: str, entries: list[tuple[int, int, float, bool, float]]) -> Any:
        package = bwp.create_datapackage(sum_intra_duplicates=True)
        scatter = np.zeros(len(entries), dtype=bwp.UNCERTAINTY_DTYPE)
        for at, (_, _, amount, _, sigma) in enumerate(entries):
            scatter[at] = (2, math.log(amount), sigma, np.nan, np.nan, np.nan, False) if sigma else (
                0, amount, np.nan, np.nan, np.nan, np.nan, False)  # fmt: skip
        package.add_persistent_vector(
            matrix=matrix, name=matrix, indices_array=np.array([e[:2] for e in entries], dtype=bwp.INDICES_DTYPE),
            data_array=np.array([e[2] for e in entries]), flip_array=np.array([e[3] for e in entries]),
            distributions_array=scatter,
        )  # fmt: skip
        return package

    technosphere = [(1, 1, 1.0, False, 0.0), (2, 2, 2.0, False, 0.0), (2, 1, 0.6, True, 0.2), (1, 2, 0.2, True, 0.2)]
    emissions = [(101, 1, 1.0, False, 0.2), (101, 2, 4.0, False, 0.2)]
    packages = [table("technosphere_matrix", technosphere), table("biosphere_matrix", emissions)]
    method = table("characterization_matrix", [(101, 0, 1.0, False, 0.0)])
    # a seed for each package: one seed gives both matrices the same stream
    lca = bw2calc.LCA({1: 1}, data_objs=[*packages, method], use_distributions=True)
    lca.lci()
    lca.lcia()
    theirs = np.array([lca.score for _ in zip(range(1000), lca, strict=False)])
    same = System(("a", "b"), (1.0, 2.0), ((0, 1, 0.6), (1, 0, 0.2)), ((0, FOSSIL, 1.0), (1, FOSSIL, 4.0)))
    ours = intensities(background(same, Scatter([0.2, 0.2], [0.2, 0.2]), COUNTED, "peer"), 6_000, 1)[:, 0]
    assert theirs.mean() == pytest.approx(ours.mean(), abs=5 * ours.std() / math.sqrt(1000))
    assert theirs.std() == pytest.approx(ours.std(), rel=0.1)
