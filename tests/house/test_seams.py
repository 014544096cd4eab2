"""Seams: who may send statements to a database, and who may read the clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import code, syntax

STATEMENTS = {"execute", "executemany", "executescript", "exec_driver_sql"}
CLOCKS = {"now", "utcnow", "today", "time", "time_ns"}
SPEAKS_TO_DATABASES = ("engine", "sources")
TIMELESS = ("engine/expressions", "identity", "tags", "segments", "vocabulary")


def test_only_the_engine_and_the_database_source_run_statements() -> None:
    outside = [path for path in code("src") if _room(path) not in SPEAKS_TO_DATABASES]
    assert [place for path in outside for place in _calls(path, STATEMENTS)] == []


def test_no_room_reads_the_clock() -> None:
    rooms = [path for path in code("src") if path.as_posix().startswith(tuple(f"src/portraits/{r}" for r in TIMELESS))]
    assert rooms
    assert [place for path in rooms for place in _calls(path, CLOCKS, of={"datetime", "date", "time"})] == []


def _room(path: Path) -> str:
    return path.parts[2].removesuffix(".py")


def _calls(path: Path, names: set[str], of: set[str] | None = None) -> Iterator[str]:
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            owner = node.func.value
            last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            if of is None or last in of:
                yield f"{path}:{node.lineno}: {ast.unparse(node.func)}"
