"""Designations of materials: their patterns, their plain names, and the numbers of CAS."""

import csv
import re
import time
from pathlib import Path

import pytest

from footprint import words

TABLE = Path(words.__file__).parent / "data" / "designations.csv"
CAS = re.compile(r"(\d{2,7})-(\d\d)-(\d)", re.ASCII)
REPEATED = re.compile(r"\)(?:[*+]|\{\d+,\})")
OPEN_END = re.compile(r"(?<!\\)(?:[*+]|\{\d+,\})")
CLASS = re.compile(r"\[(?:\\.|[^\]])*\]")
HOSTILE = ("6", "a", " ", "-", "pa66+gf", "06cr19ni10", "1.4301-", "zl", "7647-14-", "pp+", "钢", "dx51d+z", "(", "%")
LENGTH = 10_000
NOT_DESIGNATIONS = (
    "410 mm", "100 pF", "10 PC", "2024", "20 g", "35k", "510L", "6005", "H80", "No 20", "in 600", "50 Pa", "T2.0",
    "lab coat", "90 deg", "cab assy", "set up", "Nr. 5", "C110", "101 l", "100P", "316 mm",
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def patterns(rows):
    return [re.compile(row["pattern"]) for row in rows]


def cas_check(digits):
    """The last digit of a CAS number is the sum of the others, each times its place from the right, modulo ten."""
    return sum(at * int(digit) for at, digit in enumerate(reversed(digits), 1)) % 10


def test_cas_check_digit_is_that_of_known_numbers():
    assert [cas_check(digits) for digits in ("773218", "5000", "6417")] == [5, 0, 5]  # water, formaldehyde, ethanol


def test_table_holds_each_pattern_once_and_nothing_but_folded_text(rows):
    assert len({row["pattern"] for row in rows}) == len(rows) > 300
    assert list(rows[0]) == ["pattern", "system", "names", "example", "note"]
    for row in rows:
        assert None not in row, row
        assert words.folded(re.sub(r"\\[A-Z]", "", row["pattern"])) == re.sub(r"\\[A-Z]", "", row["pattern"]), row
        assert all(cell == cell.strip() for cell in row.values()), row


def test_names_are_said_once_and_not_empty(rows):
    for row in rows:
        names = row["names"].split("|") if row["names"] else []
        assert all(name and name == name.strip() for name in names), row
        assert len({words.folded(name) for name in names}) >= len(names) - 1, row


def test_patterns_repeat_nothing_without_end(rows):
    """A pattern without unbounded repetition cannot take longer than its length times that of the text."""
    for row in rows:
        assert not OPEN_END.search(CLASS.sub("", row["pattern"])), row
        assert not REPEATED.search(row["pattern"]), row


def test_patterns_read_long_texts_in_no_time(patterns):
    """All patterns together search ten thousand characters of each hostile kind in under a second each."""
    for part in HOSTILE:
        text = (part * LENGTH)[:LENGTH]
        start = time.process_time()
        for pattern in patterns:
            pattern.search(text)
        assert time.process_time() - start < 1, part


def test_each_pattern_reads_its_examples_as_a_whole(rows, patterns):
    for row, pattern in zip(rows, patterns, strict=True):
        assert row["example"], row
        for example in row["example"].split("|"):
            assert pattern.fullmatch(words.folded(example)), (example, row["pattern"])


def test_no_example_is_read_as_a_whole_by_a_pattern_with_other_names(rows, patterns):
    """A designation names one material: what two patterns read they call the same."""
    for row in rows:
        for example in row["example"].split("|"):
            folded = words.folded(example)
            names = {other["names"] for other, pattern in zip(rows, patterns, strict=True) if pattern.fullmatch(folded)}
            assert names == {row["names"]}, example


def test_cas_numbers_bear_their_check_digit(rows):
    written = [row["pattern"] for row in rows if row["system"] == "CAS"]
    for number in (number for pattern in written for number in pattern.split("|")):
        found = CAS.fullmatch(number)
        assert found, number
        assert cas_check(found[1] + found[2]) == int(found[3]), number


@pytest.mark.parametrize(
    ("written", "not_a_name"),
    [
        ("PC/ABS", "polycarbonate"),
        ("PA66-GF30", "polyamide 66"),
        ("PP-T20", "polypropylene"),
        ("SUS304", "steel"),
        ("HSn70-1", "copper"),
    ],
)
def test_a_compound_is_not_called_by_a_plainer_name(rows, patterns, written, not_a_name):
    folded = words.folded(written)
    found = [row for row, pattern in zip(rows, patterns, strict=True) if pattern.fullmatch(folded)]
    assert found
    assert all(not_a_name not in row["names"].split("|") for row in found)


def test_amounts_and_common_words_are_no_designations(patterns):
    bordered = [re.compile(rf"(?<![0-9a-z])(?:{pattern.pattern})(?![0-9a-z])") for pattern in patterns]
    for plain in NOT_DESIGNATIONS:
        assert not [pattern.pattern for pattern in bordered if pattern.search(words.folded(plain))], plain
