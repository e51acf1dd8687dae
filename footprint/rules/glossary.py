"""The vocabulary as a text: all that somebody needs who writes a rule file."""

from __future__ import annotations

from collections.abc import Iterator

from footprint import gwp, units
from footprint.messages import label
from footprint.rules.vocabulary import VERSION, Entry, entries, example

_KINDS = ("name", "function", "verb", "method", "role", "supply", "criterion", "untracked", "scheme", "matrix", "topic")


def glossary(lang: str) -> str:
    """Return every key, name, verb, function and term with its type, unit and meaning."""
    return "\n".join(_lines(lang))


def _lines(lang: str) -> Iterator[str]:
    yield f"{label('vocabulary-title', lang)} {VERSION}"
    yield label("vocabulary-about", lang)
    yield f"\n## {label('vocabulary-note', lang)}"
    yield from (f"{entry.name}  {_meaning(entry, lang)}" for entry in entries() if entry.kind == "note")
    section = ""
    for entry in (e for e in entries() if e.kind == "key"):
        part, _, key = entry.name.partition(".")
        if part != section:
            section = part
            yield f"\n## {label('vocabulary-key', lang)} {part}"
        star = " *" if entry.required else ""
        yield f"{key}{star}  [{entry.type}]  {_meaning(entry, lang)}"
    for kind in _KINDS:
        yield f"\n## {label(f'vocabulary-{kind}', lang)}"
        yield from (_line(entry, lang) for entry in entries() if entry.kind == kind)
    yield from (f"\n## {label('vocabulary-gas', lang)}", " ".join(gwp.gases()))
    yield from (f"\n## {label('vocabulary-unit', lang)}", " ".join(units.symbols()))
    yield from (f"\n## {label('vocabulary-example', lang)}", example().rstrip())


def _line(entry: Entry, lang: str) -> str:
    about = ", ".join(part for part in (entry.type, "" if entry.unit == "-" else entry.unit) if part)
    caption = entry.zh if lang == "zh" else entry.en
    typed = f"  [{about}]" if about else ""
    return f"{entry.name}{typed}  “{caption}”  {_meaning(entry, lang)}{_choices(entry, lang)}"


def _choices(entry: Entry, lang: str) -> str:
    """Return the words that a name can hold, or the keys of a table; ``@stages``: the ids of that list."""
    if not entry.choices:
        return ""
    ids = label("vocabulary-ids", lang)
    words = (ids.format(name=word[1:]) if word[0] == "@" else word for word in entry.choices.split("|"))
    options = ("、" if lang == "zh" else ", ").join(words)
    return f" ({label('vocabulary-any-of', lang).format(options=options)})"


def _meaning(entry: Entry, lang: str) -> str:
    return entry.meaning_zh if lang == "zh" else entry.meaning_en
