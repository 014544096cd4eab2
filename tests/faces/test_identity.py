"""Identity on the command line and over HTTP."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.app.jobs import jobs, work
from portraits.cli.program import run
from portraits.engine.progress import SILENT
from portraits.engine.workspace import Workspace
from tests.app.duplicates import MATCH, NOW, PEOPLE, customers, stocked
from tests.faces.visits import visitor


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    like = (*PEOPLE, "c7,王芳,,,上海,2024-03-03")
    found = stocked(tmp_path_factory.mktemp("shop"), like, MATCH + "link = 6.0\nreview = -30.0\n")
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


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_matching_did_is_told_in_both_languages(
    language: str, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    spoken = ("--lang", language, "identity")
    said = {"en": "Country code added", "zh": "补全国家代码"}[language]
    assert said in _told(workspace, capsys, *spoken, "repairs")
    assert said in _told(workspace, capsys, *spoken, "repairs", "c1")
    assert said in _told(workspace, capsys, *spoken, "repairs", "--field", "phone", "--note", "country_code")
    assert {"en": "same name", "zh": "姓名相同"}[language] in _told(workspace, capsys, *spoken, "models")
    assert "c1" in _told(workspace, capsys, *spoken, "households", "c1")
    assert _told(workspace, capsys, *spoken, "households")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (["repairs"], "/api/identity/repairs"),
        (
            ["repairs", "--field", "phone", "--note", "country_code"],
            "/api/identity/repairs/values?field=phone&note=country_code",
        ),
        (["repairs", "c1"], "/api/customers/c1/repairs"),
        (["households"], "/api/households"),
        (["households", "c1"], "/api/customers/c1/household"),
        (["models"], "/api/identity/models"),
        (["identify", "--phone", "13812345671"], "/api/identify?phone=13812345671"),
    ],
)
def test_what_matching_did_has_one_shape_on_both_faces(
    typed: list[str], path: str, workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(_told(workspace, capsys, "identity", *typed, "--json")) == client.get(path).json()


def test_learning_anew_is_asked_for_over_http_and_by_a_command(
    workspace: Workspace, client: TestClient, capsys: pytest.CaptureFixture[str]
) -> None:
    first = client.post("/api/identity/models/retrain")
    assert (first.status_code, first.json()) == (202, {"training": 1})
    assert json.loads(_told(workspace, capsys, "identity", "retrain", "--json")) == {"training": 2}
    assert "training = 3" in _told(workspace, capsys, "identity", "retrain")
    assert client.get("/api/identity/models").json()["asked"] is True


@pytest.fixture
def hasty(tmp_path: Path) -> Workspace:
    """A shop where decisions count at once."""
    found = stocked(tmp_path / "hasty", settings="")
    return found


def test_a_command_lets_a_decision_count_at_once_or_leaves_it_for_later(
    hasty: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads(_told(hasty, capsys, "identity", "link", "c2", "c5", "--json"))
    assert (told["touch_up"]["how"], told["touch_up"]["run"], told["touch_up"]["acts"]) == ("touched", 2, [told["act"]])
    assert customers(hasty)["c5"] == "c2"
    assert json.loads(_told(hasty, capsys, "identity", "undo", "1", "--later", "--json"))["touch_up"] is None
    assert customers(hasty)["c5"] == "c2"
    assert "3" in _told(hasty, capsys, "identity", "touch-up")
    assert customers(hasty)["c5"] == "c5"
    assert "Nothing" in _told(hasty, capsys, "identity", "touch-up")
    assert re.search(r"Touch-up of run \d: 2 customers", _told(hasty, capsys, "runs", "3"))


def test_over_http_and_on_pages_one_job_lets_decisions_count(hasty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "wake", lambda _: None)
    client = visitor(hasty)
    made = client.post("/api/identity/decisions", json={"verdict": "link", "one": "c2", "other": "c5"}).json()
    again = client.post("/api/identity/touch-ups").json()
    assert made["job"] == again["job"]
    work.WORK["touch_up"](work.Task(hasty, {}, SILENT, "li", NOW))
    assert client.get("/api/customers/c5").json()["customer"]["customer_id"] == "c2"
    assert "Touch-up of run 1" in client.get("/runs/2").text
    assert client.get("/api/runs/2").json()["touch_up"]["of"] == 1


def test_a_workspace_may_leave_decisions_to_the_next_build(workspace: Workspace, client: TestClient) -> None:
    made = client.post("/api/identity/decisions", json={"verdict": "link", "one": "c2", "other": "c6"}).json()
    assert made["job"] is None
    assert client.post(f"/api/identity/decisions/{made['act']}/undo").json()["job"] is None
