"""Families: kinds of sources, tags and segments, registered by being named.

A kind is a subclass with a class keyword: `class Recency(Tag, kind="recency")`.
Its fields are the TOML keys, the form on the page and the reference page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError, Fault, all_known, nearest
from portraits.vocabulary.phrase import Phrase, say


class Family(Definition):
    """A definition that comes in kinds; each direct subclass is a family of its own."""

    kinds: ClassVar[dict[str, type[Family]]] = {}
    kind_name: ClassVar[str] = ""

    kind: str

    def __init_subclass__(cls, kind: str = "", **keywords: Any) -> None:
        """Take the class keyword; the naming itself happens once the fields are known."""
        super().__init_subclass__(**keywords)

    @classmethod
    def __pydantic_init_subclass__(cls, kind: str = "", **keywords: Any) -> None:
        """Make a family of a direct subclass, and name a kind."""
        super().__pydantic_init_subclass__(**keywords)
        if Family in cls.__bases__:
            cls.kinds = {}
        if kind:
            cls.kind_name = kind
            cls.kinds[kind] = cls

    @classmethod
    def read(cls, block: Mapping[str, Any]) -> Self:
        """Read a block as the kind it names; DefinitionError lists all its faults."""
        if cls.kind_name:
            return super().read(block)
        kind = block.get("kind")
        if kind is None:
            raise DefinitionError([Fault(say("is missing."), field="kind", hint=all_known(sorted(cls.kinds)))])
        found = cls.kinds.get(str(kind))
        if found is None:
            hint = nearest(str(kind), cls.kinds) or all_known(sorted(cls.kinds))
            what = say("'{kind}' is not a kind of {family}.", kind=kind, family=Phrase(cls.__name__.lower(), {}))
            raise DefinitionError([Fault(what, field="kind", hint=hint)])
        return cast("Self", found.read(block))
