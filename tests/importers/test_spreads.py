"""Distributions that are no lognormals: the lognormal as wide, in every format, or the words of the file."""

from __future__ import annotations

import runpy
from math import exp, inf, log, log1p, sqrt
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.background import importers
from footprint.background.importers.asked import Asked
from footprint.background.importers.inventory import UNKNOWN, Spread
from footprint.background.importers.spelling import scattered

I = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "inventories.py")))  # noqa: E741
NUMBERS = {"normal": (0.2,), "uniform": (1.5, 2.5), "triangular": (1.5, 2.0, 2.5)}
"""Of an amount of 2."""
WIDTHS = {"normal": 0.1, "uniform": 0.25 / sqrt(3), "triangular": 0.25 / sqrt(6)}
"""Their relative standard deviations [-]."""
_OLCA = '"amount": 2.0', {
    shape: f'"amount": 2.0, "uncertainty": {{"distributionType": "{kind}_DISTRIBUTION", {numbers}}}'
    for shape, kind, numbers in (
        ("normal", "NORMAL", '"mean": 2.0, "sd": 0.2'), ("uniform", "UNIFORM", '"minimum": 1.5, "maximum": 2.5'),
        ("triangular", "TRIANGLE", '"minimum": 1.5, "mode": 2.0, "maximum": 2.5'),
    )
}  # fmt: skip
_SPOLD = 'meanValue="2.0"', {
    shape: f'meanValue="2.0" uncertaintyType="{number}" {numbers}'
    for shape, number, numbers in (
        ("normal", 2, 'standardDeviation95="0.4"'), ("uniform", 4, 'minValue="1.5" maxValue="2.5"'),
        ("triangular", 3, 'minValue="1.5" mostLikelyValue="2" maxValue="2.5"'),
    )
}  # fmt: skip
_SPOLD_2 = "<outputGroup>4<", {
    shape: f"<uncertainty><{shape} {numbers}/></uncertainty><outputGroup>4<"
    for shape, numbers in (
        ("normal", 'meanValue="2" variance="0.04"'), ("uniform", 'minValue="1.5" maxValue="2.5"'),
        ("triangular", 'minValue="1.5" mostLikelyValue="2" maxValue="2.5"'),
    )
}  # fmt: skip
_ILCD = "</resultingAmount>", {
    shape: "</resultingAmount><minimumAmount>1.5</minimumAmount><maximumAmount>2.5</maximumAmount>"
    f"<uncertaintyDistributionType>{shape}</uncertaintyDistributionType>"
    for shape in ("uniform", "triangular")
}
_SIMAPRO = "2.0;Undefined;0;0;0", {
    "normal": "2.0;Normal;0.4;0;0", "uniform": "2.0;Uniform;0;1.5;2.5", "triangular": "2.0;Triangle;0;1.5;2.5",
}  # fmt: skip
STATED = {"olca": _OLCA, "ecospold1": _SPOLD, "ecospold2": _SPOLD_2, "ilcd": _ILCD, "simapro": _SIMAPRO}
FORMATS = [(name, shape) for name, (_, shapes) in STATED.items() for shape in shapes]


def expected(shape: str) -> float:
    """Return the geometric standard deviation of the lognormal of a relative deviation."""
    return exp(sqrt(log1p(WIDTHS[shape] ** 2)))


@pytest.mark.parametrize(("format_", "shape"), FORMATS)
def test_a_distribution_is_kept_as_the_lognormal_that_is_as_wide(tmp_path: Path, format_: str, shape: str) -> None:
    """As in a table of own factors; the words of the file stand beside it."""
    sought, shapes = STATED[format_]
    files = I.WRITERS[format_]([I.Run("A", (I.Good("a", 1.0),), (), 2.0)])
    stated = {name: content.replace(sought.encode(), shapes[shape].encode()) for name, content in files.items()}
    assert stated != files
    (row,) = importers.read(I.put(tmp_path, stated), Asked("trial")).source.exchanges
    assert float(row["gsd"]) == pytest.approx(expected(shape), rel=1e-10)
    assert row["gsd_is"] == "total"
    assert shape[:6] in row["note"].casefold() or format_ == "ecospold1"


@pytest.mark.parametrize(("shape", "said"), [
    ("normal", {"uncertainty type": 3, "loc": 2.0, "scale": 0.2}),
    ("uniform", {"uncertainty type": 4, "minimum": 1.5, "maximum": 2.5}),
    ("triangular", {"uncertainty type": 5, "loc": 2.0, "minimum": 1.5, "maximum": 2.5}),
])  # fmt: skip
def test_so_it_is_in_brightway(tmp_path: Path, shape: str, said: dict[str, float]) -> None:
    """By the numbers of its kinds."""
    of = I.MODULES["brightway"]
    made = {"input": ("fg", "a"), "type": "production", "amount": 1.0}
    path = of.package(tmp_path, {"a": of.node(made, {"input": of.FOSSIL, "type": "biosphere", "amount": 2.0, **said})})
    (row,) = importers.read(path, Asked("trial")).source.exchanges
    assert float(row["gsd"]) == pytest.approx(expected(shape), rel=1e-10)


@given(st.sampled_from(sorted(NUMBERS)), st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-9))
def test_the_width_is_relative_to_the_amount(shape: str, scale: float) -> None:
    """In whatever unit, and of whatever sign."""
    found = scattered(shape, 2 * scale, [scale * each for each in NUMBERS[shape]], "1;2;3;4;5", "words")
    assert found.gsd == pytest.approx(expected(shape), rel=1e-9)
    assert found == Spread(found.gsd, "1;2;3;4;5", is_total=True, said="words")
    assert found.gsd is not None
    assert log(found.gsd) ** 2 == pytest.approx(log1p(WIDTHS[shape] ** 2), rel=1e-8)


@pytest.mark.parametrize(("kind", "amount", "numbers"), [
    ("normal", 1.0, [0.21]), ("normal", 0.0, [0.1]), ("normal", 1.0, [0.0]), ("normal", 1.0, [None]),
    ("uniform", 1.0, [-0.1, 2.0]), ("uniform", 1.0, [2.0, 3.0]), ("uniform", 1.0, [1.0, 1.0]),
    ("triangular", 1.0, [0.5, 1.0]), ("weibull", 1.0, [1.0]), ("normal", 1e-300, [1e300]), ("normal", 1.0, [inf]),
])  # fmt: skip
def test_what_is_no_moderate_width_of_an_amount_stays_in_words(kind: str, amount: float, numbers: list[float]) -> None:
    """One that reaches the other sign, does not hold the amount, or has no width is no lognormal."""
    assert scattered(kind, amount, numbers, "", "words") == Spread(said="words")
    assert scattered(kind, amount, numbers, "", "") == UNKNOWN
