"""`hanse alive PART`: whether one part works, for the health checks of containers."""

import asyncio
import os
import sys

import redis.asyncio

from domain.shared.alive import alive_key
from domain.shared.settings import Settings, settings
from hanse.failures import Failure
from hanse.readiness import address, ask


def main() -> None:
    part = sys.argv[1]
    if not asyncio.run(_is_alive(part, settings())):
        raise Failure(f"{part} gives no sign of life", os.EX_UNAVAILABLE)


async def _is_alive(part: str, known: Settings) -> bool:
    if part == "api":
        status, _ = await ask(f"{address(known)}/healthz")
        return status == 200
    async with redis.asyncio.Redis.from_url(known.redis_url) as client:
        return bool(await client.exists(alive_key(part)))


if __name__ == "__main__":
    main()
