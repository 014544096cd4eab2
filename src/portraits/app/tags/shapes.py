"""Shapes: the fields of each kind of tag as a form shows them, read off the kind itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from portraits.app.plugins import load_plugins
from portraits.engine.workspace import Workspace
from portraits.tags.kinds.manual import POSSIBLE
from portraits.tags.tag import Tag, Value
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError, NotFound, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.window import Window

Form = Literal[
    "text", "code", "texts", "value", "number", "truth", "choice", "window", "numbers", "labels", "rows", "toml"
]

# Fields of text that hold expressions or conditions.
_CODE = frozenset({"value", "when", "where", "of", "by"})
_HIDDEN = frozenset({"kind", "retired"})  # chosen before, and done by retiring
# The order in which a person thinks of them; those that a kind adds stand in the middle.
_FIRST = ("title", "why", "group")
_LAST = ("empty", "unit", "labels", "owner", "type")


@dataclass(frozen=True)
class Field:
    """A field of a form; `about` is what a plug-in says of it, `fields` are those of each of its rows."""

    name: str
    form: Form
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    about: str = ""
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A kind of tag with its fields; `built_in` is false for one that a plug-in adds."""

    kind: str
    about: str
    built_in: bool
    fields: tuple[Field, ...]


def shapes(workspace: Workspace) -> dict[str, Shape]:
    """The kinds of tags, those of the workspace's plug-ins after the others."""
    loaded = load_plugins(workspace)
    if loaded.faults:
        raise DefinitionError(loaded.faults)
    known = [_shape(name, kind) for name, kind in Tag.kinds.items()]
    order = {name: place for place, name in enumerate(_KINDS)}
    return {each.kind: each for each in sorted(known, key=lambda each: (order.get(each.kind, len(order)), each.kind))}


def shape(workspace: Workspace, kind: str) -> Shape:
    """The shape of one kind; NotFound names the nearest kind."""
    known = shapes(workspace)
    if kind not in known:
        raise NotFound(say("There is no kind of tags {kind}.", kind=kind), nearest(kind, known) or all_known(known))
    return known[kind]


_KINDS = ("fact", "rule", "rank", "preference", "latest", "manual")


def _shape(name: str, kind: type[Any]) -> Shape:
    fields = {key: _field(key, each) for key, each in kind.model_fields.items() if key not in _HIDDEN}
    if name == "manual":
        fields["type"] = Field("type", "choice", default="text", choices=tuple(map(str, POSSIBLE)))
        fields.pop("empty", None)  # what nobody said is not known
    own = [key for key in fields if key not in (*_FIRST, *_LAST)]
    about = " ".join((inspect.getdoc(kind) or "").split())
    ordered = [fields[key] for key in (*_FIRST, *own, *_LAST) if key in fields]
    return Shape(name, about, kind.__module__.startswith("portraits."), tuple(ordered))


def _field(name: str, field: Any) -> Field:
    kinds = _kinds(field.annotation)
    default = None if field.is_required() else field.get_default(call_default_factory=True)
    common = Field(name, "toml", field.is_required(), default, about=field.description or "")
    return _of(common, kinds)


def _of(field: Field, kinds: list[Any]) -> Field:
    def made(form: Form, choices: tuple[str, ...] = (), fields: tuple[Field, ...] = ()) -> Field:
        return Field(field.name, form, field.required, field.default, choices, field.about, fields)

    if field.name == "table" and kinds == [str]:
        return made("choice", tuple(name for name, table in TABLES.items() if table.of_customers))
    if set(kinds) == set(_kinds(Value)):
        return made("value")
    if len(kinds) == 1 and (choices := _choices(kinds[0])):
        return made("choice", choices)
    if kinds == [str]:
        return made("code" if field.name in _CODE else "text")
    return _gathered(made, kinds[0]) if len(kinds) == 1 else made("toml")


def _choices(kind: Any) -> tuple[str, ...]:
    """The words that a kind of value has, where it has only some."""
    if get_origin(kind) is Literal:
        return tuple(map(str, get_args(kind)))
    return tuple(str(each.value) for each in kind) if inspect.isclass(kind) and issubclass(kind, Enum) else ()


def _gathered(made: Callable[..., Field], kind: Any) -> Field:
    """A field of one form, or one that holds several things."""
    inner = [each for each in get_args(kind) if each is not ...]
    if form := _PLAIN.get(kind):
        return made(form)
    if get_origin(kind) is Mapping and inner == [str, Text]:
        return made("labels")
    if get_origin(kind) is not tuple or len(inner) != 1:
        return made("toml")
    if inspect.isclass(inner[0]) and issubclass(inner[0], Definition):
        return made("rows", fields=tuple(_field(key, each) for key, each in inner[0].model_fields.items()))
    return made("numbers" if inner == [float] else "toml")


_PLAIN: Mapping[Any, Form] = {Text: "texts", Window: "window", bool: "truth", int: "number", float: "number"}


def _kinds(annotation: Any) -> list[Any]:
    """The types that a value may be of, without None."""
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [kind for each in get_args(annotation) for kind in _kinds(each)]
    return [] if annotation is NoneType else [annotation]
