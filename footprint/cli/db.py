"""``footprint db``: background databases."""

from __future__ import annotations

import sys
from collections.abc import Callable
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


@db.command("search")
@click.argument("words")
@click.option("--database", "databases", multiple=True, help="Where to search (repeatable).  [default: open-cn, own]")
@click.option("--unit", default="", help="Only datasets in a unit that converts to this one.")
@click.option("--region", default="", help="Only of this region, its parts included.")
@click.option("--category", default="", help="Only of this category.")
@click.option("--kind", type=click.Choice(["unit-process", "factor", "gap"]), default=None, help="Only of this kind.")
@click.option("--year", default=0, help="Only with a period that includes this year.")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True, help="At most so many.")
@lang_option
@said
def db_search(words: str, databases: tuple[str, ...], limit: int, lang: str, **wanted: Any) -> None:
    """Search datasets by code, name, synonym and technology, in Chinese and English. 搜索数据集。

    \b
    Example: footprint db search 'cold rolled steel' --unit kg --region CN
    Example: footprint db search 冷轧板 --lang zh
    """
    from footprint import lookup

    wanted["kind"] = wanted["kind"] or ""
    click.echo(lookup.search(words, databases, lookup.Filters(**wanted), limit, lang))


@db.command("show")
@click.argument("code")
@click.option("--database", "databases", multiple=True, help="Where it is (repeatable).  [default: open-cn, own]")
@lang_option
@said
def db_show(code: str, databases: tuple[str, ...], lang: str) -> None:
    """Show everything on one dataset: source, intensity, inputs, emissions, gaps. 显示数据集的全部内容。

    \b
    Example: footprint db show steel-cold-rolled-cn --lang zh
    """
    from footprint import lookup

    click.echo(lookup.show(code, databases, lang))


@db.command("diff")
@click.argument("before")
@click.argument("after")
@click.option("--mapping", type=click.Path(path_type=Path), help="Also write which dataset is which (csv).")
@click.option("--force", is_flag=True, help="Overwrite a mapping.")
@lang_option
@said
def db_diff(before: str, after: str, mapping: Path | None, force: bool, lang: str) -> None:
    """Compare two databases: datasets added, removed, changed, with the change of their scores. 比较两个数据库。

    \b
    Example: footprint db diff suppliers@2024.1 suppliers@2024.2 --mapping carried.csv
    """
    from footprint import carrying, lookup

    click.echo(lookup.diff(before, after, lang))
    if mapping is not None:
        click.echo(carrying.mapping(before, after, mapping, lang, force=force), err=True)


@db.command("carry")
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--from", "before", required=True, help="The database that the workbook names.")
@click.option("--to", "after", required=True, help="Its next release.")
@click.option("--mapping", type=click.Path(path_type=Path), help="Which dataset is which, as db diff writes it.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="The copy.  [default: WORKBOOK-carried.xlsx]")
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@lang_option
@said
def db_carry(force: bool, lang: str, **asked: Any) -> None:
    """Write a copy of a workbook on another release of a database, and how its result moves. 迁移到新版本数据库。

    \b
    Example: footprint db carry pump.xlsx --from suppliers@2024.1 --to suppliers@2024.2
    """
    from footprint import carrying

    click.echo(carrying.carry(carrying.Request(**asked), lang, force=force))


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


_FORMATS = "auto, bw-excel, bw2package, ecospold1, ecospold2, factors, folder, ilcd, olca, simapro; auto looks inside."


@db.command("import")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", default="", help="Id of the database.  [default: from the file]")
@click.option("--version", default="", help="Its version.  [default: that of the file, or made of its content]")
@click.option("--title", default="", help="Its title.")
@click.option("--licence", default="", help="The terms under which it may be used.")
@click.option("--licensed", is_flag=True, help="Only its licence holder may pass it on.")
@click.option("--format", "format_", default="auto", show_default=True, help=_FORMATS)
@click.option("--allow-unlinked", is_flag=True, help="Inputs that lead nowhere become gaps with a name.")
@click.option("--link", multiple=True, metavar="DATABASE", help="A database of the store that has what the file lacks.")
@click.option("--method", default="", help="Count with this impact category of the file.")
@lang_option
@said
def db_import(path: Path, format_: str, lang: str, **asked: Any) -> None:
    """Take a factor table, a folder of ours or a database of others into your store. 导入因子表或数据库。

    \b
    Example: footprint db import factors.xlsx --name suppliers --version 2024.1
    Example: footprint db import uslci.zip --name uslci --version 2018.3 --allow-unlinked
    """
    from footprint import holdings

    is_seen = sys.stderr.isatty()
    if is_seen:
        asked["tell"] = _teller(lang)
    try:
        done, told = holdings.take_in(path, holdings.asked(**asked), format_, lang)
    finally:
        if is_seen:
            click.echo(err=True)
    if told:
        click.echo(told, err=True)
    click.echo(done)


def _teller(lang: str) -> Callable[[str, int, int], None]:
    """Return who writes on one line of a terminal how far an import is."""
    from footprint.messages import message

    def tell(code: str, done: int, total: int) -> None:
        click.echo(f"\r{message(code, lang, done=done, total=total):<60}", err=True, nl=False)

    return tell


@db.command("export")
@click.argument("name")
@click.option("--format", "format_", required=True, help="bw2package, excel (both for Brightway) or csv (a folder).")
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The file, or folder, to write.")
@click.option("--i-hold-a-licence", is_flag=True, help="Licensed data: you hold a licence that allows this.")
@click.option("--force", is_flag=True, help="Overwrite what is there.")
@lang_option
@said
def db_export(name: str, format_: str, output: Path, i_hold_a_licence: bool, force: bool, lang: str) -> None:
    """Write a database for Brightway and the Activity Browser, or as tables. 导出数据库。

    \b
    Example: footprint db export open-cn --format bw2package -o open-cn.bw2package
    """
    from footprint import holdings

    click.echo(holdings.give_out(name, format_, output, lang, holds_licence=i_hold_a_licence, force=force))


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
