"""Errors: the one shape of every error over HTTP."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field


class FaultAnswer(BaseModel):
    """One thing that is wrong: `field` says where, `hint` what would be right."""

    what: str
    field: str = ""
    hint: str = ""
    file: str = ""
    line: int = 0
    block: str = ""


class Problem(BaseModel):
    """What is wrong, and what would be right."""

    what: str = Field(examples=["'recncy_days' is not a tag."])
    hint: str = Field("", examples=["Did you mean recency_days?"])
    faults: list[FaultAnswer] = []


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    error: Problem


ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorAnswer, "description": "There is no such thing."},
    422: {"model": ErrorAnswer, "description": "What was asked cannot be read; `faults` lists all that is wrong."},
}
