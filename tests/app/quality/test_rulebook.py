"""Rules written without a text editor: tried first, comments kept, built-in ones replaced, switched off and on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portraits.app.editing import fingerprint
from portraits.app.quality.rulebook import (
    create_rule,
    edit_rule,
    is_rule,
    remove_rule,
    restore_rule,
    retire_rule,
    rule_definition,
    try_rule,
)
from portraits.app.quality.scores import quality_rule
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Busy, DefinitionError, NotFound
from tests.app.duplicates import NOW, built
from tests.app.quality.books import books

WHO: dict[str, Any] = {"actor": "ann", "now": NOW}
MAIL = {"title": "Mail", "table": "people", "dimension": "completeness", "rule": "email is not null"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return books(tmp_path)


def anew(workspace: Workspace) -> Workspace:
    return Workspace(workspace.folder)


def test_a_rule_is_tried_on_the_published_run_before_it_is_written(workspace: Workspace) -> None:
    assert try_rule(workspace, "mail", MAIL).score is None  # nothing is built yet
    built(workspace)
    found = try_rule(workspace, "mail", MAIL)
    assert found.score is not None
    assert (found.score.rows, found.score.bad, list(found.sources or ())) == (6, 4, ["crm"])
    assert found.said[0].in_("en") == "E-mail is known"
    assert not is_rule(anew(workspace), "mail")


def test_a_try_counts_what_the_next_build_does(workspace: Workspace) -> None:
    built(workspace)
    tried = try_rule(workspace, "mail", MAIL)
    create_rule(workspace, "mail", MAIL, **WHO)
    built(anew(workspace))
    assert quality_rule(anew(workspace), "mail").line.score == tried.score


def test_faults_are_part_of_the_answer(workspace: Workspace) -> None:
    found = try_rule(workspace, "mail", {**MAIL, "rule": "emial is not null", "warn_below": 95})
    assert {fault.field for fault in found.faults} >= {"warn_below"}
    assert found.score is None
    found = try_rule(workspace, "mail", {**MAIL, "rule": "emial is not null"})
    assert [(fault.field, str(fault.hint)) for fault in found.faults] == [("rule", "Did you mean email?")]


def test_a_changed_rule_keeps_the_comments_around_it(workspace: Workspace) -> None:
    values = {**rule_definition(workspace, "city_known"), "stop_below": 0.7}
    edit_rule(workspace, "city_known", values, **WHO)
    text = (workspace.folder / "rules.toml").read_text(encoding="utf-8")
    assert "# What the owner asks for." in text
    assert "# no short forms" in text
    assert "stop_below = 0.7" in text
    assert quality_rule(anew(workspace), "city_known").line.rule.stop_below == 0.7


def test_a_built_in_rule_is_replaced_and_comes_back_when_that_is_removed(workspace: Workspace) -> None:
    values = {**rule_definition(workspace, "people_named"), "warn_below": 0.5}
    edit_rule(workspace, "people_named", values, **WHO)
    line = quality_rule(anew(workspace), "people_named").line
    assert (line.built_in, line.rule.warn_below) == (False, 0.5)
    remove_rule(anew(workspace), "people_named", **WHO)
    line = quality_rule(anew(workspace), "people_named").line
    assert (line.built_in, line.rule.warn_below) == (True, 0.8)


def test_what_is_switched_off_judges_nothing_until_it_is_switched_on(workspace: Workspace) -> None:
    for name in ("people_named", "city_known"):
        retire_rule(anew(workspace), name, **WHO)
    found = built(anew(workspace)).figures["quality"]["results"]
    assert not {"people_named", "city_known"} & {each["rule"] for each in found}
    assert quality_rule(anew(workspace), "city_known").line.state == "retired"
    restore_rule(anew(workspace), "city_known", **WHO)
    assert "city_known" in {each["rule"] for each in built(anew(workspace)).figures["quality"]["results"]}


def test_nobody_overwrites_what_somebody_else_changed(workspace: Workspace) -> None:
    seen = fingerprint(workspace, "quality", "city_known")
    values = rule_definition(workspace, "city_known")
    edit_rule(workspace, "city_known", {**values, "warn_below": 0.8}, seen=seen, **WHO)
    with pytest.raises(Busy):
        edit_rule(anew(workspace), "city_known", {**values, "warn_below": 0.7}, seen=seen, **WHO)


@pytest.mark.parametrize("name", ["city_known", "people_named", "new", "Mail", "1"])
def test_a_new_rule_needs_a_name_that_is_free(workspace: Workspace, name: str) -> None:
    with pytest.raises(DefinitionError) as raised:
        create_rule(workspace, name, MAIL, **WHO)
    assert [fault.field for fault in raised.value.faults] == ["name"]


def test_what_nobody_wrote_cannot_be_removed(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        remove_rule(workspace, "people_named", **WHO)
    with pytest.raises(NotFound, match="Did you mean people_named"):
        rule_definition(workspace, "people_name")
