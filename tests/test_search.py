"""Search: a dataset is found by its code, its names, its words, nearly its words; filters filter; the index is kept."""

from __future__ import annotations

import os
import random
import sqlite3
import string
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footprint
from footprint import kept, units, words
from footprint.background import compiled, fts, index, source
from footprint.background.open import Background, Database
from footprint.background.ranking import NEAR
from footprint.background.search import ANY, Filters, Search
from footprint.model.background import DatabaseInfo, Dataset

OPEN_CN = Path(__file__).parents[1] / "databases" / "open-cn"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


def dataset(code: str, name_en: str = "", name_zh: str = "", **more: str) -> Dataset:
    facts = {"unit": "kg", "region": "CN", "period": "2024", "kind": "factor", "category": "x", **more}
    return Dataset(
        key=f"d@1:{code}", code=code, name_en=name_en or code, name_zh=name_zh or code, boundary="cradle-to-gate",
        gwp_set="", status="verified", citation="here", **facts,
    )  # fmt: skip


def database(
    datasets: Iterable[Dataset], synonyms: Mapping[str, Iterable[str]] | None = None, folder: Path = Path("d")
) -> Database:
    """Return datasets as an opened database, without a source and without numbers."""
    records = [compiled.record(d, {"AR6": {}}, {}, (synonyms or {}).get(d.code, ())) for d in datasets]
    info = DatabaseInfo("d", "1", "t", "t", "l", "c", "0")
    return Database(compiled.parse(folder, compiled.text(info, {}, records).encode()), folder)


def searched(*datasets: Dataset, **synonyms: Iterable[str]) -> Search:
    return Search(Background((database(datasets, synonyms),)))


def found(search: Search, written: str, filters: Filters = ANY, limit: int = 10) -> list[str]:
    return [hit.dataset.code for hit in search.find(written, filters, limit)]


@pytest.fixture(scope="module")
def open_cn() -> Database:
    """The datasets that ship, with their synonyms, as they stand in the source."""
    src = source.read(OPEN_CN)
    rows = {row["code"]: row for row in src.activities}
    synonyms = {code: source.synonyms(row) for code, row in rows.items()}
    return database((source.dataset(src, row) for row in rows.values()), synonyms, OPEN_CN)


@pytest.fixture(scope="module")
def shipped(open_cn: Database, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """The datasets that ship, ready to be searched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FOOTPRINT_HOME", str(tmp_path_factory.mktemp("home")))
        return Search(Background((open_cn,)))


# ------------------------------------------------------------------------------------------------------------ laws

NAMES = st.text("abs2 ,-（(冷轧板电力éＡ", min_size=1, max_size=9).filter(lambda name: words.words(words.folded(name)))


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-c]{1,2}(-[a-c2]{1,2}){0,2}", fullmatch=True),
                       st.tuples(NAMES, NAMES, st.lists(NAMES, max_size=2)), min_size=1, max_size=12))  # fmt: skip
def test_a_dataset_is_first_by_its_own_code_and_names(made: dict[str, tuple[str, str, list[str]]]) -> None:
    """Whatever else there is: what stands first has that code, or that name."""
    synonyms = {code: more for code, (_, _, more) in made.items()}
    search = searched(*(dataset(code, en, zh) for code, (en, zh, _) in made.items()), **synonyms)
    for code, (en, zh, more) in made.items():
        assert found(search, code)[0] == code
        for name in (en, zh, *more):
            first = found(search, name)[0]
            written = " ".join(words.folded(name).split())
            names = (first, *made[first][:2], *made[first][2])
            assert written in {" ".join(words.folded(known).split()) for known in names}


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_datasets_that_ship_are_first_by_their_codes_and_names(every: int, open_cn: Database, shipped: Search) -> None:
    """The same for the words that people use."""
    records = {record["dataset"]["code"]: record for record in open_cn.file.records()}
    for code, record in [*records.items()][::every]:
        assert found(shipped, code, limit=1) == [code]
        for lang in ("name_en", "name_zh"):
            (first,) = found(shipped, record["dataset"][lang], limit=1)
            other = records[first]
            names = {other["dataset"]["name_en"], other["dataset"]["name_zh"], *compiled.as_words(other)}
            assert words.folded(record["dataset"][lang]) in set(map(words.folded, names)), code


def mistyped(word: str, draw: random.Random) -> str:
    """Return ``word`` with a letter left out, put in, changed, or swapped with the next."""
    at, letter = draw.randrange(max(1, len(word))), draw.choice(string.ascii_lowercase)
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return draw.choice([word[:at] + word[at + 1 :], word[:at] + letter + word[at:],
                        word[:at] + letter + word[at + 1 :], swapped])  # fmt: skip


@pytest.mark.parametrize("sample", [30, pytest.param(180, marks=pytest.mark.slow)])
def test_one_typo_in_a_long_word_does_not_hide_a_dataset(sample: int, open_cn: Database, shipped: Search) -> None:
    """A letter more, less, another or in the wrong place, in a word of five letters: among the first ten."""
    draw = random.Random(7)
    datasets = open_cn.datasets()
    known = {word for d in datasets for word in words.words(words.folded(d.name_en))}
    looked_at = 0
    for d in draw.sample(datasets, sample):
        long = [word for word in words.words(words.folded(d.name_en)) if len(word) >= 5 and word.isalpha()]
        for word in long[:2]:
            wrong = mistyped(word, draw)
            if words.singular(wrong) not in known and not any(other.startswith(wrong) for other in known):
                looked_at += 1
                assert d.code in found(shipped, words.folded(d.name_en).replace(word, wrong, 1)), (d.name_en, wrong)
    assert looked_at > sample


def test_one_typo_in_a_rare_word_finds_it_alone(open_cn: Database, shipped: Search) -> None:
    """The mistyped word by itself leads to every dataset that has the word, where they are few."""
    draw = random.Random(11)
    places: dict[str, set[str]] = {}
    for entry in index.entries(open_cn.file):
        for word in entry.tokens:
            places.setdefault(word, set()).add(entry.code)
    spelt = sorted(word for word in places if word.isalpha() and not words.is_han(word))
    rare = [word for word in spelt if len(places[word]) <= 2 and len(word) >= 5][::3]
    missed = []
    for word in rare:
        wrong = mistyped(word, draw)
        if not [o for o in spelt if wrong in o or (o != word and words.slips(o, words.singular(wrong), 1) <= 1)]:
            missed += [(word, wrong)] * (not places[word] & set(found(shipped, wrong)))
    assert len(rare) > 100
    assert not missed


@settings(max_examples=300, deadline=None)
@given(st.text(string.ascii_lowercase, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_one_slip_is_one_slip(word: str, draw: random.Random) -> None:
    """The distance of a word to itself mistyped once is one, both ways, or it is the same word."""
    other = mistyped(word, draw)
    assert words.slips(word, other, 2) == words.slips(other, word, 2) == (0 if other == word else 1)
    assert words.slips(word, word + "abc", 2) == 3


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40) | st.text("冷轧板 a\"'*()^:-+.2_", max_size=260))
def test_anything_may_be_asked(written: str) -> None:
    """No text is an error, and each has one answer: quotation marks, operators and long texts too."""
    datasets = [dataset("steel", "steel, cold-rolled", "冷轧板"), dataset("a-2", "a 2", "电")]
    with_index, without = searched(*datasets), Search.__new__(Search)
    without._indexes = tuple((d, index.Plain(index.entries(d.file))) for d, _ in with_index._indexes)
    assert found(with_index, written) == found(with_index, written) == found(without, written)


# -------------------------------------------------------------------------------------------------------- examples

STEEL = dataset("steel-cold-rolled-cn", "steel, cold-rolled sheet and strip, China 2022", "冷轧钢板及钢带，中国2022年")
OTHERS = (
    dataset("steel-hot-rolled-cn", "steel, hot-rolled", "热轧钢板"),
    dataset("aluminium", "aluminium, ingot", "铝锭"),
    dataset("nmc811-oxide", "NMC811 oxide, cathode active material", "三元材料"),
    dataset("battery", "battery cells, lithium-ion", "电芯"),
    dataset("pp", "polypropylene", "聚丙烯"),
    dataset("sulfuric-acid", "sulfuric acid", "硫酸"),
    dataset("case", "case of a device", "塑料壳体"),
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("冷轧板", "steel-cold-rolled-cn"), ("ＳＰＣＣ", "steel-cold-rolled-cn"), ("冷扎板", "steel-cold-rolled-cn"),
        ("冷轧钢带", "steel-cold-rolled-cn"), ("冷板", "steel-cold-rolled-cn"), ("冷冷轧板", "steel-cold-rolled-cn"),
        ("Cold Rolled", "steel-cold-rolled-cn"), ("coldrolled steel", "steel-cold-rolled-cn"),
        ("cold-roled steal", "steel-cold-rolled-cn"), ("aluminum ingots", "aluminium"), ("alu", "aluminium"),
        ("铝绽", "aluminium"), ("NMC 811", "nmc811-oxide"), ("nmc-811", "nmc811-oxide"), ("battery cell", "battery"),
        ("batteries", "battery"), ("PP料", "pp"), ("Pólypropylène", "pp"), ("propylene", "pp"),
        ("sulphuric acid", "sulfuric-acid"), ("secondary aluminum", "aluminium"), ("塑胶壳", "case"),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(written: str, code: str) -> None:
    """Width, case, accents, plurals, blanks, slips, other characters, beginnings and parts of words."""
    search = searched(STEEL, *OTHERS, **{"steel-cold-rolled-cn": ["SPCC", "冷轧板", "冷轧卷"], "pp": ["PP", "PP树脂"]})
    assert found(search, written)[0] == code


@pytest.mark.parametrize("written", ["zzzz", "量子计算机", "!!", "—", "6061"])
def test_what_is_not_there_is_not_found(written: str) -> None:
    """Nothing far-fetched, and nothing for signs alone."""
    assert found(searched(STEEL, *OTHERS), written) == []


def test_what_is_known_is_not_mistyped() -> None:
    """By train is not by lorry with another character, and an alloy of zinc none of aluminium."""
    search = searched(
        dataset("lorry", "lorry", "货车运输"), dataset("train", "train", "铁路运输"), dataset("al", "al", "铝合金"),
        dataset("zn", "zn", "锌"), train=["火车"],
    )  # fmt: skip
    assert found(search, "火车运输")[0] == "train"
    assert found(search, "货牛运输")[0] == "lorry"
    assert search.find("锌合金")[0].placed.rank > NEAR


def test_digits_are_never_mistyped() -> None:
    """6061 is not 6063, NMC811 not NMC622, 2023 not 2024."""
    search = searched(dataset("a", "aluminium 6063"), dataset("b", "NMC622 oxide"))
    assert found(search, "6061") == found(search, "NMC811") == []
    assert found(searched(dataset("a", "PA66 granulate")), "PA46") == []
    assert searched(dataset("a", "alloy", "6063铝型材")).find("6061铝型材")[0].placed.rank > NEAR


def test_the_newest_comes_first_among_equals_and_a_gap_last() -> None:
    """Same words, other years: the newest first; without a year after those; without a number at the end."""
    made = [dataset(code, f"grid power, {year or 'any'}", f"电网，{year or '任何一'}年", period=year, kind=kind)
            for code, year, kind in (("a", "2022", "factor"), ("b", "2024", "factor"), ("c", "", "factor"),
                                     ("d", "2025", "gap"), ("e", "2023", "factor"))]  # fmt: skip
    search = searched(*made)
    for written in ("grid power", "电网", "power"):
        assert found(search, written) == ["b", "e", "a", "c", "d"]


def test_a_name_among_very_many_like_it_is_found() -> None:
    """Hundreds that begin so, newer and filled, do not push out the one that is called so."""
    many = [dataset(f"c{i}", f"steel, kind {i}", f"钢，{i}") for i in range(400)]
    search = searched(*many, dataset("z", "steel", "钢", period="1999", kind="gap"))
    assert found(search, "steel", limit=1) == found(search, "钢", limit=1) == ["z"]
    assert len(found(search, "steel", limit=300)) == 300


def test_nothing_asked_lists_what_the_filters_let_through() -> None:
    """An empty question is answered with everything, the newest first."""
    search = searched(dataset("a", period="2022"), dataset("b", period="2024"), dataset("c", unit="MJ"))
    assert found(search, " ", Filters(unit="t")) == ["b", "a"]


def test_of_equals_that_of_the_region_at_hand_comes_first() -> None:
    """Asked in Chinese, China; else the region of most of the database; then the newer."""
    search = searched(
        dataset("a", "truck", "货车", region="GB", period="2025"), dataset("c", "ship", "轮船", region="GB"),
        dataset("b", "truck", "货车", region="CN-GD", period="2021"), dataset("d", "train", "铁路", region="GB"),
    )  # fmt: skip
    assert (found(search, "货车"), found(search, "truck")) == (["b", "a"], ["a", "b"])


def test_a_material_comes_before_its_disposal_and_the_whole_before_a_part() -> None:
    """What is called PVC is the plastic first, then its incineration; a fuel first with its supply, then its CO2."""
    search = searched(
        dataset("burning", "incineration of plastics", "焚烧", category="waste", period="2025"),
        dataset("plastic", "polyvinyl chloride", "聚氯乙烯"),
        dataset("co2", "diesel, direct", "柴油")._replace(boundary="direct"),
        dataset("diesel", "diesel, whole", "柴油"),
        burning=["PVC"], plastic=["PVC"],
    )  # fmt: skip
    assert found(search, "PVC") == ["plastic", "burning"]
    assert found(search, "柴油") == ["diesel", "co2"]


FILTERS = [
    Filters(unit="t"), Filters(unit="kWh"), Filters(region="cn"), Filters(region="GB"), Filters(region="C"),
    Filters(category="Metals"), Filters(kind="gap"), Filters(year=2024), Filters(unit="kg", region="CN", year=2022),
]  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("written", ["steel", "铝", "freight", "电力 2024", "cathode", ""])
def test_filters_are_filters(shipped: Search, filters: Filters, written: str) -> None:
    """What is found with a filter is what is found without, and let through: in the same order."""
    every = shipped.find(written, limit=5000)
    assert shipped.find(written, filters, 5000) == tuple(hit for hit in every if lets_through(filters, hit.dataset))


def lets_through(filters: Filters, d: Dataset) -> bool:
    years = [int(year) for year in d.period.replace("-", " ").split() if year.isdigit()] or [0]
    return (
        (not filters.unit or units.convertible(d.unit, filters.unit))
        and (not filters.region or f"{d.region}-".casefold().startswith(f"{filters.region}-".casefold()))
        and (not filters.category or d.category == filters.category.casefold())
        and (not filters.kind or d.kind == filters.kind)
        and (not filters.year or min(years) <= filters.year <= max(years))
    )


def test_several_databases_are_searched_as_one() -> None:
    """The better answer comes first, wherever it is; of equals, that of the first database."""
    one = database([dataset("a", "copper wire"), dataset("b", "iron")], folder=Path("one"))
    two = database([dataset("c", "copper"), dataset("d", "iron"), dataset("e", "copper wires")], folder=Path("two"))
    search = Search(Background((one, two)))
    assert found(search, "copper") == ["c", "a", "e"]
    assert found(search, "iron") == ["b", "d"]
    assert found(Search(Background((two, one))), "iron") == ["d", "b"]
    assert found(search, "copper", limit=1) == ["c"]


def test_without_fts5_the_answers_are_the_same(
    open_cn: Database, shipped: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An SQLite that cannot index text, or none: all datasets are looked at, and the first ones are the same."""
    asked = ("冷轧板", "alumnium", "电力 2024", "lithium carbonat", "truck", "PP料", "steel", "freight-rail-cn")
    expected = [shipped.find(written, limit=3) for written in asked]
    fts.is_there.cache_clear()
    monkeypatch.setitem(sys.modules, "sqlite3", None)
    plain = Search(Background((open_cn,)))
    fts.is_there.cache_clear()
    assert isinstance(plain._indexes[0][1], index.Plain)
    assert [plain.find(written, limit=3) for written in asked] == expected


# ----------------------------------------------------------------------------------------------------------- cache


def kept_index(d: Database) -> Path:
    return kept.place("search", str(d.file.path.absolute()))


def test_the_index_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second search reads what the first one kept, and no dataset."""
    d = database([STEEL, *OTHERS])
    expected = found(Search(Background((d,))), "冷轧板")
    assert kept_index(d).is_file()
    monkeypatch.setattr(fts, "entries", None)
    assert found(Search(Background((d,))), "冷轧板") == expected


def test_a_database_that_changed_gets_a_new_index() -> None:
    """The content counts, not the folder: what was kept of the old one is replaced."""
    for code in ("x", "y"):
        d = database([dataset(code, "copper")])
        assert found(Search(Background((d,))), "copper") == [code]
    assert len(list(kept_index(d).parent.iterdir())) == 1


@pytest.mark.parametrize("damage", [
    lambda c: c[: len(c) // 2], lambda c: b"", lambda c: c[:50], lambda c: b"garbage" * 3000,
    lambda c: c[:5000] + bytes(4096) + c[9096:], lambda c: c[:-1] + bytes([c[-1] ^ 1]), lambda c: c + b"x",
    lambda c: c[:60] + bytes(4) + c[64:], lambda c: c[:4096],
])  # fmt: skip
def test_a_torn_index_is_made_anew(damage: object) -> None:
    """Cut off, overwritten, a bit flipped: the same answers, and a whole file afterwards."""
    d = database([STEEL, *OTHERS])
    expected = found(Search(Background((d,))), "steel")
    whole = kept_index(d).read_bytes()
    kept_index(d).write_bytes(damage(whole))
    assert found(Search(Background((d,))), "steel") == expected
    assert fts._is_whole(kept_index(d))
    assert found(Search(Background((d,))), "steel") == expected


def test_a_home_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    """A file where home should be: the index is made in memory, each time."""
    (tmp_path / "home").write_text("in the way", encoding="utf-8")
    d = database([STEEL, *OTHERS])
    assert found(Search(Background((d,))), "冷轧板")[0] == "steel-cold-rolled-cn"
    assert not kept_index(d).exists()


def test_a_full_disk_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that cannot be written whole is not there."""
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError("No space left on device")))
    d = database([STEEL])
    assert found(Search(Background((d,))), "steel") == ["steel-cold-rolled-cn"]
    assert list(kept_index(d).parent.iterdir()) == []


ASK = """
import sys
from footprint.background.open import open_background
from footprint.background.search import Search
print(Search(open_background((sys.argv[1],))).find("冷轧板")[0].dataset.code)
"""


def test_processes_that_search_at_once_all_get_their_answer(tmp_path: Path) -> None:
    """Six at the same time, without an index to begin with: one answer, one file."""
    d = database([STEEL, *OTHERS], {STEEL.code: ["冷轧板"]})
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / compiled.NAME).write_bytes(d.file.content)
    env = os.environ | {"PYTHONPATH": str(Path(footprint.__file__).parents[1]), "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", ASK, f"{tmp_path / 'mine'}/"]
    running = [subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    assert [process.communicate()[0].strip() for process in running] == [STEEL.code] * 6
    (index_file,) = (tmp_path / "home" / "cache" / "search").iterdir()
    assert fts._is_whole(index_file)


def test_a_search_writes_nothing_into_the_index() -> None:
    """It is opened to be read: no journal, no lock, the same bytes."""
    d = database([STEEL, *OTHERS])
    Search(Background((d,))).find("steel")
    before = kept_index(d).read_bytes()
    search = Search(Background((d,)))
    search.find("steel")
    with pytest.raises(sqlite3.OperationalError):
        search._indexes[0][1]._ask("DELETE FROM dataset")
    assert kept_index(d).read_bytes() == before
    assert [path.name for path in kept_index(d).parent.iterdir()] == [kept_index(d).name]


def test_near_is_told_from_exact() -> None:
    """A hit says how well it answers."""
    (hit,) = searched(STEEL).find("cold roled steel")
    assert hit.placed.rank == NEAR


def test_a_word_must_be_there_in_some_way() -> None:
    """What is found shares something with what was asked."""
    search = searched(STEEL, *OTHERS)
    assert found(search, "hot steel")[0] == "steel-hot-rolled-cn"
    assert "pp" not in found(search, "hot steel")
