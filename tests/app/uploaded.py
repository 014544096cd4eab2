"""Uploaded files for tests of imports, and the way through the steps that most people take."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from portraits.app.data import imports
from portraits.app.data.sources import canonical
from portraits.app.data.uploads import upload
from portraits.app.definitions import definitions
from portraits.engine.imports import Import
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from tests.faces.little import little_shop

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
LOCAL = datetime(2026, 6, 1, 12)
HEADINGS = "客户编号,姓名,性别,手机号,生日,渠道"


def shop(folder: Path) -> Workspace:
    """The little shop without any rows loaded."""
    return Workspace(little_shop(folder / "shop"))


def members(rows: int = 40) -> str:
    """A Chinese list of members, the last two rows of it faulty."""
    good = [
        f"V{n:04},王{chr(0x4E00 + n)},{'女' if n % 2 else '男'},138001{n:05},{1 + n % 28:02}/{1 + n % 12:02}/1990,门店"
        for n in range(1, rows - 1)
    ]
    bad = ["V9998,坏日期,未知,13800000000,不是日期,门店", ",没有编号,男,13800000001,01/02/1990,微信"]
    return "\n".join([HEADINGS, *good, *bad, ""])


def orders(rows: int, headings: str = "order no,customer,date,amount,status") -> str:
    """Orders of the members of the little shop."""
    lines = [f"W{n:06},M{n % 12 + 1:02},2026-04-{n % 28 + 1:02} 10:00:00,{n % 90}.50,paid" for n in range(rows)]
    return "\n".join([headings, *lines, ""])


def sent(workspace: Workspace, name: str, content: bytes) -> Import:
    """An uploaded file."""
    return upload(workspace, name, [content], actor="ann", now=NOW)


def packed(**files: str) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return out.getvalue()


def prepared(workspace: Workspace, each: Import, table: str = "") -> Import:
    """An import with every proposal accepted."""
    imports.choose_reading(workspace, each.id, {}, now=NOW)
    found = imports.columns(workspace, each.id, table)
    chosen = {one.column.name: one.expression for one in found.columns}
    imports.choose_columns(workspace, each.id, found.table.name, chosen, now=NOW)
    values = {
        one.column.name: {each.value: each.word for each in one.values}
        for one in imports.values(workspace, each.id, now=NOW)
    }
    imports.choose_values(workspace, each.id, values, now=NOW)
    return imports.accept_check(workspace, each.id, now=NOW)


def row_hash(workspace: Workspace, tables: Sequence[str] = ("people", "orders")) -> str:
    """A hash of all rows that count, of these tables, in any order."""
    known = definitions(Workspace(workspace.folder))
    digest = hashlib.sha256()
    with Warehouse.create() as warehouse:
        for step in canonical(workspace, known, LOCAL):
            if step.name in tables:
                rows = sorted(map(repr, warehouse.rows(step.sql)))
                digest.update("\n".join([step.name, *rows]).encode())
    return digest.hexdigest()
