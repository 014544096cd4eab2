"""Whatever passes the planner chooses, every value is what the definition says."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from portraits.engine.expressions import Scope, parse, sql, where
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.window import Window
from tests.tags import rows as plain
from tests.tags.rows import AS_OF, CUSTOMERS, ROWS, Row, built, fact, known, same, tag, taken, warehouse

Read = Callable[[Sequence[Row]], Any]
VALUES: dict[str, Read] = {
    "count(*)": len,
    "count(amount)": lambda rows: len(known(rows, "amount")),
    "count(*) filter (where quantity > 1)": lambda rows: sum(1 for q in known(rows, "quantity") if q > 1),
    "count(distinct order_id)": lambda rows: len(set(known(rows, "order_id"))),
    "count(distinct category)": lambda rows: len(set(known(rows, "category"))),
    "count(distinct date(ordered_at))": lambda rows: len({row["ordered_at"].date() for row in rows}),
    "months_active()": lambda rows: len({(row["ordered_at"].year, row["ordered_at"].month) for row in rows}),
    "sum(amount)": lambda rows: plain.total(rows, "amount"),
    "sum(line)": lambda rows: plain.total(rows, "line"),
    "sum(quantity)": lambda rows: plain.total(rows, "quantity"),
    "avg(amount)": lambda rows: plain.mean(rows, "amount"),
    "avg(quantity)": lambda rows: plain.mean(rows, "quantity"),
    "min(amount)": lambda rows: min(known(rows, "amount"), default=None),
    "max(ordered_at)": lambda rows: max(known(rows, "ordered_at"), default=None),
    "date(max(ordered_at))": lambda rows: max((row["ordered_at"].date() for row in rows), default=None),
    "min(date(ordered_at))": lambda rows: min((row["ordered_at"].date() for row in rows), default=None),
    "max(category)": lambda rows: max(known(rows, "category"), default=None),
    "median(amount)": lambda rows: plain.quantile(rows, "amount", 0.5),
    "percentile(amount, 0.9)": lambda rows: plain.quantile(rows, "amount", 0.9),
    "percentile(quantity, 0.25)": lambda rows: plain.quantile(rows, "quantity", 0.25),
    "stddev(amount)": lambda rows: plain.spread(rows, "amount"),
    "first(category)": lambda rows: plain.end(rows, "category", min),
    "last(channel)": lambda rows: plain.end(rows, "channel", max),
    "last(amount)": lambda rows: plain.end(rows, "amount", max),
    "first(ordered_at)": lambda rows: min(known(rows, "ordered_at"), default=None),
    "most_frequent(category)": lambda rows: plain.favourite(plain.weights(rows, "category")),
    "top_share(category)": lambda rows: plain.top_share(plain.weights(rows, "category")),
    "entropy(category)": lambda rows: plain.entropy(plain.weights(rows, "category")),
    "share(channel = 'web')": lambda rows: sum(row["channel"] == "web" for row in rows) / len(rows) if rows else None,
    "mean_gap()": plain.mean_gap,
    "sum(amount) / count(distinct order_id)": lambda rows: (
        float(plain.total(rows, "amount")) / len(set(known(rows, "order_id")))
        if known(rows, "amount") and known(rows, "order_id")
        else None
    ),
}
WINDOWS = ("", "30 days", "90 days", "365 days", "30 to 90 days", "365 to 730 days")
CONDITIONS: dict[str, Callable[[Row], Any]] = {
    "": lambda row: True,
    "status = 'completed'": lambda row: row["status"] == "completed",
    "amount > 5 and channel <> 'web'": lambda row: (
        row["amount"] is not None and row["amount"] > 5 and row["channel"] not in (None, "web")
    ),
}
PARTS = 6  # several windows and conditions in each part, so that passes are shared
EVERY = [(value, within, condition) for value in VALUES for within in WINDOWS for condition in CONDITIONS]


def definition(value: str, within: str, condition: str) -> Tag:
    """The tag, without the fields that say nothing."""
    given_fields = {"within": within, "where": condition}
    return fact(value, **{name: written for name, written in given_fields.items() if written})


def slopes() -> dict[str, Tag]:
    return {f"slope_{days}": fact("slope(amount, 4)", within=f"{days} days") for days in (90, 365)}


def few(examples: int) -> settings:
    """Few random tables, the same ones every time; each plan is long."""
    return settings(max_examples=examples, deadline=None, derandomize=True, phases=[Phase.generate])


@pytest.mark.parametrize("part", range(PARTS))
@given(rows=ROWS)
@few(6)
def test_every_aggregate_in_every_window_is_what_plain_python_says(part: int, rows: list[Row]) -> None:
    every = EVERY[part::PARTS]
    tags = {f"t{number}": definition(*each) for number, each in enumerate(every)} | slopes()
    found = built(tags, rows)
    for number, (value, within, condition) in enumerate(every):
        wanted = [VALUES[value](each) for each in taken(rows, within, CONDITIONS[condition])]
        for got, want in zip(found[f"t{number}"], wanted, strict=True):
            assert same(got, want), (value, within, condition, got, want)
    for days in (90, 365):
        wanted = [plain.slope(each, "amount", 4, days) for each in taken(rows, f"{days} days", CONDITIONS[""])]
        assert all(same(got, want) for got, want in zip(found[f"slope_{days}"], wanted, strict=True))


@given(ROWS)
@few(10)
def test_one_query_for_each_tag_gives_the_same(rows: list[Row]) -> None:
    chosen = random.Random(len(rows)).sample(EVERY, 40)
    found = built({f"t{number}": definition(*each) for number, each in enumerate(chosen)}, rows)
    with warehouse(rows) as house:
        for number, each in enumerate(chosen):
            wanted = dict(house.rows(naive(*each)))
            for customer in range(CUSTOMERS):
                nothing = 0 if each[0].startswith(("count", "months")) else None
                assert same(found[f"t{number}"][customer], wanted.get(customer, nothing)), each


def naive(value: str, within: str, condition: str) -> str:
    """One plain aggregate, as the expression language writes it without the planner."""
    table = TABLES["order_lines"]
    scope = Scope(columns=table.scope, aggregates=True, subject="order_lines", time=table.time)
    written = sql(parse(value, scope), as_of=AS_OF, within=Window.parse(within) if within else None)
    conditions = ["true"]
    if condition:
        conditions.append(where(parse(condition, Scope(columns=table.scope)), as_of=AS_OF))
    if within:
        window = Window.parse(within)
        conditions.append(f"ordered_at > TIMESTAMP '{AS_OF - timedelta(days=window.far)}'")
        conditions.append(f"ordered_at <= TIMESTAMP '{AS_OF - timedelta(days=window.near)}'")
    return f"SELECT customer, {written} FROM order_lines WHERE {' AND '.join(conditions)} GROUP BY customer"


@given(ROWS, st.randoms(use_true_random=False))
@few(10)
def test_the_order_of_rows_does_not_matter(rows: list[Row], chance: random.Random) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    tags = {f"t{number}": definition(*each) for number, each in enumerate(chance.sample(EVERY, 60))}
    one, other = built(tags, rows), built(tags, shuffled)
    assert all(same(a, b) for name in one for a, b in zip(one[name], other[name], strict=True))


@given(ROWS, st.sampled_from([1, 30, 365, 700]))
@few(10)
def test_a_past_moment_over_rows_cut_there_is_what_was_true_then(rows: list[Row], days: int) -> None:
    then = AS_OF - timedelta(days=days)
    chosen = [each for each in EVERY if "slope" not in each[0]][::7]
    tags = {f"t{number}": definition(*each) for number, each in enumerate(chosen)}
    found = built(tags, [row for row in rows if row["ordered_at"] <= then], then)
    for number, (value, within, condition) in enumerate(chosen):
        wanted = [VALUES[value](part) for part in taken(rows, within, CONDITIONS[condition], then)]
        assert all(same(got, want) for got, want in zip(found[f"t{number}"], wanted, strict=True)), value


@given(ROWS, st.sampled_from(["count", "amount"]), st.sampled_from(["", "365 days"]))
@few(10)
def test_a_preference_names_the_favourite_its_share_and_the_variety(rows: list[Row], by: str, within: str) -> None:
    fields = {"within": within} if within else {}
    found = built({"taste": tag("preference", table="order_lines", of="category", by=by, **fields)}, rows)
    for customer, part in enumerate(taken(rows, within, CONDITIONS[""])):
        of = plain.weights(part, "category", "" if by == "count" else by)
        assert found["taste"][customer] == plain.favourite(of)
        assert same(found["taste_share"][customer], plain.top_share(of))
        assert same(found["taste_entropy"][customer], plain.entropy(of))


def test_money_is_summed_to_the_cent() -> None:
    cents = [0.1, 0.2, 0.3] * 1000
    rows = [dict.fromkeys(plain.TYPES) | {"customer": 0, "amount": cent, "ordered_at": AS_OF} for cent in cents]
    exact = [row | {"amount": Decimal(str(row["amount"]))} for row in rows]
    assert str(built({"spend": fact("sum(amount)")}, exact)["spend"][0]) == "600.0000"


@pytest.mark.parametrize("value", ["count(*)", "sum(amount)", "last(category)", "most_frequent(category)"])
def test_a_table_that_is_not_there_leaves_what_nothing_gives(value: str) -> None:
    with warehouse([]) as house:
        house.run(plan({"x": fact(value)}, as_of=AS_OF, tables=()))
        found = house.rows("SELECT DISTINCT x FROM portrait")
    assert found == [(0,) if value == "count(*)" else (None,)]


def test_empty_fills_what_is_missing_after_the_join() -> None:
    tags = {"spend": fact("sum(amount)", empty=0), "kind": fact("last(category)", empty="none")}
    assert built(tags, [])["spend"] == [0] * CUSTOMERS
    assert built(tags, [])["kind"] == ["none"] * CUSTOMERS
    taste = built({"taste": tag("preference", table="order_lines", of="category", empty="none")}, [])
    assert (taste["taste"][0], taste["taste_share"][0]) == ("none", None)


@given(rows=ROWS)
@few(10)
def test_ranks_and_cases_over_facts_follow_from_the_facts(rows: list[Row]) -> None:
    cases = [{"when": "lines = 0", "value": "prospect"}, {"when": "score >= 2", "value": "good"}]
    tags = {
        "lines": fact("count(*)"),
        "spend": fact("sum(amount)", empty=0),
        "variety": fact("count(distinct category)"),
        "channels": fact("count(distinct channel)"),
        "score": tag("rank", of="variety", into=2, where="lines > 0"),
        "stage": tag("rule", cases=cases, otherwise="other"),
    }
    found = built(tags, rows)
    several = sorted(each for each, lines in zip(found["variety"], found["lines"], strict=True) if lines)
    for variety, lines, score, stage in zip(
        *(found[name] for name in ("variety", "lines", "score", "stage")), strict=True
    ):
        middle = several[(len(several) + 1) // 2 - 1] if lines else 0
        assert score == (1 + (variety > middle) if lines else None)
        assert stage == ("prospect" if not lines else "good" if score == 2 else "other")


def test_what_ranks_need_is_read_before_and_only_once() -> None:
    tags = {"orders": fact("count(distinct order_id)"), "score": tag("rank", of="orders")}
    steps = {step.name: step for step in plan(tags, as_of=AS_OF, tables={"order_lines"})}
    assert steps["tags_ranked"].sql.count('FROM "order_lines"') == 1
    assert "order_lines" not in steps["portrait"].sql


def test_retired_tags_have_no_column_but_still_serve_others() -> None:
    tags = {"lines": fact("count(*)", retired=True), "some": tag("rule", when="lines > 0")}
    assert list(built(tags, [])) == ["customer", "customer_id", "some"]


def test_the_same_sum_is_taken_once() -> None:
    tags = {"a": fact("sum(amount)"), "b": fact("avg(amount)"), "c": fact("sum(amount) / count(*)")}
    (portrait,) = (step for step in plan(tags, as_of=AS_OF, tables={"order_lines"}) if step.name == "portrait")
    assert portrait.sql.count('sum("amount")') == 1
    assert portrait.sql.count('FROM "order_lines"') == 1
