"""Elementary flows of others -> greenhouse gases: by CAS number, then by name or code number, then by formula.

A flow that has no name is known by its UUID in ecoinvent's list of elementary flows (3.9, as bw2io 0.9.17 ships it).
CAS numbers and names stand in ``data/elementary.csv``, entered by hand and unverified: tests hold them to their check
digits and, by way of their factors, to the published lists.

Which gas of a substance it is, the compartment and the words of origin say: CO2 given off from fossil carbon, from
biomass, from land use, by aircraft, or taken up from air. Where nothing says, carbon is fossil. Releases into water and
into soil are none into air and have no factor; they are counted among the flows that are no greenhouse gases here.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from footprint import gwp

TABLE = Path(__file__).parents[2] / "data" / "elementary.csv"
IDS = TABLE.with_name("elementary_ids.csv")
_CO2, _CH4, _N2O = "co2-fossil", "ch4-unspecified", "n2o"
_ORIGINS = {
    "soil-stock": r"\bto soil or biomass stock\b|\binto soil\b",
    "luc": r"\bland use\b|land transformation|from soil or biomass stock|\b[di]?luc\b|\blulucf?\b|"
    r"peat (?:oxid|decay)|deforest|landnutzung|uso d(?:el suelo|e la tierra|o solo|a terra|el suolo)|"
    r"(?:usage|utilisation) des (?:sol|terre)|土地利用",
    "biogenic": r"bio(?:gen|mass|gaz|gas\b)|renewable|regenerativ|erneuerbar|renouvelable|renova(?:vel|ble)|rinnovabil|"
    r"\bbiotic\b|\bwood\b|\benteric|[,(] ?organic\b(?! [ce])|生物",
    "fossil": r"\bfoss?il|化石",
    "uptake": r"\bin air\b|\buptake\b|from atmosphere|吸收",
}
_NOT = r"(?:\b(?:non|not|nicht|nao|no|pas)[\W_]*|非)"
_NOT_OF_LIFE = re.compile(
    _NOT + r"(?:bio|organic|renewable|regenerativ|erneuerbar|renouvelable|renova(?:vel|ble)|rinnovabil|生物|可再生)\w*"
)
_NOT_FOSSIL = re.compile(_NOT + r"(?:foss?il|化石)\w*")
_ORIGIN = {name: re.compile(words) for name, words in _ORIGINS.items()}
_WITHIN = (
    ("resource", re.compile(r"resource|\braw\b|\bin ground\b|\bin air\b|\bbiotic\b|ressource|recurso|risors|资源")),
    ("air", re.compile(r"\baire?\b|\baria\b|\bar\b|atmosfer|atmospher|stratospher|tropospher|luft|大气|空气")),
    ("water", re.compile(r"water|ocean|river|\bsea\b|\blake\b|wasser|agua|acqua|\beaux?\b|水")),
    ("soil", re.compile(r"soil|\bground\b|agricultural|forestry|boden|suelo|suolo|\bsolo?s?\b|土壤")),
)
_ALOFT = re.compile(r"stratosphere|aircraft|cruise")
_FLOWN = re.compile(r"\baircraft\b|\baviation\b|luftfahrt|航空")
_GASES: Mapping[tuple[str, str], str] = {
    (_CO2, "biogenic"): "co2-biogenic", (_CO2, "luc"): "co2-luc", (_CO2, "soil-stock"): "co2-luc-uptake",
    (_CO2, "uptake"): "co2-uptake", (_CH4, "fossil"): "ch4-fossil", (_CH4, "biogenic"): "ch4-biogenic",
    (_CH4, "luc"): "ch4-luc", (_N2O, "biogenic"): "n2o-biogenic",
}  # fmt: skip
_DROPPED = re.compile(
    r"\b(?:fossile?s?|foss?il|fosseis|non|not|nicht|no|nao|(?:non)?biogenic[oa]?|biogene?s?|biogenique|"
    r"biomass[ae]?|biotic|organic|in air|from soil or biomass stock|to soil or biomass stock|unspecified|origin|"
    r"land use change|land transformation|land use|[di]?luc|lulucf?|deforestation|peat oxidation|renewable|"
    r"regenerative|100yr|uptake|from|to|(?:in)?direct|enteric|fermentation|landfill|biogas|wood|air|aviation|"
    r"aircraft|emissions?|carbon|非?(?:化石|生物)(?:质|成因|来?源)?|非?可再生|空气|大气|土地利用(?:变化)?)"
    r"\b(?! tetrachloride| tetrafluoride| dioxide| disulfide)"
)
_OF_SECTOR = re.compile(r"\s*(\w+) - .* - air\s*")
_NUMBERED = re.compile(
    r"\b(?:hfc|hcfc|hcc|cfc|pfc|fc|halon|hfo|hcfo|freon|refrigerant|r)[ -]*((?:c ?)?\d[\d-]*[a-z]{0,3}\d?(?:\([ez]\))?)"
)
_BLEND = re.compile(r"[45]\d\d[a-z]?")
_ETHER = re.compile(r"\bhfe[ -]*\d+[a-z]*")
_BELOW, _ABOVE = re.compile(r"ground|water|\bsoil|boden|wasser|\bwell"), re.compile(r"\bin air\b|from air|\bair\b")
_HYPHENS = re.compile(r"[-‐‑–_]")
_REGION = re.compile(r"(.+), (?!(?:[HP]?C?FC|HC|VOC|PAH)$)(?:[A-Z]{2,3}(?:-[A-Z0-9]{1,5})?|RoW)")
"""A substance of one country: ``Dinitrogen monoxide, DE``."""
_GROUP = re.compile(r"(.+?)\s*\[([^\[\]]+)\]\s*")
"""A substance with the group that it stands in: ``Methane [Organic emissions to air (group VOC)]``."""
_BRACKETS = re.compile(r"\(([^()]*)\)")
"""What is said in brackets: ``Nitrous oxide (N2O)``, ``Carbon dioxide (fossil)``."""
_SIGNS = re.compile(r"[^\w]+|_")
_MORE = re.compile(
    r"carbon dioxid|kohlen(?:stoff)?dioxid|dioxyde de carbone|[bd]ioxido de carbono|[bd]iossido di carb|"
    r"(?:gaz|gas|anh?idrid[eo]|anhydride) carboni|(?<![a-z\d])(?:co2|ch4|n2o|sf6|nf3)(?![a-z\d])|"
    r"(?<!non.)(?<!nicht.)methane?\b|\bmetano\b|nitrous|dinitrogen|distickstoff|lachgas|proto(?:xyde|ssido) d|"
    r"oxido nitroso|ossido nitroso|oxyde nitreux|dinitrogeni?o|esafluor|hexafluor[ue]|"
    r"(?<!hydrogen )fluor(?!ide\b|ine\b|anthene|ene\b)|sul(?:f|ph)ur(?:yl)? fluorid|hexafluorid|flurane?\b|"
    r"[chp]fc(?![a-z]{2})|\bhfe\b|\bhf[eo]-?\d|\bhalo(?:n|than)|\br[ -]?\d{2,4}[a-z]{0,3}\b|refrigerant|\bf[ -]gas|"
    r"co2.?e|greenhouse|treibhausgas|effet de serre|\bghg|二氧化碳|甲烷|氧化亚氮|一氧化二氮|温室气体|氟(?!化氢)"
)


class Substance(NamedTuple):
    """An elementary flow as a file names it. ``within``: its compartments, the outer first."""

    name: str
    within: tuple[str, ...] = ()
    cas: str = ""
    formula: str = ""
    synonyms: tuple[str, ...] = ()
    is_input: bool = False
    id: str = ""


class Found(NamedTuple):
    """The gas of a substance, and the sign with which its amount counts."""

    gas: str
    sign: int


class Elementary:
    """The elementary flows of an import, counted: ``mapped`` by flow and gas, ``others`` by flow."""

    def __init__(self) -> None:
        self.mapped: Counter[tuple[Substance, str]] = Counter()
        self.others: Counter[Substance] = Counter()
        self._found: dict[Substance, Found | None] = {}

    def gas(self, substance: Substance) -> Found | None:
        """Return the gas of ``substance``, None for what is no greenhouse gas; every call is counted."""
        if substance not in self._found:
            self._found[substance] = found(substance)
        known = self._found[substance]
        if known is None:
            self.others[substance] += 1
        else:
            self.mapped[substance, known.gas] += 1
        return known

    def add_own(self, substance: Substance, gas: str) -> Found:
        """Return a flow that is known to be a gas, or CO2e of a class; counted as others are."""
        self.mapped[substance, gas] += 1
        return Found(gas, 1)

    def add(self, other: Elementary) -> None:
        """Count what another counted, too."""
        self.mapped.update(other.mapped)
        self.others.update(other.others)

    def doubtful(self) -> tuple[Substance, ...]:
        """Return the flows into air that sound like a greenhouse gas, or have a key alone, and are none, sorted."""
        return tuple(sorted(each for each in self.others if _is_of_air(_grouped(each)) and _may_be_gas(each)))

    def astray(self) -> tuple[Substance, ...]:
        """Return the releases of greenhouse gases into water and soil, which have no factor, sorted."""
        return tuple(sorted(each for each in self.others if _is_astray(_grouped(each))))


def found(substance: Substance) -> Found | None:
    """Return the gas of an elementary flow and the sign of its amount; None for what is no greenhouse gas."""
    if not substance.name:
        return Found(_ids()[substance.id], 1) if substance.id in _ids() else None
    return _of_base(_grouped(substance))


def _grouped(substance: Substance) -> Substance:
    """Return a substance whose name has no group behind it: it is the last of its compartments."""
    found = _GROUP.fullmatch(substance.name)
    return substance._replace(name=found[1], within=(*substance.within, found[2])) if found else substance


def _of_base(substance: Substance) -> Found | None:
    """Return the gas of a named flow: what it is, where it comes from, where it goes."""
    base = _base(substance)
    if base is None or (substance.is_input and _is_from_ground(substance)):
        return None
    said, within = origin(substance), _within(substance)
    if base == _CO2 and said == "soil-stock":
        return Found("co2-luc-uptake", -1 if substance.is_input else 1)
    if base == _CO2 and substance.is_input and said in {"", "uptake", "biogenic"}:
        return Found("co2-uptake", 1) if within in {"resource", "air", ""} else None
    if within in {"water", "soil"} or (within == "resource" and base != _CO2):
        return None
    if base == _CO2 and _is_aloft(substance) and said in {"", "fossil"}:
        return Found("co2-aircraft", -1 if substance.is_input else 1)
    gas = _GASES.get((base, said), base)
    return Found(gas, -1 if substance.is_input != (gas == "co2-uptake") else 1)


def _base(substance: Substance) -> str | None:
    """Return the gas of a named flow wherever it goes."""
    return _by_cas(substance.cas) or _by_name(substance) or _formulas().get(substance.formula.strip())


def _is_astray(substance: Substance) -> bool:
    """Tell whether a flow is a gas that is given off into water or soil."""
    return not substance.is_input and _within(substance) in {"water", "soil"} and _base(substance) is not None


def _is_from_ground(substance: Substance) -> bool:
    """Tell whether a resource is taken from the ground or the water: a well is no uptake from air."""
    told = " ".join(substance.within).casefold()
    return bool(_BELOW.search(told)) and not _ABOVE.search(f"{told} {substance.name.casefold()}")


def _may_be_gas(substance: Substance) -> bool:
    name = plain(substance.name)
    return bool(_MORE.search(name)) if name else bool(substance.id)


def _is_aloft(substance: Substance) -> bool:
    name = substance.name.casefold()
    return bool(_FLOWN.search(name) or _ALOFT.search(" ".join(substance.within).casefold()))


def _is_of_air(substance: Substance) -> bool:
    return _within(substance) in {"air", ""}


def _within(substance: Substance) -> str:
    """Return the compartment: resource, air, water, soil, or "" where none is stated; the outer one decides."""
    parts = (plain(part) for text in substance.within for part in re.split("::|/", text))
    return next((name for part in parts for name, words in _WITHIN if words.search(part)), "")


def origin(substance: Substance) -> str:
    """Return where carbon comes from as the name says, or the compartment where the name does not."""
    for text in (substance.name, *substance.within):
        said = _HYPHENS.sub(" ", plain(text))
        said = _NOT_FOSSIL.sub(" biogenic ", _NOT_OF_LIFE.sub(" fossil ", said))
        for name in ("soil-stock", "luc", "biogenic", "fossil", "uptake"):
            if _ORIGIN[name].search(said):
                return name
    return ""


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def is_listed(uuid: str) -> bool:
    """Tell whether a flow is known by its UUID."""
    return uuid in _ids()


@cache
def _ids() -> dict[str, str]:
    """Return gas by the UUID of a flow: its releases into air, its uptake from there."""
    with IDS.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["gas"] for row in csv.DictReader(file)}


@cache
def _numbers() -> dict[str, str]:
    return {row["cas"]: row["gas"] for row in _rows() if row["cas"]}


@cache
def _formulas() -> dict[str, str]:
    return {row["formula"]: row["gas"] for row in _rows() if row["formula"]}


@cache
def _names() -> dict[str, str]:
    names = {folded(name): row["gas"] for row in _rows() for name in row["names"].split("|") if name}
    told = {folded(text): gas.id for gas in gwp.gases().values() for text in (gas.id, gas.name_en, gas.name_zh)}
    return {**{name: gas for name, gas in told.items() if gas in set(_codes().values())}, **names}


@cache
def _codes() -> dict[str, str]:
    """Return gas by the number of its kind: 134a, 22, halon 1301, and by its own id."""
    listed = {number: row["gas"] for row in _rows() for number in row["number"].split("|") if number}
    return {**listed, **{row["gas"]: row["gas"] for row in _rows()}}


def _by_cas(cas: str) -> str | None:
    """Return the gas of a CAS number, however many zeros it is written with."""
    return _numbers().get(cas.strip().lstrip("0")) if cas else None


def _by_name(substance: Substance) -> str | None:
    for text in (substance.name, *substance.synonyms):
        of_sector, of_region = _OF_SECTOR.fullmatch(text), _REGION.fullmatch(text)
        place = of_region[1] if of_region else ""
        named = (folded(text), _bare(text), folded(of_sector[1]) if of_sector else "", folded(place), _bare(place))
        gas = next((_names()[name] for name in named if name in _names()), None)
        gas = gas or _by_code(text) or _by_both(text) or _by_both(place)
        if gas is not None:
            return gas
    return None


def _by_both(text: str) -> str | None:
    """Return the gas that a name and what stands in brackets in it both say: ``Methane, biogenic (CH4)``."""
    said = unicodedata.normalize("NFKC", text)
    beside = [part for part in _BRACKETS.findall(said) if _bare(part)]
    gases = {_plainly(part) for part in (_BRACKETS.sub(" ", said), *beside)}
    return gases.pop() if beside and len(gases) == 1 else None


def _plainly(text: str) -> str | None:
    """Return the gas of a name alone, with or without words of origin, or of a formula."""
    return _names().get(folded(text)) or _names().get(_bare(text)) or _formulas().get(text.strip())


def _by_code(text: str) -> str | None:
    """Return the gas of the last code in a name: ``Ethane, 1,1,1,2-tetrafluoro-, HFC-134a``, or of a blend."""
    said = text.casefold()
    ether = _ETHER.search(said)
    if ether is not None:
        return _codes().get(ether[0].replace(" ", "-"))
    numbers = [number.replace(" ", "").rstrip("-") for number in _NUMBERED.findall(said)]
    for number in [number for number in numbers if _BLEND.fullmatch(number)][:1] or reversed(numbers):
        gas = _codes().get(number)
        if gas is not None:
            return gas
    return None


def folded(text: str) -> str:
    """Return a name as it is compared: small letters and digits, everything else one blank."""
    return _SIGNS.sub(" ", plain(text)).strip()


@lru_cache(maxsize=65_536)
def plain(text: str) -> str:
    """Return a text in small letters, without accents."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _bare(text: str) -> str:
    """Return a folded name without words of origin and compartment."""
    return " ".join(_DROPPED.sub(" ", folded(text)).split())


