"""Ranks: scores by stored cut points, so that equal values get equal scores, today and later.

A cut point is the lowest value of a score. The quantile between two scores may fall among
equal values: these all get the lower score, so the smallest value always has score 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from portraits.engine.expressions import sql, where
from portraits.engine.warehouse import literal
from portraits.tags import piece
from portraits.tags.order import Entry

CUT_POINTS = (
    "SELECT CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS INTEGER) AS score, CAST(NULL AS DOUBLE) AS low WHERE false"
)


def ranked(entry: Entry) -> piece.Ranked:
    """The rank that an entry is."""
    if not isinstance(entry.piece, piece.Ranked):
        raise TypeError(f"{entry.name} is no rank.")
    return entry.piece


def ranks(entries: Mapping[str, Entry]) -> list[Entry]:
    """All ranks, each after those it needs."""
    return [entry for entry in entries.values() if isinstance(entry.piece, piece.Ranked)]


def cut_points(entry: Entry, tagged: str, as_of: datetime) -> str:
    """The SELECT of `tag, score, low` for a rank, given a `WITH` that ends in a relation `tagged`."""
    if ranked(entry).cuts:
        return _explicit(entry)
    into, sign = ranked(entry).into, "" if ranked(entry).order == "ascending" else "-"
    shares = ", ".join(str(each / into) for each in range(1, into))
    lows = ", ".join(f"{sign}min(v) FILTER (WHERE v > cuts[{each}])" for each in range(1, into))
    scores = ", ".join(str(each) for each in range(2, into + 1))
    return (
        f"{tagged}, taken AS (SELECT {_turned(entry, as_of)} AS v FROM tagged), "
        f"found AS (SELECT quantile_disc(v, [{shares}]) AS cuts FROM taken), "
        f"lows AS (SELECT [{lows}] AS lows FROM taken, found), "
        f"rows AS (SELECT unnest([{scores}]) AS score, unnest(lows) AS low FROM lows) "
        f"SELECT {literal(entry.name)} AS tag, score, low FROM rows WHERE low IS NOT NULL"
    )


def score(entry: Entry, as_of: datetime) -> str:
    """The score over tags and the columns of `cut_columns`; NULL where the value or condition is missing."""
    of = ranked(entry)
    sign = ">=" if of.order == "ascending" else "<="
    steps = [f"WHEN {_value(entry, as_of)} {sign} {_column(entry, each)} THEN {each}" for each in range(of.into, 1, -1)]
    missing = f"WHEN {_value(entry, as_of)} IS NULL THEN NULL"
    return f"CASE {missing} {' '.join(steps)} ELSE 1 END"


def cut_columns(ranks: Iterable[Entry]) -> Iterator[str]:
    """Every cut point as a column of its own, from rows of `tag, score, low`."""
    for entry in ranks:
        for each in range(2, ranked(entry).into + 1):
            chosen = f"tag = {literal(entry.name)} AND score = {each}"
            yield f"max(low) FILTER (WHERE {chosen}) AS {_column(entry, each)}"


def _column(entry: Entry, each: int) -> str:
    return f"_{entry.name}_{each}"


def _value(entry: Entry, as_of: datetime) -> str:
    value = f"CAST({sql(entry.expressions['of'], as_of=as_of)} AS DOUBLE)"
    condition = entry.expressions.get("where")
    return f"CASE WHEN {where(condition, as_of=as_of)} THEN {value} END" if condition else value


def _turned(entry: Entry, as_of: datetime) -> str:
    """The value, larger being better: a descending rank is an ascending one of the negative value."""
    return _value(entry, as_of) if ranked(entry).order == "ascending" else f"-({_value(entry, as_of)})"


def _explicit(entry: Entry) -> str:
    cuts = ", ".join(f"({each}, CAST({low!r} AS DOUBLE))" for each, low in enumerate(ranked(entry).cuts, 2))
    return f"SELECT {literal(entry.name)} AS tag, score, low FROM (VALUES {cuts}) AS cuts (score, low)"
