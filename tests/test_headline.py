"""The headline: y ± U contains what was calculated, and stands only where the draws bear it out."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from footprint import service
from footprint.line import solved
from footprint.publish.headline import borne, headline
from footprint.publish.wording import Words
from footprint.uncertainty import uncertainty


def found(bill: Any, amount: str, said: str, factor: str = "1", draws: int = 10_000) -> Any:
    """Return how far the result of one line may be off."""
    text = f"a | A | {amount} kg | mine | uncertainty={said}\n[Factors]\nmine | {factor}"
    ready = service.prepare(service.Request(_book(bill, text, amount)))
    return uncertainty(ready, solved(ready), draws, 1)


def _book(bill: Any, text: str, mass: str) -> Path:
    product = {"net_mass": float(mass), "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    return Path(bill(text, product=product))


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("amount", ["1234565", "10.25", "0.12345", "2.5", "3.5", "100.5", "99999.5", "1.00049"])
@pytest.mark.parametrize("said", ["u=0.01 %", "u=0.1 %", "U=1.7 %, k=2", "±6 %", "u=15 %"])
def test_y_ends_where_u_ends_and_both_hold_what_was_calculated(bill: Any, amount: str, said: str) -> None:
    """Rounding takes no more than half a unit of the last figure of U, which has two."""
    of = found(bill, amount, said, draws=2000)
    y, _, rest = headline(of, Words("en")).partition(" ± ")
    width = rest.split(" ", 1)[0]
    unit = 10.0 ** (math.floor(math.log10(number(width)) + 1e-9) - 1)
    assert abs(number(y) - float(amount)) <= unit / 2 * (1 + 1e-6)
    assert number(y) == pytest.approx(round(number(y) / unit) * unit, rel=1e-12)
    assert len(y.partition(".")[2]) == len(width.partition(".")[2])


@pytest.mark.parametrize("said", ["u=2 %", "u=5 % dof=4", "u=3 % dof=30"])
def test_what_is_symmetric_holds_against_its_draws(bill: Any, said: str) -> None:
    """Normal and Student's: the law of propagation is exact."""
    assert borne(found(bill, "20", said)).is_valid


@pytest.mark.parametrize(
    ("said", "factor"),
    [
        ("lognormal 2.5", "1"), ("triangular 19..19..30", "1"), ("MPE ±1 %", "1"),
        ("lognormal 1.2", "1 | uncertainty=lognormal 1.2"),
    ],
)  # fmt: skip
def test_where_the_draws_say_otherwise_their_interval_stands(bill: Any, said: str, factor: str) -> None:
    """Skewed or flat: no ± of a normal distribution, but the interval itself with the reason, in both languages."""
    of = found(bill, "20", said, factor)
    assert not borne(of).is_valid
    for lang, words in (("en", "not validated"), ("zh", "未通过抽样验证")):
        told = headline(of, Words(lang))
        assert words in told
        assert " ± U" in told.replace("y ± U", " ± U")
        assert f"± {of['first_order']['expanded']:.2g}" not in told
    low, _, rest = headline(of, Words("en")).partition(" to ")
    assert number(low) == pytest.approx(of["monte_carlo"]["low"], rel=0.05)
    assert number(rest.split(" ")[0]) == pytest.approx(of["monte_carlo"]["high"], rel=0.05)


def test_below_zero_is_never_without_a_word(bill: Any) -> None:
    """What only ± U lets below zero does not hold; what the draws let there as well is said."""
    of = found(bill, "20", "lognormal 2.5")
    assert of["total"] - of["first_order"]["expanded"] < 0 < of["monte_carlo"]["low"]
    few = found(bill, "20", "lognormal 2.5", draws=20)
    assert not borne(few).is_valid
    drawn = {**of["monte_carlo"], "low": -10.0, "high": 50.0, "errors": {}}
    wide = {**of, "monte_carlo": drawn, "first_order": {**of["first_order"], "expanded": 30.0, "combined": 15.3}}
    assert "below zero, as the draws do" in headline(wide, Words("en"))


def test_what_a_result_lacks_is_told_beside_its_interval(bill: Any) -> None:
    """And nothing where nobody asked, or nothing scatters."""
    of = found(bill, "20", "u=2 %", draws=500)
    assert "gaps (2)" in headline(of, Words("en"), 2)
    assert "gaps" not in headline(of, Words("en"))
    assert headline(None, Words("en")) == headline(of | {"monte_carlo": None}, Words("en")) == ""


def test_screen_reports_and_documents_say_the_same(bill: Any, tmp_path: Path) -> None:
    """One sentence, one way of rounding: zeros at the end stay."""
    text = "a | A | 20 kg | mine | uncertainty=u=5 %\n[Factors]\nmine | 1"
    request = service.Request(_book(bill, text, "20"), draws=2000)
    calculated, written = service.produce(request, tmp_path, "en")
    said = headline(calculated.uncertainty, Words("en"))
    assert said.startswith("20.0 ± 2.0 kg")
    assert said.replace("CO₂e", "CO2e") in service.summary(calculated, written, "en").replace("CO₂e", "CO2e")
    assert said in (tmp_path / "report.html").read_text(encoding="utf-8")
