"""A rule file in words, topic by topic, from the trees that run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.messages import label
from footprint.model.expressions import Node
from footprint.model.fields import Field
from footprint.model.pcr import MATRIX, Check, Cited, Parameter, Pcr, Rule, Scenario, Statement, Text
from footprint.rules.expressions import names
from footprint.rules.load import words_of
from footprint.rules.sentences import sentence
from footprint.rules.used import nodes
from footprint.rules.vocabulary import Word, entries, terms

_OTHER = "other"
_COMMA = {"zh": "、", "en": ", "}
Told = tuple[str, str]
"""Topic, and what is said under it."""


def shown(pcr: Pcr, lang: str) -> str:
    """Return every part of ``pcr`` as sentences with clause, source and status, under its topic."""
    by_topic: dict[str, list[str]] = {}
    for topic, told in _Teller(pcr, lang).parts():
        by_topic.setdefault(topic or _OTHER, []).append(told)
    titles = topics(lang)
    lines = [*_head(pcr, lang)]
    for topic in titles:
        if topic in by_topic:
            lines += ["", f"## {titles[topic]}", *by_topic[topic]]
    return "\n".join(lines)


def topics(lang: str) -> dict[str, str]:
    """Return the topics of rule files by id, and what belongs to none."""
    listed = {e.name: e.zh if lang == "zh" else e.en for e in entries() if e.kind == "topic"}
    return {**listed, _OTHER: label("rules-other", lang)}


def untold(pcr: Pcr) -> tuple[str, ...]:
    """Return the topics under which ``pcr`` says nothing."""
    told = {topic for topic, _ in _Teller(pcr, "en").parts()}
    return tuple(topic for topic in terms("topic") if topic not in told)


def _head(pcr: Pcr, lang: str) -> Iterator[str]:
    yield f"{pcr.id} {pcr.version}  {pcr.title[lang]}  [{_status(pcr.status.value, lang)}]"
    yield pcr.scope[lang]
    if len(pcr.layers) > 1:
        yield label("rules-layers", lang) + ": " + " → ".join(pcr.layers)
    yield f"{label('rules-gwp', lang)}: {pcr.gwp_set}; {label('rules-headline', lang)}: {pcr.headline}"
    rounded = f"; {label('rules-round-to', lang)} {pcr.round_to:g} kg CO2e" if pcr.round_to else ""
    tolerance = f"{label('rules-mass-tolerance', lang)}: {pcr.mass_tolerance:.6g}"
    yield f"{label('rules-figures', lang)}: {pcr.figures}{rounded}; {tolerance}"
    for document in pcr.sources:
        yield f"[{document.id}] {document.title}  [{_status(document.status.value, lang)}]"


def _status(status: str, lang: str) -> str:
    return label(f"report-status-{status}", lang)


class _Teller:
    """Says the parts of one file in one language."""

    def __init__(self, pcr: Pcr, lang: str) -> None:
        self.pcr = pcr
        self.lang = lang
        self.words: Mapping[str, Word] = words_of(pcr)
        self.asked = {name for node in nodes(pcr) for name in names(node)}

    def parts(self) -> Iterator[Told]:
        """Yield every part with its topic, in the order of the file."""
        for class_ in self.pcr.classes:
            yield "scope", self.said(class_.id, class_.title[self.lang], class_.when, class_.cited)
        yield from self.units()
        yield from self.stages()
        yield from ((s.topic, self.statement(s)) for s in self.pcr.statements)
        yield from ((p.topic, self.parameter(p)) for p in self.pcr.parameters)
        yield from self.settings()
        yield from ((s.topic, self.scenario(s)) for s in self.pcr.scenarios)
        yield from ((r.topic, self.rule(r)) for r in self.pcr.rules)
        yield from ((c.topic, self.check(c)) for c in self.pcr.checks)
        for benchmark in self.pcr.benchmarks:
            told = self.said(benchmark.id, benchmark.title[self.lang], benchmark.test, benchmark.cited)
            yield "benchmark", told + self.todo(benchmark.todo)
        yield from (("", self.field(f)) for f in self.pcr.fields)

    def sentence(self, node: Node) -> str:
        """Return an expression in words."""
        return sentence(node, self.lang, self.words)

    def cited(self, cited: Cited) -> str:
        """Return where a part stands."""
        return f"({cited.clause}; {cited.source}; {_status(cited.status.value, self.lang)})"

    def said(self, id_: str, text: str, node: Node | None, cited: Cited) -> str:
        """Return a part: its name, its text, what it computes, where it stands."""
        computed = "" if node is None else f": {self.sentence(node)}"
        return f"- {id_}{computed}\n    {text}  {self.cited(cited)}"

    def statement(self, statement: Statement) -> str:
        """Return what the rules say, and that nothing computes or tests it."""
        told = self.said(statement.id, statement.sentence[self.lang], None, statement.cited)
        return f"{told}\n    {label('rules-not-computed', self.lang)}"

    def todo(self, text: Text | None) -> str:
        """Return what is to be looked up, if anything is."""
        return "" if text is None else f"\n    {label('rules-todo', self.lang)}: {text[self.lang]}"

    def units(self) -> Iterator[Told]:
        """Yield functional unit, declared units and reference flows."""
        unit = self.pcr.functional_unit
        if unit is not None:
            asked = (unit.what, unit.how_much, unit.how_well, unit.how_long)
            text = "; ".join(part[self.lang] for part in asked)
            yield "unit", f"- {label('rules-functional-unit', self.lang)}\n    {text}  {self.cited(unit.cited)}"
        for declared in self.pcr.declared_units:
            yield "unit", self.said(declared.id, declared.title[self.lang], declared.amount, declared.cited)
            if declared.reference_flow[self.lang]:
                yield "reference-flow", f"- {declared.id}: {declared.reference_flow[self.lang]}"

    def stages(self) -> Iterator[Told]:
        """Yield stages, boundaries and subtotals."""
        titles = {s.id: s.title[self.lang] for s in self.pcr.stages}
        for stage in self.pcr.stages:
            must = label("rules-mandatory" if stage.mandatory else "rules-optional", self.lang)
            module = f" [{stage.module}]" if stage.module else ""
            yield "stages", f"- {stage.id}{module}: {stage.title[self.lang]} ({must})"
        for part in self.pcr.boundaries:
            listed = _COMMA[self.lang].join(titles[s] for s in part.stages)
            yield "boundary", f"- {part.id}: {part.title[self.lang]} ({listed})  {self.cited(part.cited)}"
        for total in self.pcr.subtotals:
            listed = _COMMA[self.lang].join(titles[s] for s in total.stages)
            yield "report", f"- {total.id}: {total.title[self.lang]} ({listed})  {self.cited(total.cited)}"
        for kind, named in (("components", self.pcr.components), ("materials", self.pcr.materials)):
            listed = _COMMA[self.lang].join(f"{n.title[self.lang]} ({n.id})" for n in named)
            if listed:
                yield "boundary", f"- {label('rules-' + kind, self.lang)}: {listed}"

    def settings(self) -> Iterator[Told]:
        """Yield allocation, cut-off, data quality and electricity."""
        allocation = self.pcr.allocation
        if allocation is not None and allocation.ignore_below is not None:
            ignored = label("rules-ignore-below", self.lang)
            yield "allocation", f"- {ignored}: {self.sentence(allocation.ignore_below)}"
        for step in allocation.steps if allocation is not None else ():
            method = self.term("method", step.method)
            text = f"→ {method}. {step.reason[self.lang]}"
            yield "allocation", self.said(step.id, text, step.when, step.cited)
        if self.pcr.cut_off is not None:
            yield "cut-off", f"- {self.pcr.cut_off.reason[self.lang]}  {self.cited(self.pcr.cut_off.cited)}"
        yield from self.data_quality()
        electricity = self.pcr.electricity
        accepted = _COMMA[self.lang].join(self.term("supply", s) for s in sorted(electricity.accepted))
        criteria = _COMMA[self.lang].join(self.term("criterion", c) for c in sorted(electricity.criteria))
        untracked = self.term("untracked", electricity.untracked)
        told = label("rules-electricity", self.lang).format(accepted=accepted, criteria=criteria, untracked=untracked)
        yield "electricity", f"- {told}  {self.cited(electricity.cited)}"

    def data_quality(self) -> Iterator[Told]:
        """Yield how data are rated."""
        asked = self.pcr.data_quality
        if asked is not None:
            facts = {"scheme": self.term("scheme", asked.scheme), "cover": f"{asked.most_relevant:.0%}"}
            told = label("rules-data-quality", self.lang).format(**facts)
            if asked.matrix != MATRIX:
                told += label("rules-matrix", self.lang).format(matrix=self.term("matrix", asked.matrix))
            if asked.needs:
                told += label("rules-needs", self.lang).format(checks=", ".join(asked.needs))
            yield "data-quality", f"- {told}  {self.cited(asked.cited)}"
        closure = self.pcr.closure
        if closure is not None:
            told = label("rules-closure", self.lang).format(closure=f"{closure.within:.4g}")
            yield "data-quality", f"- {told}  {self.cited(closure.cited)}"

    def term(self, kind: str, name: str) -> str:
        """Return the caption of a term of the vocabulary."""
        entry = next(e for e in entries() if (e.kind, e.name) == (kind, name))
        return entry.zh if self.lang == "zh" else entry.en

    def field(self, field: Field) -> str:
        """Return a field of the Product sheet that the rules add, with its choices."""
        must = label("rules-mandatory" if field.required else "rules-optional", self.lang)
        unit = f" [{field.unit}]" if field.unit else ""
        options = _COMMA[self.lang].join(f"{field.option(word, self.lang)} ({word})" for word in field.options)
        listed = f": {options}" if options else ""
        return f"- product.{field.key}{unit}: {field.title(self.lang)} ({must}){listed}\n    {field.meaning(self.lang)}"

    def parameter(self, parameter: Parameter) -> str:
        """Return a parameter with every value and the days it is in force."""
        values = [f"{_value(d.value)}{_days(d.valid_from, d.valid_to)}" for d in parameter.values]
        unit = "" if parameter.unit == "-" else f" {parameter.unit}"
        idle = "" if f"parameter.{parameter.id}" in self.asked else f"\n    {label('rules-not-computed', self.lang)}"
        text = parameter.title[self.lang] + (": " + "; ".join(f"{v}{unit}" for v in values) if values else "")
        return self.said(f"parameter.{parameter.id}", text, None, parameter.cited) + idle + self.todo(parameter.todo)

    def scenario(self, scenario: Scenario) -> str:
        """Return a line that the rules add: when, how much of what."""
        what = scenario.dataset if scenario.gas is None else self.sentence(scenario.gas)
        amount = f"{scenario.name[self.lang]} = {self.sentence(scenario.amount)} [{scenario.unit}] {what}"
        told = self.said(scenario.id, scenario.reason[self.lang], scenario.when, scenario.cited)
        return f"{told}\n    → {scenario.stage}: {amount}"

    def rule(self, rule: Rule) -> str:
        """Return a rule with its verb and the lines it derives."""
        verb = self.term("verb", rule.verb) + (f" {rule.stage}" if rule.stage else "")
        head = f"- {rule.id} [{verb}]: {self.sentence(rule.when)}"
        derived = []
        for part in rule.derived:
            per = "" if part.per is None else f" × {self.sentence(part.per)} [{part.unit}/{part.of}]"
            where = f" ({part.stage})" if part.stage else ""
            told = f"    × {self.sentence(part.coefficient)}{per} → {part.dataset}: {part.title[self.lang]}{where}"
            derived.append(told)
        return "\n".join([head, *derived, f"    {rule.reason[self.lang]}  {self.cited(rule.cited)}"])

    def check(self, check: Check) -> str:
        """Return a clause: what it is tested on, what must hold."""
        told = self.said(check.id, check.sentence[self.lang], check.test, check.cited)
        asked = [(key, node) for key, node in (("when", check.when), ("for-each", check.for_each)) if node is not None]
        more = "".join(f"\n    {label(f'rules-{key}', self.lang)}: {self.sentence(node)}" for key, node in asked)
        return told + more


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _days(begins: object, ends: object) -> str:
    return f" ({begins or '…'} – {ends or '…'})" if begins or ends else ""
