"""``footprint db``: background databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from footprint.cli.options import lang_option, said


@click.group()
def db() -> None:
    """Background databases. 背景数据库。

    \b
    Example: footprint db verify open-cn
    """


@db.command("compile")
@click.argument("name")
@lang_option
@said
def db_compile(name: str, lang: str) -> None:
    """Compile the intensities of a database folder. 编译数据库强度。

    \b
    Example: footprint db compile databases/open-cn
    """
    from footprint import stock

    click.echo(stock.compile_database(name, lang))


@db.command("list")
@click.argument("name", required=False)
@lang_option
@said
def db_list(name: str | None, lang: str) -> None:
    """List the databases there are, or the datasets of one. 列出数据库，或某一数据库的数据集。

    \b
    Databases: id@version, datasets, checksum, licensed or open, own or shipped, title.
    Datasets: code, unit, region, period, name.
    Example: footprint db list
    Example: footprint db list open-cn --lang zh
    """
    from footprint import holdings, stock

    click.echo(stock.listed(name, lang) if name else holdings.databases(lang))


@db.command("template")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The workbook to write (.xlsx).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def db_template(output: Path, force: bool, lang: str) -> None:
    """Write an empty factor table to fill in. 生成空白因子表。

    \b
    Example: footprint db template -o factors.xlsx --lang zh
    """
    from footprint import holdings

    click.echo(holdings.factor_table(output, lang, force=force))


@db.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Id of the database.  [default: from the file]")
@click.option("--version", default="", help="Its version.  [default: that of the file, or made of its content]")
@click.option("--title", default="", help="Its title.")
@click.option("--licence", default="", help="The terms under which it may be used.")
@click.option("--licensed", is_flag=True, help="Only its licence holder may pass it on.")
@click.option("--format", "format_", default="auto", show_default=True, help="factors, folder, or auto.")
@lang_option
@said
def db_import(path: Path, format_: str, lang: str, **asked: Any) -> None:
    """Take a factor table (xlsx, csv) or a database folder into your store. 导入因子表或数据库。

    \b
    Example: footprint db import factors.xlsx --name suppliers --version 2024.1
    """
    from footprint import holdings

    done, told = holdings.take_in(path, holdings.asked(**asked), format_, lang)
    if told:
        click.echo(told, err=True)
    click.echo(done)


@db.command("remove")
@click.argument("name")
@lang_option
@said
def db_remove(name: str, lang: str) -> None:
    """Delete one version of a database from your store. 从库中删除一个数据库版本。

    \b
    Example: footprint db remove suppliers@2024.1
    """
    from footprint import holdings

    click.echo(holdings.remove(name, lang))


@db.command("verify")
@click.argument("name")
@lang_option
@said
def db_verify(name: str, lang: str) -> None:
    """Recompile a database in memory and compare it with its stored intensities. 重新编译并比对。

    \b
    Example: footprint db verify open-cn
    """
    from footprint import stock

    click.echo(stock.verify_database(name, lang))


@db.command("coverage")
@click.argument("name")
@lang_option
@said
def db_coverage(name: str, lang: str) -> None:
    """Print per unit process what is linked, proxied and missing, and the counts by status. 数据覆盖情况。

    \b
    Example: footprint db coverage open-cn
    """
    from footprint import appraise

    click.echo(appraise.coverage(name, lang))


@db.command("plausibility")
@click.argument("name")
@lang_option
@said
def db_plausibility(name: str, lang: str) -> None:
    """Compare results of a database with published values. 与已发表值对比。

    \b
    Example: footprint db plausibility open-cn
    """
    from footprint import appraise

    click.echo(appraise.plausibility(name, lang))
