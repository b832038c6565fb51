"""Roles, grants and applications, as administrators made them."""

from domain.identity.access.edit_roles import CreateRole, create_role
from domain.identity.applications.application_keys import AddApplicationKey, add_application_key
from domain.identity.applications.issue_api_keys import CreateApiKey, create_api_key
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.shared.clock import now
from domain.shared.database import run, value
from tests.architecture.access.parties import OTHER_CHANNEL
from tests.architecture.access.world import World
from tests.factories.applications import a_signer
from tests.factories.audit import chained
from tests.factories.roles import grant_ids, role_id

SCOPES = ("orders.read", "orders.ship")


async def add_staff(world: World) -> None:
    parties = world.parties
    world.keep("Role", await role_id("support"))
    world.keep(
        "Role", await create_role(parties["administrator"].viewer, CreateRole("clerk", ("orders.read",))), "clerk"
    )
    world.keep("User", parties["support"].viewer.signed_in(), "support")
    world.keep("User", parties["stranger"].viewer.signed_in(), "stranger")
    world.keep("Grant", (await grant_ids(parties["support"].viewer))[0])
    session = "SELECT id FROM session WHERE user_id = $1 ORDER BY created_at LIMIT 1"
    world.keep("Session", await value(session, parties["owner"].viewer.user_id))
    await _application(world)
    await _application(world, OTHER_CHANNEL)
    await run("UPDATE application_key SET last_used_at = $1", now())
    await chained()
    world.keep("AuditEntry", await value("SELECT id FROM audit_entry ORDER BY serial LIMIT 1"))


async def _application(world: World, channel: str | None = None) -> None:
    """With a key of each kind, of which the API key has an end."""
    author, name = world.parties["administrator"].viewer, channel or ""
    made = await register_application(author, RegisterApplication(f"Partner {name}", SCOPES, channel))
    world.keep("Application", made, name)
    signing = await add_application_key(author, AddApplicationKey(made, a_signer("ES256").public_pem))
    world.keep("ApplicationKey", signing, name)
    issued = await create_api_key(author, CreateApiKey(made, SCOPES, expires_at=now().replace(year=now().year + 1)))
    world.keep("ApiKey", issued.id, name)
