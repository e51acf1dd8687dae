"""Words of the workbook become units of the closed table, or are refused with what they may have meant."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint import units
from footprint.errors import problem
from footprint.model.amounts import Quantity
from footprint.units import UnknownUnitError, factor, unit

SHARED = Path(__file__).parents[1].parent / "shared" / "cases" / "15_units"

AMBIGUOUS = {
    "ton": ("t", "short ton", "long ton"), "tons": ("t", "short ton", "long ton"), "MT": ("t", "Mt"), "mt": ("t", "Mt"),
    "gr": ("g", "grain"), "标准煤": ("kgce", "tce"), "标煤": ("kgce", "tce"), "Cal": ("cal", "kcal"),
    "gal": ("gal (US)", "gal (UK)"), "gallon": ("gal (US)", "gal (UK)"), "gallons": ("gal (US)", "gal (UK)"),
    "加仑": ("gal (US)", "gal (UK)"), "fl oz": ("fl oz (US)", "fl oz (UK)"), "fl.oz": ("fl oz (US)", "fl oz (UK)"),
    "fluid ounce": ("fl oz (US)", "fl oz (UK)"), "fluid ounces": ("fl oz (US)", "fl oz (UK)"),
    "液盎司": ("fl oz (US)", "fl oz (UK)"), "液量盎司": ("fl oz (US)", "fl oz (UK)"), "桶": ("bbl", "item"),
    "平方": ("mm2", "m2"), "ton-mile": ("t·mi", "short ton·mi"), "ton mile": ("t·mi", "short ton·mi"),
    "ton·mi": ("t·mi", "short ton·mi"), "¥": ("CNY", "JPY"), "$": ("USD", "HKD"),
}
CASE_DECIDES = {"mg", "mj", "mw", "mwh", "mw·h", "ml", "a", "cal", "mbq"}

OPENLCA_OTHER_FACTOR = {
    "ac": "US survey acre, rounded; ours is the international one", "yd2": "rounded there", "m2*d": "rounded there",
    "btu": "rounded there", "long tn": "rounded there", "sh tn": "rounded there", "cu ft": "rounded there",
    "ft2*a": "figures swapped there", "mi2": "rounded there", "mi2*a": "rounded there", "lb*mi": "rounded there",
    "fl oz (Imp)": "rounded there", "in3": "rounded there", "yd3": "rounded there",
}
_RARE = (
    "nmi2", "ch", "ftm", "fur", "hh", "cg", "dg", "dr (Av)", "dwt", "Rutherford", "dr (Fl)", "gill", "Imp.min.", "pk",
    "lb*nmi", "l*mi", "l*nmi", "m3*nmi", "Items*mi", "Items*nmi", "dal", "daL", "ZAR",
)  # fmt: skip
_OF_TRADE = (
    "bl (US beer)", "bl (US dry)", "bl (US fl)", "bl (Imp)", "bsh (Imp)", "bsh (US)", "gal (US dry)", "pt (Imp)",
    "pt (US dry)", "pt (US fl)", "qt (US dry)", "qt (US liq)",
)  # fmt: skip
OPENLCA_UNKNOWN = {
    "ton": "several tons", "gr": "gram or grain", "u": "no unit elsewhere", "p": "pieces in inventories alone",
    "my": "metre and year in inventories alone", "gal*": "US gallons have a name", "cwt": "two hundredweights",
    "pig place": "no item of goods", "g/mole": "a ratio", "kg/mole": "a ratio",
    **dict.fromkeys(_RARE, "rare"), **dict.fromkeys(_OF_TRADE, "a measure of trade"),
}  # fmt: skip
"""Units of openLCA that nobody takes for another here; a package of its own tells what they are worth."""
OPENLCA_OTHER_DIMENSION = {
    "CNY": "no exchange rate here", "EUR": "no exchange rate here", "GBP": "no exchange rate here",
    "HKD": "no exchange rate here", "JPY": "no exchange rate here", "AUD": "no exchange rate here",
    "CAD": "no exchange rate here", "CHF": "no exchange rate here", "SEK": "no exchange rate here",
    "SGD": "no exchange rate here", "v*km": "a vehicle is no item of goods",
    "GWp": "a rating is no power", "kWp": "a rating is no power", "MWp": "a rating is no power",
    "Wp": "a rating is no power", "Sm3": "gas at a reference state", "Nm3": "gas at a reference state",
    "ma": "read as milliampere; m·a is the metre-year", "kg SWU": "separative work is no mass",
    "LU": "a livestock unit is no item of goods",
}


def table(name: str) -> list[dict[str, str]]:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED.name}: third-party unit tables are not beside the checkout")
    with (SHARED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def refusal(text: str) -> tuple[str, ...]:
    with pytest.raises(UnknownUnitError) as caught:
        unit(text)
    return caught.value.near


def test_the_table_is_closed_and_consistent():
    """Each symbol names exactly one unit, no unit is there twice, and every dimension has one unit of factor 1."""
    rows = [unit(symbol) for symbol in units.symbols()]
    assert [u.symbol for u in rows] == list(units.symbols())
    assert not [same for same, n in Counter((u.dimension, u.numerator / u.denominator) for u in rows).items() if n > 1]
    assert {u.dimension for u in rows} == {u.dimension for u in rows if u.numerator == u.denominator}
    assert all(u.numerator > 0 < u.denominator for u in rows)


def test_names_are_written_in_the_form_they_are_looked_up():
    """A name in another form than the normal one could never be found."""
    assert [name for name in units._table() if units._written(name) != name] == []


def test_only_the_listed_texts_mean_several_units():
    """A name added to two units by mistake is caught; one that is ambiguous on purpose says what it may mean."""
    several = {name: found for name, found in units._table().items() if len(found) > 1}
    assert {name: tuple(u.symbol for u in found) for name, found in several.items()} == AMBIGUOUS
    assert {name: refusal(name) for name in AMBIGUOUS} == AMBIGUOUS
    folded = {name for name, found in units._folded().items() if len(found) > 1}
    assert folded == CASE_DECIDES | {name.casefold() for name in AMBIGUOUS}


@pytest.mark.parametrize(("text", "symbol"), [
    ("kg", "kg"), ("KG", "kg"), ("ｋｇ", "kg"), (" Kg. ", "kg"), ("㎏", "kg"), ("公斤", "kg"), ("吨", "t"),
    ("公吨", "t"), ("度", "kWh"), ("kW·h", "kWh"), ("kW*h", "kWh"), ("KW・H", "kWh"), ("千瓦・时", "kWh"),
    ("万度", "万kWh"), ("万kWh", "万kWh"), ("吨标准煤", "tce"), ("TCE", "tce"), ("kgce", "kgce"),
    ("t*km", "t·km"), ("t·km", "t·km"), ("t × km", "t·km"), ("tkm", "t·km"), ("吨公里", "t·km"),
    ("万元", "万元"), ("元", "CNY"), ("m³", "m3"), ("m^3", "m3"), ("㎡", "m2"), ("立方米", "m3"), ("Nm³", "Nm3"),
    ("L", "L"), ("l", "L"), ("升", "L"), ("pcs", "item"), ("PCS", "item"), ("件", "item"),
    ("个", "item"), ("kg CO₂e", "kg CO2e"), ("kgCO2eq", "kg CO2e"), ("pkm", "p·km"), ("µm", "um"),
    ("℃", "°C"), ("％", "%"), ("年", "a"), ("kWp", "kWp"), ("Mg", "t"), ("mg", "mg"), ("A", "A"), ("M", "m"),
    ("ton kilometer", "t·km"), ("megabit second", "Mbit·s"), ("square meter-year", "m2·a"), ("Item(s)", "item"),
])
def test_the_usual_spellings_are_read(text, symbol):
    """Width, superscripts, the kind of dot, blanks and, where it is harmless, case do not matter."""
    assert unit(text).symbol == symbol


@pytest.mark.parametrize(("text", "near"), [
    ("kgs", ("kg",)), ("kms", ("km",)), ("kwhr", ("kWh",)), ("tonnne", ("t",)), ("litter", ("L",)), ("吨煤", ("tce",)),
    ("MG", ("mg", "t")), ("mwh", ("mWh", "MWh")), ("Ml", ("mL", "ML")), ("Mw", ("mW", "MW")),
    ("xyz", ()), ("kg/m3", ()), ("", ()), ("kilo", ()),
])
def test_an_unknown_unit_suggests_only_what_is_close(text, near):
    """What is almost a unit is named; where case would decide between a million and a thousandth, both are."""
    assert refusal(text) == near


def test_an_unknown_unit_is_said_in_one_sentence():
    """The place, the fact, the remedy and the code; the remedy is what `near` holds."""
    with pytest.raises(UnknownUnitError, match=r"^unit 'kgs' is not known$") as caught:
        Quantity(1, "kgs")
    said = problem("unit-unknown", "pump.xlsx:BOM!D8", near=caught.value.near, unit=caught.value.text)
    assert str(said) == "pump.xlsx:BOM!D8: unit 'kgs' is not known. Did you mean 'kg'? [unit-unknown]"


@pytest.mark.parametrize(("one", "other"), [
    ("kg", "m3"), ("kWh", "kg"), ("Nm3", "m3"), ("Sm3", "Nm3"), ("kWp", "kW"), ("kVA", "kW"), ("Ah", "kWh"),
    ("item", "kg"), ("item", "-"), ("元", "USD"), ("kg CO2e", "kg"), ("t·km", "p·km"), ("p·km", "v·km"),
    ("cycle", "item"),
])
def test_what_merely_looks_alike_never_converts(one, other):
    """Equal numbers in unlike dimensions are the silent errors this table exists to stop."""
    with pytest.raises(ValueError, match=r"does not convert to"):
        factor(one, other)
    assert not units.convertible(one, other)


def test_the_sentence_of_a_refused_conversion_names_both_dimensions():
    """Grams into kilowatt-hours: units and dimensions are both said."""
    with pytest.raises(ValueError, match=r"^g \(mass\) does not convert to kWh \(energy\)$"):
        factor("克", "度")


def test_thirds_are_exact():
    """Fifteen mu are one hectare, although a mu is 666.66... square metres."""
    assert factor("亩", "ha") == 1 / 15
    assert Quantity(15, "亩").to("公顷").value == pytest.approx(1, rel=1e-15)


def test_a_year_has_8760_hours():
    """Inventories count 365 days; the Julian year of 8766 h would shift every annual amount by 0.07 %."""
    assert factor("a", "h") == 8760
    assert factor("month", "h") == 730


def test_units_import_no_fractions():
    """Exact ratios are plain integers: `fractions` and `decimal` would triple the import."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import footprint.units as u; u.factor('kWh', 'MJ');"
        "print(*{'fractions', 'decimal', 'numpy'} & set(sys.modules))"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parents[1])]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == []


# --- third-party tables, read in place


def test_chinese_units_have_the_factors_of_the_energy_yearbook():
    """Every Chinese unit word has its factor; only the normal cubic metre is kept apart from the cubic metre."""
    rows = table("cn_units.csv")
    assert {row["unit"] for row in rows if unit(row["unit"]).dimension == "normal volume"} == {"标准立方米"}
    known = [row for row in rows if row["unit"] != "标准立方米"]
    found = {row["unit"]: factor(row["unit"], row["reference"]) for row in known}
    assert found == pytest.approx({row["unit"]: float(row["factor"]) for row in known}, rel=1e-15)


def test_coal_equivalent_is_exact_and_not_the_rounded_table():
    """A kilowatt-hour is 3.6/29.3076 kgce; the yearbook's 0.1229 is 0.05 % more."""
    table("cn_units.csv")
    traps = json.loads((SHARED / "expected_cn.json").read_text("utf-8"))["traps"]
    assert factor("kWh", "kgce") == pytest.approx(traps["kWh->kgce"]["exact 3.6/29.3076"], rel=1e-15)
    assert factor("MJ", "kgce") == pytest.approx(traps["heat"]["exact"], rel=1e-15)
    assert factor("kgce", "kcal_IT") == 7000


def openlca() -> Iterator[tuple[str, str, str, float]]:
    """Yield (unit, spelling, reference unit, factor) for every spelling of openLCA's that this table knows."""
    references = {row["Name"]: row["Reference unit"] for row in table("openlca_unit_groups.csv")}
    for row in table("openlca_units.csv"):
        for spelling in filter(None, (row["Name"], *row["Synonyms"].split(";"))):
            try:
                unit(spelling)
            except UnknownUnitError:
                continue
            name = spelling if spelling in OPENLCA_OTHER_DIMENSION else row["Name"]
            yield name, spelling, references[row["Unit group"]], float(row["Conversion factor"])


def test_every_unit_of_openlca_is_read_or_refused_for_a_stated_reason():
    """None is passed over: what is not known is listed, and stays unknown, so that it is told."""
    unknown = set()
    for row in table("openlca_units.csv"):
        for spelling in filter(None, (row["Name"], *row["Synonyms"].split(";"))):
            try:
                unit(spelling)
            except UnknownUnitError:
                unknown.add(spelling)
    assert unknown == set(OPENLCA_UNKNOWN)


def test_openlca_units_agree_or_differ_for_a_stated_reason():
    """Of openLCA's 179 units every one we know has its factor, but for the rounded ones and those we keep apart."""
    apart, differ, agree = set(), set(), set()
    for name, spelling, reference, expected in openlca():
        try:
            ours = factor(spelling, reference)
        except ValueError:
            apart.add({"vkm": "v*km"}.get(spelling, name))
        else:
            (agree if ours == pytest.approx(expected, rel=1e-12) else differ).add(name)
    assert apart == set(OPENLCA_OTHER_DIMENSION)
    assert differ == set(OPENLCA_OTHER_FACTOR)
    assert len(agree) >= 85


def test_a_text_in_square_brackets_is_a_unit_of_its_own() -> None:
    """It converts to itself and to nothing else, and hides no unit that is known."""
    assert units.own(" bed  of roses ") == unit("[bed of roses]") == unit(" [bed of roses] ")
    assert (units.own("kilogram"), units.own("ton").symbol) == (unit("kg"), "[ton]")
    assert factor("[bed of roses]", "[bed of roses]") == 1.0
    assert not units.convertible("[bed of roses]", "[Bed of roses]")
    assert not units.convertible("[ton]", "t")
    assert units.own("k[bed]") == units.own("k(bed)") == unit("[k(bed)]")
    assert units.is_own("[ton]")
    assert not units.is_own("t")


@pytest.mark.parametrize("text", ["[kg]", "[Kilogram]", "[]", "[ ]", "[[x]]", "[x", "x]", "[a|b]", f"[{'x' * 61}]", ""])
def test_brackets_around_what_is_no_name_are_no_unit(text: str) -> None:
    with pytest.raises(UnknownUnitError):
        unit(text)


@pytest.mark.parametrize("text", ["", " ", "[]", "[ ]", "[[]]", "x" * 61])
def test_what_is_no_name_is_no_unit_of_its_own(text: str) -> None:
    with pytest.raises(UnknownUnitError):
        units.own(text)
