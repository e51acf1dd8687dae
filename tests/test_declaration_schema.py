"""declaration.json keeps the promise of its JSON Schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footprint import service
from footprint.paths import data_root

jsonschema = pytest.importorskip("jsonschema")


def test_the_example_declaration_is_valid_against_the_shipped_schema(tmp_path: Path) -> None:
    """Every declaration validates; one with an unknown GHG class or a missing part does not."""
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    calculated, _ = service.demo("battery", tmp_path, "en")
    document = json.loads((tmp_path / "declaration.json").read_text(encoding="utf-8"))
    assert list(validator.iter_errors(document)) == []
    assert calculated.document["schema"] == document["schema"]
    document["ledger"][0]["classes"]["imaginary"] = 1.0
    del document["demand"]
    assert len(list(validator.iter_errors(document))) == 2
