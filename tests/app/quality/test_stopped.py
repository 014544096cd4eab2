"""A build that rules stopped leaves its bad rows: whole or not at all, until a build is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from portraits.app.identity.identity import link
from portraits.app.identity.touch_up import touch_up
from portraits.app.quality import quality_records, stopping
from portraits.app.quality.failing import failing
from portraits.app.quality.stopped import export_stopped, stopped, stopped_rows
from portraits.app.quality.stopping import StoppedBuild
from portraits.app.runs import builds
from portraits.engine import durable
from portraits.engine.audit import entries
from portraits.engine.runs import current
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.tables import TABLES
from tests.app.duplicates import NOW, PEOPLE, arrive, built
from tests.app.quality.books import books, kept_books, stopped_build

WARNING = 'refers = "people.record_id"\nwarn_below = 0.9'
UNREACHED = """
[quality.reached]
title = "There is an e-mail address"
table = "people"
dimension = "completeness"
rule = "email is not null and phone like '1%'"
stop_below = 0.5
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """The shop with a run, and a build after it that a rule stopped."""
    workspace = kept_books(tmp_path)
    return stopped_build(workspace)


def last(workspace: Workspace) -> StoppedBuild:
    """The stopped build there must be."""
    return stopped(workspace) or pytest.fail("no build was stopped")


def two_rules(workspace: Workspace) -> Workspace:
    """The same with two more rules that stop builds."""
    path = workspace.folder / "rules.toml"
    text = path.read_text(encoding="utf-8").replace(WARNING, f"{WARNING}\nstop_below = 0.9")
    path.write_text(text + UNREACHED, encoding="utf-8")
    return Workspace(workspace.folder)


def kept(workspace: Workspace) -> list[str]:
    """The files that are kept."""
    return sorted(str(path.relative_to(workspace.stopped)) for path in workspace.stopped.rglob("*") if path.is_file())


def noted(workspace: Workspace) -> list[tuple[str, object]]:
    """Who took which rows away."""
    with Store.open(workspace.store) as store:
        return [(each.actor, each.detail) for each in entries(store) if each.action == "export"]


def test_a_build_that_nothing_stops_leaves_nothing(tmp_path: Path) -> None:
    workspace = books(tmp_path)
    assert stopped(workspace) is None
    built(workspace)
    assert stopped(workspace) is None
    assert not workspace.stopped.exists()
    with pytest.raises(NotFound, match=r"No rule of quality stopped the last build\. `portraits quality rows city"):
        stopped_rows(workspace, "city_known")


def test_the_card_says_when_which_rules_and_how_many_rows_of_which_sources(workspace: Workspace) -> None:
    build = last(workspace)
    assert (build.at, build.as_of, build.run, build.stays) == (*[datetime(2024, 5, 1, 12)] * 2, 2, 1)
    [rule] = build.rules
    assert (rule.name, rule.table, rule.rows, rule.bad, rule.kept) == ("city_known", "people", 6, 1, 1)
    assert (round(rule.share, 9), rule.least, rule.sources) == (round(5 / 6, 9), 0.9, {"crm": 1})
    assert (rule.title.en, rule.title.zh) == ("A city of ours", "城市在册")
    told = quality_records.stopped(build)
    assert json.loads(json.dumps(told)) == told
    assert (told["at"], told["rules"][0]["sources"]) == ("2024-05-01T12:00:00", {"crm": 1})
    assert quality_records.stopped(None) == {"at": None, "as_of": None, "run": None, "stays": None, "rules": []}


def test_the_first_build_may_be_stopped_too(tmp_path: Path) -> None:
    workspace = stopped_build(books(tmp_path))
    assert (current(workspace), last(workspace).stays, last(workspace).run) == (None, None, 1)
    assert stopped_rows(workspace, "city_known").total == 1


def test_all_columns_of_the_bad_rows_are_kept_but_shown_like_those_of_a_run(workspace: Workspace) -> None:
    rows = stopped_rows(workspace, "city_known")
    assert [(row.customer_id, row.values[:2]) for row in rows.rows] == [(None, ("c3", "沪"))]
    assert (rows.total, rows.found, rows.run, rows.as_of) == (1, 1, 2, datetime(2024, 5, 1, 12))
    of_run = failing(workspace, "city_known")
    assert rows.columns == of_run.columns
    assert [row.values for row in rows.rows] == [row.values for row in of_run.rows]
    whole = pq.read_table(stopping.rows_file(workspace, last(workspace), rows.cause))
    assert whole.column_names == list(TABLES["people"].types)
    assert whole["phone"].to_pylist() == ["+86 13812345671"]


def test_each_rule_that_stops_a_build_keeps_its_rows(workspace: Workspace) -> None:
    strict = two_rules(workspace)
    with pytest.raises(BadInput, match=r"quality\.reached"):
        built(strict)
    assert {each.name: (each.bad, each.rows) for each in last(strict).rules} == {
        "city_known": (1, 6),
        "bought_by_somebody": (3, 21),
        "reached": (4, 6),
    }
    first, second = (stopped_rows(strict, "bought_by_somebody", page=page, size=2) for page in (1, 9))
    assert [row.values[0] for row in (*first.rows, *second.rows)] == ["14", "21", "7"]
    assert (first.pages, second.page, first.total) == (2, 2, 3)
    assert stopped_rows(strict, "bought_by_somebody", "till").total == 3
    other = stopped_rows(strict, "bought_by_somebody", "crm")
    assert (other.total, other.found, other.rows) == (0, 0, ())
    with pytest.raises(NotFound, match=r"The rule people_named did not stop the last build.*bought_by_somebody, city"):
        stopped_rows(strict, "people_named")


def test_personal_values_are_masked_on_pages_and_in_files(workspace: Workspace, tmp_path: Path) -> None:
    strict = two_rules(workspace)
    with pytest.raises(BadInput):
        built(strict)
    shown = stopped_rows(strict, "reached")
    phone = [column.name for column in shown.columns].index("phone")
    assert {row.values[0]: row.values[phone] for row in shown.rows}["c3"] == "+861******5671"
    done = export_stopped(strict, "reached", tmp_path / "bad.xlsx", actor="ann", now=NOW)
    assert (done.rows, done.columns, done.format) == (4, len(TABLES["people"].columns), "xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "bad.xlsx").active
    assert sheet is not None
    head, *lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    told = {row[head.index("record_id")]: row[head.index("phone")] for row in lines}
    assert (told["c3"], told["c2"]) == ("'+861******5671", "139****5672")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_taking_rows_of_a_stopped_build_away_is_noted(workspace: Workspace, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"bad.{kind}"
    assert export_stopped(workspace, "city_known", path, source="crm", actor="ann", now=NOW).rows == 1
    told = {"quality": "city_known", "source": "crm", "format": kind, "rows": 1, "run": 2, "stopped": True}
    assert noted(workspace) == [("ann", told)]
    assert path.stat().st_size > 0
    with pytest.raises(NotFound):
        export_stopped(workspace, "people_named", tmp_path / "none.csv", actor="ann", now=NOW)
    assert len(noted(workspace)) == 1


def test_what_is_too_much_is_cut_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "MOST", 2)
    workspace = two_rules(books(tmp_path))
    stopped_build(workspace)
    rows = stopped_rows(workspace, "bought_by_somebody")
    assert ([row.values[0] for row in rows.rows], rows.total, rows.found) == (["14", "21"], 2, 3)
    told = quality_records.stopped_rows(rows)
    assert (told["total"], told["found"]) == (2, 3)
    assert {each["name"]: each["kept"] for each in quality_records.stopped(last(workspace))["rules"]} == {
        "bought_by_somebody": 2,
        "city_known": 1,
        "reached": 2,
    }


def test_a_later_stopped_build_takes_its_place(workspace: Workspace) -> None:
    assert kept(workspace) == ["000001/city_known.parquet", "stopped.json"]
    short = arrive(workspace, [*PEOPLE, "c7,钱多,13512345677,,杭,2024-03-04"])
    with pytest.raises(BadInput, match="2 of 7 rows"):
        built(short)
    assert kept(short) == ["000002/city_known.parquet", "stopped.json"]
    assert [row.values[1] for row in stopped_rows(short, "city_known").rows] == ["沪", "杭"]


def _mend(workspace: Workspace) -> None:
    built(arrive(workspace, [row.replace("沪", "上海") for row in PEOPLE]))


def _accept(workspace: Workspace) -> None:
    builds.build(workspace, now=NOW, accepted_by="ann")


@pytest.mark.parametrize("publish", [_mend, _accept])
def test_the_next_published_build_removes_it(workspace: Workspace, publish: Callable[[Workspace], None]) -> None:
    publish(workspace)
    assert current(workspace) == 2
    assert stopped(workspace) is None
    assert not workspace.stopped.exists()


def test_a_touch_up_in_between_does_not(workspace: Workspace) -> None:
    link(workspace, "c1", "c3", actor="ann", now=NOW)
    done = touch_up(workspace, now=NOW)
    assert (done.how, done.run, current(workspace)) == ("touched", 2, 2)
    assert stopped_rows(workspace, "city_known").total == 1


def test_it_is_readable_when_the_rule_is_gone(workspace: Workspace) -> None:
    (workspace.folder / "rules.toml").unlink()
    bare = Workspace(workspace.folder)
    assert last(bare).rules[0].title.en == "A city of ours"
    assert stopped_rows(bare, "city_known").rows[0].values[:2] == ("c3", "沪")


class Killed(BaseException):
    """As if the process had been killed: nobody catches it."""


def test_a_kill_before_the_card_leaves_the_one_before_with_its_rows(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    short = arrive(workspace, [*PEOPLE, "c7,钱多,13512345677,,杭,2024-03-04"])
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(durable, "write", killed)
        built(short)
    assert (last(short).rules[0].bad, stopped_rows(short, "city_known").total) == (1, 1)
    with pytest.raises(BadInput):
        built(short)
    assert (last(short).rules[0].bad, stopped_rows(short, "city_known").total) == (2, 2)
    assert kept(short) == ["000002/city_known.parquet", "stopped.json"]


def test_a_kill_right_after_a_build_was_published_claims_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(builds, "forget", lambda workspace: None)
    _accept(workspace)
    assert (workspace.stopped / "stopped.json").exists()
    assert stopped(workspace) is None


def test_rows_that_go_while_somebody_looks_are_said_to_be_gone(workspace: Workspace) -> None:
    stopping.rows_file(workspace, last(workspace), last(workspace).rules[0]).unlink()
    with pytest.raises(NotFound, match="The bad rows of city_known are not kept any more"):
        stopped_rows(workspace, "city_known")
