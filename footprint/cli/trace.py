"""``footprint pack, verify, diff, runs, key``: what a verifier asks of a result."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from footprint.cli.options import lang_option, said

_AS_STATED = 9
"""The exit code of a package that holds as far as it could be verified, which is not all of it."""


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
        from footprint import past

        click.echo(past.listed(lang))


@runs.command("show")
@click.argument("number", type=int)
@lang_option
@said
def runs_show(number: int, lang: str) -> None:
    """Show one run and whether its files are as they were written. 显示一次计算。

    \b
    Example: footprint runs show 12
    """
    from footprint import past

    click.echo(past.shown(number, lang))


@runs.command("verify")
@click.option("--head", default="", help="Hash of a run that was noted elsewhere: it must still be there.")
@lang_option
@said
def runs_verify(head: str, lang: str) -> None:
    """Follow the chain of hashes through all runs. 核对计算记录的哈希链。

    \b
    Example: footprint runs verify
    """
    from footprint import past

    click.echo(past.verified(lang, head))


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("-o", "output", type=click.Path(path_type=Path), required=True, help="The package to write (.zip).")
@click.option("--workbook", type=click.Path(path_type=Path), help="The workbook, where it is not where it was.")
@click.option("--sign", "key", type=click.Path(path_type=Path), help="Private key to sign with.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def pack(directory: Path, output: Path, workbook: Path | None, key: Path | None, force: bool, lang: str) -> None:
    """Pack a result for its verifier: all it rests on, with checksums. 打包供核查方验证。

    \b
    Example: footprint pack result -o result.zip
    """
    from footprint import packing

    click.echo(packing.pack(directory, output, lang, workbook=workbook, key=key, force=force))


@click.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--reference", is_flag=True, help="Also solve the supply chains of the package through Brightway.")
@click.option("--key", type=click.Path(path_type=Path), help="Public key that must have signed it.")
@click.option("--accept", "accepted", multiple=True, help="Take id@version as the package has it (repeatable).")
@lang_option
@said
def verify(package: Path, reference: bool, key: Path | None, accepted: tuple[str, ...], lang: str) -> None:
    """Recalculate a package from what it holds, and name what does not hold. 由验证包重算并指出不符之处。

    Exit code 9: what was recalculated holds, and something of the result was taken as stated.

    \b
    Example: footprint verify result.zip
    """
    from footprint import verifying

    verified = verifying.verify(package, lang, reference=reference, key=key, accepted=accepted)
    click.echo(verified.text)
    if verified.error is not None:
        raise verified.error
    if verified.stated:
        sys.exit(_AS_STATED)


@click.group()
def key() -> None:
    """Keys for signing packages. 签名密钥。

    \b
    Example: footprint key new signing.pem
    """


@key.command("new")
@click.argument("file", type=click.Path(path_type=Path))
@lang_option
@said
def key_new(file: Path, lang: str) -> None:
    """Write a private key and its public key beside it. 生成一对签名密钥。

    \b
    Example: footprint key new signing.pem
    """
    from footprint import signing

    click.echo(signing.new_key(file, lang))


@click.command()
@click.argument("one", type=click.Path(path_type=Path))
@click.argument("other", type=click.Path(path_type=Path))
@lang_option
@said
def diff(one: Path, other: Path, lang: str) -> None:
    """Say why two results differ: input, mapping, factor, rule, method, software. 分解两个结果的差异。

    \b
    Example: footprint diff result-2024 result-2025
    """
    from footprint import changes

    click.echo(changes.diff(one, other, lang))
