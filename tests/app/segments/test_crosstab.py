"""Cross tables: each number against plain SQL, and each rule against the audience it opens."""

from __future__ import annotations

import pytest

from portraits.app.audiences.audiences import count
from portraits.app.reading import reading
from portraits.app.segments.crosstab import choices, crosstab
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, NotFound, Refused
from tests.faces.company import company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def test_counts_and_means_are_those_of_plain_sql(shop: Workspace) -> None:
    found = crosstab(shop, "lifecycle", "gender", "spend_365d")
    with reading(shop) as run:
        rows = run.rows(
            """SELECT lifecycle, gender, count(*), avg(spend_365d) FROM portrait
            WHERE lifecycle IS NOT NULL AND gender IS NOT NULL GROUP BY ALL"""
        )
    expected = {(stage, gender): (n, round(float(mean), 6)) for stage, gender, n, mean in rows}
    seen = {
        (down.value, across.value): (cell.customers, round(cell.mean or 0, 6))
        for down, row in zip(found.rows.bins, found.cells, strict=True)
        for across, cell in zip(found.columns.bins, row, strict=True)
        if cell.customers
    }
    assert seen == expected


def test_shares_add_up_to_one_along_their_side(shop: Workspace) -> None:
    found = crosstab(shop, "lifecycle", "favourite_category")
    for row in found.cells:
        assert sum(cell.row_share for cell in row) == pytest.approx(1)
    for place, total in enumerate(found.columns.totals):
        assert sum(row[place].customers for row in found.cells) == total.customers
    assert sum(total.customers for total in found.rows.totals) == found.total.customers


@pytest.mark.parametrize(("rows", "columns"), [("lifecycle", "spend_365d"), ("recency_days", "orders_90d")])
def test_every_cell_opens_exactly_its_customers(shop: Workspace, rows: str, columns: str) -> None:
    found = crosstab(shop, rows, columns)
    assert found.total.customers > 0
    for row in found.cells:
        for cell in row:
            assert count(shop, cell.rule).n == cell.customers


def test_who_lacks_a_value_is_left_out_and_that_is_said(shop: Workspace) -> None:
    found = crosstab(shop, "gender", "lifecycle")
    with reading(shop) as run:
        [(both, base)] = run.rows(
            "SELECT count(*) FILTER (gender IS NOT NULL AND lifecycle IS NOT NULL), count(*) FROM portrait"
        )
    assert (found.total.customers, found.base) == (both, base)
    assert 0 < found.coverage < 1


def test_the_most_over_represented_cell_is_found(shop: Workspace) -> None:
    found = crosstab(shop, "recency_days", "lifecycle")
    assert found.peak is not None
    lifts = [cell.lift for row in found.cells for cell in row if cell.lift]
    assert found.cells[found.peak[0]][found.peak[1]].lift == max(lifts) > 1


def test_a_cell_in_which_few_are_expected_is_never_remarkable(tmp_path_factory: pytest.TempPathFactory) -> None:
    few = company(tmp_path_factory.mktemp("few"), customers=6)
    assert crosstab(few, "lifecycle", "gender").peak is None


def test_a_shop_without_customers_has_an_empty_table(tmp_path_factory: pytest.TempPathFactory) -> None:
    nobody = company(tmp_path_factory.mktemp("nobody"), customers=0)
    found = crosstab(nobody, "lifecycle", "gender")
    assert (found.total.customers, found.cells, found.coverage) == (0, (), 0)


def test_wrong_tags_say_what_is_right(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean lifecycle"):
        crosstab(shop, "lifecycel", "gender")
    with pytest.raises(BadInput, match="no mean"):
        crosstab(shop, "lifecycle", "gender", "favourite_category")
    with pytest.raises(Refused):
        crosstab(shop, "lifecycle", "birth_date")


def test_the_choices_hold_no_personal_tags_and_only_numbers_have_a_mean(shop: Workspace) -> None:
    known = choices(shop)
    assert {"lifecycle", "gender", "spend_365d"} <= {tag.name for tag in known.tags}
    assert "birth_date" not in {tag.name for tag in known.tags}
    assert all(tag.numeric for tag in known.metrics)
