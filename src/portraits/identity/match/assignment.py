"""Assignment: new records find their customers, without everybody else being compared again."""

from __future__ import annotations

from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.identity.match.cuts import Pair, clusters
from portraits.identity.match.matching import NONE, Decisions, evidence, links
from portraits.identity.match.model import Model, score
from portraits.identity.match.pack import Pack
from portraits.identity.match.records import freshly_guarded
from portraits.identity.match.tables import keep, keep_reviews

FIRM = 30.0  # the weight that holds a known cluster together


def assign(
    warehouse: Warehouse,
    pack: Pack,
    model: Model,
    *,
    people: str = "people_fresh",
    prefix: str = "match_{kind}",
    decisions: Decisions = NONE,
) -> None:
    """Give new records a cluster, by the same model, rules, thresholds and guards as the run that made the clusters.

    Reads `match_<kind>_records`, `_clusters`, `_guards` and the model's term frequencies of that run. Makes:
    `assign_<kind>_clusters` (record_id, cluster, fresh, known_cluster): the new records and who was near them;
    `assign_<kind>_merges` (cluster, into): known clusters that a new record shows to be one;
    `assign_<kind>_links`, `_pairs` and `_reviews`, as matching does.

    Args:
        warehouse: where both are.
        pack: of the kind.
        model: of the run.
        people: the new records, in the columns of `people_clean`.
        prefix: of the run's relations.
        decisions: of people, about pairs with a new record.
    """
    known, mine = prefix.format(kind=pack.kind), f"assign_{pack.kind}"
    warehouse.run([freshly_guarded(pack, people, known, f"{mine}_fresh"), _around(model, known, mine)])
    fresh = " AND (l.fresh OR r.fresh)"
    rules = [" AND ".join(f'l."{column}" = r."{column}"' for column in keys) + fresh for keys in model.blocking]
    score(warehouse, f"{mine}_around", model, model.review, f"{mine}_pairs", rules=rules)
    warehouse.run([links(pack, model, f"{mine}_around", f"{mine}_pairs", f"{mine}_links", "l.fresh OR r.fresh")])
    _clustered(warehouse, pack, model, known, decisions)


def _around(model: Model, known: str, mine: str) -> Step:
    """The new records, and of the known ones those that a rule could compare with them, whole clusters at a time."""
    met = []
    for keys in model.blocking:
        on = ", ".join(quote(column) for column in keys)
        met.append(f"SELECT record_id FROM {known}_records SEMI JOIN {mine}_fresh USING ({on})")
    sql = f"""
        WITH met AS ({" UNION ".join(met)}),
        whole AS (
            SELECT record_id, cluster FROM {known}_clusters
            SEMI JOIN (SELECT cluster FROM {known}_clusters JOIN met USING (record_id)) USING (cluster))
        SELECT k.*, w.cluster AS known_cluster, false AS fresh FROM {known}_records k JOIN whole w USING (record_id)
        ANTI JOIN {mine}_fresh USING (record_id)
        UNION ALL BY NAME SELECT *, NULL::VARCHAR AS known_cluster, true AS fresh FROM {mine}_fresh"""
    return Step(f"{mine}_around", sql, order="record_id")


def _clustered(warehouse: Warehouse, pack: Pack, model: Model, known: str, decisions: Decisions) -> None:
    mine = f"assign_{pack.kind}"
    rows = warehouse.rows(f"SELECT left_id, right_id, weight FROM {mine}_links")
    linked: dict[Pair, float] = {(left, right): float(weight) for left, right, weight in rows}
    linked = {pair: weight for pair, weight in linked.items() if pair not in decisions.apart}
    linked |= dict.fromkeys(sorted(decisions.together), FIRM)
    firm = _firm(warehouse, mine)
    every = {**linked, **dict.fromkeys(firm, FIRM)}
    kept = Decisions(frozenset(firm) | frozenset(decisions.together), decisions.apart)
    found, cuts = clusters(evidence(warehouse, f"{mine}_around", model, every, kept, into=f"{mine}_doubtful"))
    _keep(warehouse, mine, found)
    keep_reviews(warehouse, model, cuts, f"{mine}_clusters", mine)


def _firm(warehouse: Warehouse, mine: str) -> list[Pair]:
    """Links from the first record of each known cluster to the others: known clusters stay whole."""
    rows = warehouse.rows(
        f"""SELECT first, record_id FROM (
                SELECT record_id, min(record_id) OVER (PARTITION BY known_cluster) AS first
                FROM {mine}_around WHERE NOT fresh)
            WHERE first <> record_id ORDER BY record_id"""
    )
    return [(first, record) for first, record in rows]


def _keep(warehouse: Warehouse, mine: str, found: dict[str, str]) -> None:
    """Clusters keep the name they had; where two became one, the smaller name stays."""
    import pyarrow as pa

    columns = {"record_id": pa.array(found, pa.string()), "part": pa.array(found.values(), pa.string())}
    keep(warehouse, f"{mine}_parts", pa.table(columns))
    sql = f"""
        WITH placed AS (
            SELECT a.record_id, a.fresh, a.known_cluster, coalesce(p.part, a.record_id) AS part
            FROM {mine}_around a LEFT JOIN {mine}_parts p USING (record_id)),
        named AS (SELECT *, min(known_cluster) OVER (PARTITION BY part) AS named,
            min(record_id) OVER (PARTITION BY part) AS first FROM placed)
        SELECT record_id, coalesce(named, first) AS cluster, fresh, known_cluster FROM named"""
    merges = f"""SELECT DISTINCT known_cluster AS cluster, cluster AS into FROM {mine}_clusters
        WHERE known_cluster <> cluster"""
    warehouse.run([Step(f"{mine}_clusters", sql, order="cluster, record_id"), Step(f"{mine}_merges", merges)])
