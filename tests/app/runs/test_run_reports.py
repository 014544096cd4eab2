"""Run reports: stages, what was defined anew, and how the values of a tag drifted between two runs."""

from __future__ import annotations

import pytest

from portraits.app.reading import reading
from portraits.app.runs.diff import diff, drift, titles
from portraits.app.runs.runs import report
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.runs_of_little import two_runs
from tests.faces.little import CUSTOMERS


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return two_runs(tmp_path_factory.mktemp("shop") / "little")


def test_a_report_names_its_stages_and_their_times_add_up(shop: Workspace) -> None:
    found = report(shop, 2)
    assert found.line.current
    assert [stage.name for stage in found.stages][:2] == ["people", "orders"]
    assert sum(stage.seconds for stage in found.stages) == pytest.approx(found.line.seconds)
    rows = {stage.name: stage.rows for stage in found.stages}
    assert rows["people"] == CUSTOMERS


def test_a_report_says_what_was_defined_anew(shop: Workspace) -> None:
    changes = report(shop, 2).changes
    assert changes is not None
    assert (changes.added, changes.changed, changes.removed) == (("tags.big_spender",), ("tags.spend_all",), ())


def test_the_oldest_run_has_none_before_it(shop: Workspace) -> None:
    found = report(shop, 1)
    assert (found.before, found.changes, found.line.current) == (None, None, False)


def test_a_run_that_is_gone_is_not_found(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no run 9"):
        report(shop, 9)


def test_the_bars_of_a_tag_hold_everybody_in_both_runs(shop: Workspace) -> None:
    for name in ("orders_all", "loyal", "rfm_segment"):
        found = drift(shop, name, 1, 2)
        assert sum(before for _, before, _ in found.bars) == CUSTOMERS
        assert sum(after for _, _, after in found.bars) == CUSTOMERS


def test_the_drift_of_one_tag_is_that_of_the_whole_comparison(shop: Workspace) -> None:
    changes = {change.tag: change for change in diff(shop, 1, 2).tags}
    assert drift(shop, "orders_all", 1, 2).change == changes["orders_all"]
    assert changes["orders_all"].stability != 0


def test_bars_of_numbers_rise_and_the_last_one_has_no_limit(shop: Workspace) -> None:
    limits = [limit for limit, _, _ in drift(shop, "orders_all", 1, 2).bars]
    known = [limit for limit in limits if limit is not None]
    assert known == sorted(known)
    assert limits.count(None) <= 1


def test_new_tags_are_named_and_have_no_drift(shop: Workspace) -> None:
    assert diff(shop, 1, 2).added_tags == ("big_spender",)
    with pytest.raises(NotFound, match="in both runs"):
        drift(shop, "big_spender", 1, 2)
    assert titles(shop)["big_spender"].zh == "大额客户"


def test_a_tag_that_points_at_persons_shows_no_values(shop: Workspace) -> None:
    with reading(shop) as run:
        personal = [name for name, tag in run.tags.items() if tag.personal]
    for name in personal:
        assert drift(shop, name, 1, 2).bars == ()
