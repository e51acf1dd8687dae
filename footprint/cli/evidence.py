"""The command ``footprint evidence``."""

from __future__ import annotations

from pathlib import Path

import click

from footprint.cli.options import lang_option, said


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path))
@click.option("--pcr", default="", help="Rule file to use instead of the workbook's.")
@lang_option
@said
def evidence(workbook: Path, pcr: str, lang: str) -> None:
    """List documents and instruments of a workbook, and what is missing or wrong. 列出证据与计量器具及其缺项。

    \b
    Example: footprint evidence pack.xlsx
    """
    from footprint.evidence import listed
    from footprint.service import Request

    click.echo(listed(Request(workbook, pcr), lang))
