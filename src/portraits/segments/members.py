"""Members: which customer is in which part of which segment, one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portraits.engine.warehouse import Step, literal, quote
from portraits.segments.segment import Segment


def members_step(segments: Mapping[str, Segment], portrait: str = "portrait") -> Step:
    """`segment_members(segment, member, customer)`; a customer without a part is in no row."""
    each = [_members(name, segment.column(name), portrait) for name, segment in segments.items()]
    nobody = "SELECT NULL::VARCHAR AS segment, NULL::VARCHAR AS member, NULL::INTEGER AS customer WHERE false"
    return Step("segment_members", " UNION ALL ".join(each) or nobody, order="segment, member, customer")


def _members(name: str, column: str, portrait: str) -> str:
    part = quote(column)
    return f"""SELECT {literal(name)} AS segment, CAST({part} AS VARCHAR) AS member, customer
        FROM {quote(portrait)} WHERE {part} IS NOT NULL"""


def parts_sql(column: str, money: str, means: Sequence[str] = (), portrait: str = "portrait") -> str:
    """A SELECT of one row a part: member, customers, share of customers, money, share of money, then the means.

    `column` holds the part, `money` a number, `means` names numbers of which the mean is taken;
    customers without a part are left out of the shares.
    """
    part, value = quote(column), f"coalesce(sum({quote(money)}), 0)"
    each = "".join(f", avg(CAST({quote(name)} AS DOUBLE)) AS {quote(f'mean_{name}')}" for name in means)
    return f"""
        SELECT CAST({part} AS VARCHAR) AS member, count(*) AS customers,
            count(*) / sum(count(*)) OVER () AS share, {value} AS money,
            {value} / nullif(sum({value}) OVER (), 0) AS money_share{each}
        FROM {quote(portrait)} WHERE {part} IS NOT NULL GROUP BY {part} ORDER BY customers DESC, member"""
