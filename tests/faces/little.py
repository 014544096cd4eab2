"""A little shop: files and definitions so small that the whole way from file to portrait takes a moment."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.engine.workspace import Workspace
from tests.once import once

SETTINGS = """
[settings]
title = { en = "Little shop", zh = "小店" }
business = "retail"
time_zone = "Asia/Shanghai"
currency = "CNY"
as_of = "newest"
packs = []

[sources.members]
kind = "files"
path = "members.csv"

[mappings.members]
source = "members"
table = "people"
[mappings.members.columns]
record_id = "id"
name = "name"
gender = "gender"

[sources.till]
kind = "files"
path = "till/*.csv"

[mappings.till]
source = "till"
table = "orders"
[mappings.till.columns]
order_id = "ticket"
record_id = "member"
ordered_at = "sold"
amount = "paid"
status = "'completed'"

[tags.orders_all]
title = { en = "Orders ever", zh = "累计订单数" }
kind = "fact"
group = "consumption"
unit = "order"
table = "orders"
value = "count(*)"
empty = 0

[tags.spend_all]
title = { en = "Spent ever", zh = "累计消费" }
kind = "fact"
group = "consumption"
unit = "money"
table = "orders"
value = "sum(amount)"
empty = 0

[tags.loyal]
title = { en = "Loyal", zh = "忠诚客户" }
kind = "rule"
group = "value"
when = "orders_all >= 3"

[audiences.loyal_ones]
title = { en = "Loyal customers", zh = "忠诚客户" }
rule = "orders_all >= 3"
"""

CUSTOMERS = 12


def little_shop(folder: Path) -> Path:
    """Write the shop; customer n of 12 has bought n times, for n yuan each."""
    (folder / "till").mkdir(parents=True)
    (folder / "portraits.toml").write_text(SETTINGS, encoding="utf-8")
    members = [f"M{n:02},{name},{'female' if n % 2 else 'male'}" for n, name in enumerate(_names(), 1)]
    (folder / "members.csv").write_text("\n".join(["id,name,gender", *members, ""]), encoding="utf-8")
    rows = [
        f"T{n:02}-{k:02},M{n:02},2026-03-{k:02} 1{k % 10}:00:00,{n}.50" for n in _numbers() for k in range(1, n + 1)
    ]
    march(folder, rows)
    return folder


@once
def little_built(folder: Path, /, now: datetime, **definitions: str) -> Workspace:
    """The shop with its first run; `tags="..."` for more definitions in tags.toml."""
    little_shop(folder)
    for name, text in definitions.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    workspace = Workspace(folder)
    load(workspace, actor="anna", now=now)
    build(workspace, now=now)
    return workspace


def march(folder: Path, rows: list[str]) -> None:
    """Write the till's file of March."""
    (folder / "till" / "march.csv").write_text("\n".join(["ticket,member,sold,paid", *rows, ""]), encoding="utf-8")


def _numbers() -> range:
    return range(1, CUSTOMERS + 1)


def _names() -> list[str]:
    return [f"王{chr(0x4E00 + 7 * n)}" for n in _numbers()]
