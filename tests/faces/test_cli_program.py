"""The program: help in two languages, one shape of errors, exit codes as documented."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue

import pytest

import portraits
from portraits.cli.program import run
from portraits.vocabulary import errors
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, PortraitsError
from portraits.vocabulary.phrase import verbatim

Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _speaks_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("PORTRAITS_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "120")


def test_help_lists_the_commands_in_the_order_of_the_work(capsys: Captured) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    places = [shown.index(f"│ {name} ") for name in ("demo", "init", "suggest", "load", "check", "build", "portrait")]
    assert places == sorted(places)


def test_help_speaks_chinese(capsys: Captured) -> None:
    assert run(["--lang", "zh", "--help"]) == 0
    shown = capsys.readouterr().out
    assert "用企业已有的数据生成客户画像" in shown
    assert "显示本说明并退出" in shown
    assert "Show this" not in shown


def test_no_command_shows_the_help(capsys: Captured) -> None:
    assert run([]) == 2
    shown = capsys.readouterr()
    assert "Build" in shown.out + shown.err


def test_the_version_is_printed(capsys: Captured) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"{portraits.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "bild"),
        (["build", "--as-off", "2026-01-01"], "--as-off"),
        (["build", "--as-of", "yesterday"], "yesterday"),
        (["diff", "1"], "after"),
        (["diff", "1", "two"], "integer"),
        (["init", "x", "--business", "shop"], "shop"),
    ],
)
def test_a_command_line_that_cannot_be_understood_is_said_on_one_line(
    arguments: list[str], said: str, capsys: Captured
) -> None:
    assert run(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("portraits: ")
    assert said in shown
    assert "--help" in shown
    assert shown.count("\n") == 1


def test_a_wrong_command_names_the_right_one(capsys: Captured) -> None:
    assert run(["bild"]) == 2
    assert "build" in capsys.readouterr().err


def test_an_unknown_language_is_refused(capsys: Captured) -> None:
    assert run(["--lang", "fr", "runs"]) == 1
    assert "Write en or zh." in capsys.readouterr().err


def test_a_folder_that_is_no_workspace_says_what_to_do(tmp_path: Path, capsys: Captured) -> None:
    assert run(["runs", "-w", str(tmp_path)]) == NotFound.exit_code
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "portraits init" in shown


def test_an_error_as_json_has_the_shape_of_the_api(tmp_path: Path, capsys: Captured) -> None:
    assert run(["runs", "-w", str(tmp_path), "--json"]) == NotFound.exit_code
    told = json.loads(capsys.readouterr().err)["error"]
    assert set(told) == {"what", "hint", "faults"}
    assert told["what"]
    assert told["faults"] == []


def test_a_misread_command_line_as_json_has_that_shape_too(capsys: Captured) -> None:
    assert run(["runs", "--jsn", "--json"]) == 2
    told = json.loads(capsys.readouterr().err)["error"]
    assert "--jsn" in told["what"]
    assert "--help" in told["hint"]


def test_every_fault_has_a_line_of_its_own(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    faults = [
        Fault(verbatim("is wrong."), "portraits.toml", 3, "tags.a", "value", verbatim("Did you mean b?")),
        Fault(verbatim("is missing.")),
    ]
    _raise(monkeypatch, DefinitionError(faults))
    assert run(["runs", "-w", str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "portraits: portraits.toml:3 [tags.a.value]: is wrong. Did you mean b?",
        "portraits: is missing.",
    ]


def test_faults_as_json_keep_their_places(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _raise(monkeypatch, DefinitionError([Fault(verbatim("is wrong."), "portraits.toml", 3, "tags.a", "value")]))
    assert run(["runs", "-w", str(tmp_path), "--json"]) == 2
    (fault,) = json.loads(capsys.readouterr().err)["error"]["faults"]
    assert (fault["file"], fault["line"], fault["block"]) == ("portraits.toml", 3, "tags.a")


def _kinds_of_errors(parent: type[PortraitsError] = PortraitsError) -> Iterator[type[PortraitsError]]:
    for child in parent.__subclasses__():
        if child.__module__ == errors.__name__ and child not in (errors.DefinitionError, errors.ExpressionError):
            yield child


@pytest.mark.parametrize("kind", list(_kinds_of_errors()))
def test_every_error_has_its_exit_code(
    kind: type[PortraitsError], capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _raise(monkeypatch, kind(verbatim("It is so."), verbatim("Do this.")))
    assert run(["runs", "-w", str(tmp_path)]) == kind.exit_code
    assert capsys.readouterr().err == "portraits: It is so. Do this.\n"


def test_an_error_cannot_steer_the_terminal(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _raise(monkeypatch, NotFound(verbatim("There is no customer \x1b[2J\n!")))
    run(["runs", "-w", str(tmp_path)])
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert shown.count("\n") == 1


def test_ctrl_c_says_that_what_was_published_stays(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _raise(monkeypatch, KeyboardInterrupt())
    assert run(["--lang", "zh", "runs", "-w", str(tmp_path)]) == 130
    assert capsys.readouterr().err == "portraits: 已停止。之前发布的结果保持不变。\n"


def test_ctrl_c_in_a_real_terminal_ends_the_server(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "shop")]) == 0
    command = [sys.executable, "-m", "portraits", "serve", "-w", str(tmp_path / "shop"), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = re.search(r"http://(127.0.0.1:\d+)/", process.stdout.readline())
    assert told is not None
    asking = HTTPConnection(told[1])
    asking.request("GET", "/")
    assert asking.getresponse().status == 200  # once its address is told, it answers
    asking.close()
    os.kill(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    # Where compiled code was being imported Python ends by the signal itself, which a shell tells as 130 too.
    assert process.returncode in (0, 130, -signal.SIGINT)


def test_an_address_that_is_taken_is_not_told(tmp_path: Path) -> None:
    assert run(["init", str(tmp_path / "shop")]) == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "portraits", "serve", "-w", str(tmp_path / "shop"), "--port", port]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode != 0
    assert "127.0.0.1" not in done.stdout
    assert "address already in use" in done.stderr.lower()


def test_the_page_is_opened_once_the_site_answers_and_not_before(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: Queue[str] = Queue()

    def answers(workspace: object, host: str, port: int, ready: Callable[[], None]) -> None:
        assert shown.empty() and "127.0.0.1" not in capsys.readouterr().out
        ready()

    assert run(["init", str(tmp_path / "shop")]) == 0
    capsys.readouterr()
    monkeypatch.setattr("portraits.web.serve.serve", answers)
    monkeypatch.setattr("webbrowser.open", shown.put)
    assert run(["serve", "-w", str(tmp_path / "shop"), "--port", "8642", "--browser"]) == 0
    assert shown.get(timeout=10) == "http://127.0.0.1:8642/"
    assert "http://127.0.0.1:8642/" in capsys.readouterr().out


def test_what_nobody_foresaw_is_one_line_with_a_hint_and_code_70(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PORTRAITS_DEBUG", raising=False)
    _raise(monkeypatch, RuntimeError("the disk\nis \x1b[2J odd"))
    assert run(["runs", "-w", str(tmp_path)]) == 70
    shown = capsys.readouterr().err
    assert shown.count("\n") == 1
    assert "RuntimeError: the disk" in shown and "PORTRAITS_DEBUG=1" in shown


def test_the_whole_story_of_the_unforeseen_is_shown_on_demand(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PORTRAITS_DEBUG", "1")
    _raise(monkeypatch, ZeroDivisionError("by zero"))
    assert run(["--lang", "zh", "runs", "-w", str(tmp_path)]) == 70
    shown = capsys.readouterr().err
    assert "Traceback" in shown and "意料之外" in shown


def _raise(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("portraits.app.workspaces.open_workspace", fail)
