"""Tag form: the values of a tag as the inputs of a form, and back.

Every input is a text by a dotted name, `cases.0.when`; a field whose inputs were not touched keeps
its value as it was written.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portraits.app.tags.shapes import Field, Shape
from portraits.vocabulary.text import Language, Text

Inputs = Mapping[str, str]
Values = Mapping[str, Any]
_LANGUAGES: tuple[Language, ...] = ("en", "zh")
_CONSTANTS = (bool, int, float, str, date)
_ROWS_OF_LABELS = ("value", *_LANGUAGES)
_MOST_ROWS = 60


@dataclass(frozen=True)
class Input:
    """One input: its name, what it holds, and what is wrong with it."""

    name: str
    value: str
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filled:
    """A field with its inputs: one, or one a language, or rows of them."""

    field: Field
    inputs: Mapping[str, Input]
    rows: tuple[tuple[Filled, ...], ...] = ()
    faults: tuple[str, ...] = ()


def written(shape: Shape, values: Values) -> dict[str, str]:
    """The inputs of the fields that have a value."""
    found: dict[str, str] = {}
    for each in shape.fields:
        if values.get(each.name) is not None:
            found |= _inputs(each, each.name, values[each.name])
    return found


def meant(shape: Shape, inputs: Inputs, before: Values) -> dict[str, Any]:
    """The values that a person means, `kind` first; what the form does not show stays as it was."""
    before = before if before.get("kind") in (None, shape.kind) else {}
    was = written(shape, before)
    values: dict[str, Any] = {"kind": shape.kind}
    for each in shape.fields:
        own, old = _own(each.name, inputs), _own(each.name, was)
        value = before[each.name] if own == old and each.name in before else _value(each, each.name, inputs)
        if value is not None and not (_usual(each, value) and each.name not in before):
            values[each.name] = value
    shown = {"kind", *(each.name for each in shape.fields)}
    kept = {key: value for key, value in before.items() if key not in shown}
    return _in_order({**values, **kept}, before)


def filled(shape: Shape, inputs: Inputs, faults: Mapping[str, Iterable[str]], more: str = "") -> list[Filled]:
    """The fields with what was written into them; rows have an empty one at their end, two for `more`."""
    return [_filled(each, each.name, inputs, faults, more) for each in shape.fields]


def placed(shape: Shape, faults: Iterable[tuple[str, str]], inputs: Inputs) -> tuple[dict[str, list[str]], list[str]]:
    """Faults by the input they belong to, and those that belong to none; (field, text) each."""
    names = {name for each in filled(shape, inputs, {}) for name in _names(each)}
    found: dict[str, list[str]] = {}
    general: list[str] = []
    for path, text in faults:
        place = path
        while place and place not in names:
            place = place.rpartition(".")[0]
        (found.setdefault(place, []) if place else general).append(text)
    return found, general


def literal(value: Any) -> str:
    """A constant as one types it: quotes only where a text would be read as something else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if constant(value) == value else json.dumps(value, ensure_ascii=False)
    return str(value)


def constant(text: str) -> Any:
    """What somebody typed as a constant: a number, true or false, a day, or the text itself."""
    text = text.strip()
    if not text:
        return None
    try:
        found = None if re.search(r"[\r\n]", text) else tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return found if isinstance(found, _CONSTANTS) else text


def _usual(field: Field, value: Any) -> bool:
    """Whether a choice is what it would be if nothing were written."""
    return field.form == "choice" and not field.required and field.default is not None and value == str(field.default)


def _in_order(values: dict[str, Any], before: Values) -> dict[str, Any]:
    """Keys in the order in which they were written, new ones after them; a new tag begins with its title."""
    first = [key for key in before if key in values] or ["title", "why", "group", "kind"]
    return {key: values[key] for key in [*first, *(key for key in values if key not in first)] if key in values}


def _own(name: str, inputs: Inputs) -> dict[str, str]:
    found = {key: value.strip() for key, value in inputs.items() if key == name or key.startswith(f"{name}.")}
    return {key: value.replace("\r\n", "\n") for key, value in found.items() if value}


def _inputs(field: Field, name: str, value: Any) -> dict[str, str]:
    """A value as inputs."""
    if field.form == "texts":
        return {f"{name}.{key}": text for key, text in _both(value).items() if text}
    if field.form == "labels" and isinstance(value, Mapping):
        rows = [{"value": key, **_both(text)} for key, text in value.items()]
        return {f"{name}.{place}.{key}": text for place, row in enumerate(rows) for key, text in row.items()}
    if field.form == "rows" and isinstance(value, list | tuple):
        return _row_inputs(field, name, value)
    return {name: _SHOWN.get(field.form, str)(value)}


def _row_inputs(field: Field, name: str, rows: Sequence[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, row in enumerate(rows):
        for inner in field.fields if isinstance(row, Mapping) else ():
            if row.get(inner.name) is not None:
                found |= _inputs(inner, f"{name}.{place}.{inner.name}", row[inner.name])
    return found


def _both(value: Any) -> dict[str, str]:
    if isinstance(value, Text):
        return {"en": value.en, "zh": value.zh}
    if isinstance(value, Mapping):
        return {language: str(value.get(language, "")) for language in _LANGUAGES}
    return dict.fromkeys(_LANGUAGES, str(value))


def _toml(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _listed(value: Any) -> str:
    return ", ".join(map(literal, value)) if isinstance(value, list | tuple) else str(value)


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    "numbers": _listed,
    "toml": _toml,
    **dict.fromkeys(("value", "truth", "number"), literal),
}


def _value(field: Field, name: str, inputs: Inputs) -> Any:
    """The value of a field; None where nothing is written."""
    if field.form in _READ:
        text = inputs.get(name, "").strip().replace("\r\n", "\n")
        return _READ[field.form](text) if text else None
    if field.form == "texts":
        return _texts({language: inputs.get(f"{name}.{language}", "").strip() for language in _LANGUAGES})
    if field.form == "labels":
        return _labels(name, inputs)
    rows = [_row(field, f"{name}.{place}", inputs) for place in _places(name, inputs)]
    return [row for row in rows if row] or None


def _row(field: Field, name: str, inputs: Inputs) -> dict[str, Any]:
    said = {each.name: _value(each, f"{name}.{each.name}", inputs) for each in field.fields}
    return {key: value for key, value in said.items() if value is not None}


def _texts(texts: Mapping[str, str]) -> Any:
    """A text in both languages; the one that is missing, as the other."""
    said = [text for text in texts.values() if text]
    if not said:
        return None
    return said[0] if len(set(said)) == 1 else dict(texts)


def _labels(name: str, inputs: Inputs) -> Any:
    found = {}
    for place in _places(name, inputs):
        row = {key: inputs.get(f"{name}.{place}.{key}", "").strip() for key in _ROWS_OF_LABELS}
        label = _texts({language: row[language] for language in _LANGUAGES})
        if row["value"] or label:
            found[row["value"]] = label or row["value"]
    return found or None


def _places(name: str, inputs: Inputs) -> list[int]:
    """The numbers of the rows that have inputs."""
    pattern = re.compile(rf"{re.escape(name)}\.(\d{{1,3}})\.")
    return sorted({int(match[1]) for key in inputs if (match := pattern.match(key))})[:_MOST_ROWS]


def _numbers(text: str) -> list[Any]:
    return [constant(part) for part in re.split(r"[,，;\s]+", text) if part]


def _truth(text: str) -> Any:
    return True if text in ("on", "true") else None


def _free(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


_READ: Mapping[str, Callable[[str], Any]] = {
    "text": str,
    "code": str,
    "choice": str,
    "window": str,
    "value": constant,
    "number": constant,
    "numbers": _numbers,
    "truth": _truth,
    "toml": _free,
}


def _filled(field: Field, name: str, inputs: Inputs, faults: Mapping[str, Iterable[str]], more: str) -> Filled:
    if field.form in ("rows", "labels"):
        places = [place for place in _places(name, inputs) if _own(f"{name}.{place}", inputs)]
        count = len(places) + (2 if more == name else 1)
        renumbered = {
            f"{name}.{new}{key.removeprefix(f'{name}.{old}')}": value
            for new, old in enumerate(places)
            for key, value in inputs.items()
            if key.startswith(f"{name}.{old}.")
        }
        fields = field.fields or tuple(Field(key, "text") for key in _ROWS_OF_LABELS)
        rows = tuple(
            tuple(_filled(each, f"{name}.{place}.{each.name}", renumbered, faults, more) for each in fields)
            for place in range(min(count, _MOST_ROWS))
        )
        return Filled(field, {}, rows, tuple(faults.get(name, ())))
    parts = _LANGUAGES if field.form == "texts" else ("",)
    made = {part: _input(f"{name}.{part}" if part else name, inputs, faults) for part in parts}
    return Filled(field, made, faults=tuple(faults.get(name, ())) if field.form == "texts" else ())


def _input(name: str, inputs: Inputs, faults: Mapping[str, Iterable[str]]) -> Input:
    return Input(name, inputs.get(name, ""), tuple(faults.get(name, ())))


def _names(filled: Filled) -> list[str]:
    """All names that a fault can belong to."""
    own = [filled.field.name] if filled.rows or len(filled.inputs) > 1 else []
    inner = [name for row in filled.rows for each in row for name in (*_names(each), *_stems(each))]
    return [*own, *(each.name for each in filled.inputs.values()), *inner]


def _stems(filled: Filled) -> list[str]:
    return [each.name.rpartition(".")[0] for each in filled.inputs.values() if filled.field.form == "texts"]
