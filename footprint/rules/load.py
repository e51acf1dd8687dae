"""Load a rule file on its parents: typed, checked against the vocabulary, all problems at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from hashlib import sha256
from pathlib import Path

from footprint.errors import PcrError, problem
from footprint.model.expressions import Node
from footprint.model.pcr import Pcr
from footprint.paths import data_root
from footprint.provenance import Place
from footprint.rules import cache
from footprint.rules.vocabulary import terms
from footprint.rules.words import words_of

__all__ = ["datasets", "expressions", "files", "ids", "load", "name_in", "path_of", "read", "words_of"]
_HERE = Path()
_SUFFIXES = frozenset({".yaml", ".yml"})


def load(name: str, beside: Path = _HERE) -> Pcr:
    """Return the rules of ``name``: an id that ships, or the path of a file; `PcrError` with all that is wrong.

    A path is looked for from the folder ``beside``, then from the working directory.
    """
    path = path_of(name, beside)
    return cache.recall(path) or _read(path)


def _read(path: Path) -> Pcr:
    pcr, files = read(path, path_of)
    cache.keep(path, files, pcr)
    return pcr


def read(path: Path, find: Callable[[str], Path]) -> tuple[Pcr, tuple[Path, ...]]:
    """Return the rules at ``path`` on all they extend, which ``find`` finds, and their files from the root down."""
    from footprint.rules.layers import layered
    from footprint.rules.reader import Reader

    merged = layered(path, find)
    said = json.dumps(merged.raw, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Reader(path.name, merged).read()._replace(digest=sha256(said.encode()).hexdigest()), merged.files


def files(name: str, beside: Path = _HERE) -> tuple[Path, ...]:
    """Return the files that the rules of ``name`` are read from, from the root down."""
    from footprint.rules.layers import layered

    return layered(path_of(name, beside), path_of).files


def ids() -> tuple[str, ...]:
    """Return the ids of the rule files that ship."""
    return tuple(sorted(path.stem for path in (data_root() / "pcr").glob("*.yaml")))


def path_of(name: str, beside: Path = _HERE) -> Path:
    """Return the file of rules ``name``; `PcrError` with the nearest ids, or files, when there is none.

    A name without ``.yaml`` is the id of rules that ship, else of a file.
    """
    options: Iterable[str] = ids()
    if name in options:
        return data_root() / "pcr" / f"{name}.yaml"
    if Path(name).suffix.casefold() in _SUFFIXES:
        paths = [folder / written for folder in (beside, _HERE) for written in (name, name.replace("\\", "/"))]
        options = (path.name for path in paths[1].parent.glob("*.y*ml"))
    else:
        paths = [folder / f"{name}.yaml" for folder in (beside, _HERE) if name]
    found = next((path for path in paths if path.is_file()), None)
    if found is not None:
        return found
    from difflib import get_close_matches

    near = tuple(get_close_matches(name, [*options], n=3, cutoff=0.3))
    raise PcrError(problem("pcr-unknown", Place(name or "-"), near=near or ids()[:3], name=name))


def name_in(folder: Path, name: str) -> str:
    """Return how a workbook in ``folder`` names rules: by the id of those that ship, else by the path from there."""
    path = path_of(name)
    if path.parent == data_root() / "pcr":
        return path.stem
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive there is no way from here to there
        return path.absolute().as_posix()


def expressions(pcr: Pcr) -> Iterable[Node]:
    """Yield every expression of ``pcr``."""
    for rule in pcr.rules:
        yield from (rule.when, *(node for d in rule.derived for node in (d.coefficient, d.per) if node is not None))
    yield from (unit.amount for unit in pcr.declared_units)
    optional = [node for check in pcr.checks for node in (check.when, check.for_each, check.test)]
    for s in pcr.scenarios:
        optional += [s.when, s.amount, s.gas, s.country, s.year]
    optional += [part.when for part in pcr.classes] + [part.test for part in pcr.benchmarks]
    if pcr.allocation is not None:
        optional += [pcr.allocation.ignore_below, *(step.when for step in pcr.allocation.steps)]
    yield from (node for node in optional if node is not None)


def datasets(pcr: Pcr) -> tuple[tuple[str, Place], ...]:
    """Return the codes of the datasets on which rules derive lines, each with its rule."""
    roles = terms("role")
    named = ((d.dataset, rule.id) for rule in pcr.rules for d in rule.derived if d.dataset not in roles)
    return tuple((code, Place(f"{pcr.id}.yaml", "PCR", rule)) for code, rule in named)
