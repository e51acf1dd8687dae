"""The one door to YAML: every scalar stays text, duplicate keys and aliases are refused, errors name file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from footprint import kept
from footprint.errors import FootprintError, UnfitError, problem, reason
from footprint.provenance import Place

_DEEPEST = 40
_STEPS = {"SequenceStartEvent": 1, "MappingStartEvent": 1, "SequenceEndEvent": -1, "MappingEndEvent": -1}


def load(path: Path, error: type[FootprintError]) -> Any:
    """Return the content of ``path`` with text scalars only (``3.10`` and ``NO`` stay text); raise ``error``.

    What was read is kept: parsing, and importing the parser, takes ten times as long as finding it again.
    """
    try:
        content = path.read_bytes()
    except OSError as exc:
        raise error(problem("file-unreadable", Place(path.name), reason=reason(exc))) from exc
    name = str(path.absolute())
    known = kept.recall("yaml", name, content)
    if known is not None:
        return json.loads(known)
    parsed = _parsed(path, content, error)
    kept.keep("yaml", name, json.dumps(parsed).encode(), content)
    return parsed


def _parsed(path: Path, content: bytes, error: type[FootprintError]) -> Any:
    import yaml

    try:
        text = content.decode("utf-8-sig")
        if _is_deep(yaml.parse(text, Loader=_loader(yaml))):
            raise error(problem("yaml-syntax", Place(path.name), said=UnfitError("unfit-deep", most=_DEEPEST)))
        return _construct(yaml.compose(text, Loader=_loader(yaml)), path, error, set())
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        line = mark.line + 1 if mark else 1
        raise error(problem("yaml-syntax", Place(path.name, f"line {line}"), said=UnfitError("yaml-line"))) from exc
    except (UnicodeDecodeError, yaml.reader.ReaderError) as exc:
        raise error(problem("yaml-encoding", Place(path.name))) from exc


def _is_deep(events: Iterable[Any]) -> bool:
    """Tell whether a file nests deeper than anybody writes: libyaml would take the process down with it."""
    depth = 0
    for event in events:
        depth += _STEPS.get(type(event).__name__, 0)
        if depth > _DEEPEST:
            return True
    return False


def _loader(yaml: Any) -> Any:
    return getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _construct(node: Any, path: Path, error: type[FootprintError], seen: set[int]) -> Any:
    """Return the plain value of a composed ``node``; repeated keys, and aliases, which may grow or loop, are errors."""
    if node is None:
        return {}
    if node.id == "scalar":
        return node.value
    if id(node) in seen:
        raise error(problem("yaml-syntax", _line(path, node), said=UnfitError("yaml-alias")))
    seen.add(id(node))
    if node.id == "sequence":
        return [_construct(item, path, error, seen) for item in node.value]
    result: dict[str, Any] = {}
    for key, value in node.value:
        if key.id != "scalar":
            raise error(problem("yaml-syntax", _line(path, key), said=UnfitError("yaml-key")))
        if key.value in result:
            raise error(problem("yaml-duplicate-key", _line(path, key), key=key.value))
        result[key.value] = _construct(value, path, error, seen)
    return result


def _line(path: Path, node: Any) -> Place:
    return Place(path.name, f"line {node.start_mark.line + 1}")
