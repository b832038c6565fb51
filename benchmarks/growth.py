"""What operations cost in SQL statements, and whether that grows with the size of what they answer or store."""

from collections.abc import Mapping, Sequence

import orjson

from api.ids import encode
from benchmarks.buyers import goods, tokens
from benchmarks.operations import ORDER_LIST, PRODUCT_LIST
from benchmarks.scripts import Asked, Job, cart_of, place, script
from benchmarks.statements import Counter
from benchmarks.subjects import Subject

SIZES = (1, 20, 100)


async def costs(counter: Counter, chosen: Sequence[Subject]) -> dict[str, int]:
    """By the subject's name."""
    return {subject.name: await counter.count(script(subject.shop, 0)) for subject in chosen}


async def growing(counter: Counter) -> dict[str, list[int]]:
    """By operation: the statements that it costs at each of SIZES."""
    (staff,), (buyer,) = (await tokens("administrator", 1)).values(), (await tokens("customer", 1)).values()
    offered = [encode("Variant", one["variant"]) for one in await goods(max(SIZES))]
    return {
        "product list": [await _listed(counter, PRODUCT_LIST, size, ()) for size in SIZES],
        "order list": [await _listed(counter, ORDER_LIST, size, (staff,)) for size in SIZES],
        "place an order, by lines": [await _placed(counter, offered[:size], buyer) for size in SIZES],
    }


def grows(counts: Mapping[str, Sequence[int]]) -> bool:
    """Whether any of the operations costs more at one size than at another."""
    return any(len(set(found)) > 1 for found in counts.values())


async def _listed(counter: Counter, document: str, size: int, known: Sequence[str]) -> int:
    body = orjson.dumps({"query": document, "variables": {"first": size}}).decode()
    return await counter.count(script(Job(steps=[[("/graphql", body)]], tokens=known), 0))


async def _placed(counter: Counter, variants: Sequence[str], token: str) -> int:
    carts = []

    async def fill(wire: Asked) -> None:
        carts.append(await cart_of(wire, variants, token))

    async def order(wire: Asked) -> None:
        await place(wire, carts.pop(), token)

    return await counter.count(order, prepared_by=fill)
