"""Statistics of tags: coverage, range and distribution of every column of a portrait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

from portraits.engine.warehouse import Step, literal, quote
from portraits.vocabulary.types import Type

T = TypeVar("T")

# Bars that a person takes in at a glance; the rest of a text tag's values are counted together.
BARS = 12


# Tags in one statement: planning a statement of hundreds takes longer than running it.
_TOGETHER = 24


def statistics_steps(types: Mapping[str, Type], portrait: str = "portrait") -> list[Step]:
    """`tag_statistics`: one row a tag.

    Columns: tag, customers, known, distinct_values (estimated), low, high, mean (numbers, and
    days since 1970 for dates), distribution: JSON list of `{"value", "upto", "n"}`, by size for
    texts, in order for numbers; `upto` is the bar's upper edge, absent where a bar is one value.
    """
    parts = [
        Step(f"tag_statistics_{number}", " UNION ALL ".join(_one(*each, portrait) for each in some), temporary=True)
        for number, some in enumerate(_batched(types.items(), _TOGETHER), 1)
    ]
    whole = " UNION ALL ".join(f"SELECT * FROM {quote(part.name)}" for part in parts)
    return [*parts, Step("tag_statistics", whole or _NONE)]


def _one(name: str, kind: Type, portrait: str) -> str:
    return _numbers(name, portrait, kind) if kind.numeric or kind.temporal else _words(name, portrait)


def _batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, size)):
        yield some


_NONE = """SELECT NULL::VARCHAR AS tag, 0 AS customers, 0 AS known, 0 AS distinct_values, NULL::DOUBLE AS low,
    NULL::DOUBLE AS high, NULL::DOUBLE AS mean, '[]' AS distribution WHERE false"""


def _numbers(name: str, portrait: str, kind: Type) -> str:
    """Bars of equal, round width between the 1st and 99th percentile; the rest joins the end bars."""
    value = f"epoch({quote(name)}) / 86400" if kind.temporal else f"CAST({quote(name)} AS DOUBLE)"
    return f"""(
        WITH x AS (SELECT {value} AS x FROM {quote(portrait)}),
        s AS (SELECT count(*) AS customers, count(x) AS known, approx_count_distinct(x) AS distinct_values,
                min(x) AS low, max(x) AS high, avg(x) AS mean, quantile_cont(x, [0.01, 0.99]) AS q FROM x),
        w AS (SELECT *, CASE WHEN distinct_values > {BARS} AND q[2] > q[1] THEN (q[2] - q[1]) / {BARS} END AS raw
            FROM s),
        e AS (SELECT *, {_ROUND} AS width FROM w),
        b AS (SELECT width, CASE WHEN width IS NULL THEN x
                ELSE floor(least(greatest(x, q[1]), q[2]) / width) END AS bar, count(*) AS n
            FROM x, e WHERE x IS NOT NULL GROUP BY 1, 2),
        p AS (SELECT bar * coalesce(width, 1) AS value, (bar + 1) * width AS upto, n FROM b)
        SELECT {literal(name)} AS tag, customers, known, distinct_values, low, high, mean,
            (SELECT CAST(coalesce(to_json(list({{'value': value, 'upto': upto, 'n': n}} ORDER BY value)), '[]')
                AS VARCHAR) FROM p) AS distribution
        FROM s)"""


# The next width a person would choose: 1, 2 or 5 times a power of ten.
_ROUND = """pow(10, floor(log10(raw))) * CASE WHEN raw / pow(10, floor(log10(raw))) <= 1 THEN 1
    WHEN raw / pow(10, floor(log10(raw))) <= 2 THEN 2 WHEN raw / pow(10, floor(log10(raw))) <= 5 THEN 5 ELSE 10 END"""


def _words(name: str, portrait: str) -> str:
    """The most frequent values, and one bar without a value for all others."""
    return f"""(
        WITH x AS (SELECT CAST({quote(name)} AS VARCHAR) AS x FROM {quote(portrait)}),
        v AS (SELECT x, count(*) AS n, row_number() OVER (ORDER BY count(*) DESC, x) AS place
            FROM x WHERE x IS NOT NULL GROUP BY x),
        p AS (SELECT CASE WHEN place <= {BARS} THEN x END AS value, least(place, {BARS} + 1) AS place, sum(n) AS n
            FROM v GROUP BY 1, 2)
        SELECT {literal(name)} AS tag, (SELECT count(*) FROM x) AS customers, (SELECT count(x) FROM x) AS known,
            (SELECT count(*) FROM v) AS distinct_values, NULL AS low, NULL AS high, NULL AS mean,
            (SELECT CAST(coalesce(to_json(list({{'value': value, 'n': CAST(n AS BIGINT)}} ORDER BY place)), '[]')
                AS VARCHAR) FROM p) AS distribution)"""
