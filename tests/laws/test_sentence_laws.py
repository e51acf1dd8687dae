"""The printed sentence is the rule: read back, it is the same tree, in both languages, whatever was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.messages import LANGUAGES
from footprint.model.expressions import Call, Choice, Literal, Logic, Lookup, Member, Name, Node, Not, Operation
from footprint.rules.expressions import ExpressionError, type_of
from footprint.rules.load import expressions, ids, load, words_of
from footprint.rules.readback import misread, read_back
from footprint.rules.sentences import sentence
from footprint.rules.vocabulary import Word, words

WORDS = {**words(), "parameter.cycles": Word("parameter.cycles", "number", "1/a", "cycles", "循环次数", is_table=True)}
NUMBERS = ["line.mass_kg", "line.loss", "result.total", "product.net_mass", "process.price_ratio"]
ARITHMETIC, COMPARISONS = ["+", "-", "*", "/", "**"], ["==", "!=", "<", "<=", ">", ">="]
TEXTS = ["line.sheet", "line.role", "line.component", "product.country", "result.components"]
SOME_TEXT = st.text("ab 电池'[]()“”「」,=", min_size=1, max_size=6)


def number(draw: st.DrawFn, depth: int) -> Node:
    """Draw a tree that gives a number."""
    kind = draw(st.integers(0, 7)) if depth else draw(st.integers(0, 2))
    if kind == 0:
        return Literal(draw(st.floats(min_value=0, max_value=1e12, allow_nan=False)))
    if kind == 1:
        return Name(draw(st.sampled_from(NUMBERS)))
    if kind == 2:
        return Lookup("parameter.cycles", text(draw))
    if kind == 3:
        return Call("abs", (number(draw, depth - 1),))
    if kind == 4:
        return Choice(truth(draw, depth - 1), number(draw, depth - 1), number(draw, depth - 1))
    if kind == 5:
        return Call("min", (number(draw, depth - 1), number(draw, depth - 1)))
    return Operation(draw(st.sampled_from(ARITHMETIC)), number(draw, depth - 1), number(draw, depth - 1))


def text(draw: st.DrawFn) -> Node:
    """Draw a text or the name of one."""
    return Literal(draw(SOME_TEXT)) if draw(st.booleans()) else Name(draw(st.sampled_from(TEXTS)))


def truth(draw: st.DrawFn, depth: int) -> Node:
    """Draw a tree that gives a truth."""
    kind = draw(st.integers(0, 6)) if depth else draw(st.integers(0, 2))
    if kind == 0:
        return draw(st.sampled_from([Literal(value=True), Literal(value=False), Call("known", (Name("line.role"),))]))
    if kind == 1:
        return Operation(draw(st.sampled_from(["==", "!="])), text(draw), text(draw))
    if kind == 2:
        return Member(text(draw), tuple(text(draw) for _ in range(draw(st.integers(1, 3)))))
    if kind == 3:
        return Not(truth(draw, depth - 1))
    if kind == 4:
        return Call("contains", (text(draw), text(draw)))
    if kind == 5:
        items = tuple(truth(draw, depth - 1) for _ in range(draw(st.integers(2, 3))))
        return Logic(draw(st.sampled_from(["and", "or"])), items)
    return Operation(draw(st.sampled_from(COMPARISONS)), number(draw, depth - 1), number(draw, depth - 1))


@st.composite
def any_tree(draw: st.DrawFn) -> Node:
    """A tree of any shape, up to three deep."""
    return (number if draw(st.booleans()) else truth)(draw, 3)


@pytest.mark.parametrize("lang", LANGUAGES)
@given(tree=any_tree())
def test_a_sentence_reads_back_as_its_tree(lang: str, tree: Node) -> None:
    """Whatever the tree: no bracket, quote or digit is lost in print."""
    type_of(tree, WORDS)
    assert read_back(sentence(tree, lang, WORDS), lang, WORDS) == tree


def test_every_expression_that_ships_reads_back() -> None:
    """Of each rule file, in each language."""
    for name in ids():
        pcr = load(name)
        assert [*misread(expressions(pcr), words_of(pcr))] == [], name


def test_two_names_of_one_caption_are_noticed() -> None:
    """A sentence that could mean either name is none."""
    one, other = Word("product.a", "number", "", "life", "寿命"), Word("product.b", "number", "", "life", "寿命")
    both = {"product.a": one, "product.b": other}
    for cause in misread([Name("product.a"), Name("product.b")], both):
        assert str(cause).startswith("product.a and product.b are both called “")
    quoted = {"product.a": one._replace(en="so-called “life”", zh="所谓「寿命」")}
    assert [cause.code for cause in misread([Name("product.a")], quoted)] == ["pcr-misprinted"] * 2


@pytest.mark.parametrize("said", ["", "“mess”", "1 +", "(1", "1 2", "min(1", "“net mass” [kg", "if 1 otherwise 2"])
def test_what_is_no_sentence_is_refused(said: str) -> None:
    """Broken sentences and unknown names are errors, not guesses."""
    with pytest.raises(ExpressionError):
        read_back(said, "en", WORDS)
