"""Why a tag has its value: the evidence gives the value again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from portraits.app.customers.evidence import WhyView, why
from portraits.app.customers.portrait import portrait
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.faces.company import AS_OF, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


def column(view: WhyView, name: str) -> list[Any]:
    assert view.evidence.rows is not None
    place = [each.name for each in view.evidence.rows.columns].index(name)
    return [row[place] for row in view.evidence.rows.rows]


@pytest.mark.parametrize("customer", ["C0001", "C0002", "C0005", "C0090"])
def test_the_rows_behind_a_count_are_as_many_as_the_count(shop: Workspace, customer: str) -> None:
    view = why(shop, customer, "orders_365d")
    assert view.evidence.rows is not None
    assert view.evidence.rows.total == len(view.evidence.rows.rows) == view.value


@pytest.mark.parametrize("customer", ["C0001", "C0002", "C0005"])
def test_the_rows_behind_a_sum_add_up_to_it(shop: Workspace, customer: str) -> None:
    view = why(shop, customer, "spend_365d")
    assert sum(column(view, "amount")) == view.value
    assert set(column(view, "status")) == {"completed"}


def test_the_rows_lie_in_the_window_that_the_evidence_names(shop: Workspace) -> None:
    evidence = why(shop, "C0001", "orders_90d").evidence
    assert (evidence.since, evidence.until) == (AS_OF - timedelta(days=90), AS_OF)
    moments = column(why(shop, "C0001", "orders_90d"), "ordered_at")
    assert moments == sorted(moments, reverse=True)
    assert all(evidence.since < at <= evidence.until for at in moments)


def test_a_fact_says_table_formula_and_condition(shop: Workspace) -> None:
    evidence = why(shop, "C0001", "orders_90d").evidence
    assert (evidence.table, evidence.formula, evidence.where) == ("orders", "count(*)", "status <> 'cancelled'")


def test_a_value_stands_beside_the_mean_and_the_coverage(shop: Workspace) -> None:
    view = why(shop, "C0003", "recency_days")
    with reading(shop) as run:
        mean, known, all_of_them = run.rows("SELECT avg(recency_days), count(recency_days), count(*) FROM portrait")[0]
    assert view.value is None
    assert view.mean == pytest.approx(mean)
    assert view.coverage == pytest.approx(known / all_of_them)


def test_no_rows_are_no_fault(shop: Workspace) -> None:
    rows = why(shop, "C0003", "spend_365d").evidence.rows
    assert rows is not None
    assert (rows.rows, rows.total) == ((), 0)


def test_a_computed_value_shows_the_tags_it_is_made_of(shop: Workspace) -> None:
    view = why(shop, "C0001", "basket_value")
    inputs = {each.tag.name: each.value for each in view.evidence.inputs}
    assert set(inputs) == {"spend_365d", "orders_365d"}
    assert view.value == pytest.approx(inputs["spend_365d"] / inputs["orders_365d"], rel=Decimal("1e-4"))


def test_the_case_that_decided_is_marked_and_holds(shop: Workspace) -> None:
    for customer in ("C0001", "C0004", "C0009", "C0013"):
        view = why(shop, customer, "lifecycle")
        [chosen] = [case for case in view.evidence.cases if case.chosen]
        assert chosen.value == view.value
        assert chosen.explanation is not None
        assert chosen.explanation.verdict.value == "holds"
        before = view.evidence.cases[: view.evidence.cases.index(chosen)]
        assert all(case.explanation is None or not case.explanation.holds for case in before)


def test_what_is_not_known_is_said_to_be_unknown(shop: Workspace) -> None:
    cases = why(shop, "C0003", "lifecycle").evidence.cases
    assert {case.explanation.verdict.value for case in cases if case.explanation} == {"unknown"}
    assert cases[-1].chosen


@pytest.mark.parametrize("tag", ["rfm_r", "rfm_f", "rfm_m"])
def test_the_score_is_the_range_that_holds_the_value(shop: Workspace, tag: str) -> None:
    for customer in ("C0001", "C0002", "C0004", "C0020"):
        view = why(shop, customer, tag)
        evidence = view.evidence
        assert [cut.score for cut in evidence.cuts] == [1, 2, 3, 4, 5]
        assert [cut.score for cut in evidence.cuts if cut.here] == ([] if view.value is None else [view.value])
        assert evidence.of is not None
        assert evidence.falling == (tag == "rfm_r")


def test_ranges_of_a_score_meet_without_gaps(shop: Workspace) -> None:
    for tag in ("rfm_r", "rfm_f"):
        evidence = why(shop, "C0001", tag).evidence
        cuts = evidence.cuts[::-1] if evidence.falling else evidence.cuts
        assert cuts[0].low is None
        assert cuts[-1].high is None
        assert all(one.high == other.low for one, other in pairwise(cuts))


def test_the_favourite_weighs_most(shop: Workspace) -> None:
    view = why(shop, "C0001", "favourite_category")
    weights = view.evidence.weights
    assert weights[0].value == view.value
    assert [each.weight for each in weights] == sorted((each.weight for each in weights), reverse=True)
    assert sum(each.share for each in weights) == pytest.approx(1)
    assert view.evidence.weight_unit == "money"
    share = why(shop, "C0001", "favourite_category_share").value
    assert share == pytest.approx(weights[0].share)


def test_a_stated_value_shows_the_record_that_says_it(shop: Workspace) -> None:
    view = next(found for number in range(1, 9) if (found := why(shop, f"C000{number}", "gender")).value)
    [claim] = view.evidence.claims
    assert (claim.value, claim.source, claim.record_id) == (view.value, "crm", view.customer_id)
    assert claim.chosen
    assert view.evidence.confidence == pytest.approx(0.7)


def test_personal_values_are_masked_in_evidence_too(shop: Workspace) -> None:
    view = why(shop, "C0001", "birth_date")
    assert view.value.endswith("-**-**")
    assert [claim.value for claim in view.evidence.claims] == [view.value]


def test_every_tag_of_every_kind_of_customer_has_its_evidence(shop: Workspace) -> None:
    for customer in ("C0001", "C0003", "C0004"):
        for tags in portrait(shop, customer).groups.values():
            for each in tags:
                assert why(shop, customer, each.tag.name).value == each.value


def test_a_wrong_tag_says_the_right_one(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="Did you mean lifecycle"):
        why(shop, "C0001", "lifecycl")
    with pytest.raises(NotFound, match="no customer ghost"):
        why(shop, "ghost", "lifecycle")
