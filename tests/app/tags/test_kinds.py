"""Kinds: every kind there is, with the fields a person writes, the workspace's own included."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.tags.kinds import Kind, kinds
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def _kind(found: list[Kind], family: str, kind: str) -> Kind:
    return next(each for each in found if (each.family, each.kind) == (family, kind))


def test_the_built_in_kinds_are_there(workspace: Workspace) -> None:
    found = {(each.family, each.kind) for each in kinds(workspace)}
    wanted = {("tag", name) for name in ("fact", "rule", "rank", "latest", "preference")}
    assert found >= wanted | {("source", "files"), ("source", "database")}


def test_every_kind_says_what_it_is(workspace: Workspace) -> None:
    assert [each.kind for each in kinds(workspace) if not each.about] == []


def test_a_field_says_its_type_as_toml_knows_it(workspace: Workspace) -> None:
    rank = _kind(kinds(workspace), "tag", "rank")
    fields = {field.name: field for field in rank.fields}
    assert (fields["of"].type, fields["of"].required) == ("text", True)
    assert (fields["into"].type, fields["into"].default) == ("integer", "5")
    assert fields["order"].type == "ascending | descending"
    assert fields["cuts"].type == "list[number]"
    assert fields["retired"].default == "false"
    assert "money" in fields["type"].type
    assert "kind" not in fields


def test_one_family_leaves_the_others_out(workspace: Workspace) -> None:
    assert {each.family for each in kinds(workspace, "source")} == {"source"}


def test_an_unknown_family_says_the_right_one(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match=r"Did you mean source\?"):
        kinds(workspace, "sorce")


def test_a_kind_of_the_workspace_is_there_too(workspace: Workspace) -> None:
    workspace.plugins.mkdir()
    (workspace.plugins / "seen.py").write_text(PLUGIN)
    seen = _kind(kinds(workspace), "tag", "seen_by_kinds")
    assert seen.about == "Seen."
    assert ("often", "integer", "3") in {(field.name, field.type, field.default) for field in seen.fields}


def test_a_plugin_that_cannot_be_loaded_is_named(workspace: Workspace) -> None:
    workspace.plugins.mkdir()
    (workspace.plugins / "broken.py").write_text("import nothing_like_it\n")
    with pytest.raises(DefinitionError, match=r"plugins/broken\.py:1"):
        kinds(workspace)


PLUGIN = '''
from portraits.tags.tag import Tag


class Seen(Tag, kind="seen_by_kinds"):
    """Seen."""

    often: int = 3
'''
