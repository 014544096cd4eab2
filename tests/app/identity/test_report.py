"""Report: every number is what the tables say, and leads to its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.identity.report import PARTS, Count, report, report_rows
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound
from tests.app.duplicates import ASK, PEOPLE, UNSURE, arrive, built, rows, shop, stocked, welcome


@pytest.fixture(scope="module")
def hotel(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The shop and the guests, built twice: the second time somebody more came."""
    workspace = welcome(shop(tmp_path_factory.mktemp("hotel"), PEOPLE, ASK))
    built(workspace)
    arrive(workspace, UNSURE)
    built(workspace)
    return workspace


def _counts(workspace: Workspace, part: str) -> dict[str, Count]:
    return {each.key: each for each in report(workspace).counts if each.part == part}


def test_sizes_are_those_of_the_tables_now_and_a_run_ago(hotel: Workspace) -> None:
    told = _counts(hotel, "size")
    sql = "SELECT n, count(*) FROM (SELECT count(*) AS n FROM identity_links GROUP BY customer) GROUP BY n"
    assert {int(key): each.n for key, each in told.items() if each.n} == dict(rows(hotel, sql))
    found = report(hotel)
    assert sum(each.records for each in told.values()) == found.records == rows(hotel, "FROM identity_links").__len__()
    assert sum(each.n for each in told.values()) == found.customers
    alone, before = told["1"].n, told["1"].before
    assert before is not None and alone - before == len(UNSURE) - len(PEOPLE)


def test_sources_are_counted_with_records_and_customers(hotel: Workspace) -> None:
    sql = (
        "SELECT source, count(DISTINCT customer), count(*) FROM identity_links WHERE source IS NOT NULL GROUP BY source"
    )
    assert {(each.key, each.n, each.records) for each in _counts(hotel, "source").values()} == set(rows(hotel, sql))


def test_contradictions_values_shared_and_guards_are_found(hotel: Workspace) -> None:
    assert {key: each.n for key, each in _counts(hotel, "conflict").items()} == {"birth_date": 1}
    [row] = report_rows(hotel, "conflict", "birth_date").rows
    assert (row.customers[0].customer_id, row.records) == ("c1", 2)
    assert row.values == ("1990-**-**", "1991-**-**")
    [shared] = report_rows(hotel, "shared", "phone").rows
    assert {each.customer_id for each in shared.customers} == {"c5", "w3"}
    assert shared.total == 2 and "1361234" not in shared.values[0]
    [guard] = report_rows(hotel, "guard").rows
    assert (guard.total, guard.records, len(guard.customers)) == (6, 6, 6)


def test_every_count_leads_to_as_many_rows(hotel: Workspace) -> None:
    counts = report(hotel).counts
    assert {each.part for each in counts} == set(PARTS)
    for each in counts:
        found = report_rows(hotel, each.part, each.key, size=1)
        assert (found.total, found.pages) == (each.n, max(each.n, 1)), each
        assert len(found.rows) == min(each.n, 1)


def test_a_link_that_alone_holds_a_customer_is_weak(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, UNSURE, ASK.replace("6.0", "1.0"))
    found = report_rows(workspace, "weak")
    links = rows(
        workspace,
        """SELECT l.customer_id, max(weight) FROM match_person_links JOIN identity_links l ON l.record_id = left_id
        WHERE right_id IN ('c7', 'c8') GROUP BY 1 HAVING max(weight) < 4.25""",
    )
    assert {each.customers[0].customer_id for each in found.rows} == {row[0] for row in links} == {"c1", "c4"}
    assert all(each.probability is not None and 0.5 < each.probability < 0.95 for each in found.rows)


def test_pairs_that_wait_are_counted_as_they_are_listed(hotel: Workspace) -> None:
    found = report(hotel)
    assert (found.by, found.waiting) == ("match", 0)
    assert found.pairs >= found.near >= 1


def test_what_is_no_part_is_refused(hotel: Workspace) -> None:
    with pytest.raises(NotFound):
        report_rows(hotel, "sizes")
    with pytest.raises(BadInput):
        report_rows(hotel, "size", page=0)
    assert report_rows(hotel, "size", "99").total == 0
