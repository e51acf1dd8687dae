"""ILCD packages: declarations of products, module by module, potential by potential."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

OF = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "data" / "ilcd.py")))
exchange, package, process, scores, taken = OF.exchange, OF.package, OF.process, OF.scores, OF.taken


def epd(amounts: Mapping[str, Mapping[str, float | str]]) -> str:
    """Return results by indicator and module."""
    told = "".join(
        f"<LCIAResult><referenceToLCIAMethodDataSet><common:shortDescription>{name}</common:shortDescription>"
        "</referenceToLCIAMethodDataSet><common:other>"
        + "".join(f'<epd:amount epd:module="{module}">{value}</epd:amount>' for module, value in found.items())
        + "</common:other></LCIAResult>"
        for name, found in amounts.items()
    )
    return f"<LCIAResults>{told}</LCIAResults>"


TOTAL, FOSSIL = "Global Warming Potential - total (GWP-total)", "Global Warming Potential - fossil fuels (GWP-fossil)"
BIOGENIC, LULUC = "Globales Erwärmungspotenzial - biogen (GWP-biogenic)", "Global Warming Potential - luluc (GWP-luluc)"


def test_modules_of_a_declaration_are_datasets(tmp_path: Path) -> None:
    """Parts by class, below zero an uptake; A1-A3 is the sum of its modules where all three are declared."""
    found = {
        TOTAL: {"A1": -0.5, "A2": 1, "A3": 2, "C3": 4}, FOSSIL: {"A1": 1, "A2": 1, "A3": 2},
        BIOGENIC: {"A1": -1.6, "A2": 0, "A3": 0}, LULUC: {"A1": 0.1, "A2": 0, "A3": 0},
        "Acidification potential (AP)": {"A1": 99},
        "Global warming potential except biogenic carbon (GWP-GHG)": {"A1": 50},
    }  # fmt: skip
    read = taken(package(tmp_path, process("panel", exchange(0, "steel", "Output", 2), results=epd(found), kind="EPD")))
    assert scores(read) == pytest.approx(
        {"panel_A1": -0.25, "panel_A2": 0.5, "panel_A3": 1.0, "panel_A1-A3": 1.25, "panel_C3": 2.0}
    )
    rows = {(row["activity"], row["flow"]): row["gwp_set"] for row in read.source.exchanges}
    assert rows["panel_A1", "co2e-biogenic_uptake"] == rows["panel_C3", "co2e-unsplit"] == "unknown"
    assert {row["boundary"] for row in read.source.activities} == {
        "module A1", "module A2", "module A3", "cradle-to-gate", "module C3"
    }  # fmt: skip


def test_potentials_are_known_by_their_indicator_and_in_other_languages(tmp_path: Path) -> None:
    """An indicator of the standard counts whatever it is called; a total is one that names its parts, too."""
    steel, uuid = exchange(0, "steel", "Output", 1), "6a37f984-a4b3-458a-a20a-64418c145fa2"
    known = epd({"Ilmaston": {"A1-A3": 5}})
    known = known.replace("<referenceToLCIAMethodDataSet>", f'<referenceToLCIAMethodDataSet refObjectId="{uuid}">')
    names = (
        "Potencial de calentamiento global (PCG)",
        "Réchauffement climatique - total",
        "Climate change, total (fossil, biogenic, land use and land use change)",
    )
    found = [process(f"p{at}", steel, results=epd({name: {"A1-A3": 5}})) for at, name in enumerate(names)]
    read = taken(package(tmp_path, process("known", steel, results=known), *found))
    assert scores(read) == dict.fromkeys(("known_A1-A3", "p0_A1-A3", "p1_A1-A3", "p2_A1-A3"), 5.0)


def test_a_potential_of_no_kind_is_the_total_where_none_is_called_so(tmp_path: Path) -> None:
    """Declarations state that of the older standard beside the newer; what leaves carbon out is neither."""
    steel, plain = exchange(0, "steel", "Output", 1), "Global warming potential (GWP)"
    without = "Calentamiento global, excluyendo carbono biogénico"
    both = process("both", steel, results=epd({plain: {"A1-A3": 4}, TOTAL: {"A1-A3": 5}, without: {"A1-A3": 6}}))
    one = process("one", steel, results=epd({without: {"A1-A3": 6}, plain: {"A1-A3": 4}}))
    assert scores(taken(package(tmp_path, both, one))) == {"both_A1-A3": 5.0, "one_A1-A3": 4.0}


def test_an_odd_declaration_is_told_and_stops_no_other(tmp_path: Path) -> None:
    """Without a potential, with parts alone, with words for numbers: each is named, and nothing else is lost."""
    steel = exchange(0, "steel", "Output", 1)
    silent = steel + '<exchange dataSetInternalID="1"><exchangeDirection>Input</exchangeDirection></exchange>'
    read = taken(
        package(
            tmp_path,
            process("sound", silent, results=epd({TOTAL: {"A1-A3": 5, "A4": "ND", "C1": "MND"}})),
            process("parts", steel, results=epd({TOTAL: {"A1-A3": 7}, FOSSIL: {"A1-A3": 7, "D": -1}})),
            process("none", steel, results=epd({"Acidification": {"A1-A3": 5}})),
            process("words", steel, results=epd({TOTAL: {"A1-A3": "viel"}})),
        )
    )
    assert scores(read) == {"sound_A1-A3": 5.0, "parts_A1-A3": 7.0}
    assert sorted(n.code for n in read.notices) == ["inventory-epd-none", "inventory-epd-total", "inventory-number"]


def test_parts_that_are_not_the_total_are_told(tmp_path: Path) -> None:
    """Fossil 1 and total 3 cannot both be right."""
    found = {TOTAL: {"A1-A3": 3}, FOSSIL: {"A1-A3": 1}, BIOGENIC: {"A1-A3": 0}, LULUC: {"A1-A3": 0}}
    read = taken(package(tmp_path, process("panel", exchange(0, "steel", "Output", 1), results=epd(found))))
    assert [n.code for n in read.notices] == ["inventory-epd-sum"]


def test_potentials_under_two_editions_of_a_method_are_those_of_the_later(tmp_path: Path) -> None:
    """It is told that both were stated; the declaration is not lost for it."""
    refers, later = "<referenceToLCIAMethodDataSet>", "a7ea142a-9749-11ed-a8fc-0242ac120002"
    new = epd({TOTAL: {"A1-A3": 6, "C3": 2}}).replace(refers, f'{refers[:-1]} refObjectId="{later}">')
    old = epd({TOTAL: {"A1-A3": 5, "C3": 1}})
    both = old.replace("</LCIAResults>", "") + new.replace("<LCIAResults>", "")
    read = taken(package(tmp_path, process("p", exchange(0, "steel", "Output", 1), results=both, kind="EPD")))
    assert scores(read) == {"p_A1-A3": 6.0, "p_C3": 2.0}
    assert {row["gwp_set"] for row in read.source.exchanges} == {"EF3.1"}
    assert [notice.code for notice in read.notices] == ["inventory-epd-sets"]


def test_a_declaration_without_its_flow_counts_per_reference_flow(tmp_path: Path) -> None:
    """Its results are whole; what one of its flow is, nobody knows, so that they are per a unit of its own."""
    told = process("panel", exchange(0, "Stück", "Output", 2), results=epd({TOTAL: {"A1-A3": 6}}), kind="EPD")
    read = taken(package(tmp_path, told, parts={}))
    assert scores(read) == {"panel_A1-A3": 3.0}
    assert [row["unit"] for row in read.source.activities] == ["[(Stück)]"]
    assert [notice.code for notice in read.notices] == ["ilcd-declared-unit", "inventory-own-unit"]
    assert read.notices[0].facts["unit"] == "[(Stück)]"
    parts = {name: text for name, text in OF.PARTS.items() if "flowproperties" not in name}
    told = told.replace("Stück", "steel")
    read = taken(package(tmp_path, told, parts=parts))
    assert [row["unit"] for row in read.source.activities] == ["[steel]"]
