"""The fence: what a child may use, what it may see, and what is said when it fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from portraits.sources import fence, frames
from portraits.sources.fence import Limits
from portraits.sources.files import Files
from portraits.sources.frames import BATCH, DONE, END, FAULT, HEAD, PART
from portraits.sources.source import Place
from portraits.vocabulary.errors import BadInput
from tests.sources.answered import LIMITS, answered, job_of


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
    """Run a program of ours where the child would run."""

    def start(errors: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "import sys, os, time, struct\n" + program]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0)

    monkeypatch.setattr(fence, "_start", start)


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("os.abort()", "needs more than 2048 MB"),
        ("raise MemoryError", "needs more than 2048 MB"),
        ("os.kill(os.getpid(), 24)", "takes too long"),
        ("os.kill(os.getpid(), 9)", "takes too long"),
        ("os.kill(os.getpid(), 11)", "damaged, or not what it claims"),
        ("sys.stdin.read(); sys.exit(0)", "damaged, or not what it claims"),
        ("sys.stdin.read(); sys.stdout.buffer.write(struct.pack('>cQ', b'B', 1 << 40))", "a row that is too long"),
        ("sys.stdin.read(); sys.stdout.buffer.write(struct.pack('>cQ', b'B', 9) + b'cut')", "damaged"),
        ("sys.stdin.read(); time.sleep(60)", "takes too long"),
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
    _as_child(monkeypatch, f"sys.stdin.read(); sys.stdout.buffer.write({told!r})")
    with pytest.raises(BadInput, match="It is odd"):
        list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits()))


def test_a_child_that_dies_after_all_is_told_has_told_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = HEAD.pack(DONE, 0)
    _as_child(monkeypatch, f"sys.stdin.read(); sys.stdout.buffer.write({told!r}); sys.stdout.flush(); os.abort()")
    assert list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits())) == []


def test_a_child_that_dies_between_batches_leaves_the_part_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = pa.schema([("_row", pa.int64())])
    head = frames.part({"label": "a.csv", "identity": "i", "facts": {}}, schema)
    say = f"sys.stdin.read(); sys.stdout.buffer.write({HEAD.pack(PART, len(head)) + head!r}); sys.stdout.flush()"
    _as_child(monkeypatch, f"{say}; os.kill(os.getpid(), 11)")
    (tmp_path / "a.csv").write_bytes(b"a\n1\n")
    parts = Files.read({"kind": "files", "path": "a.csv"}).parts(Place(tmp_path))
    part = next(parts)
    with pytest.raises(BadInput, match="damaged"):
        list(part.batches())


def test_the_child_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "secret")
    with (tmp_path / "told").open("wb") as errors, fence._start(errors) as started:
        environment = Path(f"/proc/{started.pid}/environ").read_bytes()
        job = {**job_of(tmp_path, b"a\n1\n"), "limits": LIMITS}
        assert started.stdin is not None
        started.stdin.write(json.dumps(job).encode())
        started.stdin.close()
        assert started.wait(60) == 0
    assert b"secret" not in environment


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
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 5)); sys.stdin.read()\nwhile True: pass",
    )
    started = time.monotonic()
    with pytest.raises(BadInput, match="takes too long"):
        list(fence.frames(job_of(tmp_path, b"a\n1\n"), Limits()))
    assert time.monotonic() - started < 25


def test_a_reader_that_stops_half_way_leaves_no_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = fence._start

    def noted(errors: Any) -> subprocess.Popen[bytes]:
        started.append(start(errors))
        return started[-1]

    monkeypatch.setattr(fence, "_start", noted)
    told = fence.frames(job_of(tmp_path, b"a\n" + b"1\n" * 3_000_000), Limits())
    assert next(told).kind == PART
    assert started[0].poll() is None
    del told
    assert started[0].poll() == -signal.SIGKILL
