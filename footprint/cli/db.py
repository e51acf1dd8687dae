"""``footprint db``: background databases."""

from __future__ import annotations

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
@click.argument("name")
@lang_option
@said
def db_list(name: str, lang: str) -> None:
    """List the datasets of a database: code, unit, region, period, name. 列出数据集。

    \b
    Example: footprint db list open-cn --lang zh
    """
    from footprint import stock

    click.echo(stock.listed(name, lang))


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
