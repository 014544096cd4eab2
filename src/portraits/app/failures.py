"""Failures: what a program reads where something is wrong, the same from every face."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError
from portraits.vocabulary.phrase import in_language
from portraits.vocabulary.text import Language


def failure(what: str, hint: str = "", faults: Iterable[Fault] = (), language: Language = "en") -> dict[str, Any]:
    """What is wrong, what would be right, and each fault with its place: `{"error": {...}}`."""
    told = {"what": in_language(what, language), "hint": in_language(hint, language)}
    return {"error": {**told, "faults": [_told(fault, language) for fault in faults]}}


def failure_of(error: PortraitsError, language: Language = "en") -> dict[str, Any]:
    """An error as a program reads it."""
    return failure(error.what, error.hint, faults_of(error), language)


def faults_of(error: PortraitsError) -> tuple[Fault, ...]:
    """The faults an error lists; none where it is of another kind."""
    return error.faults if isinstance(error, DefinitionError) else ()


def _told(fault: Fault, language: Language) -> dict[str, Any]:
    said = {"what": in_language(fault.what, language), "hint": in_language(fault.hint, language)}
    return {**asdict(fault), **said}
