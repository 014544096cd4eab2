"""Usage: what is wrong with a command line that cannot be understood, in phrases."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import typer

from portraits.vocabulary.faults import of_request
from portraits.vocabulary.phrase import Phrase, Phrases, listed, say, verbatim

Saying = Callable[[re.Match[str]], Phrase]


def misread(error: typer.TyperException) -> Phrase:
    """What the parser of command lines says of one, known by the way it words each of its few findings."""
    message = error.format_message()
    for pattern, saying in _KNOWN:
        if match := pattern.fullmatch(message):
            return saying(match)
    invalid = _INVALID.fullmatch(message)
    if invalid is None:
        return say("the command line cannot be understood: {message}", message=message)
    return say("the value of {parameter} is not right: {what}", parameter=invalid[1], what=_detail(error, invalid[2]))


def _detail(error: typer.TyperException, message: str) -> Phrase:
    for pattern, saying in _VALUES:
        if match := pattern.fullmatch(message):
            return saying(match)
    details: Any = getattr(error.__cause__, "errors", list)()
    for fault in of_request(details[:1]):
        bounded = "than" in details[0]["type"]
        return fault.told if bounded else fault.what  # what else is hinted at is how TOML is written
    return verbatim(message)


def _command(match: re.Match[str]) -> Phrase:
    what = say("there is no command {name}.", name=match[1])
    return Phrases([what, say("Did you mean {word}?", word=_bare(match[2]))]) if match[2] else what


def _option(match: re.Match[str]) -> Phrase:
    what = say("there is no option {name}.", name=match[1])
    return Phrases([what, say("Did you mean {word}?", word=match[2])]) if match[2] else what


def _missing(match: re.Match[str]) -> Phrase:
    if match[1] == "option":
        return say("the option {name} is missing.", name=match[2])
    return say("the argument {name} is missing.", name=match[2])


def _bare(quoted: str) -> Phrase:
    return listed(re.findall(r"'([^']*)'", quoted))


_INVALID = re.compile(r"Invalid value(?: for (.+?))?: (.+)", re.DOTALL)
_KNOWN: tuple[tuple[re.Pattern[str], Saying], ...] = (
    (re.compile(r"No such command '(.*?)'\.(?: Did you mean (.*)\?)?"), _command),
    (re.compile(r"No such option: (\S+)(?: \(Possible options: (.*)\))?"), _option),
    (re.compile(r"Missing (option|argument|parameter) '(.*?)'.*", re.DOTALL), _missing),
    (re.compile(r"Missing command\."), lambda _: say("a command is missing.")),
    (re.compile(r"Option '(.*)' requires .*"), lambda m: say("the option {name} needs a value.", name=m[1])),
    (
        re.compile(r"Option '(.*)' does not take a value\."),
        lambda m: say("the option {name} takes no value.", name=m[1]),
    ),
    (
        re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)"),
        lambda m: say("there is more than this command takes: {words}", words=m[1]),
    ),
)
_VALUES: tuple[tuple[re.Pattern[str], Saying], ...] = (
    (
        re.compile(r"(?:Value error, )?('.*?') is not one of (.*?)\.?"),
        lambda m: say("{value} is not one of the words for this: {words}.", value=m[1], words=_bare(m[2])),
    ),
    (
        re.compile(r"(?:Value error, )?('.*?') does not match the formats? (.*?)\.?"),
        lambda m: say("{value} is not written as {forms}.", value=m[1], forms=_bare(m[2])),
    ),
    (re.compile(r"\w+ ('.*?') does not exist\."), lambda m: say("there is no file {path}.", path=m[1])),
)
