"""Audiences: counts, members, exports and verdicts agree with each other and with the rows."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portraits.app.audiences.audiences import audiences, count, explain, export, members, rule_of
from portraits.app.customers.customers import LARGEST_PAGE, customers
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError, ExpressionError, NotFound, PortraitsError
from tests.faces.company import AS_OF, HOSTILE, company

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
RULE = "recency_days > 60 and orders_365d >= 3"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def test_a_count_says_how_many_of_how_many(shop: Workspace) -> None:
    found = count(shop, RULE)
    assert found.n == customers(shop, rule=RULE).total > 0
    assert (found.base, found.share, found.as_of, found.run) == (120, found.n / 120, AS_OF, 1)


def test_a_count_puts_the_rule_into_words_of_both_languages(shop: Workspace) -> None:
    sentence = count(shop, RULE).sentence
    assert "Days since the last order" in sentence.en
    assert "距上次购买天数" in sentence.zh


def test_a_rule_and_its_opposite_and_the_unknown_make_the_base(shop: Workspace) -> None:
    parts = ("recency_days > 60", "not recency_days > 60", "recency_days is null")
    assert sum(count(shop, rule).n for rule in parts) == 120


def test_a_wrong_rule_says_what_is_right(shop: Workspace) -> None:
    with pytest.raises(ExpressionError, match="recency_days"):
        count(shop, "recncy_days > 60")
    with pytest.raises(DefinitionError, match="recency_days"):
        members(shop, "recncy_days > 60")


def test_members_are_whom_the_count_counts(shop: Workspace) -> None:
    n = count(shop, RULE).n
    first = members(shop, RULE, size=5)
    found = [row.person.customer_id for page in range(1, first.pages + 1) for row in members(shop, RULE, page, 5).rows]
    assert len(found) == len(set(found)) == n


def test_the_verdict_is_the_membership_for_everybody(shop: Workspace) -> None:
    inside = {row.person.customer_id for row in members(shop, RULE, size=500).rows}
    for row in customers(shop, size=500).rows:
        verdict = explain(shop, RULE, row.person.customer_id)
        assert verdict.explanation.holds == (row.person.customer_id in inside)


def test_a_verdict_names_value_operator_and_limit(shop: Workspace) -> None:
    leaf = explain(shop, "orders_365d >= 3", "C0003").explanation
    assert (leaf.subject, leaf.value, leaf.operator, leaf.limit) == ("orders_365d", 0, ">=", 3)
    with pytest.raises(NotFound):
        explain(shop, RULE, "ghost")


def test_defined_audiences_come_with_their_counts(shop: Workspace) -> None:
    [sleepers] = audiences(shop)
    assert (sleepers.name, sleepers.title.zh, sleepers.faults) == ("sleepers", "沉睡客户", ())
    assert sleepers.count is not None
    assert sleepers.count.n == count(shop, rule_of(shop, "sleepers")).n


def test_a_wrong_audience_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean sleepers"):
        rule_of(shop, "sleeper")


def test_an_export_holds_the_members_with_all_their_tags(shop: Workspace, tmp_path: Path) -> None:
    made = export(shop, RULE, tmp_path / "out.parquet", actor="anna", now=NOW)
    table = pq.read_table(tmp_path / "out.parquet")
    assert (made.format, made.rows, made.columns) == ("parquet", table.num_rows, table.num_columns)
    wanted = [row.person.customer_id for row in members(shop, RULE, size=500).rows]
    assert table["customer_id"].to_pylist() == wanted
    assert {"name", "orders_365d", "lifecycle"} <= set(table.column_names)


def test_an_export_masks_what_is_personal(shop: Workspace, tmp_path: Path) -> None:
    export(shop, "", tmp_path / "all.csv", actor="anna", now=NOW)
    text = (tmp_path / "all.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 120
    assert all(row["birth_date"].endswith("-**-**") for row in rows)
    assert "someone" not in text
    assert "1380013" not in text


def test_a_hostile_name_leaves_the_export_as_text(shop: Workspace, tmp_path: Path) -> None:
    export(shop, "", tmp_path / "all.csv", actor="anna", now=NOW)
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["customer_id"]: row for row in csv.DictReader(file)}
    assert rows["C0002"]["name"] == HOSTILE


def test_every_export_is_in_the_audit_trail(tmp_path: Path) -> None:
    shop = company(tmp_path, customers=10)
    export(shop, "orders_365d > 1", tmp_path / "a.csv", actor="anna", now=NOW)
    export(shop, "", tmp_path / "b.xlsx", actor="bob", now=NOW)
    with Store.open(shop.store) as store:
        trail = [(each.actor, each.action, each.subject, each.detail["rule"]) for each in entries(store)]
        rows = entries(store)[1].detail["rows"]
    assert trail == [("anna", "export", "a.csv", "orders_365d > 1"), ("bob", "export", "b.xlsx", "")]
    assert rows == 10


def test_an_export_in_an_unknown_format_is_refused_before_anything_is_read(shop: Workspace, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="Did you mean csv"):
        export(shop, "", tmp_path / "all.cvs", actor="anna", now=NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_page_larger_than_a_list_shows_is_refused(shop: Workspace) -> None:
    assert members(shop, RULE, size=LARGEST_PAGE).size == LARGEST_PAGE
    with pytest.raises(PortraitsError, match="at most 500 customers, not 501"):
        members(shop, RULE, size=LARGEST_PAGE + 1)


def test_the_base_is_counted_once_a_run_and_the_rule_alone_is_scanned_for(shop: Workspace, asked: list[str]) -> None:
    count(shop, RULE)
    asked.clear()
    assert count(shop, "orders_365d >= 3").base == 120
    [sql] = asked
    assert sql.startswith("SELECT count(*) FROM portrait p WHERE ")
