"""Values: how the values of tags are written on a terminal, as on the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

from portraits.cli.screen import Screen, printable

if TYPE_CHECKING:
    from portraits.app.reading import TagColumn
    from portraits.engine.workspace import Workspace
    from portraits.web.writing import Writing

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Values:
    """The language and currency of a workspace on a screen."""

    screen: Screen
    writing: Writing

    @classmethod
    def of(cls, workspace: Workspace, screen: Screen) -> Self:
        """As the workspace says, in the language of the screen."""
        from portraits.app.home.outline import outline
        from portraits.web.writing import Writing

        return cls(screen, Writing(screen.language, outline(workspace).currency))

    def tag(self, tag: TagColumn, value: Any) -> str:
        """A value of a tag, by its label or with its unit."""
        return printable(self.writing.value(tag, value))

    def say(self, key: str, values: Mapping[str, Any]) -> str:
        """A sentence of the pages, which say the same."""
        from portraits.web import words

        return printable(words.say(self.screen.language, key, values, self.writing.write))

    def word(self, section: str, name: str) -> str:
        """What the pages call a group, a method or another fixed name."""
        from portraits.web import words

        known = words.words(self.screen.language)
        return known.get(f"{section}.{name}", name)


def valued(workspace: Workspace, write: Callable[[Values, Answer], None]) -> Callable[[Screen, Answer], None]:
    """What puts an answer into words whose values stand as the workspace writes them."""
    return lambda screen, answer: write(Values.of(workspace, screen), answer)
