"""The shop that is walked through."""

from domain.shared.caller import Caller, bind_caller
from tests.architecture.access.accounts import add_accounts
from tests.architecture.access.parties import parties
from tests.architecture.access.staff import add_staff
from tests.architecture.access.trade import add_trade, some_trade
from tests.architecture.access.world import World
from tests.factories.people import a_supplier


async def make_world() -> World:
    """Something of everything that can be asked for."""
    bind_caller(Caller("203.0.113.7", "A browser"))
    world = World()
    goods = await some_trade(world)
    elsewhere = world.keep("Supplier", await a_supplier(), "elsewhere")
    world.parties = await parties(goods[0].supplier_id, elsewhere)
    world.keep("User", world.owner.signed_in())
    await add_trade(world, *goods)
    await add_staff(world)
    await add_accounts(world)
    bind_caller(Caller())
    return world
