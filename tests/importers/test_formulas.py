"""Formulas of others: the numbers openLCA gives, and a sentence for everything that is no formula."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.background.importers import formulas
from footprint.background.importers.formulas import Values, program
from footprint.errors import UnfitError

KNOWN = Values({"a": 2, "B": 3, "Loss_Rate": 0.04}, {"c": "a*b", "d": "c+later", "later": "a"})


def refused(text: str, names: Values = KNOWN) -> str:
    """Return the code with which a formula is refused."""
    with pytest.raises(UnfitError) as caught:
        names.number(text)
    assert caught.value.text("en")
    assert caught.value.text("zh")
    return caught.value.code


@pytest.mark.parametrize(("text", "number"), [
    ("1+2*3", 7), ("(1+2)*3", 9), ("10-4-3", 3), ("8/4/2", 1), ("-2^2", 4), ("2^3^2", 64), ("2**3", 8), ("1e3*.5", 500),
    ("2.", 2), ("7 mod 4", 3), ("7 div 2", 3), ("10 DIV 3", 3),
    ("- -3", 3), ("+a", 2), ("a*B", 6), ("A*b", 6), ("d", 8),
    ("loss_rate*100", 4), ("pi", math.pi), ("PI()", math.pi), ("ln(e)", 1), ("log(100)", 2), ("lg(1000)", 3),
    ("sqr(3)", 9), ("sqrt(9)", 3), ("power(2;10)", 1024), ("ipower(2;3.9)", 8), ("abs(-1)", 1), ("int(-2.7)", -2),
    ("trunc(2.7)", 2), ("round(2.5)", 3), ("ceil(1.1)", 2), ("floor(-1.1)", -2), ("frac(2.25)", 0.25), ("exp(0)", 1),
    ("min(3;1;2)", 1), ("max(3,1,2)", 3), ("sum(1;2;3)", 6), ("avg(1;2;3)", 2), ("sin(0)", 0), ("cos(0)", 1),
    ("tan(0)", 0), ("arctan(0)", 0), ("cotan(pi/4)", 1), ("if(a>1;10;20)", 10), ("IIF(a<1;10;20)", 20),
    ("if(a>1;10;1/0)", 10), ("a=2", 1), ("a==2", 1), ("a<>2", 0), ("a!=2", 0), ("a>=2 and b<=3", 1), ("a>2 or b>2", 1),
    ("1 xor 1", 0), ("a>1 && !(b>5)", 1), ("a>1 & b>5 | true", 1), ("not(false)", 1), ("and(1;1;0)", 0), ("or(0;1)", 1),
    ("1+\n 2", 3),
])  # fmt: skip
def test_formulas_come_to_what_openlca_makes_of_them(text, number):
    """Operators by their levels and from the left, a sign before a power, base 10, functions by all their names."""
    assert KNOWN.number(text) == pytest.approx(number, rel=1e-12)


@pytest.mark.parametrize(("text", "code"), [
    ("1+", "syntax"), ("", "syntax"), ("()", "syntax"), ("2x", "syntax"), ("1,2", "syntax"), ("(1;2)", "syntax"),
    ("min(1;)", "syntax"), ("a.b", "syntax"), ("'a'", "syntax"), ("a[0]", "syntax"), ("1 2", "syntax"),
    ("(1", "syntax"),
    ("1)", "syntax"), ("a := 2", "syntax"), ("2*;", "syntax"), ("x", "name"), ("__import__('os')", "function"),
    ("exec(1)", "function"), ("random()", "function"), ("if(1;2)", "arguments"), ("min()", "arguments"),
    ("pi(1)", "arguments"), ("sqrt(1;2)", "arguments"), ("1/0", "number"), ("sqrt(-1)", "number"), ("ln(0)", "number"),
    ("10^1000", "number"), ("9" * 400, "number"), ("(-8)^(1/3)", "number"), ("0*(1/0)", "number"),
    ("(" * 41 + "1" + ")" * 41, "deep"), ("(" * 9000, "deep"), ("1" + "+1" * 10_000, "long"),
])  # fmt: skip
def test_what_is_no_formula_is_said(text, code):
    """Unknown names and functions, text that does not end, numbers that are none: each in a sentence of its own."""
    assert refused(text) == f"inventory-formula-{code}"


def test_a_decimal_comma_is_read_where_the_file_has_one():
    """``1,5`` is a number there, and ``;`` parts arguments; a comma between names parts them, too."""
    names = Values({"a": 2}, {"b": "a*1,5"}, decimal=",")
    assert names.number("max(1,25;,5)+b") == 4.25
    assert names.number("max(a,a)+1,5") == 3.5
    assert refused("1.5", Values({}, {}, decimal=",")) == "inventory-formula-syntax"


def test_names_are_looked_up_inside_out():
    """A name of a process comes before the same name of all, and formulas of all do not see those of a process."""
    everyone = Values({"x": 1, "y": 5}, {"twice": "2*x"})
    assert Values({"x": 10}, {"own": "x+y+twice"}, everyone).number("own") == 17
    assert Values({"e": 1}, {}, everyone).number("e") == 1


def test_a_circle_is_said():
    """A parameter that rests on itself, however far around, has no number."""
    assert refused("a", Values({}, {"a": "b+1", "b": "c", "c": "a"})) == "inventory-formula-loop"
    assert refused("a", Values({}, {"a": "a"})) == "inventory-formula-loop"


def test_long_chains_and_wide_formulas_take_no_stack():
    """20,000 parameters on top of each other, and formulas as long as allowed, in a few seconds of the processor."""
    n = 20_000
    start = time.process_time()
    chain = Values({}, {f"p{i}": f"p{i + 1}+1" for i in range(n)} | {f"p{n}": "0"})
    assert chain.number("p0") == n
    wide = Values({}, {f"q{i}": "+".join(f"q{j}" for j in range(max(0, i - 50), i)) or "1" for i in range(200)})
    assert wide.number("q150") > 0
    assert KNOWN.number("-" * 19_000 + "1") == 1
    assert KNOWN.number("1" + "^1" * 9000) == 1
    assert time.process_time() - start < 10


def test_a_name_is_worked_out_once():
    """Sixty formulas that each use the one before twice would take 2 to the 60 steps otherwise."""
    doubled = Values({"p0": 1}, {f"p{i}": f"p{i - 1}+p{i - 1}" for i in range(1, 61)})
    assert doubled.number("p60") == 2.0**60


def outcome(text: str) -> float | str:
    """Return what a formula comes to, or the code with which it is refused."""
    try:
        return KNOWN.number(text)
    except UnfitError as exc:
        return exc.code


@given(st.recursive(
    st.integers(0, 99).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]}{t[1]}{t[2]})"),
    max_leaves=30,
))
def test_arithmetic_is_arithmetic(text):
    """What Python's own arithmetic makes of sums and products, as long as no operator is written differently."""
    found = outcome(text)
    assert found == ("inventory-formula-deep" if isinstance(found, str) else pytest.approx(eval(text), rel=1e-12))


@given(st.text(st.sampled_from("ab12.,;()+-*/^<>=!&| eEifmaxo\n\t\u00b2'\"\\x00"), max_size=60))
def test_any_text_is_a_number_or_a_sentence(text):
    """No text raises anything but what can be told."""
    found = outcome(text)
    assert found.startswith("inventory-formula-") if isinstance(found, str) else math.isfinite(found)


def test_formulas_are_read_once():
    """The same formula in 100,000 exchanges is read once."""
    program.cache_clear()
    for _ in range(1000):
        KNOWN.number("a*loss_rate+1")
    assert program.cache_info().misses == 1
    assert formulas.MAX_LENGTH == 20_000
