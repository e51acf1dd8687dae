"""The one door to YAML: texts stay texts, nothing is said twice, and nothing takes the process down."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint import yamls
from footprint.errors import DatabaseError, PcrError


def load(tmp_path: Path, content: bytes) -> object:
    path = tmp_path / "rules.yaml"
    path.write_bytes(content)
    return yamls.load(path, PcrError)


def test_no_type_is_guessed(tmp_path: Path) -> None:
    """3.10 keeps its zero, NO is Norway, a date is a text, ~ is a tilde, and a tag builds nothing."""
    text = "a: 3.10\nb: NO\nc: 0x1F\nd: 2024-01-01\ne: ~\nf: on\ng: !!python/object/apply:os.getcwd []\nh: 1_000\n"
    assert load(tmp_path, text.encode()) == {
        "a": "3.10", "b": "NO", "c": "0x1F", "d": "2024-01-01", "e": "~", "f": "on", "g": [], "h": "1_000",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\nb:\n  c: 2\n  c: 3\n",
         "rules.yaml:line 4: key 'c' appears twice. Keep one of them. [yaml-duplicate-key]"),
        (b"a: &x [1]\nb: *x\n", "rules.yaml:line 1: this is not valid YAML: an alias. Correct the line. [yaml-syntax]"),
        (b"\na: &x\n  b: *x\n", "rules.yaml:line 2: this is not valid YAML: an alias. Correct the line. [yaml-syntax]"),
        (b"? [1]\n: 2\n",
         "rules.yaml:line 1: this is not valid YAML: a key that is no text. Correct the line. [yaml-syntax]"),
        (b"a: 1\n---\nb: 2\n",
         ("rules.yaml:line 2: this is not valid YAML: here, or just above, indentation is uneven, a bracket or "
          "quotation mark does not close, or a text with ': ' or '#' stands without quotation marks. Correct the line. "
          "[yaml-syntax]")),
        (b"[" * 900 + b"]" * 900,
         "rules.yaml: this is not valid YAML: nested more than 40 deep. Correct the line. [yaml-syntax]"),
        ("a: 电".encode("gb18030"), "rules.yaml: the file is not UTF-8. Save it as UTF-8. [yaml-encoding]"),
        (b"a: \x07", "rules.yaml: the file is not UTF-8. Save it as UTF-8. [yaml-encoding]"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: bytes, said: str) -> None:
    """Duplicate keys, aliases that may loop or grow, keys that are no text, several documents, encodings."""
    with pytest.raises(PcrError) as caught:
        load(tmp_path, content)
    assert str(caught.value) == said
    assert caught.value.problems[0].text("zh") != said


@pytest.mark.parametrize("content", [b"a: [1, 2\n", b"a: 'x\n", b"a: b: c\n", b"\t- a\n"])
def test_syntax_errors_are_errors_of_the_file(tmp_path: Path, content: bytes) -> None:
    """Whatever the parser complains of comes with the file, in one sentence, as the error the caller named."""
    path = tmp_path / "database.yaml"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match=r"^database\.yaml:line \d+: this is not valid YAML: .* \[yaml-syntax\]$"):
        yamls.load(path, DatabaseError)


def test_nesting_beyond_the_stack_is_refused(tmp_path: Path) -> None:
    """Half a million brackets would end the process inside the library; they end in a sentence."""
    with pytest.raises(PcrError, match="nested more than 40 deep"):
        load(tmp_path, b"[" * 500_000)


def test_what_cannot_be_opened_is_an_error_of_the_file(tmp_path: Path) -> None:
    """A folder where a file belongs, or a file one may not read, ends in a sentence."""
    with pytest.raises(PcrError, match=r"the file cannot be opened \(Is a directory\)"):
        yamls.load(tmp_path, PcrError)


def test_an_empty_file_is_an_empty_mapping(tmp_path: Path) -> None:
    """Nothing is nothing, and a byte-order mark is not a key."""
    assert load(tmp_path, b"") == {}
    assert load(tmp_path, b"\xef\xbb\xbfa: 1\n") == {"a": "1"}
