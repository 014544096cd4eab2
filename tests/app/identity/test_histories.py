"""Histories: whatever people merge, part and take back, nothing is lost or counted twice, and all of it comes back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portraits.app.identity.identity import link, split, undo
from portraits.app.identity.touch_up import touch_up
from portraits.app.tags.manual import history, put, take
from portraits.engine.workspace import Workspace
from tests.app.duplicates import NOW, rows
from tests.app.identity.histories import BY, company, faults_of


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("company") / "shop")


@settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 10**6))
def test_a_random_history_loses_nothing_and_its_undoing_gives_all_back(
    seed: int, shop: Workspace, tmp_path: Path
) -> None:
    assert faults_of(shop, tmp_path / "copy", seed, 4) == []


def _vip(workspace: Workspace) -> dict[object, object]:
    return dict(rows(workspace, "SELECT customer_id, vip FROM portrait WHERE vip IS NOT NULL"))


def test_values_by_hand_follow_a_merge_and_go_back_with_a_split(tmp_path: Path) -> None:
    workspace = company(tmp_path / "shop", settings="")
    first = {f"c{n}": f"known as c{n}" for n in (2, 3, 5)}
    assert _vip(workspace) == first
    act = link(workspace, "c4", "c5", **BY)
    touch_up(workspace, now=NOW)
    assert _vip(workspace) == {"c2": "known as c2", "c3": "known as c3", "c4": "known as c5"}
    assert put(workspace, "vip", ["c5"], "of both", **BY).customers == 1
    touch_up(workspace, now=NOW)
    assert _vip(workspace)["c4"] == "of both"
    assert [each.statement.customer_id for each in history(workspace, "vip", "c4").told] == ["c4", "c5"]
    assert take(workspace, "vip", ["c4"], **BY).customers == 1
    touch_up(workspace, now=NOW)
    assert "c4" not in _vip(workspace)
    undo(workspace, act.act, **BY)
    touch_up(workspace, now=NOW)
    assert _vip(workspace) == {"c2": "known as c2", "c3": "known as c3"}


def test_a_value_taken_off_one_of_two_leaves_that_of_the_other(tmp_path: Path) -> None:
    workspace = company(tmp_path / "shop", settings="")
    take(workspace, "vip", ["c5"], **BY)
    link(workspace, "c2", "c5", **BY)
    touch_up(workspace, now=NOW)
    assert _vip(workspace)["c2"] == "known as c2"
    split(workspace, "c2", ["c5"], **BY)
    touch_up(workspace, now=NOW)
    assert _vip(workspace) == {"c2": "known as c2", "c3": "known as c3"}
