"""Editing: definitions changed in the files people write: checked, alone, noted."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portraits.app.definitions import definitions
from portraits.app.editing import fingerprint, remove_block, remove_key, set_keys, write_block, written
from portraits.app.reading import defined
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, Busy, DefinitionError, NotFound
from tests.app.company import shop, write

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHO: dict[str, Any] = {"actor": "anna", "now": NOW}
TAG = {"title": {"en": "Orders", "zh": "订单数"}, "kind": "fact", "table": "orders", "value": "count(*)"}
FILE = """# Ours.
[tags.visits]  # by till
title = "Visits"
kind = "fact"
table = "orders"
value = "count(*)"   # each slip

# the end
"""


def test_a_new_tag_goes_into_a_file_of_its_section(tmp_path: Path) -> None:
    place = shop(tmp_path)
    assert write_block(place, "tags", "visits", TAG, **WHO) == tmp_path / "tags.toml"
    assert definitions(Workspace(tmp_path)).tags["visits"].title.zh == "订单数"
    assert defined(place).tags["visits"].kind == "fact"
    assert [block.name for block in place.blocks.of("tags")] == ["visits"]  # read again, not remembered


def test_a_tag_is_changed_where_it_is_written_and_nothing_else_is(tmp_path: Path) -> None:
    shop(tmp_path)
    place = write(tmp_path, FILE, "ours.toml")
    values = {**tomllib.loads(FILE)["tags"]["visits"], "value": "count(distinct store)"}
    assert write_block(place, "tags", "visits", values, **WHO) == tmp_path / "ours.toml"
    assert (tmp_path / "ours.toml").read_text() == FILE.replace('"count(*)"', '"count(distinct store)"')
    assert not (tmp_path / "tags.toml").exists()


def test_faults_are_told_by_field_and_nothing_is_written(tmp_path: Path) -> None:
    shop(tmp_path)
    place = write(tmp_path, FILE, "ours.toml")
    with pytest.raises(DefinitionError) as caught:
        write_block(place, "tags", "visits", {**TAG, "value": "sum(amout)", "table": "order"}, **WHO)
    assert {(fault.block, fault.field) for fault in caught.value.faults} == {("tags.visits", "table")}
    with pytest.raises(DefinitionError) as caught:
        write_block(place, "tags", "visits", {**TAG, "value": "sum(amout)", "where": "statuss = 1"}, **WHO)
    assert {fault.field for fault in caught.value.faults} == {"value", "where"}
    assert "amount" in caught.value.faults[0].hint
    assert (tmp_path / "ours.toml").read_text() == FILE


def test_what_would_break_somewhere_else_is_refused(tmp_path: Path) -> None:
    shop(tmp_path)
    audience = '[audiences.regulars]\ntitle = "Regulars"\nrule = "visits >= 3"\n'
    place = write(tmp_path, FILE + audience, "ours.toml")
    with pytest.raises(DefinitionError) as caught:
        remove_block(place, "tags", "visits", **WHO)
    assert [fault.block for fault in caught.value.faults] == ["audiences.regulars"]
    with pytest.raises(DefinitionError) as caught:
        write_block(place, "tags", "visits", {**TAG, "value": "last(status)"}, **WHO)
    assert "audiences.regulars" in {fault.block for fault in caught.value.faults}
    assert (tmp_path / "ours.toml").read_text() == FILE + audience


def test_faults_that_were_there_before_do_not_keep_others_from_working(tmp_path: Path) -> None:
    shop(tmp_path)
    place = write(tmp_path, '[tags.broken]\ntitle = "B"\nkind = "fact"\ntable = "orders"\nvalue = "sum(amout)"\n')
    write_block(place, "tags", "visits", TAG, **WHO)
    with pytest.raises(DefinitionError):
        write_block(place, "tags", "broken", {**TAG, "value": "sum(amonut)"}, **WHO)
    write_block(place, "tags", "broken", {**TAG, "value": "sum(amount)"}, **WHO)
    assert definitions(Workspace(tmp_path)).tags.keys() >= {"visits", "broken"}


def test_a_file_that_is_no_toml_is_left_alone(tmp_path: Path) -> None:
    shop(tmp_path)
    place = write(tmp_path, "[tags.a\n", "tags.toml")
    with pytest.raises(DefinitionError, match=r"tags.toml:1"):
        write_block(place, "tags", "visits", TAG, **WHO)
    assert (tmp_path / "tags.toml").read_text() == "[tags.a\n"


def test_the_audit_trail_says_who_changed_what(tmp_path: Path) -> None:
    place = shop(tmp_path)
    write_block(place, "tags", "visits", TAG, **WHO)
    set_keys(place, "tags", "visits", {"empty": 0, "owner": "CRM"}, **WHO)
    remove_key(place, "tags", "visits", "owner", **WHO)
    remove_block(place, "tags", "visits", **WHO)
    with Store.open(place.store) as store:
        told = [(each.actor, each.action, each.subject, each.detail["keys"]) for each in entries(store)]
        details = [each.detail for each in entries(store)]
    keys = ["title", "kind", "table", "value"]
    assert told == [
        ("anna", "write", "tags.visits", keys),
        ("anna", "write", "tags.visits", ["empty", "owner"]),
        ("anna", "write", "tags.visits", ["owner"]),
        ("anna", "remove", "tags.visits", [*keys, "empty"]),
    ]
    assert details[2]["before"] == {"owner": "CRM"}
    assert details[0]["after"] == TAG


def test_values_of_sources_stay_out_of_the_trail(tmp_path: Path) -> None:
    place = shop(tmp_path)
    set_keys(place, "sources", "till", {"title": "till with a secret"}, **WHO)
    with Store.open(place.store) as store:
        [entry] = entries(store)
    assert entry.detail == {"file": "portraits.toml", "keys": ["title"]}


def test_whoever_saw_an_older_tag_is_told(tmp_path: Path) -> None:
    place = shop(tmp_path)
    write_block(place, "tags", "visits", TAG, seen="", **WHO)
    mine = fingerprint(place, "tags", "visits")
    write_block(place, "tags", "visits", {**TAG, "empty": 0}, seen=mine, **WHO)
    with pytest.raises(Busy, match=r"Somebody has changed tags\.visits meanwhile"):
        write_block(place, "tags", "visits", {**TAG, "empty": 1}, seen=mine, **WHO)
    with pytest.raises(Busy):
        write_block(place, "tags", "visits", TAG, seen="", **WHO)  # thought it new
    block = written(place, "tags", "visits")
    assert block is not None
    assert block.values["empty"] == 0


def test_many_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    place = shop(tmp_path)
    (tmp_path / "tags.toml").write_text("# all of ours\n")

    def one(number: int) -> None:
        write_block(Workspace(tmp_path), "tags", f"tag_{number}", {**TAG, "empty": number}, **WHO)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(16)))
    tags = tomllib.loads((tmp_path / "tags.toml").read_text())["tags"]
    assert {name: each["empty"] for name, each in tags.items()} == {f"tag_{n}": n for n in range(16)}
    assert (tmp_path / "tags.toml").read_text().startswith("# all of ours\n")
    with Store.open(place.store) as store:
        assert len(entries(store)) == 16
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_hostile_texts_are_only_texts(tmp_path: Path) -> None:
    place = shop(tmp_path)
    for number, text in enumerate(
        ('"]\n[settings]\ntitle="x', "'''", '"""', "\\", "#", "\u202e\u0007", "<script>", "🎉" * 100)
    ):
        write_block(place, "tags", f"tag_{number}", {**TAG, "title": {"en": text, "zh": text}}, **WHO)
        known = definitions(Workspace(tmp_path))
        assert known.tags[f"tag_{number}"].title.en == text
        assert known.settings.title.en == "Shop"
    with pytest.raises(BadInput):
        write_block(place, "tags", "tag_9", {**TAG, "title": "\ud800"}, **WHO)


def test_a_link_stays_a_link_and_rights_stay(tmp_path: Path) -> None:
    place = shop(tmp_path / "shop")
    real = tmp_path / "shared.toml"
    real.write_text(FILE)
    real.chmod(0o640)
    (tmp_path / "shop" / "ours.toml").symlink_to(real)
    set_keys(place, "tags", "visits", {"empty": 0}, **WHO)
    assert (tmp_path / "shop" / "ours.toml").is_symlink()
    assert "empty = 0" in real.read_text()
    assert real.stat().st_mode & 0o777 == 0o640


def test_hidden_files_are_no_definitions(tmp_path: Path) -> None:
    place = shop(tmp_path)
    (tmp_path / ".part-tags.toml").write_text('[tags.half]\ntitle = "')
    assert definitions(place).tags.keys().isdisjoint({"half"})


def test_what_is_not_written_cannot_be_changed(tmp_path: Path) -> None:
    place = shop(tmp_path)
    changes: list[Callable[[], Path]] = [
        lambda: set_keys(place, "tags", "recency_days", {"owner": "x"}, **WHO),  # built in, in no file
        lambda: remove_block(place, "tags", "visits", **WHO),
        lambda: remove_key(place, "audiences", "x", "why", **WHO),
    ]
    for change in changes:
        with pytest.raises(NotFound, match="No file of the workspace holds"):
            change()
