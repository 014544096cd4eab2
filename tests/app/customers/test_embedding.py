"""Embedding: signed links that end, hold for one customer, and show no contact."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portraits.app.customers.embedding import MOST_DAYS, Embedded, _signature, ancestors, embed_link, embedded
from portraits.app.records import plain
from portraits.engine.audit import entries
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, DefinitionError, NotFound, Refused
from tests.faces.company import DEFINITIONS, company

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"), customers=12)


class Query(TypedDict):
    """What the address of a link asks for."""

    until: str
    key: str


def asked(shop: Workspace, customer: str = "C0001", days: int = 30) -> Query:
    link = embed_link(shop, customer, days, actor="ann", now=NOW)
    assert urlsplit(link.path).path == f"/embed/customers/{customer}"
    said = parse_qs(urlsplit(link.path).query)
    return Query(until=said["until"][0], key=said["key"][0])


def opened(shop: Workspace, customer: str = "C0001", now: datetime = NOW, *, until: str, key: str) -> Embedded:
    return embedded(shop, customer, until, key, now=now)


def test_a_link_opens_the_customer_it_was_made_for(shop: Workspace) -> None:
    view = opened(shop, **asked(shop))
    assert view.header.customer_id == "C0001"
    assert view.figures
    assert view.moments


def test_a_link_ends(shop: Workspace) -> None:
    query = asked(shop, days=3)
    opened(shop, now=NOW + timedelta(days=3, seconds=-1), **query)
    with pytest.raises(Refused, match="has ended"):
        opened(shop, now=NOW + timedelta(days=3), **query)


def test_a_link_opens_nobody_else_and_lasts_no_longer(shop: Workspace) -> None:
    query = asked(shop)
    until, key = query["until"], query["key"]
    for changed in ((str(int(until) + 1), key), (until, f"{key[:-1]}x"), (until, ""), ("", key)):
        with pytest.raises(Refused, match="not made here"):
            opened(shop, until=changed[0], key=changed[1])
    with pytest.raises(Refused, match="not made here"):
        opened(shop, "C0002", **query)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(max_size=60), until=st.text(max_size=30))
def test_no_invented_link_opens_anything(shop: Workspace, key: str, until: str) -> None:
    with pytest.raises(Refused):
        embedded(shop, "C0001", until, key, now=NOW)


def test_a_border_between_customer_and_end_cannot_be_moved(shop: Workspace) -> None:
    assert _signature(shop, "1\nC", 2) != _signature(shop, "C", 21)
    assert _signature(shop, "C0001", 12) != _signature(shop, "2\nC0001", 1)


def test_the_key_is_for_this_account_alone_and_a_new_one_ends_all_links(tmp_path: Path) -> None:
    shop = company(tmp_path, customers=2)
    query = asked(shop)
    key = shop.data / "embed.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_bytes()) == 32
    assert [path.name for path in shop.data.glob(".embed*")] == []
    key.unlink()
    with pytest.raises(Refused, match="not made here"):
        opened(shop, **query)


def everything(view: Any) -> str:
    return json.dumps(plain(view), ensure_ascii=False)


def test_what_is_shown_holds_no_contact_no_birthday_and_no_free_text(shop: Workspace) -> None:
    view = opened(shop, "C0005", **asked(shop, "C0005"))
    assert view.name == "陈**" or view.name.endswith("**")
    assert all(not each.tag.personal for each in view.tags)
    assert all(each.text == "" for each in view.moments)
    shown = everything([view.figures, view.tags, view.moments])
    for secret in ("1380013", "someone5", "example.com"):
        assert secret not in shown


def test_making_a_link_is_in_the_audit_trail(tmp_path: Path) -> None:
    shop = company(tmp_path, customers=2)
    asked(shop, days=7)
    with Store.open(shop.store) as store:
        [entry] = entries(store)
    assert (entry.actor, entry.action, entry.subject, entry.detail["days"]) == ("ann", "embed link", "C0001", 7)


@pytest.mark.parametrize("days", [0, -1, MOST_DAYS + 1])
def test_a_link_lasts_some_days(shop: Workspace, days: int) -> None:
    with pytest.raises(BadInput, match="cannot last"):
        asked(shop, days=days)


def test_nobody_gets_no_link(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no customer nobody"):
        asked(shop, "nobody")


def test_the_sites_that_may_show_it_are_a_setting(tmp_path: Path) -> None:
    shop = company(tmp_path, customers=1)
    assert ancestors(shop) == ()
    sites = 'packs = []\nembed_ancestors = ["https://crm.example.com", "http://intranet:8080"]'
    (tmp_path / "portraits.toml").write_text(DEFINITIONS.replace("packs = []", sites), encoding="utf-8")
    assert ancestors(shop) == ("https://crm.example.com", "http://intranet:8080")


@pytest.mark.parametrize(
    "site", ["*", "crm.example.com", "https://a.b/path", "https://a.b; script-src *", "https://a b"]
)
def test_what_is_no_site_cannot_be_one(tmp_path: Path, site: str) -> None:
    shop = company(tmp_path, customers=1)
    sites = f'packs = []\nembed_ancestors = ["{site}"]'
    (tmp_path / "portraits.toml").write_text(DEFINITIONS.replace("packs = []", sites), encoding="utf-8")
    with pytest.raises(DefinitionError, match="not the origin of a site"):
        ancestors(shop)
