"""Types of values: what a column of a table or a tag can hold."""

from __future__ import annotations

from enum import StrEnum

from portraits.vocabulary.phrase import Phrase, say


class Type(StrEnum):
    """The type of a value, with its meaning on every engine."""

    TEXT = "text"
    INTEGER = "integer"  # 64 bit
    NUMBER = "number"  # double
    MONEY = "money"  # decimal(18, 4), exact sums
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"  # a moment; UTC in canonical tables, workspace time in expressions
    JSON = "json"  # only `attributes` and `properties`
    RAW = "raw"  # text of a source, read as whatever type the place asks for

    @property
    def numeric(self) -> bool:
        """Whether arithmetic makes sense."""
        return self in (Type.INTEGER, Type.NUMBER, Type.MONEY)

    @property
    def temporal(self) -> bool:
        """Whether it is a day or a moment."""
        return self in (Type.DATE, Type.TIME)

    @property
    def word(self) -> Phrase:
        """The type as a sentence names it."""
        return _WORDS[self]

    @property
    def duckdb(self) -> str:
        """The type's name in DuckDB."""
        return _DUCKDB[self]


_DUCKDB = {
    Type.TEXT: "VARCHAR",
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.MONEY: "DECIMAL(18,4)",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.TIME: "TIMESTAMP",
    Type.JSON: "VARCHAR",
    Type.RAW: "VARCHAR",
}
_WORDS = {
    Type.TEXT: say("text"),
    Type.INTEGER: say("integer"),
    Type.NUMBER: say("number"),
    Type.MONEY: say("money"),
    Type.BOOLEAN: say("boolean"),
    Type.DATE: say("date"),
    Type.TIME: say("time"),
    Type.JSON: say("json"),
    Type.RAW: say("raw"),
}
