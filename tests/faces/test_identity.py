"""Identity on the command line and over HTTP."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.app.duplicates import MATCH, PEOPLE, built, shop
from tests.faces.visits import visitor


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    like = (*PEOPLE, "c7,王芳,,,上海,2024-03-03")
    found = shop(tmp_path_factory.mktemp("shop"), like, MATCH + "link = 6.0\nreview = -30.0\n")
    built(found)
    return found


@pytest.fixture
def client(workspace: Workspace) -> TestClient:
    return visitor(workspace)


def _told(workspace: Workspace, capsys: pytest.CaptureFixture[str], *typed: str, code: int = 0) -> str:
    assert run([*typed, "-w", str(workspace.folder)]) == code
    shown = capsys.readouterr()
    return shown.err if code else shown.out


def test_who_somebody_is_over_http(client: TestClient) -> None:
    answer = client.get("/api/identify", params={"phone": "138-1234-5671"})
    [likely] = answer.json()["candidates"]
    assert (likely["customer"]["customer_id"], likely["by"]) == ("c1", ["phone"])
    assert client.get("/api/identify").status_code == 400


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_speaks_both_languages(
    language: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken = ("--lang", language)
    assert "c1" in _told(workspace, capsys, *spoken, "identity", "identify", "--phone", "13812345671")
    assert "c7" in _told(workspace, capsys, *spoken, "identity", "review")
    assert "c3" in _told(workspace, capsys, *spoken, "identity", "split", "c1", "c3", "--preview")
    assert "c1" in _told(workspace, capsys, *spoken, "identity", "history", "c3")
    assert _told(workspace, capsys, *spoken, "identity", "identify", "--phone", "13999999999")


def test_decisions_are_made_listed_and_taken_back(
    workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    before = client.get("/api/identity/candidates").json()
    pair = before["pairs"][0]
    asked = {"verdict": "apart", "one": pair["left_id"], "other": pair["right_id"], "why": "father and son"}
    made = client.post("/api/identity/decisions", json=asked)
    assert made.status_code == 201
    after = client.get("/api/identity/candidates").json()
    assert (after["total"], after["waiting"]) == (before["total"] - 1, 1)
    assert "father" in json.dumps(client.get("/api/identity/decisions").json())
    assert _told(workspace, capsys, "identity", "decisions")
    assert client.post(f"/api/identity/decisions/{made.json()['act']}/undo").json()["verdict"] == "undone"
    assert client.get("/api/identity/candidates").json()["total"] == before["total"]


def test_links_and_splits_from_both_faces(
    workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    parting = {"customer": "c1", "records": ["c3"]}
    preview: dict[str, Any] = client.post("/api/identity/splits/preview", json=parting).json()
    assert [part["keeps_id"] for part in preview["parts"]] == [True, False]
    split = client.post("/api/identity/splits", json=parting).json()
    linked = json.loads(_told(workspace, capsys, "identity", "link", "c4", "c5", "--json"))
    assert linked["verdict"] == "link"
    assert "c4" in _told(workspace, capsys, "identity", "apart", "c4", "c2", "--json")
    told = client.get("/api/customers/c1/identity").json()
    assert (told["record_ids"], told["waiting"]) == (["c1", "c3"], 1)
    for act in (split["act"], linked["act"], linked["act"] + 1):
        _told(workspace, capsys, "identity", "undo", str(act))
    assert _told(workspace, capsys, "identity", "undo", "99", code=4)
