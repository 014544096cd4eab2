"""Keeping audiences: written into the files with comments kept, frozen, remembered over runs, removed."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.audiences.audiences import audiences, count, explain, export, members, memberships
from portraits.app.audiences.drafts import LARGEST, draft, drafts, drop_draft, keep_draft
from portraits.app.audiences.keeping import freeze, remove, save, save_new
from portraits.app.audiences.sizes import histories, history
from portraits.app.reading import defined
from portraits.engine.audiences import MOST_DRAFTS
from portraits.engine.audit import entries
from portraits.engine.runs import RunInfo, drafting, publish
from portraits.engine.store import Store
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError, ExpressionError, NotFound, Refused
from tests.faces.company import AS_OF, company

NOW = datetime(2025, 7, 1, 9, tzinfo=UTC)
OFTEN = {"title": {"en": "Often", "zh": "常客"}, "rule": "orders_365d >= 12"}


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return company(tmp_path / "shop")


def keep(shop: Workspace, name: str = "often", **more: str) -> None:
    save(shop, name, {**OFTEN, **more}, actor="anna", now=NOW)


def next_run(shop: Workspace, where: str) -> None:
    """Another run with some of the customers alone."""
    with drafting(shop) as made:
        before = shop.runs / "000001" / "run.duckdb"
        shutil.copy(before, made.database)
        with Warehouse.create(made.database) as warehouse:
            warehouse.execute(f"DELETE FROM portrait WHERE NOT ({where})")
        publish(shop, made, RunInfo(made.number, AS_OF, AS_OF, "by hand", "0", {}))


def test_an_audience_is_written_where_people_find_it_and_comments_stay(shop: Workspace) -> None:
    (shop.folder / "audiences.toml").write_text(
        "# Ours.\n\n[audiences.tea]\ntitle = 'Tea'\nrule = 'rfm_r > 3' # fresh\n"
    )
    keep(shop)
    text = (shop.folder / "audiences.toml").read_text(encoding="utf-8")
    assert text.startswith("# Ours.\n\n[audiences.tea]\ntitle = 'Tea'\nrule = 'rfm_r > 3' # fresh\n")
    assert defined(shop).audiences["often"].title.zh == "常客"
    assert {each.name for each in audiences(shop)} == {"sleepers", "tea", "often"}
    with Store.open(shop.store) as store:
        assert [(each.actor, each.action, each.subject) for each in entries(store)] == [
            ("anna", "write", "audiences.often")
        ]


def test_a_wrong_name_or_rule_is_refused_and_nothing_is_written(shop: Workspace) -> None:
    with pytest.raises(DefinitionError) as told:
        save(shop, "new", OFTEN, actor="anna", now=NOW)
    assert told.value.faults[0].field == "name"
    with pytest.raises(DefinitionError):
        save(shop, "Not a name", OFTEN, actor="anna", now=NOW)
    with pytest.raises(ExpressionError, match="Did you mean recency_days"):
        save(shop, "often", {**OFTEN, "rule": "recncy_days > 3"}, actor="anna", now=NOW)
    with pytest.raises(DefinitionError, match="title"):
        save(shop, "often", {"rule": "rfm_r > 3"}, actor="anna", now=NOW)
    assert not (shop.folder / "audiences.toml").exists()


def test_a_new_audience_never_takes_the_place_of_another(shop: Workspace) -> None:
    with pytest.raises(Refused, match="sleepers already"):
        save_new(shop, "sleepers", OFTEN, actor="anna", now=NOW)
    save_new(shop, "often", OFTEN, actor="anna", now=NOW)
    assert "often" in defined(shop).audiences


def test_a_static_audience_keeps_its_members_whatever_its_rule_finds_later(shop: Workspace) -> None:
    keep(shop, members="static")
    n = count(shop, "orders_365d >= 12").n
    next_run(shop, "orders_365d < 30")
    assert count(shop, "orders_365d >= 12").n < n
    [line] = [each for each in audiences(shop) if each.name == "often"]
    assert line.static
    assert line.frozen is not None
    assert (line.frozen.customers, line.frozen.run) == (n, 1)
    assert line.count is not None
    assert line.count.n == count(shop, "often").n == count(shop, "orders_365d >= 12").n


def test_who_is_listed_is_a_member_though_the_rule_says_no(shop: Workspace) -> None:
    keep(shop, members="static")
    with drafting(shop) as made:
        shutil.copy(shop.runs / "000001" / "run.duckdb", made.database)
        with Warehouse.create(made.database) as warehouse:
            warehouse.execute("UPDATE portrait SET orders_365d = 0 WHERE customer_id = 'C0001'")
        publish(shop, made, RunInfo(made.number, AS_OF, AS_OF, "by hand", "0", {}))
    verdict = explain(shop, "often", "C0001")
    assert (verdict.explanation.holds, verdict.listed, verdict.inside) == (False, True, True)
    [mine] = [each for each in memberships(shop, "C0001") if each.audience == "often"]
    assert (mine.inside, mine.static) == (True, True)
    assert mine.explanation is not None
    assert not mine.explanation.holds
    assert "C0001" in {row.person.customer_id for row in members(shop, "often", size=500).rows}


def test_freezing_again_takes_those_of_now(shop: Workspace) -> None:
    keep(shop, members="static")
    next_run(shop, "orders_365d < 30")
    made = freeze(shop, "often", actor="bob", now=NOW)
    assert (made.run, made.customers) == (2, count(shop, "orders_365d >= 12").n)
    with Store.open(shop.store) as store:
        assert [each.action for each in entries(store)] == ["freeze", "write", "freeze"]


def test_a_live_audience_is_not_frozen_and_one_never_frozen_has_no_members(shop: Workspace) -> None:
    with pytest.raises(Refused, match="live"):
        freeze(shop, "sleepers", actor="anna", now=NOW)
    with pytest.raises(NotFound, match="Did you mean sleepers"):
        freeze(shop, "sleeper", actor="anna", now=NOW)
    (shop.folder / "audiences.toml").write_text(
        '[audiences.hand]\ntitle = "Hand"\nrule = "rfm_r > 3"\nmembers = "static"\n'
    )
    [line] = [each for each in audiences(shop) if each.name == "hand"]
    assert line.count is not None
    assert (line.count.n, line.frozen) == (0, None)
    with pytest.raises(NotFound, match="no members yet"):
        count(shop, "hand")
    assert not next(each for each in memberships(shop, "C0001") if each.audience == "hand").inside


def test_an_export_of_a_static_audience_holds_its_list(shop: Workspace, tmp_path: Path) -> None:
    keep(shop, members="static")
    n = count(shop, "often").n
    made = export(shop, "often", tmp_path / "often.csv", actor="anna", now=NOW)
    assert made.rows == n > 0
    with Store.open(shop.store) as store:
        assert entries(store)[-1].detail["audience"] == "often"


def test_a_removed_audience_is_gone_from_the_file(shop: Workspace) -> None:
    keep(shop)
    remove(shop, "often", actor="anna", now=NOW)
    assert "often" not in defined(shop).audiences
    with pytest.raises(NotFound, match="no audience often"):
        remove(shop, "often", actor="anna", now=NOW)


def test_the_history_counts_every_run_once_and_remembers(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    next_run(shop, "orders_365d < 30")
    found = history(shop, "orders_365d >= 12")
    assert [(each.run, each.current) for each in found.sizes] == [(1, False), (2, True)]
    first, last = (each.n or 0 for each in found.sizes)
    assert first > last > 0
    assert found.change == (1, last - first)
    assert found.sizes[0].share == first / 120
    monkeypatch.setattr("portraits.app.audiences.sizes.counted", lambda *_: pytest.fail("counted again"))
    assert history(shop, "orders_365d >= 12").sizes == found.sizes


def test_a_run_that_is_gone_is_remembered(shop: Workspace) -> None:
    n = count(shop, "sleepers").n
    history(shop, "sleepers")
    next_run(shop, "true")
    shutil.rmtree(shop.runs / "000001")
    assert [(each.run, each.n) for each in history(shop, "sleepers").sizes] == [(1, n), (2, n)]
    assert histories(shop)["sleepers"].change == (1, 0)


def test_a_run_without_a_tag_of_the_rule_says_nothing(shop: Workspace) -> None:
    with drafting(shop) as made:
        shutil.copy(shop.runs / "000001" / "run.duckdb", made.database)
        with Warehouse.create(made.database) as warehouse:
            warehouse.execute("ALTER TABLE portrait ADD COLUMN fresh INTEGER")
        publish(shop, made, RunInfo(made.number, AS_OF, AS_OF, "by hand", "0", {}))
    found = history(shop, "fresh is null")
    assert [(each.run, each.n, each.share) for each in found.sizes] == [(1, None, None), (2, 120, 1.0)]
    assert found.change is None


def test_a_draft_is_kept_with_every_change_and_found_again(shop: Workspace) -> None:
    keep_draft(shop, "abcdefgh12", {"text": "rfm_r > 3", "tree": {"group": "all", "rules": []}}, actor="anna", now=NOW)
    later = datetime(2025, 7, 1, 10, tzinfo=UTC)
    keep_draft(shop, "abcdefgh12", {"text": "rfm_r > 4"}, "sleepers", actor="bob", now=later)
    found = draft(shop, "abcdefgh12")
    assert (found.content, found.audience, found.actor) == ({"text": "rfm_r > 4"}, "sleepers", "bob")
    assert (found.created_at.hour, found.updated_at.hour) == (17, 18)  # in Shanghai
    assert [each.id for each in drafts(shop)] == ["abcdefgh12"]
    assert drop_draft(shop, "abcdefgh12")
    assert not drop_draft(shop, "abcdefgh12")
    with pytest.raises(NotFound, match="no draft"):
        draft(shop, "abcdefgh12")


def test_drafts_have_bounds(shop: Workspace) -> None:
    with pytest.raises(BadInput, match="no id"):
        keep_draft(shop, "../../etc", {}, actor="anna", now=NOW)
    with pytest.raises(BadInput, match="characters at most"):
        keep_draft(shop, "abcdefgh12", {"text": "x" * LARGEST}, actor="anna", now=NOW)
    for number in range(MOST_DRAFTS + 3):
        keep_draft(
            shop,
            f"draft{number:05}",
            {},
            actor="anna",
            now=datetime(2025, 7, 1, 9, number % 60, number // 60, tzinfo=UTC),
        )
    assert len(drafts(shop)) == MOST_DRAFTS
