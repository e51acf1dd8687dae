"""``footprint publish``: one result in the formats of customers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from footprint.cli.options import lang_option, said


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--as", "formats", help="Formats, separated by commas; without it, those there are are listed.")
@click.option("-o", "output", type=click.Path(path_type=Path), help="Folder to write to.  [default: DIRECTORY/publish]")
@click.option(
    "--disclose",
    "level",
    type=click.Choice(["public", "customer", "verifier"]),
    default="customer",
    show_default=True,
    help="Who the files are for: only a verifier sees lines of the bill.",
)
@click.option("--company", type=click.Path(path_type=Path), help="Who states the footprint: company.yaml.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own Word template for report.docx.")
@click.option("--draft", is_flag=True, help="Publish an incomplete result, marked as a draft.")
@click.option("--force", is_flag=True, help="Overwrite existing files.")
@lang_option
@said
def publish(
    directory: Path,
    formats: str | None,
    output: Path | None,
    force: bool,
    lang: str,
    **order: Any,
) -> None:
    """Write a result in the formats of customers; all agree, or none is written. 输出客户所需格式。

    \b
    Example: footprint publish result --as pact,report.docx --company company.yaml
    """
    from footprint import publishing

    if formats is None:
        click.echo(publishing.offered(lang))
        return
    asked = tuple(name.strip() for name in formats.split(",") if name.strip())
    asking = publishing.Order(directory, asked, **order)
    for path in publishing.publish(asking, output or directory / "publish", lang, force=force):
        click.echo(str(path))
