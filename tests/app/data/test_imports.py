"""Imports: every step keeps its choice, shows what it needs, and drops what no longer holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.app.data import imports
from portraits.app.data.imports import STEPS
from portraits.app.data.staging import staged
from portraits.app.data.uploads import file_of
from portraits.app.store import store
from portraits.engine.audit import entries
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError, NotFound, Refused
from tests.app.uploaded import NOW, members, orders, packed, prepared, sent, shop


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return shop(tmp_path)


def step(workspace: Workspace, number: int) -> str:
    return imports.import_view(workspace, number).step


def test_the_steps_follow_each_other_and_survive_leaving(workspace: Workspace) -> None:
    each = sent(workspace, "members.csv", members().encode("gb18030"))
    assert step(workspace, each.id) == "header"
    imports.choose_reading(workspace, each.id, {}, now=NOW)
    assert step(workspace, each.id) == "columns"
    found = imports.columns(workspace, each.id)
    imports.choose_columns(
        workspace, each.id, "people", {one.column.name: one.expression for one in found.columns}, now=NOW
    )
    assert step(workspace, each.id) == "values"
    imports.choose_values(workspace, each.id, {"gender": {"女": "female", "男": "male"}}, now=NOW)
    assert step(workspace, each.id) == "check"
    imports.accept_check(workspace, each.id, now=NOW)
    view = imports.import_view(workspace, each.id)
    assert view.step == "review"
    assert [view.state(name) for name in STEPS] == ["done", "skipped", "done", "done", "done", "done", "now"]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (members().encode("gb18030"), "gb18030"),
        (members().encode("utf-8-sig"), "utf-8"),
        (members().encode("utf-16"), "utf-16"),
        (members().replace(",", "\t").encode(), "utf-8"),
    ],
)
def test_chinese_files_of_any_encoding_are_read_and_matched(
    workspace: Workspace, content: bytes, encoding: str
) -> None:
    each = sent(workspace, "名单.csv", content)
    read = imports.read_file(workspace, each.id)
    assert read.facts["encoding"] == encoding
    assert list(read.columns) == ["客户编号", "姓名", "性别", "手机号", "生日", "渠道"]
    assert read.head(1)[0][:3] == ("V0001", "王丁", "女")
    found = imports.columns(workspace, each.id)
    assert found.table.name == "people"
    sure = {one.column.name: one.source for one in found.columns if (one.confidence or 0) > 0.8}
    assert sure == {
        "record_id": "客户编号",
        "name": "姓名",
        "gender": "性别",
        "phone": "手机号",
        "birth_date": "生日",
    }
    assert [one.name for one in found.unused] == ["渠道"]
    assert found.keeps_others


def test_an_encoding_chosen_by_hand_that_is_wrong_is_refused_and_the_old_one_stays(workspace: Workspace) -> None:
    each = sent(workspace, "members.csv", members().encode("gb18030"))
    with pytest.raises(BadInput, match="is not utf-8"):
        imports.choose_reading(workspace, each.id, {"encoding": "utf-8"}, now=NOW)
    assert "reading" not in imports.import_view(workspace, each.id).about.choices
    assert imports.read_file(workspace, each.id).landed == 40


def test_a_word_that_is_no_encoding_is_told_by_its_field(workspace: Workspace) -> None:
    each = sent(workspace, "members.csv", members().encode())
    with pytest.raises(DefinitionError) as told:
        imports.choose_reading(workspace, each.id, {"encoding": "klingon"}, now=NOW)
    assert told.value.faults[0].field == "encoding"


def test_a_file_that_cannot_be_read_is_still_at_its_step(workspace: Workspace) -> None:
    each = sent(workspace, "odd.csv", b"a,b\n\xff\xfe\x41,1\n" + b"\x81\x20,2\n" * 5)
    view = imports.import_view(workspace, each.id)
    assert view.step == "header"
    assert isinstance(view.fault, BadInput)


def test_duplicate_and_empty_headings_get_names_of_their_own(workspace: Workspace) -> None:
    each = sent(workspace, "twice.csv", b"id,city,City,,city\n1,a,b,c,d\n2,e,f,g,h\n")
    assert list(imports.read_file(workspace, each.id).columns) == ["id", "city", "City_2", "column_4", "city_3"]


def test_of_several_packed_files_one_is_chosen(workspace: Workspace) -> None:
    each = sent(workspace, "all.zip", packed(members=members(), orders=orders(20)))
    view = imports.import_view(workspace, each.id)
    assert view.step == "sheet"
    assert imports.read_file(workspace, each.id).facts["members"] == ["members.csv", "orders.csv"]
    imports.choose_sheet(workspace, each.id, inside="orders.csv", now=NOW)
    assert step(workspace, each.id) == "header"
    assert imports.read_file(workspace, each.id).landed == 20
    assert imports.columns(workspace, each.id).table.name == "orders"


def test_a_packed_file_that_is_not_there_is_refused(workspace: Workspace) -> None:
    each = sent(workspace, "all.zip", packed(members=members(), orders=orders(20)))
    imports.choose_sheet(workspace, each.id, inside="order.csv", now=NOW)
    assert isinstance(imports.import_view(workspace, each.id).fault, BadInput)


def test_reading_it_otherwise_drops_the_columns_only_where_they_are_gone(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "orders.csv", orders(30).encode()))
    same = imports.choose_reading(workspace, each.id, {"encoding": "utf-8"}, now=NOW)
    assert same.choices["columns"]["order_id"] == '"order no"'
    assert "checked" not in same.choices
    other = imports.choose_reading(workspace, each.id, {"delimiter": ";"}, now=NOW)
    assert "columns" not in other.choices


def test_wrong_expressions_are_told_column_by_column_and_nothing_is_kept(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(30).encode())
    columns = {"order_id": '"order no"', "ordered_at": "dat", "amount": "amount *", "nonsense": "amount"}
    with pytest.raises(DefinitionError) as told:
        imports.choose_columns(workspace, each.id, "orders", columns, now=NOW)
    faults = {fault.field: str(fault.hint) for fault in told.value.faults}
    assert faults.keys() == {"columns.ordered_at", "columns.amount", "columns.nonsense"}
    assert "date" in faults["columns.ordered_at"]
    assert "columns" not in imports.import_view(workspace, each.id).about.choices


def test_expressions_are_tried_with_samples_while_others_are_wrong(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(30).encode())
    columns = {"order_id": '"order no"', "amount": "amount * 2", "ordered_at": "dat"}
    trial = imports.try_columns(workspace, each.id, "orders", columns, "amount > 10", now=NOW)
    assert trial.samples["amount"][:2] == ("1.00", "3.00")
    assert trial.samples["order_id"][0] == "W000000"
    assert trial.fault("ordered_at") and not trial.fault("amount")
    wrong = imports.try_columns(workspace, each.id, "orders", columns, "amount >", now=NOW)
    assert [fault.field for fault in wrong.others] == ["where"]


def test_values_are_counted_and_matched_to_words(workspace: Workspace) -> None:
    each = sent(workspace, "members.csv", members().encode())
    imports.choose_reading(workspace, each.id, {}, now=NOW)
    imports.choose_columns(workspace, each.id, "people", {"record_id": "客户编号", "gender": "性别"}, now=NOW)
    [gender] = imports.values(workspace, each.id, now=NOW)
    assert gender.closed and gender.words == ("female", "male", "other")
    assert [(one.value, one.rows, one.word) for one in gender.values] == [
        ("男", 20, "male"),
        ("女", 19, "female"),
        ("未知", 1, ""),
    ]
    imports.choose_values(workspace, each.id, {"gender": {"女": "female", "男": "male"}}, now=NOW)
    written = imports.plan(workspace, each.id).mapping["columns"]["gender"]
    assert written == "case when 性别 in ('女') then 'female' when 性别 in ('男') then 'male' end"


def test_free_columns_keep_what_stands_for_no_word(workspace: Workspace) -> None:
    rows = "order no,date,amount,channel\n1,2026-01-01,5,门店\n2,2026-01-02,6,地铁站\n"
    each = sent(workspace, "orders.csv", rows.encode())
    imports.choose_reading(workspace, each.id, {}, now=NOW)
    columns = {"order_id": '"order no"', "ordered_at": "date", "amount": "amount", "channel": "channel"}
    imports.choose_columns(workspace, each.id, "orders", columns, now=NOW)
    [channel] = imports.values(workspace, each.id, now=NOW)
    assert {one.value: one.word for one in channel.values} == {"门店": "store", "地铁站": ""}
    imports.choose_values(workspace, each.id, {"channel": {"门店": "store", "地铁站": ""}}, now=NOW)
    sample = imports.check(workspace, each.id, now=NOW).sample
    place = sample.columns.index("channel")
    assert [row[place] for row in sample.rows] == ["store", "地铁站"]


def test_a_file_without_such_columns_goes_on_without_the_step(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(10).encode())
    imports.choose_reading(workspace, each.id, {}, now=NOW)
    columns = {"order_id": '"order no"', "ordered_at": "date", "amount": "amount", "status": "'completed'"}
    imports.choose_columns(workspace, each.id, "orders", columns, now=NOW)
    view = imports.import_view(workspace, each.id)
    assert view.skipped == ("sheet", "values")
    assert view.step == "check"


def test_the_dry_run_counts_every_row_and_says_why(workspace: Workspace, tmp_path: Path) -> None:
    content = members() + "V1,too,many,cells,in,this,row\n"
    each = prepared(workspace, sent(workspace, "members.csv", content.encode()))
    imports.choose_columns(
        workspace,
        each.id,
        "people",
        {"record_id": "客户编号", "birth_date": "生日", "created_at": "生日"},
        now=NOW,
    )
    found = imports.check(workspace, each.id, now=NOW)
    assert (found.read, found.lands, found.rejected) == (41, 39, 2)
    assert {(one.field, one.reason, one.rows) for one in found.reasons} == {
        ("record_id", "missing", 1),
        ("", "field_count", 1),
    }
    assert [(one.column, one.rows, one.example) for one in found.lost] == [
        ("birth_date", 1, "不是日期"),
        ("created_at", 1, "不是日期"),
    ]
    assert [one.row for one in found.rejects] == [40, 41]
    path = tmp_path / "failed.csv"
    assert imports.export_failures(workspace, each.id, path, "zh", now=NOW) == 2
    text = path.read_text(encoding="utf-8-sig")
    assert "缺少必填项 record_id" in text and "没有编号" in text and "V1,too,many" in text


def test_days_that_can_be_read_two_ways_are_asked_about(workspace: Workspace) -> None:
    rows = "id,born\n" + "".join(f"{n},0{n}/0{n + 1}/1990\n" for n in range(1, 8))
    each = sent(workspace, "members.csv", rows.encode())
    [date] = imports.columns(workspace, each.id, "people").dates
    assert date.formats == ("%d/%m/%Y", "%m/%d/%Y")
    for form, day in (("%d/%m/%Y", "1990-02-01"), ("%m/%d/%Y", "1990-01-02")):
        columns = {"record_id": "id", "birth_date": "born"}
        imports.choose_columns(workspace, each.id, "people", columns, dates={"born": form}, now=NOW)
        sample = imports.check(workspace, each.id, now=NOW).sample
        assert sample.rows[0][sample.columns.index("birth_date")] == day
        assert imports.plan(workspace, each.id).source["dates"] == {"born": form}


def test_a_name_that_is_taken_or_impossible_is_refused(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "orders.csv", orders(5).encode()))
    for name in ("till", "Orders 1", ""):
        with pytest.raises(DefinitionError) as told:
            imports.name_source(workspace, each.id, name, now=NOW)
        assert told.value.faults[0].field == "name"
    assert imports.free_name(workspace, "till") == "till_2"
    assert imports.free_name(workspace, "orders") == "orders"


def test_chinese_file_names_give_the_name_of_the_table(workspace: Workspace) -> None:
    each = prepared(workspace, sent(workspace, "会员名单.csv", members().encode()))
    assert imports.plan(workspace, each.id).name == "people"


def test_what_is_staged_is_made_once_for_each_way_of_reading(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(5).encode())
    first = staged(workspace, each).rows.stat().st_mtime_ns
    assert staged(workspace, each).rows.stat().st_mtime_ns == first
    imports.choose_reading(workspace, each.id, {"encoding": "utf-8"}, now=NOW)
    folders = list((workspace.uploads / each.name).glob("staged-*"))
    assert len(folders) == 1
    assert not list((workspace.uploads / each.name).glob(".part-*"))


def test_a_dropped_import_is_gone_with_its_file_and_noted(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(5).encode())
    imports.drop(workspace, each.id, actor="bob", now=NOW)
    assert not file_of(workspace, each).exists()
    assert imports.imports(workspace) == []
    with store(workspace) as opened:
        assert [(one.actor, one.action) for one in entries(opened)][-1] == ("bob", "drop import")
    with pytest.raises(NotFound, match="no import 1"):
        imports.import_view(workspace, each.id)


def test_a_file_that_was_removed_is_told(workspace: Workspace) -> None:
    each = sent(workspace, "orders.csv", orders(5).encode())
    file_of(workspace, each).unlink()
    assert "not there any more" in str(imports.import_view(workspace, each.id).fault)


def test_the_same_file_is_recognised(workspace: Workspace) -> None:
    first = prepared(workspace, sent(workspace, "orders.csv", orders(5).encode()))
    with store(workspace) as opened:
        from portraits.engine.imports import change

        change(opened, first.id, first.updated_at, status="done")
    again = sent(workspace, "copy.csv", orders(5).encode())
    assert imports.import_view(workspace, again.id).twin == first.id
    with pytest.raises(Refused):
        imports.choose_reading(workspace, first.id, {}, now=NOW)
    with pytest.raises(Refused):
        imports.drop(workspace, first.id, actor="ann", now=NOW)
