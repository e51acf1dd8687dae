"""What became of every row of an imported bill, in sentences: the counts add up, sums before and after agree."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from footprint.errors import Problem
from footprint.layouts import balance
from footprint.layouts.alike import alike, told
from footprint.layouts.asking.counts import unknown_numbers, unknown_texts
from footprint.layouts.asking.printed import is_open
from footprint.layouts.asking.rivals import unknown
from footprint.layouts.bill import EXCLUDED, MERGED, REJECTED, USED, Imported
from footprint.layouts.counting.noise import CONTINUED
from footprint.layouts.gaps import gaps, known_mass
from footprint.layouts.lines import Row, beside
from footprint.layouts.locating import withdrawn
from footprint.layouts.locating.flags import undecided
from footprint.layouts.measuring.masses import STATED
from footprint.layouts.measuring.quantities import weighs
from footprint.layouts.naming import headers, levels
from footprint.layouts.naming.amounts import added
from footprint.layouts.naming.designators import are_named, contrary
from footprint.layouts.part import Part
from footprint.layouts.steps import weighs_nothing
from footprint.layouts.totals import differences
from footprint.legible import shortened
from footprint.messages import label, label_codes, message
from footprint.provenance import Place, column_letters, ranges

_SHOWN, _LONGEST = 20, 60
"""Things that are listed, and letters of one of them."""


def state(name: str, lang: str) -> str:
    """Return what became of a row, in words."""
    return label(f"import-{name}", lang)


def reason(why: str, lang: str) -> str:
    """Return why a row is no line of its own: a rule by its caption, one of a map by its name."""
    code = f"import-why-{why}"
    return label(code, lang) if code in label_codes() else why


def account(made: Imported, rows: Sequence[Row], lang: str) -> Iterator[str]:
    """Yield the sentences of the account: tables, rows, rules, what was rejected, what is not known."""
    yield from (_table(part, lang) for part in made.parts)
    for sheet in made.held.properties:
        yield message("import-properties", lang, place=Place(sheet.file, sheet.name))
    for sheet in made.held.unread:
        yield message("import-unread", lang, place=Place(sheet.file, sheet.name))
    yield from dict.fromkeys(said for part in made.parts for said in _seen(part, lang))
    yield from _alike(made, lang)
    yield from (said for part in made.parts for said in _aside(part, lang))
    yield from _undecided(made, lang)
    yield from filter(None, (said(part, lang) for part in made.parts for said in (_unweighed, _of_one, _placed)))
    counts = made.counts()
    by_state = {name: sum(n for became, n in counts.items() if became.state == name)
                for name in (USED, MERGED, EXCLUDED, REJECTED)}  # fmt: skip
    yield message("import-rows", lang, rows=sum(counts.values()), lines=len(rows), **by_state)
    for became, count in sorted(counts.items()):
        if became.why and became.state in {MERGED, EXCLUDED}:
            yield message("import-because", lang, count=count, why=reason(became.why, lang))
    yield from _headings(made, lang)
    yield from _raised(made, lang)
    yield from _beside(made, lang)
    yield from _told([*made.problems, *(found for part in made.parts for found in part.masses.problems)], lang)
    after = sums(rows)
    yield message("import-sums", lang, sums=_quantities(after))
    yield from _written(made, after, lang)
    for one in (each for part in made.parts for each in differences(part)):
        yield message("import-total", lang, place=one.place, told=_number(one.told), found=_number(one.found))
    mass, known, ends = known_mass(rows)
    if known:
        yield message("import-mass", lang, mass=_number(mass), known=known, lines=ends)
        yield from _weighed(made, rows, mass, lang)
    yield from _unknown_masses(rows, lang)


def _unknown_masses(rows: Sequence[Row], lang: str) -> Iterator[str]:
    """Say which masses are not known, and of which lines none is asked for."""
    if idle := [str(row.id) for row in rows if not row.mass and weighs_nothing(row.line.part, row.line.at)]:
        yield message("import-no-material", lang, count=len(idle), lines=_some(idle))
    unknown = gaps(rows)
    if unknown:
        kinds = Counter(gap.ask for gap in unknown)
        asked = ", ".join(f"{count} x {label(f'import-ask-{ask}', lang)}" for ask, count in kinds.most_common())
        shown = _some([str(gap.row.id) for gap in unknown])
        yield message("import-no-mass", lang, count=len(unknown), lines=shown, asked=asked)


def _written(made: Imported, after: Mapping[str, float], lang: str) -> Iterator[str]:
    """Say what the source comes to row by row, where that is another quantity than that of the lines."""
    if (written := balance.written(made, after)) is not None:
        why = "; ".join(label(f"import-by-{each}", lang) for each in written.why)
        facts = {"before": _quantities(written.all), "out": _quantities(written.out)}
        yield message("import-before", lang, **facts, after=_quantities(after) + (f" ({why})" if why else ""))


def _weighed(made: Imported, rows: Sequence[Row], mass: float, lang: str) -> Iterator[str]:
    """Say where the source, row by row, comes to another mass or other totals than the lines."""
    once = balance.written_mass(rows)
    if once is not None and not math.isclose(once, mass, rel_tol=1e-9):
        yield message("import-mass-before", lang, written=_number(once), mass=_number(mass))
    for code, found in (("import-assembly-mass", balance.assemblies(made, rows)),
                        ("import-totals-differ", balance.totals(made, rows))):  # fmt: skip
        if found:
            yield message(code, lang, place=found.place, told=_number(found.told), found=_number(found.found),
                          count=found.rows, caption=found.caption)  # fmt: skip


def _quantities(sums: Mapping[str, float]) -> str:
    return ", ".join(f"{_number(n)} {shortened(unit)}".strip() for unit, n in sums.items()) or "-"


def _raised(made: Imported, lang: str) -> Iterator[str]:
    """Yield which rules changed the amounts of rows that count, and how their losses are meant."""
    found: Counter[str] = Counter()
    for part, states in zip(made.parts, made.states, strict=True):
        for rule, rows in {**part.losses.rules, "usage-share": part.used, "fixed-quantity": part.fixed}.items():
            found[rule] += sum(states[at].state in {USED, MERGED} for at in rows)
    for rule, count in sorted(found.items()):
        if count:
            yield message("import-because", lang, count=count, why=reason(rule, lang))
    for part in made.gross:
        place = part.table.sheet.place(part.table.header.bottom)
        yield message("import-gross", lang, place=place, caption=part.table.caption("quantity"))
    if any(line.loss for line in made.lines):
        stated = label(f"import-formula-{made.loss_formula}", lang) if made.loss_formula else ""
        yield message("import-formula-stated", lang, formula=stated) if stated else message("import-formula-open", lang)


def _beside(made: Imported, lang: str) -> Iterator[str]:
    """Yield the substitutes that stand in columns of their own."""
    codes = [text for one in beside(made) for text in one.texts]
    if codes:
        yield message("import-named-beside", lang, count=len(codes), codes=_some(codes))


def _headings(made: Imported, lang: str) -> Iterator[str]:
    """Say which names between the rows were taken for headings, for they say nothing else: a part may be among them."""
    for part in made.parts:
        last = part.kept[-1] if part.kept else -1
        rows = [at for at, rule in sorted(part.out.items()) if rule == "heading" and at < last]
        texts = (part.text("name", at) or part.text("code", at) for at in rows)
        names = [text for text in texts if any(map(str.isalnum, text)) and not {*":："} & {*text}]
        if names:
            place = part.table.sheet.place(part.table.header.bottom)
            yield message("import-headings", lang, place=place, names=_some([name[:_LONGEST] for name in names]))


def _some(texts: Sequence[str]) -> str:
    return ", ".join(texts[:_SHOWN]) + (" …" if len(texts) > _SHOWN else "")


def _table(part: Part, lang: str) -> str:
    header, sheet = part.table.header, part.table.sheet
    every = ((header.captions.get(at, ""), field) for field, ats in header.columns.items() for at in ats)
    columns = ", ".join(f"{caption} = {field}" for caption, field in every)
    place = sheet.place(header.bottom)
    structure = label(f"import-structure-{part.structure}", lang)
    return message("import-table", lang, place=place, rows=len(part.table), columns=columns, structure=structure)


def _alike(made: Imported, lang: str) -> Iterator[str]:
    """Say which tables tell mostly the same parts, and were counted side by side: two versions of one bill do."""
    if len(made.parts) == 1:
        return
    for one, other in alike(told(made.parts, made.used())):
        places = (part.table.sheet.place(part.table.header.bottom) for part in (one, other))
        yield message("import-alike", lang, place=next(places), other=next(places))


def _aside(part: Part, lang: str) -> Iterator[str]:
    """Yield which columns may count and are not read: second ones of a meaning, and unknown ones of dates or flags."""
    table, place = part.table, part.table.sheet.place(part.table.header.bottom)
    same: dict[str, list[str]] = {}
    for one in part.rivals:
        same.setdefault(table.caption(one.field), []).append(table.header.captions[one.at])
    for used, others in same.items():
        yield message("import-second", lang, place=place, columns=", ".join(others), used=used)
    if others := unknown(table):
        yield message("import-unknown", lang, place=place, columns=_some(others))
    if numbers := unknown_numbers(table, part.layout):
        yield message("import-unknown-numbers", lang, place=place, columns=_some(numbers))
    told = {*others, *numbers, *(each for several in same.values() for each in several)}
    if texts := [each for each in unknown_texts(table, part.layout) if each not in told]:
        yield message("import-unknown-texts", lang, place=place, columns=_some(texts))


def _undecided(made: Imported, lang: str) -> Iterator[str]:
    """Say by which states and letters rows differ that count all the same, and which of them speak of not counting."""
    for part, used in zip(made.parts, made.used(), strict=True):
        place = part.table.sheet.place(part.table.header.bottom)
        for caption, said in undecided(part.table, used):
            told = _some([f"{count} x {text or '-'}" for text, count in said.items()])
            yield message("import-undecided", lang, place=place, column=caption, said=told)
        for caption, said in withdrawn.mentions(part.table, used):
            told = _some([f"{count} x {text[:_LONGEST]}" for text, count in said.items()])
            yield message("import-mentions", lang, place=place, column=caption, said=told)


def _unweighed(part: Part, lang: str) -> str:
    """Say which columns of numbers may tell a mass, and are not read: gross masses, and what no word list knows."""
    header = part.table.header
    others = [*part.table.columns.get("gross_mass", ()), *(
        at for at in header.unused if headers.mentions_mass(header.captions[at])
        and any(isinstance(cell, float) for cell in part.table.column(at)))]  # fmt: skip
    if not others:
        return ""
    place = part.table.sheet.place(header.bottom)
    return message("import-unweighed", lang, place=place, columns=", ".join(header.captions[at] for at in others))


def _of_one(part: Part, lang: str) -> str:
    """Say that masses are read as those of one where their header does not say so, and there are more of a row."""
    table = part.table
    several = any(way == STATED and count not in {1.0, None}
                  for way, count in zip(part.masses.ways, part.quantities.counted, strict=True))  # fmt: skip
    if not several or not is_open(table, part.layout):
        return ""
    place = table.sheet.place(table.header.bottom)
    return message("import-mass-of-one", lang, place=place, column=table.caption("mass"))


def _placed(part: Part, lang: str) -> str:
    """Say which rows tell another quantity than how many designators they name, where most do not."""
    table, counted = part.table, part.quantities.counted
    continued = [at for at, rule in part.out.items() if rule == CONTINUED]
    known = table.columns.get("designator", ())[:1]
    for column in known or (at for at in table.header.unused if are_named(table.column(at))):
        found = [one for one in contrary(table.column(column), counted, continued) if one[0] not in part.out]
        if found and (known or 2 * len(found) < len(part.kept)):
            at, count = found[0]
            rows = ranges([table.at[at] + 1 for at, _ in found])
            place = table.sheet.place(table.at[at], column)
            return message("import-places", lang, place=place, told=_number(counted[at] or 0.0), found=count, rows=rows)
    return ""


def _seen(part: Part, lang: str) -> Iterator[str]:
    """Yield what a sheet hides, or cannot tell."""
    sheet = part.table.sheet
    if sheet.is_blind:
        yield message("import-blind", lang, file=sheet.file)
    if not sheet.visible:
        yield message("import-hidden", lang, place=Place(sheet.file, sheet.name))
    header = sheet.place(part.table.header.bottom)
    if part.quantities.are_pieces:
        yield message("import-pieces", lang, place=header)
    if weighs(part.table, part.layout):
        yield message("import-weighed", lang, place=header, column=part.table.caption("quantity"))
    count = part.block.quantity or 1.0
    if count != 1 and part.quantities.is_divided:
        said = part.block.said["base_quantity"].place
        yield message("import-base-above", lang, place=said, count=_number(count))
    hidden = [at + 1 for at in part.table.at if at + 1 in sheet.hidden] if sheet.hidden else []
    if hidden:
        yield message("import-hidden-rows", lang, place=Place(sheet.file, sheet.name), rows=ranges(hidden))
    struck = [*_struck(part)] if sheet.struck else []
    if struck:
        yield message("import-struck-rows", lang, place=Place(sheet.file, sheet.name), rows=ranges(struck))


def _struck(part: Part) -> Iterator[int]:
    """Yield the numbers of the rows that may be lines, and whose code, name or quantity is struck through."""
    named = [column_letters(at) for field in ("code", "name", "quantity") for at in part.table.columns.get(field, ())]
    for at in part.kept:
        row = part.table.at[at] + 1
        if at not in part.out and any(f"{letters}{row}" in part.table.sheet.struck for letters in named):
            yield row


def _told(problems: Sequence[Problem], lang: str) -> Iterator[str]:
    """Say what stands in the way of rows, each kind once with the rows that it is of."""
    kinds: dict[object, list[Problem]] = {}
    for found in problems:
        place = found.place
        where = (place.file, place.sheet, place.cell.rstrip("0123456789")) if isinstance(place, Place) else place
        kinds.setdefault((found.code, where, *map(str, found.facts.values())), []).append(found)
    for same in [*kinds.values()][:_SHOWN]:
        text = same[0].text(lang)
        cells = [each.place.cell for each in same if isinstance(each.place, Place)]
        one = len(same) == 1
        yield text if one else message("import-in-rows", lang, said=text, count=len(same), cells=_some(cells))
    if len(kinds) > _SHOWN:
        yield message("import-more", lang, count=sum(map(len, [*kinds.values()][_SHOWN:])))


def _number(value: float) -> str:
    return f"{value:.10g}"


def sums(rows: Iterable[Row]) -> dict[str, float]:
    """Return the sum of the quantities by unit, every line with a place once."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if isinstance(row.quantity, float) and row.line.parent != levels.LOST:
            found.setdefault(row.unit, []).append(row.quantity)
    return {unit: added(each) for unit, each in found.items()}
