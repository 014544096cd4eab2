"""Matching: from cleaned records to clusters of one customer each, links with reasons, and what needs eyes.

It makes, each named `match_<kind>_...`:
`guards` (field, value, names, records): values that stopped linking;
`records`: what was compared;
`pairs` (left_id, right_id, weight, probability, w_<comparison>..., l_<comparison>...): from the review weight on;
`links` (left_id, right_id, weight, method): those that link, by a rule's name, `model` or `person`;
`clusters` (record_id, cluster, records): every record, the smallest record of its cluster, how many are in it;
`reviews` (left_id, right_id, weight, reason): unsure, doubt (only shared things in common), weak (a link cut).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from portraits.engine.progress import SILENT, Progress
from portraits.engine.warehouse import Step, Warehouse, literal, quote
from portraits.identity.match.components import components
from portraits.identity.match.cuts import MOST, Evidence, Pair, clusters
from portraits.identity.match.learning import by_records, learn
from portraits.identity.match.model import Model, equal, score
from portraits.identity.match.pack import Pack
from portraits.identity.match.records import guarded
from portraits.identity.match.tables import keep_clusters, keep_reviews

CERTAIN = 20.0  # the weight of a rule that makes one by itself
DECIDED = 40.0  # the weight of what a person has decided
UNLIKELY = -200.0  # below any weight


@dataclass(frozen=True)
class Decisions:
    """What people have decided about pairs of records, the smaller id first; it wins over any model."""

    together: Collection[Pair] = field(default=frozenset())
    apart: Collection[Pair] = field(default=frozenset())


NONE = Decisions()


def match(
    warehouse: Warehouse,
    pack: Pack,
    *,
    people: str = "people_clean",
    model: Model | None = None,
    decisions: Decisions = NONE,
    seed: int = 1,
    progress: Progress = SILENT,
) -> Model:
    """Find which records of a kind are one customer; the same rows, decisions and seed give the same clusters.

    Args: `people` is a relation in the columns of `people_clean`, as a table that other connections see; `model` one
    learnt before, whose term frequencies are taken where they lie in the warehouse (None learns one); `seed` that of
    the random pairs that are looked at.
    """
    warehouse.run(guarded(pack, people), progress)
    records = f"match_{pack.kind}_records"
    if model is None:
        progress.stage(f"learn {pack.kind}", None)
        model = learn(warehouse, records, pack, seed)
    else:
        known = warehouse.relations()
        warehouse.run([Step(model.tf(c), by_records(records, c)) for c in model.rare if model.tf(c) not in known])
    progress.stage(f"compare {pack.kind}", None)
    score(warehouse, records, model, model.review, f"match_{pack.kind}_pairs")
    warehouse.run([links(pack, model, records, f"match_{pack.kind}_pairs", f"match_{pack.kind}_links")], progress)
    cluster(warehouse, pack, model, decisions)
    return model


def links(pack: Pack, model: Model, records: str, pairs: str, into: str, within: str = "true") -> Step:
    """The step that makes the links: pairs by rule, the strongest rule first, then by weight.

    Args:
        pack: with the rules.
        model: with the weight from which pairs link.
        records: relation of what was compared.
        pairs: relation of scored pairs.
        into: name of the relation that is made.
        within: SQL over `l` and `r` that narrows the rules.
    """
    certain = [
        f"""SELECT least(l.record_id, r.record_id) AS left_id, greatest(l.record_id, r.record_id) AS right_id,
            {CERTAIN} AS weight, {literal(rule.name)} AS method, {number} AS strength
            FROM {quote(records)} l JOIN {quote(records)} r
                ON {rule.sql} AND l.record_id < r.record_id AND ({within})"""
        for number, rule in enumerate(pack.certain)
    ]
    weighed = f"""SELECT left_id, right_id, weight, 'model' AS method, {len(pack.certain)} AS strength
        FROM {quote(pairs)} WHERE weight >= {model.link} AND NOT ({model.doubt})"""
    every = " UNION ALL ".join([*certain, weighed])
    sql = f"""SELECT left_id, right_id, max(weight) AS weight, arg_min(method, strength) AS method
        FROM ({every}) GROUP BY left_id, right_id"""
    return Step(into, sql, order="left_id, right_id")


def cluster(warehouse: Warehouse, pack: Pack, model: Model, decisions: Decisions) -> None:
    """Make `match_<kind>_clusters` and `_reviews` of `_records`, `_pairs` and `_links`; all, or whole components."""
    rows = warehouse.rows(f"SELECT left_id, right_id, weight FROM match_{pack.kind}_links")
    linked = {(left, right): float(weight) for left, right, weight in rows}
    linked = {pair: weight for pair, weight in linked.items() if pair not in decisions.apart}
    linked |= dict.fromkeys(sorted(decisions.together), DECIDED)
    records, doubtful = f"match_{pack.kind}_records", f"match_{pack.kind}_doubtful"
    found, cuts = clusters(evidence(warehouse, records, model, linked, decisions, into=doubtful))
    keep_clusters(warehouse, f"match_{pack.kind}_clusters", records, found)
    keep_reviews(warehouse, model, cuts, f"match_{pack.kind}_clusters", f"match_{pack.kind}")


def evidence(
    warehouse: Warehouse, records: str, model: Model, linked: Mapping[Pair, float], decisions: Decisions, *, into: str
) -> Evidence:
    """Links and decisions, with the weights of all pairs inside the components in which not every pair is linked."""
    firm, apart = frozenset(decisions.together), frozenset(decisions.apart)
    whole = components(linked)
    sizes, inside = Counter(whole.values()), Counter(whole[left] for left, _ in linked)
    split = {whole[left] for left, right in apart if whole.get(left) == whole.get(right) and left in whole}
    open_ = {first for first, size in sizes.items() if size > 2 and inside[first] < size * (size - 1) // 2} | split
    if not open_:
        return Evidence(linked, {}, firm, apart)
    keep_clusters(warehouse, f"{into}_ids", records, {r: first for r, first in whole.items() if first in open_})
    joined = f"SELECT r.*, d.cluster FROM {quote(records)} r JOIN {into}_ids d USING (record_id) WHERE d.records > 1"
    warehouse.run([Step(into, joined)])
    score(warehouse, into, model, UNLIKELY, f"{into}_pairs", rules=[equal(["cluster"])])
    rows = warehouse.rows(f"SELECT left_id, right_id, weight, ({model.doubt}) IS TRUE FROM {into}_pairs")
    # What speaks against any two of them as strongly as doubt does, whatever they share, speaks against the cluster.
    weights = {(left, right): min(weight, -MOST) if doubted else float(weight) for left, right, weight, doubted in rows}
    alike = frozenset((left, right) for left, right, weight, doubted in rows if doubted and weight >= model.link)
    return Evidence(linked, weights, firm, apart, alike)
