"""Sureness: how reliable the sources are that say the values of a customer's tags, by the rules of quality."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portraits.app.quality.results import findings
from portraits.app.reading import Reading
from portraits.engine.warehouse import quote
from portraits.tags.piece import Latest

_TABLE = "people"  # whose records say what a tag is; other tables are seen to happen


def reliable(run: Reading) -> Mapping[str, float]:
    """Source -> how reliable it is, from 0 to 1, of those that rules of quality judged in this run."""
    return findings(run.run.info).reliability


def sureness(run: Reading, customer: int, values: Mapping[str, Any]) -> dict[str, float]:
    """Tag -> how reliable the source is that says its value: of several that say the same, the most reliable one.

    Only tags that are taken as they are from the person records, where a source was judged.

    Args:
        run: with its tags.
        customer: the customer's number.
        values: tag -> value, as the portrait has it.
    """
    known = reliable(run)
    columns = {name: column for name, column in _taken(run).items() if values.get(name) is not None}
    if not (known and columns):
        return {}
    wanted = sorted(set(columns.values()))
    sql = f"SELECT source, {', '.join(map(quote, wanted))} FROM {_TABLE} WHERE customer = ?"
    records = [dict(zip(("source", *wanted), row, strict=True)) for row in run.rows(sql, [customer])]
    found: dict[str, float] = {}
    for tag, column in columns.items():
        saying = [each["source"] for each in records if each[column] == values[tag]]
        if judged := [known[source] for source in saying if source in known]:
            found[tag] = max(judged)
    return found


def _taken(run: Reading) -> dict[str, str]:
    """Tag -> the column of the person records that it is taken from."""
    held = run.columns.get(_TABLE, {})
    pieces = {name: entry.piece for name, entry in run.entries.items() if entry.table == _TABLE}
    return {name: each.column for name, each in pieces.items() if isinstance(each, Latest) and each.column in held}
