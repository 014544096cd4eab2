"""Cuts: where a component holds together by too little, and comes apart.

A record that is as like the one as the other of two lookalikes who cannot be one is left to people. And a chain of
links can join two customers: A like B, B like C, C like D. So every component of three or more records is looked at
where it is weakest: its links are thinned to a tree of the strongest ones, and for each of them all that speaks for and
against the two sides being one, over every pair across, is added up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf

from portraits.identity.match.components import components

Pair = tuple[str, str]

MOST = 10.0  # what one pair may say at most, for or against
WEAKEST = -8.0  # mean weight of the pairs across, below which a component comes apart
TORN = 1.5  # a link that weighs less than this more than another does not tell which of the two is right
CLEAR = 20.0  # from this weight on a link is right whatever else there is
LARGE = 60  # records: a component of more comes apart at its weakest link before it is looked at


@dataclass(frozen=True)
class Cut:
    """A link that was taken out, and the mean weight of the pairs between the two sides."""

    link: Pair
    across: float


@dataclass(frozen=True)
class Evidence:
    """All that is known about the pairs of some records; in each pair the smaller record stands first."""

    links: Mapping[Pair, float]  # pairs that are to be one, with their weight
    weights: Mapping[Pair, float]  # of further pairs; one without a weight says nothing
    firm: Collection[Pair] = frozenset()  # links that are never cut
    apart: Collection[Pair] = frozenset()  # pairs that must not end in one cluster
    lookalikes: Collection[Pair] = frozenset()  # pairs that are so alike that they would be one, but cannot be

    def of(self, pair: Pair) -> float | None:
        """What a pair says, within what one pair may say."""
        weight = self.links.get(pair, self.weights.get(pair))
        return None if weight is None else max(-MOST, min(MOST, weight))


def clusters(evidence: Evidence) -> tuple[dict[str, str], list[Cut]]:
    """Record -> the smallest record of its cluster, and the links that were cut to get there."""
    cuts = [Cut(link, evidence.links[link]) for link in sorted(_torn(evidence))]
    torn = {cut.link for cut in cuts}
    links = {link: weight for link, weight in evidence.links.items() if link not in torn}
    whole = components(links)
    members: dict[str, list[str]] = {}
    for record, first in whole.items():
        members.setdefault(first, []).append(record)
    of: dict[str, dict[Pair, float]] = {}
    for link, weight in links.items():
        of.setdefault(whole[link[0]], {})[link] = weight
    found: dict[str, str] = {}
    for first, records in sorted(members.items()):
        for part in _parts(records, of[first], evidence, cuts):
            found.update(dict.fromkeys(part, min(part)))
    return found, cuts


def _torn(evidence: Evidence) -> set[Pair]:
    """Links of a record to two lookalikes, neither of them clearly the stronger."""
    near: dict[str, dict[str, Pair]] = {}
    for pair, weight in evidence.links.items():
        if weight < CLEAR and pair not in evidence.firm:
            near.setdefault(pair[0], {})[pair[1]] = pair
            near.setdefault(pair[1], {})[pair[0]] = pair
    found: set[Pair] = set()
    for one, other in evidence.lookalikes:
        for record in near.get(one, {}).keys() & near.get(other, {}).keys():
            both = near[one][record], near[other][record]
            if abs(evidence.links[both[0]] - evidence.links[both[1]]) < TORN:
                found.update(both)
    return found


def _parts(
    records: Sequence[str], links: Mapping[Pair, float], evidence: Evidence, cuts: list[Cut]
) -> Iterator[list[str]]:
    """The clusters that a component falls into; what was cut is added to `cuts`."""
    tree = _tree(records, links)
    worst = _worst(tree, records, links, evidence)
    if worst is None:
        yield list(records)
        return
    cuts.append(worst)
    left = _side(worst.link[0], [link for link in tree if link != worst.link])
    for side in (left, set(records) - left):
        inside = {pair: weight for pair, weight in links.items() if pair[0] in side and pair[1] in side}
        yield from _parts(sorted(side), inside, evidence, cuts)


def _worst(tree: Sequence[Pair], records: Sequence[str], links: Mapping[Pair, float], evidence: Evidence) -> Cut | None:
    """The cut to be made, None where the component is sound."""
    loose = [link for link in tree if link not in evidence.firm]
    if not loose or (len(records) < 3 and not evidence.apart):
        return None
    if len(records) > LARGE:
        weakest = min(loose, key=lambda link: (links[link], link))
        return Cut(weakest, links[weakest])
    every = (_cut(link, tree, records, evidence) for link in loose)
    worst = min(every, key=lambda cut: (cut.across, links[cut.link], cut.link))
    return worst if worst.across < WEAKEST else None


def _tree(records: Sequence[str], links: Mapping[Pair, float]) -> list[Pair]:
    """The strongest links that hold the records together."""
    parent = {record: record for record in records}

    def top(record: str) -> str:
        while parent[record] != record:
            parent[record] = record = parent[parent[record]]
        return record

    tree = []
    for pair in sorted(links, key=lambda pair: (-links[pair], pair)):
        one, other = top(pair[0]), top(pair[1])
        if one != other:
            parent[one] = other
            tree.append(pair)
    return tree


def _cut(link: Pair, tree: Sequence[Pair], records: Sequence[str], evidence: Evidence) -> Cut:
    side = _side(link[0], [other for other in tree if other != link])
    rest = [record for record in records if record not in side]
    across = [(one, other) if one < other else (other, one) for one in side for other in rest]
    if evidence.apart and any(pair in evidence.apart for pair in across):
        return Cut(link, -inf)
    known = [weight for pair in across if (weight := evidence.of(pair)) is not None]
    return Cut(link, fsum(known) / len(known))


def _side(start: str, tree: Iterable[Pair]) -> set[str]:
    """The records that hang together with one in a tree."""
    near: dict[str, list[str]] = {}
    for one, other in tree:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    found, open_ = {start}, [start]
    while open_:
        for record in near.get(open_.pop(), ()):
            if record not in found:
                found.add(record)
                open_.append(record)
    return found
