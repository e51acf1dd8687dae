"""One process of openLCA: what it is run for, what it consumes, what it gives off, and how that is shared."""

from __future__ import annotations

from math import nan
from typing import Any, NamedTuple

from footprint.background.importers import olca_words as words
from footprint.background.importers.elementary import Elementary, Substance
from footprint.background.importers.inventory import NO_MAKER, Emission, Flow, Input, Process, Product
from footprint.background.importers.olca_flows import ELEMENTARY, KINDS, NO_UNIT, NOBODY, WASTE, Flows, Known
from footprint.background.importers.olca_impacts import GAS, Impacts
from footprint.background.importers.olca_package import Entity, Package, flag, id_in, id_of, number, part, parts, text
from footprint.background.importers.olca_sharing import Sharing, shared
from footprint.background.importers.olca_values import shared_values, values
from footprint.background.importers.unread import Moves
from footprint.errors import UnfitError
from footprint.model.bill import Notice

_OPEN = frozenset(("olca-unit", "olca-property"))
"""What an exchange says of its unit that cannot be: its amount is known all the same."""
_NO_FLOW = "olca-no-flow"
_UNKNOWN = Substance(NOBODY)
_OTHER = 1e-6
"""How far an amount may be beside what its formula comes to [-] before that is told."""


class Common:
    """What all processes of a package share.

    ``method``: name of the impact category to count with, "" for gases.
    """

    def __init__(self, package: Package, method: str) -> None:
        self.package, self.flows = package, Flows(package)
        self.elementary, self.quality = Elementary(), words.Quality(package)
        self.notices: list[Notice] = []
        self.scope = shared_values(package)
        self.protected = 0
        self.uncertain = sum(map(words.is_uncertain, package.all("Parameter").values()))
        self.impacts = Impacts(package, self.flows, method, self.scope) if method else None
        self._systems = {id_in(name): name for name in package.files.get("ProductSystem", ())}
        self._run_for: dict[str, str] = {}
        self._processes = {id_in(name): name for name in package.files.get("Process", ())}
        self._results = frozenset(map(id_in, package.files.get("Result", ())))
        self._given_out: dict[str, set[str]] = {}

    def process_of(self, provider: str) -> str:
        """Return the process that a product system is run for, "" for no product system; read when asked for."""
        if provider in self._systems and provider not in self._run_for:
            system = self.package.parsed(self._systems[provider])
            self._run_for[provider] = id_of(part(system, "refProcess", "referenceProcess"))
        return self._run_for.get(provider, "")

    def is_there(self, provider: str) -> bool:
        """Tell whether the package holds what an exchange names as its supplier."""
        return provider in self._processes or provider in self._systems or provider in self._results

    def is_made_by(self, flow: str, provider: str) -> bool:
        """Tell whether a process of the package gives out a flow, so that it does not take what others give out."""
        if provider not in self._given_out:
            file = self._processes.get(provider)
            rows = parts(self.package.parsed(file), "exchanges") if file else []
            self._given_out[provider] = {id_of(part(each, "flow")) for each in rows if _is_given_out(each)}
        return flow in self._given_out[provider]

    def tell(self, code: str, file: str, at: str = "", **facts: Any) -> None:
        """Take down what must be said of a file."""
        self.notices.append(Notice(code, self.package.bundle.place(file)._replace(sheet=at), facts))


class Moved(NamedTuple):
    """A product or waste that an exchange moves, by ``amount`` in the unit of its flow."""

    number: int
    known: Known
    amount: float
    entity: Entity

    @property
    def is_made(self) -> bool:
        """Whether the process makes it, or takes it as a waste: what others consume."""
        return flag(self.entity, "isInput", "input") == (self.known.kind == WASTE)

    @property
    def provider(self) -> str:
        """Id of who supplies it, or treats it."""
        return id_of(part(self.entity, "defaultProvider"))

    @property
    def is_avoided(self) -> bool:
        """Whether it stands for what others need not make."""
        return flag(self.entity, "isAvoidedProduct", "avoidedProduct")

    @property
    def is_reference(self) -> bool:
        """Whether the file says that the process is run for it."""
        return flag(self.entity, "isQuantitativeReference", "quantitativeReference")


class Reading:
    """One process under way."""

    def __init__(self, common: Common, file: str, entity: Entity) -> None:
        self.common, self.file, self.entity = common, file, entity
        self.name = text(entity, "name")
        self.scope = values(parts(entity, "parameters"), common.scope)
        common.uncertain += sum(map(words.is_uncertain, parts(entity, "parameters")))
        self.moved: list[Moved] = []
        self.moves, self.why = Moves(), list[UnfitError]()

    def process(self) -> Process:
        """Return the process; exchanges that cannot be read are left open."""
        exchanges = parts(self.entity, "exchanges")
        for at, exchange in enumerate(exchanges):
            self._read(at, exchange)
        self._read_impacts(len(exchanges))
        made = self._made()
        numbers = {each.number for each in made}
        inputs = tuple(self._input(each) for each in self.moved if each.number not in numbers and each.amount)
        products, method = self._products(made, [at for at in range(len(exchanges)) if at not in numbers])
        is_bare = len(exchanges) == len(made) and not self.moves.emissions
        return self._described(products, (*inputs, *self.moves.inputs), method)._replace(is_bare=is_bare)

    def _described(self, products: tuple[Product, ...], inputs: tuple[Input, ...], method: str) -> Process:
        entity, package, documentation = self.entity, self.common.package, part(self.entity, "processDocumentation")
        self.common.protected += flag(documentation, "isCopyrightProtected", "copyright")
        pedigree, said = self.common.quality.scores(text(entity, "dqEntry"), part(entity, "dqSystem"))
        return Process(
            id=id_of(entity) or self.file,
            name=self.name or id_of(entity),
            place=package.bundle.place(self.file),
            products=products,
            inputs=inputs,
            emissions=tuple(self.moves.emissions),
            why=tuple(self.why),
            location=package.code_of_place(part(entity, "location")),
            period=words.period(documentation),
            technology=text(documentation, "technologyDescription"),
            category="/".join(package.path(entity)),
            note=" ".join(filter(None, (words.note(entity, documentation), said))),
            citation=words.citation(documentation),
            pedigree=pedigree,
            is_result=text(entity, "processType") == "LCI_RESULT",
            method=method,
        )

    # --- exchanges

    def _read(self, at: int, exchange: Entity) -> None:
        """Take an exchange in; what cannot be read is left open."""
        try:
            known = self.common.flows.known(part(exchange, "flow"), part(exchange, "unit"))
            if known.kind == ELEMENTARY:
                self._give_off(at, known, exchange)
            else:
                self.moved.append(Moved(at, known, self._converted(known, exchange), exchange))
        except UnfitError as exc:
            self._leave(at, exchange, exc)

    def _leave(self, at: int, exchange: Entity, exc: UnfitError) -> None:
        """Leave an exchange open that cannot be read; a process without its product has no use."""
        try:
            known = self.common.flows.known(part(exchange, "flow"), part(exchange, "unit"))
        except UnfitError:
            known = Known(Flow("", text(part(exchange, "flow"), "name") or NOBODY, NO_UNIT), "", (_UNKNOWN, _UNKNOWN))
        if flag(exchange, "isQuantitativeReference", "quantitativeReference"):
            self.why.append(UnfitError(exc.code, _at(at, exchange), near=exc.near, **exc.facts))
            self.moved.append(Moved(at, known, nan, exchange))
        else:
            amount = self._amount(exchange) if exc.code in _OPEN else nan
            unit = text(part(exchange, "unit"), "name") if exc.code in _OPEN else ""
            adds = flag(exchange, "isInput", "input") != (known.kind in {WASTE, ELEMENTARY})
            sign = 1 if adds != flag(exchange, "isAvoidedProduct", "avoidedProduct") else -1
            self.moves.leave(at, known.flow.name, exc, _at(at, exchange), amount * sign, unit)

    def _amount(self, exchange: Entity) -> float:
        """Return what the formula of an exchange comes to, else its amount."""
        formula = text(exchange, "amountFormula", "formula")
        try:
            stated = number(exchange, "amount")
        except UnfitError:
            if not formula:
                raise
            stated = None
        if formula:
            return self._worked_out(formula, stated, exchange)
        if stated is None:
            raise UnfitError("inventory-number", text="-")
        return stated

    def _worked_out(self, formula: str, stated: float | None, exchange: Entity) -> float:
        """Return what a formula comes to; its amount where it cannot be worked out, which is told."""
        facts = {"formula": formula[:80], "amount": "-" if stated is None else f"{stated:.6g}"}
        try:
            found = self.scope.number(formula)
        except UnfitError as exc:
            if stated is None:
                raise
            self.common.tell("olca-formula-kept", self.file, _at(0, exchange), **facts, reason=exc)
            return stated
        if stated is not None and abs(found - stated) > _OTHER * max(abs(found), abs(stated)):
            self.common.tell("olca-formula-other", self.file, _at(0, exchange), **facts, found=f"{found:.6g}")
        return found

    def _converted(self, known: Known, exchange: Entity) -> float:
        """Return an amount in the unit of its flow."""
        return self.common.flows.amount(known, self._amount(exchange), exchange)

    def _give_off(self, at: int, known: Known, exchange: Entity) -> None:
        """Take an elementary flow in as a gas, or as its impact; it is counted in any case."""
        common, is_input = self.common, flag(exchange, "isInput", "input")
        substance = known.substances[is_input]
        if common.impacts is None:
            found = common.elementary.gas(substance)
            if found is not None:
                mass, unit = common.flows.mass(known, self._converted(known, exchange))
                self.moves.give(self._out(at, found.gas, mass, exchange), known.flow.name, unit, found.sign)
            return
        factor = common.impacts.factor(exchange, id_of(part(self.entity, "location")))
        if factor is None:
            common.elementary.others[substance] += 1
        else:
            common.elementary.mapped[substance, GAS] += 1
            self.moves.emissions.append(self._out(at, GAS, self._converted(known, exchange) * factor, exchange))

    def _out(self, at: int, gas: str, amount: float, exchange: Entity) -> Emission:
        spread = self.common.quality.spread(exchange, part(self.entity, "exchangeDqSystem"))
        return Emission(at, gas, amount, spread, _note(exchange), _at(at, exchange))

    def _read_impacts(self, at: int) -> None:
        """Take in the impacts of a result, which stand in place of its flows."""
        for each in parts(self.entity, "impactResults"):
            amount = number(each, "amount", "impactResults")
            if amount is None or self.common.impacts is None:
                raise UnfitError("inventory-number", "impactResults", text="-")
            self.moves.emissions.append(self._out(at, GAS, amount * self.common.impacts.scale, each))

    # --- products and inputs

    def _made(self) -> list[Moved]:
        """Return what the process is run for, the reference first."""
        stated = [each for each in self.moved if each.is_reference]
        also = [each for each in self.moved if self._is_product(each)]
        if not stated and len(also) != 1:
            return []
        first = (stated or also)[0]
        if not stated or len(stated) > 1:
            code = "olca-references" if stated else "olca-reference"
            self.common.tell(code, self.file, name=self.name, product=first.known.flow.name)
        elif not first.is_made:
            self.common.tell("olca-reference-against", self.file, name=self.name, product=first.known.flow.name)
        return list({each.number: each for each in (first, *stated, *also)}.values())

    def _is_product(self, each: Moved) -> bool:
        """Tell whether an exchange is a product; what goes out to who takes it, as old databases have it, is none.

        A supplier that makes the same itself takes nothing: openLCA makes a credit of what is marked as avoided alone.
        Nor does one that is not in the package: by the schema an output that is not avoided is a product.
        """
        if not each.is_made or each.amount <= 0 or each.known.kind not in KINDS:
            return False
        if each.is_avoided or each.provider == NOBODY:
            return False
        if not each.provider or each.is_reference:
            return True
        is_there = self.common.is_there(each.provider)
        if is_there and not self.common.is_made_by(id_of(part(each.entity, "flow")), each.provider):
            return False
        code = "olca-output-supplied" if is_there else "olca-output-absent"
        self.common.tell(code, self.file, _at(each.number, each.entity), name=self.name, product=each.known.flow.name)
        return True

    def _products(self, made: list[Moved], others: list[int]) -> tuple[tuple[Product, ...], str]:
        """Return each flow made once, with its share, and the method by which it is shared."""
        amounts: dict[str, tuple[Known, float]] = {}
        for each in made:
            flow = each.known.flow.id
            before = amounts[flow][1] if flow in amounts else 0.0
            amounts[flow] = each.known, before + (each.amount if each.is_made else -each.amount)
        sharing = shared(self.entity, tuple(amounts), others, self.scope) if amounts else Sharing((), ())
        for code, facts in sharing.remarks:
            self.common.tell(code, self.file, **facts)
        rows = zip(amounts.values(), sharing.shares, sharing.single, strict=True)
        products = (Product(known.flow, amount, share, single) for (known, amount), share, single in rows)
        return tuple(products), sharing.method

    def _input(self, each: Moved) -> Input:
        """Return what is consumed: negative where it is avoided, or goes out to the one who treats it."""
        amount = -each.amount if each.is_avoided or each.is_made else each.amount
        process = self.common.process_of(each.provider)
        if process:
            self.common.tell("olca-system", self.file, _at(each.number, each.entity), name=each.known.flow.name)
        spread = self.common.quality.spread(each.entity, part(self.entity, "exchangeDqSystem"))
        at = _at(each.number, each.entity)
        lack = NO_MAKER if each.known.kind or each.provider else _NO_FLOW
        note = _note(each.entity)
        return Input(each.number, each.known.flow, amount, process or each.provider, spread, note, at, lack=lack)


def _at(number_: int, exchange: Entity) -> str:
    """Return how an exchange is told from the others of its process."""
    found = exchange.get("internalId")
    return f"exchange {found if isinstance(found, int) else f'#{number_ + 1}'}"


def _is_given_out(exchange: Entity) -> bool:
    """Tell whether an exchange is an output that is neither avoided nor, by its sign, an input."""
    stated = exchange.get("amount")
    is_turned = isinstance(stated, (int, float)) and stated < 0
    return not (flag(exchange, "isInput", "input") or flag(exchange, "isAvoidedProduct", "avoidedProduct") or is_turned)


def _note(exchange: Entity) -> str:
    formula = text(exchange, "amountFormula", "formula")
    return " ".join(filter(None, (text(exchange, "description"), f"= {formula}" if formula else "")))
