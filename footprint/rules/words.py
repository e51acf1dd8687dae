"""The vocabulary of one rule file: the fixed names, its product fields and its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from footprint.model.expressions import Scalar
from footprint.model.fields import Field
from footprint.model.pcr import Parameter, Pcr
from footprint.rules.vocabulary import Word
from footprint.rules.vocabulary import words as fixed_words

_FIELD_TYPES = {"number": "number", "positive": "number", "share": "number", "choice": "text", "text": "text"}


def words_of(pcr: Pcr) -> Mapping[str, Word]:
    """Return every name that the expressions of ``pcr`` may use, by path."""
    return words_with(pcr.fields, pcr.parameters)


def words_with(fields: Iterable[Field], parameters: Iterable[Parameter]) -> dict[str, Word]:
    """Return the fixed names, and those that product fields and parameters add."""
    found = dict(fixed_words())
    for field in fields:
        name = f"product.{field.key}"
        found[name] = Word(name, _FIELD_TYPES.get(field.type, "text"), field.unit, field.en, field.zh)
    for parameter in parameters:
        name, title = f"parameter.{parameter.id}", parameter.title
        type_ = type_of_value(parameter.values[0].value) if parameter.values else "number"
        found[name] = Word(name, type_, parameter.unit, title["en"], title["zh"], parameter.is_table)
    return found


def type_of_value(value: Scalar | Mapping[str, Scalar]) -> str:
    """Return number, text or truth: the type of a value, or of the values of a table."""
    sample = next(iter(value.values())) if isinstance(value, Mapping) else value
    return "truth" if isinstance(sample, bool) else "number" if isinstance(sample, float) else "text"
