"""What somebody states for customers is held against the result; data of a company's own stay in the house."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint import publishing
from footprint.contradictions import contradictions
from footprint.errors import PublishError
from footprint.messages import LANGUAGES
from footprint.publish.outgoing import pieces
from footprint.publish.outgoing.disclosure import disclosed
from footprint.publish.outgoing.statement import Statement, gate

CONTRACT = runpy.run_path(str(Path(__file__).parent / "contracts" / "test_outgoing.py"))
ID, OTHER = "0f0a9c1e-4b5d-4c3e-8f7a-123456789abc", "1f0a9c1e-4b5d-4c3e-8f7a-123456789abc"
Change = Callable[[dict[str, Any]], object]


stated = CONTRACT["stated"]


def complete(made: dict[str, Any]) -> None:
    made["result"] |= {"complete": True, "lower_bound": False}
    made["completeness"]["gaps"] = []


def packed(made: dict[str, Any]) -> None:
    made["ledger"][0]["role"] = "sales_packaging"
    stated(made, packaging="no")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (packed, "stated-packaging"),
        (lambda made: stated(made, packaging="yes"), "stated-no-packaging"),
        (lambda made: stated(made, valid_until="2025-06-29"), "stated-validity"),
        (lambda made: made["study"].update(issue_date="2024-12-30"), "stated-issue"),
        (lambda made: stated(made, verified_on="2024-06-01"), "stated-verification"),
        (lambda made: made["product"].update(fossil_carbon_kg=641.0), "stated-carbon"),
        (lambda made: stated(made, pcf_id=ID.upper(), preceding_ids=f"{OTHER}; {ID}"), "stated-successor"),
        (lambda made: stated(made, pcf_id="not-a-uuid"), "stated-uuid"),
        (lambda made: stated(made, preceding_ids=f"{ID}; urn:uuid:{OTHER}"), "stated-uuid"),
        (lambda made: stated(made, study="javascript:alert(1)"), "stated-address"),
        (lambda made: stated(made, study="https://example.com/a study"), "stated-address"),
        (lambda made: stated(made, verifier="Verifier Co."), "stated-verified-draft"),
        (lambda made: complete(made) or stated(made, verifier="V", verified_on="2025-07-01"), "stated-verified-after"),
    ],
)
def test_a_statement_that_the_result_contradicts_is_refused(change: Change, code: str, tmp_path: Path) -> None:
    made = CONTRACT["document"]()
    assert [*contradictions(made, {row["key"]: row["value"] for row in made["publication"]})] == []
    change(made)
    order = CONTRACT["folder"](tmp_path, made)
    with pytest.raises(PublishError) as refused:
        publishing.contents(order, ["ledger.csv"], "en")
    (found,) = refused.value.problems
    assert found.code == code
    assert found.place.sheet in {"Product", "Publication"}
    assert all("{" not in found.text(lang) for lang in LANGUAGES)


def test_the_last_day_of_the_issue_itself_is_valid() -> None:
    made = CONTRACT["document"]()
    packed(made)
    stated(made, valid_until=made["study"]["issue_date"], packaging="yes")
    assert [*contradictions(made, {row["key"]: row["value"] for row in made["publication"]})] == []


@pytest.mark.parametrize(("id_", "is_named"), [("ecoinvent-3.11", True), ("acme-steel", False)])
def test_a_licensed_database_is_named_where_anybody_may_buy_it(id_: str, is_named: bool) -> None:
    """What a supplier lets one company use under a licence tells of that supplier."""
    made = CONTRACT["document"]()
    made["databases"][0] |= {"id": id_, "licensed": True, "title": {"en": f"Title of {id_}", "zh": f"{id_} 之名"}}
    for level in ("public", "customer"):
        assert (id_ in str(disclosed(made, level)["databases"])) == is_named
    assert id_ in str(disclosed(made, "verifier")["databases"])


def test_a_database_of_the_companys_own_is_named_to_verifiers_alone(tmp_path: Path) -> None:
    """Its name tells of suppliers; that the company has data of its own may be known."""
    made = CONTRACT["document"]()
    secret = {"id": "acme-steel", "title": dict.fromkeys(LANGUAGES, "Acme Steel"), "citation": "Acme Steel, 2025"}
    made["databases"].append({**made["databases"][0], **secret, "licensed": False})
    order = CONTRACT["folder"](tmp_path, made)
    for level, known in (("public", False), ("customer", False), ("verifier", True)):
        content = publishing.contents(order._replace(level=level), ["study.html"], "en")["study.html"].decode()
        assert ("Acme Steel" in content) == known
        assert "acme-steel" not in content or known


def test_a_part_of_a_lower_bound_is_one_itself() -> None:
    made = CONTRACT["document"]()
    made["result"]["subtotals"] = [{"id": "a", "title": {"en": "Part", "zh": "部分"}, "declared": "0.1", "value": 0.1}]
    statement = Statement(made, gate(made), {}, {}, "x", "public", draft=True)
    assert statement.document["result"]["lower_bound"]
    rows = [*pieces._also(made, pieces.Say("en"))]
    assert [row["value"] for row in rows if row["title"] == "Part"] == ["≥ 0.1"]
    stages = [row["value"] for row in pieces._stages(made, pieces.Say("en")) if row["value"] != "—"]
    assert all(value.startswith("≥ ") for value in stages)
