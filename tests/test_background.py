"""Databases: opened by name or folder, found by code, compiled from what stands in them, refused when stale."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint import gwp
from footprint.background import compiled, source, systems
from footprint.background.build import compile_folder
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.model.background import DatabaseInfo, Dataset

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
INFO = DatabaseInfo("d", "1", "t", "t", "l", "c", "0")
pytestmark = pytest.mark.usefixtures("own_home")


def dataset(code: str) -> Dataset:
    return Dataset(
        f"d@1:{code}", code, code, code, "kg", "CN", "2024", "factor", "cradle-to-gate", "x", "", "verified", "here"
    )  # fmt: skip


@settings(max_examples=150)
@given(st.sets(st.text("ab-0é电", min_size=1, max_size=4), max_size=25), st.sets(st.text("ab-0é电z", max_size=5)))
def test_a_code_is_found_if_and_only_if_it_is_there(codes: set[str], others: set[str]) -> None:
    """The bisection over the bytes finds every code and no other, prefixes and other scripts included."""
    records = [compiled.record(dataset(code), {"AR6": {}}, {}) for code in codes]
    file = compiled.parse(Path("d"), compiled.text(INFO, {}, records).encode())
    for code in codes | others:
        found = file.record(code)
        assert (found is not None) == (code in codes)
        assert found is None or compiled.as_dataset(found) == dataset(code)
    assert sorted(file.codes()) == sorted(codes)


def test_what_was_compiled_is_read_back(small: Path) -> None:
    """Datasets, intensities and gaps survive the file as they were solved."""
    solved = intensities(systems.system(source.read(small), "AR6"))
    database = open_background((str(small),)).databases[0]
    for code, impact in solved.impact.items():
        assert dict(database.intensity(code, "AR6").impact) == impact
        assert dict(database.intensity(code, "AR6").gaps) == solved.gaps[code]
    assert database.intensity("resin", "AR6").gaps == {"resin": 1.0}
    src = source.read(small)
    rows = {row["code"]: source.dataset(src, row) for row in src.activities}
    assert all(found == rows[found.code] for found in database.datasets())


def test_synonyms_are_kept_and_a_file_without_them_is_read(small: Path, tmp_path: Path) -> None:
    """What a dataset is also called stands in the compiled file; one compiled before that opens all the same."""
    made = LINE.activities("x | kg | x\ny | kg | y")
    made[0]["synonyms"] = "钢| Stahl |钢||acier"
    path = LINE.write_database(tmp_path / "mine", made, [], {})
    records = {record["dataset"]["code"]: record for record in compiled.load(path).records()}
    assert {code: compiled.as_words(record) for code, record in records.items()} == {
        "x": ("钢", "Stahl", "acier"), "y": (),
    }  # fmt: skip
    assert "words" not in records["y"]
    fresh = compiled.load(path)
    without = compiled.record(dataset("x"), {"AR6": {}}, {})
    old = compiled.parse(Path("d"), compiled.text(INFO, {}, [without]).encode())
    assert old.record("x") == without
    stored = compiled.parse(path, fresh.content[:].replace(b'"acier"', b'"acero"'))
    assert compiled.differences(fresh, stored) == ("x",)


@pytest.mark.parametrize("words", ['"steel"', "[1]", "{}", "null"])
def test_synonyms_that_are_no_texts_are_refused(words: str) -> None:
    """A list of texts, or the file is none of ours."""
    line = json.dumps(compiled.record(dataset("x"), {}, {}))[:-1] + f', "words": {words}}}'
    file = compiled.parse(Path("d"), (compiled.text(INFO, {}, []) + f"x\t{line}\n").encode())
    assert "(field words)" in LINE.refused(lambda: file.record("x"))


def test_a_dataset_is_found_by_code_or_by_its_whole_key(small: Path) -> None:
    """A bare code, or database@version:code; another version or database is another dataset."""
    background = open_background((str(small),))
    assert [d.key for d in background.find("steel")] == ["small@1:steel"]
    assert [d.key for d in background.find(" small@1:steel ")] == ["small@1:steel"]
    for other in ("small@2:steel", "big@1:steel", "STEEL", "steel-", "", "small@1:", "ste\tel"):
        assert background.find(other) == ()


def test_a_database_is_found_at_home_before_the_one_that_ships(small: Path, tmp_path: Path) -> None:
    """A user's own database of a name stands in for the one of the program."""
    import shutil

    shutil.copytree(small, tmp_path / "home" / "databases" / "open-cn")
    assert [info.id for info in open_background(("open-cn",)).infos] == ["small"]


def test_an_unknown_database_is_told_with_those_there_are() -> None:
    """A name nobody has is an error, with what ships beside it."""
    assert LINE.refused(lambda: open_background(("ecoinvent",))) == (
        "ecoinvent: there is no database 'ecoinvent'. Check the name or give the path of its folder. "
        "Did you mean 'cn-grid-co2', 'open-cn'? [database-unknown]"
    )


@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"[1]\n", b"no json\n", b'{"format":"other/9"}\n'])
def test_a_database_that_was_not_compiled_is_refused(small: Path, tmp_path: Path, content: bytes | None) -> None:
    """No compiled file, an empty one, or one of another format: told with the command that makes it."""
    import shutil

    copy = Path(shutil.copytree(small, tmp_path / "small"))
    (copy / compiled.NAME).unlink()
    if content is not None:
        (copy / compiled.NAME).write_bytes(content)
    said = LINE.refused(lambda: open_background((str(copy),)))
    assert said.startswith("small: the database has no usable compiled intensities (")
    assert said.endswith("). Run footprint db compile. [database-not-compiled]")


def test_a_compiled_file_that_was_cut_off_is_refused(small: Path, tmp_path: Path) -> None:
    """Half a copy is stale, wherever it ends."""
    import shutil

    copy = Path(shutil.copytree(small, tmp_path / "small"))
    content = (copy / compiled.NAME).read_bytes()
    for end in (len(content) - 1, len(content) // 2, content.index(b"\n") + 1):
        (copy / compiled.NAME).write_bytes(content[:end])
        assert LINE.refused(lambda: open_background((str(copy),))).endswith("[database-stale]")


def test_a_stale_database_says_so_in_both_languages(small: Path, tmp_path: Path) -> None:
    """Content and compiled form that differ stop the calculation."""
    import shutil

    copy = Path(shutil.copytree(small, tmp_path / "small"))
    text = (copy / "activities.csv").read_text(encoding="utf-8")
    (copy / "activities.csv").write_text(text.replace("recycled steel", "second-hand steel"), encoding="utf-8")
    with pytest.raises(DatabaseError) as caught:
        open_background((str(copy),))
    said = "small: 编译结果与数据库内容不符（small）。请运行 footprint db compile。 [database-stale]"
    assert caught.value.text("zh") == said


def resigned(change: Any) -> Any:
    """Return ``change`` applied to the body of a compiled file, its hash made to fit."""

    def made(content: bytes) -> bytes:
        first, _, body = content.partition(b"\n")
        header, body = json.loads(first), change(body)
        return json.dumps({**header, "sha256": compiled.digest(header, body)}).encode() + b"\n" + body

    return made


@pytest.mark.parametrize(
    "change",
    [
        LINE.swap('"name_en"', '"name_fr"'),
        LINE.swap('"region":"', '"sector":"x","region":"'),
        LINE.swap('"dataset":{', '"dataset":[{'),
        LINE.swap("\t{", "\t"),
        LINE.swap("\t", " "),
        lambda body: body.replace(b'"unit":"kg"', b'"unit":1'),
        lambda body: b"\xff" + body,
        lambda body: b"a\t" + b"[" * 100_000 + b"\n" + body,
    ],
)
def test_a_broken_line_is_told_with_its_number(small: Path, tmp_path: Path, change: Any) -> None:
    """Lines no version of ours wrote, or under the code of another, end in a sentence."""
    copy = LINE.edited(small, tmp_path, compiled.NAME, resigned(change))
    database = open_background((str(copy),)).databases[0]
    assert database.file.codes()
    said = LINE.refused(database.datasets)
    assert said.startswith("small/intensities.jsonl:line ")
    assert said.endswith("). Run footprint db compile. [database-not-compiled]")


@pytest.mark.parametrize("value", ['"1"', "null", "NaN", "true", "1,1"])
def test_an_intensity_that_is_no_number_is_told(small: Path, tmp_path: Path, value: str) -> None:
    """A factor that is text, nothing, or no finite number does not reach the ledger."""
    import re

    found = re.compile(rb'(\["\w+","\w+","\w+",)[^]]+')
    change = resigned(lambda body: found.sub(rb"\g<1>" + value.encode(), body))
    copy = LINE.edited(small, tmp_path, compiled.NAME, change)
    database = open_background((str(copy),)).databases[0]
    assert "[database-not-compiled]" in LINE.refused(lambda: database.intensity("steel", "AR6"))


@pytest.mark.parametrize("part", [{"info": {}}, {"info": None}, {"gwp_sets": "AR6"}, {"electricity": {"CN": []}}])
def test_a_header_that_is_none_is_told(small: Path, tmp_path: Path, part: dict[str, Any]) -> None:
    """The header is looked at before anybody relies on it."""

    def change(content: bytes) -> bytes:
        first, _, body = content.partition(b"\n")
        return json.dumps({**json.loads(first), **part}).encode() + b"\n" + body

    copy = LINE.edited(small, tmp_path, compiled.NAME, change)
    assert LINE.refused(lambda: open_background((str(copy),))) == (
        f"small: the database has no usable compiled intensities (intensities.jsonl: {next(iter(part))}). "
        "Run footprint db compile. [database-not-compiled]"
    )


@pytest.mark.parametrize("with_source", [True, False])
def test_edited_intensities_are_found(small: Path, tmp_path: Path, with_source: bool) -> None:
    """One digit in a compiled file, be it of a factor or of the electricity, and it does not open."""
    for number, (old, new) in enumerate([('"secondary",', '"secondary",1'), ('"grid":"', '"grid":"x')]):
        copy = LINE.edited(small, tmp_path / str(number), compiled.NAME, LINE.swap(old, new))
        if not with_source:
            (copy / "database.yaml").unlink()
        assert LINE.refused(lambda copy=copy: open_background((str(copy),))).endswith("[database-stale]")


def test_verifying_finds_what_is_below_its_tolerance(small: Path, tmp_path: Path) -> None:
    """Numbers that agree to 1e-9 in lines that are not those compiled are a difference too."""
    from footprint.background.build import compiled_text

    fresh = compiled.parse(small, compiled_text(small, intensities).encode())
    stored = compiled.load(LINE.edited(small, tmp_path, compiled.NAME, lambda content: content.replace(b'{"', b'{ "')))
    assert compiled.differences(stored, fresh) == ("sha256",)
    assert compiled.differences(compiled.load(small), fresh) == ()


def test_what_cannot_be_written_is_told(small: Path, tmp_path: Path) -> None:
    """A folder in the way of the compiled file: a sentence, and nothing left beside."""
    copy = LINE.edited(small, tmp_path, "database.yaml", lambda c: c)
    (copy / compiled.NAME).unlink()
    (copy / compiled.NAME).mkdir()
    assert LINE.refused(lambda: compile_folder(copy, intensities)).endswith(
        "it cannot be written: Is a directory. Check permissions, or close the file if it is open. [cannot-write]"
    )
    assert not list(copy.glob("*.tmp"))


def test_a_search_in_a_file_cut_off_ends(small: Path) -> None:
    """Whatever a file ends with, looking for a code that sorts behind it comes to an end."""
    content = (small / compiled.NAME).read_bytes().rstrip()
    assert compiled.parse(small, content).record("zzz") is None


def test_a_background_knows_its_folders(small: Path) -> None:
    """Where each database was opened, by id and version."""
    assert [src.folder for src in open_background((str(small),)).sources()] == [small]


def test_two_databases_of_one_name_are_not_mixed(small: Path, tmp_path: Path) -> None:
    """The same database twice is one; another content under its name and version is refused."""
    made = LINE.activities("steel | kg | other steel"), LINE.exchanges("steel | emission | co2-fossil | 9", {})
    other = LINE.write_database(tmp_path / "elsewhere" / "small", *made, {})
    assert len(open_background((str(small), str(small))).databases) == 1
    assert "two databases of the same name and version, small@1, differ" in LINE.refused(
        lambda: open_background((str(small), str(other)))
    )


def test_other_characterisation_factors_make_a_database_stale(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intensities rest on the table of warming potentials as much as on their own tables."""
    rows = [{**row, "AR6": "31"} if row["gas"] == "ch4-fossil" else row for row in gwp.rows()]
    monkeypatch.setattr(gwp, "rows", lambda: tuple(rows))
    monkeypatch.setattr(gwp, "TABLE", small / "activities.csv")
    assert LINE.refused(lambda: open_background((str(small),))).endswith("[database-stale]")
