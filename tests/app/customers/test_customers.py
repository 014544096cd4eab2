"""The customer list: search, rule, sort, pages and neighbours, against the rows themselves."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from portraits.app.customers.customers import CustomerList, customers, neighbours, sound
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def rows(shop: Workspace) -> list[dict[str, Any]]:
    """All customers as plain rows: what every answer is checked against."""
    with reading(shop) as run:
        names = [*run.columns["portrait"], "name", "phone"]
        found = run.rows(
            "SELECT p.*, c.name, c.phone FROM portrait p JOIN customers c USING (customer) ORDER BY customer"
        )
    return [dict(zip(names, row, strict=True)) for row in found]


def ids(found: CustomerList) -> list[str]:
    return [row.person.customer_id for row in found.rows]


def every(shop: Workspace, **asked: Any) -> list[str]:
    """The ids of all pages, which overlap nowhere and leave nobody out."""
    first = customers(shop, size=7, **asked)
    return [one for page in range(1, first.pages + 1) for one in ids(customers(shop, size=7, page=page, **asked))]


def test_the_list_without_questions_shows_everybody_in_the_order_of_ids(shop: Workspace, rows: list[Any]) -> None:
    found = customers(shop)
    assert (found.total, found.base, found.faults) == (120, 120, ())
    assert ids(found) == [row["customer_id"] for row in rows[:50]]
    assert (found.pages, found.first) == (3, 1)


def test_a_page_past_the_end_is_the_last_one(shop: Workspace) -> None:
    found = customers(shop, page=99, size=50)
    assert (found.page, found.first, len(found.rows)) == (3, 101, 20)


def test_a_page_is_never_larger_than_allowed(shop: Workspace) -> None:
    assert customers(shop, size=10_000).size == 500
    assert customers(shop, size=0).size == 1


def test_pages_of_any_order_hold_everybody_once(shop: Workspace) -> None:
    for sort in ("", "recency_days", "-recency_days", "-lifecycle", "favourite_category"):
        found = every(shop, sort=sort)
        assert len(found) == len(set(found)) == 120, sort


def test_search_finds_the_beginning_of_an_id(shop: Workspace) -> None:
    assert ids(customers(shop, search="c001")) == [f"C001{digit}" for digit in range(10)]


@pytest.mark.parametrize("text", ["欧阳", "阳·买", "anna", "SCHMIDT", "zoë o'n"])
def test_search_finds_a_part_of_a_name_in_any_case(shop: Workspace, rows: list[Any], text: str) -> None:
    wanted = [row["customer_id"] for row in rows if text.lower() in (row["name"] or "").lower()]
    assert wanted
    assert every(shop, search=text) == wanted


@pytest.mark.parametrize("text", ["13800130042", "138 0013 0042", "0130042", "(0013)0042"])
def test_search_finds_a_phone_however_it_is_written(shop: Workspace, text: str) -> None:
    assert ids(customers(shop, search=text)) == ["C0042"]


def test_search_finds_an_address_by_its_part(shop: Workspace) -> None:
    assert ids(customers(shop, search="someone42@")) == ["C0042"]


@pytest.mark.parametrize("text", ["%", "_", "' OR 1=1 --", "\\", "\x00", "$text", "{{7*7}}", "x" * 5000])
def test_search_takes_every_text_as_text(shop: Workspace, rows: list[Any], text: str) -> None:
    wanted = [row["customer_id"] for row in rows if text.strip()[:200].lower() in (row["name"] or "").lower()]
    assert every(shop, search=text) == wanted


def test_contacts_are_masked_and_names_are_not(shop: Workspace) -> None:
    [row] = customers(shop, search="C0042").rows
    assert row.person.phone == "138****0042"
    assert row.person.email == "s***@example.com"
    assert row.person.name == "李芳" or row.person.name


RULES: list[tuple[str, Callable[[dict[str, Any]], bool]]] = [
    ("recency_days > 100", lambda row: row["recency_days"] is not None and row["recency_days"] > 100),
    (
        "lifecycle = 'active' and orders_365d >= 10",
        lambda row: row["lifecycle"] == "active" and row["orders_365d"] >= 10,
    ),
    ("recency_days is null", lambda row: row["recency_days"] is None),
    ("not recency_days > 100", lambda row: row["recency_days"] is not None and row["recency_days"] <= 100),
    ("spend_365d between 100 and 2000.5", lambda row: 100 <= row["spend_365d"] <= Decimal("2000.5")),
    ("favourite_category in ('生鲜', '饮料 > 茶叶')", lambda row: row["favourite_category"] in ("生鲜", "饮料 > 茶叶")),
]


@pytest.mark.parametrize(("rule", "holds"), RULES, ids=[rule for rule, _ in RULES])
def test_a_rule_leaves_exactly_whom_it_holds_for(
    shop: Workspace, rows: list[dict[str, Any]], rule: str, holds: Callable[[dict[str, Any]], bool]
) -> None:
    wanted = [row["customer_id"] for row in rows if holds(row)]
    assert wanted
    assert every(shop, rule=rule) == wanted
    assert customers(shop, rule=rule).total == len(wanted)


def test_search_and_rule_go_together(shop: Workspace) -> None:
    both = set(every(shop, search="欧阳", rule="recency_days > 100"))
    assert both == set(every(shop, search="欧阳")) & set(every(shop, rule="recency_days > 100"))


def test_a_wrong_name_in_a_rule_says_the_right_one(shop: Workspace) -> None:
    found = customers(shop, rule="recncy_days > 100")
    assert (found.rows, found.total, found.base) == ((), 0, 120)
    [fault] = found.faults
    assert fault.field == "rule"
    assert "recncy_days" in fault.what
    assert "recency_days" in fault.hint


@pytest.mark.parametrize(
    "rule", ["1; drop table portrait", "customer_id = 'C0001'", "read_text('/etc/passwd') = ''", "(("]
)
def test_a_rule_that_is_no_condition_over_tags_is_refused(shop: Workspace, rule: str) -> None:
    assert customers(shop, rule=rule).faults


def test_a_wrong_tag_to_sort_by_or_to_show_says_the_right_one(shop: Workspace) -> None:
    [fault] = customers(shop, sort="-spnd_365d").faults
    assert (fault.field, fault.hint) == ("sort", "Did you mean spend_365d?")
    [fault] = customers(shop, columns=["recency_day"]).faults
    assert (fault.field, fault.hint) == ("columns", "Did you mean recency_days?")


def test_faults_can_be_raised_where_no_input_is_kept(shop: Workspace) -> None:
    with pytest.raises(DefinitionError, match="spnd"):
        sound(customers(shop, sort="spnd"))
    assert sound(customers(shop)).total == 120


@pytest.mark.parametrize("falling", [False, True])
def test_sorting_puts_missing_values_last_and_ties_by_id(shop: Workspace, rows: list[Any], falling: bool) -> None:
    known = [row for row in rows if row["recency_days"] is not None]
    known.sort(key=lambda row: -row["recency_days"] if falling else row["recency_days"])
    missing = [row for row in rows if row["recency_days"] is None]
    wanted = [row["customer_id"] for row in (*known, *missing)]
    assert every(shop, sort=("-" if falling else "") + "recency_days") == wanted


def test_chosen_columns_come_in_the_order_they_were_asked_for(shop: Workspace, rows: list[Any]) -> None:
    found = customers(shop, columns=["rfm_m", "gender"], size=1)
    assert [tag.name for tag in found.columns] == ["rfm_m", "gender"]
    assert found.rows[0].values == (rows[0]["rfm_m"], rows[0]["gender"])


@pytest.mark.parametrize("asked", [{}, {"sort": "-spend_365d"}, {"sort": "recency_days", "rule": "orders_365d < 20"}])
def test_neighbours_are_those_before_and_after_in_the_list(shop: Workspace, asked: dict[str, str]) -> None:
    order = every(shop, **asked)
    for place in (0, 1, len(order) // 2, len(order) - 2, len(order) - 1):
        beside = neighbours(shop, order[place], **asked)
        assert beside.previous == (order[place - 1] if place else None)
        assert beside.next == (order[place + 1] if place + 1 < len(order) else None)
        assert (beside.place, beside.total) == (place + 1, len(order))


def test_neighbours_walk_over_missing_values(shop: Workspace) -> None:
    order = every(shop, sort="-recency_days")
    at = order.index("C0003")  # never bought: no recency
    beside = neighbours(shop, "C0003", sort="-recency_days")
    assert (beside.previous, beside.place) == (order[at - 1], at + 1)


def test_a_customer_whom_the_list_leaves_out_has_no_place_in_it(shop: Workspace) -> None:
    beside = neighbours(shop, "C0003", rule="recency_days > 1")
    assert (beside.previous, beside.next, beside.place) == (None, None, None)


@pytest.mark.parametrize("asked", [{}, {"sort": "recency_days"}])
def test_neighbours_of_nobody_are_not_found(shop: Workspace, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound, match="no customer C9999"):
        neighbours(shop, "C9999", **asked)


def test_without_a_run_the_list_says_what_to_do(tmp_path: Any) -> None:
    from tests.faces.company import DEFINITIONS

    (tmp_path / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    with pytest.raises(NotFound, match="portraits build"):
        customers(Workspace(tmp_path))
