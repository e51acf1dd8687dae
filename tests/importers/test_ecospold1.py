"""EcoSpold 1: suppliers found by their words, shares exchange by exchange, whatever order and shape files have."""

from __future__ import annotations

import runpy
import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.sax.saxutils import quoteattr

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint import units
from footprint.background import importers, systems
from footprint.background.importers.asked import Asked, Read
from footprint.cli import main
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError

SHARED = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ecospold1"
M = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "mutants.py")))
ALL = Asked(allow_unlinked=True)
CO2 = {"category": "air", "subCategory": "unspecified", "name": "Carbon dioxide, fossil", "unit": "kg"}


def exchange(number: int | str, group: str, amount: float | str | None, **said: str) -> str:
    """Return an exchange; ``group``: ``in 5``, ``out 0``."""
    kind, digit = group.split()
    told = {"number": str(number), "unit": "kg", **said} | ({} if amount is None else {"meanValue": str(amount)})
    attributes = " ".join(f"{key}={quoteattr(text)}" for key, text in told.items())
    return f"<exchange {attributes}><{kind}putGroup>{digit}</{kind}putGroup></exchange>"


def allocation(product: int, fraction: float, *numbers: int, method: int = 1) -> str:
    inside = "".join(f"<referenceToInputOutput>{number}</referenceToInputOutput>" for number in numbers)
    return (
        f'<allocation referenceToCoProduct="{product}" allocationMethod="{method}" fraction="{fraction}">'
        f"{inside}</allocation>"
    )


def dataset(
    name: str, *exchanges: str, number: int = 1, location: str = "CH", unit: str = "kg", kind: int = 1, **about: str
) -> str:
    """Return a dataset of one process."""
    told = {"name": name, "unit": unit, "amount": "1", "infrastructureProcess": "false", **about}
    function = " ".join(f"{key}={quoteattr(text)}" for key, text in told.items())
    return (
        f'<dataset number="{number}"><metaInformation><processInformation><referenceFunction {function}/>'
        f'<geography location="{location}"/><timePeriod><startYear>2001</startYear><endYear>2004</endYear></timePeriod>'
        f'<dataSetInformation type="{kind}"/></processInformation></metaInformation>'
        f"<flowData>{''.join(exchanges)}</flowData></dataset>"
    )


def spold(*datasets: str, root: str = "ecoSpold", space: str = "http://www.EcoInvent.org/EcoSpold01") -> str:
    named = f' xmlns="{space}"' if space else ""
    return f'<?xml version="1.0" encoding="UTF-8"?><{root}{named}>{"".join(datasets)}</{root}>'


def product(name: str, number: int = 99, amount: float = 1, group: str = "out 0", **said: str) -> str:
    return exchange(number, group, amount, name=name, **{"location": "CH", **said})


def taken(name: str, amount: float, number: int = 5, group: str = "in 5", **said: str) -> str:
    return exchange(number, group, amount, name=name, **{"location": "CH", **said})


def given_off(amount: float, number: int = 50, **said: str) -> str:
    return exchange(number, "out 4", amount, **{**CO2, **said})


def imported(path: Path, *datasets: str, asked: Asked = Asked()) -> Read:  # noqa: B008  it never changes
    path = path / "data.xml" if path.is_dir() else path
    path.write_text(spold(*datasets), encoding="utf-8")
    return importers.read(path, asked)


def scores(read: Read) -> dict[str, float]:
    """Return the kg CO2e of one unit of each dataset, by name."""
    solved = intensities(systems.system(read.source, "AR6")).impact
    names = {row["code"]: row["name_en"] for row in read.source.activities}
    return {names[code]: sum(found.values()) for code, found in solved.items()}


def said(read: Read) -> set[str]:
    return {notice.code for notice in read.notices}


def refused(path: Path, *datasets: str) -> str:
    with pytest.raises(DatabaseError) as caught:
        imported(path, *datasets)
    return str(caught.value)


STEEL = dataset("steel", product("steel"), given_off(2.0))


def test_a_supplier_is_found_by_its_words(tmp_path: Path) -> None:
    """Name, place, unit and infrastructure lead to the one that has them all, whatever its number is."""
    read = imported(
        tmp_path,
        STEEL,
        dataset("steel", product("steel", location="DE"), given_off(7.0), location="DE", number=5),
        dataset("steel", product("steel", infrastructureProcess="true"), given_off(90.0), infrastructureProcess="true"),
        dataset("car", product("car"), taken("Steel ", 3.0, number=5)),
    )
    assert scores(read)["car"] == pytest.approx(6.0)
    assert read.counts["by-provider"] == 1


def test_a_number_tells_suppliers_of_the_same_words_apart(tmp_path: Path) -> None:
    """Datasets that differ by their number alone are two, and an input with that number means one of them."""
    other = dataset("steel", product("steel"), given_off(7.0), number=2)
    read = imported(tmp_path, STEEL, other, dataset("car", product("car"), taken("steel", 1.0, number=2), number=3))
    assert scores(read)["car"] == pytest.approx(7.0)
    assert len(read.source.activities) == 3


def test_namesakes_without_a_number_are_not_guessed(tmp_path: Path) -> None:
    """An input that may mean two datasets is refused with both."""
    other = dataset("steel", product("steel"), given_off(7.0), number=2)
    text = refused(tmp_path, STEEL, other, dataset("car", product("car"), taken("steel", 1.0), number=3))
    assert "[inventory-several]" in text
    assert "data.xml:dataset 3 exchange 5" in text


def test_an_input_without_a_name_means_its_number(tmp_path: Path) -> None:
    """Where there is one of it; two of one number are not guessed."""
    car = dataset("car", product("car"), exchange(1, "in 5", 3.0), number=2)
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(6.0)
    other = dataset("iron", product("iron"), given_off(7.0))
    assert "#1 kg" in refused(tmp_path, STEEL, other, car)
    nothing = dataset("car", product("car"), exchange("", "in 5", 3.0), number=2)
    assert "exchange #2: the element 'name' is missing" in refused(tmp_path, nothing)


def test_another_place_is_another_supplier(tmp_path: Path) -> None:
    """What stands for another place is not taken, and what nobody makes is refused with its place in the file."""
    text = refused(tmp_path, STEEL, dataset("car", product("car"), taken("steel", 1.0, location="DE"), number=7))
    assert "data.xml:dataset 7 exchange 5: no dataset makes 'steel' (kg, DE). [inventory-unlinked]" in text


def test_an_input_without_place_means_the_one_there_is_or_that_of_its_place(tmp_path: Path) -> None:
    """Some systems write no place with what is consumed."""
    german = dataset("steel", product("steel", location="DE"), given_off(7.0), location="DE", number=2)
    car = dataset("car", product("car", location=""), taken("steel", 1.0, location=""), location="DE", number=3)
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(2.0)
    assert scores(imported(tmp_path, STEEL, german, car))["car"] == pytest.approx(7.0)


def test_units_convert_and_unlike_ones_do_not(tmp_path: Path) -> None:
    """Grams of what is made in kilograms are converted; a volume of it is refused."""
    assert scores(imported(tmp_path, STEEL, dataset("car", product("car"), taken("steel", 500.0, unit="g"))))[
        "car"
    ] == pytest.approx(1.0)
    assert "[inventory-other-unit]" in refused(
        tmp_path, STEEL, dataset("car", product("car"), taken("steel", 1.0, unit="m3"))
    )


def test_units_of_inventories_are_those_of_inventories(tmp_path: Path) -> None:
    """``ma`` and ``my`` are metres and years, ``p`` a piece."""
    road = dataset("road", exchange(9, "out 0", 1, name="road", location="CH", unit="my"), given_off(5.0), unit="my")
    made = imported(
        tmp_path, road, dataset("lorry", product("lorry", unit="p"), taken("road", 2.0, unit="ma"), unit="p")
    )
    assert {row["unit"] for row in made.source.activities} == {"m·a", "item"}
    assert scores(made)["lorry"] == pytest.approx(10.0)


def test_waste_is_the_consumption_of_its_treatment_and_avoided_products_count_negative(tmp_path: Path) -> None:
    """Whatever its direction in the file."""
    burning = dataset("burning", product("burning"), given_off(3.0))
    for group in ("in 3", "in 5", "out 3"):
        car = dataset("car", product("car"), taken("burning", 2.0, group=group))
        assert scores(imported(tmp_path, burning, car))["car"] == pytest.approx(6.0)
    car = dataset("car", product("car"), given_off(10.0), taken("steel", 2.0, group="out 1"))
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(6.0)


def test_a_waste_taken_may_be_what_a_process_is_run_for(tmp_path: Path) -> None:
    """An input of its own name and amount, where there is no product: its treatment. Another amount is consumed."""
    burning = dataset("ash", taken("ash", "1.00", group="in 5"), given_off(3.0))
    car = dataset("car", product("car"), taken("ash", 2.0, group="out 3"))
    assert scores(imported(tmp_path, burning, car)) == {"ash": pytest.approx(3.0), "car": pytest.approx(6.0)}
    grid = dataset("grid", taken("grid", 0.5), given_off(3.0))
    assert scores(imported(tmp_path, grid)) == {"grid": pytest.approx(6.0)}


def test_what_is_taken_from_air_is_an_uptake(tmp_path: Path) -> None:
    """Resources and emissions share group 4; the kind of group decides."""
    wood = dataset(
        "wood", product("wood"), exchange(4, "in 4", 1.8, name="Carbon dioxide, in air", category="resource"),
        given_off(0.1),
    )  # fmt: skip
    rows = imported(tmp_path, wood).source.exchanges
    assert sorted((row["flow"], float(row["amount"])) for row in rows) == [("co2-fossil", 0.1), ("co2-uptake", 1.8)]


@pytest.mark.parametrize("whole", [100.0, 1.0])
def test_each_product_bears_its_share_of_each_exchange(tmp_path: Path, whole: float) -> None:
    """Shares that differ by exchange, in per cent or as parts of one: what the products bear is what there is."""
    both = dataset(
        "chlorine", product("chlorine", 1, 2.0, "out 2"), product("soda", 2, 4.0, "out 2"),
        taken("steel", 1.0, number=3), given_off(10.0, number=4),
        allocation(1, whole * 0.75, 3), allocation(2, whole * 0.25, 3),
        allocation(1, whole * 0.4, 4), allocation(2, whole * 0.6, 4), kind=5,
    )  # fmt: skip
    read = imported(tmp_path, STEEL, both)
    found = scores(read)
    assert found["chlorine | chlorine"] == pytest.approx((0.75 * 2.0 + 0.4 * 10.0) / 2.0)
    assert found["soda | chlorine"] == pytest.approx((0.25 * 2.0 + 0.6 * 10.0) / 4.0)
    assert ("ecospold1-ratio" in said(read)) == (whole == 1.0)
    assert "Allocated by economic value." in {row["note"] for row in read.source.activities}


@given(
    parts=st.lists(st.lists(st.floats(0, 10), min_size=3, max_size=3).filter(lambda row: sum(row) > 0.1), min_size=1,
                   max_size=5),
    amounts=st.lists(st.floats(0.1, 100), min_size=5, max_size=5),
)  # fmt: skip
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_allocation_loses_nothing(tmp_path: Path, parts: list[list[float]], amounts: list[float]) -> None:
    """Whatever the shares are: the products together bear what their process gives off."""
    exchanges = [given_off(amounts[n], number=10 + n) for n in range(len(parts))]
    shares = [
        allocation(product + 1, 100 * row[product] / sum(row), 10 + n)
        for n, row in enumerate(parts) for product in range(3)
    ]  # fmt: skip
    made = [product(f"p{n}", n + 1, n + 1.0, "out 2") for n in range(3)]
    found = scores(imported(tmp_path, dataset("all", *made, *exchanges, *shares, kind=5)))
    assert sum((n + 1) * found[f"p{n} | all"] for n in range(3)) == pytest.approx(sum(amounts[: len(parts)]), rel=1e-9)


@pytest.mark.parametrize("whole", [100.0, 1.0])
def test_a_lone_product_bears_the_share_that_is_stated(tmp_path: Path, whole: float) -> None:
    """Its co-products may stand in files of their own."""
    car = dataset("car", product("car", 1), given_off(8.0, 4), allocation(1, 0.75 * whole, 4))
    assert scores(imported(tmp_path, car)) == {"car": pytest.approx(6.0)}


def test_what_no_product_bears_is_borne_by_the_reference(tmp_path: Path) -> None:
    """An exchange without a stated share is not lost, and it is said."""
    both = dataset(
        "chlorine", product("soda", 2, 1.0, "out 2"), product("chlorine", 1, 1.0), given_off(10.0, number=4),
        given_off(3.0, number=5), allocation(1, 40, 4), allocation(2, 60, 4),
    )  # fmt: skip
    read = imported(tmp_path, both)
    assert scores(read) == {"chlorine | chlorine": pytest.approx(7.0), "soda | chlorine": pytest.approx(6.0)}
    assert "inventory-unshared" in said(read)


def test_products_without_any_share_leave_everything_to_the_reference(tmp_path: Path) -> None:
    """Nothing is guessed: the by-product is a gap for whoever uses it."""
    both = dataset("chlorine", product("soda", 2, 1.0, "out 2"), product("chlorine", 1), given_off(10.0))
    user = dataset("soap", product("soap"), taken("soda", 1.0))
    read = imported(tmp_path, both, user, asked=ALL)
    assert scores(read) == {"chlorine | chlorine": pytest.approx(10.0), "soap": 0}
    assert {"inventory-all-to-first", "inventory-no-share"} <= said(read)


def test_shares_that_do_not_sum_up_are_said(tmp_path: Path) -> None:
    """They are taken as they are."""
    both = dataset(
        "chlorine", product("chlorine", 1), product("soda", 2, 1.0, "out 2"), given_off(10.0, number=4),
        allocation(1, 40, 4), allocation(2, 30, 4),
    )  # fmt: skip
    assert "inventory-shares" in said(imported(tmp_path, both))


def test_a_process_without_an_exchange_of_its_product_makes_its_reference_function(tmp_path: Path) -> None:
    """Some systems leave the definition out; its amount counts."""
    car = dataset("car", taken("steel", 4.0), amount="2", unit="kg")
    assert scores(imported(tmp_path, STEEL, car))["car"] == pytest.approx(4.0)


def test_the_exchange_counts_where_the_reference_function_says_something_else(tmp_path: Path) -> None:
    """And it is said."""
    read = imported(tmp_path, dataset("car", product("car", amount=2), given_off(4.0), amount="1000"))
    assert scores(read)["car"] == pytest.approx(2.0)
    assert "ecospold1-reference" in said(read)


def test_a_process_is_found_by_its_own_name_where_its_product_has_another(tmp_path: Path) -> None:
    """A product of that name comes first."""
    smelter = dataset("smelting", product("pig iron"), given_off(2.0))
    car = dataset("car", product("car"), taken("smelting", 1.0))
    assert scores(imported(tmp_path, smelter, car))["car"] == pytest.approx(2.0)
    other = dataset("smelter", product("smelting"), given_off(9.0), number=2)
    assert scores(imported(tmp_path, smelter, other, car))["car"] == pytest.approx(9.0)


def test_elements_may_stand_in_any_order_and_in_any_namespace(tmp_path: Path) -> None:
    """The schema orders them; software does not."""
    path = tmp_path / "odd.xml"
    text = (
        "<dataset number='1'><flowData>" + allocation(7, 100, 8) + given_off(2.0) + product("steel") + "</flowData>"
        "<metaInformation><administrativeInformation/><processInformation><geography location='CH'/>"
        "<referenceFunction name='steel' unit='kg' amount='1'/></processInformation></metaInformation></dataset>"
    )
    for space in ("", "http://www.EcoInvent.org/EcoSpold01", "http://www.ecoinvent.org/EcoSpold01"):
        path.write_text(spold(text, space=space), encoding="utf-8")
        assert scores(importers.read(path, Asked())) == {"steel": pytest.approx(2.0)}
    path.write_bytes(spold(text).replace("UTF-8", "UTF-16").encode("utf-16"))
    assert scores(importers.read(path, Asked())) == {"steel": pytest.approx(2.0)}


def test_folders_and_zips_of_files_are_one_database(tmp_path: Path) -> None:
    """One dataset per file or many, in folders or packed: the same rows."""
    car = dataset("car", product("car"), taken("steel", 3.0), number=2)
    (tmp_path / "data" / "more").mkdir(parents=True)
    (tmp_path / "data" / "a.xml").write_text(spold(car), encoding="utf-8")
    (tmp_path / "data" / "more" / "b.XML").write_text(spold(STEEL), encoding="utf-8")
    (tmp_path / "data" / "readme.txt").write_text("nothing", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as packed:
        packed.write(tmp_path / "data" / "a.xml", "a.xml")
        packed.write(tmp_path / "data" / "more" / "b.XML", "more/b.XML")
    assert scores(importers.read(tmp_path / "data", Asked())) == {"steel": 2.0, "car": 6.0}
    assert scores(importers.read(tmp_path / "data.zip", Asked())) == {"steel": 2.0, "car": 6.0}


@pytest.mark.parametrize(("attribute", "value"), [
    ("meanValue", ""), ("meanValue", "1,5"), ("meanValue", "NaN"), ("meanValue", "inf"), ("meanValue", "1_0"),
    ("meanValue", "1e999"), ("meanValue", "two"),
])  # fmt: skip
def test_amounts_that_are_none_are_named_with_their_place(tmp_path: Path, attribute: str, value: str) -> None:
    """All of them at once."""
    bad = exchange(5, "in 5", None, name="steel", location="CH", **{attribute: value})
    worse = exchange(6, "out 4", None, **{**CO2, attribute: value})
    text = refused(tmp_path, STEEL, dataset("car", product("car"), bad, worse, number=4))
    assert f"data.xml:dataset 4 exchange 5: '{value}' is no number. " in text
    assert "dataset 4 exchange 6" in text


@pytest.mark.parametrize("inside", ["", "<inputGroup>7</inputGroup>", "<inputGroup/>", "<outputGroup>5</outputGroup>",
                                    "<inputGroup>5</inputGroup><outputGroup>0</outputGroup>"])  # fmt: skip
def test_an_exchange_of_no_group_or_two_is_refused(tmp_path: Path, inside: str) -> None:
    """Whether it is made or taken, nobody can tell."""
    bad = f'<exchange number="5" name="steel" unit="kg" meanValue="1">{inside}</exchange>'
    assert "dataset 1 exchange 5" in refused(tmp_path, dataset("car", product("car"), bad))


def test_bounds_without_a_mean_have_one(tmp_path: Path) -> None:
    """The mean of a triangle is a third of its corners, that of an even spread the middle."""
    steel = [
        exchange(1, "out 4", None, **CO2, uncertaintyType="3", minValue="1", mostLikelyValue="2", maxValue="6"),
        exchange(2, "out 4", None, **CO2, uncertaintyType="4", minValue="1", maxValue="6"),
    ]
    read = imported(tmp_path, dataset("steel", product("steel"), *steel))
    assert [float(row["amount"]) for row in read.source.exchanges] == [3.0, 3.5]
    assert "maxValue=6" in read.source.exchanges[0]["note"]


def test_lognormal_deviations_are_kept_with_their_scores(tmp_path: Path) -> None:
    """The square of the geometric standard deviation, scores included; bad ones are told as they stand."""
    steel = [
        given_off(1.0, 1, uncertaintyType="1", standardDeviation95="1.44", generalComment="(2,3,1,1,na,4); measured"),
        given_off(1.0, 2, uncertaintyType="1", standardDeviation95="0"),
        given_off(1.0, 3, uncertaintyType="2", standardDeviation95="0.2"),
    ]
    rows = imported(tmp_path, dataset("steel", product("steel"), *steel)).source.exchanges
    assert [(row["gsd"], row["pedigree"]) for row in rows] == [("1.2", "2;3;1;1;-"), ("", ""), ("", "")]
    assert rows[0]["gsd_is"] == "total"
    assert "standardDeviation95=0" in rows[1]["note"]


def test_what_a_process_is_like_is_kept(tmp_path: Path) -> None:
    """Place, period, category, comment, synonyms."""
    about = {"category": "metals", "subCategory": "production", "generalComment": "A comment.", "localName": "Stahl"}
    (row,) = imported(tmp_path, dataset("steel", product("steel"), given_off(2.0), **about)).source.activities
    assert (row["region"], row["period"], row["category"]) == ("CH", "2001-2004", "metals/production")
    assert (row["note"], row["synonyms"]) == ("A comment.", "Stahl")


def test_files_that_hold_no_processes_are_told(tmp_path: Path) -> None:
    """Flows of nature, impact categories and other roots: alone they are refused, among others left out and told."""
    about = '<referenceFunction datasetRelatesToProduct="false" name="Lead" unit="kg"/>'
    inside = f"<metaInformation><processInformation>{about}</processInformation></metaInformation>"
    flows = spold(f'<dataset number="3">{inside}</dataset>')
    others = {
        "flows": (flows, "ecospold1-kind"),
        "impacts": (spold(dataset("GWP", kind=4)), "ecospold1-kind"),
        "root": (spold(STEEL, root="notecoSpold"), "ecospold1-root"),
        "space": (spold(STEEL, space="http://www.EcoInvent.org/EcoSpold01Impact"), "ecospold1-root"),
    }
    for name, (text, code) in others.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.xml").write_text(text, encoding="utf-8")
        with pytest.raises(DatabaseError, match=code):
            importers.read(tmp_path / name, Asked())
        (tmp_path / name / "b.xml").write_text(spold(STEEL), encoding="utf-8")
        read = importers.read(tmp_path / name, Asked())
        assert scores(read) == {"steel": 2.0}
        assert code in said(read)


def test_a_placeholder_is_missing_and_not_zero(tmp_path: Path) -> None:
    """A dataset without anything in it, or a dummy, is a gap for its users; one that says it takes nothing is zero."""
    users = [dataset(f"user of {name}", product(f"user of {name}"), taken(name, 1.0)) for name in "ab"]
    empty, dummy = dataset("a"), dataset("Dummy_b", product("b"))
    read = imported(tmp_path, empty, dummy, *users, asked=ALL)
    assert len([row for row in read.source.activities if row["kind"] == "gap"]) == 2
    bare = imported(tmp_path, dataset("a", product("a")), users[0])
    assert scores(bare) == {"a": 0, "user of a": 0}
    assert "inventory-bare" in said(bare)


def test_one_process_twice_is_told(tmp_path: Path) -> None:
    """Equal in words and number: the first counts."""
    read = imported(tmp_path, STEEL, dataset("steel", product("steel"), given_off(9.0)))
    assert scores(read) == {"steel": 2.0}
    assert "inventory-twice" in said(read)


def test_products_of_one_name_stay_apart(tmp_path: Path) -> None:
    """Heat in two units from one process: two datasets, none lost."""
    both = dataset(
        "plant", product("heat", 1, unit="MJ"), product("heat", 2, unit="kg", group="out 2"), given_off(10.0, number=4),
        allocation(1, 40, 4), allocation(2, 60, 4), unit="MJ",
    )  # fmt: skip
    rows = imported(tmp_path, both).source.activities
    assert sorted(row["unit"] for row in rows) == ["MJ", "kg"]


def test_the_files_beside_the_checkout_are_read_or_refused_with_a_reason() -> None:
    """Real exports of a public database; one is deliberately none."""
    if not SHARED.is_dir():
        pytest.skip("third-party EcoSpold files are not beside the checkout")
    abs_, aluminium = (next(SHARED.glob(f"{name}*")) for name in ("Acrylo", "Aluminum"))
    with pytest.raises(DatabaseError, match="ecospold1-root"):
        importers.read(next(SHARED.glob("Acetic*")), Asked())
    for path, rows, unlinked in ((abs_, 230, 4), (aluminium, 600, 13)):
        with pytest.raises(DatabaseError, match=f"{unlinked} inputs lead nowhere"):
            importers.read(path, Asked())
        read = importers.read(path, ALL)
        assert read.rows == rows
        assert read.counts["gaps"] >= unlinked
    assert units.factor(read.source.activities[0]["unit"], "kg") == 1


def test_a_database_is_taken_in_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the file is called."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    (tmp_path / "data.bin").write_text(spold(STEEL), encoding="utf-8")
    done = CliRunner().invoke(main, ["db", "import", str(tmp_path / "data.bin"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "1 datasets" in done.output


PIECES = (b"<", b">", b'"', b"\x00", b"&#0;", b"1e999", b"<!DOCTYPE x [", b"-", b"NaN", b"\xff")
SMALL = spold(STEEL, dataset("car", product("car", 1), product("scrap", 2, group="out 2"), taken("steel", 2.0, 3),
                             given_off(1.0, 4), allocation(1, 60, 3, 4), allocation(2, 40, 3, 4))).encode()  # fmt: skip


@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    """Nothing but a `FootprintError` comes out."""
    M.survives("ecospold1", tmp_path / "small.xml", content)


@pytest.mark.slow
@given(content=M.cuts(SMALL, PIECES))
@settings(deadline=None, max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_files_are_refused_in_a_sentence_at_length(tmp_path: Path, content: bytes) -> None:
    """The same for long."""
    M.survives("ecospold1", tmp_path / "small.xml", content)
