"""Viewers with rows behind them."""

from uuid import UUID

from domain.identity.permissions import ROLES
from domain.shared.clock import now
from domain.shared.database import run
from domain.shared.ids import new_id
from domain.shared.viewer import Viewer


async def a_person(role: str = "customer", *, supplier_id: UUID | None = None, language: str = "en") -> Viewer:
    """A user of `role`, as the viewer that their access token would give. Nobody can log in as this user."""
    user_id = new_id()
    await run(
        """INSERT INTO users (id, email, name, country, language, currency, role_id, supplier_id, created_at)
           VALUES ($1, $2, 'Test Person', 'DE', $3, 'EUR', (SELECT id FROM role WHERE name = $4), $5, $6)""",
        user_id,
        f"{user_id}@example.org",
        language,
        role,
        supplier_id,
        now(),
    )
    return Viewer(
        user_id=user_id, permissions=frozenset(ROLES[role]), supplier_id=supplier_id, session_id=None, language=language
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
