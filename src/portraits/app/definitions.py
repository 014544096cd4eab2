"""Definitions: everything a workspace's files and plug-ins say, read, checked and merged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any, Literal, TypeVar

from portraits.app.plugins import load_plugins
from portraits.app.repair import repaired
from portraits.engine.blocks import Block, Made
from portraits.engine.settings import Settings
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.insights.packs import packs as quality_packs
from portraits.insights.quality import QualityRule
from portraits.segments.segment import Segment
from portraits.sources.forms import Form
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.source import Source
from portraits.tags.order import misnamed
from portraits.tags.packs import OWNER, catalogue, packs
from portraits.tags.tag import RESERVED, Tag
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError, Fault, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

T = TypeVar("T")

BUILT_IN = "built-in"  # what stands for the file of a tag or rule that no file of the workspace defines


class Audience(Definition):
    """Customers chosen for action by a condition over their tags.

    `members` are `live`, chosen anew in every run, or `static`: the list that was frozen last.
    """

    title: Text
    rule: str
    why: Text | None = None
    owner: str = ""
    members: Literal["live", "static"] = "live"


@dataclass(frozen=True)
class Definitions:
    """What a workspace defines, by name; `blocks` knows where each was written."""

    settings: Settings
    sources: Mapping[str, Source] = field(default_factory=dict)
    mappings: Mapping[str, SourceMapping] = field(default_factory=dict)
    tags: Mapping[str, Tag] = field(default_factory=dict)
    segments: Mapping[str, Segment] = field(default_factory=dict)
    audiences: Mapping[str, Audience] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    quality: Mapping[str, QualityRule] = field(default_factory=dict)
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

    @cached_property
    def marks(self) -> dict[str, str]:
        """Every definition with a mark of its content, so that two runs can say what was defined anew."""
        return {name: _mark(block.values) for name, block in sorted(self.blocks.items())}


def _mark(values: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:12]


def definitions(workspace: Workspace) -> Definitions:
    """Read all definitions; DefinitionError lists all faults of all files."""
    found, faults = read_definitions(workspace)
    if faults:
        raise DefinitionError(faults)
    return found


def settings_of(workspace: Workspace) -> Settings:
    """The settings alone; DefinitionError lists their faults, whatever else the files hold."""
    reading = _Reading(workspace)
    settings = reading.settings()
    if reading.faults:
        raise DefinitionError(reading.faults)
    return settings


def read_definitions(workspace: Workspace) -> tuple[Definitions, list[Fault]]:
    """What could be read, faulty fields left out and the settings by default, and all faults."""
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

    def definitions(self, plugins: str) -> Definitions:
        self._unknown_sections()
        settings = self.settings()
        segments = self._all("segments", Segment.read, _scored(settings))
        given = {**self._packed(settings), **self._of_segments(segments)}
        return Definitions(
            settings=settings,
            sources=self._all("sources", Source.read),
            mappings=self._all("mappings", SourceMapping.read),
            tags=self._all("tags", Tag.read, given),
            segments=segments,
            audiences=self._all("audiences", Audience.read),
            forms=self._all("forms", Form.read),
            quality=self._all("quality", QualityRule.read, _built_in("quality", quality_packs())),
            blocks=self._blocks,
            plugins=plugins,
        )

    def _unknown_sections(self) -> None:
        for section in self._written.sections:
            for block in self._written.of(section) if section not in SECTIONS else ():
                hint = nearest(section, SECTIONS) or all_known(SECTIONS)
                self.faults.append(block.fault(say("there is no section {section}.", section=section), hint=hint))

    def settings(self) -> Settings:
        """The settings; what is wrong or missing in them is as in a new workspace."""
        broken = (block for block in self._written.broken if block.section == "settings")
        block = next(chain(self._written.of("settings"), broken), None)
        unreadable = any(fault.file == FIRST_FILE and not fault.block for fault in self._written.faults)
        if block is None and not unreadable:
            hint = say("Write [settings] with a title and a business, or run `portraits init`.")
            self.faults.append(Fault(say("is missing."), FIRST_FILE, block="settings", hint=hint))
        return (block and self._one(block, Settings.read)) or _NO_SETTINGS

    def _packed(self, settings: Settings) -> dict[str, Block]:
        """The tags of the packs that the settings switch on."""
        for index, name in enumerate(settings.packs):
            if name not in catalogue():
                hint = nearest(name, catalogue()) or all_known(catalogue())
                block = self._blocks["settings"]
                self.faults.append(block.fault(say("there is no pack {name}.", name=name), f"packs.{index}", hint))
        known = [name for name in settings.packs if name in catalogue()]
        return _built_in("tags", packs(known))

    def _of_segments(self, segments: Mapping[str, Segment]) -> dict[str, Block]:
        """The tags that segments are made of."""
        made: dict[str, Block] = {}
        for name, segment in segments.items():
            block = self._blocks[f"segments.{name}"]
            owned = {"owner": segment.owner} if segment.owner else {}
            for tag, values in segment.tags(name).items():
                origin = None if block.file == BUILT_IN else Made(block, _origins(block, tag.removeprefix(f"{name}_")))
                made[tag] = Block("tags", tag, {**owned, **values}, BUILT_IN, made_by=origin)
        return made

    def _all(
        self, section: str, read: Callable[[Mapping[str, Any]], T], given: Mapping[str, Block] | None = None
    ) -> dict[str, T]:
        self._blocks |= {block.title: block for block in self._written.broken if block.section == section}
        written = {block.name: block for block in self._written.of(section) if self._named(block)}
        found = ((name, self._one(block, read)) for name, block in {**(given or {}), **written}.items())
        return {name: each for name, each in found if each is not None}

    def _named(self, block: Block) -> bool:
        if not block.name:
            hint = say("Write [{section}.<name>].", section=block.section)
            self.faults.append(
                block.fault(say("{section} have names.", section=block.section), next(iter(block.values), ""), hint)
            )
        elif fault := misnamed(block.name, RESERVED if block.section == "tags" else frozenset()):
            self.faults += block.placed([fault])
        return bool(block.name)

    def _one(self, block: Block, read: Callable[[Mapping[str, Any]], T]) -> T | None:
        self._blocks[block.title] = block
        found, faults = repaired(block.values, read)
        if block not in self._written.broken:  # of what is no TOML that is the fault, and nothing that follows from it
            self.faults += block.placed(faults)
        return found


_NO_SETTINGS = Settings(title=Text(en="", zh=""), business="retail")
_RFM = {"en": "RFM segments", "zh": "RFM分群"}
SECTIONS = ("settings", "sources", "mappings", "tags", "segments", "audiences", "forms", "quality")


def _scored(settings: Settings) -> dict[str, Block]:
    """RFM belongs to every workspace; a segment of the same name takes its place."""
    written = {"kind": "rfm", "title": _RFM, "owner": OWNER, **settings.rfm.model_dump(mode="json")}
    return {"rfm": Block("segments", "rfm", written, BUILT_IN)}


def _origins(block: Block, part: str) -> dict[str, str]:
    """Fields of a tag that a segment is made of -> the segment's own fields, of those that were written."""
    origins = {"cases": "parts", "value": part, "where": "where", "table": "table", "within": "window", "cuts": "cuts"}
    return {field: written for field, written in origins.items() if written in block.values}


def _built_in(section: str, blocks: Mapping[str, Mapping[str, Any]]) -> dict[str, Block]:
    return {name: Block(section, name, values, BUILT_IN) for name, values in blocks.items()}
