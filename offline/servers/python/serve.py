"""Runs an ASGI application as the main process of a container.

It says that it has started, and ends at once on SIGTERM.
"""

import uvicorn
from starlette.applications import Starlette

# Requests in hand get this long; idle keep-alive connections are closed at once.
GRACE_SECONDS = 2


def serve(app: Starlette, host: str, port: int) -> None:
    uvicorn.run(
        app,
        host=host,
        port=port,
        http="httptools",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
