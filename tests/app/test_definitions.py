"""Definitions: read from all files and packs, merged by name, hashed; plug-ins add kinds."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.definitions import Definitions, definitions, read_definitions
from portraits.engine.settings import PACKS
from portraits.engine.workspace import Workspace
from portraits.tags.kinds.fact import Fact
from portraits.tags.packs import catalogue
from portraits.vocabulary.errors import DefinitionError
from tests.app.company import shop, write

TAG = """
[tags.orders_365d]
title = "Ours"
kind = "fact"
table = "orders"
value = "count(*)"
"""
PLUGIN = """
from portraits.tags import piece
from portraits.tags.tag import Tag

class Twice(Tag, kind="twice_{name}"):
    '''Twice another tag.'''
    of: str

    def pieces(self, name):
        return (piece.Derived(name, f"2 * {{self.of}}"),)
"""


def faults(workspace: Workspace) -> list[str]:
    return [str(fault) for fault in read_definitions(workspace)[1]]


def test_a_workspace_has_its_own_definitions_and_those_of_its_packs(tmp_path: Path) -> None:
    known = definitions(shop(tmp_path))
    assert set(known.sources) == {"till"}
    assert known.mappings["lines"].table == "order_lines"
    assert {"recency_days", "rfm_segment"} <= set(known.tags)
    assert set(known.segments) == {"rfm"}
    assert known.blocks["mappings.lines"].file == "portraits.toml"


def test_a_tag_of_the_workspace_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    shop(tmp_path)
    tag = definitions(write(tmp_path, TAG)).tags["orders_365d"]
    assert isinstance(tag, Fact)
    assert (tag.title.en, tag.where) == ("Ours", "")


def test_rfm_follows_the_settings_unless_the_workspace_writes_its_own(tmp_path: Path) -> None:
    shop(tmp_path)
    text = (
        (tmp_path / "portraits.toml").read_text().replace("[sources.till]", "[settings.rfm]\ninto = 4\n[sources.till]")
    )
    known = definitions(write(tmp_path, text, "portraits.toml"))
    assert known.segments["rfm"].model_dump()["into"] == 4
    own = '[segments.rfm]\nkind = "rfm"\ntitle = "Mine"\nwindow = "30 days"\n'
    assert definitions(write(tmp_path, own)).segments["rfm"].title.en == "Mine"


@pytest.mark.parametrize("business", PACKS)
def test_the_packs_of_every_business_are_there(business: str) -> None:
    assert set(PACKS[business]) <= set(catalogue())  # type: ignore[index]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    shop(tmp_path)
    workspace = write(
        tmp_path,
        """
[tag.x]
kind = "fact"
[tags.Bad]
title = "x"
kind = "fact"
table = "orders"
value = "count(*)"
[tags.other]
title = "x"
kind = "fakt"
[sources.web]
kind = "files"
paht = "x"
[audiences]
rule = "a"
""",
    )
    told = faults(workspace)
    assert told == [
        "more.toml:2 [tag.x]: there is no section tag. Did you mean tags?",
        "more.toml:14 [sources.web.paht]: this key is not known. Did you mean path?",
        "more.toml:4 [tags.Bad]: 'Bad' cannot be a name. "
        "A name begins with a letter and has small letters, digits and _ only.",
        "more.toml:11 [tags.other.kind]: 'fakt' is not a kind of tag. Did you mean fact?",
        "more.toml:9 [tags.other.table]: is missing.",
        "more.toml:9 [tags.other.value]: is missing.",
        "more.toml:16 [audiences.rule]: audiences have names. Write [audiences.<name>].",
    ]
    with pytest.raises(DefinitionError) as caught:
        definitions(workspace)
    assert [str(fault) for fault in caught.value.faults] == told


def test_a_workspace_without_settings_says_how_to_get_them(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text(TAG)
    assert faults(Workspace(tmp_path)) == [
        "portraits.toml [settings]: is missing. Write [settings] with a title and a business, or run `portraits init`."
    ]


def test_a_pack_that_is_not_there_says_the_nearest_one_at_its_line(tmp_path: Path) -> None:
    shop(tmp_path)
    text = (tmp_path / "portraits.toml").read_text()
    packs = 'currency = "CNY"\npacks = [\n  "value",\n  "behavior",\n]'
    workspace = write(tmp_path, text.replace('currency = "CNY"', packs), "portraits.toml")
    assert faults(workspace) == [
        "portraits.toml:9 [settings.packs.1]: there is no pack behavior. Did you mean behaviour?"
    ]


def test_the_hash_changes_with_what_is_written_and_only_then(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    first = definitions(workspace).hash
    assert definitions(Workspace(tmp_path)).hash == first
    second = definitions(write(tmp_path, "# only a comment\n")).hash
    third = definitions(write(tmp_path, TAG)).hash
    assert (second == first, third == first) == (True, False)


def test_a_plugin_adds_a_kind_and_changes_the_hash(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    before = definitions(workspace).hash
    workspace.plugins.mkdir()
    (workspace.plugins / "twice.py").write_text(PLUGIN.format(name="a"))
    tag = '[tags.double]\ntitle = "x"\nkind = "twice_a"\nof = "orders_all"\n'
    known: Definitions = definitions(write(tmp_path, tag))
    assert known.tags["double"].pieces("double")[0].tag == "double"
    assert known.hash != before
    assert definitions(Workspace(tmp_path)).tags["double"] == known.tags["double"]


def test_a_plugin_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    workspace.plugins.mkdir()
    (workspace.plugins / "a.py").write_text("x = 1\ny = x / 0\n")
    (workspace.plugins / "b.py").write_text("def broken(:\n")
    told = faults(workspace)
    assert told[0] == "plugins/a.py:2: cannot be loaded: ZeroDivisionError: division by zero."
    assert told[1].startswith("plugins/b.py:1: cannot be loaded: SyntaxError:")
