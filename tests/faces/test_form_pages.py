"""Forms: built without code, filled in by anybody with the address, guarded against programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.app.data import forms
from portraits.app.data.sources import load
from portraits.app.definitions import definitions
from portraits.engine.workspace import Workspace
from portraits.web.pages import shared_form
from portraits.web.turnstile import Turnstile
from tests.app.uploaded import NOW, shop
from tests.faces.company import HOSTILE
from tests.faces.test_data_pages import words
from tests.faces.visits import visitor

VISIT = {
    "kind": "record",
    "name": "visit",
    "table": "people",
    "title.en": "Visit us",
    "title.zh": "预约到店",
    "ask.1.name": "name",
    "ask.1.required": "1",
    "ask.2.name": "phone",
    "ask.3.own": "favourite_tea",
    "ask.3.label.en": "Favourite tea",
    "ask.3.label.zh": "最爱的茶",
    "ask.3.choices": "green = Green tea / 绿茶\nblack",
    "ask.4.name": "email",
    "ask.4.gone": "1",
    "consent.zh": "同意接收资讯",
    "purpose": "marketing",
    "do": "save",
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return shop(tmp_path)


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with visitor(workspace) as client:
        yield client


@pytest.fixture
def address(client: TestClient, workspace: Workspace) -> str:
    """The address of an open form."""
    assert client.post("/data/forms/new", data=VISIT).url.path == "/data/forms"
    client.post("/data/forms/allow")
    return forms.form(workspace, "visit").address


def test_a_form_is_built_and_saved_with_its_questions(client: TestClient, workspace: Workspace, address: str) -> None:
    form = definitions(Workspace(workspace.folder)).forms["visit"]
    assert [each.name for each in form.fields] == ["name", "phone", "favourite_tea"]
    assert form.fields[0].required and form.consent and form.consent.en == "同意接收资讯"
    tea = form.fields[2].choices
    assert [(each.value, each.label and each.label.zh) for each in tea] == [("green", "绿茶"), ("black", None)]
    assert address in client.get("/data/forms").text


def test_the_builder_shows_what_was_saved_and_adds_rows_without_saving(client: TestClient, address: str) -> None:
    page = client.get("/data/forms/visit")
    assert 'value="favourite_tea"' in page.text and "green = Green tea / 绿茶" in page.text
    more = client.post("/data/forms/visit", data={**VISIT, "title.en": "Changed", "do": "more"})
    assert 'value="Changed"' in more.text
    assert "Changed" not in client.get("/data/forms").text
    changed = client.post("/data/forms/visit", data={**VISIT, "title.en": "Changed"})
    assert changed.url.path == "/data/forms" and "Changed" in changed.text
    assert address in changed.text


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Bad name"}, "cannot be a name"),
        ({"name": "till"}, "source till already"),
        ({"title.en": "", "title.zh": ""}, "title"),
        ({"consent.zh": ""}, "purpose"),
        ({"ask.2.name": "name"}, "asked for twice"),
        ({"table": "orders"}, "orders needs the column"),
    ],
)
def test_a_form_that_cannot_be_keeps_what_was_typed(
    client: TestClient, workspace: Workspace, changes: dict[str, str], told: str
) -> None:
    page = client.post("/data/forms/new", data={**VISIT, **changes})
    assert page.status_code == 422
    assert told in words(page)
    assert 'value="favourite_tea"' in page.text
    assert forms.forms(workspace) == []


def test_forms_are_off_until_somebody_switches_them_on(client: TestClient, workspace: Workspace) -> None:
    client.post("/data/forms/new", data=VISIT)
    address = forms.form(workspace, "visit").address
    assert client.get(address).status_code == 404
    assert "switched off" in words(client.get("/data/forms"))
    client.post("/data/forms/allow")
    assert client.get(address).status_code == 200
    client.post("/data/forms/visit/close")
    assert client.get(address).status_code == 404
    client.post("/data/forms/visit/open")
    assert client.get(address).status_code == 200


def test_the_shared_page_shows_nothing_of_the_site(client: TestClient, address: str) -> None:
    page = client.get(f"{address}?lang=zh")
    assert "/customers" not in page.text and "预约到店" in page.text and "绿茶" in page.text
    assert "noindex" in page.text and "<script" not in page.text


def test_an_entry_is_thanked_and_landed_by_the_next_load(
    client: TestClient, workspace: Workspace, address: str
) -> None:
    done = client.post(address, data={"name": HOSTILE, "phone": "13800138000", "consent": "yes"})
    assert done.url.path == f"{address}/thanks"
    [batch] = load(Workspace(workspace.folder), ["visit"], actor="ann", now=NOW)
    assert batch.rows_landed == 1


def test_what_is_wrong_is_said_beside_its_question(client: TestClient, workspace: Workspace, address: str) -> None:
    page = client.post(f"{address}?lang=zh", data={"name": "", "phone": "打给我", "favourite_tea": "green"})
    assert page.status_code == 422
    assert "打给我" in page.text and page.text.count('id="wrong-') == 2
    assert forms.form(workspace, "visit").entries == 0


def test_programs_fall_into_the_trap_and_learn_nothing(client: TestClient, workspace: Workspace, address: str) -> None:
    done = client.post(address, data={"name": "Bot", shared_form.TRAP: "http://spam.example"})
    assert done.url.path == f"{address}/thanks"
    assert forms.form(workspace, "visit").entries == 0


def test_too_many_at_once_have_to_wait_and_lose_nothing(client: TestClient, workspace: Workspace, address: str) -> None:
    answers = [client.post(address, data={"name": f"N{n}"}).status_code for n in range(shared_form.EACH + 1)]
    assert answers == [200] * shared_form.EACH + [429]
    assert forms.form(workspace, "visit").entries == shared_form.EACH


def test_a_huge_entry_and_one_from_another_site_are_refused(client: TestClient, address: str) -> None:
    assert client.post(address, data={"name": "x" * 100_000}).status_code == 400
    assert client.post(address, data={"name": "A"}, headers={"Origin": "http://evil.example"}).status_code == 403
    assert client.get("/f/nothing").status_code == 404


def test_a_form_is_removed_with_its_source(client: TestClient, workspace: Workspace, address: str) -> None:
    client.post("/data/forms/visit/remove")
    assert forms.forms(workspace) == []
    assert "There are no forms yet" in words(client.get("/data/forms"))


def test_the_turnstile_counts_each_for_itself_and_forgets() -> None:
    stile = Turnstile(2, 60)
    assert [stile.passes("a", now) for now in (0, 1, 2)] == [True, True, False]
    assert stile.passes("b", 2)
    assert stile.passes("a", 61)


def test_forms_over_http(client: TestClient, address: str) -> None:
    [found] = client.get("/api/forms").json()["forms"]
    assert (found["name"], found["address"], found["entries"]) == ("visit", address, 0)
    assert client.get("/api/forms/visit").json()["form"]["table"] == "people"
    body = {"kind": "survey", "title": "How was it?", "question": "How was it?"}
    assert client.put("/api/forms/survey", json=body).status_code == 200
    assert client.put("/api/forms/survey", json={"kind": "survey"}).status_code == 422
    assert client.delete("/api/forms/survey").status_code == 204
    assert client.get("/api/forms/survey").status_code == 404
