"""Plug-ins: kinds of a workspace's own (`plugins/*.py`) and of installed packages."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import traceback
from dataclasses import dataclass
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.metadata import entry_points
from pathlib import Path

from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Fault
from portraits.vocabulary.phrase import say

GROUP = "portraits.kinds"  # the entry points by which a package brings kinds
BUILT_IN = ("portraits.sources.kinds", "portraits.tags.kinds", "portraits.segments.kinds")


@dataclass(frozen=True)
class Plugins:
    """What came of loading: a hash of the code, and what went wrong."""

    hash: str
    faults: tuple[Fault, ...] = ()


def load_plugins(workspace: Workspace) -> Plugins:
    """Load the built-in kinds, those of packages and those of the workspace, each code once."""
    _installed()
    faults: list[Fault] = []
    digest = hashlib.sha256()
    for path in sorted(workspace.plugins.glob("*.py")):
        code = path.read_bytes()
        digest.update(code)
        faults += _load(path.resolve(), hashlib.sha256(code).hexdigest())
    return Plugins(digest.hexdigest(), tuple(faults))


@cache
def _installed() -> None:
    for name in BUILT_IN:
        importlib.import_module(name)
    for point in entry_points(group=GROUP):
        point.load()


def _load(path: Path, code: str) -> list[Fault]:
    name = f"portraits_plugins_{hashlib.sha256(f'{path}{code}'.encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return []
    loader = SourceFileLoader(name, str(path))
    module = importlib.util.module_from_spec(ModuleSpec(name, loader, origin=str(path)))
    module.__file__ = str(path)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except Exception as error:  # whatever a stranger's code does wrong
        del sys.modules[name]
        return [_fault(path, error)]
    return []


def _fault(path: Path, error: Exception) -> Fault:
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    line = error.lineno if isinstance(error, SyntaxError) else lines[-1] if lines else 0
    what = say("cannot be loaded: {kind}: {what}.", kind=type(error).__name__, what=getattr(error, "msg", error))
    return Fault(what, f"plugins/{path.name}", line or 0)
