"""Who calls: any writing of a number, names that many have, and odds that are honest about both."""

from __future__ import annotations

import pytest

from portraits.app.identity import identify as identifying
from portraits.app.identity.identify import Recognised, identify
from portraits.engine.workspace import Workspace
from tests.app.duplicates import PEOPLE, stocked

SEVENTH = f"13{10 * 29791337:09}"
HOUSE = ("d1,钱大伟,021-61234567,,上海,2024-03-03", "d2,李小芳,(021) 6123 4567,,上海,2024-03-03")
OFFICE = ("d3,Jane Poe,,info@poe.example.com,上海,2024-03-04",)
SAME = tuple(
    f"e{at:02},刘洋,13{(at + 3) * 29791337 % 10**9:09},,{city},2024-03-05"
    for at, city in enumerate(["杭州", "上海", "北京"] * 10)
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = stocked(tmp_path_factory.mktemp("known"), (*PEOPLE, *HOUSE, *OFFICE, *SAME))
    return workspace


def who(found: Recognised) -> list[str]:
    return [each.customer.customer_id for each in found.candidates]


@pytest.mark.parametrize(
    "written",
    [
        "13812345671",
        "138 1234 5671",
        "138-1234-5671",
        "+86 13812345671",
        "0086 138 1234 5671",
        "(+86) 138.1234.5671",
        "１３８１２３４５６７１",
        "013812345671",
        "手机：13812345671",
        "13812345671 转 8",
        "13812345671/021-61234567",
    ],
)
def test_a_mobile_number_is_known_however_it_is_written(known: Workspace, written: str) -> None:
    found = identify(known, phone=written)
    assert who(found) == ["c1"]
    assert found.candidates[0].probability > 0.99


@pytest.mark.parametrize("written", ["021-61234567", "(021)6123 4567", "+86 21 6123-4567", "021 61234567 转 802"])
def test_a_landline_is_a_house_and_says_less_than_a_mobile(known: Workspace, written: str) -> None:
    found = identify(known, phone=written)
    assert who(found) == ["d1", "d2"]
    assert all(0.3 < each.probability < 0.5 for each in found.candidates)


def test_an_offices_mailbox_says_less_than_ones_own(known: Workspace) -> None:
    [office] = identify(known, email="Info@Poe.example.com").candidates
    [own] = identify(known, email="min@example.com").candidates
    assert own.probability > 0.99 > 0.8 > office.probability


def test_a_name_that_many_have_tells_how_many_and_promises_nothing(known: Workspace) -> None:
    found = identify(known, name="刘洋")
    assert (found.fitting, len(found.candidates)) == (30, identifying.MOST)
    assert all(each.probability < 0.04 for each in found.candidates)
    assert who(identify(known, name="Liu Yang", phone=SEVENTH))[0] == "e07"


def test_a_crowd_is_called_one_and_still_speaks_for_whom_another_field_names(
    known: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifying, "MOST_SHARING", 10)
    alone = identify(known, name="刘洋")
    assert (alone.candidates, alone.crowded, alone.unreadable) == ((), ("name",), ())
    both = identify(known, name="刘洋", phone=SEVENTH)
    assert (who(both), both.candidates[0].by) == (["e07"], ("phone", "name"))
    assert both.candidates[0].probability >= identify(known, phone=SEVENTH).candidates[0].probability


def test_what_is_seen_at_once_is_masked(known: Workspace) -> None:
    [likely] = identify(known, phone="13812345671").candidates
    caller = likely.customer
    assert (caller.customer_id, caller.name, caller.records) == ("c1", "Wang Fang", 2)
    assert "1234" not in caller.phone
    assert caller.email == "f***@example.com"


def test_probabilities_leave_room_for_somebody_new(known: Workspace) -> None:
    for asked in ({"phone": "021-61234567"}, {"name": "刘洋"}, {"phone": "13812345671", "name": "赵敏"}):
        found = identify(known, **asked)
        assert sum(each.probability for each in found.candidates) < 1
