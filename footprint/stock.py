"""What is in stock: databases and rule files, compiled, verified, shown and tested. Beside `service`, for shells."""

from __future__ import annotations

from footprint.background.folders import folder_of, is_kept
from footprint.background.open import open_background
from footprint.errors import DatabaseError, PcrError, Problem, problem
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


def pcr_list(lang: str, *, ids_only: bool = False) -> str:
    """Return the rule files that ship, one line each: id, version, status and title; or the ids alone."""
    if ids_only:
        return "\n".join(pcrs.ids())
    loaded = (pcrs.load(id_) for id_ in pcrs.ids())
    told = ((p.id, p.version, label(f"report-status-{p.status.value}", lang), p.title[lang]) for p in loaded)
    return "\n".join("\t".join(row) for row in told)


def pcr_text(name: str, lang: str) -> str:
    """Return a rule file as sentences."""
    from footprint.rules.show import shown

    return shown(pcrs.load(name), lang)


def pcr_vocabulary(lang: str) -> str:
    """Return every key, name, verb, function and term that a rule file may use."""
    from footprint.rules.glossary import glossary

    return glossary(lang)


def pcr_check(name: str, lang: str) -> str:
    """Load a rule file and say what it leaves open; `PcrError` with all that is wrong."""
    from footprint.rules.readback import misread
    from footprint.rules.show import topics, untold

    pcr = pcrs.load(name)
    open_ = [*((p.id, p.todo) for p in pcr.parameters), *((b.id, b.todo) for b in pcr.benchmarks)]
    told = [message("pcr-todo", lang, part=f"{id_}: {todo[lang]}") for id_, todo in open_ if todo is not None]
    misprinted = [*misread(pcrs.expressions(pcr), pcrs.words_of(pcr))]
    if misprinted:
        raise PcrError(*(Problem(cause.code, Place(pcr.id), cause.facts) for cause in misprinted))
    titles = topics(lang)
    silent = ", ".join(f"{titles[topic]} ({topic})" for topic in untold(pcr))
    told += [message("pcr-topics", lang, topics=silent)] if silent else []
    return "\n".join([*told, message("pcr-checked", lang, pcr=pcr.id, layers=" → ".join(pcr.layers))])


def pcr_test(name: str, lang: str) -> str:
    """Run the cases of a rule file, or of all that ship; `PcrError` naming those that fail."""
    from footprint.rules.cases import failures

    tested = [pcrs.load(each) for each in ((name,) if name else pcrs.ids())]
    failed = [(pcr, line) for pcr in tested for line in failures(pcr)]
    if failed:
        raise PcrError(*(problem("pcr-case-failed", Place(pcr.id), said=line) for pcr, line in failed))
    return "\n".join(message("pcr-cases-passed", lang, count=len(pcr.cases), pcr=pcr.id) for pcr in tested)
