"""Scores: rules by their state, sources by the sides of quality, the course over runs, bad rows and what they hurt."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from portraits.app.customers.evidence import why
from portraits.app.customers.held import held_tags
from portraits.app.quality.failing import export_failing, failing
from portraits.app.quality.scores import quality, quality_rule
from portraits.app.runs.builds import build
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.duplicates import NOW, built, rows
from tests.app.quality.books import books


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = books(tmp_path_factory.mktemp("books"))
    build(workspace, datetime(2024, 4, 10), now=NOW)
    built(workspace)
    return workspace


def test_before_the_first_build_the_rules_wait(tmp_path: Path) -> None:
    view = quality(books(tmp_path))
    assert (view.run, view.sources, view.course) == (None, (), ())
    assert {line.state for line in view.rules} == {"unjudged"}
    assert quality_rule(books(tmp_path / "again"), "city_known").line.score.share is None


def test_the_worst_rules_come_first(workspace: Workspace) -> None:
    view = quality(workspace)
    states = [line.state for line in view.rules]
    assert [line.name for line in view.troubled] == ["city_known", "bought_by_somebody"]
    assert states == sorted(states, key=["stop", "warn", "good", "watched", "unjudged", "retired"].index)
    [watched] = [line for line in view.rules if line.state == "watched"]
    assert (watched.name, watched.score.bad) == ("orders_of_somebody", 0)


def test_a_source_is_scored_by_every_row_that_was_judged(workspace: Workspace) -> None:
    view = quality(workspace)
    till = next(each for each in view.sources if each.source == "till")
    told = rows(
        workspace,
        """SELECT dimension, sum(rows), sum(bad) FROM quality_results
        WHERE source = 'till' AND rule <> 'orders_of_somebody' GROUP BY dimension""",
    )
    assert {(name, score.rows, score.bad) for name, score in till.dimensions.items()} == set(told)
    assert till.score.rows == sum(score.rows for score in till.dimensions.values())
    [(reliability,)] = rows(workspace, "SELECT reliability FROM source_reliability WHERE source = 'till'")
    assert till.reliability == reliability < 1
    assert "completeness" not in till.dimensions  # it was only watched


def test_fields_add_up_to_what_the_sources_do(workspace: Workspace) -> None:
    view = quality(workspace)
    assert sum(each.score.bad for each in view.fields) == sum(each.score.bad for each in view.sources) == 4
    assert (view.fields[0].table, view.fields[0].column) == ("people", "city")


def test_the_course_has_a_point_for_each_run(workspace: Workspace) -> None:
    points = quality_rule(workspace, "city_known").course
    assert [(each.run, each.score.rows, each.score.bad) for each in points] == [(1, 5, 0), (2, 6, 1)]
    assert points[1].sources["crm"].bad == 1
    assert [each.run for each in quality(workspace).course] == [1, 2]


def test_a_rule_hurts_what_is_made_of_its_columns(workspace: Workspace) -> None:
    city = quality_rule(workspace, "city_known").harm
    assert ([each.name for each in city.tags], [each.name for each in city.audiences]) == (["city"], ["in_shanghai"])
    owner = {each.name for each in quality_rule(workspace, "bought_by_somebody").harm.tags}
    assert {"orders_365d", "spend_365d", "recency_days"} <= owner  # an order of nobody counts for nobody
    assert "city" not in owner


def test_bad_rows_are_shown_with_their_customers(workspace: Workspace) -> None:
    found = failing(workspace, "bought_by_somebody", size=2)
    assert (found.total, found.pages, len(found.rows)) == (3, 2, 2)
    names = [column.name for column in found.columns]
    assert names == ["order_id", "record_id", "ordered_at", "source", "batch"]
    last = failing(workspace, "bought_by_somebody", page=9, size=2)
    assert (last.page, len(last.rows)) == (2, 1)
    shown = [row.values[0] for row in (*found.rows, *last.rows)]
    assert shown == ["14", "21", "7"]
    assert {row.customer_id for row in found.rows} == {"c0"}


def test_bad_rows_of_one_source_and_of_rules_that_judge_nothing(workspace: Workspace) -> None:
    assert failing(workspace, "bought_by_somebody", "till").total == 3
    assert failing(workspace, "bought_by_somebody", "crm'; --").total == 0
    assert failing(workspace, "deals_amount").total == 0


def test_personal_values_are_masked(workspace: Workspace, tmp_path: Path) -> None:
    found = failing(workspace, "people_phone_once")
    assert found.total == 0
    export_failing(workspace, "city_known", tmp_path / "bad.xlsx", actor="ann", now=NOW)
    sheet = openpyxl.load_workbook(tmp_path / "bad.xlsx").active
    assert sheet is not None
    head, row = [[cell.value for cell in line] for line in sheet.iter_rows()]
    told = dict(zip(head, row, strict=True))
    assert (told["record_id"], told["name"], told["city"]) == ("c3", "Wang Fang", "沪")
    assert told["phone"] == "'+861******5671"  # no formula


def test_taking_bad_rows_away_is_noted(workspace: Workspace, tmp_path: Path) -> None:
    done = export_failing(workspace, "bought_by_somebody", tmp_path / "bad.csv", source="till", actor="ann", now=NOW)
    assert (done.rows, done.format) == (3, "csv")
    assert export_failing(workspace, "deals_amount", tmp_path / "none.csv", actor="ann", now=NOW).rows == 0
    with Store.open(workspace.store) as store:
        noted = [each for each in entries(store) if each.action == "export" and each.subject == "bad.csv"]
    assert [(each.actor, each.detail["quality"], each.detail["source"], each.detail["rows"]) for each in noted] == [
        ("ann", "bought_by_somebody", "till", 3)
    ]


def test_a_value_is_less_sure_where_its_source_is_less_reliable(workspace: Workspace) -> None:
    [(reliability,)] = rows(workspace, "SELECT reliability FROM source_reliability WHERE source = 'crm'")
    view = why(workspace, "c1", "city")
    assert 0.9 < reliability < 1
    assert view.evidence.confidence == pytest.approx(0.9 * reliability)
    assert not view.evidence.stated
    assert {claim.reliability for claim in view.evidence.claims} == {reliability}
    held = {each.tag.name: each for tags in held_tags(workspace, "c1").groups.values() for each in tags}
    assert held["city"].confidence == pytest.approx(view.evidence.confidence)
    assert held["orders_365d"].confidence == pytest.approx(0.9)  # seen to happen, said by no record


def test_a_wrong_name_says_the_right_one(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean city_known"):
        quality_rule(workspace, "city_know")
    with pytest.raises(NotFound, match="Did you mean city_known"):
        failing(workspace, "city_know")
