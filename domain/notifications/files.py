"""Mails as `.eml` files, which every mail program opens: where no mail server is set."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

from domain.notifications.letters import as_sent
from domain.shared.settings import settings


@dataclass(frozen=True)
class Files:
    """One file a message, named by its Message-ID, and so in the order of the events that they tell of."""

    folder: Path

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._write, message)

    def _write(self, message: EmailMessage) -> None:
        """The whole file or nothing. Only its owner may read it: the links in it are as good as passwords."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        building = self.folder / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
            target.write(as_sent(message))
        building.replace(self.folder / f"{name}.eml")


async def clear_mail_files(before: datetime) -> int:
    """Delete the mails that were written before a moment. Returns how many."""
    return await asyncio.to_thread(_clear, settings().mail_dir, before.timestamp())


def _clear(folder: Path, before: float) -> int:
    aged = [file for file in folder.glob("*.eml") if file.stat().st_mtime < before]
    for file in aged:
        file.unlink(missing_ok=True)
    return len(aged)
