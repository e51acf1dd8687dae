"""Laws of conversion, and an independent oracle for every factor that has one."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint import units
from footprint.model.amounts import Quantity

SYMBOLS = units.symbols()
BY_DIMENSION = {
    dimension: [s for s in SYMBOLS if units.unit(s).dimension == dimension]
    for dimension in {units.unit(s).dimension for s in SYMBOLS}
}
ROUNDING = 1e-15

numbers = st.floats(min_value=1e-100, max_value=1e100)
dimensions = st.sampled_from(sorted(BY_DIMENSION))
three_alike = dimensions.flatmap(lambda d: st.tuples(*[st.sampled_from(BY_DIMENSION[d])] * 3))

ORACLE = {
    "kg": "kilogram", "g": "gram", "mg": "milligram", "ug": "microgram", "t": "metric_ton", "kt": "1000 metric_ton",
    "ng": "nanogram", "pg": "picogram", "kg·a": "365 kilogram * day", "t·a": "365 metric_ton * day",
    "万t": "1e4 metric_ton", "Mt": "1e6 metric_ton", "lb": "pound", "oz": "ounce", "oz t": "troy_ounce",
    "grain": "grain", "ct": "carat", "short ton": "short_ton", "long ton": "long_ton",
    "mJ": "millijoule", "J": "joule", "kJ": "kilojoule", "MJ": "megajoule", "GJ": "gigajoule", "TJ": "terajoule",
    "PJ": "petajoule", "mWh": "milliwatt_hour", "Wh": "watt_hour", "kWh": "kilowatt_hour", "MWh": "megawatt_hour",
    "万kWh": "1e4 kilowatt_hour", "GWh": "gigawatt_hour", "亿kWh": "1e8 kilowatt_hour", "TWh": "terawatt_hour",
    "gce": "7000 international_calorie", "kgce": "7e6 international_calorie",
    "tce": "7e9 international_calorie", "万tce": "7e13 international_calorie", "kgoe": "0.001 toe", "toe": "toe",
    "cal": "calorie", "kcal": "kilocalorie", "万kcal": "1e4 kilocalorie", "Mcal": "megacalorie", "Gcal": "gigacalorie",
    "kcal_IT": "1000 international_calorie", "Btu": "Btu_it", "MMBtu": "1e6 Btu_it",
    "mW": "milliwatt", "W": "watt", "kW": "kilowatt", "MW": "megawatt", "万kW": "1e4 kilowatt", "GW": "gigawatt",
    "VA": "volt_ampere", "kVA": "kilovolt_ampere", "MVA": "megavolt_ampere", "mAh": "milliampere_hour",
    "Ah": "ampere_hour", "kAh": "kiloampere_hour", "mA": "milliampere", "A": "ampere", "kA": "kiloampere", "V": "volt",
    "kV": "kilovolt", "Hz": "hertz",
    "m3": "meter**3", "万m3": "1e4 meter**3", "L": "liter", "mL": "milliliter", "ML": "megaliter", "uL": "microliter",
    "cL": "centiliter", "dL": "deciliter", "hL": "hectoliter", "gal (US)": "gallon", "gal (UK)": "imperial_gallon",
    "fl oz (US)": "fluid_ounce", "fl oz (UK)": "imperial_fluid_ounce", "bbl": "oil_bbl", "ft3": "foot**3",
    "in3": "inch**3", "yd3": "yard**3",
    "um": "micrometer", "mm": "millimeter", "cm": "centimeter", "dm": "decimeter", "m": "meter", "km": "kilometer",
    "万km": "1e4 kilometer", "in": "inch", "ft": "foot", "yd": "yard", "mi": "mile", "nmi": "nautical_mile",
    "mm2": "millimeter**2", "cm2": "centimeter**2", "dm2": "decimeter**2", "m2": "meter**2", "ha": "hectare",
    "km2": "kilometer**2", "in2": "inch**2", "ft2": "foot**2", "yd2": "yard**2", "acre": "4840 yard**2",
    "s": "second", "min": "minute", "h": "hour", "d": "day", "week": "week", "month": "8760/12 hour", "a": "365 day",
    "kg·km": "kilogram * kilometer", "t·km": "metric_ton * kilometer", "kt·km": "1e3 metric_ton * kilometer",
    "万t·km": "1e4 metric_ton * kilometer", "百万t·km": "1e6 metric_ton * kilometer",
    "亿t·km": "1e8 metric_ton * kilometer", "t·mi": "metric_ton * mile", "short ton·mi": "short_ton * mile",
    "t·nmi": "metric_ton * nautical_mile", "kg·d": "kilogram * day", "t·d": "metric_ton * day",
    "m2·a": "365 meter**2 * day", "m2·d": "meter**2 * day", "ha·a": "365 hectare * day", "m3·a": "365 meter**3 * day",
    "m3·d": "meter**3 * day", "L·d": "liter * day", "m·a": "365 meter * day", "km·a": "365 kilometer * day",
    "mol": "mole", "mmol": "millimole", "kmol": "kilomole", "Bq": "becquerel", "kBq": "kilobecquerel",
    "MBq": "megabecquerel", "mBq": "millibecquerel", "uBq": "microbecquerel", "nBq": "nanobecquerel",
    "dag": "decagram", "hg": "hectogram", "dam": "decameter", "hm": "hectometer", "are": "are", "mi2": "mile**2",
    "acre (US)": "acre", "km2·a": "365 kilometer**2 * day", "cm2·a": "365 centimeter**2 * day",
    "mm2·a": "365 millimeter**2 * day", "ft2·a": "365 foot**2 * day", "mi2·a": "365 mile**2 * day",
    "L·a": "365 liter * day", "cm3·a": "365 centimeter**3 * day", "mi·a": "365 mile * day", "g·a": "365 gram * day",
    "lb·mi": "pound * mile", "Ci": "curie", "cmol": "centimole",
    "%": "percent", "‰": "permille", "ppm": "ppm", "-": "dimensionless",
}
PINT_DIFFERS = {
    "a": ("year", "pint's year is Julian, 8766 h; inventories count 8760 h"),
    "month": ("month", "a twelfth of the year above"),
    "acre": ("acre", "pint's acre is the US survey acre"),
}
NO_ORACLE = {
    "斤", "两", "钱", "担", "公担", "里", "亩",  # Chinese market units: checked against the Chinese table
    "peak power", "normal volume", "standard volume", "item", "cycle", "person transport",
    "vehicle transport", "item transport", "container transport", "volume transport", "guest night", "data transfer",
    "temperature", "CO2 equivalent", "livestock unit", "separative work",
}


@pytest.fixture(scope="module")
def pint():
    import pint as module

    return module.UnitRegistry()


@settings(deadline=None)
@given(numbers, three_alike)
def test_a_detour_changes_nothing(value, three):
    """x.to(u).to(v) = x.to(v), up to rounding."""
    source, via, target = three
    x = Quantity(value, source)
    assert x.to(via).to(target).value == pytest.approx(x.to(target).value, rel=ROUNDING)


@settings(deadline=None)
@given(numbers, three_alike)
def test_there_and_back_is_where_one_was(value, three):
    """x.to(u).to(unit of x) = x, up to rounding; into its own unit, exactly."""
    source, via, _ = three
    x = Quantity(value, source)
    assert x.to(via).to(source).value == pytest.approx(value, rel=ROUNDING)
    assert x.to(source).value == value


@settings(deadline=None)
@given(three_alike)
def test_factors_are_the_exact_ratio_rounded_once(three):
    """factor(u, v) is the float nearest to the rational number, whatever the size of numerator and denominator."""
    u, v, _ = (units.unit(symbol) for symbol in three)
    exact = Fraction(u.numerator, u.denominator) / Fraction(v.numerator, v.denominator)
    assert units.factor(u.symbol, v.symbol) == float(exact)


@settings(deadline=None)
@given(numbers, st.sampled_from(SYMBOLS), st.sampled_from(SYMBOLS))
def test_dimensions_never_mix(value, source, target):
    """A conversion succeeds exactly when the dimensions are the same."""
    alike = units.unit(source).dimension == units.unit(target).dimension
    assert units.convertible(source, target) is alike
    if not alike:
        with pytest.raises(ValueError, match="does not convert"):
            Quantity(value, source).to(target)


@settings(deadline=None)
@given(st.sampled_from(sorted(units._table())), st.sampled_from(["{}", "  {} ", "{}.", "\u3000{}"]))
def test_every_name_of_the_table_is_understood_or_refused_as_ambiguous(name, form):
    """Blanks and a full stop around a listed name change nothing."""
    found = units._table()[name]
    if len(found) == 1:
        assert units.unit(form.format(name)) == found[0]
    else:
        with pytest.raises(units.UnknownUnitError) as caught:
            units.unit(form.format(name))
        assert caught.value.near == tuple(u.symbol for u in found)


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_refused_with_known_symbols(text):
    """No text crashes, and no suggestion is itself unknown."""
    try:
        named: tuple[str, ...] = (units.unit(text).symbol,)
    except units.UnknownUnitError as error:
        named = error.near
    assert len(named) <= 3
    assert set(named) <= set(SYMBOLS)


PREFIXES = {
    "亿": "100000000", "百万": "1000000", "兆": "1000000", "万": "10000", "千": "1000", "百": "100", "吉": "1000000000",
    "太": "1000000000000", "分": "1/10", "厘": "1/100", "毫": "1/1000", "微": "1/1000000",
}


def test_chinese_prefixes_multiply():
    """万X is ten thousand X and 毫X a thousandth, for every name that is a prefix before another name."""
    names = {name: found[0] for name, found in units._table().items() if len(found) == 1}
    checked = 0
    for prefix, worth in PREFIXES.items():
        for name, found in names.items():
            bare = names.get(name.removeprefix(prefix)) if name.startswith(prefix) else None
            if bare and bare.dimension == found.dimension:
                checked += 1
                ratio = Fraction(found.numerator, found.denominator)
                assert ratio == Fraction(worth) * Fraction(bare.numerator, bare.denominator), name
    assert checked >= 100


@pytest.mark.parametrize(("many", "one"), [
    ((2, "斤"), "kg"), ((10, "两"), "斤"), ((10, "钱"), "两"), ((1, "担"), "50 kg"), ((2, "里"), "km"),
    ((15, "亩"), "ha"), ((12, "item"), "dozen"), ((2, "item"), "双"), ((1, "公担"), "100 kg"),
    ((1, "kgce"), "29.3076 MJ"), ((1000, "Wp"), "kWp"), ((1, "guest night"), "客房夜"), ((1, "TEU·km"), "标箱公里"),
    ((1, "t CO2e"), "1000 kg CO2e"), ((1, "元"), "RMB"), ((1000, "USD"), "kUSD"), ((1000, "EUR"), "kEUR"),
    ((1000000, "EUR"), "M.EUR"), ((1, "kNm3"), "1000 标方"),
    ((1, "p·mi"), "1.609344 人公里"), ((1, "v·mi"), "1.609344 车公里"),
])
def test_market_units_are_what_the_market_means(many, one):
    """Units no oracle knows: two 斤 are a kilogram, fifteen 亩 a hectare."""
    amount, symbol = one.split(" ", 1) if one[0].isdigit() else ("1", one)
    assert Quantity(*many).to(symbol).value == pytest.approx(float(amount), rel=ROUNDING)


def test_every_unit_has_an_oracle_or_a_reason():
    """A unit added to the table must be added to the oracle, or be one that the oracle does not know."""
    unchecked = {s: units.unit(s).dimension for s in SYMBOLS if s not in ORACLE and s not in NO_ORACLE}
    assert {s for s, dimension in unchecked.items() if dimension not in NO_ORACLE and "money" not in dimension} == set()
    assert set(ORACLE) <= set(SYMBOLS)


def test_pint_agrees_on_every_ratio(pint):
    """Within each dimension every unit is worth as many of its neighbour as pint says, to 1e-12."""
    for alike in BY_DIMENSION.values():
        known = [s for s in alike if s in ORACLE]
        for one, other in pairwise(known):
            theirs = (pint.Quantity(ORACLE[one]) / pint.Quantity(ORACLE[other])).to("dimensionless").magnitude
            assert units.factor(one, other) == pytest.approx(theirs, rel=1e-12), f"{one} in {other}"


def test_pint_keeps_our_dimensions_apart_too(pint):
    """Units of unlike pint dimension are never in one dimension here."""
    for alike in BY_DIMENSION.values():
        assert len({pint.Quantity(ORACLE[s]).dimensionality for s in alike if s in ORACLE}) <= 1


@pytest.mark.parametrize("symbol", PINT_DIFFERS)
def test_where_pint_means_another_unit_the_difference_is_real(pint, symbol):
    """The exceptions are exceptions: once pint agrees, the entry has to go."""
    word, why = PINT_DIFFERS[symbol]
    theirs = (pint.Quantity(word) / pint.Quantity(ORACLE[symbol])).to("dimensionless").magnitude
    assert theirs != pytest.approx(1, rel=1e-7), why
