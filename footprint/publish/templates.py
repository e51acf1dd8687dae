"""The one door to jinja2: report templates with this language's captions and number forms, compiled once a machine."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from footprint import kept, paths
from footprint.publish import scored, wording

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
        value=words.value,
        declared=wording.declared,
        short=wording.short,
        gas=wording.gas,
        code=wording.code,
        unit=words.unit,
        named=words.named,
        computed=words.computed,
        scored=lambda found: scored.score(found, words),
    )
    return made


def _compiled() -> BytecodeCache:
    """Return what keeps compiled templates."""
    from jinja2 import BytecodeCache

    class Kept(BytecodeCache):
        def load_bytecode(self, bucket: Bucket) -> None:
            known = kept.recall("templates", bucket.key)
            if known is not None:
                bucket.bytecode_from_string(known)

        def dump_bytecode(self, bucket: Bucket) -> None:
            kept.keep("templates", bucket.key, bucket.bytecode_to_string())

    return Kept()


def fault() -> type[Exception]:
    """Return what a template raises of a document that lacks what it asks for."""
    from jinja2 import TemplateError

    return TemplateError
