"""Packs: the built-in rules of quality, a plain TOML file of the package for each canonical table."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

OWNER = "Portraits"


@cache
def packs() -> dict[str, dict[str, Any]]:
    """The blocks of all built-in rules, by name; those of tables that a run does not hold judge nothing."""
    folder = resources.files("portraits.insights") / "packs"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    texts = [file.read_text(encoding="utf-8") for file in files]
    blocks = [pair for text in texts for pair in tomllib.loads(text)["quality"].items()]
    return {name: {"owner": OWNER, **block} for name, block in blocks}
