"""A shop whose customers are in its books more than once, for tests of identity; edited by them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.engine.reader import RunReader
from portraits.engine.runs import RunInfo
from portraits.engine.workspace import Workspace
from tests.once import once

NOW = datetime(2024, 5, 1, 4, tzinfo=UTC)
SETTINGS = """
[settings]
title = {en = "Shop", zh = "小店"}
business = "retail"
time_zone = "Asia/Shanghai"
currency = "CNY"
packs = ["consumption"]
keep_runs = 3
"""
MATCH = '[settings.identity]\nby = "match"\nat_once = false\n'
SOURCES = """
[sources.crm]
kind = "files"
path = "crm/*.csv"
[mappings.crm]
source = "crm"
table = "people"
columns = {record_id = "id", name = "name", phone = "phone", email = "email", city = "city", updated_at = "changed"}
[sources.till]
kind = "files"
path = "till.csv"
[mappings.till]
source = "till"
table = "orders"
columns = {order_id = "number", record_id = "customer", ordered_at = "at", amount = "paid"}
"""
HEAD = "id,name,phone,email,city,changed\n"
PEOPLE = (
    "c1,王芳,138 1234 5671,fang@example.com,上海,2024-01-01",
    "c2,李雷,13912345672,,杭州,2024-01-02",
    "c3,Wang Fang,+86 13812345671,,沪,2024-04-20",
    "c4,赵敏,13712345673,min@example.com,北京,2024-02-01",
    "c5,孙悟空,13612345674,,北京,2024-02-02",
    "c6,周星,13512345676,,杭州,2024-03-03",
)
# Two more of the name of c4, one of whom has another number, and one of the name of c1: nobody can be sure of them.
UNSURE = (*PEOPLE, "c7,王芳,,,上海,2024-03-03", "c8,赵敏,,,北京,2024-03-03", "c9,赵敏,13712349999,,北京,2024-03-04")
ASK = MATCH + "link = 6.0\nreview = -30.0\n"
# Two of them at one home telephone; and values that cleaning has to do with.
AT_HOME = tuple(row.replace("13612345674", "021-61234567").replace("13512345676", "(021) 6123 4567") for row in PEOPLE)
ODD = ("c9,Ms. GUO Jing ,13812345674,info@tea.cn,上海,2024-03-04", "d1,郑一,,li.lei@gmial.com,杭州,2024-03-05")
WEB = """
[sources.web]
kind = "files"
path = "web.csv"
[mappings.web]
source = "web"
table = "people"
columns = {record_id = "id", name = "name", phone = "phone", gender = "gender", birth_date = "born"}
"""
# c1 twice more, with two birthdays; somebody with the number of c5; and the number of a hotel, of too many names.
GUESTS = (
    *("w1,王芳,13812345671,female,1990-01-02", "w2,王芳,13812345671,female,1991-05-06", "w3,钱七,13612345674,male,"),
    *(f"h{n},{name},13512340000,," for n, name in enumerate(("吴一", "郑二", "冯三", "陈四", "褚五", "卫六"))),
)
ORDERS = "number,customer,at,paid\n" + "\n".join(
    f"{number},c{number % 7},2024-0{1 + number % 4}-05 10:00,{10 * number}.50" for number in range(1, 22)
)


@once
def shop(folder: Path, /, people: Sequence[str] = PEOPLE, settings: str = MATCH) -> Workspace:
    """The shop, loaded."""
    (folder / "crm").mkdir(parents=True)
    (folder / "portraits.toml").write_text(SETTINGS + settings + SOURCES, encoding="utf-8")
    (folder / "till.csv").write_text(ORDERS + "\n", encoding="utf-8")
    return arrive(Workspace(folder), people)


@once
def stocked(folder: Path, /, people: Sequence[str] = PEOPLE, settings: str = MATCH) -> Workspace:
    """The shop with its first run."""
    workspace = shop(folder, people, settings)
    built(workspace)
    return workspace


def arrive(workspace: Workspace, people: Sequence[str], file: str = "a") -> Workspace:
    """More person records, loaded; in a file of the same name they stand for what it held before."""
    text = HEAD + "".join(f"{row}\n" for row in people)
    (workspace.folder / "crm" / f"{file}.csv").write_text(text, encoding="utf-8")
    load(workspace, actor="test", now=NOW)
    return Workspace(workspace.folder)


def welcome(workspace: Workspace) -> Workspace:
    """The guests of a hotel, loaded from a source of their own."""
    (workspace.folder / "web.toml").write_text(WEB, encoding="utf-8")
    rows = "".join(f"{row}\n" for row in ("id,name,phone,gender,born", *GUESTS))
    (workspace.folder / "web.csv").write_text(rows, encoding="utf-8")
    load(Workspace(workspace.folder), actor="test", now=NOW)
    return Workspace(workspace.folder)


def built(workspace: Workspace) -> RunInfo:
    """One more build."""
    return build(workspace, now=NOW)


def rows(workspace: Workspace, sql: str) -> list[tuple[Any, ...]]:
    """Rows of the published run."""
    reader = RunReader(workspace)
    with reader.current() as run:
        found = run.warehouse.rows(sql)
    reader.close()
    return found


def customers(workspace: Workspace) -> dict[str, str]:
    """Record -> customer."""
    return dict(rows(workspace, "SELECT record_id, customer_id FROM identity_links"))
