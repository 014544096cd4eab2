"""Ids: how a customer keeps its id while records come, go, join and part.

An id is that of a record at first, and stays: of two customers that become one the older id lives on, the other
one leads to it; of one that comes apart each side has an id that it had before, if it had one. Which id a cluster gets:

1. each id of before goes to the cluster of the record it is named after, else to the one with most of its records;
2. to those of a cluster come the former ids that are named after its records; the oldest of all lives on;
3. a cluster that has none takes that of its smallest record.
"""

from __future__ import annotations

from datetime import datetime

from portraits.engine.warehouse import Step, literal

NEVER = "TIMESTAMP '9999-12-31'"
EVIDENCE = 5  # ties that a row of the journal names


def id_steps(now: datetime) -> list[Step]:
    """Steps from what was found and what was known to `identity_links`, `customer_ids` and `identity_changes`.

    Reads `identity_found` (record_id, source, cluster, method), `identity_known` (record_id, customer_id),
    `identity_known_ids` (id, customer_id, born) and `identity_ties` (left_id, right_id, weight, method).

    Args:
        now: the moment of the build: new ids are born then.
    """
    born = f"CAST({literal(now.isoformat(sep=' '))} AS TIMESTAMP)"
    return [
        Step("identity_won", _WON, temporary=True),
        Step("identity_named", _named(now), temporary=True),
        Step("identity_links", _LINKS, order="customer, record_id"),
        Step("customer_ids", _ids(born), order="id"),
        Step("identity_moved", _MOVED, temporary=True),
        Step("identity_changes", _CHANGES, order="customer_id, kind, before, records"),
    ]


_WON = """
    SELECT k.customer_id AS id, f.cluster
    FROM identity_found f JOIN identity_known k USING (record_id) GROUP BY k.customer_id, f.cluster
    QUALIFY row_number() OVER (PARTITION BY id
        ORDER BY bool_or(f.record_id = k.customer_id) DESC, count(*) DESC, min(f.record_id)) = 1"""


def _named(now: datetime) -> str:
    other = literal(f"~{now:%Y%m%d%H%M%S}")
    return f"""
        WITH former AS (
            SELECT f.cluster, i.id FROM identity_known_ids i JOIN identity_found f ON f.record_id = i.id
            ANTI JOIN identity_won w ON w.id = i.id),
        kept AS (
            SELECT c.cluster, c.id AS customer_id
            FROM (FROM identity_won UNION ALL BY NAME FROM former) c LEFT JOIN identity_known_ids i USING (id)
            QUALIFY row_number() OVER (PARTITION BY c.cluster ORDER BY coalesce(i.born, {NEVER}), c.id) = 1),
        taken AS (
            SELECT f.cluster, min(f.record_id) AS customer_id FROM identity_found f ANTI JOIN kept USING (cluster)
            ANTI JOIN identity_won w ON w.id = f.record_id GROUP BY f.cluster),
        counted AS (SELECT cluster, count(*) AS records, min(record_id) AS first FROM identity_found GROUP BY cluster)
        SELECT c.cluster, c.records, coalesce(k.customer_id, t.customer_id, c.first || {other}) AS customer_id
        FROM counted c LEFT JOIN kept k USING (cluster) LEFT JOIN taken t USING (cluster)"""


_LINKS = """
    SELECT f.record_id, CAST(dense_rank() OVER (ORDER BY n.customer_id) - 1 AS INTEGER) AS customer,
        n.customer_id, f.source, f.method
    FROM identity_found f JOIN identity_named n USING (cluster)"""


def _ids(born: str) -> str:
    """Every id that leads to a customer; one whose records are all gone leads nowhere."""
    return f"""
        WITH living AS (
            SELECT n.customer_id AS id, n.customer_id, coalesce(i.born, {born}) AS born
            FROM identity_named n LEFT JOIN identity_known_ids i ON i.id = n.customer_id)
        SELECT * FROM living UNION ALL
        SELECT i.id, coalesce(l.customer_id, n.customer_id) AS customer_id, i.born
        FROM identity_known_ids i ANTI JOIN living USING (id)
        LEFT JOIN identity_links l ON l.record_id = i.id
        LEFT JOIN identity_won w ON w.id = i.customer_id LEFT JOIN identity_named n ON n.cluster = w.cluster
        WHERE coalesce(l.customer_id, n.customer_id) IS NOT NULL"""


# A record that is new and stays alone under its own id is no news.
_MOVED = """
    SELECT f.record_id, n.customer_id, k.customer_id AS before
    FROM identity_found f JOIN identity_named n USING (cluster) LEFT JOIN identity_known k USING (record_id)
    WHERE n.customer_id IS DISTINCT FROM k.customer_id
        AND NOT (k.customer_id IS NULL AND n.records = 1 AND n.customer_id = f.record_id)"""

_CHANGES = f"""
    WITH tied AS (
        SELECT m.customer_id, m.before, t.* FROM identity_moved m JOIN identity_ties t ON t.left_id = m.record_id
        UNION
        SELECT m.customer_id, m.before, t.* FROM identity_moved m JOIN identity_ties t ON t.right_id = m.record_id),
    ours AS (
        SELECT t.customer_id, t.before, t.left_id, t.right_id, t.weight, t.method FROM tied t
        JOIN identity_links l ON l.record_id = t.left_id JOIN identity_links r ON r.record_id = t.right_id
        WHERE (l.customer_id = r.customer_id) <> (t.method = 'apart')
        QUALIFY row_number() OVER (PARTITION BY t.customer_id, t.before
            ORDER BY t.weight DESC, t.left_id, t.right_id) <= {EVIDENCE}),
    listed AS (
        SELECT customer_id, before, CAST(to_json(list(
            {{'left': left_id, 'right': right_id, 'weight': round(weight, 2), 'method': method}}
            ORDER BY weight DESC, left_id, right_id)) AS VARCHAR) AS ties
        FROM ours GROUP BY ALL),
    known AS (SELECT DISTINCT customer_id FROM identity_known),
    living AS (SELECT customer_id FROM identity_named)
    SELECT m.customer_id, m.before, list(m.record_id ORDER BY m.record_id) AS records, any_value(l.ties) AS ties,
        CASE WHEN m.before IS NULL AND m.customer_id NOT IN (FROM known) THEN 'create'
            WHEN m.before IS NULL THEN 'assign' WHEN m.before IN (FROM living) THEN 'split' ELSE 'merge' END AS kind
    FROM identity_moved m LEFT JOIN listed l
        ON l.customer_id = m.customer_id AND l.before IS NOT DISTINCT FROM m.before
    GROUP BY m.customer_id, m.before"""
