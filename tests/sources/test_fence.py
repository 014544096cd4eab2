"""The fence: what a child may use, what it may see, and what is said when it fails."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pyarrow as pa
import pytest

from benchmarks import hostile_files
from portraits.sources import fence, frames, nursery
from portraits.sources.fence import Limits
from portraits.sources.files import Files
from portraits.sources.frames import BATCH, DONE, END, FAULT, HEAD, PART
from portraits.sources.source import Part, Place
from portraits.vocabulary.errors import BadInput
from tests.sources.answered import LIMITS, answered, job_of


def hostile(name: str) -> bytes:
    """One of the hostile files."""
    return next(each.make() for each in hostile_files.files() if each.name == name)


def test_a_table_is_told_as_beginning_batches_and_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = answered(job_of(tmp_path, b"a,b\n1,2\n3\n"))
    assert [frame.kind for frame in told] == [PART, BATCH, END]
    facts, schema = frames.unpart(told[0].payload)
    assert (facts["label"], facts["identity"], schema.names) == ("a.csv", "i", ["_row", "a", "b"])
    batch = pa.ipc.read_record_batch(pa.py_buffer(told[1].payload), schema)
    assert batch.to_pylist() == [{"_row": 1, "a": "1", "b": "2"}]
    end = told[2].facts
    assert (end["read"], end["rejected"], end["skipped"], end["cursor"]) == (2, 1, 0, "")


@pytest.mark.parametrize(
    ("name", "content", "columns"),
    [
        ("a.jsonl", b'{"x": 1}\n', ["_row", "x"]),
        ("a.parquet", b"", ["_row", "n"]),
        ("a.xlsx", b"", ["_row", "n"]),
        ("a.csv.gz", b"", ["_row", "n"]),
        ("a.zip", b"", ["_row", "n"]),
    ],
)
def test_every_format_is_answered_alike(
    name: str, content: bytes, columns: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = answered(job_of(tmp_path, content or _made(name, tmp_path), name))
    assert [frame.kind for frame in told] == [PART, BATCH, END]
    assert frames.unpart(told[0].payload)[1].names == columns


def _made(name: str, folder: Path) -> bytes:
    import gzip
    import zipfile

    import openpyxl
    import pyarrow.parquet as pq

    path = folder / name
    if name.endswith(".gz"):
        return gzip.compress(b"n\n1\n")
    if name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("n.csv", "n\n1\n")
    elif name.endswith(".xlsx"):
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("S")
        sheet.append(["n"])
        sheet.append([1])
        book.save(path)
    else:
        pq.write_table(pa.table({"n": [1]}), path)
    return path.read_bytes()


def test_what_unpacks_far_too_large_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "always", 10)
    monkeypatch.setitem(LIMITS, "ratio", 1)
    with pytest.raises(BadInput, match="unpacks to far more"):
        answered(job_of(tmp_path, b"a\n" + b"1\n" * 50))


def test_large_batches_are_cut() -> None:
    batch = pa.record_batch({"x": ["y" * 100] * 100})
    pieces = list(frames.slices(batch, 1000))
    assert sum(piece.num_rows for piece in pieces) == 100
    assert max(piece.nbytes for piece in pieces) <= 1100
    assert list(frames.slices(batch.slice(0, 1), 1)) == [batch.slice(0, 1)]


def _as_child(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Run a program of ours where the child would run; `out` is where it tells what it finds."""
    nursery.forget()
    serving = (
        "import os, resource, socket, struct, sys, time\n"
        "from portraits.sources.child.nursery import serve\n"
        f"serve(socket.socket(fileno=0), lambda job, out: exec({program!r}))"
    )

    def start(line: socket.socket) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", serving], stdin=line.fileno(), stderr=subprocess.DEVNULL)

    monkeypatch.setattr(nursery, "start", start)


@pytest.fixture(autouse=True)
def _a_nursery_of_its_own() -> Iterator[None]:
    """No test is served by what another one started."""
    nursery.forget()
    yield
    nursery.forget()


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("os.abort()", "needs more than 2048 MB"),
        ("raise MemoryError", "needs more than 2048 MB"),
        ("os.kill(os.getpid(), 24)", "takes too long"),
        ("os.kill(os.getpid(), 9)", "takes too long"),
        ("os.kill(os.getpid(), 11)", "damaged, or not what it claims"),
        ("pass", "damaged, or not what it claims"),
        ("sys.exit(3)", "damaged, or not what it claims"),
        ("out.write(struct.pack('>cQ', b'B', 1 << 40))", "a row that is too long"),
        ("out.write(struct.pack('>cQ', b'B', 9) + b'cut')", "damaged"),
        ("time.sleep(60)", "takes too long"),
    ],
)
def test_however_a_child_ends_the_file_is_named(
    program: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _as_child(monkeypatch, program)
    job = job_of(tmp_path, b"a\n1\n")
    limits = Limits(silent_seconds=3, silent_seconds_each_mb=0)
    started = time.monotonic()
    with pytest.raises(BadInput, match=said) as caught:
        list(fence.frames(job, limits))
    assert caught.value.what.startswith("a.csv")
    assert time.monotonic() - started < 30


def test_a_fault_told_by_the_child_is_raised_with_its_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    payload = json.dumps({"what": "It is odd.", "hint": "Make it even."}).encode()
    told = HEAD.pack(FAULT, len(payload)) + payload
    _as_child(monkeypatch, f"out.write({told!r})")
    with pytest.raises(BadInput, match="It is odd"):
        list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits()))


def test_a_child_that_dies_after_all_is_told_has_told_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = HEAD.pack(DONE, 0)
    _as_child(monkeypatch, f"out.write({told!r}); out.flush(); os.abort()")
    assert list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits())) == []


def test_a_child_that_dies_between_batches_leaves_the_part_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = pa.schema([("_row", pa.int64())])
    head = frames.part({"label": "a.csv", "identity": "i", "facts": {}}, schema)
    say = f"out.write({HEAD.pack(PART, len(head)) + head!r}); out.flush()"
    _as_child(monkeypatch, f"{say}; os.kill(os.getpid(), 11)")
    (tmp_path / "a.csv").write_bytes(b"a\n1\n")
    parts = Files.read({"kind": "files", "path": "a.csv"}).parts(Place(tmp_path))
    part = next(parts)
    with pytest.raises(BadInput, match="damaged"):
        list(part.batches())


_LONG = b"a\n" + b"1\n" * 3_000_000  # what no pipe holds: its child waits to be heard


def test_the_child_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "secret")
    told = fence.frames(job_of(tmp_path, _LONG), Limits())
    assert next(told).kind == PART
    environments = [Path(f"/proc/{each}/environ").read_bytes() for each in [_nursery(), *_children(_nursery())]]
    assert len(environments) == 2
    assert not any(b"secret" in each for each in environments)


def _nursery() -> int:
    """The process that children are forked from."""
    (found,) = (each for each in _children(os.getpid()) if "portraits.sources.child" in _command(each))
    return found


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def test_many_files_are_read_by_children_of_one_process_each_by_one_of_its_own(tmp_path: Path) -> None:
    nurseries, children = set(), set()
    for number in range(3):
        told = fence.frames(job_of(tmp_path, f"a\n{number}\n".encode()), Limits())
        assert next(told).kind == PART
        nurseries.add(_nursery())
        children.update(_children(_nursery()))
        assert [frame.kind for frame in told] == [BATCH, END]
    assert (len(nurseries), len(children)) == (1, 3)


def test_two_files_can_be_read_at_the_same_time(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    one, other = (fence.frames(job_of(folder, b"a\n1\n"), Limits()) for folder in (tmp_path, tmp_path / "b"))
    assert next(one).kind == next(other).kind == PART
    assert [frame.kind for frame in one] == [frame.kind for frame in other] == [BATCH, END]


def test_a_file_that_killed_its_child_does_not_hurt_the_next_one(tmp_path: Path) -> None:
    greedy = job_of(tmp_path, hostile("shared_string.xlsx"), "shared_string.xlsx")
    with pytest.raises(BadInput, match="memory"):
        list(fence.frames(greedy, Limits()))
    served = _nursery()
    assert [frame.kind for frame in fence.frames(job_of(tmp_path, b"a\n1\n"), Limits())] == [PART, BATCH, END]
    assert _nursery() == served


def test_each_file_has_all_the_time_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = "resource.setrlimit(resource.RLIMIT_CPU, (2, 5))\nuntil = time.process_time() + 1.2\n"
    _as_child(monkeypatch, f"{busy}while time.process_time() < until: pass\nout.write({HEAD.pack(DONE, 0)!r})")
    for _ in range(3):
        assert list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits())) == []


def test_a_nursery_that_ended_is_started_anew(tmp_path: Path) -> None:
    job = job_of(tmp_path, b"a\n1\n")
    assert len(list(fence.frames(job, Limits()))) == 3
    gone = _nursery()
    os.kill(gone, signal.SIGKILL)
    assert len(list(fence.frames(job, Limits()))) == 3
    assert _nursery() != gone


def test_a_nursery_that_dies_with_a_file_open_leaves_the_rest_readable_or_unreadable(tmp_path: Path) -> None:
    told = fence.frames(job_of(tmp_path, _LONG), Limits(silent_seconds=5))
    assert next(told).kind == PART
    os.kill(_nursery(), signal.SIGKILL)
    assert {frame.kind for frame in told} == {BATCH, END}  # its child lives on
    assert len(list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits()))) == 3


def test_a_nursery_that_nobody_needs_ends_by_itself() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        serving = "import socket, sys\nfrom portraits.sources.child.nursery import serve\n"
        serving += "serve(socket.socket(fileno=0), lambda job, out: None, 0.1)"
        assert subprocess.run([sys.executable, "-c", serving], stdin=theirs.fileno(), check=False, timeout=60).returncode == 0


def test_the_number_of_a_child_stays_its_own_until_it_is_buried(tmp_path: Path) -> None:
    job = {**job_of(tmp_path, b"a\n1\n"), "limits": LIMITS}
    with (tmp_path / "told").open("wb") as errors, nursery.child(json.dumps(job).encode(), errors) as born:
        assert born.pipe.read()
        assert born.ended(60) == born.ended(60) == 0
        os.kill(born.pid, 0)
    with pytest.raises(ProcessLookupError):
        _gone(born.pid)


def _gone(pid: int) -> None:
    """Waits until no process has the number; ProcessLookupError then."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        os.kill(pid, 0)
        time.sleep(0.01)


def test_what_the_code_prints_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _as_child(monkeypatch, f"print('hello', flush=True); out.write({HEAD.pack(DONE, 0)!r})")
    assert list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits())) == []
    assert (tmp_path / "told.txt").read_text() == "hello\n"


def test_limits_are_set_before_anything_is_read(tmp_path: Path) -> None:
    program = (
        "from portraits.sources.child.__main__ import _limit\n"
        "from portraits.sources.fence import Limits\n"
        "import resource\n"
        "_limit(Limits(memory=1 << 30, processor_seconds=7), 2_000_000)\n"
        "print(*(resource.getrlimit(each)[0] for each in "
        "(resource.RLIMIT_CPU, resource.RLIMIT_AS, resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["7", str((1 << 30) + 2_000_000), "0", "64"]


def test_a_file_that_eats_the_processor_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _as_child(
        monkeypatch,
        "resource.setrlimit(resource.RLIMIT_CPU, (1, 5))\nwhile True: pass",
    )
    started = time.monotonic()
    with pytest.raises(BadInput, match="takes too long"):
        list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits()))
    assert time.monotonic() - started < 25


def test_a_reader_that_stops_half_way_leaves_no_child(tmp_path: Path) -> None:
    told = fence.frames(job_of(tmp_path, _LONG), Limits())
    assert next(told).kind == PART
    (child,) = _children(_nursery())
    del told
    with pytest.raises(ProcessLookupError):
        _gone(child)


def test_who_looks_at_the_first_part_alone_leaves_no_child(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(_LONG)
    with closing(
        cast("Generator[Part]", Files.read({"kind": "files", "path": "a.csv"}).parts(Place(tmp_path)))
    ) as parts:
        part = next(parts)
        (child,) = _children(_nursery())
    with pytest.raises(ProcessLookupError):
        _gone(child)
    assert part.columns
