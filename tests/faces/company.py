"""A small company with a run made by hand, so that faces are tested without a build."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from portraits.engine.runs import RunInfo, drafting, publish
from portraits.engine.warehouse import Step, Warehouse
from portraits.engine.workspace import Workspace
from portraits.identity.exact import identity_steps
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type
from tests.once import once

AS_OF = datetime(2025, 6, 30)
FIRST_DAY = datetime(2024, 7, 3)

DEFINITIONS = """
[settings]
title = { en = "Corner Shop", zh = "街角小店" }
business = "retail"
language = "en"
time_zone = "Asia/Shanghai"
currency = "CNY"
packs = []

[tags.gender]
title = { en = "Gender", zh = "性别" }
group = "natural"
kind = "latest"
column = "gender"
stated = true
labels = { female = { en = "Female", zh = "女" }, male = { en = "Male", zh = "男" } }

[tags.birth_date]
title = { en = "Date of birth", zh = "出生日期" }
group = "natural"
kind = "latest"
column = "birth_date"
stated = true

[tags.orders_365d]
title = { en = "Orders, last 365 days", zh = "近365天订单数" }
why = { en = "How often the customer came in a year.", zh = "客户一年内的购买频次。" }
group = "consumption"
kind = "fact"
unit = "order"
table = "orders"
value = "count(*)"
within = "365 days"
where = "status <> 'cancelled'"
empty = 0

[tags.orders_90d]
title = { en = "Orders, last 90 days", zh = "近90天订单数" }
group = "consumption"
kind = "fact"
unit = "order"
table = "orders"
value = "count(*)"
within = "90 days"
where = "status <> 'cancelled'"
empty = 0

[tags.spend_365d]
title = { en = "Money spent, last 365 days", zh = "近365天消费金额" }
group = "consumption"
kind = "fact"
unit = "money"
table = "orders"
value = "sum(amount)"
within = "365 days"
where = "status <> 'cancelled'"
empty = 0

[tags.recency_days]
title = { en = "Days since the last order", zh = "距上次购买天数" }
group = "consumption"
kind = "fact"
unit = "day"
table = "orders"
value = "days_since(max(ordered_at))"
where = "status <> 'cancelled'"

[tags.basket_value]
title = { en = "Mean basket", zh = "客单价" }
group = "consumption"
kind = "rule"
unit = "money"
value = "spend_365d / nullif(orders_365d, 0)"

[tags.favourite_category]
title = { en = "Favourite category", zh = "最爱品类" }
group = "interest"
kind = "preference"
table = "order_lines"
of = "category"
by = "amount"

[tags.rfm_r]
title = { en = "Recency", zh = "近度 R" }
group = "value"
kind = "rank"
unit = "score"
of = "recency_days"
order = "descending"

[tags.rfm_f]
title = { en = "Frequency", zh = "频度 F" }
group = "value"
kind = "rank"
unit = "score"
of = "orders_365d"
where = "orders_365d > 0"

[tags.rfm_m]
title = { en = "Money", zh = "金额 M" }
group = "value"
kind = "rank"
unit = "score"
of = "spend_365d"
where = "orders_365d > 0"

[tags.lifecycle]
title = { en = "Life-cycle stage", zh = "生命周期阶段" }
group = "value"
kind = "rule"
cases = [
  { when = "recency_days <= 30", value = "active", label = { en = "Active", zh = "活跃" } },
  { when = "recency_days <= 120", value = "cooling", label = { en = "Cooling down", zh = "降温" } },
  { when = "recency_days > 120", value = "lost", label = { en = "Lost", zh = "流失" } },
]

[audiences.sleepers]
title = { en = "Sleepers", zh = "沉睡客户" }
rule = "recency_days > 120 and spend_365d > 100"
"""

NAMES = ("欧阳·买买提", "王小明", "李芳", "Anna Schmidt", "陈伟", "Zoë O'Neil", "张丽华", "刘洋", "", "赵敏")
CATEGORIES = ("生鲜", "饮料", "零食", "日用品", "粮油", "冷冻食品", "母婴", "家电", "文具")
PATHS = {"饮料": " > 茶叶", "零食": "/糖果"}  # a path, and a name with a stroke in it
HOSTILE = "<script>document.title='hacked'</script>{{7*7}}${7*7}\"'><img src=x onerror=alert(1)>"


@once
def company(folder: Path, /, customers: int = 120, seed: int = 7) -> Workspace:
    """A workspace with a published run of some customers.

    C0001 is a good customer, C0002 has a hostile name, C0003 never bought, C0004 came once.
    """
    (folder / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    workspace = Workspace(folder)
    with drafting(workspace) as draft:
        with Warehouse.create(draft.database, threads=1) as warehouse:
            _fill(warehouse, customers, random.Random(seed))
        rows = {"portrait": customers}
        publish(workspace, draft, RunInfo(draft.number, AS_OF, AS_OF, "by hand", "0", rows))
    return workspace


def _fill(warehouse: Warehouse, customers: int, chance: random.Random) -> None:
    tables = _tables(customers, chance)
    for name, rows in tables.items():
        warehouse.register(f"given_{name}", _arrow(name, rows))
        warehouse.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")
    warehouse.run(identity_steps(set(tables)))
    warehouse.run(_PORTRAIT)
    types = dict.fromkeys(("gender", "favourite_category", "lifecycle"), Type.TEXT)
    types |= dict.fromkeys(("orders_365d", "orders_90d", "recency_days", "rfm_r", "rfm_f", "rfm_m"), Type.INTEGER)
    types |= {"spend_365d": Type.MONEY, "basket_value": Type.MONEY, "birth_date": Type.DATE}
    warehouse.run(statistics_steps(types))


def _arrow(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = TABLES[name].arrow
    return pa.Table.from_pylist([{field.name: row.get(field.name) for field in schema} for row in rows], schema=schema)


def _tables(customers: int, chance: random.Random) -> dict[str, list[dict[str, Any]]]:
    people = [_person(number, chance) for number in range(1, customers + 1)]
    orders: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    feedback: list[dict[str, Any]] = []
    touches: list[dict[str, Any]] = []
    for number in range(1, customers + 1):
        for at in _moments(number, chance):
            order, its_lines = _order(len(orders), number, at, chance)
            orders.append(order)
            lines += its_lines
        events += [_event(number, at, chance) for at in _moments(number, chance)[:6]]
        touches += [_touch(number, month) for month in (2, 4)]
        if number % 4 == 1:
            feedback.append(_feedback(number, chance))
    return {
        "people": people,
        "orders": orders,
        "order_lines": lines,
        "products": [
            {"product_id": f"P{number}", "name": f"{name} {number}", "category": name + PATHS.get(name, "")}
            for number, name in enumerate(CATEGORIES)
        ],
        "events": events,
        "feedback": feedback,
        "campaigns": [{"campaign_id": f"K{month}", "name": f"Spring {month}"} for month in (2, 4)],
        "touches": touches,
        "consents": [
            {"record_id": "C0001", "purpose": "marketing", "channel": channel, "status": status, "at": FIRST_DAY}
            for channel, status in (("email", "given"), ("sms", "withdrawn"))
            if customers
        ],
    }


def _person(number: int, chance: random.Random) -> dict[str, Any]:
    name = HOSTILE if number == 2 else NAMES[number % len(NAMES)]
    return {
        "record_id": f"C{number:04}",
        "kind": "person",
        "name": name or None,
        "gender": chance.choice(("female", "male", None)),
        "birth_date": (datetime(1960, 1, 1) + timedelta(days=chance.randrange(15000))).date(),
        "email": f"someone{number}@example.com",
        "phone": f"1380013{number:04}",
        "city": chance.choice(("上海", "杭州", "Shanghai")),
        "created_at": FIRST_DAY,
        "source": "crm",
        "batch": "1",
    }


def _moments(number: int, chance: random.Random) -> list[datetime]:
    days = (AS_OF - FIRST_DAY).days
    if number in (3, 4):
        return [FIRST_DAY + timedelta(days=100, hours=9)] * (number - 3)
    often = 60 if number == 1 else chance.randrange(1, 40)
    last = days if number % 3 else days - 150
    return sorted(
        FIRST_DAY + timedelta(days=chance.randrange(last), hours=chance.randrange(8, 22)) for _ in range(often)
    )


def _order(
    number: int, customer: int, at: datetime, chance: random.Random
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    head = {
        "order_id": f"O{number:06}",
        "record_id": f"C{customer:04}",
        "ordered_at": at,
        "channel": chance.choice(("store", "web", "wechat")),
        "store": chance.choice(("人民路店", "439", None)),
        "status": "cancelled" if chance.random() < 0.03 else "completed",
    }
    lines: list[dict[str, Any]] = []
    for line in range(1, chance.randrange(2, 6)):
        product = min(int(chance.expovariate(0.5)), len(CATEGORIES) - 1)
        amount = Decimal(chance.randrange(300, 9000)) / 100
        lines.append(
            {**head, "line": line, "product_id": f"P{product}", "quantity": chance.randrange(1, 4), "amount": amount}
        )
    amounts = {"amount": sum(line["amount"] for line in lines), "quantity": sum(line["quantity"] for line in lines)}
    return {**head, **amounts, "lines": len(lines)}, lines


def _event(number: int, at: datetime, chance: random.Random) -> dict[str, Any]:
    kind = chance.choice(("page_view", "store_visit", "complaint", "coupon_redeemed"))
    what = chance.choice((None, HOSTILE, "新品页"))
    return {"event_id": f"E{number}-{at:%m%d%H}", "record_id": f"C{number:04}", "at": at, "kind": kind, "object": what}


def _touch(number: int, month: int) -> dict[str, Any]:
    arm = "holdout" if number % 5 == 0 else "treated"
    at = datetime(2025, month, 3, 10)
    return {"campaign_id": f"K{month}", "record_id": f"C{number:04}", "arm": arm, "sent_at": at}


def _feedback(number: int, chance: random.Random) -> dict[str, Any]:
    text = "送货很快，电话 13800138000 联系不上。Write to me@example.com"
    at = AS_OF - timedelta(days=chance.randrange(60))
    rating = chance.randrange(1, 6)
    return {"record_id": f"C{number:04}", "at": at, "about": "service", "rating": rating, "scale": 5, "text": text}


_YEAR = "ordered_at > TIMESTAMP '2025-06-30' - INTERVAL 365 DAY AND status <> 'cancelled'"
_QUARTER = "ordered_at > TIMESTAMP '2025-06-30' - INTERVAL 90 DAY AND status <> 'cancelled'"

_PORTRAIT = [
    Step(
        "facts",
        f"""SELECT customer, count(*) FILTER (WHERE {_YEAR}) AS orders_365d,
            count(*) FILTER (WHERE {_QUARTER}) AS orders_90d,
            coalesce(sum(amount) FILTER (WHERE {_YEAR}), 0) AS spend_365d,
            datediff('day', max(ordered_at) FILTER (WHERE status <> 'cancelled'), DATE '2025-06-30') AS recency_days
        FROM orders GROUP BY customer""",
        temporary=True,
    ),
    Step(
        "taste",
        """SELECT customer, arg_max(category, spent) AS favourite_category, max(spent) / sum(spent) AS share,
            -sum(spent / total * ln(spent / total)) AS entropy
        FROM (SELECT *, sum(spent) OVER (PARTITION BY customer) AS total FROM (
            SELECT customer, category, CAST(sum(amount) AS DOUBLE) AS spent FROM order_lines GROUP BY ALL))
        GROUP BY customer""",
        temporary=True,
    ),
    Step(
        "cut_points",
        """SELECT 'rfm_r' AS tag, score, CAST(120 - 20 * score AS DOUBLE) AS low FROM range(2, 6) AS s(score)
        UNION ALL SELECT 'rfm_f', score, 5.0 * score FROM range(2, 6) AS s(score)
        UNION ALL SELECT 'rfm_m', score, 800.0 * score FROM range(2, 6) AS s(score)""",
    ),
    Step(
        "portrait",
        """SELECT c.customer, c.customer_id, c.gender, c.birth_date,
            coalesce(orders_365d, 0) AS orders_365d, coalesce(orders_90d, 0) AS orders_90d,
            CAST(coalesce(spend_365d, 0) AS DECIMAL(18, 4)) AS spend_365d, recency_days,
            CAST(spend_365d / nullif(orders_365d, 0) AS DECIMAL(18, 4)) AS basket_value,
            favourite_category, share AS favourite_category_share, entropy AS favourite_category_entropy,
            CAST(least(5, greatest(1, 6 - ceil(recency_days / 20))) AS INTEGER) AS rfm_r,
            CASE WHEN orders_365d > 0 THEN least(5, greatest(1, orders_365d // 5)) END AS rfm_f,
            CASE WHEN orders_365d > 0 THEN CAST(greatest(1, least(5, spend_365d // 800)) AS INTEGER) END AS rfm_m,
            CASE WHEN recency_days <= 30 THEN 'active' WHEN recency_days <= 120 THEN 'cooling'
                WHEN recency_days > 120 THEN 'lost' END AS lifecycle
        FROM customers c LEFT JOIN facts USING (customer) LEFT JOIN taste USING (customer)""",
        order="customer",
    ),
    Step(
        "evidence",
        """SELECT customer, 'gender' AS tag, gender AS value, 'crm' AS source, customer_id AS record_id,
            TIMESTAMP '2024-07-03' AS at, 0.7 AS confidence, true AS chosen FROM customers WHERE gender IS NOT NULL""",
    ),
]


def card(workspace: Workspace) -> dict[str, Any]:
    """The run's own words about itself."""
    found: dict[str, Any] = json.loads((workspace.runs / "000001" / "run.json").read_text(encoding="utf-8"))
    return found
