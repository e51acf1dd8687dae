"""``footprint import``: bills of materials of other systems."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from footprint.cli.options import lang_option, said


@click.command("import")
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("-o", "output", type=click.Path(path_type=Path), help="The workbook to write (.xlsx).")
@click.option("--pcr", default="", help="Rule file that the workbook is for: an id that ships, or a path.")
@click.option("--map", "map_", type=click.Path(path_type=Path), help="How the system writes its bills (YAML).")
@click.option("--explain", is_flag=True, help="Print the map that the files are read by, and write nothing.")
@click.option("--product", default="", help="Code of the product or assembly that is wanted.")
@click.option("--set", "stated", multiple=True, metavar="KEY=VALUE", help="State what the file does not: unit=item.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day that validity is judged on; today without it.")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@lang_option
@said
def import_(  # noqa: PLR0913, PLR0917  one argument per option
    files: tuple[Path, ...], output: Path | None, pcr: str, map_: Path | None, explain: bool, product: str,
    stated: tuple[str, ...], on: dt.datetime | None, force: bool, lang: str,
) -> None:  # fmt: skip
    """Turn bills of materials exported by another system into the guided workbook. 将 ERP 等系统的物料清单转为填报表。

    \b
    Example: footprint import bom.xls --pcr pv-module -o product.xlsx
    """
    from footprint import importing

    given = {key: value for key, _, value in (one.partition("=") for one in stated)}
    day = on.date() if on else dt.date.today()  # noqa: DTZ011  the day where the user is
    request = importing.Import(files, day, map_, given, product, pcr)
    if explain:
        click.echo(importing.explain(request, lang), nl=False)
    elif output is None:
        from footprint.errors import RequestError, problem

        raise RequestError(problem("import-nowhere", str(files[0])))
    else:
        click.echo(importing.write(request, output, lang, force=force))
