"""Ranks: scores by stored cut points, so that equal values get equal scores, today and later.

A cut point is the lowest value of a score. The quantile between two scores may fall among
equal values: these all get the lower score, so the smallest value always has score 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from portraits.engine.expressions import sql, where
from portraits.engine.warehouse import literal, quote
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


def generations(entries: Mapping[str, Entry]) -> list[list[Entry]]:
    """Ranks by how many other ranks stand below them: each generation needs the one before."""
    depth: dict[str, int] = {}
    found: dict[int, list[Entry]] = {}
    for name, entry in entries.items():
        below = [depth[each] + isinstance(entries[each].piece, piece.Ranked) for each in entry.uses]
        depth[name] = max(below, default=0)
        if isinstance(entry.piece, piece.Ranked):
            found.setdefault(depth[name], []).append(entry)
    return [found[each] for each in sorted(found)]


def cut_points(ranks: Iterable[Entry], tagged: str, as_of: datetime) -> str:
    """The SELECT of `tag, score, low` for ranks, given a `WITH` that ends in a relation `tagged`."""
    fitted = [entry for entry in ranks if not ranked(entry).cuts]
    explicit = [_explicit(entry) for entry in ranks if ranked(entry).cuts]
    if not fitted:
        return " UNION ALL ".join(explicit)
    taken = ", ".join(f"{_turned(entry, as_of)} AS {quote(entry.name)}" for entry in fitted)
    cuts = ", ".join(f"quantile_disc({quote(entry.name)}, [{_shares(entry)}]) AS {_cut(entry)}" for entry in fitted)
    lows = ", ".join(f"{_lows(entry)} AS {quote(entry.name)}" for entry in fitted)
    rows = [_fitted(entry) for entry in fitted]
    return (
        f"{tagged}, taken AS (SELECT {taken} FROM tagged), cuts_found AS (SELECT {cuts} FROM taken), "
        f"lows AS (SELECT {lows} FROM taken, cuts_found) {' UNION ALL '.join([*rows, *explicit])}"
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


def _cut(entry: Entry) -> str:
    return f"_{entry.name}_cuts"


def _value(entry: Entry, as_of: datetime) -> str:
    value = f"CAST({sql(entry.expressions['of'], as_of=as_of)} AS DOUBLE)"
    condition = entry.expressions.get("where")
    return f"CASE WHEN {where(condition, as_of=as_of)} THEN {value} END" if condition else value


def _turned(entry: Entry, as_of: datetime) -> str:
    """The value, larger being better: a descending rank is an ascending one of the negative value."""
    return _value(entry, as_of) if ranked(entry).order == "ascending" else f"-({_value(entry, as_of)})"


def _shares(entry: Entry) -> str:
    into = ranked(entry).into
    return ", ".join(str(each / into) for each in range(1, into))


def _lows(entry: Entry) -> str:
    name, sign = quote(entry.name), "" if ranked(entry).order == "ascending" else "-"
    above = (
        f"{sign}min({name}) FILTER (WHERE {name} > {_cut(entry)}[{each}])" for each in range(1, ranked(entry).into)
    )
    return f"[{', '.join(above)}]"


def _fitted(entry: Entry) -> str:
    scores = ", ".join(str(each) for each in range(2, ranked(entry).into + 1))
    rows = f"SELECT unnest([{scores}]) AS score, unnest({quote(entry.name)}) AS low FROM lows"
    return f"SELECT {literal(entry.name)} AS tag, score, low FROM ({rows}) WHERE low IS NOT NULL"


def _explicit(entry: Entry) -> str:
    cuts = ", ".join(f"({each}, CAST({low!r} AS DOUBLE))" for each, low in enumerate(ranked(entry).cuts, 2))
    return f"SELECT {literal(entry.name)} AS tag, score, low FROM (VALUES {cuts}) AS cuts (score, low)"
