"""Running the shell examples of the documents."""

import asyncio
import os
from pathlib import Path


async def shell(script: str, folder: Path, **environment: str) -> str:
    """What the script tells, on both outputs."""
    process = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        script,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await asyncio.wait_for(process.communicate(), 60)
    return told.decode()
