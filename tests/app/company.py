"""A company of a few files for tests of loading: written into a folder, and edited by them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from portraits.engine.workspace import Workspace

NOW = datetime(2026, 3, 1, 12)
DEFINITIONS = """
[settings]
title = "Shop"
business = "retail"
time_zone = "Asia/Shanghai"
currency = "CNY"

[sources.till]
kind = "files"
path = "till/*.csv"

[mappings.lines]
source = "till"
table = "order_lines"
[mappings.lines.columns]
order_id = "ticket"
record_id = "card"
product_id = "sku"
quantity = "qty"
amount = "price * qty"
ordered_at = "at"
"""
HEAD = "ticket,card,sku,qty,price,at,note\n"
GOOD = "1,c1,milk,2,3.50,2026-01-02 10:00:00,\n1,c1,bread,1,4.20,2026-01-02 10:00:00,\n"
BAD = "2,c2,milk,1,dear,2026-01-03 11:00:00,=1+1\n,c2,milk,-1,3.5,2026-01-03 11:00:00,客户\n"


def shop(folder: Path, **files: str) -> Workspace:
    """A shop with these till files, `a="..."` for till/a.csv."""
    (folder / "till").mkdir(parents=True)
    (folder / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    for name, rows in files.items():
        till(folder, name, rows)
    return Workspace(folder)


def till(folder: Path, name: str, rows: str, head: str = HEAD) -> None:
    """Write one till file."""
    (folder / "till" / f"{name}.csv").write_text(head + rows, encoding="utf-8")


def write(folder: Path, text: str, name: str = "more.toml") -> Workspace:
    """Add a definition file; the workspace read anew."""
    (folder / name).write_text(text, encoding="utf-8")
    return Workspace(folder)
