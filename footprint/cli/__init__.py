"""The command line: parse, call, print. Every command has an example; exit codes tell the class of an error (2-7)."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from footprint import __version__
from footprint.cli.db import db
from footprint.cli.door import Door
from footprint.cli.evidence import evidence
from footprint.cli.importing import import_
from footprint.cli.matching import mapping, match
from footprint.cli.options import lang_option, said
from footprint.cli.pcr import pcr
from footprint.cli.publishing import publish
from footprint.cli.supplying import merge, read, request
from footprint.cli.trace import diff, key, pack, runs, verify

_OBJECTS_PER_COLLECTION = 100_000
"""A run makes many objects that live to its end: the default of 700 spends a tenth of the time looking for garbage."""


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="footprint")
def main() -> None:
    """Product carbon footprints from a bill of materials in Excel. 由 Excel 物料清单计算产品碳足迹。

    \b
    footprint template --pcr battery-eu-2023-1542 -o pack.xlsx   a workbook to fill in
    footprint check pack.xlsx                                    what is wrong with it
    footprint calculate pack.xlsx -o result                      declaration and reports
    footprint explain result/declaration.json 'BOM!F8'           one cell, to the declared number
    footprint demo battery                                       an example, calculated
    """
    gc.set_threshold(_OBJECTS_PER_COLLECTION)


@main.result_callback()
def _done(*_: object, **__: object) -> None:
    """Let the process end without a last search for garbage."""
    gc.freeze()


@main.command()
@click.option("--pcr", help="Rule file: an id that ships, or the path of a YAML file.")
@click.option("--company", is_flag=True, help="Write company.yaml instead: who states a footprint.")
@click.option("--report", is_flag=True, help="Write the Word template of report.docx instead.")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def template(pcr: str | None, company: bool, report: bool, output: Path, force: bool, lang: str) -> None:
    """Write an empty guided workbook for a rule file. 生成引导式填报表。

    \b
    Example: footprint template --pcr battery-eu-2023-1542 --lang zh -o pack.xlsx
    """
    from footprint import forms

    if company:
        click.echo(forms.company(output, lang, force=force))
    elif report:
        click.echo(forms.report(output, lang, force=force))
    elif pcr is None:
        from footprint.errors import RequestError, problem

        raise RequestError(problem("template-of-nothing", str(output)))
    else:
        click.echo(forms.template(pcr, output, lang, force=force))


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--pcr", default="", help="Rule file to use instead of the workbook's.")
@click.option(
    "--database", "databases", multiple=True, help="Background database (repeatable), instead of the workbook's."
)
@lang_option
@said
def check(workbook: Path, pcr: str, databases: tuple[str, ...], lang: str) -> None:
    """Report what is wrong with a workbook, and calculate nothing. 只检查，不计算。

    \b
    Example: footprint check pack.xlsx
    """
    from footprint import service

    checked = service.check(service.Request(workbook, pcr, databases), lang)
    click.echo(checked.text)
    if checked.error is not None:
        raise checked.error


@main.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="Folder for the results.")
@click.option(
    "--pcr",
    "pcrs",
    multiple=True,
    help="Rule file to use instead of the workbook's; several: a result for each, and why they differ.",
)
@click.option(
    "--database", "databases", multiple=True, help="Background database (repeatable), instead of the workbook's."
)
@click.option(
    "--reference", is_flag=True, help="Also solve the whole system through Brightway; both must agree to 1e-9."
)
@click.option(
    "--uncertainty",
    "draws",
    type=click.IntRange(100, 10_000_000),
    is_flag=False,
    flag_value=10_000,
    default=None,
    help="Also write uncertainty.json: how far the result may be off, by N draws (10000) and by derivatives.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, help="Where the draws begin: the same seed, the same numbers."
)
@lang_option
@said
def calculate(
    workbook: Path,
    output: Path,
    pcrs: tuple[str, ...],
    databases: tuple[str, ...],
    reference: bool,
    draws: int | None,
    seed: int,
    lang: str,
) -> None:
    """Calculate a workbook: declaration.json, report.html, report.xlsx. 计算并生成声明与报告。

    \b
    Example: footprint calculate pack.xlsx -o result --lang zh
    Example: footprint calculate pack.xlsx -o result --pcr battery-eu-2023-1542 --pcr battery-gba
    Example: footprint calculate pack.xlsx -o result --uncertainty 10000 --seed 7
    """
    if len(pcrs) > 1:
        from footprint import contrasts, service

        request = service.Request(workbook, "", databases, reference, draws or 0, seed)
        found, files = contrasts.produce(request, pcrs, output, lang)
        click.echo(contrasts.summary(found, files, lang))
        return
    from footprint.early import reading, rendering

    with reading(workbook) as read, rendering(lang) as aside:
        from footprint import service

        request = service.Request(workbook, "".join(pcrs), databases, reference, draws or 0, seed)
        calculated, written = service.produce(request, output, lang, read, aside)
    told = service.notices(calculated, lang)
    if told:
        click.echo(told, err=True)
    click.echo(service.summary(calculated, written, lang))


@main.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("second", type=click.Path(path_type=Path))
@click.option("--pcr", default="", help="Rule file to use instead of the workbooks'.")
@click.option("--uncertainty", "draws", type=click.IntRange(100, 10_000_000), default=10_000, help="Number of draws.")
@click.option("--seed", type=click.IntRange(0), default=0, help="Where the draws begin.")
@click.option("--reference", is_flag=True, help="Draw every dataset of the databases anew, for both at once.")
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@lang_option
@said
def compare(
    first: Path, second: Path, pcr: str, draws: int, seed: int, reference: bool, as_json: bool, lang: str
) -> None:
    """Tell how surely one product is lower than another, on common random numbers. 比较两个产品。

    \b
    Example: footprint compare old.xlsx new.xlsx --uncertainty 10000 --seed 7
    """
    import json

    from footprint import rivals, service

    requests = (service.Request(book, pcr, (), reference, draws, seed) for book in (first, second))
    found = rivals.compare(*requests)
    data = json.dumps(rivals.document(found), indent=1, ensure_ascii=False) if as_json else ""
    click.echo(data or rivals.told(found, lang))


@main.command()
@click.argument("declaration", type=click.Path(path_type=Path))
@click.argument("cell")
@lang_option
@said
def explain(declaration: Path, cell: str, lang: str) -> None:
    """Follow one cell to the declared number, or say why it was left out. 追溯一个单元格。

    \b
    Example: footprint explain result/declaration.json 'BOM!F8'
    """
    from footprint import service

    click.echo(service.explain(declaration, cell, lang))


@main.command()
@click.argument("name")
@click.option(
    "-o", "output", type=click.Path(path_type=Path), help="Folder for the results.  [default: footprint-demo-NAME]"
)
@click.option("--force", is_flag=True, help="Overwrite an example workbook that was edited.")
@lang_option
@said
def demo(name: str, output: Path | None, force: bool, lang: str) -> None:
    """Copy an example workbook beside its results and calculate it. 运行示例。

    \b
    Example: footprint demo battery
    """
    from footprint import service

    calculated, written = service.demo(name, output or Path(f"footprint-demo-{name}"), lang, force=force)
    click.echo(service.summary(calculated, written, lang))


main.add_command(db)
main.add_command(evidence)
main.add_command(import_)
main.add_command(pcr)
main.add_command(mapping)
main.add_command(match)
main.add_command(pack)
main.add_command(publish)
main.add_command(request)
main.add_command(merge)
main.add_command(read)
main.add_command(verify)
main.add_command(diff)
main.add_command(runs)
main.add_command(key)
