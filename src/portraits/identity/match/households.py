"""Households: customers behind one door or one home telephone, the level above persons."""

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
    SELECT 'door' AS kind, concat_ws(' ', city, address_key) AS home, customer_id
    FROM match_person_records JOIN identity_links USING (record_id)
    WHERE address_key IS NOT NULL AND (door IS NOT NULL OR regexp_full_match(street, '[ -~]+'))
    UNION
    SELECT 'line' AS kind, phone AS home, customer_id
    FROM match_person_records JOIN identity_links USING (record_id)
    WHERE phone IS NOT NULL AND phone_kind = 'landline'"""

_SHARED = f"""SELECT kind, home, customer_id FROM household_homes
    QUALIFY count(*) OVER (PARTITION BY kind, home) BETWEEN 2 AND {LARGEST}"""


def households(warehouse: Warehouse) -> None:
    """Make `households` (household, customer_id, customers, shared) from the records of persons and their customers.

    A household is named after the smallest of its customers' ids; `shared` says by what a customer belongs to it: door,
    line or both. Who lives alone, as far as is known, is in none.
    """
    warehouse.run([Step("household_homes", _HOMES), Step("household_shared", _SHARED)])
    pairs = warehouse.rows(
        """SELECT DISTINCT min(customer_id) OVER (PARTITION BY kind, home) AS first, customer_id
        FROM household_shared ORDER BY 1, 2"""
    )
    keep(warehouse, "household_of", _table(components((one, other) for one, other in pairs if one != other)))
    sql = """
        WITH by_what AS (
            SELECT customer_id, string_agg(DISTINCT kind, ' ' ORDER BY kind) AS shared
            FROM household_shared GROUP BY customer_id)
        SELECT household, customer_id, count(*) OVER (PARTITION BY household) AS customers, shared
        FROM household_of JOIN by_what USING (customer_id)"""
    warehouse.run([Step("households", sql, order="household, customer_id")])
    warehouse.drop("household_homes", "household_shared", "household_of")


def _table(found: dict[str, str]) -> pa.Table:
    import pyarrow as pa

    columns = {"customer_id": pa.array(found, pa.string()), "household": pa.array(found.values(), pa.string())}
    return pa.table(columns)
