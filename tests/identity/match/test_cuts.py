"""Cuts and components: where a chain of links comes apart."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.identity.match.components import components
from portraits.identity.match.cuts import CLEAR, LARGE, MOST, TORN, Cut, Evidence, clusters

PAIRS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1]), max_size=25)


def named(pairs: list[tuple[int, int]]) -> list[tuple[str, str]]:
    return [(f"{one:02d}", f"{other:02d}") for one, other in pairs]


@given(PAIRS)
def test_records_of_a_link_are_in_one_component_named_after_the_smallest(pairs: list[tuple[int, int]]) -> None:
    found = components(named(pairs))
    assert all(found[one] == found[other] for one, other in named(pairs))
    assert all(first == min(record for record in found if found[record] == first) for first in found.values())


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_links_changes_nothing(pairs: list[tuple[int, int]], chance: random.Random) -> None:
    shuffled = named(pairs)
    chance.shuffle(shuffled)
    assert components(shuffled) == components(named(pairs))
    weights = dict.fromkeys(shuffled, 1.0)
    assert clusters(Evidence(weights, {})) == clusters(Evidence(dict(sorted(weights.items())), {}))


def test_a_chain_that_nothing_speaks_against_stays_whole() -> None:
    found, cuts = clusters(Evidence({("a", "b"): 5.0, ("b", "c"): 5.0}, {}))
    assert (set(found.values()), cuts) == ({"a"}, [])


def test_a_chain_between_two_strangers_comes_apart_where_it_is_weakest() -> None:
    links = {("a", "b"): 12.0, ("c", "d"): 12.0, ("b", "c"): 1.0}
    against = {("a", "c"): -20.0, ("a", "d"): -20.0, ("b", "d"): -20.0}
    found, cuts = clusters(Evidence(links, against | {("b", "c"): -20.0}))
    assert found == {"a": "a", "b": "a", "c": "a", "d": "a"}  # what links is asked first: the mean is -7.25
    found, cuts = clusters(Evidence({**links, ("b", "c"): -9.0}, against))
    assert found == {"a": "a", "b": "a", "c": "c", "d": "c"}
    assert [cut.link for cut in cuts] == [("b", "c")]


def test_a_record_that_is_as_like_the_one_as_the_other_of_two_lookalikes_is_left_to_people() -> None:
    links = {("a", "b"): 13.0, ("b", "c"): 13.0 + TORN - 0.1, ("b", "d"): 5.0}
    found, cuts = clusters(Evidence(links, {("a", "c"): -MOST}, lookalikes={("a", "c")}))
    assert found == {"b": "b", "d": "b"}
    assert cuts == [Cut(("a", "b"), 13.0), Cut(("b", "c"), links["b", "c"])]


def test_no_link_is_torn_where_one_is_clearer_or_the_two_are_not_alike() -> None:
    against, alike, links = {("a", "c"): -MOST}, {("a", "c")}, {("a", "b"): 5.0, ("b", "c"): 5.0}
    clearly = clusters(Evidence({("a", "b"): 5.0, ("b", "c"): 5.0 + TORN}, against, lookalikes=alike))
    by_a_number_of_its_own = clusters(Evidence(dict.fromkeys(links, CLEAR), against, lookalikes=alike))
    not_alike = clusters(Evidence(links, against))
    decided = clusters(Evidence(links, against, firm={("b", "c")}, lookalikes=alike))
    whole = {"a": "a", "b": "a", "c": "a"}
    assert [each for each, _ in (clearly, by_a_number_of_its_own, not_alike, decided)] == [whole] * 4


def test_what_a_person_keeps_apart_ends_apart_and_what_one_holds_together_stays() -> None:
    links = {("a", "b"): 12.0, ("b", "c"): 3.0}
    found, cuts = clusters(Evidence(links, {}, apart={("a", "c")}))
    assert found == {"a": "a", "b": "a", "c": "c"}
    assert cuts == [Cut(("b", "c"), float("-inf"))]
    kept, _ = clusters(Evidence(links, {("a", "c"): -200.0}, firm={("a", "b"), ("b", "c")}))
    assert set(kept.values()) == {"a"}


def test_a_pair_that_must_be_apart_is_cut_though_it_stands_alone() -> None:
    found, _ = clusters(Evidence({("a", "b"): 12.0}, {}, apart={("a", "b")}))
    assert found == {"a": "a", "b": "b"}


def test_a_component_too_large_comes_apart_at_its_weakest_links() -> None:
    chain = {(f"{n:03d}", f"{n + 1:03d}"): 5.0 + n % 7 for n in range(LARGE + 20)}
    found, cuts = clusters(Evidence(chain, {}))
    assert len(set(found.values())) > 1
    assert all(cut.across == 5.0 for cut in cuts)


@given(
    PAIRS, st.sets(st.tuples(st.integers(0, 12), st.integers(0, 12)).filter(lambda pair: pair[0] < pair[1]), max_size=6)
)
@settings(max_examples=60)
def test_no_cluster_holds_a_pair_that_must_be_apart(pairs: list[tuple[int, int]], split: set[tuple[int, int]]) -> None:
    apart = frozenset(named(sorted(split)))
    found, _ = clusters(Evidence(dict.fromkeys(named(pairs), 4.0), {}, apart=apart))
    assert not [pair for pair in apart if pair[0] in found and found[pair[0]] == found.get(pair[1])]
