"""What lines need besides their material, as rows of their own: proposed as candidates, or added to the BOM."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from footprint import units, words
from footprint.assigning import Choosing, Found
from footprint.filling import Filled, described
from footprint.intake.lines import Line
from footprint.matching.processing import PROCESSING, Proposed, proposals
from footprint.messages import label
from footprint.model.background import Dataset
from footprint.model.matched import How

PRODUCT = "product"


class Beside(NamedTuple):
    """A proposal for a line, under the id that its own line would have; ``dataset`` None: nothing that can be cited.

    ``caption``: of the sentence that says what it is: the thing itself, or a comparable one.
    """

    id: str
    line: Line
    proposed: Proposed
    dataset: Dataset | None
    caption: str

    def reason(self, lang: str) -> str:
        """Return what it is, in words."""
        return label(self.caption, lang).format(name=self.proposed.name(lang), line=self.line.id)


def besides(choosing: Choosing, found: Sequence[Found]) -> list[Beside]:
    """Return what is proposed for the lines of a workbook; what stands there as a line already is not."""
    best = {one.line.row.index: one.choices[0].key for one in found if one.choices}
    ids = {line.id for line in choosing.asking.lines}
    made = [
        beside for line in choosing.asking.lines
        if not line.is_made and line.row.text("role") != PROCESSING
        for beside in _of(choosing, line, best.get(line.row.index, ""))
    ]  # fmt: skip
    return [beside for beside in made if beside.id not in ids]


def _of(choosing: Choosing, line: Line, best: str) -> Iterator[Beside]:
    found = choosing.background.find(line.dataset) if line.dataset else ()
    dataset = found[0] if len(found) == 1 else choosing.dataset(best) if best else None
    number = 0
    for proposed in proposals(line.wanted, dataset):
        named = {"match-proposed": proposed.dataset, "match-least": proposed.least, "match-most": proposed.most}
        for caption, code in named.items():
            one = _only(choosing, code)
            if one is not None or caption == "match-proposed":
                number += 1
                yield Beside(f"{line.id}+{number}", line, proposed, one, caption)


def _only(choosing: Choosing, code: str) -> Dataset | None:
    found = choosing.background.find(code) if code else ()
    return found[0] if len(found) == 1 else None


def listed(choosing: Choosing, proposed: Sequence[Beside], lang: str) -> dict[str, list[Filled]]:
    """Return the rows of the Candidates sheet by line."""
    rows: dict[str, list[Filled]] = {}
    for one in proposed:
        rows.setdefault(one.line.id, []).append(_row(choosing, one, lang))
    return rows


def _row(choosing: Choosing, one: Beside, lang: str) -> Filled:
    kind, why = one.proposed.kind, one.reason(lang)
    if one.dataset is None:
        names = {f"name_{each}": one.proposed.name(each) for each in ("zh", "en")}
        return {"line": one.id, **names, "kind": kind, "reason": f"{why}; {label('match-uncited', lang)}"}
    return {**described(choosing, one.line, one.dataset.key, kind, why), "line": one.id}


def rows(choosing: Choosing, proposed: Sequence[Beside], lang: str) -> list[Filled]:
    """Return the lines of processing that can be counted: by mass, of lines whose mass is known."""
    made: list[Filled] = []
    for one in proposed:
        dataset, kg = one.dataset, _worked(choosing, one.line)
        if one.proposed.kind == PROCESSING and dataset and kg is not None and units.convertible(dataset.unit, "kg"):
            made.append(_line(choosing, one, dataset, kg, lang))
    return made


def _worked(choosing: Choosing, line: Line) -> float | None:
    """Return what is worked of a line per unit of its parent [kg]; None where amount, mass or loss are not known."""
    each, mass, drawn = line.each, line.wanted.mass, _drawn(choosing, line)
    return None if each is None or mass is None or drawn is None else each * mass * drawn


def _drawn(choosing: Choosing, line: Line) -> float | None:
    """Return what is worked per amount of a line [-]: what is lost is worked, too; None where nobody can tell how much.

    A gross amount holds its loss already; an empty loss states that there is none.
    """
    loss = line.row.number("loss")
    if line.row.place("loss").cell in line.row.table.refused:
        return None
    if not loss or choosing.asking.text("quantities") == "gross":
        return 1.0
    formula = choosing.asking.text("loss_formula")
    if formula == "divide" and loss < 1:
        return 1 / (1 - loss)
    return 1 + loss if formula == "multiply" else None


def _line(choosing: Choosing, one: Beside, dataset: Dataset, kg: float, lang: str) -> Mapping[str, str | float]:
    code, line = choosing.code(dataset.key), one.line
    name = f"{words.head(one.proposed.name(lang))} ({line.wanted.name})"
    return {
        "line": one.id, "parent": line.parent or PRODUCT, "name": name,
        "role": PROCESSING, "quantity": float(f"{kg:.12g}"), "unit": "kg", "dataset": code, "basis": "calculated",
        "matched_by": How.WORDS.value, "match_dataset": code, "match_reason": one.reason(lang),
    }  # fmt: skip
