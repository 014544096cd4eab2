"""Durable files: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine import durable


def test_a_file_is_written_whole(tmp_path: Path) -> None:
    durable.write(tmp_path / "a" / "pointer", b"1")
    durable.write(tmp_path / "a" / "pointer", b"2")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["pointer"]
    assert (tmp_path / "a" / "pointer").read_bytes() == b"2"


def test_a_file_whose_making_fails_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    durable.write(tmp_path / "file", b"old")

    def fail(part: Path) -> None:
        part.write_bytes(b"ne")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        durable.produce(tmp_path / "file", fail)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"old")]
