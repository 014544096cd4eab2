"""Grid: how the customers of an RFM segment lie by two of their scores."""

from __future__ import annotations

from typing import Literal

from portraits.engine.warehouse import quote
from portraits.segments.kinds.rfm import RfmSegment

Score = Literal["f", "m", "fm"]


def grid_sql(name: str, into: int, against: Score = "fm", portrait: str = "portrait") -> str:
    """A SELECT of one row a cell of the grid of recency against another score, empty cells too.

    Columns: r and score (1 to `into`), customers, share (of all scored), money, mean_money
    (NULL in an empty cell); ordered by r from best to worst, then score.
    """
    r, other, money = (quote(f"{name}_{each}") for each in ("r", against, "money"))
    return f"""
        WITH cell AS (
            SELECT r.range AS r, s.range AS score FROM range(1, {into + 1}) AS r, range(1, {into + 1}) AS s),
        found AS (
            SELECT {r} AS r, {other} AS score, count(*) AS customers, sum({money}) AS money
            FROM {quote(portrait)} WHERE {r} IS NOT NULL AND {other} IS NOT NULL GROUP BY ALL)
        SELECT r, score, coalesce(customers, 0) AS customers,
            coalesce(customers / sum(customers) OVER (), 0) AS share,
            coalesce(money, 0) AS money, money / customers AS mean_money
        FROM cell LEFT JOIN found USING (r, score) ORDER BY r DESC, score"""


def cell_parts(segment: RfmSegment) -> dict[tuple[int, int], str]:
    """The part of each cell: scores of recency, and of frequency and money together -> its value."""
    scores = range(1, segment.into + 1)
    return {(r, fm): segment.segment_of(r, fm, fm) for r in scores for fm in scores}
