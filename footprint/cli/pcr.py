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
@click.option("--ids", is_flag=True, help="Only the ids.")
@lang_option
@said
def pcr_list(ids: bool, lang: str) -> None:
    """List the rule files that ship. 列出内置规则。

    \b
    Example: footprint pcr list
    """
    from footprint import stock

    click.echo(stock.pcr_list(lang, ids_only=ids))


@pcr.command("vocabulary")
@lang_option
@said
def pcr_vocabulary(lang: str) -> None:
    """Print every key, name, verb and function a rule file may use. 打印规则文件可用的全部词汇。

    \b
    Example: footprint pcr vocabulary
    """
    from footprint import stock

    click.echo(stock.pcr_vocabulary(lang))


@pcr.command("check")
@click.argument("file")
@lang_option
@said
def pcr_check(file: str, lang: str) -> None:
    """Check a rule file: its parts, types and names, and what it leaves open. 检查规则文件。

    \b
    Example: footprint pcr check my-rules.yaml
    """
    from footprint import stock

    click.echo(stock.pcr_check(file, lang))


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
@click.argument("name", default="")
@lang_option
@said
def pcr_test(name: str, lang: str) -> None:
    """Run the cases a rule file brings, or those of all that ship. 运行规则自带用例。

    \b
    Example: footprint pcr test battery-eu-2023-1542
    """
    from footprint import stock

    click.echo(stock.pcr_test(name, lang))
