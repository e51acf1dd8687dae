"""The product system for openLCA: complete, linked, and its own solution is the declared result."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import olca_schema
import pytest
from olca_schema import zipio

from footprint import publishing, service
from footprint.publish import outgoing

OLCA = outgoing.module("openlca.zip")
EXAMPLES = ["battery", "detergent", *(pytest.param(n, marks=pytest.mark.slow) for n in ("nev", "pv", "transformer"))]


@pytest.fixture(scope="module", params=EXAMPLES)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], bytes]:
    folder = tmp_path_factory.mktemp(request.param)
    service.demo(request.param, folder, "en")
    order = publishing.Order(folder, (), "verifier", draft=True)
    content = publishing.contents(order, ["openlca.zip"], "en")["openlca.zip"]
    return json.loads((folder / "declaration.json").read_text(encoding="utf-8")), content


def test_its_own_solution_is_the_declared_result(made: tuple[dict[str, Any], bytes]) -> None:
    document, content = made
    assert float(OLCA.stated(content)["total"]) == pytest.approx(document["result"]["total"], rel=1e-8)


def test_everything_referred_to_is_in_the_file(made: tuple[dict[str, Any], bytes], tmp_path: Path) -> None:
    """Each id that anything refers to belongs to an entity, each link leads to a provider of the flow it asks for."""
    path = tmp_path / "openlca.zip"
    path.write_bytes(made[1])
    with zipfile.ZipFile(io.BytesIO(made[1])) as archive:
        files = {n: json.loads(archive.read(n)) for n in archive.namelist() if "/" in n}
    units = {unit["@id"] for each in files.values() for unit in each.get("units", ())}
    known = {each["@id"] for each in files.values()} | units
    asked = [ref for each in files.values() for ref in references(each)]
    assert set(asked) <= known
    reader = zipio.ZipReader(path)
    system = next(iter(reader.read_each(olca_schema.ProductSystem)))
    processes = {each.id: each for each in reader.read_each(olca_schema.Process)}
    reader.close()
    inputs = [e for p in processes.values() for e in p.exchanges if e.default_provider is not None]
    assert len(system.process_links) == len(inputs)
    for link in system.process_links:
        product = next(e for e in processes[link.provider.id].exchanges if e.is_quantitative_reference)
        taken = next(e for e in processes[link.process.id].exchanges if e.internal_id == link.exchange.internal_id)
        assert product.flow.id == link.flow.id == taken.flow.id
        assert product.unit.id == taken.unit.id


def references(told: Any) -> list[str]:
    if isinstance(told, dict):
        refers = "@id" in told and "@type" in told and not {"version", "units"} & told.keys()
        own = [told["@id"]] if refers else []
        return own + [ref for key, each in told.items() if key != "units" for ref in references(each)]
    return [ref for each in told for ref in references(each)] if isinstance(told, list) else []


def test_a_run_that_makes_more_than_one_unit_is_handed_on_whole(bill: Any, tmp_path: Path) -> None:
    """Half a kilogram of a melt of 5,000 kg for each of 1,000 pumps: the openLCA system takes all of it."""
    text = """
    a | Steel | 1 kg | mine
    [Processes]
    assembly | product | PUMP | 1000 item
    assembly | input | melt | 500 kg | destination=product
    melting | product | melt | 5000 kg
    melting | input | mine | 5600 kg | destination=product
    [Factors]
    mine | 2
    """
    product = {"net_mass": 1.5, "pcr": "iso-14067", "declared_unit": "item", "gross_kwh": None}
    service.produce(service.Request(bill(text, product=product)), tmp_path / "r", "en")
    document = json.loads((tmp_path / "r" / "declaration.json").read_text(encoding="utf-8"))
    (flow,) = [each for each in document["flows"] if each["cell"] == "Processes!G5"] or [document["flows"][-1]]
    assert (flow["amount"], flow["unit"]) == (0.1, "run")
    assert "× 5,000" in (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    order = publishing.Order(tmp_path / "r", (), "verifier", draft=True)
    content = publishing.contents(order, ["openlca.zip"], "en")["openlca.zip"]
    assert float(OLCA.stated(content)["total"]) == pytest.approx(document["result"]["total"], rel=1e-8)
