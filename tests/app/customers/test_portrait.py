"""The portrait: header, figures, tags, scores, spending, taste and timeline of one customer."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.customers.personal import masked, scrubbed
from portraits.app.customers.portrait import PortraitView, header, portrait
from portraits.app.customers.spending import Period, _finding, _starts
from portraits.app.customers.taste import MOST
from portraits.app.reading import reading
from portraits.app.said import Quantity
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.faces.company import AS_OF, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def good(shop: Workspace) -> PortraitView:
    return portrait(shop, "C0001")


def sold(shop: Workspace, customer: str) -> list[tuple[Any, ...]]:
    with reading(shop) as run:
        return run.rows(
            """SELECT ordered_at, amount, status FROM orders JOIN customers USING (customer)
            WHERE customer_id = ? AND status <> 'cancelled' ORDER BY ordered_at""",
            [customer],
        )


def test_the_header_says_who_it_is_and_hides_contacts(good: PortraitView) -> None:
    who = good.header
    assert (who.customer_id, who.name, who.prospect, who.records) == ("C0001", "王小明", False, 1)
    assert (who.phone, who.email) == ("138****0001", "s***@example.com")
    assert who.birth_date.endswith("-**-**")
    assert who.lifecycle is not None
    assert who.lifecycle.value == "active"


def test_reach_says_what_was_agreed_and_what_was_withdrawn(good: PortraitView) -> None:
    assert {each.channel: each.state for each in good.header.reach} == {"phone": "closed", "email": "open"}


def test_channels_nobody_asked_about_are_neither(shop: Workspace) -> None:
    assert {each.state for each in portrait(shop, "C0005").header.reach} == {"unasked"}


def test_figures_stand_beside_the_mean_of_everybody(shop: Workspace, good: PortraitView) -> None:
    with reading(shop) as run:
        mean = run.rows("SELECT avg(orders_365d) FROM portrait")[0][0]
    orders = next(each for each in good.figures if each.tag.name == "orders_365d")
    assert orders.base == pytest.approx(mean)
    assert orders.distance == pytest.approx(orders.value / mean - 1)
    assert len(good.figures) <= 6


def test_a_missing_value_has_no_distance(shop: Workspace) -> None:
    recency = next(each for each in portrait(shop, "C0003").figures if each.tag.name == "recency_days")
    assert (recency.value, recency.distance) == (None, None)


def test_tags_come_in_groups_and_personal_ones_masked(good: PortraitView) -> None:
    values = {each.tag.name: each.value for tags in good.groups.values() for each in tags}
    assert list(good.groups) == ["natural", "value", "consumption", "interest"]
    assert str(values["birth_date"]).endswith("-**-**")
    assert values["orders_365d"] >= 40
    assert "customer" not in values


def test_the_radar_holds_recency_frequency_and_money_of_five(good: PortraitView) -> None:
    assert [(axis.tag.name, axis.most) for axis in good.axes] == [("rfm_r", 5), ("rfm_f", 5), ("rfm_m", 5)]
    assert all(axis.value is not None and 1 <= axis.value <= 5 for axis in good.axes)


def test_spending_adds_up_to_what_was_sold(shop: Workspace, good: PortraitView) -> None:
    assert good.spending is not None
    orders = sold(shop, "C0001")
    assert good.spending.step == "week"
    assert sum(each.spent for each in good.spending.periods) == pytest.approx(float(sum(row[1] for row in orders)))
    assert sum(each.orders for each in good.spending.periods) == len(orders)


def test_weeks_begin_as_the_workspace_says_and_follow_each_other(good: PortraitView) -> None:
    assert good.spending is not None
    starts = [each.start for each in good.spending.periods]
    assert {start.weekday() for start in starts} == {0}
    assert {later - start for start, later in pairwise(starts)} == {timedelta(days=7)}
    assert starts[-1] <= AS_OF.date() < starts[-1] + timedelta(days=7)


def test_weeks_that_the_data_covers_in_part_are_marked(good: PortraitView) -> None:
    assert good.spending is not None
    parts = [each.start for each in good.spending.periods if each.part]
    assert parts == [good.spending.periods[0].start, good.spending.periods[-1].start]


def test_the_mean_beside_is_that_of_the_buyers_of_the_period(shop: Workspace, good: PortraitView) -> None:
    assert good.spending is not None
    period = good.spending.periods[10]
    with reading(shop) as run:
        spent, buyers = run.rows(
            """SELECT sum(amount), count(DISTINCT customer) FROM orders
            WHERE status <> 'cancelled' AND ordered_at >= ? AND ordered_at < ?""",
            [period.start, period.start + timedelta(days=7)],
        )[0]
    assert period.base == pytest.approx(float(spent) / buyers)


def quarters(then: float, now: float, orders: int = 13) -> tuple[Period, ...]:
    start = date(2024, 1, 1)
    amounts = [then / 13] * 13 + [now / 13] * 13
    return tuple(
        Period(start + timedelta(days=7 * week), False, amount, orders // 13 if amount else 0, 10.0)
        for week, amount in enumerate(amounts)
    )


@pytest.mark.parametrize(
    ("then", "now", "key"),
    [
        (100, 57, "spend.fell"),
        (100, 143, "spend.rose"),
        (100, 95, "spend.steady"),
        (100, 0, "spend.stopped"),
        (0, 50, "spend.few"),
        (0, 0, "spend.none"),
    ],
)
def test_spending_says_what_happened_from_one_quarter_to_the_next(then: float, now: float, key: str) -> None:
    assert _finding("week", quarters(then, now)).key == key


def test_spending_says_by_how_much(shop: Workspace) -> None:
    share = _finding("week", quarters(100, 57)).values["share"]
    assert isinstance(share, Quantity)
    assert (round(float(share.number), 6), share.unit) == (0.43, "share")


def test_a_part_week_never_enters_the_finding() -> None:
    whole = quarters(100, 100)
    cut = (*whole, Period(date(2024, 7, 1), True, 0.0, 0, None))
    assert _finding("week", cut).key == "spend.steady"


def test_little_history_makes_no_claim() -> None:
    assert _finding("week", quarters(100, 57)[-14:]).key == "spend.short"


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(0, 800), st.integers(0, 6))
def test_periods_cover_every_day_once(first: date, days: int, shift: int) -> None:
    last = first + timedelta(days=days)
    weeks = _starts("week", shift, first, last)
    assert weeks[0] <= first < weeks[0] + timedelta(days=7)
    assert weeks[-1] <= last < weeks[-1] + timedelta(days=7)
    assert all(start.weekday() == shift for start in weeks)
    months = _starts("month", shift, first, last)
    assert months[-1] == last.replace(day=1)
    assert len(months) <= 36


def test_taste_shares_add_up_to_one_with_the_rest_last(good: PortraitView) -> None:
    assert good.taste is not None
    parts = good.taste.parts
    assert len(parts) <= MOST + 1
    assert sum(part.share for part in parts) == pytest.approx(1)
    assert sum(part.base for part in parts) == pytest.approx(1)
    named = [part.share for part in parts if part.name]
    assert named == sorted(named, reverse=True)


def test_taste_tells_the_first_step_of_a_path(good: PortraitView) -> None:
    assert good.taste is not None
    names = {part.name for part in good.taste.parts}
    assert {"生鲜", "饮料", "零食/糖果"} <= names


def test_the_timeline_is_newest_first_and_counts_every_kind(shop: Workspace, good: PortraitView) -> None:
    moments = [each for page in range(1, 9) for each in portrait(shop, "C0001", page=page, size=10).timeline.moments]
    unique = list(dict.fromkeys(moments))
    total = good.timeline.total
    assert [each.at for each in unique] == sorted((each.at for each in unique), reverse=True)
    assert Counter(each.kind for each in moments[:total]) == Counter(good.timeline.counts)
    assert good.timeline.counts["order"] == 60


def test_the_timeline_can_show_one_kind(shop: Workspace) -> None:
    view = portrait(shop, "C0001", kind="touch").timeline
    assert {each.kind for each in view.moments} == {"touch"}
    assert (view.total, view.pages) == (2, 1)
    assert {each.name for each in view.moments} == {"Spring 2", "Spring 4"}


def test_free_text_loses_its_addresses_and_numbers(shop: Workspace) -> None:
    [feedback] = portrait(shop, "C0001", kind="feedback").timeline.moments
    assert feedback.text == "送货很快，电话 138****8000 联系不上。Write to m***@example.com"
    assert feedback.scale == 5


def test_a_prospect_has_no_spending_but_a_page(shop: Workspace) -> None:
    view = portrait(shop, "C0003")
    assert view.header.prospect
    assert view.taste is None
    assert view.spending is not None
    assert view.spending.finding.key == "spend.none"


def test_nobody_is_not_found(shop: Workspace) -> None:
    for ask in (portrait, header):
        with pytest.raises(NotFound, match="no customer ghost"):
            ask(shop, "ghost")


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("phone", "13812345678", "138****5678"),
        ("phone", "+86 138-1234-5678", "+861******5678"),
        ("phone", "12345", "1***5"),
        ("email", "anna.schmidt@example.com", "a***@example.com"),
        ("email", "nonsense", "n***e"),
        ("birth_date", date(1990, 5, 17), "1990-**-**"),
        ("wechat_id", "wx_anna_1990", "w***0"),
        ("address", "ab", "***"),
        ("name", "欧阳·买买提", "欧阳·买买提"),
        ("phone", None, ""),
    ],
)
def test_masking_leaves_enough_to_recognise(column: str, value: object, shown: str) -> None:
    assert masked(column, value) == shown


@given(st.from_regex(r"1[3-9]\d{9}", fullmatch=True), st.text(max_size=30), st.text(max_size=30))
def test_no_phone_survives_in_free_text(phone: str, before: str, after: str) -> None:
    assert phone not in scrubbed(f"{before} {phone} {after}")
    assert phone not in masked("phone", phone)


@given(st.text(max_size=200))
def test_text_without_secrets_is_kept_or_masked_but_never_fails(text: str) -> None:
    if "@" not in text and sum(letter.isdigit() for letter in text) < 7:
        assert scrubbed(text) == text
    else:
        scrubbed(text)


def test_a_moment_in_time_is_told_in_workspace_time(good: PortraitView) -> None:
    assert good.as_of == AS_OF
    assert all(isinstance(each.at, datetime) and each.at <= AS_OF + timedelta(days=1) for each in good.timeline.moments)
