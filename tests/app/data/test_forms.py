"""Forms: made without code, answered by anybody who knows the address, landed like any other source."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from portraits.app.data import forms
from portraits.app.data.forms import close_form, open_form, remove_form, save_form, shared_form, submit
from portraits.app.data.sources import batches, canonical, load, undo
from portraits.app.definitions import definitions
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.sources.form_entries import entries_file
from portraits.vocabulary.errors import DefinitionError, NotFound, Refused
from tests.app.uploaded import shop

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
LATER = datetime(2026, 6, 2, 12)
VISIT: dict[str, Any] = {
    "kind": "record",
    "title": {"en": "Visit us", "zh": "预约到店"},
    "table": "people",
    "open": True,
    "fields": [
        {"name": "name", "required": True},
        {"name": "phone"},
        {"name": "birth_date"},
        {"name": "gender"},
        {"name": "favourite_tea", "label": {"en": "Favourite tea", "zh": "最爱的茶"}, "choices": ["green", "black"]},
    ],
    "consent": {"en": "You may write to me.", "zh": "同意接收资讯。"},
    "purpose": "marketing",
}
SURVEY: dict[str, Any] = {
    "kind": "survey",
    "title": {"en": "How was it?", "zh": "满意吗？"},
    "question": {"en": "How was it?", "zh": "您是否满意？"},
    "open": True,
    "fields": [{"name": "email"}],
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = shop(tmp_path)
    forms.allow_forms(made, actor="ann", now=NOW)
    return made


def saved(workspace: Workspace, name: str = "visit", **changes: Any) -> forms.FormLine:
    values = {**(SURVEY if name == "survey" else VISIT), **changes}
    return save_form(workspace, name, values, actor="ann", now=NOW)


def answer(workspace: Workspace, line: forms.FormLine, **answers: str) -> None:
    submit(workspace, line.form.token, answers, language="zh", now=NOW)


def rows(workspace: Workspace, table: str, columns: str) -> list[tuple[Any, ...]]:
    known = definitions(Workspace(workspace.folder))
    with Warehouse.create() as warehouse:
        [step] = [step for step in canonical(workspace, known, LATER) if step.name == table]
        return warehouse.rows(f"SELECT {columns} FROM ({step.sql}) ORDER BY ALL")


def test_saving_writes_a_form_its_source_and_its_mappings(workspace: Workspace) -> None:
    line = saved(workspace)
    known = definitions(Workspace(workspace.folder))
    assert known.sources["visit"].kind == "form"
    assert known.mappings["visit"].columns["record_id"] == "concat('visit-', entry)"
    assert known.mappings["visit_consents"].where == "consent = 'yes'"
    assert len(line.form.token) == 16
    assert line.reachable and line.address == f"/f/{line.form.token}"


def test_entries_land_as_people_and_consents(workspace: Workspace) -> None:
    line = saved(workspace)
    answer(workspace, line, name="王小明", phone="138 0013 8000", birth_date="1990-05-17", consent="yes")
    answer(workspace, line, name="Anna", gender="female", favourite_tea="green")
    assert (forms.form(workspace, "visit").entries, forms.form(workspace, "visit").waiting) == (2, 2)
    [batch] = load(Workspace(workspace.folder), ["visit"], actor="ann", now=NOW)
    assert (batch.rows_read, batch.rows_landed, batch.cursor) == (2, 2, "2")
    people = rows(workspace, "people", "name, phone, gender, CAST(birth_date AS VARCHAR), CAST(created_at AS VARCHAR)")
    moment = "2026-06-01 12:00:00"
    assert people == [
        ("Anna", None, "female", None, moment),
        ("王小明", "138 0013 8000", None, "1990-05-17", moment),
    ]
    assert any('"favourite_tea":"green"' in each for (each,) in rows(workspace, "people", "attributes"))
    [(purpose, status)] = rows(workspace, "consents", "purpose, status")
    assert (purpose, status) == ("marketing", "given")
    assert forms.form(workspace, "visit").waiting == 0


def test_new_entries_are_loaded_once_and_taken_back_like_any_batch(workspace: Workspace) -> None:
    line = saved(workspace)
    answer(workspace, line, name="A")
    fresh = Workspace(workspace.folder)
    load(fresh, ["visit"], actor="ann", now=NOW)
    assert load(fresh, ["visit"], actor="ann", now=NOW) == []
    answer(workspace, line, name="B")
    [batch] = load(fresh, ["visit"], actor="ann", now=NOW)
    assert batch.rows_landed == 1
    assert [name for (name,) in rows(workspace, "people", "name")] == ["A", "B"]
    undo(fresh, batch.id, actor="ann", now=NOW)
    assert [name for (name,) in rows(workspace, "people", "name")] == ["A"]
    assert forms.form(workspace, "visit").waiting == 1
    assert len([each for each in batches(workspace) if each.source == "visit"]) == 2


def test_a_survey_makes_feedback_and_knows_who_wrote_it(workspace: Workspace) -> None:
    line = saved(workspace, "survey")
    answer(workspace, line, rating="5", text="送货很快", email="anna@example.com")
    answer(workspace, line, rating="2")
    load(Workspace(workspace.folder), ["survey"], actor="ann", now=NOW)
    assert rows(workspace, "feedback", "rating, scale, about, question") == [
        (2.0, 5.0, "service", "How was it?"),
        (5.0, 5.0, "service", "How was it?"),
    ]
    [record] = [record for record, email in rows(workspace, "people", "record_id, email") if email]
    assert record in {each for (each,) in rows(workspace, "feedback", "record_id")}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"name": "A", "phone": "call me"}, "phone"),
        ({"name": "A", "birth_date": "17.05.1990"}, "birth_date"),
        ({"name": "A", "birth_date": "2026-02-31"}, "birth_date"),
        ({"name": "A", "gender": "yes"}, "gender"),
        ({"name": "A", "favourite_tea": "coffee"}, "favourite_tea"),
    ],
)
def test_what_cannot_be_is_told_by_its_question_and_not_kept(
    workspace: Workspace, answers: dict[str, str], field: str
) -> None:
    line = saved(workspace)
    with pytest.raises(DefinitionError) as told:
        answer(workspace, line, **answers)
    assert [fault.field for fault in told.value.faults] == [field]
    assert forms.form(workspace, "visit").entries == 0


def test_a_consent_without_a_purpose_is_needed(workspace: Workspace) -> None:
    line = saved(workspace, purpose="")
    with pytest.raises(DefinitionError) as told:
        answer(workspace, line, name="A")
    assert [fault.field for fault in told.value.faults] == ["consent"]
    answer(workspace, line, name="A", consent="yes")


def test_nothing_answers_unless_it_is_open_and_allowed(tmp_path: Path) -> None:
    workspace = shop(tmp_path)
    line = saved(workspace)
    with pytest.raises(NotFound):
        shared_form(workspace, line.form.token)
    forms.allow_forms(workspace, actor="ann", now=NOW)
    assert shared_form(workspace, line.form.token).name == "visit"
    close_form(workspace, "visit", actor="ann", now=NOW)
    with pytest.raises(NotFound):
        answer(workspace, line, name="A")
    open_form(workspace, "visit", actor="ann", now=NOW)
    answer(workspace, line, name="A")
    for wrong in ("", "x", line.form.token[:-1]):
        with pytest.raises(NotFound):
            shared_form(workspace, wrong)


def test_a_form_takes_no_more_than_its_most(workspace: Workspace) -> None:
    line = saved(workspace, most=1)
    answer(workspace, line, name="A")
    with pytest.raises(Refused):
        answer(workspace, line, name="B")


def test_changing_a_form_keeps_its_address_and_drops_mappings_it_needs_no_more(workspace: Workspace) -> None:
    line = saved(workspace)
    again = saved(workspace, token=line.form.token, consent=None, purpose="")
    assert again.form.token == line.form.token
    assert "visit_consents" not in definitions(Workspace(workspace.folder)).mappings


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": [{"name": "name"}, {"name": "name"}]},
        {"fields": [{"name": "entry"}]},
        {"fields": [{"name": "Bad Name"}]},
        {"table": "peple"},
        {"consent": None},
        {"token": "no/slash"},
        {"nonsense": 1},
    ],
)
def test_a_form_that_cannot_be_is_refused(workspace: Workspace, changes: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError):
        saved(workspace, **changes)
    assert forms.forms(workspace) == []


def test_a_form_of_a_table_whose_columns_are_not_asked_leaves_nothing_behind(workspace: Workspace) -> None:
    with pytest.raises(DefinitionError, match="amount"):
        saved(workspace, table="orders")
    known = definitions(Workspace(workspace.folder))
    assert "visit" not in known.forms and "visit" not in known.sources


@pytest.mark.parametrize("name", ["till", "Visit", ""])
def test_names_that_are_taken_or_impossible_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(DefinitionError):
        saved(workspace, name)


def test_a_removed_form_is_gone_and_its_loaded_rows_stay(workspace: Workspace) -> None:
    line = saved(workspace)
    answer(workspace, line, name="A", consent="yes")
    load(Workspace(workspace.folder), ["visit"], actor="ann", now=NOW)
    remove_form(workspace, "visit", actor="ann", now=NOW)
    known = definitions(Workspace(workspace.folder))
    assert not {"visit", "visit_consents"} & known.mappings.keys()
    assert "visit" not in known.sources and "visit" not in known.forms
    assert [each.counts for each in batches(workspace)] == [True]
    with pytest.raises(NotFound, match="no form visit"):
        forms.form(workspace, "visit")


def test_a_line_that_was_cut_off_is_no_entry_and_one_that_is_broken_is_rejected(workspace: Workspace) -> None:
    line = saved(workspace)
    answer(workspace, line, name="A")
    with entries_file(workspace.folder, "visit").open("a", encoding="utf-8") as file:
        file.write("[1]\nnot json\n" + '{"entry": "cut')
    [batch] = load(Workspace(workspace.folder), ["visit"], actor="ann", now=NOW)
    assert (batch.rows_read, batch.rows_landed, batch.rows_rejected) == (3, 1, 2)


def test_questions_take_labels_and_choices_from_the_table(workspace: Workspace) -> None:
    asked = {each.name: each for each in forms.asked(saved(workspace).form)}
    assert (asked["phone"].label.zh, asked["phone"].input) == ("电话", "phone")
    assert [value for value, _ in asked["gender"].choices] == ["female", "male", "other"]
    assert asked["birth_date"].input == "date"
    assert asked["name"].required and not asked["phone"].required
    rating = forms.asked(saved(workspace, "survey").form)[0]
    assert (rating.name, len(rating.choices), rating.required) == ("rating", 5, True)
