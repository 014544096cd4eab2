"""The commands that serve: the pages of a workspace, and the demo."""

from __future__ import annotations

import socket
import threading
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from portraits.cli.options import HERE, Folder, Json, opened, screen
from portraits.cli.runs import took
from portraits.cli.screen import Screen
from portraits.cli.watching import watching
from portraits.web.address import HOST, PORT, address

if TYPE_CHECKING:
    from portraits.app.demo import Summary
    from portraits.engine.workspace import Workspace

Port = Annotated[int, typer.Option("--port", min=0, max=65535)]
Browser = Annotated[bool, typer.Option("--browser/--no-browser")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (demo, serve):
        app.command()(command)


def demo(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR")] = None,
    example: Annotated[Literal["journey", "corner_shop"], typer.Option("--example")] = "journey",
    customers: Annotated[int, typer.Option("--customers", min=1, max=1_000_000)] = 300,
    port: Port = PORT,
    browser: Browser = True,
    serve: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    as_json: Json = False,
) -> None:
    """Make an example company and show it."""
    from portraits.app import demo as use
    from portraits.engine.workspace import Workspace

    spoken = screen(as_json)
    place = folder or Path("portraits-demo") / example
    with watching(spoken, took(Workspace(place))) as progress:
        made = use.demo(place, example, customers, spoken.language, progress, now=datetime.now(UTC))
    spoken.show(made, _made)
    if serve:
        _serve(Workspace(place), spoken, HOST, port, browser=browser)
    elif not as_json:
        spoken.say("demo", "again", folder=str(place))


def serve(
    workspace: Folder = HERE,
    host: Annotated[str, typer.Option("--host")] = HOST,
    port: Port = PORT,
    browser: Browser = False,
) -> None:
    """Serve the pages and the API."""
    place, spoken = opened(workspace, as_json=False)
    _serve(place, spoken, host, port, browser=browser)


def _serve(workspace: Workspace, screen: Screen, host: str, port: int, *, browser: bool) -> None:
    """Serve, and say the address once it answers: on standard error where standard output is for a program."""
    from portraits.web import serve as web

    chosen = port or free_port(host)
    here = address(host, chosen)

    def ready() -> None:
        screen.aside().say("serve", "address", address=here)
        if browser:
            threading.Thread(target=webbrowser.open, args=[here], daemon=True).start()

    web.serve(workspace, host, chosen, ready)


def free_port(host: str) -> int:
    """A port that nobody listens on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def _made(screen: Screen, made: Summary) -> None:
    screen.say("demo", "ready", title=made.title, folder=str(made.folder))
    for name, total in (
        ("customers_total", made.customers),
        ("orders", made.orders),
        ("lines", made.lines),
        ("sales", f"{made.sales:,} {made.currency}"),
        ("tags", made.tags),
    ):
        screen.line(f"  {screen.word('demo', name)}: {screen.value(total)}")
