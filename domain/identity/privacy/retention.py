"""Forgetting what has served its time: devices, sign-ups, mailed links, log-ins half done, guests, people long gone.

Each function deletes some of the rows from before a moment and returns how many: 0 when none is left.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from domain.audit.activity import acted_since
from domain.audit.record import record_many
from domain.identity.events import UserErased
from domain.identity.privacy.privacy_requests import RequestKind, add_request
from domain.identity.privacy.seen import SEEN
from domain.shared.clock import now
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import PLATFORM

_CHUNK = 1_000
_PEOPLE = 100
_GUESTS = 200
_NOBODY = UUID(int=0)
_AGAIN = timedelta(days=30)
"""How long after a refusal somebody who is inactive is left alone."""

_DELETE_KEYS_OF_NOBODY = """DELETE FROM person_key WHERE person_id = ANY($1)
                            AND NOT EXISTS (SELECT FROM users WHERE users.id = person_key.person_id)"""

_OLD_GUESTS = """SELECT id FROM users u WHERE is_guest AND created_at < $1 AND erased_at IS NULL
                   AND NOT EXISTS (SELECT FROM session s WHERE s.user_id = u.id AND s.last_used_at >= $1)
                   AND NOT EXISTS (SELECT FROM privacy_request p WHERE p.user_id = u.id
                                   AND (p.file_path IS NOT NULL OR p.state = 'requested'))"""
"""Who asked for a copy stays until its file is gone, which nobody would find without the request."""

Among = Callable[[Sequence[UUID]], Awaitable[set[UUID]]]
"""Which of some people are to be kept."""


@use_case
async def forget_old_sessions(before: datetime) -> int:
    """Delete sessions that ended, and refresh tokens that expired, before `before`; with its last token a session goes.

    A refresh token that has expired works no more; that it was used twice is noticed only as long as it is kept.
    """
    tokens = await rows(
        """DELETE FROM refresh_token WHERE id IN (SELECT id FROM refresh_token WHERE expires_at < $1 LIMIT $2)
           RETURNING session_id""",
        before,
        _CHUNK,
    )
    left = await run(
        """DELETE FROM session WHERE id = ANY($1)
           AND NOT EXISTS (SELECT FROM refresh_token WHERE session_id = session.id)""",
        list({token["session_id"] for token in tokens}),
    )
    ended = await run(
        "DELETE FROM session WHERE id IN (SELECT id FROM session WHERE ended_at < $1 LIMIT $2)", before, _CHUNK
    )
    return len(tokens) + left + ended


@use_case
async def forget_registrations(before: datetime) -> int:
    """Delete sign-ups that nobody confirmed, and the keys that their data lay under."""
    found = await rows(
        """DELETE FROM registration WHERE id IN (SELECT id FROM registration WHERE created_at < $1 LIMIT $2)
           RETURNING id""",
        before,
        _CHUNK,
    )
    await run(_DELETE_KEYS_OF_NOBODY, [one["id"] for one in found])
    return len(found)


@use_case
async def forget_mail_links(before: datetime) -> int:
    """Delete links that expired, and changes of address that were asked for, before `before`: their links are dead too."""
    links = await run(
        "DELETE FROM mail_link WHERE id IN (SELECT id FROM mail_link WHERE expires_at < $1 LIMIT $2)", before, _CHUNK
    )
    changes = await run(
        "DELETE FROM email_change WHERE id IN (SELECT id FROM email_change WHERE created_at < $1 LIMIT $2)",
        before,
        _CHUNK,
    )
    return links + changes


@use_case
async def forget_log_ins_begun(before: datetime) -> int:
    """Delete log-ins that wait for a second factor, and questions to passkeys, that expired before `before`."""
    forgotten = 0
    for table in ("log_in_attempt", "passkey_challenge"):
        forgotten += await run(
            f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE expires_at < $1 LIMIT $2)", before, _CHUNK
        )
    return forgotten


async def old_guests(before: datetime, after: UUID) -> list[UUID]:
    """Some of the guests who came before `before` and were not back since, by id behind `after`."""
    found = await rows(f"{_OLD_GUESTS} AND id > $2 ORDER BY id LIMIT $3", before, after, _GUESTS)
    return [one["id"] for one in found]


async def hold_old_guests(guests: Sequence[UUID], before: datetime) -> list[UUID]:
    """Those of `guests` who are still as `old_guests` finds them, their rows locked.

    Those that somebody works with at this moment are passed over.
    """
    require_transaction("hold_old_guests")
    found = await rows(f"{_OLD_GUESTS} AND id = ANY($2) ORDER BY id FOR UPDATE SKIP LOCKED", before, list(guests))
    return [one["id"] for one in found]


async def delete_guests(guests: Sequence[UUID]) -> None:
    """Rows and keys, and with them carts, sessions, consents and requests. That it was done is audited and told of."""
    require_transaction("delete_guests")
    gone = await rows("DELETE FROM users WHERE id = ANY($1) AND is_guest RETURNING id, version", list(guests))
    await run(_DELETE_KEYS_OF_NOBODY, list(guests))
    await record_many(PLATFORM, "forgetGuest", [(("user", one["id"]), {}) for one in gone])
    for one in gone:
        await emit(UserErased(subject_id=one["id"], sequence=one["version"] + 1))


async def request_erasure_of_inactive(before: datetime, *, kept: Among) -> int:
    """Ask, for the platform, that people be erased who did nothing since `before`, some at a time.

    Staff is kept, and of the others whom `kept` names: this context does not know who buys.
    """
    after = _NOBODY
    while candidates := await _not_seen_since(before, after):
        active = await acted_since(candidates, before) | await kept(candidates)
        if gone := [one for one in candidates if one not in active]:
            await _request_erasure(gone)
            return len(gone)
        after = candidates[-1]
    return 0


async def _not_seen_since(before: datetime, after: UUID) -> list[UUID]:
    found = await rows(
        f"""SELECT id FROM users u WHERE erased_at IS NULL AND created_at < $1 AND id > $2
             AND NOT {SEEN}
             AND NOT EXISTS (SELECT FROM privacy_request p WHERE p.user_id = u.id AND p.kind = 'erasure'
                             AND (p.state = 'requested' OR p.requested_at > $3))
           ORDER BY id LIMIT $4""",
        before,
        after,
        now() - _AGAIN,
        _PEOPLE,
    )
    return [one["id"] for one in found]


@use_case
async def _request_erasure(people: Sequence[UUID]) -> None:
    for person_id in people:
        await add_request(PLATFORM, new_id(), person_id, RequestKind.ERASURE)
