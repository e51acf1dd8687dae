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
from footprint.background.compiled import Compiled
from footprint.background.open import open_background
from footprint.engine.compile import intensities
from footprint.errors import DatabaseError
from footprint.model.background import DatabaseInfo, Dataset, Key

LINE = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "data" / "line.py")))
INFO = DatabaseInfo("d", "1", "t", "t", "l", "c", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(LINE.small(tmp_path_factory.mktemp("databases")))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


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


def test_what_was_compiled_is_read_back(folder: Path) -> None:
    """Datasets, intensities and gaps survive the file as they were solved."""
    solved = intensities(systems.system(source.read(folder), "AR6"))
    database = open_background((str(folder),)).databases[0]
    for code, impact in solved.impact.items():
        assert dict(database.intensity(code, "AR6").impact) == impact
        assert dict(database.intensity(code, "AR6").gaps) == solved.gaps[code]
    assert database.intensity("resin", "AR6").gaps == {"resin": 1.0}
    src = source.read(folder)
    rows = {row["code"]: source.dataset(src, row) for row in src.activities}
    assert all(found == rows[found.code] for found in database.datasets())


def test_synonyms_are_kept_and_a_file_without_them_is_read(folder: Path, tmp_path: Path) -> None:
    """What a dataset is also called stands in the compiled file; one compiled before that opens all the same."""
    made = LINE.activities(ROWS)
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


def test_a_dataset_is_found_by_code_or_by_its_whole_key(folder: Path) -> None:
    """A bare code, or database@version:code; another version or database is another dataset."""
    background = open_background((str(folder),))
    assert [d.key for d in background.find("steel")] == ["small@1:steel"]
    assert [d.key for d in background.find(" small@1:steel ")] == ["small@1:steel"]
    for other in ("small@2:steel", "big@1:steel", "STEEL", "steel-", "", "small@1:", "ste\tel"):
        assert background.find(other) == ()


def test_a_database_is_found_at_home_before_the_one_that_ships(folder: Path, tmp_path: Path) -> None:
    """A user's own database of a name stands in for the one of the program."""
    import shutil

    shutil.copytree(folder, tmp_path / "home" / "databases" / "open-cn")
    assert [info.id for info in open_background(("open-cn",)).infos] == ["small"]


def test_an_unknown_database_is_told_with_those_there_are() -> None:
    """A name nobody has is an error, with what ships beside it."""
    assert LINE.refused(lambda: open_background(("ecoinvent",))) == (
        "ecoinvent: there is no database 'ecoinvent'. Check the name or give the path of its folder. "
        "Did you mean 'cn-grid-co2', 'open-cn'? [database-unknown]"
    )


@pytest.mark.parametrize("content", [None, b"", b"{}\n", b"[1]\n", b"no json\n", b'{"format":"other/9"}\n'])
def test_a_database_that_was_not_compiled_is_refused(folder: Path, tmp_path: Path, content: bytes | None) -> None:
    """No compiled file, an empty one, or one of another format: told with the command that makes it."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / compiled.NAME).unlink()
    if content is not None:
        (copy / compiled.NAME).write_bytes(content)
    said = LINE.refused(lambda: open_background((str(copy),)))
    assert said.startswith("small: the database has no usable compiled intensities (")
    assert said.endswith("). Run footprint db compile. [database-not-compiled]")


def test_a_compiled_file_that_was_cut_off_is_refused(folder: Path, tmp_path: Path) -> None:
    """Half a copy is stale, wherever it ends."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    content = (copy / compiled.NAME).read_bytes()
    for end in (len(content) - 1, len(content) // 2, content.index(b"\n") + 1):
        (copy / compiled.NAME).write_bytes(content[:end])
        assert LINE.refused(lambda: open_background((str(copy),))).endswith("[database-stale]")


def written(tmp_path: Path, activities: str, exchanges: str, **meta: Any) -> Path:
    """Write a database without compiling it."""
    from footprint.errors import FootprintError

    units = {row["code"]: row["unit"] for row in LINE.activities()} | {"x": "kg", "y": "kg"}
    try:
        return Path(
            LINE.write_database(
                tmp_path / "mine", LINE.activities(activities), LINE.exchanges(exchanges, units), {}, **meta
            )
        )
    except FootprintError:
        return tmp_path / "mine"


ROWS = "x | kg | x\ny | kg | y"


@pytest.mark.parametrize(
    ("exchange", "said"),
    [
        ("x | input | nothing | 1 | unit=kg",
         "an exchange of 'x' cannot be used: 'nothing' is no code of activities.csv"),
        ("z | emission | co2-fossil | 1", "an exchange of 'z' cannot be used: 'z' is no code of activities.csv"),
        ("x | emission | co3 | 1", "an exchange of 'x' cannot be used: gas 'co3' is not known"),
        ("x | emission | co2e-much | 1", "an exchange of 'x' cannot be used: 'much' is not a valid GhgClass"),
        ("x | input | y | a lot", "an exchange of 'x' cannot be used: could not convert string to float: 'a lot'"),
        ("x | input | y | 1 | unit=kWh",
         "an exchange of 'x' cannot be used: kWh (energy) does not convert to kg (mass)"),
        ("x | input | y | 1 | unit=kgs", "an exchange of 'x' cannot be used: unit 'kgs' is not known"),
        ("x | emission | co2-fossil | 1 | unit=kWh",
         "an exchange of 'x' cannot be used: kWh (energy) does not convert to kg (mass)"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, exchange: str, said: str) -> None:
    """Nothing is skipped: what leads nowhere, has no number or no unit stops the compilation."""
    folder = written(tmp_path, ROWS, f"y | emission | co2-fossil | 1\n{exchange}")
    found = LINE.refused(lambda: compile_folder(folder, intensities))
    assert found == f"mine/exchanges.csv:line 3: {said}. Correct the row. [database-exchange]"


def test_all_rows_that_cannot_be_used_are_told_at_once(tmp_path: Path) -> None:
    """Two wrong rows, two sentences."""
    folder = written(tmp_path, ROWS, "x | input | y | a\ny | emission | co3 | 1")
    assert len(LINE.refused(lambda: compile_folder(folder, intensities)).splitlines()) == 2


@pytest.mark.parametrize("amount", ["nan", "inf", "-inf"])
def test_a_number_that_is_none_stops_the_compilation(tmp_path: Path, amount: str) -> None:
    """NaN in a file is not dropped by a solver."""
    folder = written(tmp_path, ROWS, f"x | emission | co2-fossil | {amount}")
    assert "there is a number that is not finite, or an output of zero: x." in LINE.refused(
        lambda: compile_folder(folder, intensities)
    )


def test_a_loop_that_gains_stops_the_compilation(tmp_path: Path) -> None:
    """Two datasets that need more of each other than they make are named."""
    folder = written(tmp_path, ROWS, "x | input | y | 2\ny | input | x | 0.6\ny | emission | co2-fossil | 1")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == (
        "mine: a loop consumes as much as it makes, or more: x, y. Check the amounts of rework and internal return. "
        "[loop-gain]"
    )


def test_a_code_twice_stops_the_compilation(tmp_path: Path) -> None:
    """Codes are never reused, least of all at once."""
    folder = written(tmp_path, f"{ROWS}\nx | kg | x again", "x | emission | co2-fossil | 1")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == (
        "mine/activities.csv:line 4: code 'x' appears twice. Codes are never reused. [database-duplicate-code]"
    )


def test_biogenic_release_without_uptake_stops_the_compilation(tmp_path: Path) -> None:
    """A dataset that burns biomass says what the biomass took up."""
    folder = written(tmp_path, ROWS, "x | emission | co2-biogenic | 1")
    assert "[biogenic-without-uptake]" in LINE.refused(lambda: compile_folder(folder, intensities))
    whole = written(tmp_path, ROWS, "x | emission | co2-biogenic | 1\nx | emission | co2-uptake | 1")
    compile_folder(whole, intensities)


@pytest.mark.parametrize("name", ["database.yaml", "activities.csv", "exchanges.csv"])
def test_a_missing_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    """A database is three files."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / name).unlink()
    assert LINE.refused(lambda: source.read(copy)) == (
        f"small: file {name} is missing from the database. Add it. [database-file-missing]"
    )


def test_gases_follow_the_set_and_aggregates_do_not(folder: Path) -> None:
    """Compiled for AR5 and AR6, a gas has a factor of each; a number known only as CO2e says under which set it was."""
    database = open_background((str(folder),)).databases[0]
    for gwp_set, methane in (("AR5", 30.0), ("AR6", 29.8)):
        impact = database.intensity("copper", gwp_set).impact
        assert impact == pytest.approx({Key("fossil", gwp_set, "unverified"): 3 + 0.01 * methane}, rel=1e-12)
        assert set(database.intensity("stamping", gwp_set).impact) == {Key("fossil", "AR5", "secondary")}


def test_compiling_leaves_no_half_file(folder: Path, tmp_path: Path) -> None:
    """The compiled form is written beside and renamed; compiling twice gives the same bytes."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    before = (copy / compiled.NAME).read_bytes()
    compile_folder(copy, intensities)
    assert (copy / compiled.NAME).read_bytes() == before
    assert {path.name for path in copy.iterdir()} == {"database.yaml", "activities.csv", "exchanges.csv", compiled.NAME}
    assert compiled.parse(copy, before).is_intact()


def test_an_empty_database_compiles_to_nothing(tmp_path: Path) -> None:
    """A database of gaps alone holds no numbers, and no solver is asked for them."""
    folder = LINE.write_database(tmp_path / "mine", LINE.activities("x | kg | x | kind=gap"), [], {})
    database = open_background((str(folder),)).databases[0]
    assert database.intensity("x", "AR6").gaps == {"x": 1.0}
    assert isinstance(database.file, Compiled)


def test_a_stale_database_says_so_in_both_languages(folder: Path, tmp_path: Path) -> None:
    """Content and compiled form that differ stop the calculation."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    text = (copy / "activities.csv").read_text(encoding="utf-8")
    (copy / "activities.csv").write_text(text.replace("recycled steel", "second-hand steel"), encoding="utf-8")
    with pytest.raises(DatabaseError) as caught:
        open_background((str(copy),))
    said = "small: 编译结果与数据库内容不符（small）。请运行 footprint db compile。 [database-stale]"
    assert caught.value.text("zh") == said


def edited(folder: Path, tmp_path: Path, name: str, change: Any) -> Path:
    """Return a copy of ``folder`` in which the bytes of file ``name`` are changed."""
    import shutil

    copy = Path(shutil.copytree(folder, tmp_path / "small"))
    (copy / name).write_bytes(change((copy / name).read_bytes()))
    return copy


def swap(old: str, new: str) -> Any:
    def change(content: bytes) -> bytes:
        assert old.encode() in content, old
        return content.replace(old.encode(), new.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("activities.csv", swap(",unit,", ",units,"),
         "small/activities.csv: column 'unit' is missing. Add it. [database-column]"),
        ("activities.csv", lambda _: b"",
         "small/activities.csv: column 'code' is missing. Add it. [database-column]"),
        ("exchanges.csv", swap("activity,", "activities,"),
         "small/exchanges.csv: column 'activity' is missing. Add it. [database-column]"),
        ("exchanges.csv", lambda content: content.rstrip() + b",,,,,,,\n",
         "cannot be read (more cells than the header). Check its quotation marks. [csv-malformed]"),
        ("activities.csv", lambda content: content + b'"' + b"x" * 140_000 + b'"\n',
         "cannot be read (field larger than field limit (131072)). Check its quotation marks. [csv-malformed]"),
        ("database.yaml", lambda _: b"",
         "gwp_sets of the database cannot be used: a list of AR5, AR6, EF3.1 is needed. Correct it. [database-part]"),
        ("database.yaml", lambda _: b"",
         "small/database.yaml: title.zh of the database cannot be used: one text is needed. Correct it. "),
        ("database.yaml", lambda _: b"[1]",
         "database.yaml of the database cannot be used: keys with their values are needed. Correct it. "),
        ("database.yaml", lambda content: content + b"electricity2: [\n", "[yaml-syntax]"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told(folder: Path, tmp_path: Path, name: str, change: Any, said: str) -> None:
    """Missing columns and keys, rows that are too long, files that are none: sentences, for opening and compiling."""
    copy = edited(folder, tmp_path, name, change)
    assert said in LINE.refused(lambda: source.read(copy))
    assert said in LINE.refused(lambda: open_background((str(copy),)))
    assert said in LINE.refused(lambda: compile_folder(copy, intensities))


def test_a_file_as_excel_saves_it_in_china_is_told_with_how_to_save_it(folder: Path, tmp_path: Path) -> None:
    """GBK is named, with the line where it shows and the remedy; nothing is guessed."""
    copy = edited(folder, tmp_path, "activities.csv", lambda c: c.rstrip() + b"\n" + "钢,steel\n".encode("gbk"))
    line = (folder / "activities.csv").read_bytes().rstrip().count(b"\n") + 2
    assert LINE.refused(lambda: open_background((str(copy),))) == (
        f"small/activities.csv:line {line}: the file is not UTF-8. Save it as 'CSV UTF-8'; the plain 'CSV' of Excel in "
        "China is GBK. [database-encoding]"
    )


def test_all_files_are_told_at_once(folder: Path, tmp_path: Path) -> None:
    """A column, a key and a second database: three sentences of one error."""
    copy = edited(folder, tmp_path, "exchanges.csv", swap(",flow,", ",flows,"))
    meta = 'id: small\nversion: "1"\ntitle: {en: a, zh: 钢}\nlicence: l\ngwp_sets: [AR6]\n'
    (copy / "database.yaml").write_text(meta, encoding="utf-8")
    said = LINE.refused(lambda: open_background((str(copy), "no-such-database"))).splitlines()
    assert [line.rpartition("[")[2] for line in said] == ["database-column]", "database-part]", "database-unknown]"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x | kgs | x", "unit 'kgs' is not known"),
        ("x | kg | x | amount=abc", "could not convert string to float: 'abc'"),
        ("x | kg | x | kind=process", "kind 'process' is none of unit-process, factor, gap"),
        ("x | kg | x | status=sure", "'sure' is not a valid Status"),
        ("x y | kg | x", "a code without blanks is needed"),
    ],
)
def test_a_dataset_that_cannot_be_used_is_told_with_its_line(tmp_path: Path, row: str, said: str) -> None:
    """Unit, amount, kind, status and code of every dataset are looked at, its line counted as an editor does."""
    folder = written(tmp_path, f"y | kg | y\n{row}", "y | emission | co2-fossil | 1")
    code = row.partition(" |")[0]
    expected = f"dataset '{code}' cannot be used: {said}. Correct the row. [database-activity]"
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == f"mine/activities.csv:line 3: {expected}"
    text = (folder / "activities.csv").read_text(encoding="utf-8").replace("\n", "\n\n", 1)
    (folder / "activities.csv").write_text(text, encoding="utf-8")
    assert LINE.refused(lambda: compile_folder(folder, intensities)) == f"mine/activities.csv:line 4: {expected}"


def test_an_exchange_says_its_direction_and_status(tmp_path: Path) -> None:
    """What is neither input nor emission is not taken for an input."""
    folder = written(tmp_path, ROWS, "y | emission | co2-fossil | 1\nx | Emission | co2-fossil | 1 | unit=kg")
    assert "direction 'Emission' is none of input, emission" in LINE.refused(
        lambda: compile_folder(folder, intensities)
    )


def test_electricity_leads_to_datasets(folder: Path, tmp_path: Path) -> None:
    """A supply whose code is none, or a table that is none, is told with country and year."""
    copy = edited(folder, tmp_path, "database.yaml", lambda c: c)
    import yaml

    meta = yaml.load((copy / "database.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    meta["electricity"] = {"CN": {"2024": {"grid": "no-such-code"}}}
    (copy / "database.yaml").write_text(json.dumps(meta), encoding="utf-8")
    assert LINE.refused(lambda: source.read(copy)) == (
        "small/database.yaml: electricity.CN.2024 of the database cannot be used: 'no-such-code' is no code of "
        "activities.csv. Correct it. [database-part]"
    )
    meta["electricity"] = {"CN": ["2024"]}
    (copy / "database.yaml").write_text(json.dumps(meta), encoding="utf-8")
    assert "country, year, supply and code are needed" in LINE.refused(lambda: source.read(copy))


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
        swap('"name_en"', '"name_fr"'),
        swap('"region":"', '"sector":"x","region":"'),
        swap('"dataset":{', '"dataset":[{'),
        swap("\t{", "\t"),
        swap("\t", " "),
        lambda body: body.replace(b'"unit":"kg"', b'"unit":1'),
        lambda body: b"\xff" + body,
        lambda body: b"a\t" + b"[" * 100_000 + b"\n" + body,
    ],
)
def test_a_broken_line_is_told_with_its_number(folder: Path, tmp_path: Path, change: Any) -> None:
    """Lines no version of ours wrote, or under the code of another, end in a sentence."""
    copy = edited(folder, tmp_path, compiled.NAME, resigned(change))
    database = open_background((str(copy),)).databases[0]
    assert database.file.codes()
    said = LINE.refused(database.datasets)
    assert said.startswith("small/intensities.jsonl:line ")
    assert said.endswith("). Run footprint db compile. [database-not-compiled]")


@pytest.mark.parametrize("value", ['"1"', "null", "NaN", "true", "1,1"])
def test_an_intensity_that_is_no_number_is_told(folder: Path, tmp_path: Path, value: str) -> None:
    """A factor that is text, nothing, or no finite number does not reach the ledger."""
    import re

    found = re.compile(rb'(\["\w+","\w+","\w+",)[^]]+')
    change = resigned(lambda body: found.sub(rb"\g<1>" + value.encode(), body))
    copy = edited(folder, tmp_path, compiled.NAME, change)
    database = open_background((str(copy),)).databases[0]
    assert "[database-not-compiled]" in LINE.refused(lambda: database.intensity("steel", "AR6"))


@pytest.mark.parametrize("part", [{"info": {}}, {"info": None}, {"gwp_sets": "AR6"}, {"electricity": {"CN": []}}])
def test_a_header_that_is_none_is_told(folder: Path, tmp_path: Path, part: dict[str, Any]) -> None:
    """The header is looked at before anybody relies on it."""

    def change(content: bytes) -> bytes:
        first, _, body = content.partition(b"\n")
        return json.dumps({**json.loads(first), **part}).encode() + b"\n" + body

    copy = edited(folder, tmp_path, compiled.NAME, change)
    assert LINE.refused(lambda: open_background((str(copy),))) == (
        f"small: the database has no usable compiled intensities (intensities.jsonl: {next(iter(part))}). "
        "Run footprint db compile. [database-not-compiled]"
    )


@pytest.mark.parametrize("with_source", [True, False])
def test_edited_intensities_are_found(folder: Path, tmp_path: Path, with_source: bool) -> None:
    """One digit in a compiled file, be it of a factor or of the electricity, and it does not open."""
    for number, (old, new) in enumerate([('"secondary",', '"secondary",1'), ('"grid":"', '"grid":"x')]):
        copy = edited(folder, tmp_path / str(number), compiled.NAME, swap(old, new))
        if not with_source:
            (copy / "database.yaml").unlink()
        assert LINE.refused(lambda copy=copy: open_background((str(copy),))).endswith("[database-stale]")


def test_verifying_finds_what_is_below_its_tolerance(folder: Path, tmp_path: Path) -> None:
    """Numbers that agree to 1e-9 in lines that are not those compiled are a difference too."""
    from footprint.background.build import compiled_text

    fresh = compiled.parse(folder, compiled_text(folder, intensities).encode())
    stored = compiled.load(edited(folder, tmp_path, compiled.NAME, lambda content: content.replace(b'{"', b'{ "')))
    assert compiled.differences(stored, fresh) == ("sha256",)
    assert compiled.differences(compiled.load(folder), fresh) == ()


def test_what_cannot_be_written_is_told(folder: Path, tmp_path: Path) -> None:
    """A folder in the way of the compiled file: a sentence, and nothing left beside."""
    copy = edited(folder, tmp_path, "database.yaml", lambda c: c)
    (copy / compiled.NAME).unlink()
    (copy / compiled.NAME).mkdir()
    assert LINE.refused(lambda: compile_folder(copy, intensities)).endswith(
        "it cannot be written: Is a directory. Check permissions, or close the file if it is open. [cannot-write]"
    )
    assert not list(copy.glob("*.tmp"))


def test_a_search_in_a_file_cut_off_ends(folder: Path) -> None:
    """Whatever a file ends with, looking for a code that sorts behind it comes to an end."""
    content = (folder / compiled.NAME).read_bytes().rstrip()
    assert compiled.parse(folder, content).record("zzz") is None


def test_a_background_knows_its_folders(folder: Path) -> None:
    """Where each database was opened, by id and version."""
    assert [src.folder for src in open_background((str(folder),)).sources()] == [folder]


def test_topics_and_documents(folder: Path, tmp_path: Path) -> None:
    """Tables in folders per topic are one table; a citation spells its documents out; a row may stand on another."""
    copy = edited(folder, tmp_path, "database.yaml", lambda content: content)
    topic = copy / "topic"
    topic.mkdir()
    for name in ("activities.csv", "exchanges.csv"):
        (copy / name).rename(topic / name)
    assert source.read(copy).checksum() == source.read(folder).checksum()
    header = "id,document,number,date,publisher,licence\n"
    (copy / "sources.csv").write_text(f"{header}a-1,A Report,No. 7,2024-05,An Office,CC0\n", encoding="utf-8")
    src = source.read(copy)
    assert src.checksum() != source.read(folder).checksum()
    report = "An Office, A Report, No. 7, 2024-05"
    assert src.cited("[a-1] Table 2; [a-1]") == f"{report}; Table 2; {report}"
    assert src.cited("see copper") == "copper: arithmetic test, no real factor"
    assert src.cited("see nobody") == "see nobody"
    (topic / "sources.csv").write_text(f"{header}a-1,Another,,,,\n", encoding="utf-8")
    assert "small/topic/sources.csv:line 2: code 'a-1' appears twice" in LINE.refused(lambda: source.read(copy))
    (topic / "sources.csv").unlink()
    text = (topic / "activities.csv").read_text(encoding="utf-8")
    (topic / "activities.csv").write_text(text.replace("arithmetic test", "[b]", 1), encoding="utf-8")
    assert "[b] of the database cannot be used: no document of sources.csv" in LINE.refused(lambda: source.read(copy))


def test_two_databases_of_one_name_are_not_mixed(folder: Path, tmp_path: Path) -> None:
    """The same database twice is one; another content under its name and version is refused."""
    made = LINE.activities("steel | kg | other steel"), LINE.exchanges("steel | emission | co2-fossil | 9", {})
    other = LINE.write_database(tmp_path / "elsewhere" / "small", *made, {})
    assert len(open_background((str(folder), str(folder))).databases) == 1
    assert "two databases of the same name and version, small@1, differ" in LINE.refused(
        lambda: open_background((str(folder), str(other)))
    )


def test_copies_that_a_tool_keeps_are_not_tables(folder: Path, tmp_path: Path) -> None:
    """A hidden folder with a copy of the exchanges adds nothing."""
    copy = edited(folder, tmp_path, "database.yaml", lambda content: content)
    for name in (".ipynb_checkpoints", "_old"):
        (copy / name).mkdir()
        (copy / name / "exchanges.csv").write_bytes((copy / "exchanges.csv").read_bytes())
    assert source.read(copy).checksum() == source.read(folder).checksum()


def test_other_characterisation_factors_make_a_database_stale(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Intensities rest on the table of warming potentials as much as on their own tables."""
    rows = [{**row, "AR6": "31"} if row["gas"] == "ch4-fossil" else row for row in gwp.rows()]
    monkeypatch.setattr(gwp, "rows", lambda: tuple(rows))
    monkeypatch.setattr(gwp, "TABLE", folder / "activities.csv")
    assert LINE.refused(lambda: open_background((str(folder),))).endswith("[database-stale]")
