"""How many parts the designators of a row name: ``C7, C8, R1-R4`` are six."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from footprint.model.sheets import Cell

_DESIGNATORS = re.compile(r"[,;，；、\s]+")
_RANGE = re.compile(r"(?<![A-Za-z])([A-Za-z]++)(\d{1,9}+)\s*+[-~]\s*+([A-Za-z]*+)(\d{1,9}+)(?!\d)")
_ONE = re.compile(r"[A-Za-z]{1,5}\d{1,5}[A-Za-z]?(?:[-~][A-Za-z]{0,5}\d{1,5})?|[-~]")
"""A designator, a range of them, or the sign of one."""
_TO = re.compile(
    r"(?<=\d)\s*(?:\.{2,3}|…|[-~–—～至到]|\b(?:to|bis|thru|through)\b)\s*(?=[A-Za-z]{0,6}\d)", re.IGNORECASE
)
_LISTS = re.compile(r"[,;，；、\n]")
_JOINS = re.compile(r"\s*[/&+＋和与及]\s*|\s+(?:(?:and|und|et)\s+)?")
"""What stands between the first and the last of a range, between what is listed, and between two places."""
_PLACE = re.compile(r"[A-Za-z_]{1,12}\d{1,5}[A-Za-z]?(?:-[A-Za-z]{0,6}\d{1,5})?")
_NOTED = re.compile(
    r"([A-Za-z_]{1,12}\d{1,5}[A-Za-z]?)\s*[(（](?!.*(?:no|nicht|dn|未|不|无))[^()（）]{1,12}[)）]", re.IGNORECASE
)
"""A place, and one with what it is of in brackets, but that nothing is."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_LEAST = 3
"""Cells of a column that nobody knows, and that holds designators."""
_MOST_IN_RANGE = 10_000


def counted_by(
    cells: Sequence[Cell], values: Sequence[float | None], problems: Collection[int], continued: Sequence[int]
) -> list[float | None]:
    """Return quantities with those of rows without, but with designators: ``C7, C8`` are two; of words there are none.

    ``problems``: the rows whose quantity is none; ``continued``: the rows whose designators carry on the row above.
    """
    counted = [*values]
    for at, text in _texts(cells, continued).items():
        if counted[at] is None and at not in problems and text.strip(", "):
            counted[at] = places(text)
    return counted


def _texts(cells: Sequence[Cell], continued: Sequence[int]) -> dict[int, str]:
    """Return the designators of each row that has any, with those that the rows below carry on."""
    texts = {at: cell for at, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()}
    for at in sorted(continued, reverse=True):
        texts[at - 1] = f"{texts.get(at - 1, '')},{texts.pop(at, '')}"
    return texts


def contrary(cells: Sequence[Cell], values: Sequence[float | None], continued: Sequence[int]) -> list[tuple[int, int]]:
    """Return the rows whose quantity is not that of their designators, each with how many these are.

    Units of one part (``U1A, U1B``) may be one; what names anything else is left aside, and so is a list for several
    products, where every row has as many times its designators.
    """
    found: list[tuple[int, int]] = []
    times: list[float] = []
    for at, text in _texts(cells, continued).items():
        each = [part for part in _DESIGNATORS.split(text) if part]
        value = values[at]
        if not value or not each or not all(map(_ONE.fullmatch, each)):
            continue
        count, named = designators(text), {*each} - {"-", "~"}
        times.append(value / count)
        if value not in {count, len(named), len({part.rstrip(_LETTERS) for part in named})}:
            found.append((at, count))
    return [] if len(times) > 1 and len({*times}) == 1 else found


def are_named(cells: Sequence[Cell]) -> bool:
    """Tell whether the texts of a column are designators, several of them somewhere, and nothing else."""
    filled = {cell for cell in cells if cell is not None}
    texts = [cell.strip() for cell in filled if isinstance(cell, str)]
    is_list = _LEAST <= len(texts) == len(filled) and any(map(_DESIGNATORS.search, texts))
    return is_list and all(_ONE.fullmatch(one) for text in texts for one in _DESIGNATORS.split(text))


def are_designators(cell: Cell) -> bool:
    """Tell whether a cell is a list of designators, and no word: ``C7, C8, R1-R4``."""
    parts = [part for part in _DESIGNATORS.split(cell) if part] if isinstance(cell, str) else []
    return bool(parts) and all(map(_ONE.fullmatch, parts))


def places(text: str) -> float | None:
    """Return how many places a list names: ``R1 & R2, R5 to R7`` are five; None where words say more of them.

    A list of names without blanks has as many places, whatever they are: ``left, AUX`` are two.
    """
    pieces = [piece.strip() for piece in _LISTS.split(_TO.sub("-", text))]
    found = [_places(piece) for piece in pieces if piece]
    return None if None in found else float(sum(filter(None, found)))


def _places(piece: str) -> int | None:
    """Return how many places a piece of a list names; None where it is no place, nor a name in one word."""
    each = [one for one in _JOINS.split(piece) if one]
    if all(map(_PLACE.fullmatch, each)):
        found = [designators(one) for one in each if not _is_backwards(one)]
        return sum(found) if len(found) == len(each) else None
    if noted := _NOTED.fullmatch(piece):
        return designators(noted[1])
    is_name = len(piece.split()) == 1 and any(map(str.isalnum, piece)) and not any(map(_PLACE.fullmatch, each[1:]))
    return 1 if is_name else None


def _is_backwards(place: str) -> bool:
    """Tell whether a range ends before it begins, or is too long for one."""
    found = _RANGE.fullmatch(place)
    return bool(found and found[3] == found[1] and designators(place) == 1 and found[2] != found[4])


def designators(text: str) -> int:
    """Return how many parts a list of designators names; ``R1-R4`` are four."""
    ranges = [match for match in _RANGE.finditer(text) if not match[3] or match[3] == match[1]]
    within = [int(match[4]) - int(match[2]) + 1 for match in ranges]
    if any(not 0 < count <= _MOST_IN_RANGE for count in within):
        ranges, within = [], []
    read = {match.start() for match in ranges}
    rest = _RANGE.sub(lambda match: " " if match.start() in read else match[0], text)
    return sum(within) + sum(bool(part) for part in _DESIGNATORS.split(rest))
