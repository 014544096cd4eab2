"""The commands about one customer, and those of views, as a person reads them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Protocol

import pytest

from portraits.cli.program import run
from portraits.engine.workspace import Workspace
from tests.app.customers.test_history import another_run
from tests.faces.company import AS_OF, company


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = company(tmp_path_factory.mktemp("shop"), customers=12)
    another_run(workspace, 12, 8, AS_OF + timedelta(days=30))
    return workspace


class Say(Protocol):
    """Run a command and read what it says."""

    def __call__(self, *typed: str, code: int = 0) -> str: ...


@pytest.fixture
def say(shop: Workspace, capsys: pytest.CaptureFixture[str]) -> Say:
    def saying(*typed: str, code: int = 0) -> str:
        assert run([*typed, "-w", str(shop.folder)]) == code
        shown = capsys.readouterr()
        return re.sub(r"\s+", " ", shown.err if code else shown.out)

    return saying


def test_a_timeline_is_listed_by_kind_and_text(say: Say) -> None:
    told = say("timeline", "C0001", "--kind", "order", "--search", "人民路", "--size", "3")
    assert "人民路店" in told
    assert re.search(r"\d+ entries, page 1 of \d+\.", told)


def test_a_wrong_kind_says_the_right_one(say: Say) -> None:
    assert "Did you mean order?" in say("timeline", "C0001", "--kind", "ordr", code=6)
    assert "order, event, touch" in say("timeline", "C0001", "--kind", "zzz", code=6)


def test_history_marks_changes(say: Say) -> None:
    told = say("history", "C0005", "spend_365d", "gender")
    assert re.search(r"Money spent, last 365 days ¥[\d,.]+ ¥[\d,.]+ \*", told)
    assert "2 tags over 2 runs." in told
    assert "*" in say("history", "C0005")


def test_memberships_say_why(say: Say) -> None:
    told = say("memberships", "C0001")
    assert "Sleepers (sleepers)" in told
    assert re.search(r"(holds|fails): Days since the last order is more than 120", told)


def test_records_show_where_a_customer_comes_from(say: Say) -> None:
    told = say("records", "C0001")
    assert "C0001" in told
    assert "crm" in told
    assert "order_lines" in told


def test_a_comparison_lists_what_differs(say: Say) -> None:
    told = say("compare", "C0001", "C0003")
    assert "C0001 王小明" in told
    assert re.search(r"\d+ tags differ, \d+ are the same\.", told)


def test_a_portrait_stands_beside_its_like(say: Say) -> None:
    assert say("portrait", "C0001") != say("portrait", "C0001", "--against", "lifecycle")


def test_a_view_is_saved_listed_shown_and_removed(say: Say) -> None:
    assert "No view is saved yet" in say("view", "list")
    assert "saved" in say(
        "view", "save", "bought", "--rule", "orders_365d > 3", "--sort", "-spend_365d", "--column", "gender"
    )
    assert "bought orders_365d > 3" in say("view", "list")
    assert re.search(r"\d+ of 12 customers\.", say("view", "show", "bought", "--size", "2"))
    assert "Did you mean bought?" in say("view", "show", "bougt", code=4)
    assert "is gone" in say("view", "remove", "bought")


def test_all_of_it_is_said_in_chinese(say: Say) -> None:
    assert "个标签不同" in say("--lang", "zh", "compare", "C0001", "C0003")
    assert "个批次" in say("--lang", "zh", "history", "C0005")
    assert "没有名为 nothing 的视图" in say("--lang", "zh", "view", "remove", "nothing", code=4)


def test_a_link_without_a_named_site_says_what_is_missing(say: Say) -> None:
    assert "embed_ancestors" in say("embed", "C0001")
