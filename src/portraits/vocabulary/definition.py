"""Definition: something people write in a TOML block, frozen and strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.faults import faults


class Definition(BaseModel):
    """A frozen block of a definition file; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @classmethod
    def read(cls, block: Mapping[str, Any]) -> Self:
        """Read one block; DefinitionError lists all its faults, unknown keys first."""
        try:
            return cls.model_validate(dict(block))
        except ValidationError as error:
            raise DefinitionError(faults(cls, block, error)) from None


def says(en: str, zh: str, default: Any = ..., **limits: Any) -> Any:
    """A field of a definition, with what it means in both languages, for the reference and the forms."""
    return Field(default, description=en, json_schema_extra={"zh": zh}, **limits)
