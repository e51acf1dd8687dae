"""One module per format: the modules of a package, found by a line of theirs without importing them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path


@cache
def modules(package: str, name: str) -> dict[str, str]:
    """Return what each module beside the file ``package`` says in its line ``NAME = "..."`` -> its module name."""
    line = re.compile(rf'^{name} = "([^"\\]+)"$', re.MULTILINE)
    found = {}
    for path in sorted(Path(package).parent.glob("*.py")):
        said = line.search(path.read_text(encoding="utf-8"))
        if said:
            found[said[1]] = path.stem
    return found
