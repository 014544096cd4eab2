"""Forms: a family of definitions that ask people on a page and make rows of their answers."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field, model_validator

from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.families import Family
from portraits.vocabulary.name import PATTERN
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES, table
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type

Input = Literal["line", "lines", "email", "phone", "number", "date", "choice"]
# What every entry says besides its answers; no question may be called so.
ENTRY, AT, LANGUAGE, CONSENT = "entry", "at", "language_used", "consent"
OWN = frozenset({ENTRY, AT, LANGUAGE, CONSENT})
_MORE = text("Anything else you would like to say?", "还有什么想告诉我们的？")
LONGEST = 200  # characters of a line
LONGEST_TEXT = 4_000


class Option(Definition):
    """One answer to choose."""

    value: str = Field(min_length=1, max_length=LONGEST)
    label: Text | None = None


class Question(Definition):
    """One question: a column of the form's table, a column of a person, or a question of its own."""

    name: str = Field(pattern=f"^{PATTERN}$")
    label: Text | None = None
    required: bool = False
    long: bool = False
    choices: tuple[Option, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, block: Any) -> Any:
        """A choice that is written as plain text is its own label."""
        if not isinstance(block, Mapping) or not isinstance(block.get("choices"), list | tuple):
            return block
        choices = [{"value": each} if isinstance(each, str) else each for each in block["choices"]]
        return {**block, "choices": choices}


class Form(Family):
    """A page that asks people and makes rows of their answers, at an address that cannot be guessed."""

    title: Text
    about: Text | None = None
    open: bool = False
    token: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$")
    fields: tuple[Question, ...] = ()
    consent: Text | None = None
    purpose: str = Field("", max_length=80)
    thanks: Text | None = None
    most: int = Field(10_000, ge=1, le=1_000_000)

    @property
    @abstractmethod
    def target(self) -> Table:
        """The table that the answers become rows of."""

    def asks(self) -> tuple[Question, ...]:
        """All questions, in their order."""
        return self.fields

    def fixed(self) -> dict[str, str]:
        """Expressions for columns that are the same in every row."""
        return {}

    @model_validator(mode="after")
    def _sound(self) -> Form:
        names = [each.name for each in self.asks()]
        for name in names:
            if name in OWN or names.count(name) > 1:
                raise Unfit(say("'{name}' cannot be asked for twice, or is a word of the form itself.", name=name))
        if self.purpose and not self.consent:
            raise Unfit(say("A purpose needs the text that people consent to."), say("Write consent."))
        return self

    def column(self, question: Question) -> Column | None:
        """The canonical column that a question fills; None of a question of its own."""
        for each in (self.target, TABLES["people"]):
            if question.name in each.types:
                return each.column(question.name)
        return None

    def input(self, question: Question) -> Input:
        """How a question is asked."""
        column = self.column(question)
        if question.choices or (column and column.choices):
            return "choice"
        if question.long or question.name == "text":
            return "lines"
        if question.name in ("email", "phone"):
            return "email" if question.name == "email" else "phone"
        if column and column.type.temporal:
            return "date"
        return "number" if column and column.type.numeric else "line"

    def mappings(self, name: str) -> dict[str, dict[str, Any]]:
        """The blocks by which entries become rows: of the table, of people, of consents."""
        made = {name: _block(name, self.target.name, dict(self._columns(name)))}
        person = [each.name for each in self.asks() if each.name not in self.target.types and self.column(each)]
        if person and self.target.name != "people":
            columns = {"record_id": _made(name), **{each: each for each in person}, "created_at": AT, "updated_at": AT}
            made[f"{name}_people"] = _block(name, "people", columns)
        if self.consent and self.purpose:
            version = hashlib.sha256(self.consent.en.encode()).hexdigest()[:12]
            given = {"purpose": _text(self.purpose), "status": "'given'", "at": AT, "text_version": _text(version)}
            block = _block(name, "consents", {"record_id": _made(name), **given})
            made[f"{name}_consents"] = {**block, "where": f"{CONSENT} = 'yes'"}
        return made

    def _columns(self, name: str) -> Iterator[tuple[str, str]]:
        asked = {each.name for each in self.asks()}
        fixed = self.fixed()
        for column in self.target.columns:
            if column.name in asked:
                yield column.name, column.name
            elif column.name in fixed:
                yield column.name, fixed[column.name]
            elif column.name == "record_id" or (column.required and column.name in self.target.key and _plain(column)):
                yield column.name, _made(name)
            elif column.name in ("created_at", "updated_at", self.target.time):
                yield column.name, AT


class RecordForm(Form, kind="record"):
    """Rows of any table: an enquiry, a registration, a visit."""

    table: str = "people"

    @model_validator(mode="after")
    def _known(self) -> RecordForm:
        if self.table not in TABLES:
            raise Unfit(say("there is no table {table}.", table=self.table))
        return self

    @property
    def target(self) -> Table:
        """The table that is named."""
        return table(self.table)


class SurveyForm(Form, kind="survey"):
    """Feedback: one question answered by a rating, with room for words."""

    question: Text
    scale: int = Field(5, ge=2, le=10)
    about_what: Literal["product", "service", "store"] = "service"

    @property
    def target(self) -> Table:
        """The table of feedback."""
        return TABLES["feedback"]

    def asks(self) -> tuple[Question, ...]:
        """The rating, its words, then the other questions."""
        ratings = tuple(Option(value=str(each)) for each in range(1, self.scale + 1))
        rating = Question(name="rating", label=self.question, required=True, choices=ratings)
        return (rating, Question(name="text", label=_MORE, long=True), *self.fields)

    def fixed(self) -> dict[str, str]:
        """What the rating was about."""
        return {
            "scale": str(self.scale),
            "question": _text(self.question.en),
            "about": _text(self.about_what),
            "channel": "'web_form'",
        }


def _block(source: str, target: str, columns: Mapping[str, str]) -> dict[str, Any]:
    return {"source": source, "table": target, "columns": dict(columns)}


def _made(name: str) -> str:
    """A number for a row, made of its entry."""
    return f"concat({_text(f'{name}-')}, {ENTRY})"


def _plain(column: Column) -> bool:
    return column.type is Type.TEXT and column.name.endswith("_id")


def _text(said: str) -> str:
    return "'" + said.replace("'", "''") + "'"
