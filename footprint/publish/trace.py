"""What stands behind an amount: its document, the readings and the instrument, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import fsum
from typing import Any

from footprint.publish.wording import Words, entered, number

Entry = Mapping[str, Any]


def traced(document: Entry, w: Words) -> dict[str, tuple[str, ...]]:
    """Return by id of a document what it is, what was read, by which instrument, and how that was calibrated."""
    found = document.get("evidence")
    if found is None:
        return {}
    instruments: dict[str, list[Entry]] = {}
    for row in found["instruments"]:
        instruments.setdefault(row["id"], []).append(row)
    return {
        row["id"]: (
            _document(row, w),
            *_readings(row, w),
            *(_instrument(each, w) for each in instruments.get(row["readings"]["instrument"], ())),
        )
        for row in found["documents"]
    }


def _joined(*parts: str | None) -> str:
    return ", ".join(filter(None, parts))


def _document(row: Entry, w: Words) -> str:
    file = row["file"]
    state = f"{file['name']} ({w.of('file', file['state'])})" if file["name"] else ""
    period = w.span(row["period"]["start"], row["period"]["end"])
    told = _joined(w.of("doctype", row["type"]), row["document"], row["issuer"], row["date"], period, state)
    return f"{row['id']}: {told}"


def _readings(row: Entry, w: Words) -> Iterator[str]:
    text = readings(row, w)
    if text:
        yield text


def readings(row: Entry, w: Words) -> str:
    """Return the readings of a document as a product, "" where it has none."""
    read = row["readings"]
    if read["opening"] is None and read["closing"] is None:
        return repeats(read, w)
    told = f"({entered(read['closing'])} \N{MINUS SIGN} {entered(read['opening'])}) × {entered(read['multiplier'])}"
    return f"{told} {w.unit(read['unit'])}".strip()


def repeats(read: Entry, w: Words) -> str:
    """Return the mean of repeated readings as it was taken, "" where there are none."""
    found = read.get("repeats")
    if not found:
        return ""
    told = w("repeats", n=len(found), mean=number(fsum(found) / len(found), 6))
    return f"{told} × {entered(read['multiplier'])} {w.unit(read['unit'])}".strip()


def uncertainty(row: Entry, w: Words) -> str:
    """Return the expanded uncertainty of a calibration with its coverage factor, "" where it has none."""
    if row["expanded"] is None:
        return ""
    dof = "" if row.get("dof") is None else f", ν = {entered(row['dof'])}"
    factor = "" if row["k"] is None else f" (k = {entered(row['k'])}{dof})"
    return f"{entered(row['expanded'])} {w.unit(row['expanded_unit'])}{factor}"


def _instrument(row: Entry, w: Words) -> str:
    grade = w("accuracy", grade=row["accuracy_class"]) if row["accuracy_class"] else ""
    valid = w.span(row["calibrated_on"], row["valid_until"])
    width = uncertainty(row, w)
    told = _joined(row["what"], grade, row["certificate"], row["laboratory"], valid, width and f"U = {width}")
    return f"{row['id']}: {told}"
