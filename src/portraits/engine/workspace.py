"""The workspace: a folder with definitions, plugins and everything the data folder holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from portraits.engine.blocks import Blocks, read_blocks

FIRST_FILE = "portraits.toml"


@dataclass(frozen=True)
class Workspace:
    """A workspace's folder and the places in it; nothing is made before it is needed.

    `drafts` are texts of definition files that are read in place of what the folder holds.
    """

    folder: Path
    drafts: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @property
    def plugins(self) -> Path:
        """The folder of the workspace's own kinds."""
        return self.folder / "plugins"

    @property
    def data(self) -> Path:
        """What happened and what is derived: never in version control."""
        return self.folder / "data"

    @property
    def landing(self) -> Path:
        """The imported batches, a folder a source."""
        return self.data / "landing"

    @property
    def store(self) -> Path:
        """The small database of what happened."""
        return self.data / "store.sqlite"

    @property
    def runs(self) -> Path:
        """The numbered runs."""
        return self.data / "runs"

    @property
    def current(self) -> Path:
        """The pointer: a file that holds the number of the published run."""
        return self.data / "current"

    @property
    def spool(self) -> Path:
        """Temporary files of loads, on the disk that holds the data."""
        return self.data / "spool"

    @property
    def uploads(self) -> Path:
        """Files that were uploaded, a folder an import."""
        return self.data / "uploads"

    @property
    def entries(self) -> Path:
        """What people wrote into forms, a file a form."""
        return self.data / "entries"

    @property
    def frozen(self) -> Path:
        """The lists of members of static audiences, a file a freeze."""
        return self.data / "frozen"

    @property
    def stopped(self) -> Path:
        """The bad rows of the last build, where rules of quality stopped it: personal, and gone with the next run."""
        return self.data / "stopped"

    @property
    def build_lock(self) -> Path:
        """The file a builder holds locked."""
        return self.data / "build.lock"

    @property
    def edit_lock(self) -> Path:
        """The file a writer of definitions holds locked."""
        return self.data / "edit.lock"

    @property
    def load_lock(self) -> Path:
        """The file a loader holds locked."""
        return self.data / "load.lock"

    @property
    def work_lock(self) -> Path:
        """The file that the process holds locked which carries out jobs."""
        return self.data / "work.lock"

    @cached_property
    def blocks(self) -> Blocks:
        """The blocks of all definition files, read once."""
        return read_blocks(self.folder, self.drafts)
