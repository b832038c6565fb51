"""A new password for somebody who is signed in and knows the old one."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.identity.accounts.passwords import hash_password
from domain.identity.accounts.prove_password import prove_own_password
from domain.identity.accounts.set_password import set_password
from domain.identity.accounts.strength import checked_password
from domain.identity.errors import WrongCredentials
from domain.shared.database import value
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ChangePassword:
    current_password: str = field(repr=False)
    new_password: str = field(repr=False)


async def change_password(viewer: Viewer, command: ChangePassword) -> UUID:
    """Whose password it is. Every other device is signed out.

    Raises NotSignedIn, NotAllowed, SecondFactorNeeded, WrongCredentials, InvalidInput, TooManyAttempts, or Busy.
    """
    proved = await prove_own_password(viewer, command.current_password)
    about = (proved.owner.email or "", proved.owner.name or "")
    password = await checked_password(command.new_password, about=about, field="newPassword")
    return await _change(viewer, proved.password_hash, await hash_password(password))


@use_case
async def _change(viewer: Viewer, proved: str, password_hash: str) -> UUID:
    user_id = viewer.signed_in()
    stored: str | None = await value("SELECT password_hash FROM users WHERE id = $1 FOR UPDATE", user_id)
    if stored != proved:  # somebody was faster, perhaps by a link that was mailed
        raise WrongCredentials
    await set_password(viewer, user_id, password_hash, action="changePassword", keep_session=viewer.session_id)
    return user_id
