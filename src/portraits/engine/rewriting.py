"""Rewriting: one block of a TOML text changed, and everything around it kept byte for byte.

Only the lines of the block itself are given to the library that writes TOML; inside them, comments
and the order of keys stay where the values allow it. What comes out is read again and compared, so
that no way of writing TOML can make an edit say something else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portraits.engine.places import Header, headers
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

Values = Mapping[str, Any]


def with_block(text: str, section: str, name: str, values: Values) -> str:
    """The text in which a block says exactly these values; it is put at the end where there is none.

    An empty name stands for a section without names, and a value that is None for a key that is not
    written. BadInput where a value cannot be written as TOML.
    """
    place = _Place(text, section, name, _known(values))
    if not place.is_written:
        return place.first_right([place.added])
    return place.first_right([place.changed, place.replaced, place.changed_anywhere])


def without_block(text: str, section: str, name: str) -> str:
    """The text in which a block is no more; what is commented above it stays."""
    place = _Place(text, section, name, None)
    return place.first_right([place.cut, place.dropped]) if place.is_written else text


def text_of(text: str, section: str, name: str) -> str:
    """The lines of a block as they stand in a text, with their comments; empty where they do not stand together."""
    try:
        start, end = _Place(text, section, name, None).span()
    except LookupError:
        return ""
    return text[start:end]


def fresh(section: str, name: str, values: Values) -> str:
    """A block as it is written from nothing."""
    return _Place("", section, name, _known(values)).replacement()


@dataclass(frozen=True)
class _Place:
    """A block in a text, and what it is to say; None: nothing, it goes."""

    text: str
    section: str
    name: str
    wanted: dict[str, Any] | None

    @property
    def title(self) -> str:
        return f"{self.section}.{self.name}" if self.name else self.section

    @property
    def is_written(self) -> bool:
        content = tomllib.loads(self.text)
        return self.section in content and (not self.name or self.name in content[self.section])

    def first_right(self, ways: Sequence[Callable[[], str]]) -> str:
        """The first rewriting that says what is wanted and nothing else."""
        expected = self._expected()
        for way in ways:
            try:
                made = way()
                made.encode()
                if _same(self._cleaned(tomllib.loads(made)), expected):
                    return made
            except (ValueError, LookupError, TypeError):  # all that the library says of what it cannot write
                continue
        raise BadInput(say("[{block}] cannot be written there.", block=self.title), say("Edit the file by hand."))

    def changed(self) -> str:
        """Only what differs is touched, in the lines of the block."""
        start, end = self.span()
        return self.text[:start] + self._edited(self.text[start:end]) + self.text[end:]

    def replaced(self) -> str:
        """The lines of the block are written anew."""
        start, end = self.span()
        return self.text[:start] + self.replacement() + self.text[end:]

    def changed_anywhere(self) -> str:
        """Only what differs is touched, wherever in the text it stands."""
        return self._edited(self.text)

    def added(self) -> str:
        """The block stands at the end."""
        gap = "" if not self.text.strip() else "\n" if self.text.endswith("\n") else "\n\n"
        return self.text + self._lines(gap) + self.replacement()

    def cut(self) -> str:
        """The lines of the block are gone."""
        start, end = self.span()
        return self.text[:start] + self.text[end:].lstrip("\r\n")

    def dropped(self) -> str:
        """The block is gone, wherever in the text it stands."""
        import tomlkit

        content = tomlkit.parse(self.text)
        inside: Any = content[self.section] if self.name else content
        del inside[self.name or self.section]
        return tomlkit.dumps(content)

    def span(self) -> tuple[int, int]:
        """Where the lines of the block begin and end; LookupError where they do not stand together."""
        found = headers(self.text)
        own = [number for number, each in enumerate(found) if _is_of(each, self.title)]
        if not own or own != list(range(own[0], own[-1] + 1)):
            raise LookupError
        start = found[own[0]].start
        end = found[own[-1] + 1].start if own[-1] + 1 < len(found) else len(self.text)
        return start, _last_line(self.text, start, end)

    def _edited(self, part: str) -> str:
        import tomlkit

        content = tomlkit.parse(part)
        block: Any = content[self.section]
        _change(block[self.name] if self.name else block, self.wanted or {})
        return self._lines(tomlkit.dumps(content))

    def replacement(self) -> str:
        """The block as it is written from nothing."""
        import tomlkit

        table = tomlkit.table()
        for key, value in (self.wanted or {}).items():
            table.add(key, _item(value))
        outer = tomlkit.table(is_super_table=True)
        outer.add(self.name, table)
        content = tomlkit.document()
        content.add(self.section, outer if self.name else table)
        return self._lines(tomlkit.dumps(content))

    def _lines(self, part: str) -> str:
        """A part with the line ends of the text around it."""
        plain = part.replace("\r\n", "\n")
        return plain.replace("\n", "\r\n") if "\r\n" in self.text else plain

    def _expected(self) -> dict[str, Any]:
        content = tomllib.loads(self.text)
        inside = content.setdefault(self.section, {}) if self.name else content
        inside[self.name or self.section] = self.wanted
        if self.wanted is None:
            del inside[self.name or self.section]
        return self._cleaned(content)

    def _cleaned(self, content: dict[str, Any]) -> dict[str, Any]:
        """A section that has no block left may be there or not."""
        return {key: value for key, value in content.items() if key != self.section or value != {}}


def _known(value: Any) -> Any:
    """Values without those that are None, all the way down."""
    if isinstance(value, Mapping):
        return {str(key): _known(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_known(inner) for inner in value if inner is not None]
    return value


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same types all the way down: 1 is not true, nor 1.0."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _is_of(header: Header, title: str) -> bool:
    return header.path == title or header.path.startswith(f"{title}.")


def _last_line(text: str, start: int, end: int) -> int:
    """The end of what is said between two places: blank and commented lines after it belong to what follows."""
    while end > start:
        line = text.rfind("\n", start, end - 1) + 1 or start
        words = text[line:end].strip()
        if words and not words.startswith("#"):
            break
        end = line
    return end


def _change(block: Any, wanted: Values) -> None:
    """Make a table say exactly these values, touching only what differs."""
    for key in [each for each in block if each not in wanted]:
        del block[key]
    for key, value in wanted.items():
        if key not in block:
            block[key] = _item(value)
        elif not _same(_plain(block[key]), value):
            _change_value(block, key, value)


def _change_value(inside: Any, key: Any, value: Any) -> None:
    old = inside[key]
    if isinstance(old, Mapping) and isinstance(value, Mapping):
        _change(old, value)
    elif _is_rows(_plain(old)) and _is_rows(value):
        _change_rows(old, value)
    else:
        inside[key] = _item(value)


def _change_rows(rows: Any, wanted: Sequence[Any]) -> None:
    """Rows of a list, changed one by one, so that the comments between them stay."""
    while len(rows) > len(wanted):
        del rows[len(rows) - 1]
    for place, value in enumerate(wanted):
        if place >= len(rows):
            rows.append(_item(value))
        elif not _same(_plain(rows[place]), value):
            _change_value(rows, place, value)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _item(value: Any) -> Any:
    """A value as TOML: tables on one line, a list of tables a line each."""
    import tomlkit

    return tomlkit.parse(f"value = {_text(value)}\n")["value"]


def _text(value: Any) -> str:
    import tomlkit

    if isinstance(value, Mapping):
        inside = ", ".join(f"{tomlkit.key(key).as_string()} = {_text(inner)}" for key, inner in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if _is_rows(value):
        return "\n".join(["[", *(f"  {_text(row)}," for row in value), "]"])
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return str(tomlkit.item(value).as_string())
