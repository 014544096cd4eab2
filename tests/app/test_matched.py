"""What can be seen of cleaning and matching: repairs, households, models; and learning anew on demand."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from portraits.app.identity.households import household_of, households
from portraits.app.identity.models import models, retrain
from portraits.app.identity.repairs import customer_repairs, repaired_values, repairs
from portraits.engine.runs import folder_of
from portraits.engine.workspace import Workspace
from portraits.identity.clean.repairs import FLAGS, REPAIRS
from portraits.vocabulary.errors import BadInput, NotFound, Refused
from tests.app.duplicates import AT_HOME, NOW, ODD, PEOPLE, built, shop, stocked

HOME = ("c7,钱大伟,021-61234567,,上海,2024-03-03", "c8,李小芳,(021) 6123 4567,,上海,2024-03-03")


@pytest.fixture(scope="module")
def matched(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Built once, for tests that only look."""
    workspace = stocked(tmp_path_factory.mktemp("matched"), (*PEOPLE, *HOME, *ODD))
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


def test_what_households_bought_is_told_by_their_size_and_of_who_lives_alone(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, AT_HOME)
    found = households(workspace)
    [home] = found.households
    assert ([each.customer_id for each in home.members], home.orders, home.amount) == (["c5", "c6"], 6, Decimal("753"))
    [size] = found.sizes
    assert (size.size, size.households, size.orders, size.amount) == (2, 1, 6, home.amount)
    assert (found.alone.size, found.alone.households, found.alone.orders) == (1, 4, 15)
    assert found.alone.amount + size.amount == sum(10 * number + Decimal("0.5") for number in range(1, 22))


def test_what_was_learnt_can_be_read_for_persons_and_companies(matched: Workspace) -> None:
    found = models(matched)
    assert [(each.kind, each.way) for each in found.models] == [("person", "anew"), ("company", "anew")]
    assert {(each.build, each.learnt_at) for each in found.models} == {(1, datetime(2024, 5, 1, 12))}
    assert all(each.blocks for each in found.models[:1]) and ("phone",) in found.models[0].blocks
    assert (found.training, found.learnt, found.file) == (0, 0, "portraits.toml")
    names = {each.name for each in found.models[0].comparisons}
    assert {"name", "phone"} <= names
    for comparison in found.models[0].comparisons:
        first, last = comparison.levels[0], comparison.levels[-1]
        assert first.weight > last.weight
        assert (first.title.zh, last.title.zh) != ("", "")


def test_learning_anew_is_asked_for_once_and_taken_up_by_the_next_build(tmp_path: Path) -> None:
    workspace = stocked(tmp_path)
    assert models(workspace).asked is False
    assert retrain(workspace, actor="li", now=NOW).training == 1
    assert "training = 1" in (workspace.folder / "portraits.toml").read_text(encoding="utf-8")
    waiting = models(workspace)
    assert (waiting.asked, waiting.training, waiting.learnt) == (True, 1, 0)
    built(Workspace(workspace.folder))
    found = models(workspace)
    assert (found.asked, found.training, found.learnt, found.models[0].build) == (False, 1, 1, 2)


def test_a_run_that_goes_on_with_a_model_names_the_build_that_learnt_it(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    for _ in range(2):
        built(workspace)
    card = folder_of(workspace, 2) / "run.json"
    told = json.loads(card.read_text(encoding="utf-8"))
    told["figures"]["identity"]["packs"]["person"]["way"] = "resumed"
    card.write_text(json.dumps(told), encoding="utf-8")
    assert [(each.kind, each.build) for each in models(workspace).models] == [("person", 1), ("company", 2)]
    shutil.rmtree(folder_of(workspace, 1))
    assert (models(workspace).models[0].build, models(workspace).models[0].learnt_at) == (None, None)


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
