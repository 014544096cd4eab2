"""Deciding: what people decided about pairs of records, laid over clusters that were found without it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations, pairwise

from portraits.identity.match.components import components
from portraits.identity.match.cuts import Evidence, Pair, clusters

FOUND, DECIDED = 1.0, 40.0  # weights of a link that was found, and of one that somebody decided


def decided(found: Mapping[str, str], together: Collection[Pair], apart: Collection[Pair]) -> dict[str, str]:
    """Record -> its cluster's name, of those records whose cluster the decisions touch.

    Args:
        found: record -> cluster, of all records in clusters that a decision names a record of.
        together: pairs that are one, the smaller record first.
        apart: pairs that are not.
    """
    members: dict[str, list[str]] = {}
    for record in sorted(found):
        members.setdefault(found[record], []).append(record)
    firm = [pair for pair in together if pair[0] in found and pair[1] in found]
    apart = [pair for pair in apart if pair[0] in found and pair[1] in found]
    chained = [(one, other) for records in members.values() for one, other in pairwise(records)]
    whole = components([*chained, *firm])
    split = {whole[left] for left, right in apart if left in whole and whole[left] == whole.get(right)}
    parted = _parted(members.values(), whole, split, firm, apart)
    return {record: parted.get(record, whole.get(record, record)) for record in sorted(found)}


def _parted(
    groups: Collection[list[str]], whole: Mapping[str, str], split: Collection[str], firm: list[Pair], apart: list[Pair]
) -> dict[str, str]:
    """The components that hold records which are to be apart, cut between them."""
    within = [group for group in groups if whole.get(group[0], group[0]) in split]
    links = {pair: FOUND for group in within for pair in combinations(group, 2)}
    links = {pair: weight for pair, weight in links.items() if pair not in set(apart)}
    links |= {pair: DECIDED for pair in firm if whole[pair[0]] in split}
    found, _ = clusters(Evidence(links, {}, frozenset(firm), frozenset(apart)))
    alone = {record: record for group in within for record in group}
    return {**alone, **found}
