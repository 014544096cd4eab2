"""Tables: what matching leaves in the warehouse, from what it found in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.identity.match.cuts import Cut
from portraits.identity.match.model import Model

if TYPE_CHECKING:
    import pyarrow as pa


def keep(warehouse: Warehouse, name: str, rows: pa.Table) -> None:
    """Make a table of rows in memory."""
    warehouse.register(f"{name}_found", rows)
    warehouse.run([Step(name, f"SELECT * FROM {quote(f'{name}_found')}")])


def keep_clusters(warehouse: Warehouse, name: str, records: str, found: Mapping[str, str]) -> None:
    """Make (record_id, cluster, records): every record of a relation; who is in no cluster is alone in its own."""
    import pyarrow as pa

    columns = {"record_id": pa.array(found, pa.string()), "cluster": pa.array(found.values(), pa.string())}
    warehouse.register(f"{name}_found", pa.table(columns))
    sql = f"""
        SELECT record_id, cluster, count(*) OVER (PARTITION BY cluster) AS records
        FROM (SELECT r.record_id, coalesce(f.cluster, r.record_id) AS cluster
            FROM {quote(records)} r LEFT JOIN {quote(f"{name}_found")} f USING (record_id))"""
    warehouse.run([Step(name, sql, order="cluster, record_id")])


def keep_reviews(warehouse: Warehouse, model: Model, cuts: Iterable[Cut], clusters: str, run: str) -> None:
    """Make `<run>_reviews`: pairs in two clusters that somebody should look at, the most likely first."""
    import pyarrow as pa

    listed = list(cuts)
    ids = [pa.array([cut.link[side] for cut in listed], pa.string()) for side in (0, 1)]
    warehouse.register(f"{run}_cuts_found", pa.table(ids, ["left_id", "right_id"]))
    sql = f"""
        WITH unsure AS (
            SELECT left_id, right_id, weight, CASE WHEN {model.doubt} THEN 'doubt' ELSE 'unsure' END AS reason
            FROM {run}_pairs),
        cut AS (SELECT DISTINCT left_id, right_id, true AS cut FROM {run}_cuts_found)
        SELECT u.left_id, u.right_id, u.weight, CASE WHEN cut THEN 'weak' ELSE reason END AS reason
        FROM unsure u LEFT JOIN cut USING (left_id, right_id)
        JOIN {clusters} l ON l.record_id = u.left_id JOIN {clusters} r ON r.record_id = u.right_id
        WHERE l.cluster <> r.cluster"""
    warehouse.run([Step(f"{run}_reviews", sql, order="weight DESC, left_id, right_id")])
