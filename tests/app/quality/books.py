"""The shop with duplicates and rules of its own: one that its rows break, one that they keep."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from tests.app.duplicates import built, shop
from tests.once import once

RULES = """# What the owner asks for.
[quality.city_known]
title = {en = "A city of ours", zh = "城市在册"}
table = "people"
dimension = "validity"
field = "city"
rule = "city in ('上海', '杭州', '北京')"   # no short forms
stop_below = 0.5

[quality.bought_by_somebody]
title = "The customer is in the books"
table = "orders"
dimension = "referential"
field = "record_id"
refers = "people.record_id"
warn_below = 0.9

[audiences.in_shanghai]
title = "Shanghai"
rule = "city = '上海'"

[tags.city]
title = "City"
kind = "latest"
column = "city"
"""
STRICT = "stop_below = 0.5", "stop_below = 0.9"


def books(folder: Path, settings: str = "", rules: str = RULES) -> Workspace:
    """The shop, loaded: one of six cities is written short, three of 21 orders are of nobody in the books."""
    workspace = shop(folder, settings=settings)
    (workspace.folder / "rules.toml").write_text(rules, encoding="utf-8")
    return Workspace(folder)


@once
def kept_books(folder: Path, /, settings: str = "", rules: str = RULES) -> Workspace:
    """The shop with its first run."""
    workspace = books(folder, settings, rules)
    built(workspace)
    return workspace


def stricter(workspace: Workspace) -> Workspace:
    """The same where so many short cities stop a build."""
    path = workspace.folder / "rules.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(*STRICT), encoding="utf-8")
    return Workspace(workspace.folder)


def stopped_build(workspace: Workspace, match: str = "city_known") -> Workspace:
    """The stricter shop once a build was stopped."""
    strict = stricter(workspace)
    with pytest.raises(BadInput, match=match):
        built(strict)
    return strict
