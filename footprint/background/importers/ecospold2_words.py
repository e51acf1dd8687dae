"""The elements of EcoSpold 2 that several parts of its importer read: texts by language, numbers, elementary flows."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from footprint.background.importers.elementary import Substance
from footprint.background.importers.spelling import number as plain

SPACE = "{http://www.EcoInvent.org/EcoSpold02}"
NAME, UNIT, COMMENT, TEXT = (f"{SPACE}{tag}" for tag in ("name", "unitName", "comment", "text"))
INPUT, OUTPUT = (f"{SPACE}{tag}" for tag in ("inputGroup", "outputGroup"))
_COMPARTMENT, _SYNONYM = (f"{SPACE}{tag}" for tag in ("compartment", "synonym"))
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def text(element: ET.Element, tag: str) -> str:
    """Return the text of a child, in English where there are several; "" where there is none."""
    first = element.find(tag)
    if first is None:
        return ""
    if not first.get(_LANGUAGE, "en").startswith("en"):
        first = next((each for each in element.findall(tag) if each.get(_LANGUAGE) == "en"), first)
    return " ".join(first.text.split()) if first.text else ""


def paragraphs(element: ET.Element | None) -> str:
    """Return the texts of a comment of several paragraphs."""
    if element is None:
        return ""
    parts = (part.text for part in element if part.tag == TEXT and part.text)
    return " ".join(" ".join(part.split()) for part in parts)


def number(of: ET.Element, key: str = "amount") -> float:
    """Return a number of an element; `UnfitError` for what is none, or has no end."""
    return plain(of.get(key, ""), of.get("id", ""))


def substance(each: ET.Element) -> Substance:
    """Return the elementary flow of an exchange."""
    within = each.find(_COMPARTMENT)
    parts = () if within is None else tuple(part.text.strip() for part in within if part.text and part.text.strip())
    synonyms = tuple(part.text for part in each.findall(_SYNONYM) if part.text)
    is_input = each.find(INPUT) is not None
    return Substance(
        text(each, NAME), parts, each.get("casNumber", ""), each.get("formula", ""), synonyms, is_input
    )  # fmt: skip
