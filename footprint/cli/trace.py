"""``footprint pack, verify, diff, runs, key``: what a verifier asks of a result."""

from __future__ import annotations

import click

from footprint.cli.options import lang_option, said


@click.group(invoke_without_command=True)
@lang_option
@click.pass_context
@said
def runs(ctx: click.Context, lang: str) -> None:
    """List all runs on this machine. 列出本机全部计算记录。

    \b
    Example: footprint runs
    """
    if ctx.invoked_subcommand is None:
        from footprint import runs

        click.echo(runs.listed(lang))


@runs.command("show")
@click.argument("number", type=int)
@lang_option
@said
def runs_show(number: int, lang: str) -> None:
    """Show one run and whether its files are as they were written. 显示一次计算。

    \b
    Example: footprint runs show 12
    """
    from footprint import runs

    click.echo(runs.shown(number, lang))


@runs.command("verify")
@lang_option
@said
def runs_verify(lang: str) -> None:
    """Follow the chain of hashes through all runs. 核对计算记录的哈希链。

    \b
    Example: footprint runs verify
    """
    from footprint import runs

    click.echo(runs.verified(lang))
