"""Keys: those of a definition, as a command line or a file changes them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE")]
Drop = Annotated[list[str] | None, typer.Option("--drop", metavar="KEY")]
From = Annotated[Path | None, typer.Option("--from", metavar="FILE")]


@dataclass(frozen=True)
class Change:
    """Keys to set, keys to leave out, and a file whose keys stand for all there were before."""

    change: list[str] | None
    drop: list[str] | None
    file: Path | None

    def of(self, section: str, name: str, known: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of a block after the change."""
        values = _read(content(self.file), section, name) if self.file else dict(known)
        values |= dict(_pair(each) for each in self.change or ())
        return {key: value for key, value in values.items() if key not in (self.drop or ())}


def content(file: Path) -> bytes:
    """What a file holds; BadInput where it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(say("{file} cannot be read.", file=str(file)), say("Name a file that is there.")) from error


def _read(content: bytes, section: str, name: str) -> dict[str, Any]:
    """A file with the block, or with its keys alone."""
    try:
        found = tomllib.loads(content.decode())
    except ValueError as error:
        raise BadInput(say("The file is not TOML: {error}.", error=error), say('Write key = "value".')) from error
    inside = found.get(section)
    return dict(inside[name]) if isinstance(inside, Mapping) and name in inside else found


def _pair(written: str) -> tuple[str, Any]:
    key, sign, text = written.partition("=")
    if not sign:
        raise BadInput(say("'{text}' is no KEY=VALUE.", text=written), say("Write --set 'value=count(*)'."))
    try:
        return key.strip(), tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return key.strip(), text
