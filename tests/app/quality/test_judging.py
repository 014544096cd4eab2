"""A build judges its rows: what it finds is kept with the run, and too many bad rows stop it before it publishes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from portraits.app.data.sources import load
from portraits.app.definitions import definitions
from portraits.app.quality.given import given
from portraits.app.quality.results import over_runs, published
from portraits.app.runs.builds import build
from portraits.engine.audit import entries
from portraits.engine.runs import current, numbers
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError
from tests.app.company import GOOD
from tests.app.company import shop as till_shop
from tests.app.duplicates import NOW, built, rows
from tests.app.quality.books import books, stricter
from tests.app.sheets import sheet


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return books(tmp_path)


def test_what_the_rules_find_is_a_table_of_the_run_and_on_its_card(workspace: Workspace) -> None:
    info = built(workspace)
    kept = rows(workspace, "SELECT rule, source, field, dimension, rows, bad FROM quality_results")
    assert ("city_known", "crm", "city", "validity", 6, 1) in kept
    assert ("bought_by_somebody", "till", "record_id", "referential", 21, 3) in kept
    card = [
        tuple(each[key] for key in ("rule", "source", "field", "dimension", "rows", "bad"))
        for each in info.figures["quality"]["results"]
    ]
    assert card == kept
    assert info.rows["quality_results"] == len(kept)


def test_counts_are_those_of_plain_sql(workspace: Workspace) -> None:
    built(workspace)
    [(short,)] = rows(workspace, "SELECT count(*) FROM people WHERE city NOT IN ('上海', '杭州', '北京')")
    [(strangers,)] = rows(workspace, "SELECT count(*) FROM orders ANTI JOIN people USING (record_id)")
    found = {each.rule: each.bad for each in (published(workspace) or pytest.fail("no run")).results}
    assert (found["city_known"], found["bought_by_somebody"]) == (short, strangers) == (1, 3)


def test_too_many_bad_rows_stop_a_build_and_the_old_run_stays(workspace: Workspace) -> None:
    built(workspace)
    with pytest.raises(BadInput) as raised:
        built(stricter(workspace))
    told = str(raised.value)
    assert "quality.city_known: 1 of 6 rows of people are bad: 83.3% are good, 90.0% are asked for." in told
    assert "By source: crm 1. For example: record_id c3." in told
    assert "take their batch back" in told
    assert "6 行中有 1 行不合格" in raised.value.what.in_("zh")
    assert (current(workspace), numbers(workspace)) == (1, [1])
    assert not list(workspace.runs.glob(".*"))  # nothing half done is left


def test_who_accepts_bad_rows_publishes_and_is_noted(workspace: Workspace) -> None:
    info = build(stricter(workspace), now=NOW, accepted_by="ann")
    assert info.figures["quality"]["accepted"] == {"actor": "ann", "rules": ["city_known"]}
    with Store.open(workspace.store) as store:
        noted = [(each.actor, each.subject, each.detail) for each in entries(store) if each.action == "accept"]
    assert noted == [("ann", "run 1", {"rules": ["city_known"]})]
    found = published(workspace)
    assert found is not None
    assert (found.accepted_by, found.accepted) == ("ann", ("city_known",))


def test_accepting_where_nothing_stops_is_noted_nowhere(workspace: Workspace) -> None:
    info = build(workspace, now=NOW, accepted_by="ann")
    assert "accepted" not in info.figures["quality"]
    with Store.open(workspace.store) as store:
        assert [each for each in entries(store) if each.action == "accept"] == []


def test_a_rule_with_a_fault_stops_every_build_and_names_its_place(tmp_path: Path) -> None:
    workspace = books(
        tmp_path, rules='[quality.wrong]\ntitle = "x"\ntable = "people"\ndimension = "validity"\nrule = "nam > 1"\n'
    )
    with pytest.raises(DefinitionError, match=r"rules.toml:5 \[quality.wrong.rule\]: 'nam' is not a name of people"):
        built(workspace)


def test_findings_of_all_runs_are_there_oldest_first(workspace: Workspace) -> None:
    built(workspace)
    build(workspace, datetime(2024, 2, 15), now=NOW)
    assert [each.run for each in over_runs(workspace)] == [1, 2]
    counted = [
        sum(one.rows for one in each.results if one.rule == "bought_by_somebody") for each in over_runs(workspace)
    ]
    assert counted[0] == 21 > counted[1] > 0


def test_nobody_is_blamed_for_columns_that_their_mapping_does_not_give(workspace: Workspace) -> None:
    found = built(workspace).figures["quality"]["results"]
    assert not [each for each in found if each["field"] in ("birth_date", "discount")]
    known = given(definitions(workspace))
    assert known["people"]["city"] == {"crm"}
    assert "birth_date" not in known["people"]


def test_orders_are_given_by_who_gives_their_lines(tmp_path: Path) -> None:
    known = given(definitions(till_shop(tmp_path, a=GOOD)))
    assert known["orders"]["amount"] == known["orders"]["record_id"] == {"till"}
    assert "discount" not in known["orders"]


def test_the_more_reliable_source_outlives_where_nobody_says_whom_to_trust(tmp_path: Path) -> None:
    by_trust = '[settings.identity]\nby = "key"\nfields = {name = "trusted"}\n'
    workspace = books(tmp_path, settings=f'customer_key = "phone"\n{by_trust}')
    (workspace.folder / "more.toml").write_text(SECOND, encoding="utf-8")
    (workspace.folder / "web.csv").write_text(WEB, encoding="utf-8")
    workspace = Workspace(workspace.folder)
    load(workspace, ["web"], actor="test", now=NOW)
    built(Workspace(workspace.folder))
    reliability = dict(rows(workspace, "SELECT source, reliability FROM source_reliability"))
    assert reliability["crm"] > reliability["web"]
    assert rows(workspace, "SELECT name FROM customers WHERE phone = '13912345672'") == [("李雷",)]


WEB = "id,name,phone,city,changed\nw1,旺旺,13912345672,沪,2024-04-30\nw2,x,1,沪,2024-04-30\n"
SECOND = sheet("web", "people", record_id="id", name="name", phone="phone", city="city", updated_at="changed")
