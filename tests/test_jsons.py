"""JSON of strangers: whatever is twice in it, unseen or no number is told by its pointer; all else is read as it is."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint import jsons
from footprint.errors import RequestError
from footprint.messages import LANGUAGES

plain = st.text(st.characters(exclude_categories=("C", "Z")), max_size=5)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(plain, inner, max_size=3),
    max_leaves=20,
)


def told(text: str) -> dict[str, str]:
    """Return the faults of a text, by place."""
    found = jsons.parse(text.encode("utf-8", "surrogatepass"), "f.json").faults
    assert all(fault.text(lang) for fault in found for lang in LANGUAGES)
    return {str(fault.place): fault.code for fault in found}


@given(values)
def test_what_is_sound_is_read_as_everybody_reads_it(value: Any) -> None:
    read = jsons.parse(json.dumps(value).encode(), "f.json")
    assert read == (value, ())


@given(values, st.sampled_from(["a", "a/b", "~"]))
def test_a_name_that_stands_twice_is_told_wherever_it_is(value: Any, name: str) -> None:
    """The last one counts, as for most readers; the pointer names the field as JSON pointers do."""
    twice = f'{{"x": [1, {{{json.dumps(name)}: 1, {json.dumps(name)}: {json.dumps(value)}}}]}}'
    assert told(twice) == {f"f.json:/x/1/{name.replace('~', '~0').replace('/', '~1')}": "json-twice"}
    assert jsons.parse(twice.encode(), "f.json").value["x"][1][name] == value


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\u202e", "\u200b", "\u2028", "\ud800", "\uffff", "\x85"])
def test_signs_that_nobody_sees_are_shown_and_told(sign: str) -> None:
    text = json.dumps({"n": ["a", {"x": f"a{sign}b"}], f"k{sign}": 1})
    read = jsons.parse(text.encode(), "f.json")
    assert read.value == {"n": ["a", {"x": "a\ufffdb"}], "k\ufffd": 1}
    assert told(text) == {"f.json:/n/1/x": "json-unseen", "f.json:/k\ufffd": "json-unseen"}


@pytest.mark.parametrize("text", ["中文，全角　空格", "line\nline\ttab", "é 😀", "㐀𠀀"])
def test_what_people_write_stays(text: str) -> None:
    assert jsons.legible(text) == text
    assert told(json.dumps({"a": text})) == {}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e400", "9" * 5000, f"0.{'1' * 200}"])
def test_what_is_no_number_is_told_with_its_text(number: str) -> None:
    assert told(f'{{"a": {{"b": [{number}]}}}}') == {"f.json:/a/b": "json-number"}
    (found,) = jsons.parse(f'{{"a": {number}}}'.encode(), "f.json").faults
    assert number[:30] in found.text("en")


@pytest.mark.parametrize(
    "text", ["[" * 200_000, '{"a":' * 50_000, f'[{"1," * 200_000}1]', f'{{"a": [{"{}," * 200_000}1]}}', '{"a": 1' * 9]
)
def test_nothing_takes_long(text: str) -> None:
    """Deep, wide or cut off: it ends soon, in an error that its caller says in words."""
    started = time.perf_counter()
    with pytest.raises((ValueError, RecursionError, RequestError)):
        jsons.parse(text.encode(), "f.json")
    assert time.perf_counter() - started < 5
