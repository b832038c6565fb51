"""Reading the mails that the shop's workers put into files."""

import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.e2e.waiting import until


async def mailed_token(data_dir: Path, address: str, page: str) -> str:
    """The token of the newest link to `page` that was mailed to `address`, as soon as there is one."""

    async def found() -> str | None:
        links = [re.search(rf"/{page}#token=([\w-]+)", text) for text in _texts(data_dir, address)]
        return next((link[1] for link in reversed(links) if link), None)

    token = await until(found)
    assert token is not None
    return token


async def mailed_subjects(data_dir: Path, address: str, enough: Callable[[list[str]], bool]) -> list[str]:
    """The subjects of what was mailed to `address`, as soon as they are `enough`."""

    async def found() -> list[str]:
        subjects = [str(one["Subject"]) for one in _mails(data_dir, address)]
        return subjects if enough(subjects) else []

    return await until(found)


def _texts(data_dir: Path, address: str) -> list[str]:
    return [one.get_content() for one in _mails(data_dir, address)]


def _mails(data_dir: Path, address: str) -> list[EmailMessage]:
    files = sorted((data_dir / "mail").glob("*.eml"))
    mails = [message_from_bytes(path.read_bytes(), policy=default) for path in files]
    return [one for one in mails if isinstance(one, EmailMessage) and one["To"] == address]
