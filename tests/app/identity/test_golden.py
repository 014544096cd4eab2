"""Golden: each field of a customer tells whose value it is, by which rule, and what lost against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.identity.golden import GoldenField, GoldenRecord, golden_record
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.duplicates import MATCH, PEOPLE, arrive, rows, stocked


def _field(found: GoldenRecord, name: str) -> GoldenField:
    return next(each for each in found.fields if each.column.name == name)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    rules = 'fields = {city = "frequent", name = "longest", email = "trusted"}\ntrusted = ["crm"]\n'
    found = stocked(tmp_path_factory.mktemp("golden"), (*PEOPLE, "c9,王芳,13812345671,,沪,2024-02-01"), MATCH + rules)
    return found


def test_each_field_names_the_record_that_won_and_the_rule_that_chose(workspace: Workspace) -> None:
    found = golden_record(workspace, "c1")
    assert (found.customer_id, found.records) == ("c1", 3)
    name, city, phone = (_field(found, each) for each in ("name", "city", "phone"))
    assert (name.rule, name.winner.value, name.winner.record_id) == ("longest", "Wang Fang", "c3")
    assert [each.record_id for each in name.losers] == ["c9", "c1"]
    assert (city.rule, city.winner.value, city.winner.record_id, city.winner.source) == ("frequent", "沪", "c3", "crm")
    assert (phone.rule, phone.winner.record_id) == ("newest", "c3")
    assert _field(found, "email").rule == "trusted"


def test_what_is_only_written_otherwise_is_no_dispute(workspace: Workspace) -> None:
    found = golden_record(workspace, "c1")
    assert all(each.same for each in _field(found, "phone").losers)
    assert not _field(found, "phone").disputed
    assert _field(found, "name").disputed


def test_personal_values_are_masked(workspace: Workspace) -> None:
    found = golden_record(workspace, "c3")
    assert {each.value for each in _field(found, "phone").losers} == {"138****5671"}
    assert _field(found, "email").winner.value == "f***@example.com"
    with pytest.raises(NotFound):
        golden_record(workspace, "nobody")


def test_the_winners_are_the_golden_record(workspace: Workspace) -> None:
    names = "name", "city", "gender"
    for customer, *values in rows(workspace, f"SELECT customer_id, {', '.join(names)} FROM customers"):
        told = {each.column.name: each.winner.value for each in golden_record(workspace, str(customer)).fields}
        assert [told.get(name) for name in names] == values


def test_the_rules_are_those_of_the_run_not_of_the_settings_of_now(tmp_path: Path) -> None:
    workspace = stocked(tmp_path, settings=MATCH + 'fields = {city = "longest"}\n')
    text = (tmp_path / "portraits.toml").read_text(encoding="utf-8")
    (tmp_path / "portraits.toml").write_text(text.replace('"longest"', '"frequent"'), encoding="utf-8")
    assert _field(golden_record(arrive(workspace, PEOPLE), "c1"), "city").rule == "longest"
