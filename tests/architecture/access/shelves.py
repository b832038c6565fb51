"""Where the goods lie, what was done with them, and some that are on their way from one place to another."""

from domain.inventory.count import AdjustStock, adjust_stock
from domain.inventory.send_transfer import SendTransfer, TransferLine, send_transfer
from domain.inventory.set_rules import SetStockRules, set_stock_rules
from domain.shared.database import value
from domain.shared.viewer import PLATFORM
from tests.architecture.access.world import World
from tests.factories.goods import Goods
from tests.factories.stock import a_warehouse, level_id_of, level_of


async def add_shelves(world: World, goods: Goods) -> None:
    first = await value("SELECT warehouse_id FROM stock_level WHERE variant_id = $1", goods.variant_id)
    second = world.keep("Warehouse", await a_warehouse(), "second")
    world.keep("Warehouse", first)
    level_id = world.keep("StockLevel", await level_id_of(goods, first))
    await adjust_stock(PLATFORM, AdjustStock(goods.variant_id, first, by=1, reason="found behind the shelf"))
    await set_stock_rules(PLATFORM, SetStockRules(goods.variant_id, first, safety=2, backorder_limit=3, low_at=10))
    sent = SendTransfer(first, second, (TransferLine(goods.variant_id, 5),))
    world.keep("StockTransfer", await send_transfer(PLATFORM, sent))
    world.keep("StockMovement", await value("SELECT id FROM stock_movement WHERE level_id = $1 LIMIT 1", level_id))
    world.texts["on hand"] = str((await level_of(goods, first)).on_hand)
