"""A document from elsewhere has the shape of a declaration, or it is said where not: as JSON Schema itself judges."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import changes
from footprint.errors import FootprintError, RequestError
from footprint.messages import LANGUAGES
from footprint.paths import data_root
from footprint.provenance import Place
from footprint.publish.schema import insist
from footprint.publish.shape import misshapen

TESTS = Path(__file__).parent
SCHEMA = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
PUMP = json.loads((TESTS / "golden" / "pump" / "declaration.json").read_text(encoding="utf-8"))
PUMP["workbook"]["sha256"] = "0" * 64  # the golden one leaves it out
PLACE = Place("x", "declaration.json")


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the path of every part of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, each in inner for found in leaves(each, (*path, key)))]


def changed(path: tuple[str | int, ...], value: Any) -> Any:
    made = copy.deepcopy(PUMP)
    at = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return made


PATHS = leaves(PUMP)[1:]
junk = st.sampled_from([None, True, 0, -1, 2.5, "", "x", [], ["a"], [[]], {}, {"a": 1}])


def test_a_declaration_has_the_shape_of_one() -> None:
    assert misshapen(PUMP, PLACE) == ()
    insist(PUMP, PLACE)


@given(st.sampled_from(PATHS), junk)
def test_it_judges_as_the_schema_does(path: tuple[str | int, ...], value: Any) -> None:
    """One part replaced: told if and only if JSON Schema tells of more than a field it does not know."""
    made = changed(path, value)
    found = jsonschema.Draft202012Validator(SCHEMA).iter_errors(made)
    expected = any(_counts(error) for error in found)
    assert bool(misshapen(made, PLACE)) == expected
    assert all(problem.text(lang) for problem in misshapen(made, PLACE) for lang in LANGUAGES)


def _counts(error: jsonschema.ValidationError) -> bool:
    if error.validator == "anyOf":
        by_form: dict[int, list[jsonschema.ValidationError]] = {}
        for inner in error.context:
            by_form.setdefault(inner.schema_path[0], []).append(inner)
        return all(any(_counts(inner) for inner in form) for form in by_form.values())
    return error.validator != "additionalProperties" or error.validator_value is not False


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -1e308, 10**400])
def test_a_number_is_one_that_can_be_multiplied(number: float) -> None:
    (found,) = misshapen(changed(("result", "total"), number), PLACE)
    assert str(found.place) == "x:declaration.json!/result/total"


def test_a_field_of_a_later_version_is_let_through() -> None:
    assert misshapen({**PUMP, "later": {"any": 1}}, PLACE) == ()
    with pytest.raises(RequestError, match=r"declaration.json!/ledger: .*array.*\[declaration-shape\]"):
        insist({**PUMP, "ledger": {}}, PLACE)


@given(path=st.sampled_from(PATHS), value=junk | st.sampled_from([float("nan"), 1e308, 10**90]))
def test_a_difference_is_told_of_what_has_that_shape_or_refused(
    tmp_path_factory: pytest.TempPathFactory, path: tuple[str | int, ...], value: Any
) -> None:
    """Whatever stands in one of two declarations, nothing worse happens."""
    folder = tmp_path_factory.mktemp("x")
    for name, document in (("a.json", PUMP), ("b.json", changed(path, value))):
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
    with suppress(FootprintError):
        changes.diff(folder / "a.json", folder / "b.json", "en")
