"""The one door to jinja2: report templates with this language's captions and number forms, compiled once a machine."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from footprint import paths
from footprint.publish import wording

if TYPE_CHECKING:
    from jinja2 import BytecodeCache, Environment
    from jinja2.bccache import Bucket


@cache
def environment(folder: str, lang: str) -> Environment:
    """Return the environment of ``templates/<folder>`` in ``lang``: everything escaped, nothing undefined passes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(paths.data_root() / "templates" / folder, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled(),
    )
    words = wording.Words(lang)
    made.globals["w"] = words
    made.filters.update(
        t=words.text,
        num=wording.number,
        raw=wording.entered,
        fig=wording.figure,
        pct=wording.percent,
        field=wording.value_of,
        declared=wording.declared,
        short=wording.short,
        gas=wording.gas,
        unit=words.unit,
    )
    return made


def _compiled() -> BytecodeCache | None:
    """Return where compiled templates are kept, None when the home cannot be written: no cache, not no result."""
    folder = paths.home() / "cache" / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    from jinja2 import FileSystemBytecodeCache

    class Kept(FileSystemBytecodeCache):
        """A cache that a full disk or a lost folder turns off, not into an error."""

        def load_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):
                super().load_bytecode(bucket)

        def dump_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):
                super().dump_bytecode(bucket)

    return Kept(str(folder), "%s.jinja")
