"""Nobody passes on rights that they do not hold, nor takes them from somebody who holds more.

Whoever changes who may do what goes through here first. Such changes follow each other, in all processes, and each reads
the rights of its author from the database: neither memory nor a token that is still good decides.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import orjson

from domain.identity.access.permissions import ADMINISTRATOR, CUSTOMER, Permission
from domain.identity.errors import CannotGrant, HoldsMoreRights, LastAdministrator
from domain.shared.database import rows, run, value
from domain.shared.locks import AdvisoryLock
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Limit, Viewer


async def rights_now(viewer: Viewer) -> Viewer:
    """The viewer with the rights that they hold at this moment; until the transaction ends, nobody's rights change.

    Only persons and the platform pass rights on: raises NotSignedIn or NotAllowed for anybody else.
    """
    require_transaction("rights_now")
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.RIGHTS)
    if viewer.is_platform or viewer.needs_second_factor:
        return viewer
    user_id = viewer.signed_in()
    everywhere, limits = await _held(user_id) if await _is_active(user_id) else (frozenset(), ())
    return replace(viewer, permissions=everywhere, limits=limits)


async def require_may_grant(
    viewer: Viewer, permissions: Iterable[str], *, channel: str | None = None, supplier_id: UUID | None = None
) -> None:
    """Raise CannotGrant unless the viewer holds each of `permissions` within these limits, or wider ones, at this moment.

    No limit means everywhere. Raises NotSignedIn or NotAllowed for who is no person.
    """
    rights = await rights_now(viewer)
    if missing := _beyond(rights, Limit(frozenset(permissions), channel, supplier_id)):
        raise CannotGrant(permissions=missing)


async def require_no_more_rights(viewer: Viewer, user_id: UUID) -> None:
    """Raise HoldsMoreRights when the person holds, somewhere, what the viewer does not hold there at this moment.

    It names what only to those who may read people, and so see the roles that somebody holds.
    """
    rights = await rights_now(viewer)
    everywhere, limits = await _held(user_id)
    missing = {one for limit in (Limit(everywhere), *limits) for one in _beyond(rights, limit)}
    if missing:
        raise HoldsMoreRights(permissions=tuple(sorted(missing)) if rights.may(Permission.PEOPLE_READ) else ())


async def require_other_administrator(user_id: UUID) -> None:
    """Raise LastAdministrator when nobody but this person is an administrator everywhere who can log in.

    Who was invited and has not accepted, or is suspended, does not count. Others are not touched. For whatever takes
    that role, or everything, from a person. Two at once: the second sees what the first did.
    """
    require_transaction("require_other_administrator")
    await run("SELECT pg_advisory_xact_lock($1)", AdvisoryLock.RIGHTS)
    held: list[UUID] = await value(
        """SELECT coalesce(array_agg(u.id), '{}')
           FROM role_grant g JOIN role r ON r.id = g.role_id JOIN users u ON u.id = g.user_id
           WHERE r.name = $1 AND g.channel IS NULL AND g.supplier_id IS NULL
             AND u.suspended_at IS NULL AND u.erased_at IS NULL
             AND (u.password_hash IS NOT NULL OR EXISTS (SELECT FROM passkey p WHERE p.user_id = u.id))""",
        ADMINISTRATOR,
    )
    if held == [user_id]:
        raise LastAdministrator


async def _is_active(user_id: UUID) -> bool:
    return bool(await value("SELECT suspended_at IS NULL AND erased_at IS NULL FROM users WHERE id = $1", user_id))


async def _held(user_id: UUID) -> tuple[frozenset[str], tuple[Limit, ...]]:
    """What the person's roles allow everywhere and within limits, whether or not they are suspended."""
    found = await rows(
        """SELECT r.permissions, NULL AS channel, NULL AS supplier_id FROM role r WHERE r.name = $2
           UNION ALL
           SELECT r.permissions, g.channel, g.supplier_id FROM role_grant g JOIN role r ON r.id = g.role_id
           WHERE g.user_id = $1""",
        user_id,
        CUSTOMER,
    )
    held = [Limit(frozenset(orjson.loads(r["permissions"])), r["channel"], r["supplier_id"]) for r in found]
    limited = tuple(one for one in held if one.channel is not None or one.supplier_id is not None)
    return frozenset[str]().union(*(one.permissions for one in held if one not in limited)), limited


def _beyond(rights: Viewer, limit: Limit) -> tuple[str, ...]:
    """What the limit allows and `rights` do not, within it."""
    suppliers = frozenset() if limit.supplier_id is None else frozenset({limit.supplier_id})
    return tuple(
        sorted(
            permission
            for permission in limit.permissions
            if not rights.may_for(permission, channel=limit.channel, suppliers=suppliers)
        )
    )
