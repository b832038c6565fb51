"""What protects an account is changed only soon after a log-in, or with the password: a stolen access token is no proof."""

from datetime import timedelta
from uuid import UUID

import orjson

from domain.identity.accounts.prove_password import prove_password
from domain.identity.errors import RecentLogInNeeded, SessionEnded
from domain.identity.factors.second_factor import factors_of, satisfied
from domain.shared.clock import now
from domain.shared.database import row
from domain.shared.errors import NotAllowed, SecondFactorNeeded
from domain.shared.viewer import Viewer

RECENT = timedelta(minutes=15)


async def require_recent_log_in(viewer: Viewer, password: str | None) -> UUID:
    """The id of the person, whose session began within `RECENT` or who gave the right password.

    Raises NotSignedIn, NotAllowed (applications, guests), SessionEnded; SecondFactorNeeded when the person has a second
    factor that this session never showed; RecentLogInNeeded, WrongCredentials, TooManyAttempts, Busy. Outside a
    transaction, for it hashes.
    """
    user_id = viewer.signed_in()
    found = await row(
        """SELECT s.created_at, s.methods, u.password_hash, u.is_guest
           FROM session s JOIN users u ON u.id = s.user_id
           WHERE s.id = $1 AND s.user_id = $2 AND s.ended_at IS NULL""",
        viewer.session_id,
        user_id,
    )
    if found is None:
        raise SessionEnded
    if found["is_guest"]:
        raise NotAllowed(permission="account")
    if not satisfied(orjson.loads(found["methods"])) and (await factors_of(user_id)).methods:
        raise SecondFactorNeeded
    if now() - found["created_at"] > RECENT:
        if password is None or found["password_hash"] is None:
            raise RecentLogInNeeded(field="password")
        await prove_password(password, found["password_hash"], account=str(user_id))
    return user_id
