"""The program: all commands in one tree, in one language, with one shape of errors."""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from portraits.app.failures import failure, failure_of
from portraits.cli import (
    audiences,
    customers,
    definitions,
    embedding,
    identity,
    imports,
    jobs,
    persons,
    quality,
    runs,
    segments,
    serving,
    sources,
    tags,
    today,
    views,
)
from portraits.cli.screen import printable
from portraits.cli.usage import misread
from portraits.cli.words import ASKED, SPOKEN, demanded, hoisted, say, surrounding, words
from portraits.vocabulary import phrase
from portraits.vocabulary.errors import DefinitionError, PortraitsError, Stopped
from portraits.vocabulary.text import Language

USAGE_CODE = DefinitionError.exit_code
UNEXPECTED_CODE = 70
DEBUG = "PORTRAITS_DEBUG"
_STOPPED = phrase.say("Stopped. What was published before stays as it was.")
_PORTRAIT = ("portrait", "why", "timeline", "history", "memberships", "records", "compare")
# Panel of the help -> the commands in it, in the order of the work.
PANELS = {
    "begin": ("demo", "init", "kinds"),
    "data": ("import", "imports", "forms", "sources", "suggest", "load", "batches", "undo", "rejects", "replay"),
    "build": ("check", "build", "quality", "runs", "diff", "rollback", "jobs"),
    "look": (
        "today",
        "target",
        "find",
        "tags",
        "tag",
        "segments",
        "moves",
        "crosstab",
        *_PORTRAIT,
        "identity",
        "view",
        "embed",
        "serve",
    ),
    "act": ("audience", "explain"),
}

_MODULES = (
    *(
        serving,
        definitions,
        sources,
        imports,
        runs,
        quality,
        jobs,
        today,
        customers,
        tags,
        persons,
        identity,
        segments,
        audiences,
    ),
    *(views, embedding),
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line; the exit code says how it went."""
    ASKED.set(demanded(arguments))
    SPOKEN.set(None)
    language = ASKED.get() or surrounding()
    try:
        code = tree(language).main(hoisted(arguments), prog_name="portraits", standalone_mode=False)
        if code == Stopped.exit_code:
            raise Stopped(_STOPPED)
        return int(code or 0)
    except (PortraitsError, KeyboardInterrupt) as error:
        return _tell(error, SPOKEN.get() or language, as_json="--json" in arguments)
    except typer.TyperException as error:
        if message := printable(error.format_message()):  # where there was no command, the help was the answer
            as_json = "--json" in arguments
            spoken: Language = "en" if as_json else language
            what = message if spoken == "en" else printable(misread(error).in_(spoken))
            _misread(what, _try(error, spoken), as_json=as_json)
        return USAGE_CODE
    except Exception as error:
        return _unexpected(error, language)


def _unexpected(error: Exception, language: Language) -> int:
    """The last resort: one line for what nobody foresaw, and the whole story where it is asked for."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    what = printable(f"{type(error).__name__}: {error}".partition("\n")[0])
    print(f"portraits: {say(language, 'said.unexpected', {'what': what, 'variable': DEBUG})}", file=sys.stderr)
    return UNEXPECTED_CODE


def tree(language: Language = "en") -> Any:
    """All commands, with their help in one language."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback()(_everywhere)
    for module in _MODULES:
        module.register(app)
    command = typer.main.get_command(app)
    _put_into_words(command, language)
    return command


def _everywhere(
    lang: Annotated[str, typer.Option("--lang", metavar="en|zh")] = "",
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version)] = False,
) -> None:
    if lang not in ("", "en", "zh"):
        what = phrase.say("'{lang}' is not a language of Portraits.", lang=lang)
        raise PortraitsError(what, phrase.say("Write en or zh."))


def _print_version(asked: bool) -> None:
    if asked:
        from portraits import __version__

        print(__version__)
        raise typer.Exit


def _put_into_words(command: Any, language: Language, name: str = "portraits") -> None:
    """Fill in every help text of a command and its parts from the words."""
    known = words(language)
    command.help = known[f"{name}.help"]
    for parameter in command.params:
        parameter.help = known.get(f"{name}.{parameter.name}") or known[f"options.{parameter.name}"]
        parameter.rich_help_panel = known[f"panels.{parameter.param_type_name}"]
    command.rich_help_panel = next((known[f"panels.{panel}"] for panel, each in PANELS.items() if name in each), None)
    _put_help_option_into_words(command, language)
    parts: dict[str, Any] = getattr(command, "commands", {})
    for part in sorted(parts, key=_place):
        _put_into_words(parts[part], language, part if name == "portraits" else f"{name}-{part}")
    if parts:
        command.commands = {part: parts[part] for part in sorted(parts, key=_place)}


def _place(name: str) -> int:
    order = [each for panel in PANELS.values() for each in panel]
    return order.index(name) if name in order else len(order)


def _put_help_option_into_words(command: Any, language: Language) -> None:
    option = command.get_help_option(typer.Context(command))
    option.help = words(language)["options.help"]
    option.rich_help_panel = words(language)["panels.option"]


def _tell(error: BaseException, language: Language, *, as_json: bool) -> int:
    """One line on standard error for each fault, or the same as JSON; the exit code."""
    if not isinstance(error, PortraitsError):
        error = Stopped(_STOPPED)
    if as_json:
        print(json.dumps(failure_of(error), ensure_ascii=False), file=sys.stderr)
        return error.exit_code
    for each in error.phrases:
        print(printable(f"portraits: {each.in_(language)}".replace("\n", " ")), file=sys.stderr)
    return error.exit_code


def _misread(what: str, hint: str, *, as_json: bool) -> None:
    """Say that the command line itself cannot be understood."""
    gap = "" if what.endswith("。") else " "
    told = json.dumps(failure(what, hint), ensure_ascii=False) if as_json else f"portraits: {what}{gap}{hint}"
    print(told, file=sys.stderr)


def _try(error: typer.TyperException, language: Language) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "portraits"
    return say(language, "said.try", {"command": path})
