"""The installation's own secret: made once, sealed under the master key, and so unchanged when that is rotated.

Whatever needs a secret that must stay the same for years (finding people by their e-mail address, the seal on audit
entries) derives its own from it.
"""

import os
from functools import lru_cache

from domain.shared.clock import now
from domain.shared.database import run, value
from domain.shared.master_key import KeysUnusable, seal, unseal
from domain.shared.sealing import KEY_BYTES, derived
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction

_NAME = "installation"
_LABEL = "installation secret"

_opened: dict[str, bytes] = {}


async def secret_for(context: str) -> bytes:
    """32 bytes for one purpose, from this process's memory after the first time. Raises KeysUnusable."""
    database = settings().database_url
    if database not in _opened:
        stored: str | None = await value("SELECT sealed FROM secret WHERE name = $1", _NAME)
        if stored is None:
            raise KeysUnusable("the installation has no secret yet: run `hanse migrate`")
        _opened[database] = unseal(stored, label=_LABEL)
    return _derived(_opened[database], context)


async def ensure_secret() -> None:
    """Make the secret if it is missing, and check that the stored one opens. Raises KeysUnusable."""
    require_transaction("ensure_secret")
    await run(
        "INSERT INTO secret (name, sealed, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        _NAME,
        seal(os.urandom(KEY_BYTES), label=_LABEL),
        now(),
    )
    _opened.pop(settings().database_url, None)
    await secret_for("check")


async def rewrap_secret() -> None:
    """Seal the secret under the present master key."""
    require_transaction("rewrap_secret")
    stored: str = await value("SELECT sealed FROM secret WHERE name = $1 FOR UPDATE", _NAME)
    opened = unseal(stored, label=_LABEL)
    await run("UPDATE secret SET sealed = $2 WHERE name = $1", _NAME, seal(opened, label=_LABEL))


@lru_cache(maxsize=64)
def _derived(key: bytes, context: str) -> bytes:
    return derived(key, context)
