"""Moves: who went from part to part between two runs, page by page."""

from __future__ import annotations

import pytest

from portraits.app.reading import reading
from portraits.app.runs.runs import rollback
from portraits.app.segments.moves import asked_pair, movers, moves
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, PortraitsError
from tests.app.runs_of_little import NOW, one_run, two_runs
from tests.faces.little import CUSTOMERS


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return two_runs(tmp_path_factory.mktemp("shop") / "little")


def test_every_customer_is_in_exactly_one_flow(shop: Workspace) -> None:
    for name in ("rfm", "size", "loyalty"):
        found = moves(shop, name, 1, 2)
        assert sum(flow.customers for flow in found.flows) == CUSTOMERS
        assert sum(stop.before for stop in found.stops) == sum(stop.after for stop in found.stops) == CUSTOMERS


def test_flows_say_who_grew_and_how_large_a_share_that_is(shop: Workspace) -> None:
    found = moves(shop, "loyalty", 1, 2)
    # M01 and M02 had bought once and twice; in April they came back.
    grown = next(flow for flow in found.flows if flow.moved)
    assert (grown.before, grown.after, grown.customers, grown.share) == ("false", "true", 2, 1.0)
    assert (found.moved, found.stayed) == (2, CUSTOMERS - 2)
    assert found.largest == grown


def test_parts_stand_in_the_order_of_the_segment(shop: Workspace) -> None:
    stops = [stop.value for stop in moves(shop, "size", 1, 2).stops]
    assert stops == [each for each in ("big", "huge", "other") if each in stops]


def test_behind_a_flow_are_its_customers_page_by_page(shop: Workspace) -> None:
    first = movers(shop, "loyalty", 1, 2, "false", "true", page=1, size=1)
    second = movers(shop, "loyalty", 1, 2, "false", "true", page=2, size=1)
    assert (first.total, first.pages) == (2, 2)
    assert [each.person.customer_id for page in (first, second) for each in page.rows] == ["M01", "M02"]
    assert all(each.known and each.person.name.startswith("王") for each in first.rows)
    assert movers(shop, "loyalty", 1, 2, "false", "true", page=9, size=1).page == 2


def test_the_list_is_as_long_as_the_number_says_for_every_flow(shop: Workspace) -> None:
    for flow in moves(shop, "rfm", 1, 2).flows:
        found = movers(shop, "rfm", 1, 2, flow.before, flow.after, size=100)
        assert len(found.rows) == found.total == flow.customers


def test_who_is_gone_from_the_published_run_is_said_to_be_gone(tmp_path_factory: pytest.TempPathFactory) -> None:
    workspace = one_run(tmp_path_factory.mktemp("gone") / "little")
    folder = workspace.folder
    rows = (folder / "members.csv").read_text(encoding="utf-8").splitlines()
    (folder / "members.csv").write_text("\n".join([*rows, "M99,新客,female", ""]), encoding="utf-8")
    (folder / "till" / "may.csv").write_text(
        "ticket,member,sold,paid\nN1,M99,2026-04-01 10:00:00,9\n", encoding="utf-8"
    )
    from portraits.app.data.sources import load
    from portraits.app.runs.builds import build

    load(workspace, actor="tester", now=NOW)
    build(workspace, now=NOW)
    rollback(workspace, 1, actor="tester", now=NOW)
    joined = next(flow for flow in moves(workspace, "loyalty", 1, 2).flows if flow.before is None)
    [new] = movers(workspace, "loyalty", 1, 2, None, joined.after).rows
    assert (new.person.customer_id, new.known) == ("M99", False)


def test_the_newest_pair_is_the_published_run_and_the_one_before(
    shop: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert asked_pair(shop, 0, 0) == (1, 2)
    assert asked_pair(shop, 2, 0) == (2, 2)
    assert asked_pair(one_run(tmp_path_factory.mktemp("one") / "little"), 0, 0) == (0, 0)


def test_after_going_back_the_pair_is_still_one(tmp_path_factory: pytest.TempPathFactory) -> None:
    workspace = two_runs(tmp_path_factory.mktemp("back") / "little")
    rollback(workspace, 1, actor="tester", now=NOW)
    assert asked_pair(workspace, 0, 0) == (1, 2)


def test_what_cannot_be_answered_says_why(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Nobody went that way"):
        movers(shop, "loyalty", 1, 2, "true", "false")
    with pytest.raises(NotFound, match="no segment"):
        moves(shop, "rfn", 1, 2)
    with pytest.raises(PortraitsError, match="does not differ"):
        moves(shop, "rfm", 2, 2)


def test_the_flows_are_those_of_the_members(shop: Workspace) -> None:
    with reading(shop) as run:
        [(after,)] = run.rows("SELECT count(*) FROM segment_members WHERE segment = 'loyalty' AND member = 'true'")
    assert next(stop.after for stop in moves(shop, "loyalty", 1, 2).stops if stop.value == "true") == after
