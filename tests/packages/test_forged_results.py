"""A forger who has the program: results, draws and versions edited, everything that follows made anew."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import package as p
from footprint.background.build import compile_folder
from footprint.engine.compile import intensities

DATA = Path(__file__).parents[1] / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
FORGE = runpy.run_path(str(DATA / "forging.py"))
document, examined, once, packed, told = (FORGE[name] for name in ("document", "examined", "once", "packed", "told"))
Members = dict[str, bytes]
ISO = FORGE["ISO"]


# ------------------------------------------------------------------------------------------------ what was drawn


def drawn(change: Callable[[Any], object]) -> Callable[[Members], Members]:
    """Return what forges an uncertainty and all that tells of it."""
    return lambda members: document(members, "result/uncertainty.json", change)


NARROW: Mapping[str, Callable[[Any], object]] = {
    "its interval": lambda d: d["monte_carlo"].update(low=1234.49, high=1234.51),
    "its mean": lambda d: d["monte_carlo"].update(mean=d["monte_carlo"]["mean"] + 0.05),
    "its median": lambda d: d["monte_carlo"].update(median=round(d["monte_carlo"]["median"] - 0.001, 6)),
    "its deviation": lambda d: d["monte_carlo"].update(deviation=0.24),
    "the total": lambda d: d.update(total=1235.4),
    "a last digit of the total": lambda d: d.update(total=d["total"] + 0.0001),
    "the law of propagation": lambda d: d["first_order"].update(deviation=d["first_order"]["deviation"] * 1.0002),
    "what nobody states": lambda d: d["not_stated"].update(amounts_share=-0.0),
    "a share": lambda d: d["variables"][0].update(share=0.9999),
    "another system": lambda d: d.update(whole_system={"draws": 1, "mean": 1.0, "ordinary": {}}),
}


@pytest.fixture
@once
def narrow(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return a package whose standard deviation is a small part of its result."""
    written = "a | A | 1000 kg | mine | uncertainty=u=0.02 %\n[Factors]\nmine | 1.2345\n"
    return packed(bill(written, product={**ISO, "net_mass": 1000.0}), tmp_path, draws=2000, seed=7)


def test_draws_that_nobody_edited_hold(narrow: Members) -> None:
    assert not told(narrow)


@pytest.mark.parametrize("what", NARROW)
def test_draws_agree_to_the_last_digit_of_their_deviation(narrow: Members, what: str) -> None:
    """What no processor can have changed is the same; what it can have, to one unit of the last digit written."""
    assert told(drawn(NARROW[what])(narrow))


def test_another_processor_may_round_otherwise(narrow: Members) -> None:
    """One unit of the fourth digit of the standard deviation, in the moments that are drawn."""
    deviation = json.loads(narrow["result/uncertainty.json"])["monte_carlo"]["deviation"]
    unit = 10.0 ** (int(f"{deviation:e}".partition("e")[2]) - 3)
    for name in ("mean", "median", "low", "high"):
        shifted = drawn(lambda d, n=name: d["monte_carlo"].update({n: round(d["monte_carlo"][n] + unit, 9)}))(narrow)
        assert not told(shifted), name


# ------------------------------------------------------------------------------------------------ licensed rows


@pytest.fixture
@once
def bought(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return a package on rows that only a licence holder may pass on, whose database is not here any more."""
    emitted = "\n".join(f"kryptonite | emission | {gas}" for gas in ("co2-fossil | 777.5", "ch4-biogenic | 31.25"))
    made = LINE.activities("kryptonite | kg | kryptonite"), LINE.exchanges(emitted, {"kryptonite": "kg"})
    folder = LINE.write_database(tmp_path / "home" / "databases" / "bought", *made, {})
    meta = json.loads((folder / "database.yaml").read_text(encoding="utf-8"))
    (folder / "database.yaml").write_text(json.dumps({**meta, "licensed": "yes"}), encoding="utf-8")
    compile_folder(folder, intensities)
    lines = "a | A | 1.999 kg | aluminium-primary-ingot\nb | B | 0.001 kg | kryptonite"
    members = packed(bill(lines, product=ISO), tmp_path, "open-cn", "bought", draws=200)
    folder.rename(tmp_path / "elsewhere")
    return members


def outcome(which: Callable[[Any], bool], to: str = "passed") -> Callable[[Any], None]:
    """Return what sets the outcome of clauses."""

    def change(declared: Any) -> None:
        chosen = [each for each in declared["clauses"] if which(each)]
        assert chosen
        for each in chosen:
            each["outcome"] = to

    return change


JUDGED: Mapping[str, Callable[[Any], object]] = {
    "the wording": lambda d: d["conformity"].update(wording={"en": "Conforms, verified by TUV", "zh": "x"}),
    "that it conforms": lambda d: d["conformity"].update(conforms=True, why=[]),
    "one reason": lambda d: d["conformity"]["why"].pop(0),
    "every clause": outcome(lambda each: each["outcome"] not in {"passed", "not-applicable"}),
    "the first clause": lambda d: d["clauses"][0].update(outcome="not-applicable"),
    "a sentence": lambda d: d["clauses"][0].update(sentence={"en": "ok", "zh": "ok"}),
    "a clause more": lambda d: d["clauses"].append({**d["clauses"][0], "id": "verified-by-tuv"}),
    "a clause less": lambda d: d["clauses"].pop(),
    "a gap less": lambda d: d["completeness"].update(mass_share=0.5),
}


@pytest.mark.parametrize("what", JUDGED)
def test_what_no_split_can_move_is_not_as_stated(bought: Members, what: str) -> None:
    """One licensed row that is not here opens what its classes decide, and no clause or wording besides."""
    page = examined(bought).insist()
    assert "bought@1" in page.stated
    assert told(document(bought, "result/declaration.json", JUDGED[what]))


def test_the_verdict_names_what_was_taken_as_stated(bought: Members) -> None:
    """Shares by class are the licence holder's, and said to be."""
    page = examined(bought).insist()
    assert any("result.by_class" in each for each in page.stated), page.stated


# ----------------------------------------------------------------------------------------------- what it says of itself


@pytest.fixture
@once
def plain(bill: Callable[..., Path], tmp_path: Path) -> Members:
    """Return a package on the database that ships, with an agreement and draws."""
    path = bill("L1 | plate | 2 kg | copper-refined | uncertainty=u=1 %", product=ISO)
    return packed(path, tmp_path, reference=True, draws=200)


ABOUT: Mapping[str, Callable[[Members], Members]] = {
    "numpy of the run": lambda m: document(m, "result/run.json", lambda d: d.update(numpy="9.9.9")),
    "numpy of the package": lambda m: document(m, p.ABOUT, lambda d: d["software"]["libraries"].update(numpy="9.9.9")),
    "no numpy": lambda m: document(m, p.ABOUT, lambda d: d["software"]["libraries"].pop("numpy")),
    "words for a version": lambda m: document(m, p.ABOUT, lambda d: d["software"]["libraries"].update(scipy="TUV")),
    "Brightway": lambda m: document(m, p.ABOUT, lambda d: d["software"]["libraries"].update(bw2calc="9.9")),
    "an agreement": lambda m: document(m, "result/run.json", lambda d: d["reference"].update(total=1.0)),
    "a difference": lambda m: document(m, "result/run.json", lambda d: d["reference"].update(difference=-1.0)),
    "more of it": lambda m: document(m, "result/run.json", lambda d: d["reference"].update(auditor="TUV")),
    "the machine": lambda m: document(m, "result/run.json", lambda d: d.update(platform="approved by TUV")),
    "its seconds": lambda m: document(m, "result/run.json", lambda d: d.update(seconds="verified")),
    "no agreement": lambda m: document(m, "result/run.json", lambda d: d.update(reference="verified by TUV")),
    "draws of another database": lambda m: document(
        m, "result/uncertainty.json", lambda d: d["whole_system"].update(databases=["approved by TUV@1"])
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", ABOUT)
def test_versions_and_agreements_follow_from_one_another(plain: Members, what: str) -> None:
    """What numbers rest on is stated twice and the same; an agreement is of this total and this library."""
    page = examined(plain).insist()
    assert "verify-left-agreement" in {said.code for said in page.left}
    assert told(ABOUT[what](plain))


def test_every_member_but_the_lists_is_noted_by_its_elements(plain: Members) -> None:
    """An edit of package.json under the elements it was packed with is named where it was made."""
    edited = document(plain, p.ABOUT, lambda d: d["software"]["libraries"].update(scipy="9.9.9"))
    kept = {**edited, p.ELEMENTS: plain[p.ELEMENTS]}
    assert "package.json!software.libraries.scipy [package-element]" in told({**kept, p.MANIFEST: p.manifest(kept)})


def test_the_register_is_compared_where_licensed_rows_are_lacking(bought: Members) -> None:
    """Draws that nobody can repeat open the count of rows, and nothing else that a package says of itself."""
    assert told(document(bought, p.ABOUT, lambda d: d.update(approved="TUV")))
    assert told(document(bought, p.ABOUT, lambda d: d["databases"][0].update(checksum="0")))
