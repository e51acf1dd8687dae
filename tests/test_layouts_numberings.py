"""Numbers of rows that tell what is part of what without dots, and what contradicts itself or leaves it open."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.errors import FootprintError
from footprint.layouts.bill import Imported
from footprint.layouts.naming.numberings import dotted

Taken = Callable[..., Imported]


def listed(numbers: str) -> str:
    return "序号,名称,用量,单位\n" + "".join(f"{number},x,2,kg\n" for number in numbers.split())


def parents(made: Imported) -> list[int]:
    return [line.parent for line in made.lines]


@pytest.mark.parametrize("numbers", [
    "1 (1) (2) 2", "1 （1） （2） 2", "一 1 2 二", "一、 1 2 二、", "A A.1 A.2 B", "A A1 A2 B", "1 1/1 1/2 2",
    "1 1-1 1-2 2", "1 1–1 1–2 2", "1 1.a 1.b 2", "1 a b 2", "1. 1) 2) 2.", "1 ① ② 2",
    "I 1 2 II", "I. A. B. II.", "1.0 1.1 1.2 2.0",
])  # fmt: skip
def test_numbers_tell_a_structure_by_style_or_by_what_they_begin_with(taken: Taken, numbers: str) -> None:
    """The second and third row are parts of the first, however lists within lists are numbered."""
    assert parents(taken(listed(numbers))) == [-1, 0, 0, -1]


def test_lists_may_stand_in_lists_in_lists(taken: Taken) -> None:
    """Three styles are three levels, and each list begins anew within the next of the one above it."""
    assert parents(taken(listed("一、 (一) 1 2 (二) 1 二、 (一) 1"))) == [-1, 0, 1, 1, 0, 4, -1, 6, 7]


@pytest.mark.parametrize("numbers", [
    "1 2 3", "10 20 30", "A B C", "1 2 2 3", "十 十一 十二", "I II III IV", "A B C D E F G H I", "1. 2. 3.", "1 2 3a 4",
])  # fmt: skip
def test_plain_numbers_are_left_as_they_are(taken: Taken, numbers: str) -> None:
    """Counting tells nothing, and one odd number among others is a slip."""
    assert dotted(numbers.split()) == numbers.split()
    assert {*parents(taken(listed(numbers)))} == {-1}


@pytest.mark.parametrize("second", ["1", "3"])
def test_the_headings_of_chapters_are_no_assemblies(taken: Taken, second: str) -> None:
    """A number in letters and a name, without any amount: the rows below are parts of the product."""
    for one, two in (("一", "二"), ("A", "B"), ("I", "II")):
        text = f"序号,名称,用量,单位\n{one},电气,,\n1,铜,2,kg\n2,钢,1,kg\n{two},机械,,\n{second},壳,3,kg\n"
        made = taken(text)
        assert (parents(made), sum(made.counts().values())) == ([-1, -1, -1], 5)
    made = taken("序号,名称,用量,单位\n1,铜,,\n2,钢,1,kg\n")
    assert [became.state for became in made.states[0]] == ["rejected", "used"]


@pytest.mark.parametrize("numbers", ["1 (1) (3) 2", "1 1a 1b 2", "1 2 A B", "一 1 3 二", "IA 1 2 IB"])
def test_numbers_in_two_styles_that_follow_no_order_are_asked_about(taken: Taken, numbers: str) -> None:
    """Nobody makes a bill flat whose numbers tell something else, unless it is stated."""
    with pytest.raises(FootprintError, match="import-level"):
        taken(listed(numbers))
    assert {*parents(taken(listed(numbers), structure="flat"))} == {-1}


TREES = st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=3), max_leaves=12)


@given(TREES)
def test_any_tree_numbered_by_styles_is_read_as_it_is(tree: list[object]) -> None:
    """Each level counts in brackets of its own: with dots these are the numbers of an outline, if any list goes on."""
    styles = ("{}", "({})", "[{}]", "<{}>", "{}#", "{}*", "{}=", "{}+", "{}~", "{}!", "{}^", "{}&")
    written, wanted = [], []

    def walk(parts: list[object], above: tuple[int, ...]) -> None:
        for at, one in enumerate(parts, 1):
            written.append(styles[len(above)].format(at))
            wanted.append(".".join(map(str, (*above, at))))
            walk(one, (*above, at))  # type: ignore[arg-type]

    walk(tree, ())
    assert dotted(written) in (wanted, written)
    if any(len(a.split(".")) > len(b.split(".")) for a, b in itertools.pairwise(wanted)):
        assert dotted(written) == wanted


def test_numbers_of_hundreds_of_parts_are_none() -> None:
    """Deeper than any bill, or longer than any number, they are left as they stand, in no time."""
    deep = [".".join(["1"] * n) + "a" for n in range(1, 3000)]
    before = time.process_time()
    assert dotted(deep) == deep
    assert time.process_time() - before < 1


@pytest.mark.parametrize("name", ["· al", "- al", "> al"])
def test_one_name_behind_a_sign_is_asked_about(taken: Taken, name: str) -> None:
    """A sign of a list before a single name makes no tree by itself; several do."""
    with pytest.raises(FootprintError, match="import-moved"):
        taken(f"Name,Qty,Unit\nsteel,6,kg\n{name},1,kg\ncu,2,kg\n")
    assert parents(taken(f"Name,Qty,Unit\nsteel,6,kg\n{name},1,kg\n{name},2,kg\n")) == [-1, 0, 0]
    assert parents(taken(f"Name,Qty,Unit\nsteel,6,kg\n{name},1,kg\n", structure="flat")) == [-1, -1]


def test_levels_may_be_counted_by_tens(taken: Taken) -> None:
    """10, 20, 20, 10 are 1, 2, 2, 1."""
    text = "Level,Code,Qty,Unit\n10,A,2,pcs\n20,B,3,kg\n20,C,1,kg\n10,D,1,kg\n"
    assert parents(taken(text)) == [-1, 0, 0, -1]


HEAD = "层级,父项编码,子项编码,用量,单位\n"


def test_levels_that_are_all_the_same_leave_it_to_the_parents(taken: Taken) -> None:
    """Bills of one level each, told in one table."""
    assert parents(taken(f"{HEAD}1,P,A,2,个\n1,A,B,3,kg\n")) == [-1, 0]


@pytest.mark.parametrize(("one", "other"), [("1.1", "1.2"), ("(1)", "(2)"), ("1-1", "1-2")])
def test_levels_that_are_all_the_same_leave_it_to_the_numbers(taken: Taken, one: str, other: str) -> None:
    """One level for all rows says nothing; where numbers or blanks before names do, they count."""
    numbers = f"层级,序号,名称,用量,单位\n1,1,a,2,个\n1,{one},b,3,kg\n1,{other},c,1,kg\n1,2,d,1,kg\n"
    assert parents(taken(numbers)) == [-1, 0, 0, -1]
    moved = "层级,名称,用量,单位\n1,a,2,个\n1,  b,3,kg\n1,  c,1,kg\n1,d,1,kg\n"
    assert parents(taken(moved)) == [-1, 0, 0, -1]
    assert taken("层级,序号,名称,用量,单位\n1,1,a,2,kg\n1,2,b,3,kg\n").parts[0].structure == "level"


def test_levels_that_contradict_the_numbers_are_asked_about(taken: Taken) -> None:
    """Level 1 with the number 1.2; stated, either counts."""
    text = "层级,序号,名称,用量,单位\n1,1,a,2,个\n2,1.1,b,3,kg\n1,1.2,c,1,kg\n1,2,d,1,kg\n"
    with pytest.raises(FootprintError, match=r"A4: level 1 of this row .* its number 1\.2 does"):
        taken(text)
    whole = text.replace("1,1.2", "2,1.2").replace("\n", "\n0,0,p,1,个\n", 1)
    assert parents(taken(whole)) == [-1, 0, 0, -1]
    assert parents(taken(text, structure="level")) == [-1, 0, -1, -1]
    assert parents(taken(text, structure="dotted")) == [-1, 0, 0, -1]


def test_levels_in_another_order_than_that_of_a_tree_leave_it_to_the_parents(taken: Taken) -> None:
    """All rows of a level before those of the next: each parent is one level above."""
    assert parents(taken(f"{HEAD}1,P,A,2,个\n1,P,D,2,个\n2,A,B,3,kg\n2,D,C,1,kg\n")) == [-1, 0, -1, 2]


def test_levels_that_contradict_the_parents_are_asked_about(taken: Taken) -> None:
    """A part of a part at the level of the first."""
    text = f"{HEAD}1,P,A,2,个\n2,A,B,3,kg\n1,A,C,1,kg\n"
    with pytest.raises(FootprintError, match=r"A4: level 1 of this row .*: A\."):
        taken(text)
    with pytest.raises(FootprintError, match=r"A3: level 2 of this row .*: X\."):
        taken(f"{HEAD}1,P,A,2,个\n2,X,B,3,kg\n")
    assert parents(taken(text, structure="level")) == [-1, 0, -1]
    assert sorted(parents(taken(text, structure="pairs"))) == [-1, 0, 0]
