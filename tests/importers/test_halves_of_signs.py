"""Texts that are no Unicode, as escapes of JSON may spell them: refused, or replaced, in every format."""

from __future__ import annotations

import bz2
import copy
import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from footprint import holdings, units
from footprint.background import folders, source
from footprint.background.importers.asked import Asked
from footprint.background.importers.plain_json import parsed
from footprint.errors import FootprintError

DATA = Path(__file__).parents[1] / "data"
I = SimpleNamespace(**runpy.run_path(str(DATA / "inventories.py")))  # noqa: E741
PLAIN = [
    I.Run("A", (I.Good("a", 2.0),), (I.Need("b", 3.0, "B"), I.Need("z", 0.25)), 1.0),
    I.Run("B", (I.Good("b", 1.0),), (), 2.5),
]


def tidas(inventory: Any) -> dict[str, bytes]:
    """Return the files of ILCD as JSON of the same structure."""
    from xml.etree import ElementTree as ET

    def told(element: ET.Element) -> Any:
        found: dict[str, Any] = {f"@{key.rpartition('}')[2]}": text for key, text in element.attrib.items()}
        for inner in element:
            found.setdefault(inner.tag.rpartition("}")[2], []).append(told(inner))
        return {**found, "#text": element.text} if element.text and element.text.strip() else found

    roots = {name: ET.fromstring(content) for name, content in I.ilcd(inventory).items() if name.endswith(".xml")}
    return {
        name.replace(".xml", ".json"): json.dumps({root.tag.rpartition("}")[2]: told(root)}).encode()
        for name, root in roots.items()
    }


WRITERS = {"olca": I.olca, "bw2package": I.bw2package, "ilcd": tidas}


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield holder and key of every text and number."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        if isinstance(inner, dict | list):
            yield from places(inner)
        elif isinstance(inner, str | int | float):
            yield value, key


def odd(files: dict[str, bytes]) -> Iterator[dict[str, bytes]]:
    """Yield files of which one text, or one number, has half a sign behind it: each field of each kind of object."""
    for name, content in files.items():
        is_packed = name.endswith(".bw2package")
        told = json.loads(bz2.decompress(content) if is_packed else content)
        alike = {(*map(str, holder), key): at for at, (holder, key) in enumerate(places(told))}
        for at in alike.values():
            one = copy.deepcopy(told)
            holder, key = [*places(one)][at]
            holder[key] = f"{holder[key]}\ud800"
            written = json.dumps(one).encode()
            yield {**files, name: bz2.compress(written) if is_packed else written}


@pytest.mark.parametrize("format_", sorted(WRITERS))
def test_half_a_sign_in_any_text_is_replaced_or_refused(
    format_: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is kept is read again as it stands."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    kept = 0
    for at, files in enumerate(odd(WRITERS[format_](PLAIN))):
        path = I.put(tmp_path / str(at), files)
        try:
            holdings.take_in(path, Asked("trial", f"v{at}", allow_unlinked=True), "auto", "en")
        except FootprintError as exc:
            exc.text("zh").encode()
            continue
        kept += 1
        folder = folders.folder_of(f"trial@v{at}")
        assert source.read(folder).checksum() == folders.info(folder).checksum
    assert kept


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_whole_signs_stay(coding: str) -> None:
    """Whether they are written as two halves or as themselves."""
    assert parsed('{"a": ["\\ud83d\\ude00", "😀", "\\ud83d"]}'.encode(coding)) == {"a": ["😀", "😀", "�"]}


def test_names_that_become_one_are_refused() -> None:
    """In place of losing one of them."""
    with pytest.raises(ValueError, match="twice"):
        parsed(b'{"\\ud800": 1, "\\ud801": 2}')


def test_no_unit_is_half_a_sign() -> None:
    """Nor holds one."""
    with pytest.raises(units.UnknownUnitError):
        units.own("kg\ud800")
