"""ILCD packages: flows with their units, allocation, wastes, places, and amounts that are none."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

from footprint.errors import DatabaseError

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ilcd.py")))
exchange, package, process, scores, taken = OF.exchange, OF.package, OF.process, OF.scores, OF.taken


def test_flows_become_gases_by_origin_and_compartment(tmp_path: Path) -> None:
    """Fossil, biogenic, land use, methane and uptake are kept apart; water is counted and not characterised."""
    given_off = (("co2", 2), ("bio", 3), ("luc", 5), ("ch4", 7))
    body = exchange(0, "steel", "Output", 1) + exchange(9, "h2o", "Input", 4) + exchange(8, "in", "Input", 11)
    body += "".join(exchange(at, name, "Output", amount) for at, (name, amount) in enumerate(given_off, 1))
    read = taken(package(tmp_path, process("make", body)))
    assert {(row["flow"], row["amount"]) for row in read.source.exchanges} == {
        ("co2-fossil", "2.0"), ("co2-biogenic", "3.0"), ("co2-luc", "5.0"), ("ch4-biogenic", "7.0"),
        ("co2-uptake", "11.0"),
    }  # fmt: skip
    assert (read.counts["gases"], read.counts["others"]) == (5, 1)
    assert read.source.activities[0]["name_zh"] == "过程"
    assert read.source.activities[0]["region"] == "CN"


def test_chains_link_by_flow_and_units_are_those_of_the_package(tmp_path: Path) -> None:
    """A unit nobody knows is counted in another of its group: 3 jiffies of 0.5 h each are 1.5 h."""
    work = process("worker", exchange(0, "work", "Output", 1) + exchange(1, "co2", "Output", 8))
    steel = process("mill", exchange(0, "steel", "Output", 2) + exchange(1, "work", "Input", 3))
    read = taken(package(tmp_path, work, steel))
    assert {row["code"]: row["unit"] for row in read.source.activities} == {"worker": "h", "mill": "kg"}
    assert scores(read) == pytest.approx({"worker": 16.0, "mill": 3 * 0.5 * 16 / 2})


def test_a_process_whose_reference_is_a_gas_is_told_and_no_dataset_of_nought(tmp_path: Path) -> None:
    """It stops the import, or is left out; beside a product, a gas among the references is given off."""
    release = process("release", exchange(0, "co2", "Output", 1))
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 2))
    path = package(tmp_path, release, mill)
    with pytest.raises(DatabaseError, match=r"its reference flow 'carbon dioxide \(fossil\)' is an elementary"):
        taken(path)
    assert scores(taken(path, allow_unlinked=True)) == {"mill": 2.0}
    first = "<quantitativeReference>"
    both = mill.replace(first, f"{first}<referenceToReferenceFlow>1</referenceToReferenceFlow>")
    assert scores(taken(package(tmp_path, both))) == {"mill": 2.0}


def test_fractions_share_each_exchange(tmp_path: Path) -> None:
    """What states no fraction is borne by the reference product, and counted; the parts are the whole."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 4)
    body += exchange(2, "co2", "Output", 10, {0: 70, 1: 30}) + exchange(3, "luc", "Output", 2)
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 9.0, "mill_slag": 3 / 4})
    assert [n.facts["count"] for n in read.notices if n.code == "inventory-unshared"] == [1]


def test_a_co_product_that_no_fraction_names_is_a_gap(tmp_path: Path) -> None:
    """It is not free of burden; nor are fractions of the products themselves those of what the process takes."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1) + exchange(2, "work", "Output", 1)
    body += exchange(3, "co2", "Output", 4, {0: 50, 1: 50})
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 2.0, "mill_slag": 2.0})
    assert "inventory-no-share" in {n.code for n in read.notices}
    own = exchange(0, "steel", "Output", 1, {0: 60, 1: 40}) + exchange(1, "slag", "Output", 1)
    read = taken(package(tmp_path, process("mill", own + exchange(2, "co2", "Output", 4))))
    assert scores(read) == {"mill_steel": 4.0}
    assert {"inventory-all-to-first", "inventory-no-share"} <= {n.code for n in read.notices}


def test_fractions_that_are_not_the_whole_are_told(tmp_path: Path) -> None:
    """70 % and 20 % are taken as stated, and said to be 0.9."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1)
    read = taken(package(tmp_path, process("mill", body + exchange(2, "co2", "Output", 10, {0: 70, 1: 20}))))
    assert [n.facts["sum"] for n in read.notices if n.code == "inventory-shares"] == ["0.9"]


def test_without_fractions_the_reference_bears_everything_and_users_of_the_rest_have_a_gap(tmp_path: Path) -> None:
    """Nothing is guessed, and nothing free of burden."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 1) + exchange(2, "co2", "Output", 10)
    user = process("user", exchange(0, "work", "Output", 1) + exchange(1, "slag", "Input", 1))
    path = package(tmp_path, process("mill", body), user)
    with pytest.raises(DatabaseError, match="which share of the process it bears"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert scores(read)["mill_steel"] == 10
    assert [row["kind"] for row in read.source.activities if row["code"] == "mill_slag"] == ["gap"]


def test_a_waste_given_away_is_treatment_consumed(tmp_path: Path) -> None:
    """A process run for a waste that it takes is what others give their waste to."""
    oven = process("oven", exchange(0, "scrap", "Input", 1) + exchange(1, "co2", "Output", 3))
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "scrap", "Output", 0.5))
    assert scores(taken(package(tmp_path, oven, mill))) == {"oven": 3.0, "mill": 1.5}


def test_a_waste_that_a_process_is_run_to_give_is_taken_by_its_users(tmp_path: Path) -> None:
    """Who takes two of it bears twice the burden; it is no credit."""
    source = process("source", exchange(0, "scrap", "Output", 1) + exchange(1, "co2", "Output", 1))
    user = process("user", exchange(0, "steel", "Output", 1) + exchange(1, "scrap", "Input", 2))
    assert scores(taken(package(tmp_path, source, user))) == {"source": 1.0, "user": 2.0}


def test_the_place_that_an_exchange_names_says_whose_product_is_meant(tmp_path: Path) -> None:
    """It counts before the consumer's own place; where nobody there makes it, the only maker is taken and told."""
    here = process("here", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 10))
    there = process("there", exchange(0, "steel", "Output", 1) + exchange(1, "co2", "Output", 1))
    there = there.replace('location="CN"', 'location="US"')
    stated = exchange(1, "steel", "Input", 1).replace("</exchange>", "<location>US</location></exchange>")
    user = process("user", exchange(0, "slag", "Output", 1) + stated)
    read = taken(package(tmp_path, here, there, user))
    assert scores(read)["user"] == 1.0
    assert not [n for n in read.notices if n.code == "inventory-elsewhere"]
    read = taken(package(tmp_path, here, user))
    assert scores(read)["user"] == 10.0
    assert [(n.facts["location"], n.facts["count"]) for n in read.notices if n.code == "inventory-elsewhere"] == [
        ("US", 1)
    ]
    far = [process(name, exchange(0, "steel", "Output", 1)).replace('"CN"', f'"{name}"') for name in ("DE", "FR")]
    with pytest.raises(DatabaseError, match="made by several datasets"):
        taken(package(tmp_path, here, *far, user))


@pytest.mark.parametrize("written", ["", "viel", "nan", "inf", "1,5"])
def test_an_amount_that_is_no_number_is_told_with_its_exchange(tmp_path: Path, written: str) -> None:
    """File and exchange, not a traceback and not zero."""
    body = exchange(0, "steel", "Output", 1) + exchange(4, "co2", "Output", 77).replace("77", written)
    with pytest.raises(DatabaseError, match=r"processes/0\.xml:exchange 4: '.*' is no number"):
        taken(package(tmp_path, process("mill", body)))


def alone(at: int, name: str, amount: float, fraction: str) -> str:
    """Return an output with a fraction that names no product."""
    stated = f'<allocations><allocation allocatedFraction="{fraction}"/></allocations></exchange>'
    return str(exchange(at, name, "Output", amount)).replace("</exchange>", stated)


@pytest.mark.parametrize("fractions", [("75%", "25%"), ("75", "25"), ("0.75", "0.25"), (" 75 % ", "25")])
@pytest.mark.parametrize("at_gas", ["", "0%", "100"])
def test_fractions_at_the_products_share_everything(tmp_path: Path, fractions: tuple[str, str], at_gas: str) -> None:
    """Where no exchange says which product bears it; one that names no product elsewhere says nothing."""
    body = alone(0, "steel", 1, fractions[0]) + alone(1, "slag", 2, fractions[1]) + alone(2, "co2", 4, at_gas)
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 3.0, "mill_slag": 0.5})
    assert not {n.code for n in read.notices} & {"inventory-all-to-first", "ilcd-shares", "inventory-unshared"}


@pytest.mark.parametrize("fractions", [("75%", "15%"), ("0.5%", "0.5%"), ("75%", ""), ("100", "100")])
def test_fractions_at_the_products_that_are_not_the_whole_are_told(tmp_path: Path, fractions: tuple[str, str]) -> None:
    """Nothing is taken of them, and it is not said that there are none."""
    body = alone(0, "steel", 1, fractions[0]) + alone(1, "slag", 2, fractions[1]) + exchange(2, "co2", "Output", 4)
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == {"mill_steel": 4.0}
    assert "ilcd-shares" in {n.code for n in read.notices}


@pytest.mark.parametrize(("shares", "is_told"), [((0.7, 0.3), True), (("70%", "30%"), False), ((70, 30), False)])
def test_fractions_of_exchanges_are_in_per_cent_or_parts_of_one(
    tmp_path: Path, shares: tuple[object, object], *, is_told: bool
) -> None:
    """What sums up to one is no per cent, which is told; a sign says that it is."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 4)
    body += exchange(2, "co2", "Output", 10, dict(enumerate(shares)))
    read = taken(package(tmp_path, process("mill", body)))
    assert scores(read) == pytest.approx({"mill_steel": 7.0, "mill_slag": 3 / 4})
    assert [n.code for n in read.notices] == ["inventory-ratio"] * is_told


def test_a_fraction_that_is_no_number_leaves_all_products_open(tmp_path: Path) -> None:
    """Whatever uses them has a gap."""
    body = exchange(0, "steel", "Output", 1) + exchange(1, "slag", "Output", 4)
    body += exchange(2, "co2", "Output", 10, {0: "most", 1: 30})
    other = process("user", exchange(0, "scrap", "Input", 1) + exchange(1, "slag", "Input", 1))
    path = package(tmp_path, process("mill", body), other)
    with pytest.raises(DatabaseError, match="'most' is no number"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert [row["name_en"] for row in read.source.activities if row["kind"] == "gap"] == ["slag"]


def test_a_flow_whose_property_is_not_in_the_package_is_told_so(tmp_path: Path) -> None:
    """Not that it has a unit without a name; a flow of nature that is no gas needs none."""
    mill = process("mill", exchange(0, "steel", "Output", 1) + exchange(1, "work", "Input", 3))
    parts = {name: text for name, text in OF.PARTS.items() if name != "flowproperties/b.xml"}
    path = package(tmp_path, mill, parts=parts)
    with pytest.raises(DatabaseError, match=r"exchange 1: nothing in the package tells the unit of 'work'.*property"):
        taken(path)
    read = taken(path, allow_unlinked=True)
    assert [row["kind"] for row in read.source.activities] == ["factor", "gap"]
    parts = {name: text for name, text in OF.PARTS.items() if "flowproperties" not in name}
    with pytest.raises(DatabaseError, match="the unit of 'steel'"):
        taken(package(tmp_path, mill, parts=parts))


def test_a_reference_flow_that_is_not_in_the_package_is_told_once(tmp_path: Path) -> None:
    """Its process has a product, though nothing says in what unit."""
    rods, steel = (process(name, exchange(0, name, "Output", 1)) for name in ("rods", "steel"))
    told = [notice.code for notice in taken(package(tmp_path, rods, steel)).notices]
    assert told.count("inventory-no-flow") == 1
    assert not {"inventory-no-product", "inventory-empty"} & set(told)
