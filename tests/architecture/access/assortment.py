"""What is said of the owner's product and what it cost before, and three more of its supplier that are not on sale: one
that was never sold, one that waits for approval, and one that was refused."""

from datetime import timedelta
from uuid import UUID

from domain.catalog.attributes.definitions import definitions
from domain.catalog.categories.edit_categories import UpdateCategory, update_category
from domain.catalog.media.make_picture import make_picture
from domain.catalog.products.change import ProductChange, PublicationChange, PublicationStatus, VariantChange
from domain.catalog.products.decide_approval import DecideApproval, refuse_product
from domain.pricing.set_prices import PriceChange, SetPrices, set_prices
from domain.shared.clock import now
from domain.shared.database import value
from domain.shared.viewer import PLATFORM
from tests.architecture.access.world import World
from tests.factories.definitions import a_product_type
from tests.factories.goods import Goods
from tests.factories.pictures import a_picture, a_waiting_picture, added_event
from tests.factories.products import a_new_product, a_variant, stored

_SCHEDULED = PublicationStatus.SCHEDULED


async def add_assortment(world: World, goods: Goods) -> None:
    await _describe(world, goods)
    await _rename(world, goods)
    await set_prices(PLATFORM, SetPrices((PriceChange(goods.variant_id, "EUR", 4_250, 4_990),)))
    failed = world.keep("Media", await a_waiting_picture(goods.product_id, a_picture(40, 30)[:300]), "failed")
    await make_picture(await added_event(failed), failed)
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
    known = (await definitions()).attributes
    type_id = await a_product_type(wood, known["weight"].id, known["fired"].id)
    kind: str = await value("SELECT code FROM product_type WHERE id = $1", type_id)
    said = {code: "oak", "weight": "1.5", "fired": "2026-04-30"}
    pictured = VariantChange(
        variant_id=goods.variant_id, barcode="4006381333931", weight_grams=900, media_id=world.ids["Media", ""]
    )
    described = {("description", "en"): "Holds tea and keeps it warm."}  # its translation is stale now
    await stored(
        ProductChange(
            product_id=goods.product_id,
            product_type=kind,
            attributes=said,
            tags=["tea"],
            texts=described,
            variants=[pictured],
        )
    )


async def _rename(world: World, goods: Goods) -> None:
    """Old addresses still lead to the product and its category."""
    category = world.ids["Category", ""]
    world.texts["former slug"] = goods.slug
    world.texts["former slug of category"] = await value("SELECT slug FROM category WHERE id = $1", category)
    await stored(ProductChange(product_id=goods.product_id, slug="tea-pot-of-oak"))
    await update_category(PLATFORM, UpdateCategory(category, slug="pots"))
