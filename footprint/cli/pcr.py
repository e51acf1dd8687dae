"""``footprint pcr``: product category rules."""

from __future__ import annotations

import click

from footprint.cli.options import lang_option, said


@click.group()
def pcr() -> None:
    """Product category rules. 产品种类规则。

    \b
    Example: footprint pcr list
    """


@pcr.command("list")
def pcr_list() -> None:
    """List the rule files that ship. 列出内置规则。

    \b
    Example: footprint pcr list
    """
    from footprint import stock

    click.echo("\n".join(stock.pcr_ids()))


@pcr.command("show")
@click.argument("name")
@lang_option
@said
def pcr_show(name: str, lang: str) -> None:
    """Print a rule file as sentences, from the trees that run. 以句子打印规则。

    \b
    Example: footprint pcr show battery-eu-2023-1542 --lang zh
    """
    from footprint import stock

    click.echo(stock.pcr_text(name, lang))


@pcr.command("test")
@click.argument("name")
@lang_option
@said
def pcr_test(name: str, lang: str) -> None:
    """Run the cases a rule file brings. 运行规则自带用例。

    \b
    Example: footprint pcr test battery-eu-2023-1542
    """
    from footprint import stock

    click.echo(stock.pcr_test(name, lang))
