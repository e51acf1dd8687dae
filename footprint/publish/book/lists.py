"""The sheets that only list: rules, account."""

from __future__ import annotations

from footprint.publish.book.parts import Entry, Row, heads, number
from footprint.publish.wording import Words, code, figure
from footprint.tables.write import Cell, SheetSpec

STATES = ("used", "merged", "excluded", "rejected")


def rules_sheet(document: Entry, words: Words) -> SheetSpec:
    """Return clauses with their outcome, parameters, assumptions and gaps."""
    w = words
    rows: list[Row] = [[Cell(w("sheet-rules"), "title")], []]
    rows.append(heads(w(c) for c in ("outcome", "requirement", "seen", "clause", "status", "cell")))
    for c in document["clauses"]:
        texts = (w.text(c["sentence"]), w.text(c["seen"]), f"{c['source']} {c['clause']}".strip())
        rows.append(
            [
                Cell(w.of("outcome", c["outcome"])),
                *(Cell(text, "wrap") for text in texts),
                Cell(w.of("status", c["status"])),
                Cell(", ".join(c["cells"]), "wrap"),
            ]
        )
    rows += _benchmarks(document, w)
    rows += [
        [],
        [Cell(w("parameters"), "section", span=4)],
        heads(w(c) for c in ("parameter", "value", "unit", "clause", "status")),
    ]
    for p in document["study"]["parameters"]:
        rows.append(
            [
                Cell(w.text(p["title"]), "wrap"),
                Cell(w.text(p.get("words")) or p["value"], "fixed"),
                Cell(p["unit"]),
                Cell(f"{p['source']} {p['clause']}".strip()),
                Cell(w.of("status", p["status"])),
            ]
        )
    rows += _statements(document, w)
    rows += _allocations(document, w)
    rows += [[], [Cell(w("assumptions"), "section", span=4)]]
    rows += [[Cell(a["cell"], "key"), Cell(w.text(a["text"]), "plain")] for a in document["assumptions"]]
    rows += [[], [Cell(w("gaps"), "section", span=4)], heads(w(c) for c in ("cell", "name", "why", "amount", "unit"))]
    rows += [
        [
            Cell(g["cell"], "key"),
            Cell(w.text(g["title"]), "wrap"),
            Cell(w.text(g["why"]), "wrap"),
            number(g["amount"], "fixed"),
            Cell(g["unit"]),
        ]
        for g in document["completeness"]["gaps"]
    ]
    return SheetSpec(w("sheet-rules"), rows, (30, 56, 44, 18, 14, 30), freeze=(3, 0), heights={0: 26})


def _benchmarks(document: Entry, w: Words) -> list[Row]:
    """Return the rows of what the result is held against, none where the rules name nothing."""
    marks = document.get("benchmarks", ())
    if not marks:
        return []
    rows: list[Row] = [[], [Cell(w("benchmarks"), "section", span=4)]]
    rows.append(heads(w(c) for c in ("outcome", "benchmark", "seen", "clause", "status")))
    for m in marks:
        told = "\n".join(filter(None, (w.text(m["title"]), w.text(m["test"]), w.text(m["todo"]))))
        texts = (told, w.text(m["seen"]), f"{m['source']} {m['clause']}".strip())
        rows.append([Cell(w.of("mark", m["outcome"])), *(Cell(text, "wrap") for text in texts),
                     Cell(w.of("status", m["status"]))])  # fmt: skip
    return rows


def _statements(document: Entry, w: Words) -> list[Row]:
    """Return what the rules say and nothing computes, none where they say nothing."""
    said = document["study"].get("statements", ())
    if not said:
        return []
    rows: list[Row] = [[], [Cell(w("statements"), "section", span=4)]]
    rows.append(heads(w(c) for c in ("topic", "statement", "clause", "status")))
    for s in said:
        cited = f"{s['source']} {s['clause']}".strip()
        rows.append([Cell(w.text(s["title"])), Cell(w.text(s["sentence"]), "wrap"), Cell(cited, "wrap"),
                     Cell(w.of("status", s["status"]))])  # fmt: skip
    return rows


def _allocations(document: Entry, w: Words) -> list[Row]:
    """Return how processes with co-products share, one row per output; nothing where there are none."""
    shared = document.get("allocations", [])
    if not shared:
        return []
    captions = ("allocated-output", "reason", "allocated-property", "share", "amount", "cell")
    rows: list[Row] = [[], [Cell(w("allocations"), "section", span=4)], heads(w(c) for c in captions)]
    return rows + [_allocated(a, output, w) for a in shared for output in a["outputs"]]


def _allocated(process: Entry, output: Entry, w: Words) -> Row:
    """Return what one output of a process bears, and why."""
    replaces = f" ({w('allocated-replaces')} {code(output['substitute'])})" if output["substitute"] else ""
    cited = "; ".join(part for part in (process["step"], process["source"], process["clause"]) if part)
    told = f"{w.text(process['title'])}: {w.text(process['reason'])}{f' ({cited})' if cited else ''}"
    why = "\n".join(part for part in (told, w.text(process.get("seen"))) if part)
    return [
        Cell(f"{process['process']}: {output['flow']}{replaces}", "wrap"),
        Cell(why, "wrap"),
        Cell() if output["property"] is None else _with_unit(output["property"], output["property_unit"], w),
        Cell() if output["share"] is None else number(output["share"], "fixed"),
        _with_unit(output["amount"], output["unit"], w),
        Cell(", ".join((output["cell"], *output["own"])), "wrap"),
    ]


def _with_unit(value: float, unit: str, w: Words) -> Cell:
    """Return a number with its unit as text."""
    return Cell(f"{figure(value)} {w.unit(unit)}".strip())


def account_sheet(document: Entry, words: Words) -> SheetSpec:
    """Return what became of every row, and the rows left out with their rule."""
    w = words
    rows: list[Row] = [[Cell(w("sheet-account"), "title")], [Cell(w("account-note"), "key")], []]
    rows.append(heads((w("sheet"), *(w(f"state-{s}") for s in STATES))))
    rows += [
        [Cell(counts["sheet"]), *(Cell(float(counts[s]), "number") for s in STATES)]
        for counts in document["account"]["counts"]
    ]
    rows += [
        [],
        [Cell(w("excluded"), "section", span=4)],
        heads(w(c) for c in ("cell", "name", "rule", "clause", "reason", "cut-off-estimate", "share-absolute")),
    ]
    rows += [
        [Cell(e["cell"], "key"), Cell(w.named(e)), Cell(e["rule"]), Cell(e["clause"]), Cell(w.text(e["reason"])),
         Cell(e.get("estimate"), "fixed"), Cell(e.get("share"), "fixed", number_format="0.0%")]
        for e in document["excluded"]
    ]  # fmt: skip
    rows += [[], [Cell(w("account"), "section", span=4)], heads(w(c) for c in ("cell", "status", "why"))]
    rows += [
        [Cell(r["cell"], "key"), Cell(w.of("state", r["state"])), Cell(w.text(r["why"]))]
        for r in document["account"]["rows"]
    ]
    return SheetSpec(w("sheet-account"), rows, (22, 36, 24, 14, 60), heights={0: 26})
