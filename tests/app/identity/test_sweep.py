"""Sweep: what the preview says is what then happens, as one act that one undo takes back."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.app.identity.identity import decisions, keep_apart, link, split, undo
from portraits.app.identity.likeness import review
from portraits.app.identity.queue import Wanted
from portraits.app.identity.sweep import preview_sweep, sweep
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Busy, Refused
from tests.app.duplicates import NOW, built, customers, rows

BY: dict[str, Any] = {"actor": "li", "now": NOW}
LIKELY = Wanted(least=0.7)


def _sums(workspace: Workspace) -> dict[object, tuple[object, ...]]:
    """Customer -> its records, orders and their amount."""
    found = rows(
        workspace,
        """SELECT l.customer_id, count(DISTINCT l.record_id), count(o.order_id), coalesce(sum(o.amount), 0)
        FROM identity_links l LEFT JOIN orders o USING (record_id) GROUP BY 1""",
    )
    return {customer: tuple(rest) for customer, *rest in found}


@pytest.mark.parametrize("before", ["nothing", "linked", "apart", "split"])
def test_the_preview_says_what_then_happens(before: str, asked: Workspace) -> None:
    if before == "linked":
        link(asked, "c2", "c7", **BY)
    elif before == "apart":
        keep_apart(asked, "c4", "c9", **BY)
    elif before == "split":
        split(asked, "c1", ["c3"], **BY)
    preview = preview_sweep(asked, LIKELY)
    waiting = {"linked": -1, "split": 1}.get(before, 0)
    then = len(set(customers(asked).values())) + waiting
    sweep(asked, LIKELY, seen=preview.mark, **BY)
    built(asked)
    assert len(set(customers(asked).values())) == then - preview.customers + preview.left
    sums = _sums(asked)
    for group in preview.groups:
        [one] = {customers(asked)[each] for each in group.customer_ids}
        assert one == group.customer_ids[0]
        assert sums[one] == (group.records, group.orders, group.amount)
    assert preview.orders == sum(each.orders for each in preview.groups)


def test_pairs_that_would_join_who_is_kept_apart_are_left_out(asked: Workspace) -> None:
    assert (preview_sweep(asked, LIKELY).pairs, preview_sweep(asked, LIKELY).held) == (3, 0)
    keep_apart(asked, "c4", "c9", **BY)
    preview = preview_sweep(asked, LIKELY)  # c4 like c8, c8 like c9: one of them must stay alone
    assert (preview.pairs, preview.held) == (2, 1)
    sweep(asked, LIKELY, **BY)
    built(asked)
    found = customers(asked)
    assert found["c4"] == found["c8"] != found["c9"]


def test_one_undo_takes_all_of_it_back(asked: Workspace) -> None:
    before, asked_before = customers(asked), review(asked).total
    done = sweep(asked, LIKELY, why="same names", **BY)
    assert (done.verdict, done.pairs) == ("link", 3)
    assert {(each.act, each.why) for each in decisions(asked)} == {(done.act, "same names")}
    built(asked)
    assert customers(asked) != before
    undo(asked, done.act, **BY)
    built(asked)
    assert customers(asked) == before
    assert review(asked).total == asked_before


def test_the_sample_are_the_least_likely(unsure: Workspace) -> None:
    preview = preview_sweep(unsure, LIKELY)
    likely = [each.probability for each in preview.sample]
    assert likely == sorted(likely) and min(likely) >= 0.7
    assert preview_sweep(unsure, Wanted(kind="company")).pairs == 0


def test_other_pairs_than_were_shown_are_not_linked(asked: Workspace) -> None:
    seen = preview_sweep(asked, LIKELY).mark
    keep_apart(asked, "c1", "c7", **BY)
    with pytest.raises(Busy):
        sweep(asked, LIKELY, seen=seen, **BY)
    with pytest.raises(Refused):
        sweep(asked, Wanted(least=0.999), **BY)
    assert [each.verdict for each in decisions(asked)] == ["apart"]
