"""Laws of the ledger, on random plants with everything a plant may have."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint import units
from footprint.background.open import Background
from footprint.engine.whole import compare

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
PLANTS = SimpleNamespace(**runpy.run_path(str(DATA / "plants.py")))
AGREEMENT = 1e-9
Book = Callable[..., Any]

# the fixtures below hold no state of an example
law = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(scope="module")
def background(folder: Path) -> Background:
    return LINE.opened(folder)


@pytest.fixture(scope="module")
def rules() -> Any:
    return LINE.rules()


def cells(book: Book, plant: Any, **product: object) -> Any:
    """Return the plant as the cells of a workbook."""
    fields = LINE.plain_product(**{**plant.product, **product})
    return book(**{**plant.sheets(), "product": fields})


def absolute(solved: Any) -> float:
    """Return the sum of absolute postings [kg CO2e]."""
    return fsum(abs(v) for p in solved.ledger.postings for v in p.impact.values())


def total(solved: Any, *classes: str) -> float:
    """Return the sum of all postings in some classes [kg CO2e]."""
    return fsum(v for p in solved.ledger.postings for k, v in p.impact.items() if k.ghg in classes)


@settings(law, max_examples=100)
@given(plant=PLANTS.plants())
def test_the_ledger_is_what_a_second_calculation_finds(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """The sum of postings is the score of one dense system made from the rows by other hands, to 1e-9."""
    solved = LINE.run(cells(book, plant), background, rules)
    expected = PLANTS.by_hand(plant, (LINE.activities(), LINE.exchanges()))
    found = np.array([solved.ledger.total(), total(solved, *PLANTS.OUTSIDE)])
    assert abs(found - expected).max() <= AGREEMENT * max(absolute(solved), 1e-300)


@law
@given(plant=PLANTS.plants())
def test_the_ledger_balances_with_the_reference(
    plant: Any, book: Book, background: Any, rules: Any, folder: Path
) -> None:
    """Bill and background as one system through bw2calc give every key of the ledger, to 1e-9 of all postings."""
    solved = LINE.run(cells(book, plant), background, rules)
    demand = solved.items / solved.graph.activities[solved.graph.root].output
    if solved.ledger.postings:
        agreement = compare(solved.ruled, solved.ledger, demand, LINE.system(folder, "AR6"))
        assert agreement.total == pytest.approx(solved.ledger.total(), rel=AGREEMENT, abs=AGREEMENT * absolute(solved))


@pytest.mark.slow
@settings(law, max_examples=3000)
@given(plant=PLANTS.plants())
def test_many_plants_balance_both_ways(plant: Any, book: Book, background: Any, rules: Any, folder: Path) -> None:
    """Both laws above, further out."""
    solved = LINE.run(cells(book, plant), background, rules)
    expected = PLANTS.by_hand(plant, (LINE.activities(), LINE.exchanges()))
    found = np.array([solved.ledger.total(), total(solved, *PLANTS.OUTSIDE)])
    assert abs(found - expected).max() <= AGREEMENT * max(absolute(solved), 1e-300)
    if solved.ledger.postings:
        demand = solved.items / solved.graph.activities[solved.graph.root].output
        compare(solved.ruled, solved.ledger, demand, LINE.system(folder, "AR6"))


def by_line(solved: Any) -> dict[tuple[str, ...], float]:
    """Return what each thing adds to the result, whatever the cell it stands in [kg CO2e]."""
    found: dict[tuple[str, ...], list[float]] = {}
    for p in solved.ledger.postings:
        line = p.exchange
        target = line.dataset.code if line.dataset else line.target
        found.setdefault((line.activity, line.name, line.role, line.stage, target), []).append(solved.ledger.value(p))
    return {key: fsum(values) for key, values in found.items()}


def same(found: Any, expected: Any, solved: Any) -> bool:
    """Tell whether two sets of values agree to 1e-12 of the sum of absolute postings."""
    near = 1e-12 * max(absolute(solved), 1e-300)
    return found.keys() == expected.keys() and all(abs(found[k] - expected[k]) <= near for k in expected)


def with_bom(plant: Any, change: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> Any:
    return plant._replace(bom=[new for row in plant.bom for new in change(row)])


@law
@given(plant=PLANTS.plants())
def test_twice_the_declared_amount_is_twice_of_everything(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """Every posting, to the last bit: two is a power of two."""
    one = LINE.run(cells(book, plant), background, rules)
    two = LINE.run(cells(book, plant, declared_amount=2 * plant.product["declared_amount"]), background, rules)
    assert LINE.values(two) == {k: None if v is None else 2 * v for k, v in LINE.values(one).items()}


@law
@given(plant=PLANTS.plants())
def test_a_bill_for_twice_as_many_is_the_same_bill(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """Twice the items the BOM is written for, and twice the parts of the product itself: nothing changes."""
    doubled = with_bom(plant, lambda row: [row if row["parent"] else {**row, "quantity": 2 * row["quantity"]}])
    one = LINE.run(cells(book, plant), background, rules)
    two = LINE.run(cells(book, doubled, bom_quantity=2 * plant.product["bom_quantity"]), background, rules)
    assert same(by_line(two), by_line(one), one)


@law
@given(plant=PLANTS.plants())
def test_twice_a_bought_line_doubles_its_own_postings(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """What is bought, lost and left of a line doubles; its way and its end with it; nobody else's posting moves."""
    doubled = with_bom(plant, lambda r: [{**r, "quantity": 2 * r["quantity"]} if r["line"] == "L0" else r])
    one, two = (LINE.run(cells(book, p), background, rules) for p in (plant, doubled))
    (cell,) = {line.place.address for line in one.graph.linked.bill.bom if line.id == "L0"}
    row = cell[len("BOM!A") :]
    for posted, other in zip(one.ledger.postings, two.ledger.postings, strict=True):
        place, id_ = posted.exchange.place, posted.exchange.id
        own = place.sheet == "BOM" and place.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == row
        carried = place.sheet == "Transport" and f"for {cell}" in id_ and (id_.endswith(cell) or f"{cell} " in id_)
        ended = place.sheet == "End of life" and posted.exchange.name.startswith("L0:")
        assert other.quantity == pytest.approx(posted.quantity * (2 if own or carried or ended else 1), rel=1e-12)


@law
@given(plant=PLANTS.plants(), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_number(plant: Any, order: Any, book: Book, background: Any, rules: Any) -> None:
    """Shuffled BOM, Processes and Transport sheets give the same postings; only their cells are others."""
    one = LINE.run(cells(book, plant), background, rules)
    shuffled = {name: order.sample(rows, len(rows)) for name, rows in plant._asdict().items() if name != "product"}
    two = LINE.run(cells(book, plant._replace(**shuffled)), background, rules)
    assert same(by_line(two), by_line(one), one)
    assert two.ledger.total() == pytest.approx(one.ledger.total(), rel=1e-12, abs=1e-12 * absolute(one))


@law
@given(plant=PLANTS.plants(), share=st.sampled_from([0.5, 0.25, 0.1]))
def test_a_line_in_two_parts_is_the_line(plant: Any, share: float, book: Book, background: Any, rules: Any) -> None:
    """A bought line split in two, whatever the shares, adds what it added."""
    ended = {row["part"] for row in plant.end_of_life}

    def split(row: dict[str, Any]) -> list[dict[str, Any]]:
        if row["line"] in PLANTS.assembled(plant) | ended:
            return [row]
        named = {**row, "name": row["line"]}
        rest = {**named, "line": f"{row['line']} again", "quantity": row["quantity"] * (1 - share)}
        return [{**named, "quantity": row["quantity"] * share}, rest]

    one = LINE.run(cells(book, plant), background, rules)
    two = LINE.run(cells(book, with_bom(plant, split)), background, rules)
    assert same(by_line(two), by_line(one), one)


@law
@given(plant=PLANTS.plants(), data=st.data())
def test_a_unit_is_only_a_way_to_write(plant: Any, data: Any, book: Book, background: Any, rules: Any) -> None:
    """Kilograms, grams, tonnes, 斤; kWh, MJ: an amount written in another unit of its kind is the same amount."""
    others = {unit: kind for kind in (("kg", "g", "t", "斤", "lb"), ("kWh", "MJ", "万kWh")) for unit in kind}

    def rewrite(row: dict[str, Any], key: str) -> dict[str, Any]:
        made = row.get("direction") in {"product", "co-product"}
        counted = row.get("dataset") == "chip"  # in pieces, by the mass of one unit as it is written
        if made or counted or row.get("unit") not in others:
            return row
        unit = data.draw(st.sampled_from(others[row["unit"]]))
        return {**row, "unit": unit, key: row[key] * units.factor(row["unit"], unit)}

    changed = plant._replace(
        bom=[rewrite(row, "quantity") for row in plant.bom],
        processes=[rewrite(row, "amount") for row in plant.processes],
        use=[rewrite(row, "amount") for row in plant.use],
    )
    one = LINE.run(cells(book, plant), background, rules)
    two = LINE.run(cells(book, changed), background, rules)
    assert same(by_line(two), by_line(one), one)


@law
@given(plant=PLANTS.plants())
def test_shares_of_products_add_to_one(plant: Any, book: Book, background: Any, rules: Any) -> None:
    """What each product of a process bears of a row adds up to the row: nothing is lost, nothing twice."""
    solved = LINE.run(cells(book, plant), background, rules)
    sides = {f" for {row['flow']}" for row in plant.processes if row["direction"] == "co-product"}
    found: dict[str, list[float]] = {}
    for line in solved.graph.exchanges:
        shared = [step.factor for step in line.amount.steps if step.what == "allocation"]
        name = next((line.id.removesuffix(side) for side in sides if line.id.endswith(side)), line.id)
        if shared:
            found.setdefault(name, []).extend(shared)
    assert all(fsum(values) == pytest.approx(1, rel=1e-12) for values in found.values())
    assert all(len(values) == 2 for values in found.values())
