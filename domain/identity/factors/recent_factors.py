"""Second factors that may be an intruder's, and go when the owner of the mailbox chooses a new password."""

from datetime import timedelta
from typing import Final

from domain.audit.record import record
from domain.identity.factors.factor_changes import note_removed
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer

DOUBTFUL: Final = timedelta(days=7)
"""How long somebody has who learns by mail of a factor that is not theirs."""


async def remove_recent_factors(owner: Viewer) -> None:
    """Take away what was added within `DOUBTFUL`. Who knew the old password alone could add a first factor.

    It would log in by itself, if it is a passkey, and it would keep the owner out, who has the new password only. The
    person is told by mail. The caller holds the lock on the person.
    """
    require_transaction("remove_recent_factors")
    user_id, since = owner.signed_in(), now() - DOUBTFUL
    removed = {
        "totp": await run("DELETE FROM totp WHERE user_id = $1 AND confirmed_at > $2", user_id, since),
        "passkey": await run("DELETE FROM passkey WHERE user_id = $1 AND created_at > $2", user_id, since),
    }
    gone = [method for method, count in removed.items() if count]
    if gone:
        await record(owner, "removeRecentFactors", subject=("user", user_id), before={"methods": gone})
    for method in gone:
        await note_removed(owner, user_id, method)
