"""Households: customers behind one door or one home telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.match.components import components
from portraits.identity.match.tables import keep

if TYPE_CHECKING:
    import pyarrow as pa

LARGEST = 8  # customers behind one door or line: more is a dormitory, an office or a mistake

# A Chinese house number without a door is a building of many; a Latin one mostly is a home.
_HOMES = """
    SELECT 'door ' || coalesce(city, '') || ' ' || address_key AS home, cluster
    FROM match_person_records JOIN match_person_clusters USING (record_id)
    WHERE address_key IS NOT NULL AND (door IS NOT NULL OR regexp_full_match(street, '[ -~]+'))
    UNION
    SELECT 'line ' || phone AS home, cluster
    FROM match_person_records JOIN match_person_clusters USING (record_id)
    WHERE phone IS NOT NULL AND phone_kind = 'landline'"""


def households(warehouse: Warehouse) -> None:
    """Make `match_households` (cluster, household, customers) from the clusters of persons.

    A household is named after the smallest of its clusters; who lives alone, as far as is known, is in none.
    """
    warehouse.run([Step("match_homes", _HOMES)])
    pairs = warehouse.rows(
        f"""WITH small AS (SELECT home FROM match_homes GROUP BY home HAVING count(*) BETWEEN 2 AND {LARGEST})
        SELECT DISTINCT min(cluster) OVER (PARTITION BY home) AS first, cluster
        FROM match_homes SEMI JOIN small USING (home) ORDER BY 1, 2"""
    )
    found = components((first, other) for first, other in pairs if first != other)
    keep(warehouse, "match_households_of", _table(found))
    sql = """SELECT cluster, household, count(*) OVER (PARTITION BY household) AS customers
        FROM match_households_of"""
    warehouse.run([Step("match_households", sql, order="household, cluster")])


def _table(found: dict[str, str]) -> pa.Table:
    import pyarrow as pa

    columns = {"cluster": pa.array(found, pa.string()), "household": pa.array(found.values(), pa.string())}
    return pa.table(columns)
