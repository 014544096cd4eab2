"""Workspaces: make one, open one, check what is written in one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from string import Template

from portraits.app.checking import faults
from portraits.engine import durable
from portraits.engine.settings import MEASURED_BY, PACKS, RFM_WINDOWS, Business, Day, Goal, Metric, Settings
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.vocabulary.errors import Fault, NotFound, Refused
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language

_IGNORED = "data/\n"  # what happened and what is derived; definitions are what belongs in version control


def init(
    folder: Path,
    business: Business = "retail",
    goal: Goal = "campaign segmentation",
    *,
    title: str = "",
    metric: Metric | None = None,
    language: Language = "en",
    time_zone: str = "UTC",
    currency: str = "USD",
    week_starts: Day = "monday",
) -> Workspace:
    """Write a workspace with comments in its language; Refused where the folder holds anything.

    The metric is the one that measures the goal unless another one is given. DefinitionError
    names settings that cannot be, and nothing is written then.
    """
    folder = folder.absolute()
    aim = {"business": business, "goal": goal, "metric": metric or MEASURED_BY.get(goal, "profit")}
    place = {"language": language, "time_zone": time_zone, "currency": currency, "week_starts": week_starts}
    chosen = {"title": title or folder.name, **aim, **place}
    settings = Settings.read(chosen)
    _check_empty(folder)
    _write(folder, chosen, settings)
    return Workspace(folder)


def _write(folder: Path, chosen: Mapping[str, object], settings: Settings) -> None:
    """The commented files of a new workspace, in its language."""
    hints = {"packs": list(PACKS[settings.business]), "rfm_window": RFM_WINDOWS[settings.business]}
    # JSON writes texts and lists as TOML does.
    written = {name: json.dumps(value, ensure_ascii=False) for name, value in {**chosen, **hints}.items()}
    for template in (resources.files("portraits.app") / "templates" / settings.language).iterdir():
        text = Template(template.read_text(encoding="utf-8")).substitute(written)
        durable.write(folder / template.name, text.encode())
    durable.write(folder / ".gitignore", _IGNORED.encode())


def open_workspace(folder: Path) -> Workspace:
    """The workspace in a folder."""
    if not (folder / FIRST_FILE).is_file():
        raise NotFound(
            say("There is no workspace in {folder}.", folder=folder.absolute()),
            say("`portraits init {folder}` makes one.", folder=folder),
        )
    return Workspace(folder)


def check(folder: Path) -> list[Fault]:
    """Every fault in the workspace's files, each with its place and what would be right."""
    return faults(open_workspace(folder))


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(not each.name.startswith(".git") for each in folder.iterdir())):
        raise Refused(say("{folder} is not empty.", folder=folder), say("Choose a new folder; nothing was written."))
