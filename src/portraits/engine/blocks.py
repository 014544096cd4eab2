"""Blocks: what the definition files of a workspace say, each part with its file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portraits.engine.places import places
from portraits.engine.salvage import Broken, salvage
from portraits.vocabulary.errors import Fault
from portraits.vocabulary.phrase import NOTHING, Phrase, say

_POSITION = re.compile(r"\s*\(at (?:line \d+, column \d+|end of document)\)")
_NAMELESS = "settings"


@dataclass(frozen=True)
class Block:
    """One definition as written: `[section.name]`, its values and where they stand."""

    section: str
    name: str
    values: Mapping[str, Any]
    file: str = ""
    line: int = 0
    lines: Mapping[str, int] = field(default_factory=dict)  # field path -> line
    made_by: Made | None = None  # where a person wrote what this was made of

    @property
    def title(self) -> str:
        """The block as its header names it."""
        return f"{self.section}.{self.name}" if self.name else self.section

    def fault(self, what: Phrase, field: str = "", hint: Phrase = NOTHING) -> Fault:
        """A fault at a field of this block, or at its header."""
        return next(self.placed([Fault(what, hint=hint)], field))

    def placed(self, faults: Iterable[Fault], field: str = "") -> Iterator[Fault]:
        """Faults found by who knew only the values, now with their place."""
        for fault in faults:
            path = ".".join(part for part in (field, fault.field) if part)
            if self.made_by:
                yield self.made_by.block.fault(fault.what, self.made_by.field_of(path), fault.hint)
                continue
            yield replace(fault, file=self.file, line=self._line_of(path), block=self.title, field=path)

    def _line_of(self, field: str) -> int:
        while field:
            if field in self.lines:
                return self.lines[field]
            field = field.rpartition(".")[0]
        return self.line


@dataclass(frozen=True)
class Made:
    """The written block that another one was made of, and what each of its fields became."""

    block: Block
    fields: Mapping[str, str]  # field of the made block -> field as written

    def field_of(self, path: str) -> str:
        """The written field that a field of the made block comes from, empty where none does."""
        head, _, rest = path.partition(".")
        found = self.fields.get(head, "")
        return f"{found}.{rest}" if found and rest else found


@dataclass(frozen=True)
class Blocks:
    """All blocks of a workspace, and what was wrong with the files themselves.

    `broken` are blocks that are no TOML, with what is left of them: others may name them without fault.
    """

    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...] = ()
    broken: tuple[Block, ...] = ()

    def of(self, section: str) -> Iterator[Block]:
        """The blocks of one section, in the order of files and lines."""
        return (block for block in self.blocks if block.section == section)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that occur."""
        return tuple(dict.fromkeys(block.section for block in self.blocks))


def read_blocks(folder: Path, drafts: Mapping[str, str] = MappingProxyType({})) -> Blocks:
    """Read every `*.toml` of a folder; a name written in two places is a fault.

    Args:
        folder: hidden files in it, as programs leave them beside those they write, are passed over.
        drafts: file -> what is read in its place.
    """
    blocks: list[Block] = []
    faults: list[Fault] = []
    broken: list[Block] = []
    for path in definition_files(folder, drafts):
        try:
            text = drafts[path.name] if path.name in drafts else path.read_text(encoding="utf-8")
            blocks += blocks_of(text, path.name)
        except tomllib.TOMLDecodeError:
            rest, bad = salvage(text)
            blocks += blocks_of(rest, path.name)
            faults += [_unreadable(path.name, each) for each in bad]
            broken += [Block(each.section, each.name, each.values, path.name, each.line) for each in bad]
        except UnicodeDecodeError:
            faults.append(Fault(say("is not UTF-8 text."), path.name, hint=say("Save the file as UTF-8.")))
    return _once(blocks, faults, broken)


def definition_files(folder: Path, drafts: Iterable[str] = ()) -> list[Path]:
    """The files of a folder that hold definitions, and those that are only drafts yet."""
    found = {path for path in folder.glob("*.toml") if not path.name.startswith(".")}
    return sorted(found | {folder / name for name in drafts})


def blocks_of(text: str, file: str = "") -> list[Block]:
    """The blocks of one TOML text; `tomllib.TOMLDecodeError` where it is not TOML."""
    content = tomllib.loads(text)
    lines = places(text)
    return [block for section, inside in content.items() for block in _of_section(section, inside, file, lines)]


def _of_section(section: str, inside: Any, file: str, lines: Mapping[str, int]) -> Iterator[Block]:
    if section == _NAMELESS or not isinstance(inside, dict) or not all(isinstance(v, dict) for v in inside.values()):
        values = inside if isinstance(inside, dict) else {"": inside}
        yield _block(section, "", values, file, lines)
        return
    for name, values in inside.items():
        yield _block(section, name, values, file, lines)


def _block(section: str, name: str, values: Mapping[str, Any], file: str, lines: Mapping[str, int]) -> Block:
    head = f"{section}.{name}" if name else section
    own = {path.removeprefix(f"{head}."): line for path, line in lines.items() if path.startswith(f"{head}.")}
    first = lines.get(head) or min(own.values(), default=0)
    return Block(section, name, values, file, first, own)


def _once(blocks: list[Block], faults: list[Fault], broken: list[Block]) -> Blocks:
    first: dict[tuple[str, str], Block] = {}
    for block in blocks:
        known = first.setdefault((block.section, block.name), block)
        if known is not block:
            where = f"{known.file}:{known.line}"
            faults.append(
                block.fault(say("is already written at {where}.", where=where), hint=say("Rename or remove one."))
            )
    return Blocks(tuple(first.values()), tuple(faults), tuple(broken))


def _unreadable(file: str, broken: Broken) -> Fault:
    what, hint = _plain(_POSITION.sub("", broken.message).rstrip("."))
    return Fault(what, file, broken.at, hint=hint)


def _plain(message: str) -> tuple[Phrase, Phrase]:
    """What the reader of TOML says, in words for who writes the file."""
    twice = _TWICE.match(message)
    if twice:
        name = ".".join(re.findall(r"'([^']*)'", twice[1]))
        return say("[{name}] is written twice.", name=name), say("Rename or remove one.")
    for beginning, what, hint in _SAID:
        if message.startswith(beginning):
            return what, hint
    return say("is not TOML: {message}.", message=message[:1].lower() + message[1:]), NOTHING


_TWICE = re.compile(r"Cannot (?:declare|mutate immutable namespace|overwrite) (\(.*\))")
_SAID = (
    ("Cannot overwrite a value", say("is not TOML: this key is written twice."), say("Remove one.")),
    ("Duplicate inline table key", say("is not TOML: this key is written twice."), say("Remove one.")),
    ("Invalid value", say("is not TOML: this is not a value."), say('Write text in quotes: "...".')),
    ("Expected '=' after", say("is not TOML: a key is followed by =."), say('Write name = "value".')),
    ("Unterminated string", say("is not TOML: a quote is not closed."), say('Write "..." on one line.')),
    ("Illegal character '\\n'", say("is not TOML: a quote is not closed on its line."), say('Write "...".')),
    ("Expected \"'", say("is not TOML: a quote is not closed."), say("Write '...' on one line.")),
    ("Unclosed array", say("is not TOML: a list is not closed."), say("Write ] at its end, and commas between.")),
    (
        "Unclosed inline table",
        say("is not TOML: a table is not closed."),
        say("Write } at its end, and commas between."),
    ),
    ("Expected ']'", say("is not TOML: a header is not closed."), say("Write [section.name].")),
    ("Unescaped '\\'", say("is not TOML: a backslash stands for itself in single quotes only."), say("Write '...'.")),
    (
        "Expected newline or end",
        say("is not TOML: something follows the value."),
        say("Put each key on a line of its own."),
    ),
)
