"""Sentences: a rule in English and Chinese, with titles instead of names."""

from __future__ import annotations

import pytest

from portraits.engine.expressions import Scope, parse, sentence
from portraits.vocabulary.text import text
from portraits.vocabulary.types import Type
from tests.engine.expressions import plain
from tests.engine.expressions.good import AGGREGATES, CONDITIONS, VALUES
from tests.engine.expressions.scopes import ORDERS, TAGS, TITLES

SAID = [
    (
        "orders_90d > 3 and city in ('北京', '上海')",
        "Orders, last 90 days is more than 3 and City is one of 北京 or 上海",
        "近90天订单数 大于 3，且 城市 是 北京 或 上海",
    ),
    (
        "not (orders_90d >= 3 or spend < 100.50) and vip",
        "not (Orders, last 90 days is at least 3 or Spend is less than 100.5) and Member is yes",
        "并非（近90天订单数 不小于 3，或 消费额 小于 100.5），且 会员 为是",
    ),
    (
        "vip and (spend > 1 or not vip)",
        "Member is yes and (Spend is more than 1 or Member is no)",
        "会员 为是，且（消费额 大于 1，或 会员 为否）",
    ),
    ("vip", "Member is yes", "会员 为是"),
    ("vip = false", "Member is no", "会员 为否"),
    ("vip <> false", "Member is yes", "会员 为是"),
    ("last_order_at > as_of - 90 days", "Last order is in the last 90 days", "最近下单 在最近 90 天内"),
    ("as_of - 1 day > last_order_at", "Last order is more than 1 day ago", "最近下单 在 1 天以前"),
    ("last_order_at <= as_of", "Last order is not after the reference date", "最近下单 不晚于 统计时点"),
    (
        "last_order_at = as_of - 2 hours",
        "Last order is 2 hours before the reference date",
        "最近下单 是 统计时点前 2 小时",
    ),
    (
        "birth_date + 3 days > '2000-01-01'",
        "3 days after Birth date is after 2000-01-01",
        "出生日期后 3 天 晚于 2000-01-01",
    ),
    (
        "last_order_at >= '2024-01-31 18:00'",
        "Last order is not before 2024-01-31 18:00",
        "最近下单 不早于 2024-01-31 18:00",
    ),
    ("spend between 1 and 2", "Spend is from 1 to 2", "消费额 在 1 到 2 之间"),
    ("spend not between 1 and 2", "Spend is not from 1 to 2", "消费额 不在 1 到 2 之间"),
    ("city not in ('a', 'b', 'c')", "City is none of a, b or c", "城市 不是 a、b 或 c"),
    ("city in ('a')", "City is one of a", "城市 是 a"),
    ("city <> ''", "City is not an empty text", "城市 不是 空文本"),
    ("city > 'm'", "City comes after m", "城市 排在 m 之后"),
    ("city like '北%'", "City starts with 北", "城市 以 北 开头"),
    ("city not like '%市'", "City does not end with 市", "城市 不以 市 结尾"),
    ("city like '%a%'", "City contains a", "城市 包含 a"),
    ("city like 'a_b%'", "City looks like a_b%", "城市 形如 a_b%"),
    ("not contains(city, 'a')", "City does not contain a", "城市 不包含 a"),
    ("ends_with(city, 'a')", "City ends with a", "城市 以 a 结尾"),
    ("city is null", "City is unknown", "城市 未知"),
    ("city is not null", "City is known", "城市 已知"),
    (
        "spend / orders_90d > 2.50",
        "(Spend ÷ Orders, last 90 days) is more than 2.5",
        "（消费额 ÷ 近90天订单数）大于 2.5",
    ),
    ("coalesce(city, 'x') = 'x'", "City, or x where missing is x", "城市（缺失时取 x）是 x"),
    ("age_in_years(birth_date) >= 18", "age by Birth date is at least 18", "按出生日期算的年龄 不小于 18"),
    ("not is_weekend(last_order_at)", "not (Last order is on a weekend)", "并非（最近下单 是周末）"),
    (
        "if(vip, 'a', 'b') = 'a'",
        "(a if Member is yes, otherwise b) is a",
        "（会员 为是 时为 a，否则为 b）是 a",
    ),
    ("case when vip then 1 end > 0", "(1 if Member is yes) is more than 0", "（会员 为是 时为 1）大于 0"),
    ("concat(city, '-', city) = 'a'", "City followed by -, City is a", "城市接-、城市 是 a"),
    ("number(city) > 1e20", "City as a number is more than 1e+20", "城市的数值 大于 1e+20"),
    ("unknown_title > 3", "unknown_title is more than 3", "unknown_title 大于 3"),
    ("vip is null", "Member is unknown", "会员 未知"),
    ("(vip = true) = (spend > 3)", "Member is yes is Spend is more than 3", "会员 为是 是 消费额 大于 3"),
    ("if(true, null, 1) = 1", "(unknown if yes, otherwise 1) is 1", "（是 时为 未知，否则为 1）等于 1"),
]


@pytest.mark.parametrize(("written", "english", "chinese"), SAID)
def test_a_rule_is_said_in_both_languages(written: str, english: str, chinese: str) -> None:
    scope = Scope({**TAGS.columns, "unknown_title": Type.INTEGER})
    assert sentence(parse(written, scope), TITLES) == text(english, chinese)


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("count(*)", "number of rows", "行数"),
        ("count(channel)", "number of Channel", "渠道的个数"),
        (
            "count(distinct channel) filter (where paid)",
            "number of different Channel where paid is yes",
            "不同渠道的个数（限 paid 为是）",
        ),
        ("sum(amount) / 2", "sum of Amount ÷ 2", "金额合计 ÷ 2"),
        ("share(amount > 5)", "share with Amount is more than 5", "金额 大于 5的占比"),
        ("mean_gap()", "mean days between rows", "平均间隔天数"),
        ("slope(amount, 6)", "trend of Amount over 6 parts", "金额在 6 段中的趋势"),
    ],
)
def test_a_fact_is_said_in_both_languages(written: str, english: str, chinese: str) -> None:
    assert sentence(parse(written, ORDERS), TITLES) == text(english, chinese)


def test_values_are_said_by_their_labels() -> None:
    labels = {"city": {"bj": text("Beijing", "北京"), "sh": text("Shanghai", "上海")}}
    said = sentence(parse("city in ('bj', 'sh', 'gz') or city = 'bj'", TAGS), TITLES, labels)
    assert said == text(
        "City is one of Beijing, Shanghai or gz or City is Beijing", "城市 是 北京、上海 或 gz，或 城市 是 北京"
    )


def test_a_long_list_is_cut_short() -> None:
    values = ", ".join(str(number) for number in range(12))
    said = sentence(parse(f"orders_90d in ({values})", TAGS), TITLES)
    assert said.en == "Orders, last 90 days is one of 0, 1, 2, 3, 4, 5, 6, 7 ... (12 values)"
    assert said.zh == "近90天订单数 是 0、1、2、3、4、5、6、7……（共 12 个）"


@pytest.mark.parametrize("written", [*CONDITIONS, *(written for written, _ in VALUES)])
def test_everything_can_be_said(written: str) -> None:
    said = sentence(parse(written, TAGS), TITLES)
    assert said.en
    assert said.zh
    assert "{" not in said.en + said.zh


@pytest.mark.parametrize("written", [written for written, _ in AGGREGATES])
def test_every_fact_can_be_said(written: str) -> None:
    assert "{" not in sentence(parse(written, ORDERS), TITLES).zh


def test_random_rules_can_be_said() -> None:
    scope = Scope({name: Type(kind) for name, kind in plain.KINDS.items()})
    for rule in plain.rules(3, 200):
        assert sentence(parse(plain.text(rule), scope), {}).zh
