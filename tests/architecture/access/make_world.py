"""The shop that is walked through."""

from domain.channels.create import CreateChannel, create_channel
from domain.channels.known import channel
from domain.shared.caller import Caller, bind_caller
from domain.shared.viewer import PLATFORM
from tests.architecture.access.accounts import add_accounts
from tests.architecture.access.assortment import add_assortment
from tests.architecture.access.definitions import add_definitions
from tests.architecture.access.parties import CHANNEL, OTHER_CHANNEL, parties
from tests.architecture.access.shelves import add_shelves
from tests.architecture.access.staff import add_staff
from tests.architecture.access.trade import add_trade, some_trade
from tests.architecture.access.world import World
from tests.factories.people import a_supplier


async def make_world() -> World:
    """Something of everything that can be asked for."""
    bind_caller(Caller("203.0.113.7", "A browser"))
    world = World()
    await _channels(world)
    goods = await some_trade(world)
    elsewhere = world.keep("Supplier", await a_supplier(), "elsewhere")
    world.parties = await parties(goods[0].supplier_id, elsewhere)
    world.keep("User", world.owner.signed_in())
    await add_trade(world, *goods)
    await add_shelves(world, goods[0])
    await add_definitions(world)
    await add_assortment(world, goods[0])
    await add_staff(world)
    await add_accounts(world)
    bind_caller(Caller())
    return world


async def _channels(world: World) -> None:
    world.keep("Channel", (await channel(CHANNEL)).id)
    for name, is_open in ((OTHER_CHANNEL, True), ("closed", False)):
        made = CreateChannel(name, name.title(), ("EUR",), ("en",), countries=("DE",), is_open=is_open)
        world.keep("Channel", await create_channel(PLATFORM, made), name)
