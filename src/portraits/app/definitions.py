"""Definitions: everything a workspace's files and plug-ins say, read, checked and merged."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from portraits.app.plugins import load_plugins
from portraits.engine.blocks import Block
from portraits.engine.settings import Settings
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.segments.segment import Segment
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.source import Source
from portraits.tags.packs import catalogue, packs
from portraits.tags.tag import RESERVED, Tag
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError, Fault, nearest
from portraits.vocabulary.text import Text

T = TypeVar("T")

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
BUILT_IN = "built-in"  # what stands for the file of a tag that no file of the workspace defines


class Audience(Definition):
    """Customers chosen for action by a condition over their tags."""

    title: Text
    rule: str
    why: Text | None = None
    owner: str = ""


@dataclass(frozen=True)
class Definitions:
    """What a workspace defines, by name; `blocks` knows where each was written."""

    settings: Settings
    sources: Mapping[str, Source] = field(default_factory=dict)
    mappings: Mapping[str, SourceMapping] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    blocks: Mapping[str, Block] = field(default_factory=dict)  # "tags.orders_90d" -> block
    plugins: str = ""  # hash of the plug-ins' code

    def faults(self, block: str, faults: Iterable[Fault], field: str = "") -> Iterator[Fault]:
        """Faults found in a definition, placed where it was written."""
        return self.blocks[block].placed(faults, field)

    def placed(self, faults: Iterable[Fault]) -> Iterator[Fault]:
        """Faults that name their block, placed where that was written."""
        for fault in faults:
            yield from self.faults(fault.block, [fault])

    @cached_property
    def hash(self) -> str:
        """A hash of all that decides a run besides the data."""
        written = {name: block.values for name, block in sorted(self.blocks.items())}
        text = json.dumps([written, self.plugins], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def definitions(workspace: Workspace) -> Definitions:
    """Read all definitions; DefinitionError lists all faults of all files."""
    found, faults = read_definitions(workspace)
    if faults or found is None:
        raise DefinitionError(faults)
    return found


def settings_of(workspace: Workspace) -> Settings:
    """The settings alone; DefinitionError lists their faults, whatever else the files hold."""
    reading = _Reading(workspace)
    settings = reading.settings()
    if settings is None:
        raise DefinitionError(reading.faults)
    return settings


def read_definitions(workspace: Workspace) -> tuple[Definitions | None, list[Fault]]:
    """What could be read, None where not even the settings could, and what could not."""
    plugins = load_plugins(workspace)
    reading = _Reading(workspace)
    found = reading.definitions(plugins.hash)
    return found, [*workspace.blocks.faults, *plugins.faults, *reading.faults]


class _Reading:
    """One reading of a workspace, collecting faults as it goes."""

    def __init__(self, workspace: Workspace) -> None:
        self._written = workspace.blocks
        self.faults: list[Fault] = []
        self._blocks: dict[str, Block] = {}

    def definitions(self, plugins: str) -> Definitions | None:
        self._unknown_sections()
        settings = self.settings()
        segments = self._all("segments", Segment.read, _scored(settings))
        given = {**self._packed(settings), **self._of_segments(segments)}
        found = Definitions(
            settings=settings or _NO_SETTINGS,
            sources=self._all("sources", Source.read),
            mappings=self._all("mappings", SourceMapping.read),
            tags=self._all("tags", Tag.read, given),
            segments=segments,
            audiences=self._all("audiences", Audience.read),
            blocks=self._blocks,
            plugins=plugins,
        )
        return found if settings else None

    def _unknown_sections(self) -> None:
        for section in self._written.sections:
            for block in self._written.of(section) if section not in SECTIONS else ():
                hint = nearest(section, SECTIONS) or f"Known: {', '.join(SECTIONS)}."
                self.faults.append(block.fault(f"there is no section {section}.", hint=hint))

    def settings(self) -> Settings | None:
        block = next(self._written.of("settings"), None)
        if block is None:
            hint = "Write [settings] with a title and a business, or run `portraits init`."
            self.faults.append(Fault("is missing.", FIRST_FILE, block="settings", hint=hint))
            return None
        return self._one(block, Settings.read)

    def _packed(self, settings: Settings | None) -> dict[str, Block]:
        """The tags of the packs that the settings switch on."""
        if settings is None:
            return {}
        for index, name in enumerate(settings.packs):
            if name not in catalogue():
                hint = nearest(name, catalogue()) or f"Known: {', '.join(catalogue())}."
                block = self._blocks["settings"]
                self.faults.append(block.fault(f"there is no pack {name}.", f"packs.{index}", hint))
        known = [name for name in settings.packs if name in catalogue()]
        return _built_in(packs(known))

    def _of_segments(self, segments: Mapping[str, Segment]) -> dict[str, Block]:
        """The tags that segments are made of."""
        return {
            tag: block for name, segment in segments.items() for tag, block in _built_in(segment.tags(name)).items()
        }

    def _all(
        self, section: str, read: Callable[[Mapping[str, Any]], T], given: Mapping[str, Block] | None = None
    ) -> dict[str, T]:
        written = {block.name: block for block in self._written.of(section) if self._named(block)}
        found = ((name, self._one(block, read)) for name, block in {**(given or {}), **written}.items())
        return {name: each for name, each in found if each is not None}

    def _named(self, block: Block) -> bool:
        if not block.name:
            hint = f"Write [{block.section}.<name>]."
            self.faults.append(block.fault(f"{block.section} have names.", next(iter(block.values), ""), hint))
        elif not NAME.fullmatch(block.name) or (block.section == "tags" and block.name in RESERVED):
            hint = "A name begins with a letter and has small letters, digits and _ only."
            self.faults.append(block.fault(f"'{block.name}' cannot be a name.", hint=hint))
        return bool(block.name)

    def _one(self, block: Block, read: Callable[[Mapping[str, Any]], T]) -> T | None:
        self._blocks[block.title] = block
        try:
            return read(block.values)
        except DefinitionError as error:
            self.faults += block.placed(error.faults)
            return None


_NO_SETTINGS = Settings(title=Text(en="", zh=""), business="retail")
_RFM = {"en": "RFM segments", "zh": "RFM分群"}
SECTIONS = ("settings", "sources", "mappings", "tags", "segments", "audiences")


def _scored(settings: Settings | None) -> dict[str, Block]:
    """RFM belongs to every workspace; a segment of the same name takes its place."""
    if settings is None:
        return {}
    written = {"kind": "rfm", "title": _RFM, **settings.rfm.model_dump(mode="json")}
    return {"rfm": Block("segments", "rfm", written, BUILT_IN)}


def _built_in(blocks: Mapping[str, Mapping[str, Any]]) -> dict[str, Block]:
    return {name: Block("tags", name, values, BUILT_IN) for name, values in blocks.items()}
