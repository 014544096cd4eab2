"""Resuming: matching goes on from the run before, and looks only at what is new, changed, gone or decided anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from portraits.engine.warehouse import Step, Warehouse, literal, quote
from portraits.identity.match.assignment import assign
from portraits.identity.match.cuts import Pair
from portraits.identity.match.matching import Decisions
from portraits.identity.match.model import Model
from portraits.identity.match.pack import Pack

PARTS = ("records", "clusters", "guards", "pairs", "links", "reviews")  # relations that a run leaves to the next
LEAST = 10_000  # records of a kind: fewer are matched anew, which takes seconds
MOST = 0.05  # share of the records to look at again: more are matched anew
GROWN = 1.5  # times as many records as the model has learnt from: learn again


def loosened(
    warehouse: Warehouse, pack: Pack, previous: str, decided: Iterable[Pair], all_pairs: Iterable[Pair]
) -> set[str]:
    """The records to look at again: new, changed or gone, those decided about anew, and all who share a cluster.

    Args:
        warehouse: with `people_marks` of now, and the run before under a name.
        pack: of the kind.
        previous: that name.
        decided: pairs about which decisions were made or taken back since.
        all_pairs: pairs about which decisions stand: their clusters are looked at together.
    """
    kind = literal(pack.kind)
    rows = warehouse.rows(
        f"""SELECT coalesce(n.record_id, b.record_id)
        FROM (SELECT * FROM people_marks WHERE kind = {kind}) n
        FULL JOIN (SELECT * FROM {previous}.people_marks WHERE kind = {kind}) b USING (record_id)
        WHERE n.mark IS DISTINCT FROM b.mark"""
    )
    found: set[str] = set()
    open_ = {row[0] for row in rows} | {record for pair in decided for record in pair}
    partners: dict[str, set[str]] = {}
    for one, other in all_pairs:
        partners.setdefault(one, set()).add(other)
        partners.setdefault(other, set()).add(one)
    while open_:
        near = open_ | _clustered(warehouse, f"{previous}.match_{pack.kind}_clusters", open_)
        found |= near
        open_ = {other for record in near for other in partners.get(record, ())} - found
    return found


def _clustered(warehouse: Warehouse, clusters: str, records: Collection[str]) -> set[str]:
    sql = f"""SELECT record_id FROM {clusters} WHERE cluster IN (
        SELECT cluster FROM {clusters} WHERE record_id IN (SELECT unnest($records)))"""
    return {row[0] for row in warehouse.rows(sql, {"records": sorted(records)})}


def resume(
    warehouse: Warehouse, pack: Pack, model: Model, previous: str, loose: Collection[str], decisions: Decisions
) -> None:
    """Make the relations of `match` for all records, comparing only the loose ones with the others."""
    kind = pack.kind
    names = [f"match_{kind}_{part}" for part in PARTS] + [model.tf(column) for column in model.rare]
    warehouse.run([Step(name, f"SELECT * FROM {previous}.{quote(name)}") for name in names])
    _take_out(warehouse, kind, sorted(loose))
    fresh = f"people_fresh_{kind}"
    sql = f"SELECT * FROM people_clean WHERE kind = {literal(kind)} AND record_id IN (FROM people_loose_{kind})"
    warehouse.run([Step(fresh, sql)])
    if warehouse.rows(f"SELECT count(*) FROM {fresh}")[0][0]:
        known = {row[0] for row in warehouse.rows(f"SELECT record_id FROM {fresh}")}
        assign(warehouse, pack, model, people=fresh, decisions=_within(decisions, known))
        _put_in(warehouse, kind)


def _within(decisions: Decisions, records: Collection[str]) -> Decisions:
    """What is decided about loose records; a pair that is to be one is loose on both sides, if both are there."""
    together = [pair for pair in decisions.together if pair[0] in records and pair[1] in records]
    return Decisions(frozenset(together), decisions.apart)


def _take_out(warehouse: Warehouse, kind: str, loose: Sequence[str]) -> None:
    import pyarrow as pa

    warehouse.register(f"loose_{kind}", pa.table({"record_id": pa.array(loose, pa.string())}))
    warehouse.run([Step(f"people_loose_{kind}", f"SELECT record_id FROM loose_{kind}")])
    warehouse.forget(f"loose_{kind}")
    inside = f"IN (FROM people_loose_{kind})"
    for part in ("records", "clusters"):
        warehouse.take_out(f"match_{kind}_{part}", f"record_id {inside}")
    for part in ("pairs", "links", "reviews"):
        warehouse.take_out(f"match_{kind}_{part}", f"left_id {inside} OR right_id {inside}")


def _put_in(warehouse: Warehouse, kind: str) -> None:
    mine, new = f"match_{kind}", f"assign_{kind}"
    warehouse.append(f"{mine}_records", f"SELECT * FROM {new}_fresh")
    for part in ("pairs", "links", "reviews"):
        warehouse.append(f"{mine}_{part}", f"SELECT * FROM {new}_{part}")
    sql = f"""SELECT *, count(*) OVER (PARTITION BY cluster) AS records FROM (
        SELECT record_id, cluster FROM {mine}_clusters ANTI JOIN {new}_clusters USING (record_id)
        UNION ALL SELECT record_id, cluster FROM {new}_clusters)"""
    warehouse.run([Step(f"{mine}_clusters_new", sql, order="cluster, record_id")])
    warehouse.drop(f"{mine}_clusters")
    warehouse.rename(f"{mine}_clusters_new", f"{mine}_clusters")
    one = f"""SELECT r.left_id, r.right_id FROM {mine}_reviews r JOIN {mine}_clusters a ON a.record_id = r.left_id
        JOIN {mine}_clusters b ON b.record_id = r.right_id WHERE a.cluster = b.cluster"""
    warehouse.take_out(f"{mine}_reviews", f"(left_id, right_id) IN ({one})")
