"""A manual tag on a customer's own page: put, taken off, refused with a reason; and the same in a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.faces.company import HOSTILE
from tests.faces.little import little_built
from tests.faces.test_tags_page import NOW, VIP
from tests.faces.visits import text, visitor


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return little_built(tmp_path / "shop", NOW, hand=VIP)


@pytest.fixture
def client(place: Workspace) -> Iterator[TestClient]:
    with visitor(place, follow=False) as client:
        yield client


def test_a_tag_is_put_on_a_customer_on_its_own_page(place: Workspace, client: TestClient) -> None:
    assert 'href="/customers/M03/tags#by-hand"' in client.get("/customers/M03").text
    sent = {"tag": "vip", "value": "gold", "source": HOSTILE, "at": "2026-04-01", "way": "put"}
    answer = client.post("/customers/M03/by-hand", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/M03/tags#by-hand")
    page = client.get("/customers/M03/tags?lang=zh").text
    assert "金卡" in text(page)
    assert "待构建" in text(page)
    assert HOSTILE not in page
    assert client.get("/api/customers/M03/by-hand").json()["tags"][0]["value"] == "gold"
    client.post("/customers/M03/by-hand", data={"tag": "vip", "way": "take"})
    assert client.get("/api/customers/M03/by-hand").json()["tags"][0]["value"] is None


def test_a_value_that_cannot_be_stays_in_the_form_of_the_customer(client: TestClient) -> None:
    sent = {"tag": "vip", "value": "bronze", "source": "fair", "way": "put"}
    answer = client.post("/customers/M03/by-hand", data=sent)
    assert answer.status_code == 400
    assert "is not one of the values" in text(answer.text)
    assert 'value="fair"' in answer.text
    assert client.post("/customers/M99/by-hand", data={**sent, "value": "gold"}).status_code == 404
    assert client.post("/customers/M03/by-hand", data={"tag": "none", "value": "x"}).status_code == 404


def test_the_manual_tags_of_a_customer_in_a_terminal(
    place: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tag", "by-hand", "M03", "-w", str(place.folder), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == client.get("/api/customers/M03/by-hand").json()
    assert run(["tag", "by-hand", "M03", "-w", str(place.folder), "--lang", "zh"]) == 0
    assert "贵宾" in capsys.readouterr().out
