"""What holds for an inventory in whatever format it comes: its intensities, its gaps, its shares."""

from __future__ import annotations

import bz2
import csv
import itertools
import json
import re
import runpy
import zipfile
from collections.abc import Mapping
from math import fsum
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.engine.compile import intensities
from footprint.tables import bundle

I = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "inventories.py")))  # noqa: E741
IO = Path(__file__).parents[3] / "shared" / "cases" / "12_io_miller_blair_pymrio"
OPEN = Asked("trial", allow_unlinked=True)
FEW = settings(max_examples=max(12, settings().max_examples // 3))
AMOUNTS = st.floats(0.01, 5).map(lambda x: float(f"{x:.4g}"))
Found = dict[str, float]
Gaps = dict[str, dict[str, float]]


@st.composite
def inventories(draw: Any) -> list[Any]:
    """Draw processes with loops that lose, wastes with treatments, co-products, avoided and missing products."""
    count = draw(st.integers(1, 5))
    goods = [draw(_goods(at)) for at in range(count)]
    treatments = [draw(st.booleans()) and at > 0 and len(each) == 1 for at, each in enumerate(goods)]
    makers = {good.name: f"P{at}" for at, each in enumerate(goods) for good in each}
    names = st.sampled_from([*makers, "lacking", "absent"])
    runs = []
    for at, made in enumerate(goods):
        takes = draw(
            st.lists(st.tuples(names, st.floats(0.001, 0.1), st.booleans()), max_size=4, unique_by=lambda t: t[0])
        )
        least = min(good.amount for good in made)
        needs = tuple(
            I.Need(name, float(f"{part * least:.4g}"), makers.get(name, ""), avoided and name in makers)
            for name, part, avoided in takes
        )
        runs.append(I.Run(f"P{at}", made, needs, draw(AMOUNTS), treatments[at]))
    return runs


@st.composite
def _goods(draw: Any, at: int) -> tuple[Any, ...]:
    amounts = draw(st.lists(AMOUNTS, min_size=1, max_size=3))
    weights = [draw(st.integers(1, 5)) for _ in amounts]
    is_stated = len(amounts) > 1 and draw(st.booleans())
    shares = [weight / sum(weights) if is_stated else None for weight in weights]
    return tuple(I.Good(f"g{at}{'abc'[n]}", x, share) for n, (x, share) in enumerate(zip(amounts, shares, strict=True)))


def plain(inventory: list[Any], format_: str) -> list[Any]:
    """Return an inventory as far as a format can say it."""
    if format_ in I.SHARED and format_ != "simapro":
        return inventory
    if format_ == "simapro":
        whole = [run._replace(goods=tuple(g._replace(share=s) for g, s in zip(run.goods, run.shares, strict=True)))
                 for run in inventory]  # fmt: skip
        return [
            run if len(run.goods) > 1 else run._replace(goods=(run.goods[0]._replace(share=None),)) for run in whole
        ]
    most = 1 if format_ in I.SINGLE else 9
    kept = [run._replace(goods=tuple(g._replace(share=None) for g in run.goods[:most])) for run in inventory]
    made = {good.name for run in kept for good in run.goods}
    return [run._replace(needs=tuple(n for n in run.needs if n.name in made or not n.maker)) for run in kept]


def by_hand(inventory: list[Any]) -> tuple[Found, Gaps]:
    """Return kg CO2e and gaps [kg] of 1 kg of every product that bears a share that is known, by one dense solve."""
    made = [(run, good, share) for run in inventory for good, share in zip(run.goods, run.shares, strict=True)
            if good.share is not None or good is run.goods[0]]  # fmt: skip
    row = {good.name: at for at, (_, good, _) in enumerate(made)}
    lacking = sorted({need.name for run in inventory for need in run.needs} - set(row))
    matrix, given_off = np.diag([good.amount for _, good, _ in made]), np.zeros((len(made), 1 + len(lacking)))
    for at, (run, _, share) in enumerate(made):
        given_off[at, 0] += share * run.co2
        for need in run.needs:
            amount = share * (-need.amount if need.is_avoided else need.amount)
            if need.name in row:
                matrix[at, row[need.name]] -= amount
            else:
                given_off[at, 1 + lacking.index(need.name)] += amount
    found = np.linalg.solve(matrix, given_off)
    gaps = {name: {each: float(found[at, 1 + n]) for n, each in enumerate(lacking)} for name, at in row.items()}
    return {name: float(found[at, 0]) for name, at in row.items()}, gaps


def imported(files: Mapping[str, bytes], asked: Asked = OPEN, *, zipped: bool = False) -> Read:
    with TemporaryDirectory() as folder:
        return importers.read(I.put(Path(folder), files, zipped=zipped), asked)


def answer(read: Read) -> tuple[Found, Gaps]:
    """Return kg CO2e and gaps of one unit of what every dataset makes or treats, by the name of that."""
    solved = intensities(systems.system(read.source, "AR6"))
    rows = {row["code"]: row for row in read.source.activities}
    signs = {code: -1 if float(row["amount"]) < 0 else 1 for code, row in rows.items()}
    scores = {_name(rows[c]): signs[c] * fsum(found.values()) for c, found in solved.impact.items()}
    gaps = {
        _name(rows[code]): {_name(rows[gap]): signs[code] * amount for gap, amount in found.items()}
        for code, found in solved.gaps.items()
    }
    return scores, gaps


def _name(row: Mapping[str, str]) -> str:
    """Return the name of what a dataset makes as the inventory has it."""
    words = [row["name_en"].partition(" | ")[0], *row.get("synonyms", "").split("|")]
    plain_ = [word.removeprefix("good ").removeprefix("Ware ") for word in words]
    return next((word for word in plain_ if word[:1] in "gla" and not word.startswith("making")), plain_[0])


@pytest.mark.parametrize("format_", sorted(I.WRITERS))
@FEW
@given(inventory=inventories())
def test_every_format_gives_what_a_dense_solve_of_the_inventory_gives(format_: str, inventory: list[Any]) -> None:
    """Loops, wastes, shares, credits: to 1e-9; and the gaps are the inputs that lead nowhere, no others."""
    said = plain(inventory, format_)
    scores, gaps = by_hand(said)
    found, open_ = answer(imported(I.WRITERS[format_](said)))
    assert set(found) == set(scores)
    for name, score in scores.items():
        assert found[name] == pytest.approx(score, rel=1e-9, abs=1e-12), name
        either = {*gaps[name], *open_[name]}
        assert [open_[name].get(gap, 0.0) for gap in sorted(either)] == pytest.approx(
            [gaps[name].get(gap, 0.0) for gap in sorted(either)], rel=1e-9, abs=1e-12
        )


@pytest.mark.parametrize("format_", sorted(I.WRITERS))
@FEW
@given(inventory=inventories(), seed=st.integers(0, 2**16))
def test_the_order_of_processes_changes_no_number(format_: str, inventory: list[Any], seed: int) -> None:
    """Nor does that of inputs, up to the order in which sums are made."""
    said = plain(inventory, format_)
    random = Random(seed)
    mixed = [
        run._replace(needs=tuple(random.sample(run.needs, len(run.needs)))) for run in random.sample(said, len(said))
    ]
    one, other = (answer(imported(I.WRITERS[format_](each))) for each in (said, mixed))
    assert one[0] == pytest.approx(other[0], rel=1e-12, abs=1e-15)
    assert set(one[1]) == set(other[1])
    for name, gaps in one[1].items():
        assert gaps == pytest.approx(other[1][name], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("format_", sorted(name for name in I.WRITERS if name not in I.SINGLE))
@FEW
@given(inventory=inventories(), seed=st.integers(0, 2**16))
def test_the_order_of_files_changes_no_checksum(format_: str, inventory: list[Any], seed: int) -> None:
    """Nor does whether they lie in a folder or, in any order, in a zip."""
    files = I.WRITERS[format_](plain(inventory, format_))
    names = sorted(files)
    Random(seed).shuffle(names)
    one = imported(files, zipped=True)
    other = imported({name: files[name] for name in names}, zipped=True)
    assert one.source.checksum() == other.source.checksum()


@pytest.mark.parametrize("format_", sorted(I.SHARED))
@FEW
@given(inventory=inventories())
def test_shares_sum_up_to_the_whole(format_: str, inventory: list[Any]) -> None:
    """What the products of a process bear together is what the process gives off."""
    said = plain(inventory, format_)
    read = imported(I.WRITERS[format_](said))
    borne = fsum(float(row["amount"]) for row in read.source.exchanges if row["direction"] == "emission")
    assert borne == pytest.approx(fsum(run.co2 for run in said), rel=1e-9)


@FEW
@given(inventory=inventories())
def test_brightway_solves_the_same(inventory: list[Any]) -> None:
    """The system of an import, in Brightway's own solver."""
    bwp, calc = pytest.importorskip("bw_processing"), pytest.importorskip("bw2calc")
    system = systems.system(imported(I.olca(inventory)).source, "AR6")
    n = len(system.codes)
    cells = [(at, at, output, False) for at, output in enumerate(system.outputs)]
    cells += [(consumed, at, amount, True) for at, consumed, amount in system.technosphere]
    package = bwp.create_datapackage()

    def put(matrix: str, cells: list[tuple[int, int, float, bool]]) -> None:
        places = np.array(
            [(1000 + row if matrix[0] != "t" else row, column) for row, column, *_ in cells], bwp.INDICES_DTYPE
        )
        amounts, flips = np.array([cell[2] for cell in cells], float), np.array([cell[3] for cell in cells], bool)
        package.add_persistent_vector(
            matrix=matrix, name=matrix, indices_array=places, data_array=amounts, flip_array=flips
        )

    put("technosphere_matrix", cells)
    put("biosphere_matrix", [(0, at, amount, False) for at, _, amount in system.emissions])
    first = np.array([(1000, 0)], bwp.INDICES_DTYPE)
    package.add_persistent_vector(
        matrix="characterization_matrix", name="one", indices_array=first, data_array=np.ones(1)
    )
    ours = intensities(system).impact
    for at in range(n):
        lca = calc.LCA({at: 1}, data_objs=[package])
        lca.lci()
        lca.lcia()
        assert lca.score == pytest.approx(fsum(ours[system.codes[at]].values()), rel=1e-9, abs=1e-12)


_UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OF_UUIDS = [f"{letter * 8}-0000-4000-8000-{letter * 12}" for letter in "abcd"]


def in_both_cases(content: bytes, first: int) -> bytes:
    """Return a text in which every other time a UUID stands in capitals."""
    packed = content.startswith(b"BZh")
    turns = itertools.count(first)
    text = bz2.decompress(content) if packed else content
    told = _UUID.sub(lambda found: found[0].upper() if next(turns) % 2 else found[0], text)
    return bz2.compress(told) if packed else told


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("format_", ["ecospold2", "olca", "olca-1", "ilcd", "bw2package"])
def test_uuids_are_the_same_in_capitals(format_: str, first: int) -> None:
    """An input finds its supplier, an exchange its flow, however a program writes their ids."""
    user, maker, product, good = _OF_UUIDS
    files = I.WRITERS[format_]([
        I.Run(user, (I.Good(product, 1.0),), (I.Need(good, 2.0, maker),), 1.0),
        I.Run(maker, (I.Good(good, 1.0),), (), 3.0),
    ])  # fmt: skip
    mixed = {name: in_both_cases(content, first) for name, content in files.items()}
    assert mixed != files
    plain_, found = (intensities(systems.system(imported(each).source, "AR6")) for each in (files, mixed))
    assert sorted(fsum(impact.values()) for impact in found.impact.values()) == [3.0, 7.0]
    assert found == plain_


@pytest.mark.parametrize("format_", sorted(I.WRITERS))
def test_every_format_tells_how_far_it_is(format_: str) -> None:
    """By files where there are several, by processes where one holds them all; hardly more often than per hundredth."""
    heard: list[tuple[str, int, int]] = []
    runs = [I.Run(f"p{at}", (I.Good(f"g{at}", 1.0),), (), 2.5) for at in range(250)]
    imported(I.WRITERS[format_](runs), OPEN._replace(tell=lambda *said: heard.append(said)))
    assert heard[-1] == ("import-linking", 0, 250)
    reading = [(done, total) for code, done, total in heard[:-1] if code in {"import-reading", "import-processes"}]
    assert 50 <= len(reading) <= 130
    assert reading == sorted(set(reading))
    assert all(done <= total for done, total in reading)


_AMONG = {
    "docs/{at:04}/page.html": b"<html>", "docs/{at:04}.png": b"\x89PNG", "data/{at:04}/index.xml": b"<list/>",
    "zoo/{at:04}/x.json": b"[]", "zoo/{at:04}/read.csv": b"a,b", "zoo/{at:04}/read.me": b"Read me.",
}  # fmt: skip
"""Files that are none of a database, some hundreds of each."""


@pytest.mark.parametrize("format_", ["ecospold1", "ecospold2", "olca", "ilcd", "simapro"])
def test_a_database_among_documents_is_found(format_: str) -> None:
    """However many other files, in however many folders, of the same ending or another, stand before its own."""
    files = I.WRITERS[format_]([I.Run("A", (I.Good("a", 1.0),), (), 2.5)])
    plain_ = imported({f"ready/{name}": content for name, content in files.items()}, zipped=True)
    counts = {"docs": 999, "data": 300, "zoo": 300}
    others = {name.format(at=at): _AMONG[name] for name in _AMONG for at in range(counts[name.partition("/")[0]])}
    found = imported({**others, **{f"ready/{name}": content for name, content in files.items()}}, zipped=True)
    assert answer(found) == answer(plain_)
    assert found.source.checksum() == plain_.source.checksum()


def test_the_files_looked_at_are_few_and_of_every_kind() -> None:
    """Of each ending as many, and of it each folder before more of the same: whatever there are most of."""
    names = [f"a/{at}.xml" for at in range(100_000)] + [f"b{at}/x.xml" for at in range(20)] + ["c/one.json", "d/plain"]
    found = bundle.sampled(names)
    assert len(found) <= 2000
    assert {"c/one.json", "d/plain", *(f"b{at}/x.xml" for at in range(20))} <= set(found)
    assert bundle.sampled(names[-5:]) == tuple(names[-5:])
    assert len(bundle.sampled([f"{at}.{at}" for at in range(9999)])) <= 2000


def test_zips_are_read_as_folders_are(tmp_path: Path) -> None:
    """The writer of zips writes what that of folders does."""
    files = I.olca([I.Run("P0", (I.Good("g", 1.0),), (), 2.0)])
    path = I.put(tmp_path, files, zipped=True)
    assert sorted(zipfile.ZipFile(path).namelist()) == sorted(files)
    assert answer(importers.read(path, OPEN)) == answer(imported(files))


def multipliers(requirements: np.ndarray, coefficients: np.ndarray, format_: str) -> list[float]:
    """Return what an input-output table imported as processes comes to: a sector takes what its column says."""
    count = len(coefficients)
    inventory = [
        I.Run(
            f"P{at}",
            (I.Good(f"g{at}", 1.0),),
            tuple(I.Need(f"g{n}", float(x), f"P{n}") for n, x in enumerate(requirements[:, at]) if x),
            float(coefficients[at]),
        )
        for at in range(count)
    ]
    scores, gaps = answer(imported(I.WRITERS[format_](inventory)))
    assert not any(gaps.values())
    return [scores[f"g{at}"] for at in range(count)]


@pytest.mark.parametrize("format_", sorted(I.WRITERS))
def test_the_table_of_a_textbook_comes_through_the_import(format_: str) -> None:
    """Two sectors that consume themselves and each other (Miller and Blair 2009, chapter 2)."""
    requirements, labour = np.array([[0.15, 0.25], [0.2, 0.05]]), np.array([0.3, 0.25])
    found = multipliers(requirements, labour, format_)
    assert found == pytest.approx((labour @ np.linalg.inv(np.eye(2) - requirements)).tolist(), rel=1e-9)
    new = np.array([600.0, 1500.0])  # of final demand, in the book's 374.25 + 460.4 of labour, rounded there
    assert float(np.array(found) @ new) == pytest.approx(374.25 + 460.4, rel=1e-4)


@pytest.mark.parametrize("format_", ["ecospold2", "olca", "simapro"])
def test_published_tables_come_through_the_import(format_: str) -> None:
    """Multipliers of a small table of two regions and three sectors, as they are published."""
    if not IO.is_dir():
        pytest.skip("the tables are not beside the checkout")
    expected = json.loads((IO / "expected.json").read_text("utf-8"))["small_mrio"]["M"]
    requirements, coefficients = (_numbers(IO / f"small_mrio_{name}.csv") for name in ("A", "S"))
    for row, wanted in zip(coefficients, expected, strict=True):
        assert multipliers(requirements, row, format_) == pytest.approx(wanted, rel=1e-9)


def _numbers(path: Path) -> np.ndarray:
    """Return the numbers of a table; the rows of its header, and its first columns, are names."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row[-6:] for row in csv.reader(file)]
    return np.array([[float(cell) for cell in row] for row in rows if all(map(_is_number, row))])


def _is_number(text: str) -> bool:
    return text.replace(".", "").replace("e", "").replace("-", "").isdigit()
