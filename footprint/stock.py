"""What is in stock: databases and rule files, compiled, verified, shown and tested. Beside `service`, for shells."""

from __future__ import annotations

from footprint.background.folders import folder_of, is_kept
from footprint.background.open import open_background
from footprint.errors import DatabaseError, PcrError, problem
from footprint.messages import label, message
from footprint.model.background import Dataset
from footprint.provenance import Place
from footprint.rules import load as pcrs


def compile_database(name: str, lang: str) -> str:
    """Compile the intensities of a database folder in place and say where they are; one in the store never changes."""
    from footprint.background.build import compile_folder
    from footprint.engine.compile import intensities

    folder = folder_of(name)
    if is_kept(folder):
        raise DatabaseError(problem("database-kept", Place(folder.name), name=folder.name))
    return message("database-compiled", lang, path=compile_folder(folder, intensities))


def verify_database(name: str, lang: str) -> str:
    """Recompile a database in memory and compare every intensity to 1e-9; `DatabaseError` names what differs."""
    from footprint.background.build import compiled_text
    from footprint.background.compiled import differences, load, parse
    from footprint.engine.compile import intensities

    folder = folder_of(name)
    stored, fresh = load(folder), parse(folder, compiled_text(folder, intensities).encode())
    differing = differences(stored, fresh)
    if differing or stored.header["info"] != fresh.header["info"]:
        raise DatabaseError(
            problem("database-stale", Place(folder.name), folder=", ".join(differing[:3]) or folder.name)
        )
    return message("database-verified", lang, name=folder.name, count=len(stored.lines()))


def listed(name: str, lang: str) -> str:
    """Return one line per dataset: code, unit, region, period and name; one without numbers says so."""
    datasets = open_background((name,)).databases[0].datasets()
    return "\n".join("\t".join((d.code, d.unit, d.region, d.period, _named(d, lang))) for d in datasets)


def _named(dataset: Dataset, lang: str) -> str:
    return f"{dataset.name(lang)} [{label('report-kind-gap', lang)}]" if dataset.kind == "gap" else dataset.name(lang)


def pcr_ids() -> tuple[str, ...]:
    """Return the ids of the rule files that ship."""
    return pcrs.ids()


def pcr_text(name: str, lang: str) -> str:
    """Return a rule file as sentences."""
    from footprint.rules.show import shown

    return shown(pcrs.load(name), lang)


def pcr_test(name: str, lang: str) -> str:
    """Run the cases of a rule file; `PcrError` naming those that fail."""
    from footprint.rules.cases import failures

    pcr = pcrs.load(name)
    failed = failures(pcr)
    if failed:
        raise PcrError(*(problem("pcr-case-failed", Place(pcr.id), said=line) for line in failed))
    return message("pcr-cases-passed", lang, count=len(pcr.cases), pcr=pcr.id)
