"""History: the values of a customer's tags over the runs that are kept, with every change."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tests.faces.company as made
from portraits.app.customers.history import MOST_RUNS, TagHistory, differ, history
from portraits.app.reading import kept_run, reading
from portraits.engine.runs import RunInfo, drafting, numbers, publish
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.faces.company import AS_OF, company

MONTH = timedelta(days=30)


def another_run(workspace: Workspace, customers: int, seed: int, as_of: datetime = AS_OF) -> None:
    """A further run of the same company, in which chance went another way."""
    with drafting(workspace) as draft:
        with Warehouse.create(draft.database, threads=1) as warehouse:
            made._fill(warehouse, customers, random.Random(seed))
        publish(workspace, draft, RunInfo(draft.number, as_of, as_of, "by hand", "0", {"portrait": customers}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = company(tmp_path_factory.mktemp("shop"), customers=12)
    another_run(workspace, 12, 7, AS_OF + MONTH)  # the same again
    another_run(workspace, 15, 8, AS_OF + 2 * MONTH)
    return workspace


def values(workspace: Workspace, customer: str, tag: str) -> list[Any]:
    """What each run holds, read from the runs themselves."""
    found = []
    for number in numbers(workspace):
        with kept_run(workspace, number) as run:
            sql = f"SELECT {tag} FROM portrait WHERE customer_id = ?"
            found.append([row[0] for row in run.warehouse.rows(sql, [customer])])
    return found


def test_a_tag_is_told_in_every_run_oldest_first(shop: Workspace) -> None:
    told = history(shop, "C0005", ["spend_365d"])
    assert [info.number for info in told.runs] == [1, 2, 3]
    [tag] = told.tags
    assert [[point.value] for point in tag.points] == values(shop, "C0005", "spend_365d")
    assert [point.as_of for point in tag.points] == [AS_OF, AS_OF + MONTH, AS_OF + 2 * MONTH]


def test_a_change_is_marked_where_it_happened_and_nowhere_else(shop: Workspace) -> None:
    [tag] = history(shop, "C0005", ["spend_365d"]).tags
    assert [point.changed for point in tag.points] == [False, False, True]
    assert tag.changes == 1


def test_without_a_name_only_what_changed_is_told_the_most_changing_first(shop: Workspace) -> None:
    told = history(shop, "C0005")
    names = [each.tag.name for each in told.tags]
    assert "spend_365d" in names
    assert all(each.changes for each in told.tags)
    assert [each.changes for each in told.tags] == sorted((each.changes for each in told.tags), reverse=True)
    with reading(shop) as run:
        unchanged = set(run.tags) - set(names)
    assert all(values(shop, "C0005", name)[1:] != [] for name in unchanged)
    for name in unchanged:
        first, *rest = values(shop, "C0005", name)
        assert all(not differ(first[0], each[0]) for each in rest), name


def test_the_mean_beside_a_value_is_that_of_its_own_run(shop: Workspace) -> None:
    [tag] = history(shop, "C0005", ["orders_365d"]).tags
    for number, point in enumerate(tag.points, 1):
        with kept_run(shop, number) as run:
            assert point.mean == pytest.approx(run.warehouse.rows("SELECT avg(orders_365d) FROM portrait")[0][0])


def test_a_run_that_did_not_know_the_customer_says_so(shop: Workspace) -> None:
    [tag] = history(shop, "C0014", ["orders_365d"]).tags
    assert [point.held for point in tag.points] == [False, False, True]
    assert [point.changed for point in tag.points] == [False, False, False]
    assert [point.value for point in tag.points[:2]] == [None, None]


def test_personal_values_are_masked_after_they_were_compared(shop: Workspace) -> None:
    [tag] = history(shop, "C0005", ["birth_date"]).tags
    assert tag.points[2].changed
    assert all(str(point.value).endswith("-**-**") for point in tag.points)


def test_wrong_names_say_the_right_ones(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean spend_365d"):
        history(shop, "C0005", ["spnd_365d"])
    with pytest.raises(NotFound, match="no customer nobody"):
        history(shop, "nobody")


def test_one_run_has_no_changes(tmp_path: Path) -> None:
    told = history(company(tmp_path, customers=2), "C0001")
    assert (len(told.runs), told.tags) == (1, ())


def test_only_the_newest_runs_are_opened(tmp_path: Path) -> None:
    workspace = company(tmp_path, customers=1)
    for month in range(1, MOST_RUNS + 2):
        another_run(workspace, 1, 7, AS_OF + month * MONTH)
    told = history(workspace, "C0001", ["gender"])
    assert [info.number for info in told.runs] == list(range(3, MOST_RUNS + 3))
    assert isinstance(told.tags[0], TagHistory)


@given(st.floats(-1e12, 1e12, allow_nan=False), st.floats(-1e-13, 1e-13))
def test_the_last_digits_of_a_sum_are_no_change(number: float, noise: float) -> None:
    assert not differ(number, number + noise)
    assert not differ(number, number * (1 + noise))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1.0, 1.001),
        (None, 0),
        (0.0, None),
        ("a", "b"),
        (Decimal("1.10"), Decimal("1.11")),
        (date(2025, 1, 1), date(2025, 1, 2)),
        (True, False),
    ],
)
def test_what_differs_differs(one: Any, other: Any) -> None:
    assert differ(one, other)
    assert not differ(one, one)
