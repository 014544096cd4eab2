"""Packs: the built-in tags by subject, plain TOML files of the package that a workspace switches on."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Self

from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import NotFound, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

Block = dict[str, Any]
OWNER = "Portraits"  # who answers for what is built in


class Pack(Definition):
    """A pack: its title, why it is there, and its tags as blocks like those a person writes.

    `businesses` are the business models it is made for (none: all). Tags of the packs it
    `needs` come with it; it may give another meaning to tags that it `replaces`. `emphasis`
    names, for a goal, the tags that tell most.
    """

    name: str
    title: Text
    why: Text
    businesses: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    emphasis: Mapping[str, tuple[str, ...]] = {}
    tags: Mapping[str, Block]

    @classmethod
    def parse(cls, name: str, text: str) -> Self:
        """The pack of a TOML text with one `[pack]` block and `[tags.<name>]` blocks."""
        content = tomllib.loads(text)
        return cls.read({"name": name, **content["pack"], "tags": content["tags"]})


@cache
def catalogue() -> dict[str, Pack]:
    """All packs by name."""
    folder = resources.files("portraits.tags") / "packs"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    named = {file.name.removesuffix(".toml"): file for file in files}
    return {name: Pack.parse(name, file.read_text(encoding="utf-8")) for name, file in named.items()}


def pack(name: str) -> Pack:
    """The pack of that name; NotFound names the nearest one."""
    known = catalogue()
    if name not in known:
        hint = nearest(name, known) or all_known(known)
        raise NotFound(say("There is no pack of tags {name}.", name=name), hint)
    return known[name]


def chosen(names: Iterable[str]) -> tuple[Pack, ...]:
    """The packs of these names and those they need, each once and after what it needs."""
    found: dict[str, Pack] = {}
    for name in names:
        found.update((each.name, each) for each in _with_needs(name) if each.name not in found)
    return tuple(found.values())


def packs(names: Iterable[str]) -> dict[str, Block]:
    """The tag blocks of these packs and those they need, by tag name."""
    return {name: {"owner": OWNER, **block} for each in chosen(names) for name, block in each.tags.items()}


def emphasis(names: Iterable[str], goal: str) -> tuple[str, ...]:
    """The tags of these packs that tell most about a goal, the packs' own subjects first to last."""
    told = (name for each in chosen(names) for name in each.emphasis.get(goal, ()))
    return tuple(dict.fromkeys(told))


def _with_needs(name: str) -> Iterator[Pack]:
    found = pack(name)
    for need in found.needs:
        yield from _with_needs(need)
    yield found
