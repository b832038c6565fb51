"""A part of the shop whose functions fail over what they hold in the open, each while a test says so.

`python -m tests.e2e.faulty hanse.serve` runs the part. The file `HANSE_DATA_DIR/faults` names what is to fail: the
exception that is raised then quotes the value, as those of libraries do.
"""

import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher

from domain.identity import email_lookup
from domain.identity.accounts import mail_links
from domain.identity.personal import PersonKey
from domain.identity.sessions import tokens
from domain.notifications import letters
from domain.shared.settings import settings

FILE = "faults"
_PLACES: tuple[tuple[str, object, str], ...] = (
    ("seal", PersonKey, "seal"),
    ("open", PersonKey, "open"),
    ("hash", PasswordHasher, "hash"),
    ("verify", PasswordHasher, "verify"),
    ("email", email_lookup, "keyed_hash"),
    ("token", tokens, "_verified"),
    ("letter", letters, "mailbox"),
    ("link", mail_links, "_link_id"),
)
FAULTS = tuple(name for name, _, _ in _PLACES)


def main() -> None:
    for name, owner, attribute in _PLACES:
        setattr(owner, attribute, _failing(name, getattr(owner, attribute)))
    module, *words = sys.argv[1:]
    sys.argv[1:] = words
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _failing(name: str, sound: Callable[..., Any]) -> Callable[..., Any]:
    def function(*given: Any, **named: Any) -> Any:
        if name in _wanted():
            raise LookupError(f"{name} of {given[:2]} {named} failed") from ValueError(*map(str, given))
        return sound(*given, **named)

    return function


def break_down(folder: Path, fault: str) -> None:
    """From now on `fault` is what fails; an empty text: nothing."""
    (folder / FILE).write_text(fault)


def _wanted() -> str:
    file = settings().data_dir / FILE
    return file.read_text() if file.exists() else ""


if __name__ == "__main__":
    main()
