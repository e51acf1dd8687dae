"""A background of ecoinvent's size from arrays, as a compiled database folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footprint.model.background import Key
    from footprint.model.system import System

ID, VERSION = "bench", "1"
MARKET_TYPES = (4, 5)


def load(folder: Path) -> Any:
    """Return the arrays in ``folder``."""
    import numpy as np

    (path,) = folder.glob("*.npz")
    return np.load(path)


def codes(count: int) -> list[str]:
    """Return the codes of the datasets."""
    return [f"d{i:05d}" for i in range(count)]


def materials(arrays: Any, count: int) -> list[int]:
    """Return the numbers of ``count`` datasets that a bill may buy: no waste treatment, spread over the background."""
    import numpy as np

    found = np.flatnonzero(np.isin(arrays["typ"], MARKET_TYPES) & ~arrays["waste_row"])
    return [int(i) for i in found[:: max(1, len(found) // count)][:count]]


def system(arrays: Any) -> System:
    """Return the arrays as a system: outputs from the diagonal, consumption positive, flows characterised by GWP100."""
    import numpy as np
    import scipy.sparse as sp

    from footprint.model.system import System

    n, flows = int(arrays["n"]), int(arrays["n_bio"])
    matrix = sp.coo_array((arrays["t_val"], (arrays["t_row"], arrays["t_col"])), shape=(n, n)).tocsc()
    outputs = matrix.diagonal()
    entries = (matrix - sp.diags_array(outputs)).tocoo()
    consumed = zip(entries.col.tolist(), entries.row.tolist(), (-entries.data).tolist(), strict=True)
    emitted = sp.coo_array((arrays["b_val"], (arrays["b_row"], arrays["b_col"])), shape=(flows, n)).tocsr()
    emissions: list[tuple[int, Key, float]] = []
    for key, chosen in _classes(arrays["cf"][:, 0]).items():
        column = np.where(chosen, arrays["cf"][:, 0], 0.0) @ emitted
        emissions += [(int(i), key, float(column[i])) for i in np.flatnonzero(column)]
    technosphere = tuple(row for row in consumed if row[2])
    return System(tuple(codes(n)), tuple(outputs.tolist()), technosphere, tuple(emissions))


def _classes(factors: Any) -> dict[Key, Any]:
    """Return which flows count in which class: three, as a database with fossil, land-use and biogenic gases has."""
    import numpy as np

    from footprint.model.background import Key

    number = np.arange(len(factors))
    return {
        Key("fossil", "AR6", "secondary"): number < 3,
        Key("land_use_change", "AR6", "secondary"): (number >= 3) & (number % 2 == 0),
        Key("biogenic_non_co2", "AR6", "unverified"): (number >= 3) & (number % 2 == 1),
    }


def compile_into(folder: Path, arrays: Any) -> None:
    """Write the compiled database into ``folder``: every intensity from one factorisation."""
    from footprint.background import compiled
    from footprint.engine.compile import intensities
    from footprint.model.background import DatabaseInfo

    solved = intensities(system(arrays), ID)
    records = [compiled.record(_dataset(code), {"AR6": solved.impact[code]}, {}) for code in solved.impact]
    info = DatabaseInfo(ID, VERSION, "synthetic background", "合成背景数据", "none", "for measuring", "0" * 64)
    folder.mkdir(parents=True, exist_ok=True)
    text = compiled.text(info, {"gwp_sets": ["AR6"]}, records)
    (folder / compiled.NAME).write_text(text, encoding="utf-8", newline="\n")


def _dataset(code: str) -> Any:
    from footprint.model.background import Dataset

    return Dataset(
        key=f"{ID}@{VERSION}:{code}", code=code, name_en=name(code), name_zh=f"数据集 {code}", unit="kg", region="GLO",
        period="2024", kind="unit-process", boundary="cradle-to-gate", category="material", gwp_set="AR6",
        status="secondary", citation="synthetic, for measuring",
    )


def name(code: str) -> str:
    """Return the name of a dataset, the same on both sides."""
    return f"dataset {code}"
