"""Sealing anew, under the present master key, what lies under an earlier one.

Each step is a transaction of its own and skips what is done already, so it may be broken off anywhere and run again.
"""

from collections.abc import Callable

from domain.identity.keys.keys import lock_keys, opened_private, sealed_private
from domain.identity.personal import rewrap_person_keys
from domain.shared.database import rows, run, value
from domain.shared.master_key import present_name
from domain.shared.secrets import rewrap_secret
from domain.shared.transactions import use_case

_CHUNK = 500


async def rewrap_everything(tell: Callable[[int, int], None]) -> int:
    """Signing keys, the installation's secret, the data keys of all people. Returns how many keys were sealed anew.

    `tell` is called with what is done and what there is to do. Raises KeysUnusable where no master key opens one.
    """
    done = await rewrap_signing_keys() + await _rewrap_secret()
    total = done + await _person_keys_left()
    tell(done, total)
    while sealed := await rewrap_person_keys(_CHUNK):
        done += sealed
        tell(done, max(done, total))
    return done


@use_case
async def rewrap_signing_keys() -> int:
    await lock_keys()
    found = await rows(
        "SELECT kid, private_encrypted FROM signing_key WHERE NOT starts_with(private_encrypted, $1)",
        f"{present_name()}.",
    )
    for one in found:
        anew = sealed_private(one["kid"], opened_private(one["kid"], one["private_encrypted"]))
        await run("UPDATE signing_key SET private_encrypted = $2 WHERE kid = $1", one["kid"], anew)
    return len(found)


@use_case
async def _rewrap_secret() -> int:
    if await value("SELECT starts_with(sealed, $1) FROM secret", f"{present_name()}."):
        return 0
    await rewrap_secret()
    return 1


async def _person_keys_left() -> int:
    left: int = await value("SELECT count(*) FROM person_key WHERE NOT starts_with(sealed, $1)", f"{present_name()}.")
    return left
