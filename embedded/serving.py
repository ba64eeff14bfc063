"""One port for everything: each agency's own interface under its name, the demo's page at `/`."""

import asyncio
import socket
from contextlib import AbstractContextManager, nullcontext
from typing import Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from typing_extensions import override

from embedded.demo import Replay
from embedded.home.app import home_app
from embedded.main import Embedded
from shared.kernel.errors import Conflict
from shared.telemetry.logs import SERVER

LOOPBACK: Final = "127.0.0.1"
"""The demo is served to this machine only: all agencies' keys lie in its folder."""


class PortTaken(Conflict):
    """Another program listens on the port."""

    code = "port_taken"


def take_port(port: int) -> socket.socket:
    """Return a listening socket on this machine's own address.

    Raises:
        PortTaken: it cannot be had.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(128)
    except (OSError, OverflowError):
        listening.close()
        raise PortTaken from None
    return listening


def whole_app(embedded: Embedded, replay: Replay) -> Starlette:
    """Return all interfaces under one roof; none of them knows of another."""
    return Starlette(
        routes=[
            Mount("/registration", app=embedded.registration.app),
            Mount("/profiling", app=embedded.profiling.app),
            Mount("/referral", app=embedded.referral.app),
            Mount("/exchange", app=embedded.exchange.app),
            Mount("/", app=home_app(embedded, replay.progress)),
        ]
    )


class Server(uvicorn.Server):
    """An HTTP server that leaves signals to whoever runs it."""

    @override
    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        """Leave signals alone."""
        return nullcontext()


async def serve(embedded: Embedded, replay: Replay, listening: socket.socket) -> None:
    """Serve until cancelled."""
    server = Server(uvicorn.Config(whole_app(embedded, replay), lifespan="off", **SERVER))
    try:
        await server.serve(sockets=[listening])
    except asyncio.CancelledError:
        server.should_exit = True
        raise
