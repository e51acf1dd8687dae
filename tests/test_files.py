"""Files change as a set or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footprint import receiving, runs, service
from footprint.errors import PublishError, RequestError
from footprint.files import put


def test_a_set_of_files_is_written_whole(tmp_path: Path) -> None:
    """All files appear, over old ones too, and nothing else stays in the folder."""
    put(tmp_path / "new", {"a": b"1", "b": b"2"})
    put(tmp_path / "new", {"a": b"3", "b": b"4"})
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()} == {"a": b"3", "b": b"4"}


def test_a_file_that_cannot_be_replaced_keeps_all_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the second rename fails (open in Excel), the first file has its old content again."""
    put(tmp_path, {"a": b"old a", "b": b"old b"})
    replace = Path.replace

    def held(path: Path, target: Path) -> Path:
        if target.name == "b" and path.name.endswith(".new"):
            raise PermissionError(13, "Permission denied", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(PublishError, match=r"b: it cannot be written: Permission denied"):
        put(tmp_path, {"a": b"new a", "b": b"new b"})
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"a": b"old a", "b": b"old b"}


def test_an_edited_example_is_kept(tmp_path: Path) -> None:
    """A second demo refuses to write over a workbook that was changed, and replaces it only when forced."""
    service.demo("transformer", tmp_path, "en")
    service.demo("transformer", tmp_path, "zh")
    book = tmp_path / "transformer.xlsx"
    book.write_bytes(book.read_bytes() + b" ")
    with pytest.raises(RequestError, match=r"was not overwritten"):
        service.demo("transformer", tmp_path, "en")
    service.demo("transformer", tmp_path, "en", force=True)


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    """New content nobody works on any more goes; what another process is writing, and files of other names, stay."""
    fcntl = pytest.importorskip("fcntl")
    for name in (".a.1.new", ".a.2.new", ".a.3.old", ".b.4.old", ".c.5.new", ".a.6.bak"):
        (tmp_path / name).write_bytes(b"half")
    with (tmp_path / ".a.2.new").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        (tmp_path / "a").write_bytes(b"old")
        put(tmp_path, {"a": b"1"})
        assert {p.name for p in tmp_path.iterdir()} == {"a", ".a.2.new", ".b.4.old", ".c.5.new", ".a.6.bak"}
    put(tmp_path, {"a": b"2", "b": b"3"})
    assert {p.name for p in tmp_path.iterdir()} == {"a", "b", ".b.4.old", ".c.5.new", ".a.6.bak"}
    put(tmp_path, {"b": b"4"})
    assert not (tmp_path / ".b.4.old").exists()


@pytest.mark.parametrize(("count", "times"), [(3, 60), pytest.param(4, 150, marks=pytest.mark.slow)])
def test_processes_at_once_sweep_nothing_of_each_other(count: int, times: int, tmp_path: Path) -> None:
    """Processes that write and verify in one folder: what one is making, no other clears away."""
    code = (
        "import sys; from pathlib import Path; from footprint.files import put; from footprint.scratch import scratch\n"
        f"for i in range({times}):\n"
        "    put(Path(sys.argv[1]), {'a': b'%d' % i, 'b': b'x'})\n"
        "    with scratch() as folder: (folder / 'c').write_bytes(b'y')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(count)]
    assert [writer.wait(100) for writer in writers] == [0] * count
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_no_name_is_without_content_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whenever a file is renamed into place, all old ones are still there, or new."""
    put(tmp_path, {"a": b"old", "b": b"old"})
    replace, seen = Path.replace, []

    def watched(path: Path, target: Path) -> Path:
        seen.append({name: (tmp_path / name).read_bytes() for name in ("a", "b")})
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", watched)
    put(tmp_path, {"a": b"new", "b": b"new"})
    assert seen == [{"a": b"old", "b": b"old"}, {"a": b"new", "b": b"old"}]


def _results(text: str, *more: str) -> dict[str, bytes]:
    """Return the files of a run that all say ``text``, and the run that names them."""
    contents = {name: text.encode() for name in ("declaration.json", *more, "report.html", "report.xlsx")}
    return contents | {"run.json": runs.sealed({}, "en", contents)}


def _killed(folder: Path, step: int, *, drawn: bool) -> bool:
    """Write new results over old ones in a child that kills itself before the given change; whether it did."""
    shutil.rmtree(folder, ignore_errors=True)
    put(folder, _results("old", *(["uncertainty.json"] if drawn else [])))
    child = os.fork()
    if not child:
        left = step

        def watched(change: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*args: Any, **named: Any) -> Any:
                nonlocal left
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return change(*args, **named)

            return counted

        for name in ("replace", "unlink", "hardlink_to", "write_bytes"):
            setattr(Path, name, watched(getattr(Path, name)))
        put(folder, _results("new"), ["uncertainty.json"])
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("drawn", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_wherever_a_run_is_killed_a_mix_of_files_is_refused(tmp_path: Path, drawn: bool) -> None:
    """Before each single change: the files are those of one run, old or new, or whoever reads them is told."""
    folder, seen, step = tmp_path / "result", set(), 0
    while _killed(folder, step, drawn=drawn):
        found = {p.read_bytes() for p in folder.glob("[!.]*") if p.name != "run.json"}
        kept = (folder / "uncertainty.json").exists()
        try:
            runs.insist(folder)
        except RequestError as exc:
            seen |= {"refused", *({p.code for p in exc.problems} - {"file-other", "file-missing"})}
        else:
            assert found in ({b"old"}, {b"new"})
            assert kept is (drawn and found == {b"old"})
            seen.add(found.pop().decode())
        step += 1
    assert seen == {"old", "new", "refused"}
    put(folder, _results("last"), ["uncertainty.json"])
    assert {p.name for p in folder.iterdir()} == {"declaration.json", "report.html", "report.xlsx", "run.json"}


def test_readers_of_a_result_refuse_a_mix(tmp_path: Path, bill: Callable[..., Path]) -> None:
    """Explain, diff, pack, publish: a declaration that its run did not write is no result; elsewhere it is."""
    from footprint import changes, packing, publishing

    one, other = tmp_path / "one", tmp_path / "other"
    for folder, mass in ((one, 1), (other, 2)):
        workbook = bill(f"L1 | plate | {mass} kg | steel-hot-rolled-cn", product={"net_mass": mass})
        service.produce(service.Request(workbook), folder, "en")
    (one / "declaration.json").write_bytes((other / "declaration.json").read_bytes())
    readers: list[Callable[[], object]] = [
        lambda: service.explain(one / "declaration.json", "BOM!D4", "en"),
        lambda: changes.diff(one, other, "en"),
        lambda: changes.diff(other, one / "declaration.json", "en"),
        lambda: packing.pack(one, tmp_path / "one.zip", "en"),
        lambda: publishing.publish(publishing.Order(one, ("ledger.csv",), draft=True), tmp_path / "out", "en"),
    ]
    for read in readers:
        with pytest.raises(RequestError, match=r"one/declaration\.json: this file is not the one its run wrote"):
            read()
    assert not (tmp_path / "one.zip").exists()
    alone = tmp_path / "alone.json"
    alone.write_bytes((one / "declaration.json").read_bytes())
    assert service.explain(alone, "BOM!D4", "en")


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path) -> None:
    """Where a file stands in the way of the folder, the message says so; permissions have no part in it."""
    (tmp_path / "company.yaml").write_text("name: x", encoding="utf-8")
    for target in (tmp_path / "company.yaml", tmp_path / "company.yaml" / "below"):
        with pytest.raises(PublishError) as found:
            put(target, {"a.txt": b"a"})
        assert [p.code for p in found.value.problems] == ["folder-is-file"]
        assert str(found.value.problems[0].place) == str(tmp_path / "company.yaml")


@pytest.mark.skipif(os.name == "nt", reason="no pipes as files there")
def test_what_is_no_file_is_not_called_missing(tmp_path: Path) -> None:
    """A folder or a pipe in the place of a file is told as such, and nothing waits for it."""
    os.mkfifo(tmp_path / "pipe")
    cases = {tmp_path: "not-a-file", tmp_path / "pipe": "not-a-file", tmp_path / "no": "file-missing"}
    for path, code in cases.items():
        with pytest.raises(RequestError) as found:
            receiving.received(path)
        assert [p.code for p in found.value.problems] == [code]
