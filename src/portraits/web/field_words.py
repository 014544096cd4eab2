"""Field words: what the fields of a form of tags are called, and what helps to fill them in."""

from __future__ import annotations

from collections.abc import Iterator

from portraits.app.tags.shapes import Field, Shape
from portraits.vocabulary.tables import TABLES
from portraits.web.page import Page
from portraits.web.words import has, words

# Windows that people ask for.
WINDOWS = ("7 days", "30 days", "90 days", "180 days", "365 days", "30 to 90 days")
_CHOICES = {"group": "groups", "type": "tagtypes", "order": "tag_orders"}
_LISTS = {"unit": "units", "within": "windows", "column": "usable"}


class FieldWords:
    """What templates ask for the words of fields."""

    windows = WINDOWS

    def label(self, page: Page, shape: Shape, field: Field, of: str = "") -> str:
        """What a field is called; one of a plug-in by its name."""
        for key in (f"{of}_{field.name}", f"{shape.kind}_{field.name}", field.name):
            if has(page.language, f"tagfield.{key}"):
                return page.t(f"tagfield.{key}")
        return field.name

    def help(self, page: Page, shape: Shape, field: Field) -> str:
        """What helps to fill it in; empty where nothing does."""
        for key in (f"{shape.kind}_{field.name}", field.name):
            if has(page.language, f"tagfield_help.{key}"):
                return page.t(f"tagfield_help.{key}")
        return field.about

    def choices(self, page: Page, field: Field) -> list[tuple[str, str]]:
        """The values of a choice with their words."""
        if field.name == "table":
            return [(name, f"{page.text(TABLES[name].title)} · {name}") for name in field.choices]
        return [(value, page.known(_CHOICES.get(field.name, "tagfield"), value)) for value in field.choices]

    def list_of(self, field: Field) -> str:
        """The list of proposals that goes with a field; empty where there is none."""
        return _LISTS.get(field.name, "")

    def units(self, page: Page) -> Iterator[tuple[str, str]]:
        """The units that have words."""
        known = {key.split(".")[1] for key in words(page.language) if key.startswith("units.")}
        yield from ((name, page.t(f"unit_names.{name}")) for name in ("money", "percent") if name not in known)
        yield from ((name, page.t(f"units.{name}", n="…")) for name in sorted(known))
