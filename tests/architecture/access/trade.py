"""Goods, orders in every state that mutations ask for, what was learned from them, and a report."""

from uuid import UUID

from api.pages import cursor
from domain.analytics.events import SegmentationDue
from domain.analytics.publish_segments import Segment, Segmentation, publish_segments
from domain.analytics.request_report import ReportKind, RequestReport, request_report
from domain.analytics.run_report import run_report
from domain.bulk.jobs.request import RequestExport, RequestImport, request_export, request_import
from domain.bulk.jobs.run_job import run_bulk_job
from domain.bulk.kinds import Format, Subject
from domain.cart.lines import CartLineChange, add_cart_line
from domain.fulfilment.ship import ShipOrder, ship_order
from domain.orders.place import place_order
from domain.orders.queries import lines_of
from domain.orders.states import OrderEvent
from domain.payments.authorise import authorise_payment
from domain.payments.sign import sign_receipt
from domain.recommendations.events import TrainingDue
from domain.recommendations.learn import Learned, Suggestions
from domain.recommendations.publish import fail_run, publish_run, start_run
from domain.recommendations.taste import Parameters
from domain.reviews.moderate import ModerateReview, moderate_review
from domain.shared.clock import now
from domain.shared.database import rows, run, value
from domain.shared.ids import new_id
from domain.shared.money import Money
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import PLATFORM, Viewer
from tests.architecture.access.parties import email_of
from tests.architecture.access.world import World
from tests.factories.goods import Goods, some_goods
from tests.factories.guests import a_guest
from tests.factories.orders import a_cart, advance_now, an_order, to_place
from tests.factories.payments import event_of
from tests.factories.pictures import a_ready_picture, an_upload
from tests.factories.reviews import DELIVERED, a_buyer_of, a_review

emit_now = use_case(emit)


async def some_trade(world: World) -> tuple[Goods, Goods, Goods]:
    """Two products of one supplier, of which the second is dear, and one of another."""
    goods = await some_goods(stock=(1000,), prices={"EUR": 4_250})
    dear = await some_goods(stock=(10,), prices={"EUR": 250_000}, supplier_id=goods.supplier_id)
    beside = await some_goods(stock=(10,), prices={"EUR": 1_666})
    world.keep("Supplier", goods.supplier_id)
    world.keep("Product", goods.product_id)
    world.keep("Variant", goods.variant_id)
    world.keep("Media", await a_ready_picture(goods.product_id))
    category, parent = [
        await value("SELECT category_id FROM product WHERE id = $1", one.product_id) for one in (goods, dear)
    ]
    await run("UPDATE category SET parent_id = $2 WHERE id = $1", world.keep("Category", category), parent)
    return goods, dear, beside


async def add_trade(world: World, goods: Goods, dear: Goods, beside: Goods) -> None:
    await _orders(world, goods, dear, beside)
    await _reviews(world, goods, dear, beside)
    await _of_guests(world, goods)
    await _learned(world, [goods, dear, beside])
    await _reports(world)
    await _files(world)
    world.texts["cursor"] = cursor("orderUpdates", (0,))


async def _reviews(world: World, goods: Goods, dear: Goods, beside: Goods) -> None:
    """The owner's of two products, one published, one rejected, and one of somebody else that waits. The third product may
    be reviewed."""
    world.keep("Product", beside.product_id, "beside")
    world.keep("Review", await a_review(world.owner, goods, published=True))
    await an_order(world.owner, dear, events=DELIVERED)
    rejected = world.keep("Review", await a_review(world.owner, dear), "rejected")
    await moderate_review(PLATFORM, ModerateReview(rejected, publish=False, expected_version=1, note="Names a person."))
    world.keep("Review", await a_review(await a_buyer_of(goods), goods), "pending")


async def _orders(world: World, goods: Goods, dear: Goods, beside: Goods) -> None:
    """Carts, and orders in the states that mutations ask for."""
    buyer = world.owner
    world.keep("Cart", await a_cart(buyer, goods))
    world.keep("Order", await _bought(buyer, goods), "pending")
    world.keep("Order", await _paid(buyer, dear), "review")
    paid = world.keep("Order", await _paid(buyer, goods), "paid")
    shipped = world.keep("Order", await _paid(buyer, goods))
    await ship_order(world.parties["administrator"].viewer, ShipOrder(shipped, "DHL", "JD0001"))
    for order_id, days in ((shipped, 200), (paid, 10)):  # enough of a past to forecast from
        await run("UPDATE orders SET placed_at = placed_at - make_interval(days => $2) WHERE id = $1", order_id, days)
    world.keep("Order", await _bought(buyer, goods, beside), "shared")
    parcel = world.keep("Order", await _bought(buyer, goods, beside), "parcel")
    await advance_now(PLATFORM, parcel, OrderEvent.PAY)
    await ship_order(world.parties["administrator"].viewer, ShipOrder(parcel, "DHL", "JD0002"))
    await _paid(buyer, beside)  # the sandbox declines it
    world.keep("OrderLine", (await lines_of([shipped]))[shipped][0].id)
    for kind, table in (("Payment", "payment"), ("Receipt", "receipt"), ("Shipment", "shipment")):
        world.keep(kind, await value(f"SELECT id FROM {table} WHERE order_id = $1", shipped))
    world.keep("Event", await event_of(shipped, "order.shipped"))
    receipt = await rows("SELECT payload, signature FROM receipt WHERE order_id = $1", paid)
    world.texts |= dict(receipt[0])


async def _of_guests(world: World, goods: Goods) -> None:
    """A cart of the guest, and what another guest bought under the stranger's address."""
    world.keep("Cart", await a_cart(world.parties["guest"].viewer, goods), "guest")
    await an_order(await a_guest(), goods, email=email_of("stranger"))


async def _bought(buyer: Viewer, *goods: Goods) -> UUID:
    cart_id = await a_cart(buyer, goods[0])
    for more in goods[1:]:
        await add_cart_line(buyer, CartLineChange(cart_id, more.variant_id, 1))
    return await place_order(buyer, await to_place(buyer, cart_id))


async def _paid(buyer: Viewer, goods: Goods) -> UUID:
    """What the risk rules let pass is paid, with a receipt; the rest waits for a person."""
    order_id = await _bought(buyer, goods)
    await authorise_payment(await event_of(order_id, "order.placed"), order_id)
    if await value("SELECT state FROM orders WHERE id = $1", order_id) == "paid":
        await sign_receipt(await event_of(order_id, "order.paid"), order_id)
    return order_id


async def _learned(world: World, goods: list[Goods]) -> None:
    """Recommendations for the owner and beside each product, and a segment with the owner in it."""
    run_id = world.keep("RecommendationRun", await emit_now(TrainingDue(subject_id=new_id(), sequence=1)))
    ids = [one.product_id for one in goods]
    scores = [3.0, 2.0, 1.0]
    learned = Learned(
        for_customers=[Suggestions(world.owner.signed_in(), ids, scores)],
        for_products=[Suggestions(id, [other for other in ids if other != id], scores[1:]) for id in ids],
        popular=ids,
        metrics={
            "ndcg_at_10": 0.2,
            "popularity_ndcg_at_10": 0.1,
            **dict.fromkeys(("judged_customers", "customers", "products", "purchase_lines"), 1),
            "seconds": {"fit": 1.0},
        },
        parameters=Parameters(),
        refusal=None,
    )
    await start_run(run_id, Parameters(), now())
    await publish_run(run_id, learned)
    failed = await emit_now(TrainingDue(subject_id=new_id(), sequence=1))
    await start_run(failed, Parameters(), now())
    await fail_run(failed, "out of memory")
    segment = Segment("champions", 1.0, 2.0, Money(1000, "EUR"), [world.owner.signed_in()])
    clustered = await emit_now(SegmentationDue(subject_id=new_id(), sequence=1))
    await publish_segments(clustered, Segmentation([segment], 1, {}, {}, now()))
    world.keep("CustomerSegment", await value("SELECT id FROM customer_segment"))


async def _files(world: World) -> None:
    """An export that is finished, with its file, one of translations that waits, and an import that failed, with a file of
    what was wrong. They are the administrator's."""
    administrator = world.parties["administrator"].viewer
    wanted = RequestExport(subject=Subject.PRICES, format=Format.CSV)
    job_id = world.keep("BulkJob", await request_export(administrator, wanted))
    await run_bulk_job(await event_of(job_id, "bulk.requested"), job_id)
    wanted = RequestExport(subject=Subject.TRANSLATIONS, format=Format.CSV, language="zh-Hans")
    world.keep("BulkJob", await request_export(administrator, wanted), "waiting")
    file = an_upload(b"sku,currency,price\nNOT-KNOWN,EUR,1.00\n", "prices.csv")
    sent = RequestImport(subject=Subject.PRICES, format=Format.CSV, sha256=file.sha256, file_name=file.name)
    failed = world.keep("BulkJob", await request_import(administrator, sent, file), "failed")
    await run_bulk_job(await event_of(failed, "bulk.requested"), failed)


async def _reports(world: World) -> None:
    """One that is finished, with its files, and one that failed. They are the analyst's: others who may request reports
    must not see them."""
    today = now().date()
    wanted = RequestReport(ReportKind.SALES_BY_DAY_AND_CATEGORY, today, today, "EUR", language="en", key=None)
    analyst = world.parties["analyst"].viewer
    report_id, failed = await request_report(analyst, wanted), await request_report(analyst, wanted)
    await run_report(await event_of(report_id, "report.requested"), report_id)
    await run("UPDATE report SET state = 'failed', error = 'REPORT_TOO_MANY_ATTEMPTS' WHERE id = $1", failed)
    world.keep("Report", report_id)
