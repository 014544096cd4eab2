"""The work from the command line: load, mend, build, compare, go back; a little shop from file to portrait."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from portraits.cli.program import run
from tests.faces.little import CUSTOMERS, little_shop

Typed = Callable[..., str]
ORDERS = sum(range(1, CUSTOMERS + 1))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return little_shop(tmp_path / "shop")


@pytest.fixture
def typed(shop: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command line in the shop and gives what it printed."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)

    def type_(*arguments: str, code: int = 0) -> str:
        assert run([*arguments, "-w", str(shop)]) == code, capsys.readouterr().err
        shown = capsys.readouterr()
        return shown.err if code else shown.out

    return type_


def test_from_files_to_a_portrait(typed: Typed) -> None:
    assert f"{CUSTOMERS + ORDERS} rows read: {CUSTOMERS + ORDERS} landed, 0 rejected." in typed("load")
    assert "no fault" in typed("check")
    assert "Run 1 is published: 12 customers as of 2026-03-12" in typed("build")
    assert "12 orders" in typed("portrait", "M12")
    assert "¥150" in typed("portrait", "M12")
    assert "10 of 12 customers (83.3%)" in typed("audience", "count", "loyal_ones")
    assert "loyal_ones" in typed("audience", "list")


def test_loading_twice_does_nothing(typed: Typed) -> None:
    typed("load")
    assert typed("load") == "Nothing new.\n"
    assert json.loads(typed("load", "--json")) == []


def test_one_source_can_be_loaded_alone(typed: Typed) -> None:
    assert "12 rows read" in typed("load", "members")
    assert "Did you mean members?" in typed("load", "membres", code=4)


def test_what_is_loaded_is_listed_and_can_be_taken_back(typed: Typed) -> None:
    typed("load")
    listed = json.loads(typed("batches", "--json"))
    assert [(batch["source"], batch["rows_landed"]) for batch in listed] == [("members", CUSTOMERS), ("till", ORDERS)]
    assert "Batch 2 is taken back" in typed("undo", "2")
    assert "taken back" in typed("batches")
    assert "已撤回" in typed("--lang", "zh", "batches")
    assert "There is no batch 9." in typed("undo", "9", code=4)


def test_nothing_loaded_says_what_to_do(typed: Typed) -> None:
    assert typed("batches") == "Nothing is loaded yet: portraits load\n"
    assert typed("runs") == "Nothing is built yet: portraits build\n"
    assert "portraits load" in typed("build", code=6)
    assert "portraits build" in typed("portrait", "M01", code=4)


def test_rejected_rows_are_shown_mended_and_replayed(typed: Typed, shop: Path, tmp_path: Path) -> None:
    (shop / "till" / "april.csv").write_text("ticket,member,sold,paid\nX1,M01,2026-04-01 10:00:00,5\nX2,M02,soon,7\n")
    assert "1 rejected" in typed("load")
    number = next(b["id"] for b in json.loads(typed("batches", "--json")) if b["rows_rejected"])
    assert "soon" in typed("rejects", str(number))
    exported = tmp_path / "rejected.csv"
    assert "Wrote 1 rejected rows" in typed("rejects", str(number), "--to", str(exported))
    exported.write_text(exported.read_text(encoding="utf-8-sig").replace("soon", "2026-04-02 11:00:00"))
    assert "1 landed, 0 rejected" in typed("replay", str(number), str(exported))
    assert typed("rejects", str(number)) == "No row was rejected.\n"


def test_a_build_at_a_past_moment_knows_nothing_of_later_days(typed: Typed) -> None:
    typed("load")
    told = json.loads(typed("build", "--as-of", "2026-03-06", "--json"))
    assert told["as_of"] == "2026-03-06T00:00:00"
    assert "5 orders" in typed("portrait", "M12")


def test_two_runs_are_compared_and_the_earlier_one_published_again(typed: Typed) -> None:
    typed("load")
    typed("build", "--as-of", "2026-03-06")
    typed("build")
    shown = typed("diff", "1", "2")
    assert "0 new customers, 0 gone." in shown
    assert "Orders ever (orders_all)" in shown
    assert "100%" in shown
    assert "another population" in shown and "cut_points" not in shown
    assert "Champions" in shown
    assert "Run 1 is published again, as of 2026-03-06 00:00." in typed("rollback", "1")
    assert [line["current"] for line in json.loads(typed("runs", "--json"))["runs"]] == [False, True]


def test_two_runs_are_compared_in_chinese_with_titles_labels_and_units(typed: Typed) -> None:
    typed("load")
    typed("build", "--as-of", "2026-03-06")
    typed("build")
    shown = typed("--lang", "zh", "diff", "1", "2")
    assert "累计消费 (spend_all)" in shown
    assert "¥" in shown and "单" in shown and "100%" in shown
    assert "订单" in shown and "RFM 分群" in shown.replace("RFM分群", "RFM 分群")
    assert "重要价值客户" in shown
    one = typed("--lang", "zh", "diff", "1", "2", "--tag", "spend_all")
    assert "累计消费 (spend_all)：漂移" in one
    assert "不超过 ¥" in one


def test_tags_that_came_and_went_between_runs_are_named(typed: Typed, shop: Path) -> None:
    typed("load")
    typed("build")
    path = shop / "portraits.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("spend_all", "spent_ever"), encoding="utf-8")
    typed("build")
    shown = typed("diff", "1", "2")
    assert "New tags: Spent ever (spent_ever)" in shown
    assert "Tags that are gone: spend_all" in shown


def test_segments_say_what_to_do_with_whom_in_both_languages(typed: Typed) -> None:
    typed("load")
    typed("build")
    assert "RFM segments" in typed("segments")
    shown = typed("segments", "rfm")
    assert "Champions" in shown and "What to do: Thank them" in shown and "12 of 12 customers are in a part" in shown
    assert "重要价值客户" in typed("--lang", "zh", "segments", "rfm")
    assert "R 5" in typed("--lang", "zh", "segments", "--grid")
    assert len(json.loads(typed("segments", "--grid", "--json"))["cells"]) == 25
    assert "Did you mean rfm?" in typed("segments", "rmf", code=4)


def test_runs_that_are_alike_are_said_to_be(typed: Typed) -> None:
    typed("load")
    typed("build")
    typed("build")
    assert "No tag drifted" in typed("diff", "1", "2")


def test_all_faults_are_named_at_once_with_file_and_line(typed: Typed, shop: Path) -> None:
    (shop / "more.toml").write_text('[tags.a]\nkind = "fct"\n[tags.b]\nkind = "rule"\ntitle = "B"\nwhenn = "loyal"\n')
    lines = typed("check", code=2).splitlines()
    assert any("more.toml:2" in line and "Did you mean fact?" in line for line in lines)
    assert any("more.toml:6" in line and "Did you mean when?" in line for line in lines)
    faults = json.loads(typed("check", "--json", code=2))["error"]["faults"]
    assert {fault["line"] for fault in faults} >= {2, 6}


def test_a_workspace_is_written_with_what_was_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new"
    assert run(["init", str(folder), "--business", "finance", "--goal", "retention", "--language", "zh"]) == 0
    text = (folder / "portraits.toml").read_text(encoding="utf-8")
    assert 'business = "finance"' in text
    assert 'goal = "retention"' in text
    assert 'metric = "retained customers"' in text
    assert "portraits suggest" in capsys.readouterr().out
    assert run(["check", "-w", str(folder)]) == 0
    assert run(["init", str(folder)]) == 5
    assert "not empty" in capsys.readouterr().err


def test_a_file_is_proposed_as_a_mapping_that_loads(tmp_path: Path, shop: Path, typed: Typed) -> None:
    (shop / "new.csv").write_text("order_id,member_id,ordered_at,amount\nA1,M01,2026-04-01 10:00:00,5.20\n")
    assert run(["suggest", str(shop / "new.csv")]) == 0


def test_the_kinds_are_listed_with_those_of_the_workspace(typed: Typed, shop: Path) -> None:
    assert "preference" in typed("kinds")
    (shop / "plugins").mkdir()
    (shop / "plugins" / "always.py").write_text(PLUGIN)
    told: list[dict[str, Any]] = json.loads(typed("kinds", "tag", "--json"))
    assert next(kind["about"] for kind in told if kind["kind"] == "always_here") == "The same for everybody."
    assert "Did you mean tag?" in typed("kinds", "tags", code=4)


PLUGIN = '''
from portraits.tags.tag import Tag


class Always(Tag, kind="always_here"):
    """The same for everybody."""
'''


@pytest.mark.parametrize("told_where", [(), ("-w", "shop")])
def test_the_first_steps_work_with_files_that_lie_elsewhere(
    told_where: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the README has it: a workspace in a folder, a file beside it, the proposal pasted."""
    monkeypatch.chdir(tmp_path)
    Path("orders.csv").write_text("order id,customer id,order date,total\n1,c1,2026-03-01,5\n2,c2,2026-03-02,7\n")
    assert run(["init", "shop"]) == 0
    capsys.readouterr()
    assert run(["--lang", "en", "suggest", "orders.csv", *told_where]) == 0
    Path("shop", "orders.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "shop")
    assert run(["check"]) == 0
    assert run(["--lang", "en", "load"]) == 0
    assert "2 rows read: 2 landed, 0 rejected." in capsys.readouterr().out


def test_what_a_load_could_not_read_or_find_is_said(typed: Typed, shop: Path) -> None:
    (shop / "members.csv").write_text("id,name\nM01,Ann\n", encoding="utf-8")
    text = (shop / "portraits.toml").read_text(encoding="utf-8")
    (shop / "portraits.toml").write_text(text.replace('name = "name"', 'name = "name"\nbirth_date = "born"'))
    shown = typed("load", "members")
    assert "Batch 1 (members.csv) lacks columns that its mapping names: born, gender." in shown
    (shop / "members.csv").write_text("id,name,gender,born\nM01,Ann,female,31.02.2020\nM02,Bo,x,2000-01-01\n")
    shown = typed("load", "members")
    assert "Batch 2: 1 value of people.birth_date cannot be read, '31.02.2020'; it counts as missing." in shown
    assert "people.gender cannot be read, 'x'" in shown


def test_rows_that_a_new_mapping_cannot_use_are_said_by_the_build(typed: Typed, shop: Path) -> None:
    typed("load")
    text = (shop / "portraits.toml").read_text(encoding="utf-8")
    (shop / "portraits.toml").write_text(
        text.replace('amount = "paid"', 'amount = "case when paid > 10 then paid end"')
    )
    assert "landed rows cannot be used by the mapping till" in typed("build")
