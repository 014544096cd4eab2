"""Once: a workspace that takes a while to make is made once in a process, and copied for each test that asks for it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

from portraits.engine.workspace import Workspace

P = ParamSpec("P")
_PLACE = tempfile.TemporaryDirectory(prefix="portraits-once-")  # goes with the process


def once(make: Callable[Concatenate[Path, P], Workspace]) -> Callable[Concatenate[Path, P], Workspace]:
    """The same function, where the same arguments make the same workspace wherever its folder lies."""
    made: dict[str, Path] = {}

    @wraps(make)
    def copied(folder: Path, /, *args: P.args, **kwargs: P.kwargs) -> Workspace:
        asked = repr((args, sorted(kwargs.items())))
        if asked not in made:
            place = Path(tempfile.mkdtemp(dir=_PLACE.name))
            make(place, *args, **kwargs)
            made[asked] = place
        return Workspace(Path(shutil.copytree(made[asked], folder, dirs_exist_ok=True)))

    return copied
