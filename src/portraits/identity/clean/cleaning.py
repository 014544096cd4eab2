"""Cleaning: all person records cleaned in a warehouse, value by value, with marks to see what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portraits.engine.progress import SILENT, Progress
from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.identity.clean.people import CLEAN, clean_people, steps
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_MARKED = ", ".join(quote(column) for column in CLEAN)
_MARKS = f"SELECT record_id, kind, hash({_MARKED}) AS mark FROM people_clean"


def clean_all(warehouse: Warehouse, country: str, progress: Progress = SILENT) -> None:
    """Make `people_clean`, `people_repairs` and `people_marks` (record_id, kind, mark) of `people`.

    A record's mark is the same in every run as long as its cleaned values are.

    Args:
        warehouse: where `people` is, as a temporary relation or a table.
        country: of numbers without a code.
        progress: who watches.
    """
    columns = tuple(TABLES["people"].types)

    def read(sql: str) -> pa.Table:
        warehouse.run([Step("distinct_values", sql)])
        found = warehouse.query("SELECT raw FROM distinct_values")
        warehouse.drop("distinct_values")
        return found

    names = []
    for name, values in clean_people(columns, read, country):
        warehouse.register(name, values)
        names.append(name)
    warehouse.run([*steps(columns), Step("people_marks", _MARKS, order="record_id")], progress)
    for name in names:
        warehouse.forget(name)
