"""Where the data shipped with the program and the data of its user are found."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def data_root() -> Path:
    """Return the folder holding ``databases/ pcr/ templates/``: the checkout if there is one, else the wheel's copy."""
    checkout = _PACKAGE.parent
    if (checkout / "databases").is_dir() and (checkout / "pyproject.toml").is_file():
        return checkout
    return _PACKAGE / "_data"


def home() -> Path:
    """Return the user's data folder: ``FOOTPRINT_HOME``, else the platform's own place. It need not exist."""
    named = os.environ.get("FOOTPRINT_HOME")
    if named:
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("footprint", appauthor=False)
