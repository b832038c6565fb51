"""The people as whom one can log in to the demo shop: one for each role, with passwords made at seeding."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from domain.identity.access.permissions import ROLES
from domain.identity.accounts.passwords import hash_password
from hanse.secret_files import make_folder, write_secret

FILE = "demo-logins.json"


@dataclass(frozen=True)
class Login:
    role: str
    email: str
    password: str
    password_hash: str

    @property
    def name(self) -> str:
        return f"Demo {self.role.replace('_', ' ')}"


async def make_logins() -> dict[str, Login]:
    """By role, with new passwords."""
    return {role: await _login(role) for role in ROLES}


def write_logins(folder: Path, logins: Sequence[Login]) -> None:
    """A list of role, email and password in `FILE`, readable for its owner only. Raises Failure, OSError."""
    make_folder(folder)
    told = [{"role": one.role, "email": one.email, "password": one.password} for one in logins]
    write_secret(folder / FILE, orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())


def read_logins(folder: Path) -> list[dict[str, str]]:
    """What `write_logins` has written there; empty where there is no demo shop."""
    file = folder / FILE
    return orjson.loads(file.read_bytes()) if file.exists() else []


async def _login(role: str) -> Login:
    password = secrets.token_urlsafe(12)
    return Login(role, f"{role}@example.com", password, await hash_password(password))
