"""The three operations that are measured, each with the floors that it is held against."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from api.ids import encode
from benchmarks.buyers import goods, slugs, tokens
from benchmarks.operations import PRODUCT_LIST, PRODUCT_PAGE
from benchmarks.scripts import Job, Steps, script
from benchmarks.wire import Answer, Wire, wire

PAGE_SIZE = 20
_PAGES = 50
_VARIANTS = 2_000
_MOST_CLIENTS = 16


@dataclass(frozen=True)
class Subject:
    """Three jobs without port, clients and seconds: on the shop, on the bare routes, on the hand-written SQL."""

    name: str
    shop: Job
    bare: Job
    by_hand: Job
    requests: int
    writes: bool = False


@dataclass
class Recorder:
    """A wire that keeps what was asked and answered."""

    wire: Wire
    bodies: list[str] = field(default_factory=list)
    answers: list[bytes] = field(default_factory=list)

    async def ask(self, request: bytes) -> Answer:
        status, body = await self.wire.ask(request)
        self.bodies.append(request.partition(b"\r\n\r\n")[2].decode())
        self.answers.append(body)
        return status, body


async def subjects(port: int, folder: Path) -> list[Subject]:
    """All three, their answers recorded in `folder` for the bare routes. `port` is the shop's."""
    people, offered = await tokens("customer", _MOST_CLIENTS), await goods(_VARIANTS)
    listed = [[("/graphql", _body(PRODUCT_LIST, first=PAGE_SIZE))]]
    paged = [[("/graphql", _body(PRODUCT_PAGE, slug=slug))] for slug in await slugs(_PAGES)]
    buying = Job(variants=[encode("Variant", one["variant"]) for one in offered], tokens=list(people.values()))
    bought = [[("", _wish(list(people), offered))] for _ in range(_VARIANTS)]
    return [
        await _subject((f"product list of {PAGE_SIZE}", "list"), Job(steps=listed), listed, (port, folder)),
        await _subject(("product page", "page"), Job(steps=paged), paged, (port, folder)),
        await _subject(("purchase of 2 lines", "purchase"), buying, bought, (port, folder)),
    ]


async def _subject(names: tuple[str, str], shop: Job, by_hand: Steps, place: tuple[int, Path]) -> Subject:
    """`names` are those in the table and in addresses; `by_hand` needs no path yet."""
    name, key = names
    port, folder = place
    recorder = Recorder(await wire(port))
    await script(shop, 0)(recorder)
    recorder.wire.close()
    for number, answer in enumerate(recorder.answers):
        (folder / f"{key}-{number}").write_bytes(answer)
    same = [(f"/bytes/{key}-{number}", body) for number, body in enumerate(recorder.bodies)]
    moved = [[(f"/statement/{key}", body) for _, body in requests] for requests in by_hand]
    return Subject(name, shop, Job(steps=[same]), Job(steps=moved), len(same), writes=bool(shop.variants))


def _body(document: str, **variables: Any) -> str:
    return orjson.dumps({"query": document, "variables": variables}).decode()


def _wish(buyers: Sequence[str], offered: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps({"buyer": random.choice(buyers), "lines": random.sample(offered, 2)}).decode()
