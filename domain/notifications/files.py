"""Mails as `.eml` files, which every mail program opens: where no mail server is set."""

import asyncio
import os
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from domain.notifications.letters import as_sent


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
