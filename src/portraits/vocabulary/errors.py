"""Errors: one tree, each with an HTTP status and an exit code.

PortraitsError                something a person can act on       400  exit 1
├── DefinitionError           faults in the workspace's files     422  exit 2
│   └── ExpressionError       a fault inside one expression       422  exit 2
├── NotFound                  no such customer, tag, run, batch   404  exit 4
├── Busy                      another process holds the lock      409  exit 3
├── Refused                   asked for what is not allowed       403  exit 5
├── BadInput                  data that cannot be read            400  exit 6
├── MissingExtra              an optional part is not installed   501  exit 7
└── Stopped                   the person pressed Ctrl-C           499  exit 130

What is wrong and what would be right are phrases, so that every face says them in its reader's language.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from portraits.vocabulary.phrase import NOTHING, Phrase, Phrases, listed, say


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong in one place, and what would be right."""

    what: Phrase
    file: str = ""
    line: int = 0
    block: str = ""
    field: str = ""
    hint: Phrase = NOTHING

    def __str__(self) -> str:
        return str(self.phrase)

    @property
    def place(self) -> str:
        """Where it is: file, line, block and field, as far as they are known."""
        place = ":".join(str(part) for part in (self.file, self.line or "") if part)
        name = ".".join(part for part in (self.block, self.field) if part)
        return " ".join(part for part in (place, f"[{name}]" if name else "") if part)

    @property
    def phrase(self) -> Phrase:
        """The whole of it on one line: where, what, and what would be right."""
        return say("{place}: {what}", place=self.place, what=self.told) if self.place else self.told

    @property
    def told(self) -> Phrase:
        """What is wrong and what would be right, for where its place is seen."""
        return Phrases([self.what, self.hint])


class PortraitsError(Exception):
    """Something a person can act on: `what` is wrong, `hint` says what would be right."""

    status: ClassVar[int] = 400
    exit_code: ClassVar[int] = 1

    def __init__(self, what: Phrase, hint: Phrase = NOTHING) -> None:
        super().__init__(f"{what} {hint}".strip())
        self.what = what
        self.hint = hint

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All of it, a line for each thing that is wrong."""
        return (Phrases([self.what, self.hint]),)


class DefinitionError(PortraitsError):
    """Faults in the workspace's definitions, all of them at once."""

    status = 422
    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(Phrases([fault.phrase for fault in self.faults], "lines"))

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """A line for each fault."""
        return tuple(fault.phrase for fault in self.faults)


class ExpressionError(DefinitionError):
    """A fault inside one expression; `position` is the character it starts at."""

    def __init__(self, what: Phrase, hint: Phrase = NOTHING, position: int = 0) -> None:
        super().__init__([Fault(what, hint=hint)])
        self.what, self.hint, self.position = what, hint, position


class NotFound(PortraitsError):
    """No such customer, tag, audience, run or batch."""

    status = 404
    exit_code = 4


class Busy(PortraitsError):
    """Another process is loading, building or working in this workspace."""

    status = 409
    exit_code = 3


class Refused(PortraitsError):
    """Asked for something that is not allowed."""

    status = 403
    exit_code = 5


class BadInput(PortraitsError):
    """Data that cannot be read as what it claims to be."""

    status = 400
    exit_code = 6


class MissingExtra(PortraitsError):
    """An optional part of the package is not installed."""

    status = 501
    exit_code = 7


class Stopped(PortraitsError):
    """The person stopped the work; what was published before stays."""

    status = 499
    exit_code = 130


class Unfit(ValueError):
    """What a check inside a definition refuses; the fault of the block is told by its phrase."""

    def __init__(self, what: Phrase, hint: Phrase = NOTHING) -> None:
        super().__init__(Phrases([what, hint]))


def nearest(word: str, words: Iterable[str]) -> Phrase:
    """A hint naming the nearest right word, or the empty phrase where none is near."""
    close = difflib.get_close_matches(word, list(words), n=1, cutoff=0.6)
    return say("Did you mean {word}?", word=close[0]) if close else NOTHING


def all_known(words: Iterable[str]) -> Phrase:
    """A hint naming all the right words."""
    return say("Known: {words}.", words=listed(words))
