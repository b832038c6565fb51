"""The API as one process: `hanse serve`."""

import asyncio

import uvicorn

from api.app import create_app
from domain.identity.keys.keys import active_key
from domain.shared.database import connect, disconnect
from domain.shared.logs import configure_logs
from domain.shared.settings import Settings, settings
from hanse.readiness import with_free_port

_MESSAGE_BYTES = 1_000_000
_GRACE_SECONDS = 4


def main() -> None:
    """Serve until SIGTERM or SIGINT; requests that are under way then have seconds to finish."""
    known = with_free_port(settings())
    configure_logs(known.log_level, process="api")
    asyncio.run(_require_keys(known))
    config = uvicorn.Config(
        create_app(known),
        host=known.host,
        port=known.port,
        loop="uvloop",
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # its buffers cost more than messages of this size gain
        forwarded_allow_ips=list(known.trusted_proxies),
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    uvicorn.Server(config).run()


async def _require_keys(known: Settings) -> None:
    """Nobody could log in without them: better not to open. Raises KeysUnusable."""
    await connect(known)
    try:
        await active_key("access")
    finally:
        await disconnect()


if __name__ == "__main__":
    main()
