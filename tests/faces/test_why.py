"""Why a value is what it is: scores of expressions, retired inputs, records that disagree, changed definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.app.customers.evidence import MOST_CLAIMS, why
from portraits.app.data.sources import load
from portraits.app.runs.builds import build
from portraits.cli.program import run
from portraits.engine.runs import run_info
from portraits.engine.workspace import Workspace
from tests.app.sheets import settings, sheet
from tests.faces.visits import visitor

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DEFINITIONS = (
    settings(customer_key="phone")
    + sheet("crm", "people", record_id="id", phone="tel", city="town", updated_at="told")
    + sheet("till", "orders", order_id="no", record_id="who", ordered_at="at", amount="paid")
    + """
[tags.city]
title = "City"
kind = "latest"
column = "city"
stated = true

[tags.orders]
title = "Orders"
kind = "fact"
table = "orders"
value = "count(*)"

[tags.spend]
title = "Spend"
kind = "fact"
table = "orders"
value = "sum(amount)"
retired = true

[tags.basket]
title = "Basket"
kind = "rank"
of = "spend / orders"
into = 3

[tags.big]
title = "Big"
kind = "rule"
cases = [{ when = "spend >= 100", value = "big" }]
otherwise = "small"

[tags.local]
title = "Local"
kind = "rule"
when = "city = 'Lyon' and orders > 0"

[tags.local_score]
title = "Local score"
kind = "rank"
of = "case when local then orders else 0 end"
"""
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Customers a and b with an order each, and c with many records that all disagree."""
    return _shop(tmp_path_factory.mktemp("shop"))


def _shop(folder: Path) -> Workspace:
    people = ["a1,1,Paris,2026-01-01", "a2,1,Lyon,2026-01-05", "a3,1,,2026-02-01", "b1,2,Nice,2026-01-01"]
    people += [f"c{number:02},3,Town {number},2026-01-03" for number in range(40)]
    orders = ["1,a1,2026-01-02,150", "2,b1,2026-01-02,20", "3,b1,2026-01-03,40", "4,c01,2026-01-03,90"]
    (folder / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    (folder / "crm.csv").write_text("\n".join(["id,tel,town,told", *people, ""]), encoding="utf-8")
    (folder / "till.csv").write_text("\n".join(["no,who,at,paid", *orders, ""]), encoding="utf-8")
    load(Workspace(folder), actor="test", now=NOW)
    build(Workspace(folder), now=NOW)
    return Workspace(folder)


@pytest.fixture(scope="module")
def web(shop: Workspace) -> Iterator[TestClient]:
    with visitor(shop) as client:
        yield client


def typed(workspace: Workspace, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run([*words, "-w", str(workspace.folder)]) == 0
    return capsys.readouterr().out


def test_a_score_of_an_expression_shows_the_expression_its_value_and_its_tags(shop: Workspace, web: TestClient) -> None:
    view = why(shop, "b1", "basket")
    assert view.evidence.of is not None
    assert (view.evidence.of.formula, view.evidence.of.value, view.evidence.of.tag) == ("spend / orders", 30, None)
    assert [each.tag.name for each in view.evidence.inputs] == ["orders", "spend"]
    assert [cut.score for cut in view.evidence.cuts if cut.here] == [view.value] == [1]
    assert "spend / orders" in web.get("/customers/b1/why/basket").text


def test_a_rule_over_a_retired_tag_is_explained_by_that_tags_value(shop: Workspace, web: TestClient) -> None:
    for customer, spent, value in (("a1", 150, "big"), ("b1", 60, "small")):
        evidence = why(shop, customer, "big").evidence
        assert [(each.tag.name, each.value, each.tag.held) for each in evidence.inputs] == [("spend", spent, False)]
        assert [case.value for case in evidence.cases if case.chosen] == [value]
    page = web.get("/customers/a1/why/big?lang=en").text
    assert "not part of the portrait" in page
    assert "/why/spend" not in page


@pytest.mark.parametrize(("customer", "record"), [("a1", "a2"), ("b1", "b1"), ("c00", "c39")])
def test_the_chosen_record_is_the_one_the_value_comes_from(shop: Workspace, customer: str, record: str) -> None:
    view = why(shop, customer, "city")
    [chosen] = [claim for claim in view.evidence.claims if claim.chosen]
    assert (chosen.value, chosen.record_id, chosen.source) == (view.value, record, "crm")
    assert chosen.batch
    assert view.evidence.claims[0] == chosen
    assert len(view.evidence.claims) <= MOST_CLAIMS


def test_rows_say_which_source_and_batch_they_come_from(shop: Workspace) -> None:
    rows = why(shop, "b1", "orders").evidence.rows
    assert rows is not None
    names = [column.name for column in rows.columns]
    assert names[-2:] == ["source", "batch"]
    assert {row[names.index("source")] for row in rows.rows} == {"till"}
    assert all(row[names.index("batch")] for row in rows.rows)
    [title] = [column.title for column in rows.columns if column.name == "record_id"]
    assert (title.en, title.zh) == ("Person record", "客户记录号")


@pytest.mark.parametrize(
    ("tag", "sure"), [("city", 0.7), ("local", 0.7), ("local_score", 0.7), ("orders", 0.9), ("basket", 0.9)]
)
def test_a_value_is_as_sure_as_the_least_sure_it_is_made_of_on_every_face(
    shop: Workspace, web: TestClient, capsys: pytest.CaptureFixture[str], tag: str, sure: float
) -> None:
    word = "stated by a person" if sure < 0.9 else "observed"
    if sure < 0.9:  # and no surer than the source that says it is reliable
        sure *= run_info(shop, 1).figures["quality"]["reliability"]["crm"]
    assert why(shop, "a1", tag).evidence.confidence == pytest.approx(sure)
    assert web.get(f"/api/customers/a1/why/{tag}").json()["evidence"]["confidence"] == pytest.approx(sure)
    assert f"{sure:.0%} · {word}" in web.get(f"/customers/a1/why/{tag}?lang=en").text
    assert f"Confidence: {sure:.0%}" in typed(shop, capsys, "--lang", "en", "why", "a1", tag)


def notes(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What every face says besides."""
    with visitor(workspace) as client:
        return {
            "api": client.get("/api/customers/a1/why/orders").json()["notes"],
            "en": client.get("/customers/a1/why/orders?lang=en").text,
            "zh": client.get("/customers/a1/why/orders?lang=zh").text,
            "cli": typed(workspace, capsys, "--lang", "en", "why", "a1", "orders"),
            "cli zh": typed(workspace, capsys, "--lang", "zh", "why", "a1", "orders"),
            "json": json.loads(typed(workspace, capsys, "why", "a1", "orders", "--json"))["notes"],
        }


def test_every_face_says_that_the_definitions_have_changed_since(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = _shop(tmp_path)
    before = notes(workspace, capsys)
    assert before["api"] == before["json"] == []
    assert "have changed" not in before["en"] + before["cli"]
    changed = DEFINITIONS.replace('value = "count(*)"', 'value = "count(amount)"')
    (tmp_path / "portraits.toml").write_text(changed, encoding="utf-8")
    after = notes(workspace, capsys)
    assert after["api"] == after["json"] == [{"key": "why.changed", "values": {"run": 1}}]
    for face, words in (("en", "have changed since run 1"), ("cli", "have changed since run 1")):
        assert words in after[face]
    for face in ("zh", "cli zh"):
        assert "定义已有改动" in after[face]
