"""Faults: what the reading of a block finds wrong, in plain sentences, with the nearest right word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from portraits.vocabulary.errors import Fault, all_known, nearest
from portraits.vocabulary.phrase import NOTHING, Phrase, listed, say, verbatim

Detail = Mapping[str, Any]
Path = tuple[int | str, ...]
Told = tuple[Phrase, Phrase]  # what is wrong, and what would be right


def faults(cls: type[BaseModel], block: Mapping[str, Any], error: ValidationError) -> Iterator[Fault]:
    """All faults of a block that a definition was read from, unknown keys first.

    A key that is missing is not told where an unknown one beside it is that key misspelt.
    """
    details = [(_written(detail["loc"], block, cls), detail) for detail in error.errors(include_url=False)]
    unknown = [path for path, detail in details if detail["type"] == "extra_forbidden"]
    misspelt = set()
    for path in unknown:
        known = _fields(cls, path[:-1])
        hint = nearest(str(path[-1]), known)
        misspelt |= {(path[:-1], hint), *((path[:-1], f"Did you mean {name}?") for name in known if "zh" in known)}
        yield Fault(say("this key is not known."), field=_dotted(path), hint=hint or all_known(known))
    told = set(unknown)
    for path, detail in details:
        again = detail["type"] == "missing" and (path[:-1], f"Did you mean {path[-1]}?") in misspelt
        if path not in told and not again:
            told.add(path)
            options = [each for other, each in details if other == path]
            yield _one(cls, path, detail) if len(options) == 1 or not path else _none_of(path, options)


def _one(cls: type[BaseModel], path: Path, detail: Detail) -> Fault:
    what, hint = _SAID.get(detail["type"], _as_told)(detail)
    bare = path[:-1] if path and path[-1] in ("en", "zh") else path
    if detail["type"] in ("model_type", "missing") and "zh" in _fields(cls, bare):
        what, hint = what if detail["type"] == "missing" else say("text is needed here."), _TEXT
    return Fault(what, field=_dotted(path), hint=hint)


def _none_of(path: Path, options: Iterable[Detail]) -> Fault:
    """One fault for a value that may be of several types, and is of none."""
    wanted = dict.fromkeys(_WANTED.get(each["type"].partition("_")[0], NOTHING) for each in options)
    hint = say("Write {words}.", words=listed(wanted))
    return Fault(say("this kind of value has no place here."), field=_dotted(path), hint=hint)


def _written(location: Path, block: object, cls: type[BaseModel]) -> Path:
    """The part of a location that a person wrote; the rest names a type among several."""
    path: list[int | str] = []
    inside: Any = block
    for part in location:
        if isinstance(inside, Mapping) and (part in inside or part in _fields(cls, tuple(path))):
            inside = inside.get(str(part))
        elif isinstance(inside, list | tuple) and isinstance(part, int) and part < len(inside):
            inside = inside[part]
        else:
            continue
        path.append(part)
    return tuple(path)


def _fields(cls: type[BaseModel], path: Path) -> tuple[str, ...]:
    """The keys that may stand at a place of a definition; none where it takes no table of known keys."""
    kinds: list[Any] = [cls]
    for part in path:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return tuple(dict.fromkeys(name for model in models for name in model.model_fields))


def _inside(kind: Any, part: int | str) -> Iterator[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if part in kind.model_fields:
            yield from _members(kind.model_fields[str(part)].annotation)
    elif arguments := [each for each in get_args(kind) if each is not ...]:
        yield from _members(arguments[-1])  # of a list its elements, of a table its values


def _members(kind: Any) -> Iterator[Any]:
    if get_origin(kind) is Annotated:
        yield from _members(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _members(each)
    elif kind is not NoneType:
        yield kind


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _choice(detail: Detail) -> Told:
    words = re.findall(r"'([^']*)'", str(detail["ctx"]["expected"]))
    given = detail["input"]
    what = say("{value} is not one of the words for this.", value=_shown(given))
    return what, nearest(str(given), words) or all_known(words)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return f"'{value:.60}'" if isinstance(value, str) else str(value)
    return say("a table") if isinstance(value, Mapping) else say("a list") if isinstance(value, list | tuple) else _THIS


def _needed(wanted: Phrase, hint: Phrase) -> Callable[[Detail], Told]:
    return lambda detail: (
        say("{wanted} is needed here, not {value}.", wanted=wanted, value=_shown(detail["input"])),
        hint,
    )


def _bound(hint: Callable[[Any], Phrase], name: str) -> Callable[[Detail], Told]:
    return lambda detail: (
        say("{value} cannot be here.", value=_shown(detail["input"])),
        hint(detail["ctx"][name]),
    )


def _shorter(detail: Detail) -> Told:
    most = detail["ctx"]["max_length"]
    if isinstance(detail["input"], str):
        hint = say("Write {n} characters at most.", n=most) if most > 1 else say("Write 1 character at most.")
    else:
        hint = say("Write {n} values at most.", n=most) if most > 1 else say("Write 1 value at most.")
    return say("this is too long."), hint


def _longer(detail: Detail) -> Told:
    least = detail["ctx"]["min_length"]
    if least == 1:
        return say("this is empty."), say("Write something.")
    return say("this is too short."), say("Write {n} or more.", n=least)


def _pattern(detail: Detail) -> Told:
    what = say("{value} is not written as it should be.", value=_shown(detail["input"]))
    return what, say("Its form is {pattern}", pattern=detail["ctx"]["pattern"])


def _as_told(detail: Detail) -> Told:
    """What our own checks say is a phrase already; pydantic's own rare words stay as they are."""
    error = detail.get("ctx", {}).get("error")
    for told in getattr(error, "args", ()):
        if isinstance(told, Phrase):
            return told, NOTHING
    message = str(detail["msg"]).removeprefix("Value error, ")
    return verbatim(message if message.endswith((".", "?")) else f"{message}."), NOTHING


_THIS = say("this")
_TEXT = say('Write "a text" or { en = "a text", zh = "文字" }.')
_WHOLE = _needed(say("a whole number"), say("Write 5, without quotes."))
_NUMBER = _needed(say("a number"), say("Write 0.5, without quotes."))
_TRUTH = _needed(say("true or false"), say("Write true or false, without quotes."))
_LIST = _needed(say("a list"), say('Write ["a", "b"].'))
_TABLE = _needed(say("a table"), say('Write { name = "value" } or a block of its own.'))
_DAY = _needed(say("a day or moment"), say("Write 2026-01-31, without quotes."))
_SAID: dict[str, Callable[[Detail], Told]] = {
    "missing": lambda _: (say("is missing."), NOTHING),
    "literal_error": _choice,
    "enum": _choice,
    "string_type": _needed(say("text"), say('Write it in quotes: "...".')),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number", "decimal_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(("list_type", "tuple_type", "set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _TABLE),
    **dict.fromkeys(("date_type", "date_parsing", "datetime_type", "datetime_parsing"), _DAY),
    "greater_than_equal": _bound(lambda n: say("Write at least {n}.", n=n), "ge"),
    "greater_than": _bound(lambda n: say("Write more than {n}.", n=n), "gt"),
    "less_than_equal": _bound(lambda n: say("Write at most {n}.", n=n), "le"),
    "less_than": _bound(lambda n: say("Write less than {n}.", n=n), "lt"),
    **dict.fromkeys(("too_short", "string_too_short"), _longer),
    **dict.fromkeys(("too_long", "string_too_long"), _shorter),
    "string_pattern_mismatch": _pattern,
}
# What a value of several types may be, by the beginning of the error's name.
_WANTED = {
    "bool": say("true or false"),
    "int": say("a number"),
    "float": say("a number"),
    "string": say("text in quotes"),
    "date": say("a day such as 2026-01-31"),
    "datetime": say("a day such as 2026-01-31"),
    "tuple": say("a list"),
    "list": say("a list"),
    "model": say("a table"),
}


def of_request(details: Iterable[Detail]) -> list[Fault]:
    """The faults of what a program or a form sent, which no definition was made of."""
    told = ((detail, *_SAID.get(detail["type"], _as_told)(detail)) for detail in details)
    return [Fault(what, field=".".join(map(str, detail["loc"][-1:])), hint=hint) for detail, what, hint in told]
