"""Parity: what one face can do the others can too, in the same shapes, or it is said here why not."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from portraits.cli.program import run, tree
from portraits.engine.workspace import Workspace
from portraits.web.site import site
from tests.faces.company import company
from tests.house.tree import ROOT

SRC = ROOT / "src" / "portraits"
COMMANDS = [SRC / "cli"]
SITE = [SRC / "web", SRC / "api"]
RULE = "orders_365d >= 3"
_CROSSED = "/api/crosstab?rows=lifecycle&columns=gender&metric=spend_365d"

DATA_COMES_IN = "changes what is loaded: done where the files are, not over a network"
DEFINITIONS = "changes or checks the files of a workspace, which are edited where they are"
RUNS = "makes or publishes runs: for who keeps the workspace, not for who looks at it"
FOR_PAGES = "a part of a page; a terminal shows the whole, or has no such place"
STEP = "a step of the wizard; `portraits import` accepts all proposals, or one edits the files"
BUILDER = "a form is built on its page; on the machine itself one edits the files"
WRITING = "while somebody writes a rule on a page; a terminal counts the whole rule"
LATER = "a page of its own comes with campaigns"
INNER = "what other use cases are made of"

# Use cases of the command line alone.
ONLY_COMMANDS = {
    "sources.load": DATA_COMES_IN,
    "sources.batches": "the pages show `standing.batch_lines`, with what waits to be mended",
    "importing.carry_out": "the pages let a job carry an import out; a command does it itself",
    "proposals.accept_proposals": "a command asks once; the pages go step by step",
    "sources.rejects": "the pages show `standing.batch`, a page of rejected rows at a time",
    "builds.build": RUNS,
    "touch_up.touch_up": "the pages and the API let a job do it; a command does it itself",
    "kinds.kinds": DEFINITIONS,
    "gone.gone_tags": DEFINITIONS,
    "views.view": "the pages ask what the address says; a command needs only the name",
}
# Use cases of pages and the API alone.
ONLY_SITE = {
    "reading.reading": FOR_PAGES,
    "reading.defined": FOR_PAGES,
    "reading.settings": FOR_PAGES,
    "authoring.tag_titles": "names to choose from in a form; `portraits tags` lists them",
    "editing.fingerprint": "by it a form knows that somebody else has changed what it shows",
    "tagtree.tag_tree": "`portraits tags` lists all tags; the pages search and group them",
    "tagpage.tag_page": "`portraits tags NAME` and `portraits tag ...` tell its parts",
    "shapes.shape": "the form of a page; `portraits kinds tag` lists the fields",
    "shapes.shapes": "the forms of the pages and of other programs; `portraits kinds tag` lists the fields",
    "touch_up.ask_touch_up": "a command touches up itself, in the foreground",
    "jobs.start": "a command works in the foreground, where its progress shows",
    "audiences.rule_of": "a command takes the name of an audience for its rule",
    "trees.count_tree": WRITING,
    "trees.count_text": WRITING,
    "suggesting.values": WRITING,
    "drafts.drafts": WRITING,
    "drafts.draft": WRITING,
    "drafts.keep_draft": WRITING,
    "drafts.drop_draft": WRITING,
    "keeping.save_new": "a form that never overwrites; `portraits audience save` writes and changes",
    "sizes.histories": "`portraits audience history` shows one; the list of audiences draws all",
    "desk.desk": WRITING,
    "importing.begin_import": "the pages let a job carry an import out; a command does it itself",
    "imports.accept_check": STEP,
    "imports.choose_columns": STEP,
    "imports.choose_reading": STEP,
    "imports.choose_sheet": STEP,
    "imports.choose_values": STEP,
    "imports.columns": STEP,
    "imports.export_failures": STEP,
    "imports.free_name": STEP,
    "imports.name_source": STEP,
    "imports.read_file": STEP,
    "imports.try_columns": STEP,
    "imports.values": STEP,
    "mappings.mapping_view": DEFINITIONS,
    "mappings.save_mapping": DEFINITIONS,
    "mappings.try_mapping": DEFINITIONS,
    "forms.allow_forms": BUILDER,
    "forms.close_form": BUILDER,
    "forms.form": BUILDER,
    "forms.open_form": BUILDER,
    "forms.remove_form": BUILDER,
    "forms.save_form": BUILDER,
    "forms.shared_form": "the page that anybody with the address fills in",
    "forms.submit": "the page that anybody with the address fills in",
    "standing.batch": "`portraits rejects` shows the rejected rows of a batch",
    "standing.batch_lines": "`portraits batches` lists them",
    "standing.source": "`portraits sources` and `portraits batches` say the same",
    "customers.neighbours": FOR_PAGES,
    "portrait.header": FOR_PAGES,
    "portrait.glance": FOR_PAGES,
    "crosstab.choices": FOR_PAGES,
    "diff.titles": FOR_PAGES,
    "held.held_tags": "`portraits portrait` shows all tags, `portraits why` what one rests on",
    "embedding.embedded": "what a link opens, in a frame of another program",
}
# Public functions of a workspace that no face calls.
NO_FACE = {
    **dict.fromkeys(
        (f"editing.{name}" for name in ("drafted", "new_faults", "written", "write_block", "amend_block")), INNER
    ),
    **dict.fromkeys((f"editing.{name}" for name in ("set_keys", "remove_key", "remove_block")), INNER),
    "changes.changes": INNER,
    "metric.kpi": INNER,
    "jobs.wake": INNER,
    "segments.parts_of": INNER,
    "manual.journal": INNER,
    "versions.how_many": INNER,
    "reading.reading_run": INNER,
    "reading.kept_run": INNER,
    "lineage.lineage": INNER,
    "sources.canonical": INNER,
    "sources.counting": INNER,
    "gone.gone": INNER,
    "sources.left_out": INNER,
    "sources.newest_moment": INNER,
    "sources.newest_of": INNER,
    "uploads.discard": INNER,
    "uploads.file_of": INNER,
    "sources.loading": INNER,
    "mending.open_rejects": INNER,
    "demo.summary": INNER,
    "identity.waiting": INNER,
    "results.over_runs": INNER,
    "results.published": INNER,
    **dict.fromkeys((f"stopping.{name}" for name in ("keep", "last", "rows_file", "forget")), INNER),
    "identity.record_act": INNER,
}


def use_cases() -> set[str]:
    """Every public function of `app` over a workspace, in the modules that a face calls or that stand for one."""
    modules = {name.partition(".")[0] for name in (*called(COMMANDS), *called(SITE))}
    return {f"{module}.{each.name}" for module in modules for each in _functions(module) if _over_a_workspace(each)}


def called(places: list[Path]) -> set[str]:
    """`module.function` of `app` that some code calls or passes on."""
    files = [file for place in places for file in ([place] if place.suffix else place.rglob("*.py"))]
    return {name for file in files for name in _called_in(ast.parse(file.read_text(encoding="utf-8")))}


def _called_in(code: ast.Module) -> Iterator[str]:
    modules: dict[str, set[str]] = {}
    for node in ast.walk(code):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("portraits.app"):
            continue
        for name in node.names:
            if (SRC.parent / str(node.module).replace(".", "/")).is_dir():
                modules.setdefault(name.asname or name.name, set()).add(name.name)
            else:
                yield f"{str(node.module).rpartition('.')[2]}.{name.name}"
    for node in ast.walk(code):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from (f"{module}.{node.attr}" for module in modules.get(node.value.id, ()))


def _functions(module: str) -> Iterator[ast.FunctionDef]:
    bodies = (ast.parse(file.read_text(encoding="utf-8")).body for file in (SRC / "app").rglob(f"{module}.py"))
    yield from (
        node for body in bodies for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    )


def _over_a_workspace(function: ast.FunctionDef) -> bool:
    first = function.args.args[:1]
    return bool(first) and first[0].annotation is not None and ast.unparse(first[0].annotation) == "Workspace"


def test_every_use_case_is_on_all_faces_or_it_is_said_why_not() -> None:
    commands, pages = called(COMMANDS), called(SITE)
    for name in sorted(use_cases()):
        faces = (name in commands, name in pages)
        said = (name in ONLY_COMMANDS, name in ONLY_SITE, name in NO_FACE)
        expected = {(True, True): (0, 0, 0), (True, False): (1, 0, 0), (False, True): (0, 1, 0)}
        assert said == expected.get(faces, (0, 0, 1)), f"{name}: command {faces[0]}, page or API {faces[1]}"


def test_no_reason_is_left_of_a_use_case_that_is_gone() -> None:
    assert sorted({*ONLY_COMMANDS, *ONLY_SITE, *NO_FACE} - use_cases()) == []


def _commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    parts = getattr(command, "commands", {})
    if not parts:
        yield path, command
    for name, part in parts.items():
        yield from _commands(part, f"{path} {name}")


@pytest.mark.parametrize(("path", "command"), list(_commands(tree(), "portraits")))
def test_every_command_that_answers_offers_json(path: str, command: Any) -> None:
    offers = any("--json" in parameter.opts for parameter in command.params)
    assert offers == (path != "portraits serve")  # it answers in a browser


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return company(tmp_path_factory.mktemp("shop"))


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        (["portrait", "C0001"], "/api/customers/C0001"),
        (["portrait", "C0003"], "/api/customers/C0003"),
        (["tags"], "/api/tags"),
        (["tags", "spend_365d"], "/api/tags/spend_365d"),
        (["runs"], "/api/runs"),
        (["segments"], "/api/segments"),
        (["crosstab", "lifecycle", "gender", "--metric", "spend_365d"], _CROSSED),
        (["runs", "1"], "/api/runs/1"),
        (["audience", "list", RULE, "--size", "7", "--page", "2"], f"/api/customers?rule={RULE}&size=7&page=2"),
        (["why", "C0001", "lifecycle"], "/api/customers/C0001/why/lifecycle"),
        (["portrait", "C0001", "--against", "lifecycle"], "/api/customers/C0001?against=lifecycle"),
        (
            ["timeline", "C0001", "--kind", "order", "--search", "web", "--size", "9"],
            "/api/customers/C0001/timeline?kind=order&search=web&size=9",
        ),
        (["history", "C0001", "spend_365d"], "/api/customers/C0001/history?tag=spend_365d"),
        (["memberships", "C0001"], "/api/customers/C0001/audiences"),
        (["records", "C0001"], "/api/customers/C0001/sources"),
        (["compare", "C0001", "C0003"], "/api/customers/compare?a=C0001&b=C0003"),
        (["view", "list"], "/api/views"),
        (["identity", "history", "C0001"], "/api/customers/C0001/identity"),
        (["identity", "golden", "C0001"], "/api/customers/C0001/golden"),
        (["identity", "review", "--size", "20"], "/api/identity/candidates"),
        (["identity", "decisions"], "/api/identity/decisions"),
        (["identity", "repairs", "C0001"], "/api/customers/C0001/repairs"),
        (["identity", "households", "C0001"], "/api/customers/C0001/household"),
        (["quality", "list"], "/api/quality"),
        (["quality", "show", "orders_amount"], "/api/quality/orders_amount"),
        (["quality", "rows", "orders_amount"], "/api/quality/orders_amount/rows"),
        (["quality", "stopped"], "/api/stopped-build"),
        (["identity", "report"], "/api/identity/report"),
        (["identity", "rows", "size", "--key", "1"], "/api/identity/report/size?key=1"),
        (["identity", "ties", "C0001"], "/api/customers/C0001/identity/ties"),
    ],
)
def test_a_command_and_the_api_answer_in_the_same_shape(
    typed: list[str], path: str, shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*typed, "-w", str(shop.folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    with TestClient(site(shop), base_url="http://127.0.0.1") as client:
        answered = client.get(path).json()
    assert {name: told[name] for name in answered} == answered
    assert typed[0] == "why" or told.keys() == answered.keys()


@pytest.mark.parametrize("rule", [RULE, "orders_365 >= 3"])
def test_a_count_and_a_wrong_rule_are_the_same_on_both(
    rule: str, shop: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["audience", "count", rule, "-w", str(shop.folder), "--json"])
    shown = capsys.readouterr()
    with TestClient(site(shop), base_url="http://127.0.0.1") as client:
        answered = client.post("/api/audiences/count", json={"rule": rule}).json()
    assert json.loads(shown.err if code else shown.out) == answered
