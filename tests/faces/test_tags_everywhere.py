"""Tags written and put by hand from the API and the command line: the same use cases, the same answers."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.app.runs.builds import build
from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.faces.little import little_built
from tests.faces.visits import visitor

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
FACT = {"title": "Big", "kind": "fact", "table": "orders", "value": "count(*)", "where": "amount > 5", "empty": 0}
VIP = '# dear\n[tags.vip]\ntitle = "VIP"\nkind = "manual"\nlabels = { gold = { en = "Gold", zh = "金卡" } }\n'


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return little_built(tmp_path / "shop", NOW, hand=VIP)


@pytest.fixture
def api(place: Workspace) -> Iterator[TestClient]:
    with visitor(place) as client:
        yield client


class Shell:
    """Commands over one workspace, as somebody types them."""

    def __init__(self, place: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
        self._place, self._capsys = place, capsys

    def __call__(self, *typed: str, code: int = 0) -> str:
        assert run([*typed, "-w", str(self._place.folder), "--lang", "en"]) == code
        shown = self._capsys.readouterr()
        return shown.err if code else shown.out

    def json(self, *typed: str) -> Any:
        assert run([*typed, "-w", str(self._place.folder), "--json"]) == 0
        return json.loads(self._capsys.readouterr().out)


@pytest.fixture
def shell(place: Workspace, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(place, capsys)


def test_a_tag_is_previewed_made_changed_and_retired_over_http(place: Workspace, api: TestClient) -> None:
    asked = {"name": "big", "definition": FACT}
    told = api.post("/api/tags/preview", json=asked).json()
    assert (told["faults"], told["base"], told["figures"]["known"], told["changed"]) == ([], 12, 12, None)
    assert not (place.folder / "tags.toml").exists()
    assert api.post("/api/tags", json=asked).status_code == 201
    assert api.post("/api/tags", json=asked).json()["error"]["faults"][0]["field"] == "name"
    seen = api.get("/api/tags/big/definition").json()
    assert seen["definition"] == FACT
    changed = {"definition": {**FACT, "empty": 1}, "seen": seen["fingerprint"]}
    assert api.put("/api/tags/big", json=changed).json()["definition"]["empty"] == 1
    assert api.put("/api/tags/big", json=changed).status_code == 409
    assert api.put("/api/tags/bigg", json=changed).status_code == 404
    assert api.post("/api/tags/big/retire").json()["definition"]["retired"] is True
    assert "retired" not in api.post("/api/tags/big/restore").json()["definition"]
    assert [each["keys"] for each in api.get("/api/tags/big/versions").json()["edits"]][:3] == [
        ["retired"],
        ["retired"],
        ["empty"],
    ]
    assert api.post("/api/tags/orders_all/retire").status_code == 403
    assert api.get("/api/tags/orders_all/users").json()["users"] == {"tags": ["loyal"], "audiences": ["loyal_ones"]}


def test_faults_of_a_tag_are_told_by_field_over_http(api: TestClient) -> None:
    wrong = {"name": "big", "definition": {**FACT, "value": "sum(amout)"}}
    answer = api.post("/api/tags", json=wrong)
    assert answer.status_code == 422
    [fault] = answer.json()["error"]["faults"]
    assert (fault["block"], fault["field"], fault["hint"]) == ("tags.big", "value", "Did you mean amount?")
    told = api.post("/api/tags/preview", json=wrong).json()["faults"][0]
    assert (told["field"], told["hint"]["zh"]) == ("value", "您是不是要写 amount？")
    half = r'{"name": "big", "definition": {"title": "\ud800", "kind": "manual"}}'
    answer = api.post("/api/tags", content=half, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


def test_the_kinds_are_told_with_their_fields(api: TestClient) -> None:
    kinds = {each["kind"]: each for each in api.get("/api/tag-kinds").json()["kinds"]}
    assert list(kinds)[:6] == ["fact", "rule", "rank", "preference", "latest", "manual"]
    fields = {each["name"]: each for each in kinds["fact"]["fields"]}
    assert (fields["value"]["form"], fields["value"]["required"]) == ("code", True)
    assert "orders" in fields["table"]["choices"]
    cases = next(each for each in kinds["rule"]["fields"] if each["name"] == "cases")
    assert [each["name"] for each in cases["fields"]] == ["when", "value", "label"]


def test_values_are_put_listed_and_taken_over_http(place: Workspace, api: TestClient) -> None:
    done = api.post(
        "/api/tags/vip/manual", json={"value": "金卡", "customers": ["M01", "M99"], "source": "fair"}
    ).json()
    assert (done["value"], done["customers"], done["left_out"]) == ("gold", 1, 1)
    assert done["troubles"][0]["customer"] == "M99"
    assert done["troubles"][0]["what"]["zh"] != done["troubles"][0]["what"]["en"]
    done = api.post("/api/tags/vip/manual", json={"value": "gold", "rule": "orders_all >= 11"}).json()
    assert done["customers"] == 2
    body = b"customer_id,value\nM05,gold\nM06,tin\n"
    done = api.post("/api/tags/vip/manual/list?source=members.csv", content=body).json()
    assert (done["customers"], done["troubles"][0]["row"]) == (1, 3)
    found = api.get("/api/tags/vip/manual").json()
    assert (found["total"], found["customers"], found["waiting"], found["values"]) == (4, 4, 4, {"gold": 4})
    assert found["statements"][0] == {
        **found["statements"][0],
        "customer_id": "M05",
        "value": "gold",
        "source": "members.csv",
        "counts": True,
        "in_run": False,
    }
    build(place, now=datetime.now(UTC))
    assert api.get("/api/customers?rule=vip+%3D+'gold'").json()["total"] == 4
    told = api.get("/api/customers/M01/why/vip").json()
    assert told["evidence"]["told"][0]["statement"]["source"] == "fair"
    assert api.post("/api/tags/vip/manual/take", json={"customers": ["M01", "M02"]}).json()["customers"] == 1
    assert len(api.get("/api/tags/vip/manual?customer=M01").json()["statements"]) == 2
    assert api.post("/api/tags/loyal/manual", json={"value": "x", "customers": ["M01"]}).status_code == 403


def test_a_tag_is_written_from_the_command_line(place: Workspace, shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "big.toml"
    file.write_text('[tags.big]\ntitle = "Big"\nkind = "fact"\ntable = "orders"\nvalue = "count(*)"\n')
    told = shell("tag", "preview", "big", "--from", str(file), "--set", "where=amount > 5")
    assert "of 12 customers" in told
    assert "big is written" in shell("tag", "edit", "big", "--from", str(file), "--set", "where=amount > 5")
    assert tomllib.loads((place.folder / "tags.toml").read_text())["tags"]["big"]["where"] == "amount > 5"
    shell("tag", "edit", "big", "--set", "empty=0", "--drop", "where")
    assert "where" not in (place.folder / "tags.toml").read_text()
    assert "[tags.big].value" in shell("tag", "edit", "big", "--set", "value=sum(amout)", code=2).replace(
        "big.value", "big].value"
    )
    assert "Did you mean amount?" in shell("tag", "preview", "big", "--set", "value=sum(amout)")
    versions = shell.json("tag", "versions", "big")
    assert versions["file"] == "tags.toml"
    assert "empty = 0" in shell("tag", "versions", "big")
    assert "Nothing uses it" in shell("tag", "users", "big")
    assert "Audiences: loyal_ones" in shell("tag", "users", "orders_all")
    assert "is used by" in shell("tag", "retire", "orders_all", code=5)
    assert "big is retired" in shell("tag", "retire", "big")
    assert "has values again" in shell("tag", "restore", "big")
    assert "KEY=VALUE" in shell("tag", "edit", "big", "--set", "nothing", code=6)
    assert "cannot be read" in shell("tag", "edit", "big", "--from", str(tmp_path / "no.toml"), code=6)


def test_values_are_put_from_the_command_line(place: Workspace, shell: Shell, tmp_path: Path) -> None:
    told = shell("tag", "put", "vip", "gold", "M01", "M99", "--source", "fair", "--at", "2026-01-31")
    assert "Put on 1 customers" in told
    assert "M99: There is no such customer" in told
    (tmp_path / "list.csv").write_text("M02,gold\n")
    assert shell.json("tag", "put", "vip", "--list", str(tmp_path / "list.csv"))["customers"] == 1
    assert shell.json("tag", "put", "vip", "gold", "--rule", "orders_all >= 12")["customers"] == 1
    assert "3 customers have a value; 3 statements wait" in shell("tag", "history", "vip")
    assert shell.json("tag", "history", "vip", "--customer", "M01")["statements"][0]["at"] == "2026-01-31T00:00:00"
    assert "Taken off 1 customers" in shell("tag", "take", "vip", "M01", "M03")
    assert "is not one of the values" in shell("tag", "put", "vip", "tin", "M01", code=6)
    build(place, now=datetime.now(UTC))
    assert "stable" not in shell("tag", "course", "vip")
    assert shell.json("tag", "course", "vip")["points"][-1]["known"] == 2


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (["tag", "versions", "loyal"], "/api/tags/loyal/versions"),
        (["tag", "course", "loyal"], "/api/tags/loyal/course"),
        (["tag", "users", "orders_all"], "/api/tags/orders_all/users"),
        (["tag", "history", "vip"], "/api/tags/vip/manual"),
    ],
)
def test_both_answer_in_the_same_shape(shell: Shell, api: TestClient, typed: list[str], path: str) -> None:
    assert shell.json(*typed) == api.get(path).json()
