"""Kinds: what kinds of sources and tags there are, and the fields of each."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from portraits.app.plugins import load_plugins
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound, all_known, nearest
from portraits.vocabulary.families import Family
from portraits.vocabulary.phrase import Phrase, say


@dataclass(frozen=True)
class KindField:
    """A field of a kind: a key of its TOML block."""

    name: str
    type: str
    required: bool
    default: str


@dataclass(frozen=True)
class Kind:
    """A kind of a family, as a person or a form needs it."""

    family: str
    kind: str
    about: Phrase
    fields: tuple[KindField, ...]


def kinds(workspace: Workspace, family: str = "") -> list[Kind]:
    """All kinds, those of the workspace's plug-ins included; NotFound for a family there is not."""
    loaded = load_plugins(workspace)
    if loaded.faults:
        raise DefinitionError(loaded.faults)
    families = {each.__name__.lower(): each for each in Family.__subclasses__()}
    if family and family not in families:
        raise NotFound(
            say("There is no family {family}.", family=family), nearest(family, families) or all_known(families)
        )
    chosen = [families[family]] if family else families.values()
    return [_described(each, name, cls) for each in chosen for name, cls in sorted(each.kinds.items())]


def _described(family: type[Family], name: str, kind: type[Family]) -> Kind:
    fields = tuple(_field(key, field) for key, field in kind.model_fields.items() if key != "kind")
    about = Phrase(" ".join((inspect.getdoc(kind) or "").split()), {})
    return Kind(family.__name__.lower(), name, about, fields)


def _field(name: str, field: Any) -> KindField:
    written = "" if field.is_required() else _written(field.get_default(call_default_factory=True))
    return KindField(name, _type(field.annotation), field.is_required(), written)


def _written(default: Any) -> str:
    if default is None or default in ("", (), {}):
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _type(annotation: Any) -> str:
    """A type as TOML knows it: choices by their values, classes by their names."""
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if get_origin(annotation) is Literal:
        return " | ".join(str(part) for part in parts if part != "")
    if get_origin(annotation) in (Union, UnionType):
        return " | ".join(dict.fromkeys(map(_type, parts)))
    if get_origin(annotation) is Annotated:
        return _type(parts[0])
    if inspect.isclass(annotation) and issubclass(annotation, Enum):
        return " | ".join(str(each.value) for each in annotation)
    inner = ", ".join(_type(part) for part in parts if part is not ...)
    return f"{_name(annotation)}[{inner}]" if inner else _name(annotation)


def _name(annotation: Any) -> str:
    origin = get_origin(annotation) or annotation
    return _TOML.get(origin, getattr(origin, "__name__", str(origin)).lower())


_TOML = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    tuple: "list",
    list: "list",
    dict: "table",
    Mapping: "table",
}
