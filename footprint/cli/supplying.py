"""``footprint request, merge, read``: footprints asked of suppliers, and what they send."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from footprint.cli.options import lang_option
from footprint.cli.options import said as sentences

ENERGIES = ("", "electricity", "heat", "fuel", "other")


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--supplier", default="", help="Only this one of the suppliers of the BOM.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@lang_option
@sentences
def request(workbook: Path, output: Path, supplier: str, force: bool, lang: str) -> None:
    """Write a data request for each supplier of a workbook. 为每家供应商生成数据请求表。

    \b
    Example: footprint request pack.xlsx -o requests
    """
    from footprint import asking

    made = asking.request(workbook, output, lang, supplier=supplier, force=force)
    for path in made.paths:
        click.echo(str(path))
    for reason in made.left_out:
        click.echo(reason.text(lang), err=True)


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.argument("answers", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "-o", "output", type=click.Path(path_type=Path), required=True, help="The workbook to write, .xlsx or .xlsm."
)
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@sentences
def merge(workbook: Path, answers: tuple[Path, ...], output: Path, force: bool, lang: str) -> None:
    """Take answers of suppliers into a copy of a workbook, and say what changed. 合并供应商答复并列出变更。

    \b
    Example: footprint merge pack.xlsx request-supplier-a.xlsx -o pack-2.xlsx
    """
    from footprint import merging

    click.echo(merging.merge(workbook, answers, output, lang, force=force))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", "book", type=click.Path(path_type=Path), help="Workbook to put it into.")
@click.option("--line", default="", help="Line of the BOM whose dataset it becomes.")
@click.option("--energy", type=click.Choice(ENERGIES), default="", help="What a footprint per kWh or MJ is of.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="The workbook to write, with --into.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@sentences
def read(
    file: Path, book: Path | None, line: str, energy: str, output: Path | None, force: bool, lang: str
) -> None:
    """Understand a supplier's footprint: PACT, Catena-X or a package. 读取供应商碳足迹并列出其问题。

    Exit code 8: no footprint can be read, or the file contradicts itself; with --into it is written all the same, and
    the row says so.

    \b
    Example: footprint read supplier.json --into pack.xlsx --line L1 -o pack-2.xlsx
    """
    from footprint import receiving
    from footprint.errors import RequestError, VerificationError, problem

    if book is None:
        said = receiving.described(file, lang)
    elif output is None:
        raise RequestError(problem("into-nowhere", str(book)))
    else:
        said = receiving.into(file, book, output, lang, line=line, energy=energy, force=force)
    click.echo(said.text)
    if not said.holds:
        sys.exit(VerificationError.exit_code)
