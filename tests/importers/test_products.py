"""Products of one activity are told apart: by name, between releases of a database, and in links to another."""

from __future__ import annotations

import bz2
import re
import runpy
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from footprint import holdings
from footprint.background import exporters, importers
from footprint.background.importers.asked import Asked, Read
from footprint.background.open import Database, open_background
from footprint.background.releases import pairs
from footprint.cli import main
from footprint.errors import DatabaseError

HERE = Path(__file__).parents[1] / "data"
ES2 = SimpleNamespace(**runpy.run_path(str(HERE / "ecospold2.py")))
BW = SimpleNamespace(**runpy.run_path(str(HERE / "brightway.py")))
Files = Callable[..., Path]
WORDS = "0a0b0c0d-0000-4000-8000-00000000000{}".format


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def sawing(activity: str, product: str, kilograms: float, called: str = "", unit: str = "kg") -> str:
    """Return an activity that is called sawing, whatever its id, and makes ``good product``."""
    file: str = ES2.spold(
        "sawing", ES2.moved(product, 1, "out 0", unit=unit), ES2.given_off("Carbon dioxide, fossil", kilograms)
    )
    named = file.replace(f"good {product}<", f"good {called or product}<")
    return named.replace('<activity id="sawing"', f'<activity id="{activity}"')


@pytest.fixture
def release(tmp_path: Path) -> Callable[..., Database]:
    """Return what imports activities as a release of a database and opens it."""

    def made(version: str, *activities: str) -> Database:
        folder = tmp_path / f"wood-{version}"
        folder.mkdir()
        for at, activity in enumerate(activities):
            (folder / f"{at}.spold").write_text(activity, encoding="utf-8")
        holdings.take_in(folder, Asked("wood", version), "auto", "en")
        (database,) = open_background([f"wood@{version}"]).databases
        return database

    return made


def mapped(before: Database, after: Database) -> dict[str, tuple[str, str]]:
    """Return code -> new code and how it was found."""
    return {pair.old.code: (pair.new, pair.how) for pair in pairs(before, after)}


def test_another_product_of_the_activity_is_no_counterpart(release: Callable[..., Database]) -> None:
    """Sawnwood is gone, sawdust came: nobody takes one for the other."""
    old, new = release("1", sawing("A", "sawnwood", 9)), release("2", sawing("B", "sawdust", 0.1))
    assert mapped(old, new) == {"A_sawnwood": ("", "")}


def test_each_of_several_products_has_its_own_counterpart(release: Callable[..., Database]) -> None:
    """The activity has another id in the next release: product by product."""
    old = release("1", sawing("A", "sawnwood", 9), sawing("A", "sawdust", 0.2))
    new = release("2", sawing("B", "sawnwood", 9.5), sawing("B", "sawdust", 0.1))
    assert mapped(old, new) == {"A_sawnwood": ("B_sawnwood", "name"), "A_sawdust": ("B_sawdust", "name")}


def test_a_product_that_is_gone_stays_open_beside_one_that_stays(release: Callable[..., Database]) -> None:
    """The name of the dataset that stays is a shorter one now: it is the same all the same."""
    old = release("1", sawing("A", "sawnwood", 9), sawing("A", "sawdust", 0.2))
    new = release("2", sawing("B", "sawdust", 0.1))
    assert mapped(old, new) == {"A_sawnwood": ("", ""), "A_sawdust": ("B_sawdust", "name")}


def test_a_product_with_an_id_of_its_own_may_be_renamed(release: Callable[..., Database]) -> None:
    """Activity and product have the ids that they had: another name alone, which is told."""
    code = f"{WORDS(1)}_{WORDS(2)}"
    old, new = (release(v, sawing(WORDS(1), WORDS(2), 9, name)) for v, name in (("1", "plank"), ("2", "planks")))
    assert mapped(old, new) == {code: (code, "code, other name")}


def workbook(path: Path, name: str, *products: str, code: str = "") -> Path:
    """Write activities called sawing, each with its product, code and kilograms of CO2: 1, 2, ..."""
    rows: list[Any] = []
    for at, product in enumerate(products, 1):
        made = ("sawing", product, 1.0, "kilogram", "CN", "", "production")
        about, more, *rest = BW.block("sawing", "kilogram", made, (*BW.CO2[:2], float(at), *BW.CO2[3:]))
        rows += [about, ("code", code or f"{name}-{product}"), ("reference product", product), *rest]
        assert more[0] == "reference product"
    folder = path / name
    folder.mkdir()
    return Path(BW.written(folder, rows))


def test_a_code_of_a_process_does_not_tell_its_product(tmp_path: Path) -> None:
    """The process makes something else now, under the code that it had."""
    for version, product in (("1", "sawnwood"), ("2", "sawdust"), ("3", "sawdust")):
        holdings.take_in(workbook(tmp_path, version, product, code="x"), Asked("wood", version), "auto", "en")
    first, second, third = (open_background([f"wood@{version}"]).databases[0] for version in "123")
    assert mapped(first, second) == {"x": ("", "")}
    assert mapped(second, third) == {"x": ("x", "code")}


def names(read: Read) -> set[tuple[str, str]]:
    return {(row["name_en"], row["product"]) for row in read.source.activities}


def test_names_tell_products_apart_where_there_are_several(files: Files, tmp_path: Path) -> None:
    """In a release with a file per product, and in a workbook; an activity of one product keeps its name."""
    other = ES2.spold("x", ES2.moved("y", 1, "out 0"))
    both = ES2.imported(files(sawing("A", "planks", 9), sawing("A", "dust", 1), other))
    assert names(both) == {
        ("good planks | making sawing", "good planks"), ("good dust | making sawing", "good dust"),
        ("making x", "good y"),
    }  # fmt: skip
    assert names(BW.taken(workbook(tmp_path, "bw", "planks", "dust"))) == {
        ("planks | sawing", "planks"), ("dust | sawing", "dust"),
    }  # fmt: skip


@pytest.mark.parametrize(("written_as", "ending"), [("excel", "xlsx"), ("bw2package", "bw2package")])
def test_products_come_back_from_brightway(tmp_path: Path, written_as: str, ending: str) -> None:
    """What Brightway reads of an export names them, where our own tables are gone."""
    read = BW.taken(workbook(tmp_path, "bw", "planks", "dust"))
    path = tmp_path / f"out.{ending}"
    path.write_bytes(exporters.exporter(written_as).render(read.source)[""])
    if ending == "xlsx":
        book = load_workbook(path)
        for name in book.sheetnames[1:]:
            del book[name]
        book.save(path)
    else:
        path.write_bytes(bz2.compress(bz2.decompress(path.read_bytes()).replace(b'"footprint"', b'"was"')))
    assert names(BW.taken(path)) == names(read)


def test_the_product_is_shown_and_found(release: Callable[..., Database]) -> None:
    """`db show` names it where the name does not; a spread has no more digits than anybody knows."""
    deviation = ES2.spread('<lognormal meanValue="1" mu="0" variance="0.04" varianceWithPedigreeUncertainty="0.04"/>')
    file = sawing("A", "sawnwood", 9).replace("<outputGroup>4", f"{deviation}<outputGroup>4")
    release("1", file)
    shown = CliRunner().invoke(main, ["db", "show", "A_sawnwood", "--database", "wood@1", "--lang", "en"]).output
    assert re.search(r"product +good sawnwood", shown), shown
    assert re.search(r" 1\.221 ", shown), shown


HEADER = ("name", "reference product", "amount", "unit", "location", "categories", "type")


def linked(path: Path, *how: object, more: Sequence[Any] = ()) -> Read:
    """Import a workbook of a table that consumes ``how``, linked to the database of wood; ``more``: rows besides."""
    made = ("table", "table", 1.0, "unit", "CN", "", "production")
    rows = [*more, *BW.block("table", "unit", made, (*how, "", "technosphere"), header=HEADER)]
    return importers.read(BW.written(path, rows), Asked("fg", "1", link=("wood",)))


@pytest.mark.parametrize(("product", "code"), [("sawdust", "wood.1.bw-sawdust"), ("sawnwood", "wood.1.bw-sawnwood")])
def test_a_link_goes_to_the_product_that_is_named(tmp_path: Path, product: str, code: str) -> None:
    """Of two products of one activity."""
    holdings.take_in(workbook(tmp_path, "bw", "sawnwood", "sawdust"), Asked("wood", "1"), "auto", "en")
    read = linked(tmp_path, "sawing", product, 1.0, "kilogram", "CN")
    assert code in {row["flow"] for row in read.source.exchanges}


def test_names_tell_what_is_copied_from_what_is_made_here(tmp_path: Path) -> None:
    """The file makes planks by sawing, and takes dust of sawing from elsewhere."""
    holdings.take_in(workbook(tmp_path, "bw", "dust"), Asked("wood", "1"), "auto", "en")
    made = ("sawing", "planks", 1.0, "kilogram", "CN", "", "production")
    about, _, *rest = BW.block("sawing", "kilogram", made, BW.CO2)
    read = linked(
        tmp_path, "sawing", "dust", 1.0, "kilogram", "CN", more=[about, ("reference product", "planks"), *rest]
    )  # fmt: skip
    assert names(read) == {("planks | sawing", "planks"), ("dust | sawing", "dust"), ("table", "table")}


def test_names_tell_copies_from_what_is_made_here_at_other_places(tmp_path: Path) -> None:
    """An activity of one name in two places makes another product in each; two of the file alone keep their names."""
    holdings.take_in(workbook(tmp_path, "bw", "dust"), Asked("wood", "1"), "auto", "en")
    more: list[Any] = []
    for place, activity, product in (("DE", "sawing", "planks"), ("DE", "milling", "flour"), ("FR", "milling", "bran")):
        made = (activity, product, 1.0, "kilogram", place, "", "production")
        about, _, *rest = BW.block(activity, "kilogram", made, BW.CO2)
        plain = [row for row in rest if row[0] != "location"]
        more += [about, ("reference product", product), ("location", place), *plain]
    read = linked(tmp_path, "sawing", "dust", 1.0, "kilogram", "CN", more=more)
    assert names(read) == {
        ("planks | sawing", "planks"), ("dust | sawing", "dust"), ("table", "table"), ("milling", "flour"),
        ("milling", "bran"),
    }  # fmt: skip


@pytest.mark.parametrize("product", ["bark", ""])
def test_a_link_goes_to_no_other_product(tmp_path: Path, product: str) -> None:
    """Neither where another one is named, nor where none is and there are several."""
    holdings.take_in(workbook(tmp_path, "bw", "sawnwood", "sawdust"), Asked("wood", "1"), "auto", "en")
    with pytest.raises(DatabaseError, match="no dataset makes 'sawing"):
        linked(tmp_path, "sawing", product, 1.0, "kilogram", "CN")


def test_a_unit_does_not_choose_among_products(tmp_path: Path, files: Files) -> None:
    """Sawnwood in m3 and dust in kg: a kilogram of what sawing makes may be either."""
    both = files(sawing("A", "planks", 9, unit="m3"), sawing("A", "dust", 1))
    holdings.take_in(both, Asked("wood", "1"), "auto", "en")
    with pytest.raises(DatabaseError, match="no dataset makes 'making sawing'"):
        linked(tmp_path, "making sawing", "", 1.0, "kilogram", "DE")


def test_the_name_of_a_product_is_not_that_of_an_activity(release: Callable[..., Database], files: Files) -> None:
    """A flow called as an activity that makes something else is not what that makes."""
    release("1", sawing("A", "sawnwood", 9).replace("making sawing", "good heat"))
    used = ES2.spold("house", ES2.moved("house", 1, "out 0"), ES2.moved("heat", 1, "in 5"))
    with pytest.raises(DatabaseError, match="no dataset makes 'good heat'"):
        importers.read(files(used), Asked("fg", "1", link=("wood",)))
