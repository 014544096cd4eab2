"""Plug-ins: a kind of a source and a kind of a tag by one file of the workspace."""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from portraits.app import plugins
from portraits.app.data.sources import batches, load, rejects
from portraits.app.definitions import definitions
from portraits.app.plugins import load_plugins
from portraits.app.workspaces import check
from portraits.engine.workspace import Workspace
from portraits.sources.source import Source
from tests.app.data.test_sources import amounts

NOW = datetime(2026, 3, 1)
CALLS = '''
"""Calls: orders taken on the phone, made up for a test."""

import pyarrow as pa

from portraits.sources.rejects import reject
from portraits.sources.source import Part, Source


class Calls(Source, kind="calls"):
    """Orders taken on the phone."""

    count: int

    def parts(self, place):
        identity = f"calls-{self.count}"
        if identity in place.landed:
            return
        columns = {"_row": pa.int64(), "no": pa.int64(), "at": pa.timestamp("us"), "sum": pa.float64()}
        schema = pa.schema(list(columns.items()))
        part = Part("calls", schema, iter(()), identity, facts={"line": 1})
        part.stream = self._rows(part, schema)
        part.rejects = [reject(self.count + 1, "json", "nobody spoke", problem="silence")]
        yield part

    def _rows(self, part, schema):
        import datetime

        at = datetime.datetime(2026, 1, 1)
        rows = [{"_row": n, "no": n, "at": at, "sum": n / 2} for n in range(1, self.count + 1)]
        yield pa.RecordBatch.from_pylist(rows, schema=schema)
        part.rejected = 1
'''
SHOP = """
[settings]
title = "Phone shop"
business = "retail"

[sources.phone]
kind = "calls"
count = {count}

[mappings.phone]
source = "phone"
table = "order_lines"
[mappings.phone.columns]
order_id = "no"
product_id = "'call'"
ordered_at = "at"
amount = "sum"
"""


def phone_shop(folder: Path, count: int) -> Workspace:
    (folder / "plugins").mkdir(exist_ok=True)
    (folder / "plugins" / "calls.py").write_text(CALLS)
    (folder / "portraits.toml").write_text(SHOP.format(count=count))
    return Workspace(folder)


def test_a_source_of_a_plugin_is_loaded_like_any_other(tmp_path: Path) -> None:
    workspace = phone_shop(tmp_path, 3)
    assert check(tmp_path) == []
    [batch] = load(workspace, actor="ann", now=NOW)
    assert (batch.rows_read, batch.rows_landed, batch.rows_rejected, batch.facts["line"]) == (4, 3, 1, 1)
    assert [reject.text.en for reject in rejects(workspace, 1)] == ["is not a JSON object: silence"]
    assert amounts(workspace) == [0.5, 1, 1.5]
    assert load(workspace, actor="ann", now=NOW) == []
    [second] = load(phone_shop(tmp_path, 4), actor="ann", now=NOW)
    assert [each.replaced_by for each in batches(workspace)] == [second.id, None]


def test_the_columns_of_a_plugins_source_are_checked(tmp_path: Path) -> None:
    workspace = phone_shop(tmp_path, 3)
    path = tmp_path / "portraits.toml"
    path.write_text(path.read_text().replace('"sum"', '"summ"').replace("count = 3", 'count = "x"\nline = 1'))
    faults = [str(fault) for fault in check(tmp_path)]
    assert any("sources.phone.line" in fault for fault in faults)
    assert any("sources.phone.count" in fault for fault in faults)
    path.write_text(path.read_text().replace('count = "x"\nline = 1', "count = 3"))
    [fault] = check(tmp_path)
    assert (fault.field, fault.line) == ("columns.amount", 17)
    assert "Did you mean sum?" in fault.hint
    assert workspace.plugins.is_dir()


def test_the_same_code_is_loaded_once_and_changed_code_again(tmp_path: Path) -> None:
    workspace = phone_shop(tmp_path, 1)
    load_plugins(workspace)
    first = Source.kinds["calls"]
    load_plugins(workspace)
    assert Source.kinds["calls"] is first
    (workspace.plugins / "calls.py").write_text(CALLS + "\n# more\n")
    load_plugins(workspace)
    assert Source.kinds["calls"] is not first


def test_a_workspace_without_plugins_has_the_built_in_kinds(tmp_path: Path) -> None:
    loaded = load_plugins(Workspace(tmp_path))
    assert loaded.faults == ()
    assert {"files", "database"} <= set(Source.kinds)


def test_an_installed_package_brings_kinds_by_an_entry_point(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    point = EntryPoint("email", "email.message", plugins.GROUP)
    asked: list[str] = []

    def points(group: str) -> list[EntryPoint]:
        asked.append(group)
        return [point]

    monkeypatch.setattr(plugins, "entry_points", points)
    plugins._installed.cache_clear()
    load_plugins(Workspace(tmp_path))
    load_plugins(Workspace(tmp_path))
    assert asked == ["portraits.kinds"]


def test_definitions_need_only_what_they_use(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text('[settings]\ntitle = "x"\nbusiness = "b2b"\npacks = ["natural"]\n')
    known = definitions(Workspace(tmp_path))
    assert (dict(known.sources), dict(known.mappings)) == ({}, {})
    assert "gender" in known.tags
