"""Saved views: a question to the list under a name, checked before it is kept."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.customers.customers import customers
from portraits.app.customers.views import Asked, remove_view, save_view, view, views
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError, NotFound
from tests.faces.company import company

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
SLEEPING = Asked(rule="recency_days > 100", sort="-spend_365d", columns=("gender", "rfm_r"))


@pytest.fixture
def shop(tmp_path: Path) -> Workspace:
    return company(tmp_path, customers=20)


def save(shop: Workspace, name: str, asked: Asked = SLEEPING) -> None:
    save_view(shop, name, asked, actor="ann", now=NOW)


def test_a_saved_view_asks_what_was_asked(shop: Workspace) -> None:
    save(shop, "  Sleeping \n customers ")
    saved = view(shop, "Sleeping customers")
    assert (saved.asked, saved.actor) == (SLEEPING, "ann")
    assert saved.saved_at == datetime(2026, 3, 1, 17, 30)  # as the clocks of the workspace show it
    found = customers(shop, saved.asked.search, saved.asked.rule, saved.asked.sort, columns=saved.asked.columns)
    assert [tag.name for tag in found.columns] == ["gender", "rfm_r"]


def test_saving_and_removing_are_in_the_audit_trail(shop: Workspace) -> None:
    save(shop, "a")
    remove_view(shop, "a", actor="bob", now=NOW)
    with Store.open(shop.store) as store:
        told = [(entry.actor, entry.action, entry.subject) for entry in entries(store)]
    assert told == [("ann", "save view", "a"), ("bob", "remove view", "a")]
    assert views(shop) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_name_that_is_none_is_refused(shop: Workspace, name: str) -> None:
    with pytest.raises(BadInput, match="name"):
        save(shop, name)
    assert views(shop) == []


@pytest.mark.parametrize(
    "asked",
    [Asked(rule="recncy_days > 3"), Asked(sort="-spnd"), Asked(columns=("gendr",)), Asked(rule="1; drop table x")],
)
def test_a_question_that_cannot_be_asked_is_not_kept(shop: Workspace, asked: Asked) -> None:
    with pytest.raises(DefinitionError):
        save(shop, "wrong", asked)
    assert views(shop) == []


def test_a_wrong_name_says_the_right_one(shop: Workspace) -> None:
    save(shop, "sleepers")
    with pytest.raises(NotFound, match="Did you mean sleepers"):
        view(shop, "sleeper")
    with pytest.raises(NotFound, match="Did you mean sleepers"):
        remove_view(shop, "sleeperz", actor="ann", now=NOW)
