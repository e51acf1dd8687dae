"""Uncertainties as people write them: every form, in both languages, and what is refused with cell and remedy."""

from __future__ import annotations

import math

import pytest

from footprint.errors import UnfitError, WorkbookError
from footprint.intake import read
from footprint.model.stated import distribution
from footprint.model.uncertain import Distribution, scores


@pytest.mark.parametrize(
    ("written", "kind", "parameters"),
    [
        ("±2 %", "normal", (0.01,)), ("+/- 2%", "normal", (0.01,)), ("±３％ k=3", "normal", (0.01,)),
        ("±0.1 kg", "normal", (0.0125,)), ("±100 g", "normal", (0.0125,)), ("u=1 %", "normal", (0.01,)),
        ("u = 0.2 kg", "normal", (0.05,)), ("lognormal 1.15", "lognormal", (math.log(1.15),)),
        ("对数正态 1.15", "lognormal", (math.log(1.15),)), ("Lognormal GSD=1.15", "lognormal", (math.log(1.15),)),
        ("uniform 3..5", "uniform", (0.75, 1.25)), ("均匀 3～5", "uniform", (0.75, 1.25)),
        ("uniform 3000..5000 g", "uniform", (0.75, 1.25)), ("triangular 3..4..6", "triangular", (0.75, 1.0, 1.5)),
        ("三角 3…4…6 kg", "triangular", (0.75, 1.0, 1.5)),
    ],
)  # fmt: skip
def test_every_form_means_what_it_says(written: str, kind: str, parameters: tuple[float, ...]) -> None:
    """Of 4 kg: limits and widths in per cent, in the unit of the number or in another of its kind."""
    found = distribution(written, 4.0, "kg")
    assert found.kind == kind
    assert found.parameters == pytest.approx(parameters, rel=1e-12)
    assert math.isinf(found.dof)


@pytest.mark.parametrize(
    ("written", "deviation", "dof"),
    [
        ("U=2 %", 0.01, math.inf), ("U = 0.08 kg", 0.01, math.inf), ("U=2%,k=2", 0.01, math.inf),
        ("U=2 %, k=3", 0.02 / 3, math.inf), ("U=2% (k=2)", 0.01, math.inf), ("U=0.08kg（k=2）", 0.01, math.inf),
        ("U: 80 g k=2", 0.01, math.inf), ("Ｕ＝２％，ｋ＝２", 0.01, math.inf), ("Urel=2 %, k=2", 0.01, math.inf),
        ("U_rel = 2×10⁻², k=2", 0.01, math.inf), ("Ur=2e-2 (k=2)", 0.01, math.inf), ("U(m)=0.08 kg", 0.01, math.inf),
        ("U95=2 %", 0.02 / 1.959964, math.inf), ("U_95 = 2 %, k=2", 0.01, math.inf),
        ("U0.95=2 %", 0.02 / 1.959964, math.inf), ("U95rel=2 % (k=2)", 0.01, math.inf),
        ("U95=2 %, veff=10", 0.02 / 2.228139, 10.0), ("U99=2 %", 0.02 / 2.575829, math.inf),
        ("U=2 % (k=2, p=95 %)", 0.01, math.inf), ("U=2 %, p=95 %", 0.02 / 1.959964, math.inf),
        ("Up=2 %, kp=2.23, νeff=10", 0.02 / 2.23, 10.0), ("U=2 % k=2 有效自由度 12", 0.01, 12.0),
        ("扩展不确定度：U=2 %（k=2）", 0.01, math.inf), ("相对扩展不确定度 2 %，k=2", 0.01, math.inf),
        ("expanded uncertainty U = 2 % (k = 2)", 0.01, math.inf), ("2 % (k=2)", 0.01, math.inf),
        ("±2 % (k=2)", 0.01, math.inf), ("±2 % k=3 dof=8", 0.02 / 3, 8.0), ("±2 % (95 %)", 0.02 / 1.959964, math.inf),
        ("u=1 %", 0.01, math.inf), ("uc=1 %", 0.01, math.inf), ("u_c(m) = 0.04 kg", 0.01, math.inf),
        ("urel=1e-2", 0.01, math.inf), ("标准不确定度 1 %", 0.01, math.inf), ("u=1 %, v=9", 0.01, 9.0),
        ("合成标准不确定度 uc=1 %", 0.01, math.inf), ("U=10 ‰", 0.005, math.inf), ("u=500 ppm", 0.0005, math.inf),
    ],
)  # fmt: skip
def test_certificates_mean_what_they_say(written: str, deviation: float, dof: float) -> None:
    """Of 4 kg: an upper-case U is expanded, with k = 2 unless k or a level is stated; a lower-case u is standard."""
    found = distribution(written, 4.0, "kg")
    assert found.kind == "normal"
    assert found.parameters == pytest.approx((deviation,), rel=1e-6)
    assert found.dof == dof


def test_the_error_permitted_of_an_instrument_is_a_uniform_one() -> None:
    """Half a width on either side, and nothing known of where."""
    for written in ("MPE ±1 %", "最大允许误差：±1 %", "uniform ±0.04 kg"):
        found = distribution(written, 4.0, "kg")
        assert found.kind == "uniform"
        assert found.parameters == pytest.approx((0.99, 1.01))


@pytest.mark.parametrize("written", ["u=2 %, k=2", "u=2 % (95 %)", "u95=2 %"])
def test_what_may_be_read_two_ways_is_refused(written: str) -> None:
    """With the remedy: which letter says what."""
    with pytest.raises(UnfitError) as found:
        distribution(written, 4.0, "kg")
    assert found.value.code == "uncertainty-ambiguous"


@pytest.mark.parametrize(
    ("written", "code"),
    [("U=2 %, p=45 %", "uncertainty-factor"), ("U=2 %, k=0", "uncertainty-factor"),
     ("MPE ±1 %, k=2", "uncertainty-limits"), ("MPE ±1 %, dof=5", "uncertainty-limits"),
     ("0.5级", "uncertainty-class"), ("class 0.5", "uncertainty-class")],
)  # fmt: skip
def test_what_no_uncertainty_can_say_is_told_as_such(written: str, code: str) -> None:
    """A factor of nothing, limits with a factor, a class of accuracy: each has a fact and a remedy of its own."""
    with pytest.raises(UnfitError) as found:
        distribution(written, 4.0, "kg")
    assert found.value.code == code


@pytest.mark.parametrize("written", ["k=2, U=2 %", "U=2 %, k=2", "k=2；U=2 %", "k = 2, U = 0.08 kg"])
def test_a_factor_may_stand_before_what_it_is_of(written: str) -> None:
    """As certificates word it; so may a level, with or without its sign."""
    assert distribution(written, 4.0, "kg").parameters == pytest.approx((0.01,))
    assert distribution("p=95, U=2 %", 4.0, "kg") == distribution("U=2 %, p=95 %", 4.0, "kg")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2 %", "uncertainty-form"), ("U=2 % of range", "uncertainty-form"), ("±0.5", "uncertainty-unit-missing"),
        ("U=2", "uncertainty-unit-missing"), ("U=2 s", "uncertainty-unit"), ("u=1 %, dof=0.2", "uncertainty-dof"),
        ("±2 % dof=1.9", "uncertainty-dof"), ("lognormal 50", "uncertainty-gsd"), ("MPE ±200 %", "uncertainty-wide"),
        ("U=120 %", "uncertainty-wide"), ("u=21 %", "uncertainty-wide"), ("u=15 %, dof=3", "uncertainty-wide"),
        ("MPE ±101 %", "uncertainty-wide"), ("±1,5 %", "uncertainty-comma"), ("U=2,95 %", "uncertainty-comma"),
        ("U=1,500 kg", "uncertainty-comma"), ("lognormal 1，15", "uncertainty-comma"),
        ("uniform 3,5..4,5", "uncertainty-comma"), ("±1e400", "uncertainty-exponent"),
        ("±1e-400 %", "uncertainty-exponent"), ("U=1 %, k=1e400", "uncertainty-exponent"),
        ("u=1 %, dof=1e999", "uncertainty-exponent"),
    ],
)  # fmt: skip
def test_what_says_too_little_or_too_much_is_refused(written: str, code: str) -> None:
    """No unit, another unit, a spread without a bound, per cent taken for a factor."""
    with pytest.raises(UnfitError) as found:
        distribution(written, 4.0, "kg")
    assert found.value.code == code


@pytest.mark.parametrize(
    "written", ["u=20 %", "U=40 %", "u=11 %, dof=3", "u=11 %, dof=2", "MPE ±100 %", "±0 %", "uniform 0..8"]
)
def test_what_is_never_drawn_below_zero_is_taken(written: str) -> None:
    """Five standard deviations are the limit, however few the degrees of freedom; limits may reach zero."""
    assert not distribution(written, 4.0, "kg").is_below_zero


def test_degrees_of_freedom_may_be_stated() -> None:
    """A standard uncertainty of ten readings has nine."""
    assert distribution("u=1 % dof=9", 4.0, "kg") == Distribution("normal", (0.01,), 9.0)
    assert distribution("±2 %, k=2, dof=4", 4.0, "kg").dof == 4


def test_moments_are_those_of_the_distributions() -> None:
    """Normal, lognormal, uniform and triangular: mean and standard deviation in closed form."""
    assert Distribution("normal", (0.1,)).mean == 1
    assert Distribution("lognormal", (0.2,)).mean == pytest.approx(math.exp(0.02))
    assert Distribution("lognormal", (0.2,)).deviation == pytest.approx(math.exp(0.02) * math.sqrt(math.exp(0.04) - 1))
    assert Distribution("uniform", (0.5, 1.5)).deviation == pytest.approx(1 / math.sqrt(12))
    assert Distribution("triangular", (0.5, 1.0, 1.5)).deviation == pytest.approx(0.5 / math.sqrt(6))
    assert Distribution("triangular", (0.0, 1.0, 2.0)).mean == pytest.approx(1)


def test_scores_are_five_and_may_be_open() -> None:
    """Separators as people write them; an open one is a dash."""
    assert scores("(2, 3, 1, -, 3)") == "2;3;1;-;3"
    assert scores("2；3；1；2；3") == "2;3;1;2;3"
    assert scores("") == ""
    assert scores("2;3;1;2") is None


def test_the_bill_holds_what_rows_say(book) -> None:
    """Each number with its cell: amounts, parameters, factors; an empty row says nothing."""
    bill = read.read(
        book(
            bom=[
                {"line": "a", "name": "a", "quantity": 4.0, "dataset": "x", "uncertainty": "±2 %"},
                {"line": "b", "name": "b", "quantity": 4.0, "dataset": "x", "pedigree": "2;3;1;2;3"},
                {"line": "c", "name": "c", "quantity": 4.0, "dataset": "x", "parameter": "p"},
            ],
            parameters=[{"name": "p", "value": 2.0, "uncertainty": "±0.01"}],
        )
    )
    found = {place.address: spread for place, spread in bill.spreads.items()}
    a, b, p = (found[c] for c in sorted(found, key=lambda c: (c.startswith("P"), c)))
    assert a.distribution == Distribution("normal", (0.01,))
    assert (b.distribution, b.pedigree) == (None, "2;3;1;2;3")
    assert p.distribution == Distribution("normal", (0.0025,))
    assert [line.quantity.place in bill.spreads for line in bill.bom] == [True, True, False]


def test_errors_name_the_cell_and_the_remedy(book) -> None:
    """The sentence, in both languages."""
    rows = [{"line": "a", "name": "a", "quantity": 4.0, "dataset": "x", "uncertainty": "5", "pedigree": "7;1"}]
    with pytest.raises(WorkbookError) as found:
        read.read(book(bom=rows))
    first, second = found.value.problems
    assert "'5' is no uncertainty. Write ±2 %" in first.text("en")
    assert "不是不确定度" in first.text("zh")
    assert str(first.place).startswith("pump.xlsx:BOM!")
    assert "is no pedigree" in second.text("en")
