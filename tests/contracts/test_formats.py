"""What every report format promises, whatever formats there are."""

from __future__ import annotations

import hashlib
import json
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from footprint import publish
from footprint.errors import RequestError
from footprint.messages import LANGUAGES
from footprint.paths import data_root

DATA = Path(__file__).parents[1] / "data"
ROOT = Path(__file__).parents[2]
MAKE = runpy.run_path(str(DATA / "sample_declaration.py"))["sample"]
HOSTILE = (
    '<script>alert(1)</script>',
    '"><svg onload=alert(1)>\'',
    "=HYPERLINK(\"http://x\",\"y\")",
    "+1+1", "-2+3", "@SUM(A1)", "\t=1", "{{ 7*7 }}{% raw %}",
    "很长的名称" * 400,
    "nul\x00 bell\x07 lone\ud800 over\u202eride \ufffe",
    "&lt; ]]> %s {0} \\",
)  # fmt: skip
TOLD = {
    "name",
    "model",
    "manufacturer",
    "province",
    "citation",
    "note",
    "proxy",
    "evidence",
    "file",
    "zh",
    "en",
    "rule",
    "clause",
}

CHILD = """
import hashlib, json, sys
from footprint import publish
document = json.loads(sys.stdin.read())
def told(format_, lang):
    return hashlib.sha256(publish.render(format_, document, lang)).hexdigest()
print(json.dumps({f"{f} {lang}": told(f, lang) for f in publish.formats() for lang in ("zh", "en")}))
"""


@pytest.fixture
def document() -> dict[str, Any]:
    return dict(json.loads((DATA / "sample-declaration.json").read_text(encoding="utf-8")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def hostile(node: Any, at: int = 0) -> Any:
    """Return the document with every text a user or a rule file can write replaced by something hostile."""
    if isinstance(node, dict):
        return {k: HOSTILE[(at + i) % len(HOSTILE)] if k in TOLD and isinstance(v, str) else hostile(v, at + i)
                for i, (k, v) in enumerate(node.items())}  # fmt: skip
    if isinstance(node, list):
        return [hostile(item, at + i) for i, item in enumerate(node)]
    return node


def test_sample_is_what_its_generator_makes(document: dict[str, Any]) -> None:
    """The sample document on disk is the one its generator writes."""
    assert document == json.loads(json.dumps(MAKE()))


def test_sample_is_a_declaration(document: dict[str, Any]) -> None:
    """The sample document keeps the schema that every declaration keeps."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((data_root() / "templates" / "declaration.schema.json").read_text(encoding="utf-8"))
    assert [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(document)] == []


def test_there_are_formats() -> None:
    """The registry finds the formats by listing files."""
    assert {"report.html", "report.xlsx"} <= set(publish.formats())


@pytest.mark.parametrize("format_", publish.formats())
def test_same_document_same_bytes(format_: str, document: dict[str, Any]) -> None:
    """A document rendered twice gives the same bytes, and the order of its keys does not matter to that."""
    for lang in LANGUAGES:
        assert publish.render(format_, document, lang) == publish.render(
            format_, json.loads(json.dumps(document)), lang
        )


def test_same_bytes_in_another_process(document: dict[str, Any], tmp_path: Path) -> None:
    """Time zone, locale, hash seed, directory and home change no byte of any format."""
    here = {f"{f} {lang}": hashlib.sha256(publish.render(f, document, lang)).hexdigest()
            for f in publish.formats() for lang in LANGUAGES}  # fmt: skip
    for zone, locale, seed in (("Asia/Shanghai", "zh_CN.GB18030", "7"), ("America/Lima", "C", "0")):
        away = tmp_path / seed
        away.mkdir()
        world = {**os.environ, "TZ": zone, "LC_ALL": locale, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT),
                 "FOOTPRINT_HOME": str(away / "home")}  # fmt: skip
        said = subprocess.run([sys.executable, "-c", CHILD], cwd=away, env=world, input=json.dumps(document),
                              capture_output=True, text=True, check=True)  # fmt: skip
        assert json.loads(said.stdout) == here


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("format_", publish.formats())
def test_hostile_text_is_only_text(format_: str, lang: str) -> None:
    """Markup, formulas, template code, control characters and endless names render, in a ledger of 300 lines."""
    assert publish.render(format_, hostile(MAKE(extra=290)), lang)


@pytest.mark.parametrize("format_", publish.formats())
def test_nothing_to_report_is_a_report(format_: str, document: dict[str, Any]) -> None:
    """A declaration without postings, gaps, clauses, flows or rows renders."""
    bare = {**document, "ledger": [], "flows": [], "clauses": [], "assumptions": [], "excluded": [], "datasets": [],
            "account": {"counts": [], "rows": []}}  # fmt: skip
    bare["result"] = {**document["result"], "total": 0.0, "declared": "0", "per_item": 0.0, "location_based": 0.0,
                      "location_notes": [], "also": [], "by_stage": [], "by_class": [], "by_basis": [], "by_status": [],
                      "by_gwp_set": []}  # fmt: skip
    for lang in LANGUAGES:
        assert publish.render(format_, bare, lang)


def test_languages_differ(document: dict[str, Any]) -> None:
    """Chinese and English are different files of each format."""
    for format_ in publish.formats():
        assert publish.render(format_, document, "zh") != publish.render(format_, document, "en")


def test_unknown_format_is_named_with_its_neighbours(document: dict[str, Any]) -> None:
    """A format that is not offered is a request error that lists those that are."""
    with pytest.raises(RequestError, match=r"report\.doc: report format 'report\.doc' is not known.*'report\.html'"):
        publish.render("report.doc", document, "en")


def test_other_documents_are_refused(document: dict[str, Any]) -> None:
    """A document of another major version is refused with the version it claims."""
    with pytest.raises(RequestError, match=r"footprint-declaration/2\.0"):
        publish.render("report.html", {**document, "schema": "footprint-declaration/2.0"}, "en")
