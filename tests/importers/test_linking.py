"""Processes as files state them -> a database: shares, suppliers, gaps, signs, and that nothing of a file is lost."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from footprint.background.importers.codes import code_of
from footprint.background.importers.inventory import Emission, Flow, Input, Process, Product, Spread
from footprint.background.importers.linking import Linked, linked
from footprint.provenance import Place

PLACE = Place("file")


def flow(name: str, unit: str = "kg", location: str = "") -> Flow:
    return Flow(name, f"good {name}", unit, location)


def takes(number: int, name: str, amount: float, provider: str = "", unit: str = "kg", location: str = "") -> Input:
    return Input(number, flow(name, unit, location), amount, provider, at=f"x{number}")


def gives(number: int, amount: float, gas: str = "co2-fossil") -> Emission:
    return Emission(number, gas, amount, at=f"x{number}")


def process(
    id_: str, *products: Product, inputs: Iterable[Input] = (), emissions: Iterable[Emission] = (), location: str = ""
) -> Process:  # fmt: skip
    return Process(id_, f"making {id_}", PLACE, products, tuple(inputs), tuple(emissions), location)


def made(name: str, amount: float = 1.0, share: float | None = None, unit: str = "kg", **shares: float) -> Product:
    return Product(flow(name, unit), amount, share, {int(key[1:]): value for key, value in shares.items()})


def amounts(found: Linked, activity: str) -> dict[str, float]:
    return {row["flow"]: float(row["amount"]) for row in found.exchanges if row["activity"] == activity}


def codes(found: Linked, kind: str = "unit-process") -> list[str]:
    return [row["code"] for row in found.activities if row["kind"] == kind]


def told(found: Linked) -> list[str]:
    return [notice.code for notice in (*found.notices, *found.unlinked)]


def test_an_input_goes_to_the_supplier_that_is_named() -> None:
    """By the id of the dataset, or by that of a process which makes the flow among others."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "a", 2, "p"), takes(1, "b", 3, "p"), takes(2, "a", 1, "q")]),
        process("p", made("a", share=0.25), made("b", share=0.75), emissions=[gives(0, 8)]),
        process("q", made("a")),
    ])  # fmt: skip
    assert amounts(found, "u") == {"p_a": 2.0, "p_b": 3.0, "q": 1.0}
    assert found.counts["by-provider"] == 3
    assert not found.unlinked


def test_without_a_supplier_the_flow_decides_then_the_place() -> None:
    """The only maker, else the only one where the consumer is; several are told by name, never chosen from."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "a", 1), takes(1, "b", 1)], location="DE"),
        process("v", made("v"), inputs=[takes(0, "b", 1)], location="FR"),
        process("a", made("a"), location="CN"),
        process("b1", made("b"), location="DE"),
        process("b2", made("b"), location="CN"),
    ])  # fmt: skip
    assert amounts(found, "u") == {"a": 1.0, "b1": 1.0}
    assert (found.counts["by-flow"], found.counts["by-location"]) == (1, 1)
    (notice,) = found.unlinked
    assert (notice.code, notice.facts["other"], notice.facts["uses"]) == ("inventory-several", "b1, b2", 1)


def test_a_supplier_that_is_not_there_is_replaced_by_the_only_maker_alone_and_told() -> None:
    """Once for all that name it; of one that is there and cannot be counted, nobody takes the place."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "a", 1, "away"), takes(1, "a", 2, "away"), takes(2, "b", 3, "p")]),
        process("a", made("a")), process("b", made("b")), process("p", made("a2", share=1.0), made("b")),
    ])  # fmt: skip
    assert amounts(found, "u") == {"a": 2.0, "p_b": 3.0}
    told_of = {notice.code: notice.facts for notice in (*found.notices, *found.unlinked)}
    assert (told_of["inventory-supplier"]["provider"], told_of["inventory-supplier"]["count"]) == ("away", 2)
    assert told_of["inventory-no-share"]["uses"] == 1
    assert codes(found, "gap") == ["p_b"]


def test_no_place_is_no_place_in_common() -> None:
    """Of two makers, one without a place is not nearer to a consumer without one."""
    makers = [process("b1", made("b")), process("b2", made("b"), location="CN")]
    found = linked([process("u", made("u"), inputs=[takes(0, "b", 1)]), *makers])
    assert told(found) == ["inventory-several"]


def test_what_cannot_be_counted_is_told_where_nobody_uses_it() -> None:
    """Nothing of a file is dropped without a word."""
    assert told(linked([process("x", made("x", unit=" ")), process("y", made("y"))])) == ["inventory-unit"]


def test_a_unit_that_nobody_knows_is_one_of_its_own() -> None:
    """It links to what has the same, converts to nothing, and is told once with how many datasets have it."""
    found = linked([
        process("u", made("u", unit="bed of roses"), inputs=[takes(0, "x", 2, unit="bed of roses"), takes(1, "y", 3)]),
        process("x", made("x", unit="bed of roses")), process("y", made("y", unit="ton")),
    ])  # fmt: skip
    assert codes(found) == ["u", "x", "y"]
    assert [row["unit"] for row in found.activities[:3]] == ["[bed of roses]", "[bed of roses]", "[ton]"]
    assert [row["unit"] for row in found.exchanges if row["flow"] == "x"] == ["[bed of roses]"]
    assert [notice.code for notice in found.unlinked] == ["inventory-other-unit"]
    assert [(n.facts["unit"], n.facts["count"]) for n in found.notices] == [("bed of roses", 2), ("ton", 1)]


def test_equal_gaps_are_one_and_count_their_uses() -> None:
    """What nobody makes is a gap with its name, the same for all who lack the same."""
    found = linked([process(name, made(name), inputs=[takes(0, "gone", 2), takes(1, "gone", 1)]) for name in "ab"])
    (gap,) = codes(found, "gap")
    assert [row["flow"] for row in found.exchanges] == [gap] * 4
    assert [notice.facts["uses"] for notice in found.unlinked] == [4]


def test_a_credit_makes_a_gap_go_either_way() -> None:
    """A gap that is avoided somewhere may lower a result: the total is no lower bound then."""
    found = linked([process("a", made("a"), inputs=[takes(0, "gone", -2)])])
    assert [row["category"] for row in found.activities if row["kind"] == "gap"] == ["either-way"]


@pytest.mark.parametrize("amount", [-1, 1])
def test_a_waste_for_a_treatment_that_is_missing_only_adds(amount: float) -> None:
    """Nobody says which of two treatments takes it: stated in their sign, it is more, and what is not given is less."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "w", 2 * amount)._replace(is_signed=True)]),
        process("x", made("w", -1.0)), process("y", made("w", -3.0)),
    ])  # fmt: skip
    (gap,) = [row for row in found.activities if row["kind"] == "gap"]
    assert amounts(found, "u") == {gap["code"]: -2.0 * amount}
    assert gap.get("category") == ("either-way" if amount > 0 else "")


def test_what_a_file_calls_a_waste_is_one_where_nobody_treats_it() -> None:
    """In a format whose wastes are negative; a negative amount of anything else may be a credit."""
    waste = takes(0, "w", -2)._replace(is_signed=True, is_waste=True)
    found = linked([process("u", made("u"), inputs=[waste, takes(1, "c", -2)._replace(is_signed=True)])])
    gaps = {row["name_en"]: (row["code"], row["category"]) for row in found.activities if row["kind"] == "gap"}
    assert {name: category for name, (_, category) in gaps.items()} == {"good w": "", "good c": "either-way"}
    assert amounts(found, "u") == {gaps["good w"][0]: 2.0, gaps["good c"][0]: -2.0}


def test_units_that_do_not_convert_are_no_link() -> None:
    """Kilograms are no items; grams and kilograms convert where they are counted."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "a", 5, unit="item"), takes(1, "b", 5, unit="g"),
                                        takes(2, "b", 1, unit="bushels of joy")]),
        process("a", made("a")), process("b", made("b")),
    ])  # fmt: skip
    assert [notice.code for notice in found.unlinked] == ["inventory-other-unit", "inventory-other-unit"]
    assert [row["unit"] for row in found.exchanges if row["flow"] == "b"] == ["g"]


def test_a_product_that_cannot_be_counted_is_a_gap_for_its_users() -> None:
    """No unit, no share, an amount of zero: told once, whoever uses it has a gap, the others are there."""
    found = linked([
        process("u", made("u"), inputs=[takes(0, "x", 1), takes(1, "y", 1), takes(2, "z", 1)]),
        process("x", made("x", unit="")),
        process("y", made("w"), made("y")),
        process("z", made("z", 0.0)),
    ])  # fmt: skip
    assert sorted(codes(found)) == ["u", "y_w"]
    assert sorted(notice.code for notice in found.unlinked) == [
        "inventory-no-amount", "inventory-no-share", "inventory-unit",
    ]  # fmt: skip


def test_without_shares_the_reference_bears_everything_and_it_is_said() -> None:
    found = linked([process("p", made("a"), made("b"), inputs=[takes(0, "p", 1, "p_a")], emissions=[gives(1, 9)])])
    assert codes(found) == ["p_a"]
    assert amounts(found, "p_a")["co2-fossil"] == 9.0
    assert "inventory-all-to-first" in told(found)


def test_shares_of_single_exchanges_stand_over_those_of_all() -> None:
    """A causal share moves one exchange from one product to the other and leaves the rest as it is."""
    found = linked([process(
        "p", made("a", 1.0, 0.5, e0=1.0), made("b", 1.0, 0.5, e0=0.0), emissions=[gives(0, 4), gives(1, 6, "sf6")],
    )])  # fmt: skip
    assert amounts(found, "p_a") == {"co2-fossil": 4.0, "sf6": 3.0}
    assert amounts(found, "p_b") == {"sf6": 3.0}


def test_what_was_read_twice_or_makes_nothing_is_told() -> None:
    """The first of two stays; a process of nothing at all is told apart from one without a product."""
    found = linked([
        process("a", made("a"), emissions=[gives(0, 1)]), process("a", made("a"), emissions=[gives(0, 2)]),
        process("b"), process("c", emissions=[gives(0, 1)]),
    ])  # fmt: skip
    assert amounts(found, "a") == {"co2-fossil": 1.0}
    assert told(found) == ["inventory-twice", "inventory-empty", "inventory-no-product"]
    assert (found.counts["processes"], found.counts["empty"]) == (4, 2)


SHARES = st.lists(st.floats(0.01, 1), min_size=1, max_size=4)
NEEDS = st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(-5, 5).filter(bool)), max_size=8)


@given(SHARES, NEEDS)
def test_allocation_loses_nothing(parts: list[float], needs: list[tuple[str, float]]) -> None:
    """Over all products of a process every exchange sums up to what its file states, linked or open."""
    products = [made(f"p{at}", share=part / fsum(parts)) for at, part in enumerate(parts)]
    inputs = [takes(at, name, amount) for at, (name, amount) in enumerate(needs)]
    found = linked([
        process("p", *products, inputs=inputs, emissions=[gives(99, 7.0)]),
        process("a", made("a")), process("b", made("b")),
    ])  # fmt: skip
    by_element: dict[str, list[float]] = {}
    for row in found.exchanges:
        by_element.setdefault(row["citation"], []).append(float(row["amount"]))
    stated = {need.at: need.amount for need in inputs} | {"x99": 7.0}
    assert by_element.keys() == stated.keys()
    for at, amount in stated.items():
        assert fsum(by_element[at]) == pytest.approx(amount, rel=1e-12)


@given(st.permutations(range(5)))
def test_the_order_of_the_files_is_no_matter(order: list[int]) -> None:
    """The same processes make the same rows, whichever is read first."""
    every = [
        process("u", made("u"), inputs=[takes(0, "a", 1), takes(1, "x", 1)]),
        process("a", made("a"), emissions=[gives(0, 1)]),
        process("m", made("k", share=0.4), made("l", share=0.6), emissions=[gives(0, 5)]),
        process("v", made("v"), inputs=[takes(0, "l", 2, "m")]), process("w", made("w"), inputs=[takes(0, "x", 3)]),
    ]  # fmt: skip
    one, other = linked(every), linked([every[at] for at in order])
    assert (one.activities, one.exchanges) == (other.activities, other.exchanges)


@example("+", "")
@given(st.text(max_size=100), st.text(max_size=100))
def test_codes_are_words_and_tell_ids_apart(one: str, other: str) -> None:
    """A code can be typed and holds no blank; different ids have different codes; a code stays what it is."""
    assert len(code_of(one).split()) == 1
    assert len(code_of(one)) <= 80
    assert code_of(code_of(one)) == code_of(one)
    assert one == other or code_of(one) != code_of(other)


def test_how_far_amounts_may_be_off_goes_with_the_row() -> None:
    """What stands for scores of its own is marked whole; what is no lognormal is told in the note."""
    spreads = [Spread(1.2, "1;2;3;4;5"), Spread(1.5, is_total=True), Spread(said="normal 1 2")]
    inputs = [takes(at, "a", 1)._replace(spread=spread) for at, spread in enumerate(spreads)]
    found = linked([process("u", made("u"), inputs=inputs), process("a", made("a"))])
    assert [(row["gsd"], row["gsd_is"], row["pedigree"], row["note"]) for row in found.exchanges] == [
        ("1.2", "basic", "1;2;3;4;5", ""), ("1.5", "total", "", ""), ("", "", "", "normal 1 2"),
    ]  # fmt: skip


def test_a_large_import_is_linked_in_a_time_that_grows_with_it() -> None:
    """Twice the processes take about twice the time, whether inputs are found, ambiguous or open."""
    from time import process_time

    def seconds(count: int) -> float:
        every = [
            process(f"p{at}", made(f"f{at % 50}"), location=f"L{at}",
                    inputs=[takes(n, f"f{n}" if n % 2 else f"gone{at}", 1.0) for n in range(6)])
            for at in range(count)
        ]  # fmt: skip
        started = process_time()
        linked(every)
        return process_time() - started

    seconds(50)
    small = min(seconds(400) for _ in range(3))
    assert seconds(3200) < 8 * small * 4
