"""Equality: all contestants make the same portrait, amounts to the cent."""

from __future__ import annotations

from benchmarks.build import data
from benchmarks.figure import Unmeasured


def differing(lines: int, other: str) -> int:
    """How many columns of the last two results differ; where any does, the figure is worth nothing."""
    import duckdb

    theirs = "by_hand" if other == "handwritten" else f"'{data.parquet(lines).with_suffix('.portrait.parquet')}'"
    with duckdb.connect(str(data.database(lines)), read_only=True) as connection:
        columns = connection.execute("DESCRIBE portrait").fetchall()
        counts = ", ".join(f"count(*) FILTER (WHERE {_unequal(name, kind)})" for name, kind, *_ in columns)
        joined = f"portrait a FULL JOIN (SELECT * FROM {theirs}) b USING (customer)"
        found = connection.execute(f"SELECT {counts} FROM {joined}").fetchall()[0]
    unequal = [column[0] for column, rows in zip(columns, found, strict=True) if rows]
    if unequal:
        raise Unmeasured(f"{other} finds other values in {', '.join(unequal)}.")
    return len(unequal)


def _unequal(name: str, kind: str) -> str:
    ours, theirs = f'a."{name}"', f'b."{name}"'
    if name == "customer":
        ours = theirs = name
    if kind in ("DOUBLE", "BIGINT") or kind.startswith("DECIMAL"):
        # pandas and polars hold amounts and scores as doubles; a ten-thousandth is far below a cent.
        near = (
            f"abs(CAST({ours} AS DOUBLE) - CAST({theirs} AS DOUBLE)) > 1e-6 * greatest(1, abs(CAST({ours} AS DOUBLE)))"
        )
        return f"({ours} IS NULL) <> ({theirs} IS NULL) OR {near}"
    return f"{ours} IS DISTINCT FROM {theirs}"
