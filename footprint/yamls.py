"""The one door to YAML: every scalar stays text, duplicate keys are refused, errors name file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from footprint.errors import FootprintError, problem
from footprint.provenance import Place


def load(path: Path, error: type[FootprintError]) -> Any:
    """Return the content of ``path`` with text scalars only (``3.10`` and ``NO`` stay text); raise ``error``."""
    import yaml

    try:
        with path.open(encoding="utf-8") as file:
            return _construct(yaml.compose(file, Loader=_loader(yaml)), path, error)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        line = mark.line + 1 if mark else 1
        raise error(problem("yaml-syntax", Place(path.name, f"line {line}"), said=exc.problem or "")) from exc
    except UnicodeDecodeError as exc:
        raise error(problem("yaml-encoding", Place(path.name))) from exc


def _loader(yaml: Any) -> Any:
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _construct(node: Any, path: Path, error: type[FootprintError]) -> Any:
    """Return the plain value of a composed ``node``; mappings with a repeated key raise ``error``."""
    if node is None:
        return {}
    if node.id == "sequence":
        return [_construct(item, path, error) for item in node.value]
    if node.id != "mapping":
        return node.value
    result: dict[str, Any] = {}
    for key, value in node.value:
        if key.value in result:
            where = Place(path.name, f"line {key.start_mark.line + 1}")
            raise error(problem("yaml-duplicate-key", where, key=key.value))
        result[key.value] = _construct(value, path, error)
    return result
