"""The thesaurus of purchasing and engineering: no word says a thing twice, and none leads back to itself."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from footprint import words

DATA = Path(words.__file__).parent / "data"
KINDS = {"same", "is-a", "made-of", "made-by"}


@pytest.fixture(scope="module")
def rows():
    with (DATA / "thesaurus.csv").open(encoding="utf-8", newline="") as file:
        return [
            (tuple(row["words"].split("|")), tuple(row["means"].split("|")), row["kind"])
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def said(rows):
    return [(word, kind, mean) for written, means, kind in rows for word in written for mean in means]


def test_rows_are_whole(rows):
    """Each row has words, meanings and a known kind, folded and without blanks around them."""
    assert len(rows) > 3500
    for written, means, kind in rows:
        assert kind in KINDS
        assert all(one and one == one.strip() and one == words.folded(one) for one in (*written, *means)), written
        assert len(set(written)) == len(written), written
        assert len(set(means)) == len(means), written


def test_no_word_says_a_meaning_twice(said):
    assert [row for row, count in Counter(said).items() if count > 1] == []


def test_no_word_means_itself(said):
    assert [word for word, _, mean in said if word == mean] == []


def test_nothing_is_another_name_of_what_is_another_name_of_it(said):
    leads = {}
    for word, kind, mean in said:
        if kind == "same":
            leads.setdefault(word, set()).add(mean)
    for start, first in leads.items():
        reached, ahead = set(), set(first)
        while ahead:
            reached |= ahead
            ahead = set().union(*(leads.get(word, ()) for word in ahead)) - reached
        assert start not in reached, start


def test_words_of_the_search_that_are_equal_stay_equal(said):
    """What the search of databases takes for one word is not the broader and the narrower here."""
    with (DATA / "search_words.csv").open(encoding="utf-8", newline="") as file:
        groups = [set(row["words"].split("|")) for row in csv.DictReader(file)]
    broader = {(word, mean) for word, kind, mean in said if kind != "same"}
    assert [pair for pair in broader for group in groups if set(pair) <= group] == []


@pytest.mark.parametrize(
    ("word", "kind", "mean"),
    [
        ("faucet", "is-a", "plumbing fixture fitting and trim"),
        ("assy", "same", "assembly"),
        ("xfmr", "same", "transformer"),
        ("螺丝", "made-of", "steel wire rod"),
        ("硅钢片", "same", "electrical steel"),
        ("o-ring", "made-of", "rubber"),
        ("烧碱", "same", "sodium hydroxide"),
    ],
)
def test_common_words_lead_to_their_terms(said, word, kind, mean):
    assert (word, kind, mean) in said
