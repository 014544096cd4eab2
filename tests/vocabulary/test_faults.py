"""Faults of a block: plain sentences, the right place, the nearest right word."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import Field

from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.text import Text


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    GREEN = "green"


class Room(Definition):
    """A part of a house."""

    name: str
    use: Literal["sleeping", "cooking"] = "sleeping"
    colours: tuple[Colour, ...] = ()


class House(Definition):
    """A block with blocks inside."""

    title: Text
    rooms: tuple[Room, ...] = ()
    by_floor: Mapping[str, Room] = Field(default_factory=dict)
    floors: int = Field(1, ge=1, le=9)
    owner: str | int | None = None
    labels: Mapping[str, Text] = Field(default_factory=dict)
    note: str = Field("", max_length=3)
    street: str = Field("a", min_length=1)


def told(**block: Any) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        House.read({"title": "x", **block})
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("block", "fault"),
    [
        ({"florrs": 1}, "[florrs]: this key is not known. Did you mean floors?"),
        ({"title": {"en": "x", "fr": "y"}}, "[title.fr]: this key is not known. Known: en, zh."),
        ({"title": {"en": "x"}}, '[title.zh]: is missing. Write "a text" or { en = "a text", zh = "文字" }.'),
        ({"labels": {"a": 1}}, '[labels.a]: text is needed here. Write "a text" or { en = "a text", zh = "文字" }.'),
        ({"rooms": [{"name": "a"}, {"nme": "b"}]}, "[rooms.1.nme]: this key is not known. Did you mean name?"),
        (
            {"rooms": [{"name": "a", "use": "coking"}]},
            "[rooms.0.use]: 'coking' is not one of the words for this. Did you mean cooking?",
        ),
        (
            {"by_floor": {"top": {"name": "a", "colours": ["blu"]}}},
            "[by_floor.top.colours.0]: 'blu' is not one of the words for this. Known: red, green.",
        ),
        ({"by_floor": {"top": {}}}, "[by_floor.top.name]: is missing."),
        ({"rooms": {}}, '[rooms]: a list is needed here, not a table. Write ["a", "b"].'),
        (
            {"rooms": ["a"]},
            "[rooms.0]: a table is needed here, not 'a'. Write { name = \"value\" } or a block of its own.",
        ),
        ({"floors": "two"}, "[floors]: a whole number is needed here, not 'two'. Write 5, without quotes."),
        ({"floors": 0}, "[floors]: 0 cannot be here. Write at least 1."),
        ({"floors": 10}, "[floors]: 10 cannot be here. Write at most 9."),
        ({"owner": []}, "[owner]: this kind of value has no place here. Write text in quotes, a number."),
        ({"note": "long"}, "[note]: this is too long. Write 3 characters at most."),
        ({"street": ""}, "[street]: this is empty. Write something."),
    ],
)
def test_one_fault_is_one_plain_sentence_at_its_place(block: dict[str, Any], fault: str) -> None:
    assert told(**block) == [fault]


def test_faults_of_many_places_are_told_together_unknown_keys_first() -> None:
    found = told(floors="x", rooms=[{"nam": "a"}, {"name": 1}], ttle="y")
    assert [each.split(":")[0] for each in found] == ["[rooms.0.nam]", "[ttle]", "[rooms.1.name]", "[floors]"]
