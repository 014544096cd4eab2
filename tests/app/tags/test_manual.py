"""Manual tags: put, taken, listed, kept for ever; the next build makes them values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from portraits.app.customers.customers import customers
from portraits.app.customers.evidence import why
from portraits.app.customers.portrait import portrait
from portraits.app.data.sources import load, undo
from portraits.app.editing import set_keys
from portraits.app.runs.builds import build
from portraits.app.tags.handlist import listed_rows
from portraits.app.tags.manual import by_hand, history, put, put_by_rule, put_list, take
from portraits.app.tags.saying import meant
from portraits.app.tags.tags import tag
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.tags.kinds.latest import STATED
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import BadInput, NotFound, Refused
from tests.faces.little import SETTINGS, little_built, march

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)  # noon in Shanghai
WHO: dict[str, Any] = {"actor": "anna", "now": NOW}
MANUAL = """
[tags.vip]
title = { en = "VIP", zh = "贵宾" }
kind = "manual"
group = "value"
labels = { gold = { en = "Gold", zh = "金卡" }, silver = { en = "Silver", zh = "银卡" } }

[tags.met]
title = { en = "Met in person", zh = "当面见过" }
kind = "manual"
type = "boolean"

[tags.discount]
title = { en = "Agreed discount", zh = "约定折扣" }
kind = "manual"
type = "number"
unit = "percent"

[tags.gold_buyer]
title = { en = "Gold and buying", zh = "金卡且购买" }
kind = "rule"
when = "vip = 'gold' and orders_all >= 2"

[tags.discount_rank]
title = { en = "Discount score", zh = "折扣评分" }
kind = "rank"
of = "discount"
into = 2
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return little_built(tmp_path / "shop", NOW, manual=MANUAL)


def value(place: Workspace, customer: str, name: str) -> Any:
    groups = portrait(place, customer).groups.values()
    return next(each.value for tags in groups for each in tags if each.tag.name == name)


def test_a_value_put_by_hand_is_there_after_the_next_build_with_its_evidence(place: Workspace) -> None:
    done = put(place, "vip", ["M03", "M05", "M99"], "gold", source="phone call", **WHO)
    assert (done.customers, done.left_out, [each.customer for each in done.troubles]) == (2, 1, ["M99"])
    assert value(place, "M03", "vip") is None
    assert history(place, "vip").waiting == 2
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "gold"
    assert value(place, "M03", "gold_buyer") is True
    assert value(place, "M04", "vip") is None
    told = why(place, "M03", "vip").evidence
    assert told.confidence == STATED
    [said] = told.told
    assert (said.statement.source, said.statement.actor, said.statement.value) == ("phone call", "anna", "gold")
    assert (said.counts, said.in_run) == (True, True)
    assert tag(place, "vip").entry.known == 2
    assert customers(place, rule="vip = 'gold'").total == 2


def test_it_survives_builds_a_changed_definition_and_an_undone_load(place: Workspace) -> None:
    put(place, "vip", ["M03"], "Gold", **WHO)
    build(place, now=NOW)
    march(place.folder, ["T99-01,M03,2026-03-20 10:00:00,9.50"])
    [batch] = load(place, actor="anna", now=NOW)
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "gold"
    undo(place, batch.id, actor="anna", now=NOW)
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "gold"
    set_keys(place, "tags", "vip", {"owner": "CRM"}, **WHO)
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "gold"


def test_the_newest_statement_counts_and_the_older_ones_stay_in_the_history(place: Workspace) -> None:
    put(place, "vip", ["M03"], "gold", at="2026-04-01", **WHO)
    put(place, "vip", ["M03"], "silver", at="2026-04-20", **WHO)
    put(place, "vip", ["M03"], "gold", at="2026-04-10", **WHO)
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "silver"
    assert [each.statement.value for each in history(place, "vip", "M03").told] == ["silver", "gold", "gold"]
    take(place, "vip", ["M03", "M04"], actor="ben", now=NOW + timedelta(hours=1))
    assert value(place, "M03", "vip") == "silver"  # of the run, still
    build(place, now=NOW + timedelta(hours=2))
    assert value(place, "M03", "vip") is None
    found = history(place, "vip", "M03")
    assert [each.statement.value for each in found.told] == [None, "silver", "gold", "gold"]
    assert (found.customers, found.total, found.waiting) == (0, 4, 0)


def test_a_build_of_the_past_knows_only_what_had_been_said(place: Workspace) -> None:
    put(place, "vip", ["M03"], "silver", at="2026-03-01", **WHO)
    put(place, "vip", ["M03"], "gold", at="2026-04-20", **WHO)
    build(place, datetime(2026, 4, 1), now=NOW)
    assert value(place, "M03", "vip") == "silver"
    build(place, now=NOW)
    assert value(place, "M03", "vip") == "gold"


def test_a_tag_nobody_has_yet_has_a_column_without_values(place: Workspace) -> None:
    assert tag(place, "discount").entry.known == 0
    assert customers(place, rule="vip is null").total == 12


def test_numbers_put_by_hand_can_be_ranked(place: Workspace) -> None:
    put_list(place, "discount", b"customer_id,value\nM01,0.1\nM02,0.2\nM03,0.3\nM04,0.4\n", **WHO)
    build(place, now=NOW)
    assert [value(place, f"M0{n}", "discount_rank") for n in (1, 2, 3, 4, 5)] == [1, 1, 2, 2, None]


def test_a_list_puts_what_is_right_and_names_what_is_wrong(place: Workspace) -> None:
    content = "客户编号,值\r\nM01,金卡\r\nM02,platinum\r\nM77,gold\r\n,gold\r\nM03,silver\r\n".encode("gb18030")
    done = put_list(place, "vip", content, source="members.csv", **WHO)
    assert (done.customers, done.left_out) == (2, 3)
    assert [(each.row, each.customer) for each in done.troubles] == [(3, "M02"), (4, "M77"), (5, "")]
    assert "platinum" in done.troubles[0].what
    build(place, now=NOW)
    assert [value(place, f"M0{n}", "vip") for n in (1, 2, 3)] == ["gold", None, "silver"]
    with Store.open(place.store) as store:
        entry = entries(store)[-1]
    assert (entry.action, entry.subject, entry.actor) == ("put", "tags.vip", "anna")
    assert entry.detail == {"tag": "vip", "customers": 2, "left_out": 3, "source": "members.csv"}


def test_a_rule_puts_a_value_on_whom_it_chooses_now(place: Workspace) -> None:
    assert put_by_rule(place, "met", "orders_all >= 11", "yes", **WHO).customers == 2
    build(place, now=NOW)
    assert customers(place, rule="met").total == 2
    assert history(place, "met").told[0].statement.source == "orders_all >= 11"


@pytest.mark.parametrize(
    ("wrong", "error", "what"),
    [
        (lambda place: put(place, "vip", ["M01"], "bronze", **WHO), BadInput, "not one of the values"),
        (lambda place: put(place, "discount", ["M01"], "much", **WHO), BadInput, "cannot be a value"),
        (lambda place: put(place, "vip", [" "], "gold", **WHO), BadInput, "No customer"),
        (lambda place: put(place, "vip", ["M01"], "gold", at="2027-01-01", **WHO), BadInput, "has not come"),
        (lambda place: put(place, "vip", ["M01"], "gold", at="soon", **WHO), BadInput, "is no day"),
        (lambda place: put(place, "loyal", ["M01"], "true", **WHO), Refused, "come from the data"),
        (lambda place: put(place, "vipp", ["M01"], "gold", **WHO), NotFound, "vip"),
        (lambda place: put_by_rule(place, "vip", " ", "gold", **WHO), BadInput, "No rule"),
        (lambda place: put_list(place, "vip", b"", **WHO), BadInput, "no row"),
        (lambda place: put_list(place, "vip", b"\xff\xff\xff\xff", **WHO), BadInput, "not text"),
        (lambda place: history(place, "orders_all"), Refused, "come from the data"),
    ],
)
def test_what_cannot_be_put_is_refused(place: Workspace, wrong: Any, error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        wrong(place)
    assert history(place, "vip").total == 0


def test_a_retired_tag_takes_no_values(place: Workspace) -> None:
    set_keys(place, "tags", "met", {"retired": True}, **WHO)
    with pytest.raises(Refused, match="met is retired"):
        put(place, "met", ["M01"], "yes", **WHO)


def test_statements_follow_a_record_into_the_customer_it_becomes(place: Workspace) -> None:
    put(place, "vip", ["M03"], "gold", **WHO)
    text = SETTINGS.replace('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shanghai"\ncustomer_key = "gender"')
    (place.folder / "portraits.toml").write_text(text, encoding="utf-8")
    build(Workspace(place.folder), now=NOW)
    assert value(place, "M01", "vip") == "gold"  # all women are one customer now
    assert [each.statement.customer_id for each in why(place, "M01", "vip").evidence.told] == ["M03"]
    assert put(place, "met", ["M05"], "yes", **WHO).customers == 1
    assert history(place, "met").told[0].statement.customer_id == "M01"


def kind(name: str, labels: dict[str, Any] | None = None) -> Tag:
    return Tag.read({"title": "X", "kind": "manual", "type": name, "labels": labels or {}})


@pytest.mark.parametrize(
    ("type_", "written", "kept"),
    [
        ("text", "  VIP ", "VIP"),
        ("text", "x" * 201, None),
        ("text", "a\x00b", None),
        ("integer", "12", "12"),
        ("integer", "1.5", None),
        ("integer", str(2**63), None),
        ("number", "1e3", "1000.0"),
        ("number", "nan", None),
        ("number", "inf", None),
        ("money", "1,200.5", "1200.5000"),
        ("money", "much", None),
        ("boolean", "是", "true"),
        ("boolean", "No", "false"),
        ("boolean", "perhaps", None),
        ("date", "2026/01/31", "2026-01-31"),
        ("date", "2026-02-30", None),
    ],
)
def test_what_people_write_is_read_as_the_type_of_the_tag(type_: str, written: str, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadInput):
            meant(kind(type_), written)
    else:
        assert meant(kind(type_), written) == kept


def test_a_label_stands_for_its_value() -> None:
    tags = kind("text", {"gold": {"en": "Gold", "zh": "金卡"}})
    assert [meant(tags, each) for each in ("gold", "GOLD", "金卡")] == ["gold"] * 3


def test_a_type_that_nobody_can_say_is_a_fault() -> None:
    with pytest.raises(Exception, match="a person can say"):
        kind("json")


@pytest.mark.parametrize(
    "content",
    [
        "customer_id,value\na,1\nb,2\n",
        "a,1\nb,2\n",
        "\ufeffcustomer_id;value\r\na;1\r\nb;2\r\n",
        "value\tcustomer_id\n1\ta\n2\tb\n",
        'name,id,value\nx,a,1\n"y, z",b,2\n\n',
        "id,value\n'a,1\n,\nb,'2\n",
    ],
)
def test_a_list_is_read_however_a_spreadsheet_saved_it(content: str) -> None:
    assert [(row.customer, row.value) for row in listed_rows(content.encode())] == [("a", "1"), ("b", "2")]


def test_the_manual_tags_of_one_customer_say_what_counts_and_what_waits(place: Workspace) -> None:
    put(place, "vip", ["M03"], "gold", source="fair", **WHO)
    put(place, "met", ["M03"], "yes", **WHO)
    take(place, "met", ["M03"], actor="anna", now=NOW + timedelta(hours=1))
    found = {each.name: each for each in by_hand(place, "M03")}
    assert list(found) == ["vip", "met", "discount"]
    assert [(each.statement and each.statement.value, each.waiting) for each in found.values()] == [
        ("gold", True),
        (None, True),
        (None, False),
    ]
    build(place, now=NOW + timedelta(days=1))
    assert [each.waiting for each in by_hand(place, "M03")] == [False, False, False]
    assert [each.statement for each in by_hand(place, "M04")] == [None, None, None]


def test_a_retired_tag_cannot_be_put_and_nobody_has_none(place: Workspace) -> None:
    set_keys(place, "tags", "met", {"retired": True}, actor="anna", now=NOW)
    assert [each.name for each in by_hand(place, "M03")] == ["vip", "discount"]
    with pytest.raises(NotFound, match="M99"):
        by_hand(place, "M99")
