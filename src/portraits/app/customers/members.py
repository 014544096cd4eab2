"""Members: a page of the customers that are chosen, in the order of their ids."""

from __future__ import annotations

from portraits.app.audiences.chosen import Chosen, all_customers, counted
from portraits.app.customers.customers import USUAL, CustomerList, CustomerRow, person, person_columns
from portraits.app.customers.subject import shown
from portraits.app.paging import within
from portraits.app.reading import Reading
from portraits.engine.warehouse import quote


def members_page(run: Reading, who: Chosen, page: int, size: int) -> CustomerList:
    """A page of the members with the usual tags; one past the end shows the last."""
    usual = (next((name for name in names if name in run.tags), "") for names in USUAL)
    columns = tuple(run.tags[name] for name in usual if name)
    total = counted(run, who)
    page = within(page, total, size)
    wanted = "".join(f", p.{quote(tag.name)}" for tag in columns)
    found = run.rows(
        f"SELECT {person_columns(run)}{wanted} FROM portrait p JOIN customers c ON c.customer = p.customer "
        f"WHERE {who.where} ORDER BY p.customer LIMIT {size} OFFSET {(page - 1) * size}"
    )
    return CustomerList(
        rows=tuple(CustomerRow(person(run, row[:4]), tuple(map(shown, columns, row[4:]))) for row in found),
        columns=columns,
        tags=tuple(run.tags.values()),
        total=total,
        base=all_customers(run),
        page=page,
        size=size,
        as_of=run.as_of,
        run=run.run.info.number,
    )
