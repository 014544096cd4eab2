"""The pages of data: sources, batches, mended rows, the wizard step by step, mappings; and the same over HTTP."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from portraits.api import receiving
from portraits.app.data import importing, imports
from portraits.app.data.sources import load
from portraits.app.jobs import jobs
from portraits.engine.workspace import Workspace
from tests.app.uploaded import NOW, members, orders, packed, prepared, row_hash, sent, shop
from tests.faces.company import HOSTILE
from tests.faces.visits import visitor

BAD = "ticket,member,sold,paid\nA1,M01,2026-04-01 10:00:00,dear\nA2,M02,2026-04-02 10:00:00,5\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = shop(tmp_path)
    (made.folder / "till" / "april.csv").write_text(BAD, encoding="utf-8")
    load(made, actor="ann", now=NOW)
    return made


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    with visitor(workspace) as client:
        yield client


def words(answer: Response) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def fields(answer: Response) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = (
        answer.text[answer.text.rindex('<form class="card mapping"') :]
        if "card mapping" in answer.text
        else answer.text
    )
    found = {}
    for name, body in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag and 'type="radio"' not in tag:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def upload(client: TestClient, name: str, content: bytes) -> Response:
    return client.post("/data/import", files={"file": (name, content)})


def test_sources_are_listed_with_rows_rejects_and_what_they_become(client: TestClient) -> None:
    text = words(client.get("/data"))
    assert "2 sources" in text and "till/*.csv" in text and "Person records" in text
    zh = words(client.get("/data?lang=zh"))
    assert "共 2 个数据源" in zh and "正常" in zh and "客户记录" in zh


def test_a_source_shows_its_batches_and_its_newest_row(client: TestClient) -> None:
    text = words(client.get("/data/sources/till"))
    assert "Batch 2" in text and "2026-04-02 10:00" in text
    assert client.get("/data/sources/tilt").status_code == 404


def test_an_empty_workspace_says_what_to_do_first(tmp_path: Path) -> None:
    (tmp_path / "portraits.toml").write_text('[settings]\ntitle = "T"\nbusiness = "retail"\n', encoding="utf-8")
    with visitor(Workspace(tmp_path)) as client:
        assert "There is no data yet" in words(client.get("/data"))
        assert "Nothing has been loaded yet" in words(client.get("/data/batches"))
        assert "还没有数据" in words(client.get("/data?lang=zh"))


def test_rejected_rows_are_shown_downloaded_mended_and_loaded(client: TestClient, workspace: Workspace) -> None:
    page = client.get("/data/batches/2")
    assert "'dear' cannot be read as amount" in words(page)
    assert "“dear”无法识别为 amount" in words(client.get("/data/batches/2?lang=zh"))
    file = client.get("/data/batches/2/rejects.csv?lang=en")
    assert 'filename="batch-2-rejected.csv"' in file.headers["content-disposition"]
    mended = file.text.replace("dear", "7.50").encode()
    done = client.post("/data/batches/2/replay", files={"file": ("mended.csv", mended)})
    assert done.url.path == "/data/batches/4"
    assert "wait to be mended" not in words(client.get("/data/batches/2"))


def test_what_cannot_be_replayed_says_why_on_the_page(client: TestClient) -> None:
    wrong = client.post("/data/batches/2/replay", files={"file": ("x.csv", b"a,b\n1,2\n")})
    assert wrong.status_code == 400
    assert "does not have the columns" in words(wrong)
    none = client.post("/data/batches/2/replay", data={"x": "1"})
    assert "No file was chosen" in words(none)


def test_a_batch_is_taken_back_after_it_says_what_happens(client: TestClient) -> None:
    assert "will no longer count" in words(client.get("/data/batches/3"))
    done = client.post("/data/batches/3/undo")
    assert done.url.path == "/data/batches/3"
    assert "Taken back" in words(done)
    assert client.get("/data/batches/99").status_code == 404


def test_the_wizard_from_upload_to_job_and_back(client: TestClient, workspace: Workspace) -> None:
    before = row_hash(workspace)
    page = upload(client, "会员.csv", members(60).encode("gb18030"))
    assert page.url.path == "/data/import/1/header"
    assert "gb18030" in page.text and "王丁" in page.text
    assert {name: value for name, value in fields(page).items() if value} == {}  # all as recognised
    page = client.post("/data/import/1/header", data=fields(page))
    assert page.url.path == "/data/import/1/columns"
    sent_fields = fields(page)
    assert sent_fields["from.phone"] == "手机号"
    page = client.post("/data/import/1/columns", data=sent_fields)
    assert page.url.path == "/data/import/1/values"
    page = client.post("/data/import/1/values", data=fields(page))
    assert page.url.path == "/data/import/1/check"
    assert "Rows read 60 Will land 59 Will be rejected 1" in words(page)
    failed = client.get("/data/import/1/check/failed.csv")
    assert "没有编号" in failed.text
    page = client.post("/data/import/1/check")
    assert page.url.path == "/data/import/1/review"
    assert fields(page)["name"] == "people"
    page = client.post("/data/import/1/review", data={"name": "vips"})
    assert re.fullmatch(r"/jobs/\d+", page.url.path)
    _wait(workspace)
    page = client.get("/data/import/1")
    assert "The file is imported" in words(page)
    assert client.get("/data/import/1/header").url.path == "/data/import/1"
    page = client.post("/data/import/1/end/undo")
    assert "The import was undone" in words(page)
    assert row_hash(workspace) == before


def _wait(workspace: Workspace) -> None:
    until = time.monotonic() + 60
    while any(each.open for each in jobs.jobs(workspace)) and time.monotonic() < until:
        time.sleep(0.1)
    assert [each.status for each in jobs.jobs(workspace)] == ["done"]
    for worker in jobs._workers:
        worker.wait(10)


def test_a_step_cannot_be_reached_before_the_one_before_it(client: TestClient) -> None:
    upload(client, "orders.csv", orders(5).encode())
    for step in ("columns", "check", "review", "nonsense"):
        assert client.get(f"/data/import/1/{step}").url.path == "/data/import/1/header"
    assert client.post("/data/import/1/nonsense").status_code == 404
    assert client.get("/data/import/77").status_code == 404


def test_reload_goes_on_where_one_was(client: TestClient, workspace: Workspace) -> None:
    upload(client, "orders.csv", orders(5).encode())
    client.post("/data/import/1/header", data={})
    with visitor(workspace) as another:
        assert another.get("/data/import/1").url.path == "/data/import/1/columns"
        assert "orders.csv" in words(another.get("/data"))


def test_a_file_of_several_asks_which(client: TestClient) -> None:
    page = upload(client, "all.zip", packed(members=members(), orders=orders(20)))
    assert page.url.path == "/data/import/1/sheet"
    page = client.post("/data/import/1/sheet", data={"inside": "orders.csv"})
    assert page.url.path == "/data/import/1/header"
    assert "20 rows, 5 columns" in words(page)


def test_wrong_expressions_stay_on_the_page_with_what_was_typed(client: TestClient) -> None:
    upload(client, "orders.csv", orders(5).encode())
    page = client.post("/data/import/1/header", data={})
    typed = {**fields(page), "from.amount": "=", "expression.amount": "amout * 2"}
    page = client.post("/data/import/1/columns?lang=zh", data=typed)
    assert page.status_code == 422
    assert fields(page)["expression.amount"] == "amout * 2"
    assert "您是不是要写 amount？" in words(page)
    assert fields(page)["from.order_id"] == '"order no"'


def test_an_encoding_that_does_not_fit_is_told_beside_the_choice(client: TestClient) -> None:
    upload(client, "members.csv", members().encode("gb18030"))
    page = client.post("/data/import/1/header", data={"encoding": "utf-8"})
    assert page.status_code == 400
    assert "is not utf-8" in words(page)
    assert fields(page)["encoding"] == "utf-8"


def test_a_file_nobody_can_read_keeps_its_page(client: TestClient) -> None:
    page = upload(client, "picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    assert page.url.path == "/data/import/1/header"
    assert "is a picture" in words(page)


def test_names_that_are_taken_are_refused_and_kept(client: TestClient, workspace: Workspace) -> None:
    prepared(workspace, sent(workspace, "orders.csv", orders(5).encode()))
    page = client.post("/data/import/1/review", data={"name": "till"})
    assert page.status_code == 422
    assert fields(page)["name"] == "till"
    assert "already" in words(page)


def test_an_import_can_be_given_up(client: TestClient) -> None:
    upload(client, "orders.csv", orders(5).encode())
    page = client.post("/data/import/1/end/drop")
    assert page.url.path == "/data/import"
    assert "orders.csv" not in words(page)


def test_an_empty_and_a_too_large_upload_are_refused_on_the_page(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The file is empty" in words(upload(client, "a.csv", b""))
    assert "No file was chosen" in words(client.post("/data/import", data={"x": "y"}))
    monkeypatch.setattr(receiving, "LARGEST", 100)
    monkeypatch.setattr(receiving, "_BESIDE", 0)
    large = upload(client, "a.csv", b"a,b\n" * 1000)
    assert large.status_code == 400
    assert "larger than" in words(large)


def test_an_upload_from_another_site_is_refused(client: TestClient) -> None:
    files = {"file": ("a.csv", b"a\n1\n")}
    assert client.post("/data/import", files=files, headers={"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_template_is_recognised_when_it_comes_back(client: TestClient, language: str) -> None:
    for number, table in enumerate(("people", "orders", "order_lines", "products", "deals"), 1):
        file = client.get(f"/data/import/template/{table}.csv?lang={language}")
        upload(client, f"{table}.csv", file.content)
        found = client.get(f"/api/imports/{number}/columns?table={table}").json()
        unmatched = [each["column"] for each in found["columns"] if not each["expression"]]
        assert unmatched == [], (table, language)


def test_hostile_headings_and_values_show_as_text(client: TestClient) -> None:
    rows = f'id,"{HOSTILE.replace(chr(34), chr(34) * 2)}"\n1,"{HOSTILE.replace(chr(34), chr(34) * 2)}"\n2,x\n'
    page = upload(client, f"{HOSTILE}.csv", rows.encode())
    assert "<script>document" not in page.text
    page = client.post("/data/import/1/header", data={})
    assert "<script>document" not in page.text and "onerror=alert" in words(page)


def test_a_mapping_is_edited_with_its_comments_kept(client: TestClient, workspace: Workspace) -> None:
    path = workspace.folder / "portraits.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace('amount = "paid"', 'amount = "paid"  # in yuan'), encoding="utf-8"
    )
    page = client.get("/data/mappings/till")
    assert "1.50" in words(page)
    typed = {**fields(page), "expression.amount": "paid * 100"}
    page = client.post("/data/mappings/till", data=typed)
    assert "The mapping is saved." in words(page)
    text = path.read_text(encoding="utf-8")
    assert "paid * 100" in text and "# in yuan" in text


def test_a_mapping_that_cannot_be_is_not_saved(client: TestClient, workspace: Workspace) -> None:
    before = (workspace.folder / "portraits.toml").read_text(encoding="utf-8")
    typed = {**fields(client.get("/data/mappings/till")), "expression.amount": "piad"}
    page = client.post("/data/mappings/till", data=typed)
    assert page.status_code == 422
    assert "Did you mean paid?" in words(page)
    assert fields(page)["expression.amount"] == "piad"
    assert (workspace.folder / "portraits.toml").read_text(encoding="utf-8") == before
    assert client.get("/data/mappings/tilt").status_code == 404


def test_a_mapping_somebody_changed_meanwhile_is_not_overwritten(client: TestClient) -> None:
    typed = fields(client.get("/data/mappings/till"))
    client.post("/data/mappings/till", data={**typed, "expression.store": "'one'"})
    page = client.post("/data/mappings/till", data={**typed, "expression.store": "'two'"})
    assert page.status_code == 409
    assert "changed" in words(page)


def test_expressions_are_tried_over_http_in_the_language_of_the_page(client: TestClient) -> None:
    asked = {"columns": {"amount": "paid * 2", "order_id": "tiket"}, "where": ""}
    told = client.post("/api/mappings/till/try?lang=zh", json=asked).json()
    assert told["samples"]["amount"]
    [fault] = [each for each in told["faults"] if each["field"] == "columns.order_id"]
    assert fault["hint"] == "您是不是要写 ticket？"


def test_an_import_over_http_alone(client: TestClient, workspace: Workspace) -> None:
    made = client.post("/api/imports?name=may.csv", content=orders(30).encode()).json()
    assert (made["id"], made["status"], made["step"]) == (1, "open", "header")
    assert client.patch("/api/imports/1", json={"reading": {}}).json()["step"] == "columns"
    found = client.get("/api/imports/1/columns").json()
    columns = {each["column"]: each["expression"] for each in found["columns"]}
    wrong = client.patch("/api/imports/1", json={"table": "orders", "columns": {**columns, "amount": "x"}})
    assert wrong.status_code == 422
    assert client.patch("/api/imports/1", json={"table": "orders", "columns": columns}).json()["step"] == "values"
    [status] = client.get("/api/imports/1/values").json()["columns"]
    words_of = {each["value"]: each["word"] for each in status["values"]}
    assert words_of == {"paid": "completed"}
    chosen: dict[str, Any] = {"values": {"status": words_of}, "checked": True, "name": "may"}
    assert client.patch("/api/imports/1", json=chosen).json()["step"] == "review"
    told = client.get("/api/imports/1/check").json()
    assert (told["read"], told["lands"], told["rejected"]) == (30, 30, 0)
    importing.carry_out(workspace, 1, actor="ann", now=NOW)
    assert client.get("/api/sources/may").json()["source"]["rows"] == 30
    assert client.post("/api/imports/1/undo").json()["status"] == "undone"
    assert client.get("/api/sources").json()["sources"][-1]["name"] != "may"


def test_batches_over_http(client: TestClient) -> None:
    assert [each["id"] for each in client.get("/api/batches?source=till").json()["batches"]] == [3, 2]
    batch = client.get("/api/batches/2").json()
    assert batch["rejects"][0]["reason"]["zh"].startswith("“dear”无法识别")
    undone = client.post("/api/batches/2/undo").json()
    assert undone["batch"]["state"] == "undone"
    assert client.get("/api/batches/99").status_code == 404


def test_a_dropped_import_over_http(client: TestClient, workspace: Workspace) -> None:
    client.post("/api/imports?name=may.csv", content=orders(3).encode())
    assert client.delete("/api/imports/1").status_code == 204
    assert imports.imports(workspace) == []
