"""Datasets for lines of a bill: measured on lines by which nothing was fitted, and held to what must always be so."""

import csv
import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.background.offered import offered
from footprint.background.open import open_background
from footprint.filling import reason
from footprint.matching import evidence, vocabulary
from footprint.matching.candidates import ACCEPTED, DOUBTED, Candidates, weights
from footprint.matching.evidence import FEATURES
from footprint.matching.terms import folded
from footprint.matching.vocabulary import designations, is_blend, meanings, sides
from footprint.model.matched import How, Offered, Wanted
from tests.matching.fitting import FOR_IT
from tests.matching.labelled import SETS, labelled
from tests.matching.measured import outcomes, share


@pytest.fixture(scope="module")
def candidates():
    return Candidates(offered(open_background(("open-cn",))))


@pytest.fixture(scope="module")
def reported(candidates):
    return outcomes(candidates, labelled("reporting"))


def first(candidates, **wanted):
    choices = candidates.choices(Wanted("1", **wanted))
    return choices[0].key.rpartition(":")[2] if choices else ""


# --------------------------------------------------------------------------------------- the labelled lines


def test_lines_are_enough_and_kept_apart():
    """At least 1,000 lines, no two of them one, and what weights are fitted on is not what is reported on."""
    halves = [{(line.wanted.name, line.wanted.specification) for line in labelled(name)} for name in SETS]
    assert sum(len(labelled(name)) for name in SETS) >= 1000
    assert len(halves[0] & halves[1]) <= 1


def test_labels_are_datasets(candidates):
    known = {one.code for one in candidates.offered}
    assert [line for name in SETS for line in labelled(name) if not line.right <= known] == []


def test_the_right_dataset_is_first_or_among_the_first(reported):
    asked = [one for one in reported if one.line.right]
    assert share(one.is_right for one in asked) >= 78
    assert share(one.rank is not None and one.rank < 5 for one in asked) >= 92


def test_of_those_taken_unasked_at_most_two_in_a_hundred_are_wrong(reported):
    taken = [one for one in reported if one.confidence >= ACCEPTED]
    assert len(taken) > len(reported) / 10
    assert share(not one.is_right for one in taken) <= 2


def test_confidence_is_what_happens(reported):
    """In each third of confidence, the mean is within ten points of the share that is right."""
    ordered = sorted(reported, key=lambda one: one.confidence)
    for third in range(3):
        mine = ordered[third * len(ordered) // 3 : (third + 1) * len(ordered) // 3]
        mean = 100 * sum(one.confidence for one in mine) / len(mine)
        assert mean == pytest.approx(share(one.is_right for one in mine), abs=10)


@pytest.mark.slow
def test_the_table_is_printed():
    """``python -m tests.matching`` prints shares and a reliability diagram."""
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-m", "tests.matching"], cwd=root, capture_output=True, text=True, check=True, encoding="utf-8"
    )
    for part in ("top-1 %", "top-5 %", "taken unasked", "wrong among them", "confidence", "right %", "Brier"):
        assert part in done.stdout


# ---------------------------------------------------------------------------------------------- what is always so


WORDS = st.sampled_from([
    "铝", "钢板", "SPCC", "Q235", "6061-T6", "PA66-GF30", "电机", "螺栓", "M6*20", "cold rolled", "steel", "sheet",
    "copper", "磷酸铁锂", "kg", "%", "1.2mm", ",", "/", "（", "胶带", "tape",
])  # fmt: skip
UNITS = st.sampled_from(["kg", "件", "m2", "kWh", "t·km", "?", ""])


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=4), UNITS)
def test_confidence_is_a_chance_and_falls(candidates, name, specification, unit):
    choices = candidates.choices(Wanted("1", " ".join(name), " ".join(specification), unit=unit), 10)
    chances = [one.confidence for one in choices]
    assert all(0 <= chance <= 1 and math.isfinite(chance) for chance in chances)
    assert chances == sorted(chances, reverse=True)
    assert len({one.key for one in choices}) == len(choices) <= 10


def test_a_line_that_says_nothing_is_left_alone(candidates):
    for name in ("", " ", "。。。", "///"):
        assert candidates.choices(Wanted("1", name)) == ()


def test_carriage_and_goods_are_never_taken_for_each_other(candidates):
    unit = {one.key: one.unit for one in candidates.offered}
    carried = candidates.choices(Wanted("1", "公路货运", unit="t·km"), 50)
    weighed = candidates.choices(Wanted("1", "公路货运", unit="kg"), 50)
    assert carried
    assert {unit[one.key] for one in carried} == {"t·km"}
    assert "t·km" not in {unit[one.key] for one in weighed}


@pytest.mark.parametrize(
    "line", [{"name": "steel-cold-rolled-cn"}, {"name": "flat-glass"}, {"name": "PA66-GF30"},
             {"name": "something else", "part": "STEEL-COLD-ROLLED-CN"}],
)  # fmt: skip
def test_the_code_of_a_dataset_is_certain_as_part_number_or_as_all_that_a_line_says(candidates, line):
    (choice, *_) = candidates.choices(Wanted("1", **line))
    assert (choice.how, choice.confidence) == (How.CODE, 1.0)
    assert choice.key.rpartition(":")[2] == line.get("part", line["name"]).casefold()


@pytest.mark.parametrize(
    ("name", "specification"),
    [
        ("carbon-black masterbatch 40 %", ""), ("flat-glass cleaner", ""), ("aluminium-foil tape, acrylic", ""),
        ("cast-iron scrap", ""), ("eva-film recycled", ""), ("copper-sheet laminate FR4", ""),
        ("titanium-dioxide coated mica", ""), ("transformer-oil filter", ""), ("silicone-rubber mould release", ""),
        ("lubricating-oil pump", ""), ("回收 pa66-gf30", "再生"), ("清洗剂 for pa66-gf30", ""), ("废料 PA66-GF30", ""),
        ("PA66-GF30 再生", "100% PCR"), ("废料", "PA66-GF30"), ("脱模剂", "PA66-GF30"), ("cleaner", "flat-glass"),
        ("PA66-GF30", "模具"), ("something else", "steel-cold-rolled-cn"),
    ],
)  # fmt: skip
def test_a_code_within_a_line_is_a_name_like_others(candidates, name, specification):
    """Codes are plain words with hyphens and designations of grades: what stands beside them makes another thing."""
    choices = candidates.choices(Wanted("1", name, specification, unit="kg"))
    assert choices
    assert all(one.how is not How.CODE and one.confidence < ACCEPTED for one in choices)


def test_a_number_is_no_code(candidates):
    """A code is one where it can be nothing else: the part code itself, or a word with a sign and a letter in it."""
    made = Candidates([
        Offered("x:1200", "1200", ("gold",), "kg", "", "", "factor"),
        Offered("x:f7", "f7", ("silver",), "kg", "", "", "factor"),
    ])  # fmt: skip
    assert made.choices(Wanted("1", "plate 1200 x 600")) == ()
    assert made.choices(Wanted("1", "plate f7")) == ()
    assert made.choices(Wanted("1", "plate", part="1200")) == ()
    assert [one.how for one in made.choices(Wanted("1", "plate", part="F7"))] == [How.CODE]


@pytest.mark.parametrize(
    ("name", "unit"),
    [("水泥钉", "个"), ("肥皂盒", "个"), ("尿素箱", "个"), ("soap dish", "pcs"), ("urea tank", "pcs"),
     ("柴油发电机", "台"), ("AlSi9Cu3", "kg"), ("硅钢", "kg"), ("PC/ABS", "kg"), ("6061-T6 锻件", "kg"),
     ("PMMA", "kg"), ("PA", "kg"), ("SUS430", "kg"), ("再生铜", "kg"), ("PCR ABS", "kg"), ("盐酸 31%", "kg"),
     ("SLES 70%", "kg"), ("液碱", "kg"), ("PVDF 溶液 8%", "kg"), ("NMP 废液", "kg"),
     ("不锈钢 201", "kg"), ("17-4PH", "kg"), ("AdBlue", "kg"), ("钢芯铝绞线", "kg"), ("TPE", "m2"), ("黄油", "kg"),
     ("EPS bead", "kg"), ("EPE 胶膜", "kg"), ("PET 纤维", "kg")],
)  # fmt: skip
def test_what_speaks_against_it_forbids_taking_it_unasked(candidates, name, unit):
    """Things that hold a substance, contraries, blends, contents, and words that may mean either."""
    assert all(one.confidence < ACCEPTED for one in candidates.choices(Wanted("1", name, unit=unit)))


@pytest.mark.parametrize(
    ("name", "doubt"),
    [
        ("不锈钢 316", "grade"), ("1.4401 不锈钢", "grade"), ("stainless steel 430", "grade"),
        ("PA6 or PA66", "either"), ("SUS304 or SUS430", "grade"), ("不锈钢板", "ungraded"),
        ("brass H62 / steel", "either"), ("铝 或 铜", "either"), ("水玻璃", "pure"), ("福尔马林", "pure"),
        ("次氯酸钠", "pure"), ("乙醇 75%", "content"), ("AdBlue 尿素", "content"), ("NMP 回收", "contrary"),
        ("植物绝缘油", "contrary"), ("NMP 废液", "spent"), ("硅钢片", "open"), ("尿素箱", "other thing"),
        ("PC/ABS", "unlisted"), ("green electricity", "electricity"), ("生活垃圾填埋", "aside"),
        ("硬质合金", "unmet"),
    ],
)  # fmt: skip
def test_what_is_held_back_says_why(candidates, name, doubt):
    """Whatever keeps the likeliest from being taken unasked is said with it in both languages, in plain words."""
    first = candidates.choices(Wanted("1", name, unit="kWh" if "electric" in name else "kg"))[0]
    assert first.confidence <= DOUBTED
    (found,) = [one for one in first.against if one.code == doubt]
    assert found.words or doubt == "aside"
    for lang in ("en", "zh"):
        assert found.words in reason(first, lang)


@pytest.mark.parametrize(("name", "specification"), [
    ("PVDF", "膜"), ("PVDF 膜", ""), ("PVDF film", ""), ("PVDF", "0.03 mm film"), ("聚偏氟乙烯薄膜", ""),
    ("BOPP film", "metallized"), ("BOPP film", "metallised 20 um"), ("BOPP 膜", "镀铝"),
])  # fmt: skip
def test_a_film_of_a_resin_and_a_metallised_one_are_asked_about(candidates, name, specification):
    """What is made of a material is no longer that; the material itself, and a plain film, are taken."""
    assert candidates.choices(Wanted("1", name, specification, unit="kg"))[0].confidence <= DOUBTED
    for plain in ("EVA", "EVA 泡棉", "EVA 28%"):
        assert candidates.choices(Wanted("1", plain, unit="kg"))[0].confidence <= DOUBTED
    for plain, wanted in (("PVDF", "pvdf"), ("BOPP film", "pp-film"), ("EVA胶膜", "eva-film")):
        one = candidates.choices(Wanted("1", plain, unit="kg"))[0]
        assert (one.key.rpartition(":")[2], one.confidence >= ACCEPTED) == (wanted, True)


@pytest.mark.parametrize(
    ("name", "specification", "words"),
    [
        ("圆钢", "Φ20; 不锈钢", "不锈钢"), ("圆钢", "304", "304"), ("圆钢", "Φ20; 铜", "铜"), ("304", "板; 201", "201"),
        ("Q235B", "板; SUS304", "sus304"), ("焊锡", "Φ0.8; Sn63Pb37", "sn63pb37"), ("焊锡 Sn63Pb37", "", "sn63pb37"),
        ("NBR 密封圈", "硅橡胶", "硅橡胶"), ("NBR O型圈", "FKM", "fkm"),
        ("BOPP 薄膜", "20um; PET", "pet"), ("人造石墨", "天然石墨", "天然石墨"), ("乙酸乙酯", "乙酸丁酯", "乙酸丁酯"),
        ("二甲苯", "甲苯", "甲苯"), ("葡萄糖", "果糖", "果糖"), ("稀释剂", "水", "水"),
        ("液压油", "水乙二醇", "水乙二醇"),
        ("无取向硅钢", "0.35; 取向", "取向"), ("浮法玻璃", "5mm; 钢化", "钢化"), ("SPCC", "SGCC", "sgcc"),
        ("POM", "PA66", "pa66"), ("硫酸", "铜", "铜"), ("炭黑", "色母粒", "色母粒"), ("锌", "锌合金 ZAMAK 3", "合金"),
        ("不锈钢", "1.4301 焊丝", "焊丝"), ("PA66", "黑色; 色母粒", "色母粒"), ("玻纤", "石棉", "石棉"),
        ("PVDF", "涂料 氟碳", "涂料"),
    ],
)  # fmt: skip
def test_each_text_of_a_line_may_only_narrow_what_another_says(candidates, name, specification, words):
    """Another material, grade, kind or contrary in any of them forbids the dataset that one is called by."""
    first, *others = candidates.choices(Wanted("1", name, specification, unit="kg"))
    assert first.confidence <= DOUBTED
    assert words in next(one.words for one in first.against if one.code == "beside").split(", ")
    assert all(one.confidence < ACCEPTED for one in others)


@pytest.mark.parametrize(
    ("name", "specification", "words"),
    [("石英砂", "40-70; 高纯", "高纯"), ("水泥", "42.5; 矿渣", "矿渣"), ("活性炭", "煤质", "煤质"),
     ("SUS304", "某某", "某某"), ("甘油", "单硬脂酸酯", "单硬脂酸酯"), ("乙酸", "酯", "酯"), ("铜", "粉", "粉"),
     ("CMC", "陶瓷基复合材料", "陶瓷基复合材料"), ("石英砂", "≥99.9% 高纯", "高纯")],
)  # fmt: skip
def test_what_nobody_understands_and_may_narrow_a_line_is_asked(candidates, name, specification, words):
    """A word that stands alone, and that neither a dataset nor the thesaurus knows, may name another kind."""
    first = candidates.choices(Wanted("1", name, specification, unit="kg"))[0]
    assert first.confidence <= DOUBTED
    assert [one.words for one in first.against if one.code == "unread"] == [words]


@pytest.mark.parametrize(
    ("name", "specification"),
    [
        ("工字钢", "16#; Q345B"), ("铸铁", "支架; 球墨"), ("稀释剂", "天那水"), ("铜排", "T2 3x25"),
        ("PP+TD20", "改性聚丙烯 本色"), ("漆包线", "QZY-2/200 扁线"), ("锡膏", "SAC305 4#粉"), ("SUS304", "06Cr19Ni10"),
        ("圆钢", "Φ20 1200"), ("PVDF film 22um", "white, for KPK"), ("硅烷", "SiH4 6N 管束车"), ("304", "2mm; 冷轧"),
        ("铝", "铝合金"), ("4A沸石", "洗涤助剂"), ("LiPF6", "battery grade, 25 kg drum"),
    ],
)  # fmt: skip
def test_what_says_the_same_or_more_of_it_is_no_contradiction(candidates, name, specification):
    first = candidates.choices(Wanted("1", name, specification, unit="kg"))[0]
    assert [one for one in first.against if one.code in {"beside", "unread"}] == []


def test_nothing_but_a_doubt_holds_back(candidates):
    """Of all labelled lines none is held at the limit without a reason."""
    every = [candidates.choices(line.wanted, 1) for line in labelled("tuning")]
    assert [one for found in every for one in found if one.confidence == DOUBTED and not one.against] == []


@pytest.mark.parametrize(
    "name", ["304 不锈钢板 2mm", "SUS304", "1.4301", "NMP", "R134a", "浮法玻璃", "硫酸", "H62 黄铜棒", "recycled PP"]
)
def test_what_is_of_the_grade_of_a_dataset_is_not_doubted(candidates, name):
    assert candidates.choices(Wanted("1", name, unit="kg"))[0].against == ()


@pytest.mark.parametrize("name", ["白糖", "皮革", "木塑地板", "abc x", "铝粉"])
def test_what_has_no_telling_word_in_common_is_not_offered(candidates, name):
    """A single letter, how a thing was won, and a faint hint of the thesaurus are no reason to offer a dataset."""
    assert candidates.choices(Wanted("1", name, unit="kg")) == ()


def test_a_process_never_stands_for_the_material_that_a_line_names(candidates):
    assert first(candidates, name="冲压支架", specification="SPCC 冲压", unit="件").startswith("steel-cold-rolled")
    assert first(candidates, name="冲压加工", unit="kg") == "steel-stamping-cn"


def test_reasons_are_in_the_words_of_the_line(candidates):
    """As they are written there: neither cut to pairs of characters, nor in the singular, nor run together."""
    def why(name):
        best = candidates.choices(Wanted("1", name, unit="kg"))[0]
        return best.how, best.why

    assert why("SLES 70%") == (How.NAME, ("SLES",))
    assert why("6063-T5 铝型材") == (How.NAME, ("6063-T5", "铝型材"))
    assert why("牛皮纸胶带") == (How.WORDS, ("牛皮纸",))
    assert why("箱板纸刀") == (How.NAME, ("箱板纸",)), "a common name is no standard designation"
    assert why("QT500-7 曲轴") == (How.DESIGNATION, ("qt500-7",))


@pytest.mark.parametrize(
    ("name", "specification", "code"),
    [
        ("SPCC 1.2mm 冷轧板", "", "steel-cold-rolled-cn"),
        ("電解銅箔", "8um", "battery-collector-copper"),
        ("Bracket", "PA66-GF30, black", "pa66-gf30"),
        ("取向硅钢", "B23R085", "grain-oriented-silicon-steel-cn"),
        ("无取向硅钢", "50W470", "non-oriented-silicon-steel-cn"),
        ("矽钢片 B50A600", "", "non-oriented-silicon-steel-cn"),
        ("锡锭 再生", "", "tin-refined"),
        ("LAS 90 %", "直链烷基苯磺酸钠", "las"),
    ],
)
def test_materials_are_found_by_what_they_are_called(candidates, name, specification, code):
    assert first(candidates, name=name, specification=specification, unit="kg") == code


def test_what_speaks_for_a_dataset_never_counts_against_it():
    rank = weights("rank", FEATURES)
    assert (rank[:FOR_IT] >= 0).all()
    assert rank[FEATURES.index("contrary")] < 0
    assert rank[FEATURES.index("other thing")] <= 0


def test_datasets_that_are_left_out_early_would_not_have_been_chosen(candidates, monkeypatch):
    """With every dataset that has any word of a plain name held against it, the scores are the same."""
    lines = [line.wanted for line in labelled("tuning")[::9]]
    quick = [candidates.found(line).scores.tolist() for line in lines]
    monkeypatch.setattr(evidence, "_LEAST_SHARE", 0.0)
    slow = Candidates(candidates.offered)
    assert [slow.found(line).scores.tolist() for line in lines] == quick


def test_datasets_are_found_whatever_their_order(candidates):
    line = Wanted("1", "铝合金型材", "6063-T5", unit="kg")
    turned = Candidates(reversed(candidates.offered))
    one, other = ([c.confidence for c in made.choices(line)] for made in (candidates, turned))
    assert one == pytest.approx(other)


def test_any_database_will_do():
    """Nothing is known of a database but what its datasets are called."""
    made = Candidates([
        Offered("x:a", "a", ("market for steel, low-alloyed, hot rolled",), "kg", "", "GLO", "factor"),
        Offered("x:b", "b", ("market for polypropylene, granulate",), "kg", "", "GLO", "factor"),
        Offered("x:c", "c", ("transport, freight, lorry",), "t·km", "", "GLO", "factor"),
    ])  # fmt: skip
    assert made.choices(Wanted("1", "PP 粒子", unit="kg"))[0].key == "x:b"
    assert made.choices(Wanted("1", "酸洗板 SAPH440", unit="kg"))[0].key == "x:a"
    assert Candidates([]).choices(Wanted("1", "steel")) == ()


# ------------------------------------------------------------------------------------------------- the vocabulary


def test_of_designations_that_overlap_the_longest_holds():
    (found,) = designations("PA66-GF30支架")
    assert found.written == "pa66-gf30"


def test_no_designation_is_missed_where_it_is_looked_for_by_its_first_characters():
    """Each pattern stands wherever it is found when it is sought alone in all the examples."""
    table = Path(vocabulary.__file__).parents[1] / "data" / "designations.csv"
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    text = folded(" ; ".join(f"{row['example']} {row['note']}" for row in rows))
    alone = {(m[0], m.start()) for row in rows for m in vocabulary._bordered(row["pattern"]).finditer(text)}
    together = {(one.written, one.at) for at in range(len(text)) for one in vocabulary._designated(text, at)}
    assert len(alone) > len(rows)
    assert not alone - together


def test_a_blend_is_neither_of_its_parts():
    assert is_blend("PC/ABS 外壳")
    assert is_blend("ABS+PC")
    assert not is_blend("PA66+GF30")
    assert not is_blend("ABS 外壳")


def test_the_longer_entry_says_it():
    written = {one.written for one in meanings("socket head cap screw M8x30")}
    assert "socket head cap screw" in written
    assert "cap" not in written


def test_contraries_are_told_apart():
    assert sides("油浸式变压器") & {(n, not one) for n, one in sides("干式变压器")}
    assert not sides("无取向硅钢") & {(n, not one) for n, one in sides("non-oriented silicon steel")}
