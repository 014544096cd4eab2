"""What can be seen of cleaning and matching: repairs, households, models; and learning anew on demand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from portraits.app.identity.households import household_of, households
from portraits.app.identity.models import models, retrain
from portraits.app.identity.repairs import customer_repairs, repaired_values, repairs
from portraits.engine.workspace import Workspace
from portraits.identity.clean.repairs import FLAGS, REPAIRS
from portraits.vocabulary.errors import BadInput, NotFound, Refused
from tests.app.duplicates import NOW, PEOPLE, built, shop

HOME = ("c7,钱大伟,021-61234567,,上海,2024-03-03", "c8,李小芳,(021) 6123 4567,,上海,2024-03-03")
ODD = ("c9,Ms. GUO Jing ,13812345674,info@tea.cn,上海,2024-03-04", "d1,郑一,,li.lei@gmial.com,杭州,2024-03-05")


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Built once, for tests that only look."""
    workspace = shop(tmp_path_factory.mktemp("matched"), (*PEOPLE, *HOME, *ODD))
    built(workspace)
    return workspace


def test_every_repair_is_named_and_counted(matched: Workspace) -> None:
    found = repairs(matched)
    counted = {(each.column.name, each.note.name): each.records for each in found.counts}
    assert counted["email", "domain"] == 1
    assert counted["email", "role_address"] == 1
    assert counted["name", "title"] == 1
    assert counted["phone", "country_code"] >= 5
    assert (found.records, found.repaired <= found.records) == (10, True)
    assert all(each.note.said.zh for each in found.counts)
    assert {each.note.kind for each in found.counts} == {"repair", "flag"}


def test_the_values_behind_a_repair_can_be_looked_at_and_are_masked(matched: Workspace) -> None:
    [mail] = repaired_values(matched, "email", "domain").values
    assert (mail.record_id, mail.source, mail.raw, mail.clean) == ("d1", "crm", "l***@gmial.com", "l***@gmail.com")
    assert [note.said for note in mail.notes] == [REPAIRS["domain"]]
    [office] = repaired_values(matched, "email", "role_address").values
    assert [note.said for note in office.notes] == [FLAGS["role_address"]]


@pytest.mark.parametrize(("field", "note"), [("fone", "case"), ("phone", "caze")])
def test_a_repair_that_is_not_known_is_refused_with_the_nearest(matched: Workspace, field: str, note: str) -> None:
    with pytest.raises(BadInput) as error:
        repaired_values(matched, field, note)
    assert error.value.hint


def test_a_customers_raw_and_cleaned_values_stand_side_by_side(matched: Workspace) -> None:
    found = customer_repairs(matched, "c3")
    assert {each.record_id for each in found.values} == {"c1", "c3"}
    name = [each for each in customer_repairs(matched, "c9").values if each.column.name == "name"]
    assert [(each.raw, each.clean) for each in name] == [("Ms. GUO Jing", "GUO Jing")]
    with pytest.raises(NotFound):
        customer_repairs(matched, "nobody")


def test_who_lives_together_is_a_household_of_two_customers(matched: Workspace) -> None:
    [home] = households(matched).households
    assert [(each.customer_id, each.shared) for each in home.members] == [("c7", ("line",)), ("c8", ("line",))]
    found = household_of(matched, "c8").household
    assert found == home
    assert household_of(matched, "c2").household is None
    assert (households(matched).total, households(matched).customers, households(matched, 7).page) == (1, 2, 1)


def test_what_was_learnt_can_be_read_for_persons_and_companies(matched: Workspace) -> None:
    found = models(matched)
    assert [(each.kind, each.way) for each in found.models] == [("person", "anew"), ("company", "anew")]
    names = {each.name for each in found.models[0].comparisons}
    assert {"name", "phone"} <= names
    for comparison in found.models[0].comparisons:
        first, last = comparison.levels[0], comparison.levels[-1]
        assert first.weight > last.weight
        assert (first.title.zh, last.title.zh) != ("", "")


def test_learning_anew_is_asked_for_once_and_taken_up_by_the_next_build(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    built(workspace)
    assert models(workspace).asked is False
    assert retrain(workspace, actor="li", now=NOW).training == 1
    assert "training = 1" in (workspace.folder / "portraits.toml").read_text(encoding="utf-8")
    assert models(workspace).asked is True
    built(Workspace(workspace.folder))
    assert (models(workspace).asked, models(workspace).training) == (False, 1)


def test_a_workspace_that_compares_nothing_says_how_to(plain: Workspace) -> None:
    looks: tuple[Callable[[Workspace], object], ...] = (repairs, households, models)
    for look in looks:
        with pytest.raises(NotFound) as error:
            look(plain)
        assert 'by = "match"' in str(error.value.hint)
    assert customer_repairs(plain, "c1").values == ()
    assert household_of(plain, "c1").household is None
    with pytest.raises(Refused):
        retrain(plain, actor="li", now=NOW)
