"""Write the declaration of each example in each format that its result has: ``tests/published``."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from footprint import publishing, service
from footprint.errors import FootprintError
from footprint.publish import outgoing

FOLDER = Path(__file__).parent / "published"
EXAMPLES = Path(__file__).parents[1] / "templates" / "examples"
EXCHANGED = ("pact.json", "catena-x.json", "catena-x-9.json")
EXCHANGE_RULES = "pact-3"
"""The rules to calculate by for formats that take the warming potentials of the IPCC only, where others are used."""


def examples() -> list[str]:
    """Return the names of the examples."""
    return sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


def published(name: str, lang: str = "en") -> Iterator[tuple[str, bytes]]:
    """Yield file and content of each format but PDF, whose bytes depend on the fonts of a machine."""
    with tempfile.TemporaryDirectory() as folder:
        made, other = Path(folder) / "own", Path(folder) / "exchange"
        service.demo(name, made, lang)
        for file in (name for name in outgoing.formats() if not name.endswith(".pdf")):
            content = _content(made, made, file, lang)
            if content is None and file in EXCHANGED:
                if not other.exists():
                    service.produce(service.Request(made / f"{name}.xlsx", EXCHANGE_RULES), other, lang)
                content = _content(other, made, file, lang)
            if content is not None:
                yield file, content


def _content(result: Path, beside: Path, file: str, lang: str) -> bytes | None:
    """Return one format, None where the result has no place in it."""
    least = outgoing.module(file).LEAST
    order = publishing.Order(result, (), "customer" if least == "public" else least, beside / "company.yaml")
    try:
        return publishing.contents(order, [file], lang)[file]
    except FootprintError:
        return None


if __name__ == "__main__":
    for example in examples():
        target = FOLDER / example
        target.mkdir(parents=True, exist_ok=True)
        for file, content in published(example):
            (target / file).write_bytes(content)
