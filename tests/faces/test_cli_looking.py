"""Looking at a company from the command line: tags, portraits, audiences, in both languages and as JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.faces.company import company

RULE = "orders_365d >= 3 and recency_days <= 120"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def typed(shop: Workspace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Types a command line in the shop and gives what it printed."""
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)

    def type_(*arguments: str, code: int = 0) -> str:
        assert run([*arguments, "-w", str(shop.folder)]) == code, capsys.readouterr().err
        shown = capsys.readouterr()
        return shown.out if code == 0 else shown.err

    return type_


def test_the_catalogue_lists_every_tag_with_its_coverage(typed: Any) -> None:
    shown = typed("tags")
    assert "orders_365d" in shown
    assert "Orders, last 365 days" in shown
    assert "Consumption" in shown
    assert "100%" in shown
    assert "as of 2025-06-30 00:00, run 1" in shown


def test_the_catalogue_speaks_chinese(typed: Any) -> None:
    shown = typed("--lang", "zh", "tags")
    assert "近365天订单数" in shown
    assert "消费" in shown


def test_the_catalogue_of_one_group_leaves_the_others_out(typed: Any) -> None:
    shown = typed("tags", "--group", "natural")
    assert "gender" in shown
    assert "orders_365d" not in shown


def test_one_tag_shows_its_values_by_their_labels(typed: Any) -> None:
    shown = typed("tags", "gender")
    assert "Female" in shown and "Male" in shown
    assert "kind: latest" in shown.lower()


def test_one_tag_of_numbers_shows_bars(typed: Any) -> None:
    shown = typed("tags", "recency_days")
    assert "–" in shown
    assert "Mean" in shown


def test_one_tag_shows_what_it_is_made_of_and_what_uses_it(typed: Any) -> None:
    shown = typed("tags", "recency_days")
    assert "From the columns: orders.ordered_at, orders.status" in shown
    assert "In the audiences: sleepers" in shown
    assert "依赖的标签: orders_365d, spend_365d" in typed("--lang", "zh", "tags", "basket_value")
    told = json.loads(typed("tags", "basket_value", "--json"))
    assert told["lineage"]["tags"] == ["orders_365d", "spend_365d"]


def test_an_unknown_tag_says_the_right_one(typed: Any) -> None:
    assert "Did you mean gender?" in typed("tags", "gendre", code=4)


def test_the_catalogue_as_json_holds_figures_and_no_inner_workings(typed: Any) -> None:
    told = json.loads(typed("tags", "--json"))
    first = next(each for each in told["tags"] if each["name"] == "gender")
    assert first["title"] == {"en": "Gender", "zh": "性别"}
    assert first["customers"] == 120
    assert "piece" not in first


def test_a_portrait_shows_figures_beside_the_average_and_tags_by_group(typed: Any) -> None:
    shown = typed("portrait", "C0001")
    assert shown.startswith("C0001 · ")
    assert "Average" in shown
    assert "Orders, last 365 days" in shown
    assert "Consumption" in shown and "Natural attributes" in shown


def test_a_portrait_speaks_chinese(typed: Any) -> None:
    shown = typed("--lang", "zh", "portrait", "C0001")
    assert "近365天订单数" in shown
    assert "平均" in shown


def test_a_portrait_of_a_customer_who_never_bought_leaves_out_what_is_not_known(typed: Any) -> None:
    shown = typed("portrait", "C0003")
    assert "Mean basket" not in shown.split("Consumption")[-1]


def test_a_portrait_as_json_can_be_read_by_a_program(typed: Any) -> None:
    told = json.loads(typed("portrait", "C0001", "--json"))
    assert told["customer"]["customer_id"] == "C0001"
    assert told["run"] == 1
    assert {each["name"] for each in told["tags"] if each["group"] == "natural"} >= {"gender"}


def test_an_unknown_customer_is_said_to_be_unknown(typed: Any) -> None:
    assert "There is no customer C9999." in typed("portrait", "C9999", code=4)


def test_a_rule_counts_customers_and_says_itself_in_words(typed: Any) -> None:
    told = json.loads(typed("audience", "count", RULE, "--json"))
    shown = typed("audience", "count", RULE)
    assert 0 < told["n"] < told["base"] == 120
    assert f"{told['n']} of 120 customers" in shown
    assert "Orders, last 365 days" in shown
    assert "近365天订单数" in typed("--lang", "zh", "audience", "count", RULE)


def test_a_rule_lists_exactly_the_customers_it_counts(typed: Any) -> None:
    counted = json.loads(typed("audience", "count", RULE, "--json"))["n"]
    listed = json.loads(typed("audience", "list", RULE, "--size", "500", "--json"))
    assert len(listed["customers"]) == listed["total"] == counted
    assert listed["customers"][0]["id"] in typed("audience", "list", RULE)


def test_a_page_larger_than_a_list_shows_is_refused(typed: Any) -> None:
    assert "at most 500 customers, not 1000" in typed("audience", "list", RULE, "--size", "1000", code=1)


def test_a_misspelt_tag_in_a_rule_says_the_right_one(typed: Any) -> None:
    shown = typed("audience", "count", "recncy_days > 3", code=2)
    assert shown.startswith("portraits: ")
    assert "recency_days" in shown


def test_an_audience_is_exported_whole(typed: Any, tmp_path: Path) -> None:
    counted = json.loads(typed("audience", "count", RULE, "--json"))["n"]
    shown = typed("audience", "export", RULE, "--to", str(tmp_path / "chosen.csv"))
    with (tmp_path / "chosen.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == counted
    assert f"Wrote {counted} customers" in shown


def test_a_format_that_cannot_be_written_is_refused(typed: Any, tmp_path: Path) -> None:
    assert "csv, xlsx, parquet" in typed("audience", "export", RULE, "--to", str(tmp_path / "chosen.pdf"), code=6)


def test_a_rule_is_explained_leaf_by_leaf_with_the_values(typed: Any) -> None:
    shown = typed("explain", "C0001", RULE)
    assert "holds: Orders, last 365 days is at least 3  (Orders, last 365 days = " in shown
    assert "Days since the last order is at most 120" in shown


def test_a_rule_is_said_with_titles_and_labels(typed: Any) -> None:
    shown = typed("--lang", "zh", "explain", "C0001", "lifecycle = 'active' and gender is null")
    assert "生命周期阶段 是 活跃  (生命周期阶段 = 活跃)" in shown
    assert "lifecycle" not in shown
    assert "生命周期阶段 是 活跃" in typed("--lang", "zh", "audience", "count", "lifecycle = 'active'")


def test_why_says_which_values_a_score_covers_and_labels_of_cases(typed: Any) -> None:
    shown = typed("--lang", "zh", "why", "C0001", "rfm_r")
    assert "评分依据: 距上次购买天数 = " in shown
    assert "≤ 20 天" in shown and "> 20 天，≤ 40 天" in shown
    assert "距上次购买天数 不超过 30 → 活跃  成立" in typed("--lang", "zh", "why", "C0001", "lifecycle")
    english = typed("why", "C0001", "lifecycle")
    assert "Days since the last order is at most 30 → Active" in english
    assert "recency_days <=" not in english


def test_a_rule_over_a_missing_value_is_unknown(typed: Any) -> None:
    assert "unknown: Days since the last order is at most 120" in typed("explain", "C0003", RULE)
    assert "未知: 距上次购买天数 不超过 120" in typed("--lang", "zh", "explain", "C0003", RULE)


def test_why_shows_the_rows_behind_a_value(typed: Any) -> None:
    shown = typed("why", "C0001", "orders_365d")
    count = json.loads(typed("why", "C0001", "orders_365d", "--json"))["value"]
    assert "count(*)" in shown
    assert f"{count}" in shown


def test_the_runs_are_listed_and_the_published_one_is_marked(typed: Any) -> None:
    shown = typed("runs")
    assert "*" in shown
    assert "2025-06-30 00:00" in shown
    (only,) = json.loads(typed("runs", "--json"))["runs"]
    assert (only["number"], only["current"]) == (1, True)


def test_going_back_to_a_run_that_is_gone_names_those_there_are(typed: Any) -> None:
    assert "Known: 1." in typed("rollback", "9", code=4)


def test_a_run_does_not_differ_from_itself(typed: Any) -> None:
    assert "Name two runs." in typed("diff", "1", "1", code=1)
