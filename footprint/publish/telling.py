"""The words in which one row is followed to the declared number."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from footprint.messages import label
from footprint.publish import trace
from footprint.publish.behind import uncertain
from footprint.publish.chain import chain_of, per_run
from footprint.publish.finding import Found, row_of
from footprint.publish.scored import scored
from footprint.publish.wording import Words, columns_of, declared, entered, figure, gas, number, percent

Entry = Mapping[str, Any]
MOST, MANY = 8, 6
_CAPTION, _NUMBER = 14, 14
_UNUSED = frozenset({"cell-unused", "recycled-unused"})


class Teller:
    """Tells what a declaration says of a row, in one language."""

    def __init__(self, document: Entry, lang: str, variables: Sequence[Entry] = ()) -> None:
        self.document, self.lang, self.w = document, lang, Words(lang)
        self.variables = variables
        self.chain = chain_of(document)
        self.names = {a["id"]: a["name"] for a in document["activities"]}
        self.units = {a["id"]: a["unit"] for a in document["activities"]}
        self.supply = {a["id"]: a["supply"] for a in document["activities"]}
        self.datasets = {d["key"]: d for d in document["datasets"]}
        self.whole = math.fsum(abs(e["value"]) for e in document["ledger"])
        self.unit = gas(document["result"]["unit"])
        self.told: set[str] = set()
        self.traced = trace.traced(document, self.w)
        self.scored = scored(document, self.w)

    def tell(self, address: str, found: Found) -> str:
        """Return the whole story of ``address``; of a row with many postings, all in short and the largest in full."""
        ranked = sorted(found.postings, key=lambda e: -abs(e["value"]))
        many = len(ranked) > MANY
        parts: list[Iterator[str]] = [self._head(address, found)]
        parts += [self._flow(f) for f in found.flows]
        parts += [self._list([(self.w.named(e), e["value"], e["id"]) for e in ranked])] if many else []
        parts += [self._posting(e) for e in (ranked[:1] if many else found.postings)]
        parts += [self._left_out(found)] if found.gaps or found.excluded else []
        parts += [self._around(found), self._exported(address)]
        texts = ["\n".join(part) for part in parts]
        return "\n\n".join(text for text in texts if text) + "\n"

    def _head(self, address: str, found: Found) -> Iterator[str]:
        yield " · ".join(filter(None, (address, found.name)))
        for state in found.states:
            yield self._line(
                "row", " · ".join(filter(None, (self.w.of("state", state["state"]), self.w.text(state["why"]))))
            )
        for row in found.assumptions:
            if row["code"] in _UNUSED and address in row["cell"].split(", "):
                yield self._line("cell", " · ".join((self.w("counts-unused"), self.w.text(row["text"]))))
        for field in found.fields:
            yield self._line(
                "field", f"{self.w.text(field['title'])} = {self.w.value(field)} {self.w.unit(field['unit'])}"
            )
        if len(found.postings) > 1:
            value = math.fsum(e["value"] for e in found.postings)
            yield self._line(
                "together", self.w("explain-together-is", n=len(found.postings), value=f"{number(value)} {self.unit}")
            )

    def _posting(self, entry: Entry) -> Iterator[str]:
        stages = {s["id"]: s["title"] for s in self.document["study"]["stages"]}
        stage = self.w.text(stages.get(entry["stage"])) or entry["stage"]
        yield f"[{entry['id']}] {self.w.named(entry)} · {stage}"
        yield from self._amount(entry, self.names[entry["activity"]])
        yield from self._rule(entry)
        if "stands_in" in entry:
            told = entry["stands_in"]
            yield self._line("estimate", f"{self.w.text(told['title'])} ({told['gap']})", told["cell"])
            yield from self._note(told["reason"])
            yield from self._note(told["source"])
        yield from self._supplied(entry["activity"])
        yield from self._factor(entry)
        for side, told in enumerate(self.scored.get(entry["id"], ())):
            yield self._line("" if side else "quality", told)
        yield from self._uncertain(entry)
        yield from self._result(entry)

    def _amount(self, entry: Entry, parent: str) -> Iterator[str]:
        told = entry["entered"]
        value = f"{entered(told['value'])} {self.w.unit(told['unit'])}".strip()
        yield self._line("entered", value, told["cell"], self._basis(entry))
        for line in self.traced.get(entry.get("evidence", ""), ()):
            yield from self._note(line)
        for step in entry["steps"]:
            yield self._line("", f"× {entered(step['factor'])}  {self.w.text(step['title'])}", step["cell"])
        amount = f"{figure(entry['amount'])} {self.w.unit(entry['unit'])}".strip()
        yield self._line("amount", f"= {amount}  {self.w('explain-per-run', name=parent)}")

    def _uncertain(self, entry: Entry) -> Iterator[str]:
        """Tell how far the numbers of a line may be off, and what share of the variance each carries."""
        for each in uncertain(self.document, entry, self.variables):
            kinds = (self.w(f"variable-{each['basis']}"), self.w(f"distribution-{each['distribution']}"))
            dof = "" if each.get("dof") is None else f"ν = {entered(each['dof'])}"
            told = f"u = {100 * each['deviation']:.3g} % ({', '.join(filter(None, (*kinds, dof)))})"
            share = self.w("explain-variance-is", share=percent(each["share"]))
            yield self._line("uncertainty", f"{told}; {share}", each["id"])

    def _basis(self, entry: Entry) -> str:
        if "basis" not in entry:
            return ""
        titles = {b["id"]: b["title"] for b in self.document["result"]["by_basis"]}
        basis = self.w.text(titles.get(entry["basis"])) or self.w.of("basis", entry["basis"])
        return ", ".join(filter(None, (basis, entry["evidence"])))

    def _rule(self, entry: Entry) -> Iterator[str]:
        if entry["coefficient"] != 1 or entry["rule"]:
            yield self._line("coefficient", f"× {entered(entry['coefficient'])}")
        yield from self._computed(entry)
        if entry["rule"]:
            yield self._line("rule", f"{entry['rule']} {entry['clause']}".strip())
            yield from self._note(self.w.text(entry["reason"]))

    def _computed(self, entry: Entry) -> Iterator[str]:
        """Tell the formulas behind the coefficient of a derived line, and behind its amount in another unit."""
        if "term" in entry:
            yield from self._note(f"= {self.w.computed(entry['term']['coefficient'])}")
            if entry["term"]["per"] is not None:
                yield self._line("per-unit", self.w.computed(entry["term"]["per"]))

    def _supplied(self, activity: str) -> Iterator[str]:
        """Tell how often an activity runs, and from whom the demand comes, up to the product; the latter once."""
        yield self._line(
            "supply", f"{number(self.supply[activity])}  {self.w('explain-runs', name=self.names[activity])}"
        )
        seen: set[str] = set()
        at: str | None = None if activity in self.told else activity
        self.told.add(activity)
        while at is not None:
            seen.add(at)
            into = [f for f in self.document["flows"] if f["child"] == at]
            into.sort(key=lambda f: -abs(self.supply[f["parent"]] * per_run(f)))
            yield from self._parents(at, into)
            at = next((f["parent"] for f in into if f["parent"] not in seen), None)

    def _parents(self, activity: str, into: Sequence[Entry]) -> Iterator[str]:
        demand = self.document["demand"]
        if demand["activity"] == activity:
            unit = self.document["declared_unit"]
            per = f"{entered(unit['amount'])} {self.w.unit(unit['unit'])}"
            yield self._line(
                "", f"  {self.names[activity]} ← {self.w('explain-demand', amount=number(demand['amount']), per=per)}"
            )
        for flow in into[:MOST]:
            parent, runs = self.names[flow["parent"]], self.supply[flow["parent"]]
            terms = (number(runs), entered(flow["coefficient"]), figure(flow["amount"]))
            product = f"{' × '.join(terms)} = {number(runs * per_run(flow))}"
            loop = " ⟲" if flow["parent"] in self.chain.loop_of(activity) else ""
            yield self._line("", f"  {self.names[activity]} ← {parent}{loop}: {product}", flow["cell"])
        if len(into) > MOST:
            yield self._line("", "  " + self.w("others", n=len(into) - MOST))

    def _factor(self, entry: Entry) -> Iterator[str]:
        unit = self.w.unit(entry["unit"])
        per = f"{self.unit} / {unit}" if unit else self.unit
        name = f"{self.w.text(entry['target_name'])} ({entry['target']})"
        yield self._line("factor", f"× {figure(entry['factor'])} {per}  {name}")
        dataset = self.datasets.get(entry["target"])
        if dataset is None:
            yield from self._note(", ".join(self.w.of("status", s) for s in entry["statuses"]))
            return
        facts = (
            self.w.of("status", dataset["status"]), dataset["region"], dataset["period"],
            self.w.of("scope", dataset["boundary"]), dataset["gwp_set"],
        )  # fmt: skip
        yield from self._note(", ".join(filter(None, facts)))
        yield from self._note(dataset["citation"])
        if dataset["proxy"]:
            yield from self._note(f"{self.w('proxy')}: {dataset['proxy']}")
        for gap in dataset["gaps"]:
            amount = f"{figure(gap['amount'])} {gap['unit']} / {dataset['unit']}"
            yield from self._note(f"{self.w('of-gap')}: {self.w.text(gap['name'])}, {amount}")

    def _result(self, entry: Entry) -> Iterator[str]:
        terms = (
            number(entry["supply"]),
            entered(entry["coefficient"]),
            figure(entry["amount"]),
            figure(entry["factor"]),
        )
        yield self._line("posting", f"{' × '.join(terms)} = {number(entry['value'])} {self.unit}")
        yield self._line("share", self._share(entry["value"]))

    def _share(self, value: float) -> str:
        result, unit = self.document["result"], self.document["declared_unit"]
        whole = f"{'≥ ' if result['lower_bound'] else ''}{declared(result['declared'])} {self.unit}"
        per = f"{'' if unit['amount'] == 1 else entered(unit['amount']) + ' '}{self.w.unit(unit['unit'])}"
        of_total = percent(value / result["total"]) if result["total"] else percent(None)
        of_absolute = percent(abs(value) / self.whole) if self.whole else percent(None)
        return self.w("explain-share-is", share=of_total, total=f"{whole} / {per}", absolute=of_absolute)

    def _flow(self, flow: Entry) -> Iterator[str]:
        """Tell an assembly: how much of it is needed, and what it carries."""
        child = flow["child"]
        yield f"{self.names[flow['parent']]} → {self.names[child]}"
        yield from self._amount(flow, self.names[flow["parent"]])
        if flow["coefficient"] != 1:
            yield self._line("coefficient", f"× {entered(flow['coefficient'])}")
        yield from self._supplied(child)
        carried = self.chain.carried(flow, self.supply)
        if not math.isfinite(carried):
            yield self._line("carries", self.w("chain-none"))
            return
        yield self._line("carries", f"{number(carried)} {self.unit}; {self._share(carried)}")
        yield from self._made_of(child, self.supply[flow["parent"]] * per_run(flow))

    def _made_of(self, activity: str, runs: float) -> Iterator[str]:
        parts = [(self.w.named(e), e["value"], e["cell"]) for e in self.document["ledger"] if e["activity"] == activity]
        share = runs / self.supply[activity] if self.supply[activity] else 0.0
        told = [(name, share * value, cell) for name, value, cell in parts]
        told += [
            (f"{self.names[f['child']]} ▸", runs * per_run(f) * self.chain.intensity[f["child"]], f["cell"])
            for f in self.document["flows"]
            if f["parent"] == activity
        ]
        told.sort(key=lambda part: -abs(part[1]))
        yield from self._list(told)

    def _list(self, told: Sequence[tuple[str, float, str]]) -> Iterator[str]:
        """Tell the first contributions of a list that begins with the largest, and the sum of the others."""
        for name, value, cell in told[:MOST]:
            yield self._line("", f"{number(value):>{_NUMBER}}  {name}", cell)
        if len(told) > MOST:
            rest = math.fsum(value for _, value, _ in told[MOST:])
            yield self._line("", f"{number(rest):>{_NUMBER}}  {self.w('others', n=len(told) - MOST)}")

    def _left_out(self, found: Found) -> Iterator[str]:
        for gap in found.gaps:
            yield self._line("gap", f"{self.w.text(gap['title'])}: {number(gap['amount'])} {self.w.unit(gap['unit'])}")
            yield from self._note(self.w.text(gap["why"]))
            yield from self._note(self.w("explain-gap-low" if gap["non_negative"] else "explain-gap-open"))
        for row in found.excluded:
            yield self._line("left-out", f"{row['rule']} {row['clause']}".strip())
            yield from self._note(self.w.text(row["reason"]))

    def _around(self, found: Found) -> Iterator[str]:
        if values := [entry["value"] for entry in found.used_by if "value" in entry]:
            moved = math.fsum(map(abs, values))
            share = percent(moved / self.whole) if self.whole else percent(None)
            total = f"{number(math.fsum(values))} {self.unit}"
            yield self._line("behind", self.w("explain-behind-is", n=len(values), value=total, share=share))
        for entry in found.used_by[:MOST]:
            value = f" {number(entry['value'])} {self.unit}" if "value" in entry else ""
            yield self._line("used-by", f"{self.w.named(entry)}{value}", entry["cell"])
        if len(found.used_by) > MOST:
            yield self._line("", self.w("others", n=len(found.used_by) - MOST))
        for row in found.assumptions:
            yield self._line("assumption", self.w.text(row["text"]), row["cell"])
        for clause in found.clauses:
            outcome = self.w.of("outcome", clause["outcome"])
            source = f"{clause['source']} {clause['clause']}".strip()
            yield self._line("looked-at", f"{outcome}: {self.w.text(clause['sentence'])} [{source}]")

    def _exported(self, address: str) -> Iterator[str]:
        """Yield the cells of the export that the row was imported from."""
        here = row_of(address)
        for entry in self.document.get("exported", ()):
            if row_of(entry["cell"]) == here:
                cells = (f"{label(f'import-{key}', self.lang)} = {cells}" for key, cells in entry["cells"].items())
                yield self._line("exported", "; ".join((f"{entry['file']}:{entry['sheet']}", *cells)))

    def _line(self, code: str, text: str, *aside: str) -> str:
        caption = self.w(f"explain-{code}") if code else ""
        tail = "".join(f"  [{part}]" for part in aside if part)
        return f"  {_padded(caption, _CAPTION)}{text}{tail}".rstrip()

    def _note(self, text: str) -> Iterator[str]:
        if text:
            yield self._line("", f"  {text}")


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - columns_of(text))
