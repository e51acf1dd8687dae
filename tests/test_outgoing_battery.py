"""The carbon footprint of a battery passport: held against the third-party schema, refused for what is no battery."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from footprint import publishing, service
from footprint.errors import PublishError

SCHEMA = Path(__file__).parents[2] / "shared/data/battery-pass/CarbonFootprintForBatteries-schema.json"


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return two examples as calculated, with the address of a study."""
    made = {}
    for name in ("battery", "pv"):
        folder = tmp_path_factory.mktemp(name)
        service.demo(name, folder, "en")
        told = json.loads((folder / "declaration.json").read_text(encoding="utf-8"))
        told["publication"] = [{"key": "study", "value": "https://example.com/study", "cell": "Publication!B20"}]
        (folder / "declaration.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / "run.json").write_text("{}", encoding="utf-8")
        made[name] = folder
    return made


def published(folder: Path) -> dict[str, Any]:
    order = publishing.Order(folder, (), "public", draft=True)
    told: dict[str, Any] = json.loads(publishing.contents(order, ["battery-pass.json"], "en")["battery-pass.json"])
    return told


def test_the_stages_add_up_to_the_declared_footprint(demos: dict[str, Path]) -> None:
    told = published(demos["battery"])
    declared = json.loads((demos["battery"] / "declaration.json").read_text(encoding="utf-8"))["result"]
    assert told["batteryCarbonFootprint"] == pytest.approx(declared["total"], rel=1e-5)
    assert sum(s["carbonFootprint"] for s in told["carbonFootprintPerLifecycleStage"]) == pytest.approx(
        declared["total"], rel=1e-5
    )
    assert told["absoluteCarbonFootprint"] == pytest.approx(declared["per_item"], rel=1e-5)
    assert told["carbonFootprintPerformanceClass"] == ""


def test_the_third_party_schema_takes_it(demos: dict[str, Path]) -> None:
    if not SCHEMA.exists():
        pytest.skip("the third-party schema is not here")
    schema = json.loads(SCHEMA.read_bytes().decode("utf-16"))
    jsonschema.Draft4Validator(schema).validate(published(demos["battery"]))
    broken = {k: v for k, v in published(demos["battery"]).items() if k != "carbonFootprintStudy"}
    assert not jsonschema.Draft4Validator(schema).is_valid(broken)


def test_what_is_no_battery_is_refused(demos: dict[str, Path]) -> None:
    with pytest.raises(PublishError) as refused:
        published(demos["pv"])
    assert "battery-unit" in {p.code for p in refused.value.problems}
