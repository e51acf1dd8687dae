"""One inventory written in every format that is read: what each format can say of it, it says in its own way."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

_FORMATS = ("ecospold1", "ecospold2", "ilcd", "brightway", "simapro", "olca")
MODULES = {name: SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name(f"{name}.py")))) for name in _FORMATS}
"""What the tests of single formats write their files with."""
CO2 = "Carbon dioxide, fossil"
Files = dict[str, bytes]


class Good(NamedTuple):
    """What a process is run for, ``amount`` [kg]; ``share`` [-] of everything, None where none is stated."""

    name: str
    amount: float
    share: float | None = None


class Need(NamedTuple):
    """What a process takes, or what its running avoids, ``amount`` [kg]; ``maker``: id of the process, "" for none."""

    name: str
    amount: float
    maker: str = ""
    is_avoided: bool = False


class Run(NamedTuple):
    """One process: a good, several, or a waste that it takes (``is_treatment``), with its own fossil CO2 [kg]."""

    id: str
    goods: tuple[Good, ...]
    needs: tuple[Need, ...] = ()
    co2: float = 0.0
    is_treatment: bool = False

    @property
    def shares(self) -> tuple[float, ...]:
        """What each good bears: where nothing says, the first everything."""
        stated = [good.share for good in self.goods]
        if stated == [None] * len(stated):
            return (1.0, *[0.0] * (len(stated) - 1))
        return tuple(share or 0.0 for share in stated)


Inventory = Sequence[Run]


def wastes(inventory: Inventory) -> set[str]:
    """Return the names of the wastes that are treated."""
    return {good.name for run in inventory for good in run.goods if run.is_treatment}


def ecospold2(inventory: Inventory) -> Files:
    """Return a linked release: wastes with negative amounts, what is avoided as an output to its maker."""
    of, taken = MODULES["ecospold2"], wastes(inventory)
    files = {}
    for at, run in enumerate(inventory):
        rows = [
            of.moved(good.name, -good.amount if run.is_treatment else good.amount, f"out {0 if first == 0 else 2}")
            for first, good in enumerate(run.goods)
        ]
        for need in run.needs:
            sign = -1 if need.name in taken else 1
            rows.append(of.moved(need.name, sign * need.amount, "out 2" if need.is_avoided else "in 5", need.maker))
        files[f"{at}.spold"] = of.spold(run.id, *rows, of.given_off(CO2, run.co2, "000124-38-9")).encode()
    return files


def ecospold1(inventory: Inventory) -> Files:
    """Return one file with every process, in which words say who makes what; wastes are services of treatment."""
    of = MODULES["ecospold1"]
    return {"data.xml": of.spold(*(_dataset(of, at, run) for at, run in enumerate(inventory, 1))).encode()}


def _dataset(of: SimpleNamespace, at: int, run: Run) -> str:
    group = "out 0" if len(run.goods) == 1 else "out 2"
    numbers = range(100, 100 + len(run.goods))
    moved = [*range(1, len(run.needs) + 1), 50]
    rows = [of.product(good.name, number, good.amount, group) for number, good in zip(numbers, run.goods, strict=True)]
    signs = [-1 if need.is_avoided else 1 for need in run.needs]
    for number, (need, sign) in enumerate(zip(run.needs, signs, strict=True), 1):
        rows.append(of.taken(need.name, sign * need.amount, number))
    shares = [
        of.allocation(number, 100 * good.share, *moved)
        for number, good in zip(numbers, run.goods, strict=True)
        if good.share is not None
    ]
    return str(of.dataset(run.goods[0].name, *rows, of.given_off(run.co2), *shares, number=at))


def olca(inventory: Inventory, schema: int = 2) -> Files:
    """Return a package of openLCA with default providers, wastes as waste flows, physical allocation."""
    of, taken = MODULES["olca"], wastes(inventory)
    names = {good.name for run in inventory for good in run.goods} | {n.name for run in inventory for n in run.needs}
    flows = {name: of.flow(name, of.WASTE if name in taken else of.PRODUCT) for name in sorted(names)}
    air = of.flow("co2", of.ELEMENTARY, cas="000124-38-9", category="air/unspecified") | {"name": CO2}
    found = [*flows.values(), air]
    for run in inventory:
        rows = [of.made(flows[good.name], good.amount, unit="kg") for good in run.goods]
        for row in rows[1:]:
            del row["isQuantitativeReference"]
        for need in run.needs:
            avoided = {"isAvoidedProduct": True} if need.is_avoided else {}
            rows.append(of.used(flows[need.name], need.amount, need.maker, unit="kg", **avoided))
        shares = [of.share(flows[good.name], good.share) for good in run.goods if good.share is not None]
        more = {"allocationFactors": shares, "defaultAllocationMethod": "PHYSICAL_ALLOCATION"} if shares else {}
        found.append(of.process(run.id, *rows, of.exchange(air, run.co2, unit="kg"), **more))
    return dict(of.files(found, schema))


def ilcd(inventory: Inventory) -> Files:
    """Return an ILCD package; what is avoided is a negative input, shares stand at each exchange."""
    of, taken = MODULES["ilcd"], wastes(inventory)
    names = {good.name for run in inventory for good in run.goods} | {n.name for run in inventory for n in run.needs}
    files = {f"ILCD/{name}": text for name, text in of.PARTS.items() if not name.startswith("flows/")}
    files["ILCD/flows/co2.xml"] = of.PARTS["flows/co2.xml"]
    for at, name in enumerate(sorted(names)):
        kind = "Waste flow" if name in taken else "Product flow"
        files[f"ILCD/flows/{at}.xml"] = of.flow(name, name, kind)
    for at, run in enumerate(inventory):
        files[f"ILCD/processes/{at}.xml"] = of.process(run.id, "".join(_exchanges(of, run, taken)), kind="Unit process")
    return {name: text.encode() for name, text in files.items()}


def _exchanges(of: SimpleNamespace, run: Run, taken: set[str]) -> Iterator[str]:
    shares = {at: 100 * good.share for at, good in enumerate(run.goods) if good.share is not None}
    shares = shares if len(run.goods) > 1 else {}
    direction = "Input" if run.is_treatment else "Output"
    for at, good in enumerate(run.goods):
        yield of.exchange(at, good.name, direction, good.amount, {at: 100.0} if shares else None)
    for at, need in enumerate(run.needs, len(run.goods)):
        sign = -1 if need.is_avoided else 1
        yield of.exchange(at, need.name, "Output" if need.name in taken else "Input", sign * need.amount, shares)
    yield of.exchange(99, "co2", "Output", run.co2, shares)


def bw2package(inventory: Inventory) -> Files:
    """Return a package of Brightway: one product per process, wastes as services, what is avoided as substitution."""
    of = MODULES["brightway"]
    nodes = {
        run.id: of.node(
            {"input": ("fg", run.id), "type": "production", "amount": run.goods[0].amount},
            *({"input": ("fg", need.maker or "?"), "name": need.name, "unit": "kilogram", "amount": need.amount,
               "type": "substitution" if need.is_avoided else "technosphere"} for need in run.needs),
            {"input": of.FOSSIL, "type": "biosphere", "amount": run.co2},
            name=run.goods[0].name,
        )
        for run in inventory
    }  # fmt: skip
    return {"fg.bw2package": _written(lambda path: of.package(path, nodes))}


def bw_excel(inventory: Inventory) -> Files:
    """Return a workbook of Brightway, in which names and places say who makes what."""
    of = MODULES["brightway"]
    rows = []
    for run in inventory:
        name = run.goods[0].name
        moved = [(name, name, run.goods[0].amount, "kilogram", "CN", "", "production")]
        for need in run.needs:
            kind = "substitution" if need.is_avoided else "technosphere"
            moved.append((need.name, need.name, need.amount, "kilogram", "CN", "", kind))
        rows += of.block(name, "kilogram", *moved, (CO2, "", run.co2, "kilogram", "", "air", "biosphere"))
    return {"fg.xlsx": _written(lambda path: of.written(path, rows))}


def bw_csv(inventory: Inventory) -> Files:
    """Return the workbook of Brightway as a text."""
    import csv
    from io import StringIO

    from openpyxl import load_workbook

    page = load_workbook(BytesIO(bw_excel(inventory)["fg.xlsx"])).active
    assert page is not None
    out = StringIO(newline="")
    csv.writer(out).writerows(page.iter_rows(values_only=True))
    return {"fg.csv": out.getvalue().encode()}


def simapro(inventory: Inventory) -> Files:
    """Return an export of SimaPro: per cents of products, avoided products, waste to treatment."""
    of, taken = MODULES["simapro"], wastes(inventory)
    return {"export.csv": of.text(*(_block(of, run, taken) for run in inventory)).encode("cp1252")}


def _block(of: SimpleNamespace, run: Run, taken: set[str]) -> str:
    sections: dict[str, list[str]] = {"Avoided_products": [], "Waste_to_treatment": [], "Materials_fuels": []}
    for need in run.needs:
        usual = "Waste_to_treatment" if need.name in taken else "Materials_fuels"
        sections["Avoided_products" if need.is_avoided else usual].append(
            f"{need.name};kg;{need.amount};Undefined;0;0;0;"
        )
    air = of.CO2.format(run.co2)
    if run.is_treatment:
        good = run.goods[0]
        treated = f"{good.name};kg;{good.amount};All waste types;Others"
        return str(
            of.process(run.id, kind="waste treatment", Waste_treatment=treated, Emissions_to_air=air, **sections)
        )
    goods = [
        f"{g.name};kg;{g.amount};{100 * share};not defined;X;" for g, share in zip(run.goods, run.shares, strict=True)
    ]
    return str(of.process(run.id, Products=goods, Emissions_to_air=air, **sections))


def _written(write: Callable[[Path], Path]) -> bytes:
    """Return the content of a file that ``write`` writes into a folder."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        return write(Path(folder)).read_bytes()


WRITERS: Mapping[str, Callable[[Inventory], Files]] = {
    "ecospold2": ecospold2, "ecospold1": ecospold1, "olca": olca, "olca-1": lambda inventory: olca(inventory, 1),
    "ilcd": ilcd, "bw2package": bw2package, "bw-excel": bw_excel, "bw-csv": bw_csv,
    "simapro": simapro,
}  # fmt: skip
SHARED = frozenset({"ecospold1", "olca", "olca-1", "ilcd", "simapro"})
"""Formats that state shares of several products."""
SINGLE = frozenset({"bw2package", "bw-excel", "bw-csv"})
"""Formats whose processes make one product here."""


def put(folder: Path, files: Mapping[str, bytes], *, zipped: bool = False) -> Path:
    """Write files: the one there is, a folder of them, or a zip; return what is to be imported."""
    import zipfile

    folder.mkdir(parents=True, exist_ok=True)
    if zipped:
        with zipfile.ZipFile(folder / "set.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return folder / "set.zip"
    for name, content in files.items():
        path = folder / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "set" / next(iter(files)) if len(files) == 1 else folder / "set"


def json_of(content: bytes) -> Any:
    """Return what a file of JSON holds."""
    return json.loads(content)
