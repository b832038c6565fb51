"""What the built-in roles allow, and where grants hold, after an upgrade of the released database."""

from collections.abc import AsyncIterator

import orjson
import pytest
import pytest_asyncio

from domain.channels.known import channels, ensure_channels, forget_known
from domain.identity.access.permissions import ROLES
from domain.identity.access.roles import ensure_roles
from domain.shared.database import rows, run
from domain.shared.ids import new_id
from domain.shared.settings import Settings, settings
from domain.shared.transactions import use_case
from hanse.migrate import migrate
from tests.conftest import own_database
from tests.hanse.old_shop import migrate_to_released

OLD = {
    "customer": (),
    "supplier": ("orders.deliver", "orders.read", "orders.ship", "suppliers.read"),
    "catalogue_manager": ("catalogue.write", "prices.write", "stock.write", "suppliers.read", "suppliers.write"),
    "support": ("orders.cancel", "orders.read"),
}
EDITED = "support"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def _upgraded(shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[None]:
    async with own_database(shop, tmp_path_factory.mktemp("roles"), template="template0"):
        await migrate_to_released()
        await _fill()
        await migrate(settings())
        for ensure in (ensure_channels, ensure_roles):
            await use_case(ensure)()
        yield


async def test_built_in_roles_allow_what_a_fresh_shop_gives_them_but_for_those_that_somebody_edited() -> None:
    found = {one["name"]: frozenset(orjson.loads(one["permissions"])) for one in await rows("SELECT * FROM role")}

    assert found == {**ROLES, EDITED: frozenset(OLD[EDITED])}


async def test_a_channel_that_only_a_grant_names_is_one_behind_the_main_one() -> None:
    forget_known()

    assert [one.name for one in await channels()] == ["main", "asia"]


async def _fill() -> None:
    for name, permissions in OLD.items():
        await run(
            """INSERT INTO role (id, name, permissions, per_supplier, built_in, version)
               VALUES ($1, $2, $3, FALSE, TRUE, $4)""",
            new_id(),
            name,
            orjson.dumps(permissions).decode(),
            2 if name == EDITED else 1,
        )
    person = new_id()
    await run(
        """INSERT INTO users (id, language, currency, is_guest, version, created_at)
           VALUES ($1, 'en', 'EUR', FALSE, 1, now())""",
        person,
    )
    await run(
        """INSERT INTO role_grant (id, user_id, role_id, channel, created_at)
           SELECT gen_random_uuid(), $1, r.id, c.name, now()
           FROM role r CROSS JOIN (VALUES ('asia'), ('main')) AS c(name) WHERE r.name = $2""",
        person,
        EDITED,
    )
