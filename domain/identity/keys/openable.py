"""Whether the master keys that are set open what is stored, and what lies under another than the present one.

Reads, and changes nothing.
"""

from domain.identity.keys.keys import opened_private
from domain.identity.personal import opened_person_key
from domain.shared.database import row, rows
from domain.shared.master_key import present_name
from domain.shared.secrets import secret_for

_OTHERS = """
    SELECT (SELECT count(*) FROM signing_key WHERE NOT starts_with(private_encrypted, $1)) AS "signing keys",
           (SELECT count(*) FROM secret WHERE NOT starts_with(sealed, $1)) AS "installation secret",
           (SELECT count(*) FROM person_key WHERE NOT starts_with(sealed, $1)) AS "data keys of people\""""
_ONE_PERSON_A_MASTER_KEY = """
    SELECT DISTINCT ON (split_part(sealed, '.', 1)) person_id, sealed FROM person_key WHERE sealed IS NOT NULL
    ORDER BY split_part(sealed, '.', 1), created_at DESC"""


async def open_stored() -> None:
    """Open every private half, the secret, unless this process has, and for each master key the newest person's key.

    Raises KeysUnusable where one does not open.
    """
    for one in await rows("SELECT kid, private_encrypted FROM signing_key WHERE private_encrypted IS NOT NULL"):
        opened_private(one["kid"], one["private_encrypted"])
    await secret_for("check")
    for one in await rows(_ONE_PERSON_A_MASTER_KEY):
        opened_person_key(one["person_id"], one["sealed"])


async def under_another_master_key() -> dict[str, int]:
    """How many keys of each kind lie under any master key but the present one; kinds without one are left out."""
    found = await row(_OTHERS, f"{present_name()}.")
    assert found is not None
    return {kind: count for kind, count in found.items() if count}
