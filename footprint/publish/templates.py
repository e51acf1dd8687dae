"""The one door to jinja2: report templates with this language's captions and number forms, compiled once a machine."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from hashlib import sha256
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
        optimized=False,  # folded constants would carry one language into the cache of both
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
        code=wording.code,
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
    from jinja2 import BytecodeCache

    class Kept(BytecodeCache):
        """Compiled templates behind their checksum: a torn or foreign file is not read, a full disk is no error."""

        def load_bytecode(self, bucket: Bucket) -> None:
            with suppress(OSError):
                kept = (folder / bucket.key).read_bytes()
                if kept[:32] == sha256(kept[32:]).digest():
                    bucket.bytecode_from_string(kept[32:])

        def dump_bytecode(self, bucket: Bucket) -> None:
            compiled = bucket.bytecode_to_string()
            beside = folder / f"{bucket.key}.{os.getpid()}"
            with suppress(OSError):
                beside.write_bytes(sha256(compiled).digest() + compiled)
                beside.replace(folder / bucket.key)

    return Kept()
