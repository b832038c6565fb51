"""What is said of the owner's product, and three more of its supplier that are not on sale: one that was never sold, one
that waits for approval, and one that was refused."""

from datetime import timedelta
from uuid import UUID

from domain.catalog.attributes.definitions import definitions
from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus
from domain.catalog.products.decide_approval import DecideApproval, refuse_product
from domain.shared.clock import now
from domain.shared.database import value
from domain.shared.viewer import PLATFORM
from tests.architecture.access.world import World
from tests.factories.definitions import a_product_type
from tests.factories.goods import Goods
from tests.factories.products import a_new_product, a_variant, stored

_SCHEDULED = PublicationStatus.SCHEDULED


async def add_assortment(world: World, goods: Goods) -> None:
    await _describe(world, goods)
    variants = [a_variant(options={"Size": size}, weight_grams=100, barcode="4006381333931") for size in "SM"]
    draft = await stored(
        await a_new_product(supplier_id=goods.supplier_id, publications={}, variants=variants, external_id="pot 1")
    )
    world.keep("Product", draft.id, "draft")
    world.keep("Variant", list(draft.variant_ids.values())[1], "spare")
    later = PublicationChange(status=_SCHEDULED, live_from=now() + timedelta(days=1))
    world.keep("Product", await _offered(world, goods, publications={"main": later}), "waiting")
    refused = world.keep("Product", await _offered(world, goods), "refused")
    await refuse_product(PLATFORM, DecideApproval(refused, note="The picture shows another pot."))


async def _offered(world: World, goods: Goods, **given: object) -> UUID:
    """By the supplier itself."""
    offered = await a_new_product(supplier_id=goods.supplier_id, **given)
    return (await stored(offered, viewer=world.parties["supplier"].viewer)).id


async def _describe(world: World, goods: Goods) -> None:
    wood = world.ids["Attribute", ""]
    code: str = await value("SELECT code FROM attribute WHERE id = $1", wood)
    weight = (await definitions()).attributes["weight"].id
    type_id = await a_product_type(wood, weight)
    kind: str = await value("SELECT code FROM product_type WHERE id = $1", type_id)
    said = {code: "oak", "weight": "1.5"}
    await stored(ProductChange(product_id=goods.product_id, product_type=kind, attributes=said, tags=["tea"]))
