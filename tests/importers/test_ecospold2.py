"""EcoSpold 2: linked and unlinked releases, wastes, by-products, what is amiss, and what is cut out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footprint.background import importers, systems
from footprint.background.importers import crew, ecospold2
from footprint.background.importers.asked import Asked, Read
from footprint.background.importers.ecospold2_cut import Cutter
from footprint.background.importers.elementary import Elementary
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError, FootprintError

USLCI = Path(__file__).parents[3] / "shared" / "data" / "datasets" / "ecospold2" / "uslci_fy18_q3_ecospold2.zip"
SPACE = 'xmlns="http://www.EcoInvent.org/EcoSpold02"'
ASKED = Asked("trial", "1")
OPEN = ASKED._replace(allow_unlinked=True)
PEDIGREE = (
    '<pedigreeMatrix reliability="2" completeness="1" temporalCorrelation="3" geographicalCorrelation="1" '
    'furtherTechnologyCorrelation="4"/>'
)


def spread(inside: str) -> str:
    return f"<uncertainty>{inside}</uncertainty>"


LOGNORMAL = spread(
    f'<lognormal meanValue="1" mu="0" variance="0.04" varianceWithPedigreeUncertainty="0.05"/>{PEDIGREE}'
)


def moved(
    flow: str, amount: object, group: str, supplier: str = "", unit: str = "kg", more: str = "", at: str = ""
) -> str:  # fmt: skip
    """Return an exchange of a product; ``group``: ``out 0``, ``in 5``."""
    way, number = group.split()
    link = f' activityLinkId="{supplier}"' if supplier else ""
    return (
        f'<intermediateExchange id="{at or f"x-{flow}"}" amount="{amount}" intermediateExchangeId="{flow}"{link}>'
        f'<name xml:lang="de">Ware {flow}</name><name xml:lang="en">good {flow}</name>'
        f'<unitName xml:lang="en">{unit}</unitName>{more}'
        f'<property propertyId="p" amount="1"><name xml:lang="en">dry mass</name></property>'
        f"<{way}putGroup>{number}</{way}putGroup></intermediateExchange>"
    )


def given_off(
    name: str, amount: object, cas: str = "", within: tuple[str, str] = ("air", "unspecified"), unit: str = "kg",
    group: str = "out 4",
) -> str:  # fmt: skip
    """Return an exchange with the environment."""
    way, number = group.split()
    return (
        f'<elementaryExchange id="e-{name}" amount="{amount}" elementaryExchangeId="id-{name}" casNumber="{cas}">'
        f'<name xml:lang="en">{name}</name><unitName xml:lang="en">{unit}</unitName>'
        f'<compartment subcompartmentId="s"><compartment xml:lang="en">{within[0]}</compartment>'
        f'<subcompartment xml:lang="en">{within[1]}</subcompartment></compartment>'
        f"<{way}putGroup>{number}</{way}putGroup></elementaryExchange>"
    )


CO2 = given_off("Carbon dioxide, fossil", 2.5, "000124-38-9")
DUST = given_off("Particulates, > 10 um", 1)


def spold(id_: str, *exchanges: str, kind: str = "activityDataset", place: str = "DE") -> str:
    """Return a file of one activity."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><ecoSpold {SPACE}><{kind}><activityDescription>'
        f'<activity id="{id_}" type="1"><activityName xml:lang="en">making {id_}</activityName><generalComment>'
        f'<text xml:lang="en" index="1">Of two</text><text xml:lang="en" index="2">parts.</text></generalComment>'
        f"</activity><geography><shortname>{place}</shortname></geography>"
        f'<timePeriod startDate="2015-01-01" endDate="2025-12-31"/></activityDescription>'
        f"<flowData>{''.join(exchanges)}</flowData></{kind}></ecoSpold>"
    )


Files = Callable[..., Path]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Write files of activities, numbered, and return their folder."""

    def write(*contents: str | bytes) -> Path:
        folder = tmp_path / "release"
        folder.mkdir()
        for at, content in enumerate(contents):
            path = folder / f"{at}.spold"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return folder

    return write


def imported(path: Path, asked: Asked = ASKED) -> Read:
    return importers.read(path, asked)


def scores(read: Read) -> dict[str, float]:
    """Return kg CO2e per unit of every dataset."""
    solved = intensities(systems.system(read.source, "AR6"))
    return {code: sum(row.values()) for code, row in solved.impact.items()}


def told(read: Read) -> list[str]:
    return [notice.code for notice in read.notices]


def rows(read: Read, column: str = "flow") -> list[str]:
    return [row[column] for row in read.source.exchanges]


def test_a_linked_release_solves_with_its_wastes(files: Files) -> None:
    """An input of -1 kg of a waste is a run of the treatment, whose reference is -1 kg; both signs cancel."""
    read = imported(files(
        spold("A", moved("a", 2, "out 0"), moved("b", 3, "in 5", "B"), moved("w", -0.5, "in 5", "W"), DUST),
        spold("B", moved("b", 1, "out 0"), CO2),
        spold("W", moved("w", -1, "out 0"), given_off("Methane, fossil", 0.1, "000074-82-8")),
    ))  # fmt: skip
    found = scores(read)
    assert found["B_b"] == 2.5
    assert found["W_w"] == pytest.approx(0.1 * 29.8)
    assert found["A_a"] == pytest.approx((3 * 2.5 + 0.5 * 0.1 * 29.8) / 2)
    assert read.counts["by-provider"] == 2
    assert (read.counts["gases"], read.counts["others"]) == (2, 1)


def test_by_products_of_no_amount_are_those_allocated_away(files: Files) -> None:
    """A release has one file per product of an activity; what the others make stands there with an amount of zero."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 0, "out 2"), moved("c", 1, "in 5", "C")),
        spold("A", moved("a", 0, "out 0"), moved("b", 1, "out 2"), moved("c", 3, "in 5", "C")),
        spold("A", moved("a", 0, "out 2"), moved("d", 1, "out 0"), moved("c", 4, "in 5", "C")),
        spold("C", moved("c", 1, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read) == {"A_a": 2.5, "A_b": 7.5, "A_d": 10.0, "C_c": 2.5}
    assert told(read) == []


def test_an_output_to_another_is_a_credit(files: Files) -> None:
    """In a consequential release what else is made replaces what its supplier makes."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 2, "out 2", "B"), given_off("Carbon dioxide, fossil", 7)),
        spold("B", moved("b", 1, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read)["A_a"] == pytest.approx(7 - 5)


@pytest.mark.parametrize(("made", "sign"), [(-1, 1), (1, 1)])
@pytest.mark.parametrize("group", ["out 2", "out 3"])
def test_a_waste_that_somebody_treats_is_given_to_treatment(files: Files, made: int, sign: int, group: str) -> None:
    """Where nobody is named for an output, it is a waste if another treats it; material for treatment always is."""
    if (made, group) == (1, "out 2"):
        return  # nothing tells it from a co-product
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("w", 3, group)),
        spold("W", moved("w", made, "out 0"), CO2),
    ))  # fmt: skip
    assert scores(read)["A_a"] == pytest.approx(sign * 3 * 2.5)
    assert "inventory-all-to-first" not in told(read)


def test_the_reference_bears_everything_where_nothing_says_how_to_share(files: Files) -> None:
    """It comes first wherever it stands in the file; what uses a co-product has a gap with its name."""
    content = spold("A", moved("b", 2, "out 2"), moved("a", 1, "out 0"), CO2)
    path = files(content, spold("U", moved("u", 1, "out 0"), moved("b", 1, "in 5", "A")))
    with pytest.raises(DatabaseError, match="inventory-no-share"):
        imported(path)
    read = imported(path, OPEN)
    assert scores(read) == {"A_a": 2.5, "U_u": 0.0}
    assert told(read)[0] == "inventory-all-to-first"
    assert systems.system(read.source, "AR6").gaps == ((1, "A_b", 1.0),)


def test_a_supplier_that_is_not_there_is_a_problem_or_a_gap(files: Files) -> None:
    """An undefined release names no suppliers: several of one product are told, never chosen from."""
    path = files(
        spold("A", moved("a", 1, "out 0"), moved("b", 1, "in 5"), moved("c", 1, "in 5", "C")),
        spold("B1", moved("b", 1, "out 0"), CO2, place="FR"),
        spold("B2", moved("b", 1, "out 0"), CO2, place="CN"),
    )
    with pytest.raises(DatabaseError) as refused:
        imported(path)
    assert {problem.code for problem in refused.value.problems} >= {"inventory-several", "inventory-unlinked"}
    read = imported(path, OPEN)
    assert len(systems.system(read.source, "AR6").gaps) == 2


def test_child_activities_are_activities(files: Files) -> None:
    """A file may hold one, or several beside its parent."""
    inside = spold("B", moved("b", 1, "out 0"), CO2, kind="childActivityDataset")
    one = spold("A", moved("a", 1, "out 0"), moved("b", 2, "in 5", "B"))
    child = re.search("<childActivityDataset>.*</childActivityDataset>", inside)
    assert child is not None
    read = imported(files(one.replace("</ecoSpold>", f"{child[0]}</ecoSpold>")))
    assert scores(read) == {"A_a": 5.0, "B_b": 2.5}


def test_master_data_and_other_files_are_no_activities(files: Files) -> None:
    """Lists of names, units and sources lie beside the activities; so may anything else."""
    folder = files(spold("A", moved("a", 1, "out 0"), CO2))
    (folder / "MasterData").mkdir()
    (folder / "MasterData" / "Units.xml").write_text(f"<validUnits {SPACE}><unit id='u'/></validUnits>")
    (folder / "FilenameToActivityLookup.csv").write_text("Filename;Activity\n")
    (folder / "readme.pdf").write_bytes(b"%PDF-1.4 \xff\xfe")
    assert list(scores(imported(folder))) == ["A_a"]


def test_what_a_dataset_says_of_itself_is_kept(files: Files) -> None:
    """English where there are several languages; years; comment of several paragraphs; place of each exchange."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 2, "in 5", "B", more=LOGNORMAL, at="x-1")),
        spold("B", moved("b", 1, "out 0"), CO2),
    ))  # fmt: skip
    row = read.source.activities[0]
    assert (row["name_en"], row["region"], row["period"], row["note"]) == (
        "making A",
        "DE",
        "2015-2025",
        "Of two parts.",
    )
    assert row["synonyms"] == "good a"
    exchange = read.source.exchanges[0]
    assert float(exchange["gsd"]) == pytest.approx(1.2214027)  # exp(0.2)
    assert (exchange["pedigree"], exchange["gsd_is"], exchange["citation"]) == ("2;1;3;1;4", "basic", "x-1")


@pytest.mark.parametrize(("inside", "gsd", "note"), [
    ('<lognormal variance="0.04" varianceWithPedigreeUncertainty="0.09"/>', 1.3498588, ""),
    (f'<lognormal varianceWithPedigreeUncertainty="0.09"/>{PEDIGREE}', None, ""),
    ('<lognormal variance="-1" varianceWithPedigreeUncertainty="-1"/>', None, ""),
    ('<lognormal varianceWithPedigreeUncertainty="nan"/>', None, ""),
    ('<normal meanValue="2" variance="0.5"/>', None, "normal meanValue=2 variance=0.5"),
    ('<triangular minValue="1" mostLikelyValue="2" maxValue="3"/>', None,
     "triangular maxValue=3 minValue=1 mostLikelyValue=2"),
])  # fmt: skip
def test_how_far_an_amount_may_be_off_is_kept_as_stated(
    files: Files, inside: str, gsd: float | None, note: str
) -> None:  # fmt: skip
    """Without scores the whole deviation counts; what is no lognormal is told in the row."""
    read = imported(files(spold("A", moved("a", 1, "out 0"), moved("a", 0.5, "in 5", "A", more=spread(inside)))))
    row = read.source.exchanges[0]
    assert (float(row["gsd"]) if row["gsd"] else None) == (gsd if gsd is None else pytest.approx(gsd))
    assert row["note"] == note
    assert row["gsd_is"] == ("total" if gsd else "")


@pytest.mark.parametrize("amount", ["", "nan", "inf", "-INF", "1e999", "1_000", "1,5", "zwei"])
def test_amounts_that_are_no_numbers_are_told_with_their_element(files: Files, amount: str) -> None:
    """All of a file at once, products, inputs and gases alike; nothing is imported."""
    with pytest.raises(DatabaseError) as refused:
        imported(files(spold("A", moved("a", amount, "out 0"), moved("b", amount, "in 5"),
                             given_off("Carbon dioxide, fossil", amount, "124-38-9"))))  # fmt: skip
    assert [problem.code for problem in refused.value.problems] == ["inventory-number"] * 3
    assert str(refused.value.problems[0]).startswith("release/0.spold:x-a: ")


def test_every_file_that_cannot_be_read_is_told(files: Files) -> None:
    """A truncated file, one with a document type, one without its description: each with its name."""
    good = spold("A", moved("a", 1, "out 0"), CO2, DUST)
    with pytest.raises(DatabaseError) as refused:
        imported(files(
            good[:-40], good.replace("?><", '?><!DOCTYPE x [<!ENTITY y "z">]><'), good,
            f"<ecoSpold {SPACE}><activityDataset><flowData/></activityDataset></ecoSpold>",
            good.replace(">kg</unitName><compartment", ">m3</unitName><compartment"),
        ))  # fmt: skip
    assert sorted((problem.place.file[-7], problem.code) for problem in refused.value.problems) == [
        ("0", "bundle-xml"), ("1", "xml-entities"), ("3", "inventory-element"), ("4", "inventory-gas-unit"),
    ]  # fmt: skip


def test_a_reference_of_no_amount_is_a_gap_for_whoever_uses_it(files: Files) -> None:
    """A product made in an amount of zero cannot be counted; nothing is divided by it."""
    read = imported(files(
        spold("A", moved("a", 1, "out 0"), moved("b", 1, "in 5", "B")), spold("B", moved("b", 0, "out 0"), CO2),
    ), OPEN)  # fmt: skip
    assert scores(read) == {"A_a": 0.0}
    assert "inventory-no-amount" in told(read)


def test_zip_and_folder_are_the_same(files: Files, tmp_path: Path) -> None:
    """Folders within are no matter; names are no matter where a file says what it is."""
    folder = files(spold("A", moved("a", 1, "out 0"), CO2, DUST))
    with zipfile.ZipFile(tmp_path / "release.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "0.spold", "ecoinvent/datasets/0.XML")
    one, other = imported(folder), imported(tmp_path / "release.zip")
    assert rows(one) == rows(other)
    assert one.counts == other.counts


def indicator(method: str, category: str, amount: object, unit: str = "kg CO2-Eq") -> str:
    return (
        f'<impactIndicator id="i-{category}" amount="{amount}"><impactMethodName>{method}</impactMethodName>'
        f"<impactCategoryName>{category}</impactCategoryName><name>GWP 100a</name><unitName>{unit}</unitName>"
        "</impactIndicator>"
    )


RESULTS = (
    indicator("IPCC 2021", "climate change", 4.5), indicator("EF v3.1", "climate change", 4.6),
    indicator("EF v3.1", "water use", 1, "m3 world eq"),
)  # fmt: skip


def test_results_without_exchanges_count_with_the_one_that_is_named(files: Files) -> None:
    """A release of results would count nought: it is refused until one is named; parts of a name suffice if one is."""
    path = files(spold("A", moved("a", 1, "out 0"), *RESULTS), spold("B", moved("b", 1, "out 0"), *RESULTS))
    with pytest.raises(DatabaseError, match=r"IPCC 2021: climate change: GWP 100a.*ecospold2-results"):
        imported(path)
    with pytest.raises(DatabaseError, match=r"names 2 of its results.*ecospold2-method"):
        imported(path, ASKED._replace(method="climate change"))
    with pytest.raises(DatabaseError, match="ecospold2-method-unit"):
        imported(path, ASKED._replace(method="water use"))
    assert scores(imported(path, ASKED._replace(method="ef V3.1: Climate change"))) == {"A_a": 4.6, "B_b": 4.6}


def test_results_beside_gases_are_left_to_whoever_asks_for_them(files: Files) -> None:
    """Where gases are stated they count, unless a result is named; an activity with inputs counts its own gases."""
    path = files(
        spold("A", moved("a", 1, "out 0"), CO2, *RESULTS),
        spold("B", moved("b", 1, "out 0"), moved("a", 2, "in 5", "A"), *RESULTS),
    )
    assert scores(imported(path)) == {"A_a": 2.5, "B_b": 5.0}
    assert scores(imported(path, ASKED._replace(method="IPCC 2021"))) == {"A_a": 4.5, "B_b": 9.0}


def test_a_waste_that_nobody_treats_is_a_gap_and_no_product(files: Files) -> None:
    """An unlinked release says of a by-product that it is a waste: its treatment is missing, not free."""
    waste = moved("w", 3, "out 2", more=(
        "<classification><classificationSystem>By-product classification</classificationSystem>"
        "<classificationValue>Waste</classificationValue></classification>"))  # fmt: skip
    path = files(spold("A", moved("a", 1, "out 0"), waste, CO2))
    with pytest.raises(DatabaseError, match="inventory-unlinked"):
        imported(path)
    read = imported(path, OPEN)
    assert scores(read) == {"A_a": 2.5}
    assert "inventory-all-to-first" not in told(read)
    assert len(systems.system(read.source, "AR6").gaps) == 1


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


@pytest.mark.parametrize("change", [
    lambda text: text.replace("<elementaryExchange ", "<elementaryExchange\n"),
    lambda text: text.replace("<", "<s:").replace("<s:/", "</s:").replace("<s:?", "<?").replace("xmlns=", "xmlns:s="),
    lambda text: text.replace("utf-8", "utf-16").encode("utf-16"),
    lambda text: text.replace("utf-8", "iso-8859-1").encode("iso-8859-1"),
    lambda text: text.replace("<property", "<!-- x --><property"),
    lambda text: text.replace("</compartment></elementary", "</compartment >" + "</elementary"),
    lambda text: text.replace(' propertyId="p" amount="1"><name xml:lang="en">dry mass</name></property>', "/>"),
    lambda text: "\ufeff" + text,
])  # fmt: skip
def test_files_written_in_other_ways_read_the_same(files: Files, change: Callable[[str], str | bytes]) -> None:
    """Prefixes, encodings, comments, line ends within elements: what cannot be cut is parsed."""
    content = spold("A", moved("a", 1, "out 0"), CO2, DUST, DUST, given_off("Zinc", 1))
    read = imported(files(change(content)))
    assert scores(read) == {"A_a": 2.5}
    assert read.counts["others"] == 3


VALID = spold(
    "A", moved("a", 1, "out 0", more=LOGNORMAL), moved("b", 2, "out 2"), moved("b", 2, "in 5", "A"), CO2, DUST
)
PIECES = re.findall(r"<[^>]*>|[^<]+", VALID)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_broken_files_are_refused_or_read(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever becomes of a file: it is read, or a sentence says what is amiss."""
    _survives(tmp_path, data)


@pytest.mark.slow
@settings(max_examples=5000, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_broken_files_for_long(tmp_path: Path, data: st.DataObject) -> None:
    """The same, further out."""
    _survives(tmp_path, data)


def _survives(folder: Path, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(PIECES) - 1))
    to = data.draw(st.integers(at, min(len(PIECES), at + 4)))
    other = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from(PIECES).map(str.encode), st.just(b"")))
    content = "".join(PIECES[:at]).encode() + other + "".join(PIECES[to:]).encode()
    path = folder / "one.spold"
    path.write_bytes(content)
    with suppress(FootprintError):
        ecospold2.read(path, OPEN)


def test_long_imports_tell_how_far_they_are(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks hears of every portion of files; the last one is all of them."""
    monkeypatch.setattr(crew, "PORTION", 2)
    heard: list[tuple[str, int, int]] = []
    path = files(*(spold(f"A{at}", moved(f"a{at}", 1, "out 0"), CO2) for at in range(5)))
    imported(path, ASKED._replace(tell=lambda *said: heard.append(said)))
    assert heard == [("import-reading", done, 5) for done in (2, 4, 5)]


def test_a_public_database_reads_as_it_is() -> None:
    """771 files, most of them without an exchange: all told, nothing linked that is not there."""
    if not USLCI.is_file():
        pytest.skip(f"{USLCI} is not here")
    read = imported(USLCI, OPEN)
    assert (read.counts["processes"], read.counts["datasets"]) == (771, 45)
    assert told(read).count("inventory-empty") == 726
    assert scores(read)
