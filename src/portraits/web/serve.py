"""Serve: the site on an address of this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress

from portraits.app.jobs.jobs import jobs
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.web.address import ANYWHERE
from portraits.web.gate import LOOPBACK


def serve(workspace: Workspace, host: str, port: int, ready: Callable[[], None]) -> None:
    """Serve a workspace until the person stops it.

    Args:
        workspace: what to show.
        host: the address to listen on.
        port: the port to listen on.
        ready: called once whoever asks is answered; never where the port is taken.
    """
    import uvicorn

    from portraits.web.site import site

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    app = site(workspace, hosts=_names(host))
    with suppress(PortraitsError):  # faults in the files are told by the pages
        jobs(workspace)  # what waited when a server ended before goes on
    # No access log: addresses hold what people searched for.
    server = Server(uvicorn.Config(app, host, port, access_log=False, log_level="warning", server_header=False))
    with suppress(KeyboardInterrupt):
        server.run()


def _names(host: str) -> frozenset[str]:
    """The names it answers to: its own, and this machine's."""
    own = {socket.gethostname().lower()} if host in ANYWHERE else {host.lower()}
    return LOOPBACK | own
