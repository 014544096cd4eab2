"""The commands of imports and forms: a file imported in one go, listed, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portraits.app.data import forms
from portraits.app.data.sources import batches
from portraits.app.definitions import definitions
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.app.uploaded import NOW, members, orders, row_hash, shop
from tests.faces.visits import visitor

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return shop(tmp_path)


def test_a_file_is_imported_in_one_go_and_taken_back(workspace: Workspace, tmp_path: Path, capsys: Capture) -> None:
    before = row_hash(workspace)
    file = tmp_path / "会员.csv"
    file.write_bytes(members().encode("gb18030"))
    assert run(["import", str(file), "--source", "vips", "--yes", "-w", str(workspace.folder)]) == 0
    told = capsys.readouterr().out
    assert "Person records" in told and "40 rows read: 39 will land, 1 will be rejected." in told
    assert "record_id is needed, and missing" in told
    assert [each.rows_landed for each in batches(workspace)] == [39]
    assert run(["imports", "--undo", "1", "-w", str(workspace.folder)]) == 0
    assert "taken back" in capsys.readouterr().out
    assert row_hash(Workspace(workspace.folder)) == before
    assert "vips" not in definitions(Workspace(workspace.folder)).sources


def test_without_a_yes_nothing_is_imported(workspace: Workspace, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(orders(5), encoding="utf-8")
    assert run(["import", str(file), "-w", str(workspace.folder)]) == 0
    assert "Nothing was imported" in capsys.readouterr().out
    assert batches(workspace) == []
    assert run(["imports", "-w", str(workspace.folder)]) == 0
    assert "Nothing was imported yet" in capsys.readouterr().out


def test_what_the_table_needs_and_the_file_has_not_is_said_and_nothing_is_left(
    workspace: Workspace, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(orders(5), encoding="utf-8")
    assert run(["import", str(file), "--table", "products", "--yes", "-w", str(workspace.folder)]) == 2
    assert "products needs the column product_id" in capsys.readouterr().err
    assert list(workspace.uploads.glob("0*")) == []


def test_imports_are_the_same_for_a_program_from_both_faces(
    workspace: Workspace, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(orders(5), encoding="utf-8")
    assert run(["import", str(file), "--yes", "--json", "-w", str(workspace.folder)]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["status"], done["choices"]["name"]) == ("done", "orders")
    assert run(["imports", "--json", "-w", str(workspace.folder)]) == 0
    listed = json.loads(capsys.readouterr().out)
    with visitor(workspace) as client:
        assert client.get("/api/imports").json() == listed
        assert client.get("/api/imports/1").json() == {name: done[name] for name in client.get("/api/imports/1").json()}


def test_forms_are_listed(workspace: Workspace, capsys: Capture) -> None:
    assert run(["forms", "-w", str(workspace.folder)]) == 0
    assert "There are no forms" in capsys.readouterr().out
    made = forms.save_form(workspace, "visit", {"kind": "record", "title": "Visit"}, actor="ann", now=NOW)
    assert run(["forms", "--json", "-w", str(workspace.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["address"] for each in told["forms"]] == [made.address]
    assert run(["--lang", "zh", "forms", "-w", str(workspace.folder)]) == 0
    assert "待导入" in capsys.readouterr().out


def test_sources_are_listed_the_same_for_a_program_from_both_faces(workspace: Workspace, capsys: Capture) -> None:
    assert run(["sources", "-w", str(workspace.folder)]) == 0
    assert "nothing loaded" in capsys.readouterr().out
    assert run(["sources", "--json", "-w", str(workspace.folder)]) == 0
    told = json.loads(capsys.readouterr().out)
    with visitor(workspace) as client:
        assert client.get("/api/sources").json() == told
