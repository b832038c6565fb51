"""Mails as files, where there is no mail server."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from domain.notifications.files import clear_mail_files
from domain.shared.clock import now
from domain.shared.settings import settings


async def test_files_from_before_a_moment_are_deleted_and_newer_ones_stay(
    configure: Callable[..., None], tmp_path: Path
) -> None:
    configure(data_dir=tmp_path)
    old, new = _mail("old", days=8), _mail("new", days=6)

    cleared = await clear_mail_files(now() - timedelta(days=7))

    assert (cleared, old.exists(), new.exists()) == (1, False, True)


async def test_where_no_mail_was_ever_written_nothing_is_deleted(
    configure: Callable[..., None], tmp_path: Path
) -> None:
    configure(data_dir=tmp_path)

    assert await clear_mail_files(now()) == 0


def _mail(name: str, *, days: int) -> Path:
    file = settings().mail_dir / f"{name}.eml"
    file.parent.mkdir(exist_ok=True)
    file.write_text("Subject: Hello\n")
    written = (now() - timedelta(days=days)).timestamp()
    os.utime(file, (written, written))
    return file
