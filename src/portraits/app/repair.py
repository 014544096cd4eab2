"""Repair: a block as it was probably meant, so that a fault in one field does not hide those of others."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from portraits.vocabulary.errors import DefinitionError, Fault

T = TypeVar("T")

_NEAREST = re.compile(r"Did you mean (.+)\?")
_NEEDED = re.compile(r"needs the column (\w+)")
_ROUNDS = 4
_EMPTY = {"title": "", "en": "", "zh": "", "business": "retail"}  # what may stand in for what is missing


def repaired(values: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> tuple[T | None, list[Fault]]:
    """What could be read of a block, None where nothing could, and all its faults.

    A word that is nearly right is read as the right one; any other wrong field is left out. What
    is found wrong only because a field was left out is not told.
    """
    told: list[Fault] = []
    whole, mended = True, copy.deepcopy(dict(values))
    for _ in range(_ROUNDS):
        try:
            return read(mended), told
        except DefinitionError as error:
            told += [each for each in error.faults if whole and each not in told]
            whole = all([_mend(mended, fault) for fault in error.faults]) and whole
    return None, told


def _mend(values: dict[str, Any], fault: Fault) -> bool:
    """Mend one field; whether it is now as it was meant."""
    *path, last = fault.field.split(".")
    if needed := _NEEDED.search(fault.what):
        values[last][needed[1]] = "null"
        return True
    inside = _at(values, path)
    near = _NEAREST.search(fault.hint or fault.what)
    if isinstance(inside, dict) and last not in inside and last in _EMPTY:
        inside[last] = _EMPTY[last]
        return True
    if not isinstance(inside, dict) or last not in inside:
        values.pop(path[0] if path else last, None)
        return False
    written = inside.pop(last)
    if near and "not known" in fault.what:
        inside.setdefault(near[1], written)
    elif near:
        inside[last] = near[1]
    return near is not None


def _at(values: Any, path: Iterable[str]) -> Any:
    for part in path:
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and part.isdecimal() and int(part) < len(values):
            values = values[int(part)]
        else:
            return None
    return values
