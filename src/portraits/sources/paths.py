"""Paths: the files that a source's `path` names."""

from __future__ import annotations

import importlib.util
from pathlib import Path, PurePosixPath

from portraits.sources.child.formats import readable
from portraits.vocabulary.errors import BadInput, MissingExtra
from portraits.vocabulary.phrase import say

PACKAGE = "package:"


def files(path: str, folder: Path) -> list[tuple[str, Path]]:
    """Labels and files of a path: one file, a folder's files, a glob, or a file of a package.

    A label is the path within the workspace, so that it stays when the workspace moves.
    """
    if path.startswith(PACKAGE):
        return [(path, packaged(path))]
    place = folder / path
    if place.is_file():
        return [(_label(place, folder), place)]
    if place.is_dir():
        names = readable(each.name for each in place.iterdir() if each.is_file() and not each.name.startswith("."))
        found = [place / name for name in names]
    else:
        found = [
            each for each in sorted(Path(place.anchor).glob(str(place.relative_to(place.anchor)))) if each.is_file()
        ]
    if not found:
        raise BadInput(say("There is no file {path}.", path=path), say("It is looked for in {folder}.", folder=folder))
    return [(_label(each, folder), each) for each in found]


def _label(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.as_posix()


def packaged(path: str) -> Path:
    """The file `package:NAME/PATH` of an installed package, which is not imported."""
    name, *inside = PurePosixPath(path.removeprefix(PACKAGE)).parts or ("",)
    if not name.isidentifier() or not inside or ".." in inside:
        raise BadInput(
            say("{path} names no file of a package.", path=repr(path)), say("Write package:NAME/FOLDER/FILE.")
        )
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra(
            say("The package {name} is not installed.", name=name),
            say("Install it: pip install {package}", package=name.replace("_", "-")),
        )
    for root in spec.submodule_search_locations:
        if (file := Path(root, *inside)).is_file():
            return file
    raise BadInput(say("The package {name} has no file {path}.", name=name, path="/".join(inside)))
