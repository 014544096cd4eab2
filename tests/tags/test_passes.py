"""Passes: windows share a read of their table where that is cheaper, and only there."""

from __future__ import annotations

from portraits.tags.atoms import Atom, End, Keyed, Plain, Rows
from portraits.tags.passes import passes
from portraits.vocabulary.window import Window


def plain(days: int | None, call: str = "count", near: int = 0) -> Plain:
    return Plain(Rows("orders", Window(near, days) if days else None), call)


def sums(days: int | None, many: int) -> list[Plain]:
    return [plain(days, f"sum(column_{number})") for number in range(many)]


def test_one_short_window_rides_along() -> None:
    assert [each.days for each in passes([*sums(None, 10), plain(30)])] == [None]


def test_many_values_of_a_short_window_get_a_slice_of_their_own() -> None:
    assert [each.days for each in passes([*sums(None, 10), *sums(365, 12), *sums(30, 2)])] == [None, 365]


def test_without_values_over_all_time_only_the_longest_slice_is_read() -> None:
    assert [each.days for each in passes([*sums(365, 3), *sums(90, 3)])] == [365]


def test_every_atom_is_in_exactly_one_pass_that_reaches_far_enough() -> None:
    atoms = [*sums(None, 3), *sums(730, 9), *sums(365, 9), *sums(90, 9), *sums(30, 9), plain(730, near=365)]
    found = passes([*atoms, *atoms])
    assert sorted(map(str, atoms)) == sorted(str(atom) for each in found for atom in each.atoms)
    for each in found:
        assert each.days is None or all(atom.rows.window.far <= each.days for atom in each.atoms if atom.rows.window)


def test_tables_keys_and_ends_are_read_apart() -> None:
    orders, events = Rows("orders"), Rows("events")
    atoms: list[Atom] = [
        Plain(orders, "count"),
        Plain(events, "count"),
        Keyed(orders, '"channel"', "distinct"),
        Keyed(orders, '"channel"', "favourite"),
        Keyed(orders, '"store"', "distinct"),
        End(orders, '"channel"', "last"),
    ]
    assert [(each.table, each.form, each.key, len(each.atoms)) for each in passes(atoms)] == [
        ("orders", "plain", "", 1),
        ("events", "plain", "", 1),
        ("orders", "keyed", '"channel"', 2),
        ("orders", "keyed", '"store"', 1),
        ("orders", "ends", "", 1),
    ]


def test_a_condition_that_many_share_is_asked_once_a_row() -> None:
    def of(where: str, many: int) -> list[Plain]:
        return [Plain(Rows("orders", None, where), f"sum(column_{number})") for number in range(many)]

    found = passes([*of("", 5), *of("channel = 'web'", 12), *of("status = 'returned'", 2)])
    assert [len(each.atoms) for each in found] == [7, 12]
    assert {atom.rows.where for atom in found[1].atoms} == {"channel = 'web'"}
