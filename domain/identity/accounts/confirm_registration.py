"""Making the account of a registration whose address is proved."""

from dataclasses import dataclass, field
from uuid import UUID

from domain.audit.record import record
from domain.identity.accounts.mail_links import read_mail_link, use_mail_link
from domain.identity.accounts.prove_password import prove_password
from domain.identity.errors import LinkInvalid
from domain.identity.events import UserSignedUp
from domain.shared.clock import now
from domain.shared.database import row, run
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class ConfirmEmail:
    token: str = field(repr=False)
    password: str = field(repr=False)


async def confirm_email(command: ConfirmEmail) -> UUID:
    """The id of the new user, who may log in now. Raises LinkInvalid, WrongCredentials, TooManyAttempts, or Busy.

    The link proves who reads the mail, the password who signed up, and it takes both: whoever signs up with somebody
    else's address does not get the link, and who gets the link without having signed up does not know the password. So
    nobody is talked into an account to which a stranger has the password.
    """
    link = await read_mail_link(command.token, "confirm_registration")
    found = await row("SELECT password_hash FROM registration WHERE id = $1", link.subject_id)
    if found is None:
        raise LinkInvalid
    await prove_password(command.password, found["password_hash"], account=str(link.subject_id))
    return await _confirm(command.token)


@use_case
async def _confirm(token: str) -> UUID:
    link = await use_mail_link(token, "confirm_registration")
    user_id = link.subject_id
    assert user_id is not None
    await _insert(user_id)
    await run("DELETE FROM registration WHERE id = $1", user_id)
    await record(Viewer(user_id=user_id), "confirmEmail", subject=("user", user_id))
    await emit(UserSignedUp(subject_id=user_id, sequence=1))
    return user_id


async def _insert(user_id: UUID) -> None:
    """Raises LinkInvalid when the address has got an account since. Two at once: the second waits for the first."""
    stored = await run(
        """INSERT INTO users (id, email_hash, email_sealed, password_hash, name_sealed, country, language, currency,
                              is_guest, version, created_at)
           SELECT id, email_hash, email_sealed, password_hash, name_sealed, country, language, currency, FALSE, 1, $2
           FROM registration WHERE id = $1
           ON CONFLICT (email_hash) DO NOTHING""",
        user_id,
        now(),
    )
    if not stored:
        raise LinkInvalid
