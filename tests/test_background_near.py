"""The dataset that was meant: typos find it first, and many of them among many datasets take no time."""

from __future__ import annotations

import time

import pytest

from footprint.background.near import Names
from footprint.background.open import Background, open_background


@pytest.fixture(scope="module")
def background() -> Background:
    return open_background(("open-cn",))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("electricty-cn-grid-2024", "electricity-cn-grid-2024"),
        ("Electricity CN grid 2024", "electricity-cn-grid-2024"),
        ("grid electricity, national avrage, China 2024", "electricity-cn-grid-2024"),
        ("freigt-rail-cn", "freight-rail-cn"),
        ("铁路货运", "freight-rail-cn"),
        ("离子交换水，智力", "water-ion-exchange-cl"),
    ],
)
def test_a_typo_finds_what_was_meant(background: Background, written: str, meant: str) -> None:
    """A letter missing, swapped or spelt another way, in either language."""
    assert background.nearest(written)[0] == meant


def test_a_name_with_a_typo_finds_its_kind(background: Background) -> None:
    """Primary aluminium misspelt is aluminium."""
    found = background.nearest("alumnium primary")
    assert len(found) == 3
    assert found[0].startswith("aluminium-primary")


def test_no_more_than_asked_for_and_nothing_far_fetched(background: Background) -> None:
    """As many as asked for, each once, and none for a text that shares nothing with any name."""
    found = background.nearest("electricity", 5)
    assert len(set(found)) == len(found) == 5
    assert background.nearest("☃☃☃") == ()
    assert background.nearest("") == ()


@pytest.mark.slow
def test_many_unknown_texts_among_many_datasets_are_answered_quickly() -> None:
    """Two hundred texts on 25,000 datasets in a few seconds, index included, even where all names look alike."""
    kinds = ("steel sheet", "copper wire", "polypropylene granulate", "electricity, medium voltage", "heat from gas")
    named = [
        (f"d{i:05d}", (f"d{i:05d}", f"{kinds[i % 5]} market {i * 7919 % 25000}", f"数据集 {i}")) for i in range(25_000)
    ]
    started = time.process_time()
    names = Names(named)
    found = [names.nearest(f"steel shet market {i * 7919 % 25000}") for i in range(0, 1000, 5)]
    assert time.process_time() - started < 6
    assert all(named[i * 5][0] in near for i, near in enumerate(found))
