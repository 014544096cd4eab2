"""Failures: what a program reads where something is wrong, the same from every face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError


def failure(what: str, hint: str = "", faults: Iterable[Fault] = ()) -> dict[str, Any]:
    """What is wrong, what would be right, and each fault with its place: `{"error": {...}}`."""
    return {"error": {"what": what, "hint": hint, "faults": [asdict(fault) for fault in faults]}}


def failure_of(error: PortraitsError) -> dict[str, Any]:
    """An error as a program reads it."""
    return failure(error.what, error.hint, error.faults if isinstance(error, DefinitionError) else ())
