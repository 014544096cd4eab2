"""Page: one answer to one person: their language and theme, the words and the addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast
from urllib.parse import quote, urlencode
from zlib import crc32

from starlette.requests import Request
from starlette.responses import Response

from portraits.app.home.outline import Outline
from portraits.app.reading import TagColumn
from portraits.app.said import Quantity, Said
from portraits.vocabulary.phrase import in_language
from portraits.vocabulary.text import Language, Text
from portraits.web import words
from portraits.web.writing import Writing

Theme = Literal["light", "dark"]
THEMES = ("light", "dark")
HUES = 16  # eight colours, as discs and as rings
SIGNED = ("money", "percent", "share")
A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Page:
    """What a template needs besides its own view."""

    request: Request
    outline: Outline

    @cached_property
    def language(self) -> Language:
        """As asked for in the address, else as remembered, else as the workspace says."""
        for asked in (self.request.query_params.get("lang"), self.request.cookies.get("lang")):
            if asked in words.LANGUAGES:
                return asked
        return self.outline.language

    @cached_property
    def theme(self) -> Theme | None:
        """As asked for or remembered; None follows the system."""
        for asked in (self.request.query_params.get("theme"), self.request.cookies.get("theme")):
            if asked in THEMES:
                return cast("Theme", asked)
        return None

    @cached_property
    def writing(self) -> Writing:
        """How this page writes numbers, money and days."""
        return Writing(self.language, self.outline.currency)

    @property
    def title(self) -> str:
        """The name of the workspace."""
        return self.outline.title.in_(self.language)

    @property
    def path(self) -> str:
        """The path of this page."""
        return self.request.url.path

    def t(self, key: str, **values: Any) -> str:
        """The words of a key."""
        return words.say(self.language, key, values, self.write)

    def said(self, said: Said) -> str:
        """The words of a sentence from the data."""
        return words.spaced(self.language, self.t(said.key, **said.values))

    def told(self, phrase: str) -> str:
        """What an error or a finding says, in the language of the page."""
        return str(in_language(phrase, self.language))

    def text(self, text: Text) -> str:
        """A text of a definition."""
        return text.in_(self.language)

    def known(self, prefix: str, name: str) -> str:
        """The words for a value of the data, or the value itself where there are none."""
        return self.writing.known(prefix, name)

    def write(self, value: Any, form: str = "") -> str:
        """A value in words and figures."""
        return self.text(value) if isinstance(value, Text) else self.writing.write(value, form)

    def value(self, tag: TagColumn, value: Any) -> str:
        """A value of a tag, by its label or with its unit."""
        return self.writing.value(tag, value)

    def mean(self, tag: TagColumn, mean: float) -> str:
        """A mean beside a value that already shows the unit."""
        return self.write(Quantity(mean, tag.unit if tag.unit in SIGNED else ""))

    def hue(self, tag: TagColumn, value: Any) -> int:
        """The colour of a value, 1 to 16: the same on every page, by the order of the labels, else by its text."""
        known = list(tag.labels)
        place = known.index(str(value)) if str(value) in known else len(known) + crc32(str(value).encode())
        return place % HUES + 1

    def asked(self, name: str) -> str:
        """A parameter of the address, empty where it says none."""
        return self.request.query_params.get(name, "")

    def url(self, path: str = "", **changes: Any) -> str:
        """The address of this page, or another with this page's query, with some parameters changed."""
        asked = self.request.query_params
        kept = {name: asked.getlist(name) for name in asked if name not in PASSING}
        return address(path or self.path, {**kept, **changes})

    def switched(self, **changes: str) -> str:
        """The same address with another language or theme."""
        pairs = [(name, value) for name, value in self.request.query_params.multi_items() if name not in PASSING]
        return f"{self.path}?{urlencode([*pairs, *changes.items()])}"

    def remember(self, response: Response) -> None:
        """Keep what the address asked for, for the next pages."""
        for name, known in (("lang", words.LANGUAGES), ("theme", THEMES)):
            asked = self.request.query_params.get(name)
            if asked and asked in known:
                response.set_cookie(name, asked, max_age=A_YEAR, samesite="lax", path="/")


PASSING = ("lang", "theme")  # remembered by a cookie, so no address needs to carry them on


def address(path: str, query: Mapping[str, Any]) -> str:
    """A path with the parameters that say something."""
    said = {name: value for name, value in query.items() if value not in (None, "", (), [""])}
    return f"{path}?{urlencode(said, doseq=True)}" if said else path


TAKEN = ("compare",)  # words that are pages themselves where a customer's id would stand


def customer_path(customer_id: str, *more: str) -> str:
    """The path of a customer's page; an id may hold any character, and be the name of a page."""
    return "/".join(["/customers", _segment(customer_id), *(quote(part, safe="") for part in more)])


def _segment(customer_id: str) -> str:
    if customer_id in TAKEN:
        return f"%{ord(customer_id[0]):02X}{customer_id[1:]}"
    return quote(customer_id, safe="")
