"""EcoSpold 2: what is cut out of files before they are read changes nothing."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from footprint.background.importers.ecospold2_cut import Cutter
from footprint.background.importers.elementary import Elementary

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ecospold2.py")))
CO2, DUST = OF.CO2, OF.DUST
given_off, imported, moved, spold = OF.given_off, OF.imported, OF.moved, OF.spold
Files = Callable[..., Path]
NAMES = st.sampled_from([
    "Carbon dioxide, fossil", "Methane", "Water", "Zinc", "Carbon dioxide, in air", "Dinitrogen monoxide", "",
    "Ethane, 1,1,1,2-tetrafluoro-, HFC-134a", "Sulfur &amp; more",
])  # fmt: skip
WITHIN = st.sampled_from(
    [("air", "unspecified"), ("water", "ocean"), ("soil", "industrial"), ("natural resource", "in air")]
)
ELEMENTARY = st.builds(
    lambda name, within, group, amount: given_off(name, amount, within=within, group=group),
    NAMES, WITHIN, st.sampled_from(["out 4", "in 4"]), st.floats(-5, 5),
)  # fmt: skip
EXCHANGES = st.lists(st.one_of(ELEMENTARY, st.just(moved("a", 0.25, "in 5", "A")), st.just(moved("b", 0, "out 2"))))


@given(st.lists(EXCHANGES, min_size=1, max_size=4), st.sampled_from(["", "<!-- said -->"]))
def test_cutting_changes_nothing(activities: list[list[str]], comment: str) -> None:
    """What is read of files without the flows that are no gas is what is read of all of them, counts included."""
    contents = [spold(f"{at}", moved("a", 1, "out 0"), comment, *inside) for at, inside in enumerate(activities)]
    cutter, some, every = Cutter({}), Elementary(), Elementary()
    cut = [cutter.cut(content.encode()) for content in contents]
    cutter.count(some)
    assert [_read(content, some) for content in cut] == [_read(content.encode(), every) for content in contents]
    assert (some.mapped, some.others) == (every.mapped, every.others)


def _read(content: bytes, flows: Elementary) -> object:
    from footprint.background.importers.ecospold2_activity import Activity
    from footprint.provenance import Place
    from footprint.tables.bundle import tree

    (element,) = tree(content, Place("x"))
    return [
        part._replace(process=part.process._replace(inputs=_unnumbered(part.process.inputs),
                                                    emissions=_unnumbered(part.process.emissions)))
        for part in [Activity(element, Place("x"), flows).read()]
    ]  # fmt: skip


def _unnumbered(parts: tuple[object, ...]) -> tuple[object, ...]:
    """Return exchanges without their numbers, which tell them apart and nothing else."""
    return tuple(part._replace(number=0) for part in parts)  # type: ignore[attr-defined]


def test_flows_are_counted_where_they_were_cut_out(files: Files) -> None:
    """What sounds like a gas and is none is told, though nobody parsed it."""
    odd = given_off("Hydrofluoroolefin, unknown, fluor-, refrigerant", 1)
    read = imported(files(*(spold(f"A{at}", moved("a", 1, "out 0"), CO2, odd, DUST, DUST) for at in range(3))))
    assert read.counts["others"] == 9
    (notice,) = [notice for notice in read.notices if notice.code == "inventory-no-gas"]
    assert notice.facts["count"] == 3
