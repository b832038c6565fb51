"""Viewers with rows behind them."""

from uuid import UUID

from domain.identity.access.grants import Grant, allowed
from domain.identity.personal import new_person_key
from domain.shared.clock import now
from domain.shared.database import run, transaction
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer


async def a_person(
    role: str = "customer", *, supplier_id: UUID | None = None, channel: str | None = None, language: str = "en"
) -> Viewer:
    """A user who holds `role`, as the viewer that their access token would give. Nobody can log in as this user."""
    user_id = new_id()
    async with transaction():
        key = await new_person_key(user_id)
        await run(
            """INSERT INTO users (id, name_sealed, country, language, currency, is_guest, version, created_at)
               VALUES ($1, $2, 'DE', $3, 'EUR', FALSE, 1, $4)""",
            user_id,
            key.seal("Test Person", "name"),
            language,
            now(),
        )
        if role != "customer":
            await grant(user_id, role, supplier_id=supplier_id, channel=channel)
    held = [] if role == "customer" else [Grant(role, channel, supplier_id)]
    permissions, limits = await allowed(held)
    return Viewer(user_id=user_id, permissions=permissions, limits=limits, language=language, accepted=(language,))


async def grant(user_id: UUID, role: str, *, supplier_id: UUID | None = None, channel: str | None = None) -> None:
    await run(
        """INSERT INTO role_grant (id, user_id, role_id, channel, supplier_id, created_at)
           SELECT $1, $2, id, $4, $5, $6 FROM role WHERE name = $3""",
        new_id(),
        user_id,
        role,
        channel,
        supplier_id,
        now(),
    )


async def a_supplier() -> UUID:
    supplier_id = new_id()
    await run(
        "INSERT INTO supplier (id, code, name, country, created_at) VALUES ($1, $2, 'Test Supplier', 'DE', $3)",
        supplier_id,
        f"supplier-{supplier_id}",
        now(),
    )
    return supplier_id
