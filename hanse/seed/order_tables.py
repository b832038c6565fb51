"""The rows of orders, their lines and their parcels."""

from collections.abc import Iterator, Sequence

import numpy as np

from domain.identity.personal import PersonKey
from domain.orders.delivery_addresses import seal_address
from hanse.seed.arrays import moments, moments_or_none, pick, stream
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import NEVER, STATES, VERSIONS
from hanse.seed.tables import Table, row_ids
from hanse.seed.world import REGIONS


def order_tables(demo: Demo, numbers: Sequence[int], *, keys: Sequence[PersonKey], main: str) -> Iterator[Table]:
    """`numbers` are the orders' numbers, lowest first; `keys` those of the customers, in their order; `main` is the
    channel of all who have none of their own.
    """
    yield _orders(demo, numbers, person_keys=keys, main=main)
    yield _lines(demo)
    yield _shipments(demo)


def _orders(demo: Demo, numbers: Sequence[int], *, person_keys: Sequence[PersonKey], main: str) -> Table:
    history, lives, keys = demo.history, demo.history.lives, demo.keys
    people = [demo.shop.customers.people[row] for row in history.customer.tolist()]
    return Table(
        "orders",
        (
            *("id", "number", "buyer_id", "state", "version", "currency", "total_minor"),
            *("country", "address_sealed", "channel", "source", "placed_at", "updated_at"),
        ),
        list(
            zip(
                keys.orders,
                numbers,
                pick(keys.customers, history.customer),
                [STATES[state] for state in lives.state.tolist()],
                VERSIONS[lives.state].tolist(),
                [person.currency for person in people],
                history.total.tolist(),
                [person.country for person in people],
                [
                    seal_address(person_keys[row], person.address)
                    for row, person in zip(history.customer.tolist(), people, strict=True)
                ],
                demo.markets.channels_of(history.customer, main=main),
                ["demo"] * len(people),
                moments(lives.placed),
                moments(lives.updated),
                strict=True,
            )
        ),
    )


def _lines(demo: Demo) -> Table:
    history, keys, catalogue = demo.history, demo.keys, demo.shop.catalogue
    lines = history.lines
    order, product, variant = lines.order.tolist(), lines.product.tolist(), lines.variant.tolist()
    products = [catalogue.products[row] for row in product]
    languages = [demo.shop.customers.people[row].language for row in history.customer[lines.order].tolist()]
    names = [
        one.name.en if language == "en" else one.name.zh for one, language in zip(products, languages, strict=True)
    ]
    position = np.arange(len(order)) - np.searchsorted(lines.order, lines.order) + 1
    return Table(
        "order_line",
        (
            *("id", "order_id", "variant_id", "product_id", "supplier_id", "position"),
            *("sku", "name", "quantity", "returned", "unit_minor", "total_minor"),
        ),
        list(
            zip(
                row_ids(demo.scale, "order_line", history.lives.placed[lines.order]),
                [keys.orders[row] for row in order],
                [keys.variants[row] for row in variant],
                [keys.products[row] for row in product],
                [keys.suppliers[one.supplier] for one in products],
                position.tolist(),
                [catalogue.skus[row] for row in variant],
                names,
                lines.quantity.tolist(),
                history.returned.tolist(),
                history.unit.tolist(),
                history.charged.tolist(),
                strict=True,
            )
        ),
    )


def _shipments(demo: Demo) -> Table:
    history, lives = demo.history, demo.history.lives
    sent = np.flatnonzero(lives.shipped != NEVER)
    regions = demo.shop.customers.region[history.customer[sent]].tolist()
    numbers = stream(demo.scale.number, "tracking numbers").integers(10**11, 10**12, len(sent))
    return Table(
        "shipment",
        ("id", "order_id", "carrier", "tracking_number", "shipped_at", "delivered_at"),
        list(
            zip(
                row_ids(demo.scale, "shipment", lives.shipped[sent]),
                pick(demo.keys.orders, sent),
                [demo.place.carriers[region] for region in regions],
                [f"{REGIONS[region][:2].upper()}{n}" for region, n in zip(regions, numbers.tolist(), strict=True)],
                moments(lives.shipped[sent]),
                moments_or_none(lives.delivered[sent]),
                strict=True,
            )
        ),
    )
