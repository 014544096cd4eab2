"""Families: kinds that are registered by being named."""

from __future__ import annotations

import pytest

from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.families import Family
from portraits.vocabulary.window import Window


class Animal(Family):
    """A family for these tests."""

    name: str


class Bird(Animal, kind="bird"):
    """Flies."""

    wings: int = 2


class Fish(Animal, kind="fish"):
    """Swims."""

    within: Window | None = None


class Plant(Family):
    """Another family, to be kept apart."""


def test_a_kind_is_known_by_its_name_in_its_own_family_only() -> None:
    assert Animal.kinds == {"bird": Bird, "fish": Fish}
    assert Plant.kinds == {}


def test_a_block_is_read_as_the_kind_it_names() -> None:
    found = Animal.read({"kind": "fish", "name": "Nemo", "within": "2 weeks"})
    assert found == Fish(kind="fish", name="Nemo", within=Window(0, 14))


@pytest.mark.parametrize(
    ("block", "faults"),
    [
        ({}, ["[kind]: is missing. Known: bird, fish."]),
        ({"kind": "brid"}, ["[kind]: 'brid' is not a kind of animal. Did you mean bird?"]),
        ({"kind": "stone"}, ["[kind]: 'stone' is not a kind of animal. Known: bird, fish."]),
        ({"kind": "bird", "nam": "x"}, ["[nam]: this key is not known. Did you mean name?"]),
        ({"kind": "bird"}, ["[name]: is missing."]),
        (
            {"kind": "fish", "name": 3, "within": "soon", "colour": "red"},
            [
                "[colour]: this key is not known. Known: kind, name, within.",
                '[name]: text is needed here, not 3. Write it in quotes: "...".',
                "[within]: 'soon' is not a window. Write '90 days' or '30 to 90 days'.",
            ],
        ),
    ],
)
def test_all_faults_of_a_block_are_told_at_once(block: dict[str, object], faults: list[str]) -> None:
    with pytest.raises(DefinitionError) as caught:
        Animal.read(block)
    assert [str(fault) for fault in caught.value.faults] == faults


def test_a_definition_does_not_change() -> None:
    bird = Bird(kind="bird", name="Tweety")
    with pytest.raises(ValueError, match="frozen"):
        bird.name = "Sylvester"
