"""Workspace: the shop's definition files, and the list of sources that its exported files make."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path
from typing import Literal

from portraits.examples.corner_shop.files import FILES, File
from portraits.vocabulary.text import Language

Form = Literal["mixed", "parquet"]
EXPORTS = "exports"
_ENCODINGS = {"gb18030": "GB18030", "utf-8-sig": "UTF-8 with a byte order mark"}


def write_definitions(folder: Path, language: Language, form: Form) -> None:
    """Write the definition files; `language` is that of pages, product names and categories."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in sorted(resources(__package__).joinpath("workspace").iterdir(), key=lambda file: file.name):
        text = each.read_text("utf-8").replace("{language}", language)
        (folder / each.name).write_text(text, "utf-8")
    (folder / "sources.toml").write_text(sources(form), "utf-8")


def sources(form: Form) -> str:
    """The sources, as TOML."""
    head = "# Where the rows come from: what each system of the shop exports.\n"
    return "\n".join([head, *(_source(file, form) for file in FILES)])


def path(file: File, form: Form) -> str:
    """Where a file lies in the workspace."""
    name = file.path if form == "mixed" else file.path.replace(f".{file.kind}", ".parquet")
    return f"{EXPORTS}/{name}"


def _source(file: File, form: Form) -> str:
    known = _ENCODINGS.get(file.encoding) if form == "mixed" else None
    lines = [f"# {known}, which is found without being told." if known else ""]
    lines += [f"[sources.{file.source}]", f'title = {{ en = "{file.title.en}", zh = "{file.title.zh}" }}']
    lines += ['kind = "files"', f'path = "{path(file, form)}"']
    return "\n".join(line for line in lines if line) + "\n"
