"""The commands that serve: the pages of a workspace, and the demo."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from portraits.cli.options import HERE, Folder, Json, opened, screen
from portraits.cli.screen import Screen
from portraits.cli.watching import watching

if TYPE_CHECKING:
    from portraits.app.demo import Summary

LOOPBACK = "127.0.0.1"
PORT = 8321
Port = Annotated[int, typer.Option("--port", min=0, max=65535)]
Browser = Annotated[bool, typer.Option("--browser/--no-browser")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (demo, serve):
        app.command()(command)


def demo(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path("portraits-demo"),
    example: Annotated[Literal["journey", "corner_shop"], typer.Option("--example")] = "journey",
    customers: Annotated[int, typer.Option("--customers", min=1, max=1_000_000)] = 300,
    port: Port = PORT,
    browser: Browser = True,
    serve: Annotated[bool, typer.Option("--serve/--no-serve")] = True,
    as_json: Json = False,
) -> None:
    """Make an example company and show it."""
    from portraits.app import demo as use

    spoken, started = screen(as_json), time.perf_counter()
    with watching(spoken) as progress:
        made = use.demo(folder, example, customers, progress)
    spoken.show(made, _made)
    if not as_json:
        spoken.say("demo", "seconds_taken", seconds=round(time.perf_counter() - started))
    if serve:
        _serve(folder, spoken, LOOPBACK, port, browser=browser)


def serve(
    workspace: Folder = HERE,
    host: Annotated[str, typer.Option("--host")] = LOOPBACK,
    port: Port = PORT,
    browser: Browser = False,
) -> None:
    """Serve the pages and the API."""
    place, spoken = opened(workspace, as_json=False)
    _serve(place.folder, spoken, host, port, browser=browser)


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
