"""Definition: something people write in a TOML block, frozen and strict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from portraits.vocabulary.errors import DefinitionError, Fault, nearest


class Definition(BaseModel):
    """A frozen block of a definition file; keys it does not know are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    @classmethod
    def read(cls, block: Mapping[str, Any]) -> Self:
        """Read one block; DefinitionError lists all its faults, unknown keys first."""
        try:
            return cls.model_validate(dict(block))
        except ValidationError as error:
            raise DefinitionError(_faults(cls, error)) from None


def _faults(cls: type[BaseModel], error: ValidationError) -> Iterator[Fault]:
    details = error.errors(include_url=False)
    unknown = [detail for detail in details if detail["type"] == "extra_forbidden"]
    hinted = {nearest(str(detail["loc"][-1]), cls.model_fields) for detail in unknown}
    for detail in unknown:
        key = str(detail["loc"][-1])
        hint = nearest(key, cls.model_fields) or f"Known: {', '.join(cls.model_fields)}."
        yield Fault("this key is not known.", field=_path(detail["loc"]), hint=hint)
    for detail in details:
        key = _path(detail["loc"])
        misspelt = detail["type"] == "missing" and f"Did you mean {key}?" in hinted
        if detail["type"] != "extra_forbidden" and not misspelt:
            yield Fault(_sentence(str(detail["msg"])), field=key)


def _path(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location)


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith((".", "?")) else f"{message}."
