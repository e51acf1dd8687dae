"""Databases given out: once, in their format, as tables with the same checksum, licensed ones on a word."""

from __future__ import annotations

import runpy
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from footprint import holdings
from footprint.background import exporters, readable, source
from footprint.background.importers.asked import Asked
from footprint.cli import main
from footprint.errors import FootprintError

DATA = Path(__file__).parent / "data"
LINE = SimpleNamespace(**runpy.run_path(str(DATA / "line.py")))
OPEN_CN = Path(__file__).parents[1] / "databases" / "open-cn"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module", params=["small", "odd"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(vars(LINE)[request.param](tmp_path_factory.mktemp("databases")))


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def rendered(format_: str, folder: Path) -> Mapping[str, bytes]:
    return exporters.exporter(format_).render(source.read(folder))


# ------------------------------------------------------------------------------------------------ every format


def test_there_are_formats() -> None:
    """The registry finds the formats by listing files."""
    assert set(exporters.formats()) == {"bw2package", "csv", "excel"}


@pytest.mark.parametrize("format_", exporters.formats())
def test_same_database_same_bytes(format_: str, folder: Path) -> None:
    """Rendered twice, a database gives the same bytes."""
    assert rendered(format_, folder) == rendered(format_, folder)


@pytest.mark.parametrize("format_", exporters.formats())
def test_a_file_is_written_once(format_: str, folder: Path, tmp_path: Path) -> None:
    """The command writes the file or folder it says, refuses to write over it, and does when forced."""
    target = tmp_path / f"out{exporters.exporter(format_).SUFFIX}"
    words = ("db", "export", folder, "--format", format_, "-o", target, "--lang", "en")
    count = len(source.read(folder).activities)
    done = run(*words)
    assert done.stdout.splitlines()[0] == f"{source.read(folder).id}: {count} datasets written to {target}"
    assert "1 of them are gaps" in done.stdout
    assert run(*words).stderr.endswith("[file-exists]\n")
    assert run(*words, "--force").exit_code == 0


@pytest.mark.parametrize("format_", [f for f in exporters.formats() if exporters.exporter(f).SUFFIX])
def test_a_file_needs_its_ending(format_: str, folder: Path, tmp_path: Path) -> None:
    """Other programs open a file by its ending."""
    answer = run("db", "export", folder, "--format", format_, "-o", tmp_path / "out.zip", "--lang", "en")
    assert answer.exit_code == 2
    assert answer.stderr.endswith("Correct the name. [export-suffix]\n")


def test_an_unknown_format_is_told_with_those_there_are(folder: Path, tmp_path: Path) -> None:
    """A format nobody writes is a sentence."""
    answer = run("db", "export", folder, "--format", "spold", "-o", tmp_path / "x", "--lang", "en")
    assert answer.exit_code == 2
    assert "Did you mean 'bw2package', 'csv', 'excel'? [export-format-unknown]" in answer.stderr


@pytest.mark.parametrize("format_", exporters.formats())
def test_licensed_data_go_out_on_a_word_only(format_: str, tmp_path: Path) -> None:
    """A licensed database is not given out, in any format, unless somebody says that they hold a licence."""
    holdings.take_in(LINE.small(tmp_path), Asked(licence="EULA 3", licensed=True), "auto", "en")
    target = tmp_path / f"out{exporters.exporter(format_).SUFFIX}"
    words = ("db", "export", "small@1", "--format", format_, "-o", target, "--lang", "en")
    refused = run(*words)
    assert refused.exit_code == 2
    assert refused.stderr == (
        "small@1: the database is licensed (EULA 3): only its licence holder may pass it on. If your licence allows "
        "it, say so with --i-hold-a-licence. [licence-needed]\n"
    )
    assert not target.exists()
    assert run(*words, "--i-hold-a-licence").exit_code == 0
    assert target.exists()


@pytest.mark.parametrize("format_", ["bw2package", "excel"])
def test_rows_that_cannot_be_used_are_not_given_out(format_: str, folder: Path) -> None:
    """What cannot be compiled is not exported either: no program would say so later."""
    src = source.read(folder)
    broken = src._replace(exchanges=(*src.exchanges, source.Row({**src.exchanges[0], "flow": "nothing"})))
    assert "[database-exchange]" in LINE.refused(lambda: exporters.exporter(format_).render(broken))


# ------------------------------------------------------------------------------------------------ tables


def test_what_is_given_out_as_tables_is_the_same_database(folder: Path, tmp_path: Path) -> None:
    """Exported and imported again: the same checksum, and the store finds it there."""
    holdings.take_in(folder, Asked(), "auto", "en")
    (target := tmp_path / "out").mkdir()
    for name, content in rendered("csv", folder).items():
        (target / name).write_bytes(content)
    assert source.read(target).checksum() == source.read(folder).checksum()
    done, _ = holdings.take_in(target, Asked(), "auto", "en")
    assert "were there already" in done


def test_a_database_kept_by_topic_becomes_one_table() -> None:
    """The embedded database, its topics and documents, is the same content when its tables are joined."""
    src = source.read(OPEN_CN)
    files = readable.files(src)
    assert set(files) == {"database.yaml", "activities.csv", "exchanges.csv", "sources.csv"}
    rows = source._rows(files["exchanges.csv"].decode(), src.activities[0].place, ("activity",), [])
    assert [dict(row) for row in rows] == [dict(row) for row in src.exchanges]


def test_tables_of_another_database_do_not_join_an_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds a topic of something else is refused, forced or not; so is one of the store."""
    monkeypatch.setenv("FOOTPRINT_HOME", str(tmp_path / "home"))
    small = LINE.small(tmp_path)
    out = tmp_path / "out"
    holdings.give_out(str(small), "csv", out, "en")
    holdings.give_out(str(small), "csv", out, "en", force=True)
    (out / "topic").mkdir()
    (out / "topic" / "exchanges.csv").write_bytes((out / "exchanges.csv").read_bytes())
    with pytest.raises(FootprintError, match=r"topic.exchanges\.csv.*file-exists"):
        holdings.give_out(str(small), "csv", out, "en", force=True)
    kept = tmp_path / "home" / "databases" / "small@1"
    kept.mkdir(parents=True)
    with pytest.raises(FootprintError, match="database-kept"):
        holdings.give_out(str(small), "csv", kept, "en", force=True)
