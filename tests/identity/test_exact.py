"""Exact identity, on a handful of records."""

from __future__ import annotations

from portraits.engine.warehouse import Step, Warehouse
from portraits.identity.exact import identity_steps
from portraits.vocabulary.tables import TABLES


def _table(name: str, *rows: dict[str, object]) -> Step:
    """A canonical table holding the given rows; columns not given are empty."""

    def row(values: dict[str, object]) -> str:
        cells = (
            f"CAST({'NULL' if values.get(c.name) is None else repr(values[c.name])} AS {c.type.duckdb}) AS {c.name}"
            for c in TABLES[name].columns
        )
        return f"SELECT {', '.join(cells)}"

    return Step(name, " UNION ALL ".join(row(values) for values in rows), temporary=True)


def _built(key: str = "") -> Warehouse:
    warehouse = Warehouse.create()
    people = _table(
        "people",
        {"record_id": "crm:1", "phone": "138", "name": "王芳", "city": "上海", "updated_at": "2024-01-01"},
        {"record_id": "web:9", "phone": "138", "name": "Wang Fang", "updated_at": "2024-03-01"},
        {"record_id": "web:8", "name": "李雷", "source": "web"},
    )
    orders = _table(
        "orders",
        {"order_id": "b", "record_id": "web:9", "ordered_at": "2024-02-02", "amount": 7, "status": "completed"},
        {"order_id": "a", "record_id": "crm:1", "ordered_at": "2024-02-01", "amount": 5, "status": "completed"},
        {"order_id": "c", "record_id": "till:3", "ordered_at": "2024-02-03", "amount": 9, "status": "completed"},
        {"order_id": "d", "record_id": None, "ordered_at": "2024-02-04", "amount": 11, "status": "completed"},
    )
    lines = _table("order_lines", {"order_id": "a", "record_id": "crm:1", "product_id": "p", "amount": 5})
    products = _table("products", {"product_id": "p", "name": "Tea", "category": "Drinks"})
    steps = [people, orders, lines, products]
    warehouse.run([*steps, *identity_steps([step.name for step in steps], key)])
    return warehouse


def test_a_record_met_many_times_in_the_only_table_is_one_record() -> None:
    order = {"record_id": "c1", "ordered_at": "2024-02-02", "amount": 7, "status": "completed"}
    orders = _table("orders", *({"order_id": number, **order} for number in "abc"))
    with Warehouse.create() as warehouse:
        warehouse.run([orders, *identity_steps(["orders"])])
        assert warehouse.rows("SELECT count(*) FROM orders") == [(3,)]
        assert warehouse.rows("SELECT record_id, customer FROM identity_links") == [("c1", 0)]


def test_without_a_key_every_record_is_a_customer() -> None:
    """Records met only in orders count too; anonymous orders make no customer."""
    rows = _built().rows("SELECT customer, customer_id, records FROM customers ORDER BY customer")
    assert rows == [(0, "crm:1", 1), (1, "till:3", 0), (2, "web:8", 1), (3, "web:9", 1)]


def test_records_with_the_same_key_are_one_customer() -> None:
    """The smallest record id names the customer; a record without a key stands alone."""
    warehouse = _built("phone")
    links = warehouse.rows("SELECT record_id, customer_id, method FROM identity_links ORDER BY record_id")
    assert links == [
        ("crm:1", "crm:1", "exact key"),
        ("till:3", "till:3", "record"),
        ("web:8", "web:8", "record"),
        ("web:9", "crm:1", "exact key"),
    ]


def test_the_golden_record_takes_the_newest_known_value_of_each_field() -> None:
    """The newer name wins; the city that only the older record knows is kept."""
    row = _built("phone").rows("SELECT name, city, phone, records FROM customers WHERE customer_id = 'crm:1'")
    assert row == [("Wang Fang", "上海", "138", 2)]


def test_tables_are_stored_by_customer_and_time_and_anonymous_orders_are_kept() -> None:
    """The parts of one customer lie together, whatever record they came from."""
    rows = _built("phone").rows("SELECT customer, order_id FROM orders")
    assert rows == [(0, "a"), (0, "b"), (1, "c"), (None, "d")]


def test_lines_borrow_the_category_of_their_product() -> None:
    """A column that no table can lend is there and empty."""
    rows = _built().rows("SELECT customer, product, category, brand FROM order_lines")
    assert rows == [(0, "Tea", "Drinks", None)]


def test_a_company_without_person_records_has_customers_all_the_same() -> None:
    """Orders alone are enough."""
    warehouse = Warehouse.create()
    order = {"order_id": "a", "record_id": "7", "ordered_at": "2024-02-01", "amount": 5}
    warehouse.run([_table("orders", order), *identity_steps(["orders"])])
    assert warehouse.rows("SELECT customer, customer_id FROM customers") == [(0, "7")]
