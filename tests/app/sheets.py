"""Sheets: a shop described in a few words, its settings and the CSV files that its tables come from."""

from __future__ import annotations

import json
from typing import Any


def settings(**more: Any) -> str:
    """The settings of a shop in Shanghai without built-in tags, and what a test wants otherwise."""
    chosen = {"title": "Shop", "business": "retail", "time_zone": "Asia/Shanghai", "currency": "CNY", "packs": []}
    return _block("settings", {**chosen, **more})


def sheet(name: str, table: str, path: str = "", /, **columns: str) -> str:
    """Files and the table that their columns make, `amount="price * qty"`; the file is called like the source."""
    source = _block(f"sources.{name}", {"kind": "files", "path": path or f"{name}.csv"})
    mapping = _block(f"mappings.{name}", {"source": name, "table": table})
    return source + mapping + _block(f"mappings.{name}.columns", columns)


def _block(title: str, values: dict[str, Any]) -> str:
    # JSON writes texts, numbers and lists as TOML does.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    return "\n".join([f"[{title}]", *lines, "", ""])
