"""How numbers and texts are written in reports."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.publish import wording

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
numbers = st.floats(min_value=-1e18, max_value=1e18, allow_nan=False).filter(lambda v: v == 0 or abs(v) > 1e-300)


def read(text: str) -> float:
    """Return the number a printed number stands for."""
    plain = text.replace("−", "-").replace(",", "")
    plain = re.sub(r" × 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "e" + m[1].translate(RAISED), plain)
    return float(plain)


@given(numbers)
def test_a_printed_number_is_the_number(value: float) -> None:
    """A number at four digits reads back within half a unit of its last digit, whatever its size."""
    assert read(wording.number(value)) == pytest.approx(value, rel=5.0001e-4)


@given(numbers)
def test_what_is_not_nothing_is_not_printed_as_nothing(value: float) -> None:
    """Only zero is printed as 0, as a number and as a share."""
    assert (read(wording.number(value)) == 0) == (value == 0)
    assert (wording.percent(value) == "0.0 %") == (value == 0)


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).map(lambda v: float(f"{v:.12g}")))
def test_an_entered_number_keeps_its_digits(value: float) -> None:
    """What a person entered is printed with all its digits and no other."""
    assert read(wording.entered(value)) == pytest.approx(value, rel=1e-5 if abs(value) < 1e-6 else 1e-12)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (12345.678, "12,350"), (1051607.2, "1,052,000"), (9999.6, "10,000"), (0.1689484, "0.1689"),
        (-0.00012345, "−0.0001234"), (1.2e-7, "1.200 × 10⁻⁷"), (None, "—"),
    ],
)  # fmt: skip
def test_numbers_as_they_look(value: float | None, said: str) -> None:
    """Thousands are separated, minus is a minus sign, tiny numbers are powers of ten, missing is a dash."""
    assert wording.number(value) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.5, "50.0 %"), (1.0, "100.0 %"), (0.9999, "> 99.9 %"), (1e-5, "< 0.1 %"), (-0.114, "−11.4 %")]
)
def test_shares_as_they_look(share: float, said: str) -> None:
    """A share that is not all is not printed as all."""
    assert wording.percent(share) == said


def test_declared_numbers_keep_their_zeros() -> None:
    """The declared number is printed as declared: its trailing zeros say how exact it is."""
    assert wording.declared("0.1690") == "0.1690"
    assert wording.declared("12345.0") == "12,345.0"
    assert wording.declared("-0.10") == "−0.10"


def test_missing_translation_falls_back_to_the_other_language() -> None:
    """A text given in one language only is shown in it rather than not at all."""
    assert wording.Words("zh").text({"zh": "", "en": "steel"}) == "steel"
    assert wording.Words("en").text({"zh": "钢", "en": ""}) == "钢"


def test_short_counts_wide_letters_twice() -> None:
    """A Chinese letter takes two columns when a name is cut."""
    assert wording.short("磷酸铁锂", 8) == "磷酸铁锂"
    assert wording.short("磷酸铁锂电池", 8) == "磷酸铁…"
    assert wording.columns_of("铁Fe") == 4
