"""``footprint match, mapping``: datasets found for the lines of a workbook, and what people confirmed of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from footprint.cli.options import lang_option, said

_company = click.option("--company", default="", help="Whose choices; the manufacturer of the workbook without it.")


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("-o", "output", type=click.Path(path_type=Path), help="The copy to write.  [default: WORKBOOK-matched]")
@_company
@click.option("--threshold", type=click.FloatRange(0, 1), help="Confidence from which a dataset is filled in.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True, help="Candidates of each line.")
@click.option(
    "--database", "databases", multiple=True, help="Background database (repeatable), instead of the workbook's."
)
@click.option("--with-processing", "processing", is_flag=True, help="Add the processing proposed as lines of the BOM.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def match(  # noqa: PLR0913, PLR0917  one argument per option
    workbook: Path, output: Path | None, company: str, threshold: float | None, limit: int,
    databases: tuple[str, ...], processing: bool, force: bool, lang: str,
) -> None:  # fmt: skip
    """Find a dataset for each line of a workbook that has none. 为物料清单各行匹配数据集。

    What is found surely enough is filled into a copy, with how and why; of the rest the candidates are offered in the
    drop-down list of the dataset column, and the lines at which most is at stake are printed first.

    \b
    Example: footprint match product.xlsx -o matched.xlsx
    """
    from footprint import matches

    request = matches.Request(workbook, output, company, limit=limit, databases=databases, processing=processing)
    if threshold is not None:
        request = request._replace(threshold=threshold)
    click.echo(matches.match(request, lang, force=force))


@click.group()
def mapping() -> None:
    """Remember which datasets were confirmed for the materials of a company. 记忆企业已确认的匹配。"""


@mapping.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@_company
@click.option(
    "--database", "databases", multiple=True, help="Background database (repeatable), instead of the workbook's."
)
@lang_option
@said
def learn(workbook: Path, company: str, databases: tuple[str, ...], lang: str) -> None:
    """Remember what a person entered or confirmed in WORKBOOK. 记忆工作簿中人工填写或确认的数据集。

    \b
    Example: footprint mapping learn matched.xlsx
    """
    from footprint import mappings

    click.echo(mappings.learn(workbook, company, databases, _today(), lang))


@mapping.command("list")
@click.option("--company", default="", help="Only of this one of the companies.")
@lang_option
@said
def list_(company: str, lang: str) -> None:
    """List what is remembered of each company. 列出各企业已记忆的匹配。

    \b
    Example: footprint mapping list --company "Example Co."
    """
    from footprint import mappings

    click.echo(mappings.listing(company, lang))


@mapping.command()
@_company
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file to write (CSV).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def export(company: str, output: Path, force: bool, lang: str) -> None:
    """Write what is remembered of a company, with its version, to a file. 导出已记忆的匹配及其版本。

    \b
    Example: footprint mapping export --company "Example Co." -o mapping.csv
    """
    from footprint import mappings

    click.echo(mappings.export(company, output, lang, force=force))


@mapping.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_company
@click.option("--force", is_flag=True, help="Where FILE says otherwise, take what it says.")
@lang_option
@said
def import_(file: Path, company: str, force: bool, lang: str) -> None:
    """Take in what was exported elsewhere, and say what it says otherwise. 导入并合并，列出不一致之处。

    \b
    Example: footprint mapping import mapping.csv
    """
    from footprint import mappings

    click.echo(mappings.take_in(file, company, _today(), lang, force=force))


@mapping.command()
@click.argument("name")
@_company
@lang_option
@said
def forget(name: str, company: str, lang: str) -> None:
    """Forget the material of a part number or name. 按物料编码或名称删除已记忆的匹配。

    \b
    Example: footprint mapping forget 10023456 --company "Example Co."
    """
    from footprint import mappings

    click.echo(mappings.forget(company, name, _today(), lang))


def _today() -> dt.date:
    """Return the day where the user is."""
    return dt.date.today()  # noqa: DTZ011
