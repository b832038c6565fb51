"""Setting list prices, any number at once in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.audit.record import record_changes
from domain.catalog.listing.offers import set_lowest_prices
from domain.pricing.events import PricesChanged
from domain.pricing.rules import checked_price
from domain.shared.database import rows, run
from domain.shared.errors import DomainError, InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer

WRITE = "prices.write"
MAX_CHANGES = 500


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a variant is to cost in one currency, in minor units; None removes its price.

    `compare_at_minor` is a former or recommended price; buyers are shown it where it is higher.
    """

    variant_id: UUID
    currency: str
    minor: int | None
    compare_at_minor: int | None = None


@dataclass(frozen=True)
class SetPrices:
    changes: tuple[PriceChange, ...]
    key: str | None = None


_Key = tuple[UUID, str]
_Amounts = tuple[int, int | None]


@use_case
async def set_prices(viewer: Viewer, command: SetPrices) -> list[UUID]:
    """Set or remove the prices; gives the variants, each once. Where a price is so already, nothing is written.

    Raises NotSignedIn, NotAllowed, NotFound (also for what is somebody else's), IdempotencyKeyReused, and InvalidInput
    naming the change by its place, as in `prices.1.amount`. A fixed number of statements.
    """
    viewer.require_somewhere(WRITE)
    _require_sensible(command.changes)
    variant_ids = list(dict.fromkeys(one.variant_id for one in command.changes))
    if await replayed(viewer, "setPrices", command, new_id()):
        return variant_ids
    for place, outcome in enumerate(await store_prices(viewer, command.changes)):
        if isinstance(outcome, InvalidInput):
            raise replace(outcome, field=f"prices.{place}.{outcome.field}")
        if isinstance(outcome, DomainError):
            raise outcome
    return variant_ids


async def store_prices(viewer: Viewer, changes: Sequence[PriceChange]) -> list[bool | DomainError]:
    """For each change whether it changed anything, or why it was refused: NotFound (also for what is somebody else's),
    or InvalidInput naming `currency`, `amount` or `compareAt`; nothing of that change was written then.

    The products stay locked until the transaction ends, and their lists know the lowest prices. Raises NotSignedIn or
    NotAllowed for who may price nothing at all. At most ten statements, whatever the number of changes.
    """
    require_transaction("store_prices")
    viewer.require_somewhere(WRITE)
    held = await _locked(viewer, {one.variant_id for one in changes})
    refused = _refusals(changes, held)
    good = [one for place, one in enumerate(changes) if place not in refused]
    before = await _stored(good)
    changed = [one for one in good if before.get((one.variant_id, one.currency)) != _amounts(one)]
    if changed:
        await _write(changed)
        await record_changes(viewer, "setPrice", (_entry(one, before) for one in changed))
        await refresh_lowest_prices({held[one.variant_id] for one in changed})
        await emit(PricesChanged(subject_id=new_id(), sequence=1, changes=len(changed)))
    written = {(one.variant_id, one.currency) for one in changed}
    return [refused.get(n) or (one.variant_id, one.currency) in written for n, one in enumerate(changes)]


async def refresh_lowest_prices(product_ids: Iterable[UUID]) -> None:
    """Let lists know the lowest price of each product in each currency. Three statements."""
    require_transaction("refresh_lowest_prices")
    lowest: dict[UUID, dict[str, int]] = {product_id: {} for product_id in product_ids}
    found = await rows(
        """SELECT v.product_id, c.currency, min(c.minor) AS minor FROM variant v JOIN price c ON c.variant_id = v.id
           WHERE v.product_id = ANY($1) GROUP BY 1, 2""",
        list(lowest),
    )
    for one in found:
        lowest[one["product_id"]][one["currency"]] = one["minor"]
    await set_lowest_prices(lowest)


def _require_sensible(changes: Sequence[PriceChange]) -> None:
    """Files of other shops hold former prices below the present one, which are kept and not shown; who types one errs."""
    if not 1 <= len(changes) <= MAX_CHANGES:
        raise InvalidInput(field="prices", rule="count", limit=f"1..{MAX_CHANGES}")
    for place, one in enumerate(changes):
        if one.minor is not None and one.compare_at_minor is not None and one.compare_at_minor <= one.minor:
            raise InvalidInput(field=f"prices.{place}.compareAt", rule="above", limit=f"prices.{place}.amount")


async def _locked(viewer: Viewer, variant_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The products of those variants that the viewer may price, by variant.

    They are locked by id, so that two who price the same ones neither wait for each other in a circle nor overlook what
    the other wrote when the lowest price is found. The variants are read once their products are held: until then
    somebody may remove them.
    """
    own = [one.supplier_id for one in viewer.limited(WRITE) if one.channel is None]
    products = await rows(
        """SELECT id FROM product WHERE id IN (SELECT product_id FROM variant WHERE id = ANY($1))
             AND ($2 OR supplier_id = ANY($3)) ORDER BY id FOR NO KEY UPDATE""",
        list(variant_ids),
        viewer.may(WRITE),
        own,
    )
    found = await rows(
        "SELECT id, product_id FROM variant WHERE id = ANY($1) AND product_id = ANY($2)",
        list(variant_ids),
        [one["id"] for one in products],
    )
    return {one["id"]: one["product_id"] for one in found}


def _refusals(changes: Sequence[PriceChange], held: Mapping[UUID, UUID]) -> dict[int, DomainError]:
    """By the change's place. Of two changes of one price the later is refused."""
    refused: dict[int, DomainError] = {}
    seen: set[_Key] = set()
    for place, one in enumerate(changes):
        try:
            _require_good(one, held, seen)
        except DomainError as refusal:
            refused[place] = refusal
        else:
            seen.add((one.variant_id, one.currency))
    return refused


def _require_good(change: PriceChange, held: Mapping[UUID, UUID], seen: Container[_Key]) -> None:
    if change.variant_id not in held:
        raise not_found("Variant", change.variant_id)
    checked_price(change.currency, change.minor, change.compare_at_minor)
    if (change.variant_id, change.currency) in seen:
        raise InvalidInput(field="currency", rule="unique")


async def _stored(changes: Sequence[PriceChange]) -> dict[_Key, _Amounts]:
    found = await rows(
        "SELECT variant_id, currency, minor, compare_at_minor FROM price WHERE variant_id = ANY($1)",
        list({one.variant_id for one in changes}),
    )
    return {(one["variant_id"], one["currency"]): (one["minor"], one["compare_at_minor"]) for one in found}


def _amounts(change: PriceChange) -> _Amounts | None:
    return None if change.minor is None else (change.minor, change.compare_at_minor)


async def _write(changed: Sequence[PriceChange]) -> None:
    columns: dict[bool, list[PriceChange]] = defaultdict(list)
    for one in changed:
        columns[one.minor is None].append(one)
    if removed := columns[True]:
        await run(
            """DELETE FROM price c USING unnest($1::uuid[], $2::text[]) AS g(variant_id, currency)
               WHERE c.variant_id = g.variant_id AND c.currency = g.currency""",
            [one.variant_id for one in removed],
            [one.currency for one in removed],
        )
    if kept := columns[False]:
        await run(
            """INSERT INTO price (id, variant_id, currency, minor, compare_at_minor)
               SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])
               ON CONFLICT (variant_id, currency)
                 DO UPDATE SET minor = excluded.minor, compare_at_minor = excluded.compare_at_minor""",
            [new_id() for _ in kept],
            [one.variant_id for one in kept],
            [one.currency for one in kept],
            [one.minor for one in kept],
            [one.compare_at_minor for one in kept],
        )


def _entry(
    change: PriceChange, before: Mapping[_Key, _Amounts]
) -> tuple[tuple[str, UUID], dict[str, object] | None, dict[str, object]]:
    was = before.get((change.variant_id, change.currency))
    told = None if was is None else {"currency": change.currency, "minor": was[0], "compare_at_minor": was[1]}
    after: dict[str, object] = {
        "currency": change.currency,
        "minor": change.minor,
        "compare_at_minor": change.compare_at_minor,
    }
    return ("variant", change.variant_id), told, after
