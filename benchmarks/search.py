"""`python -m benchmarks.search`: how long searches with facets take among 100,000 products, over HTTP, one by one."""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.search_goods import LINES, multiply
from benchmarks.shop import Shop, opened
from domain.shared.database import rows
from hanse.readiness import address
from hanse.seed import Scale
from hanse.seed.vocabulary import vocabulary
from hanse.steps import Steps

_QUERY = """query($f: ProductFilter, $sort: ProductSort) { products(first: 20, filter: $f, sort: $sort) {
    totalCount isApproximate nodes { slug name priceFrom { formatted } } facets {
      categories { slug label count } attributes { code label values { value label count } }
      options { code label values { value label count } } numbers { code min max } prices { min { minor } count }
      inStock ratings { stars count } } } }"""
_FLOOR = (
    """query($f: ProductFilter) { products(first: 20, filter: $f) { nodes { slug name priceFrom { formatted } } } }"""
)
_COPIES = 9
_CAPTION = (
    "The real API over HTTP, one client: 20 products with names and prices, how many there are, all facets with counts. "
    "Share: of the mix that the last line weighs. Every search is another one, so that none is remembered, but for "
    "everything, which is counted once and then remembered for seconds. The floor lists 20 products without facets."
)


@dataclass(frozen=True)
class Kind:
    """A class of searches and its share of the mix, in hundredths."""

    name: str
    share: int
    language: str
    filters: Sequence[dict[str, Any]]
    sort: str | None = None


@dataclass(frozen=True)
class Measured:
    kind: Kind
    milliseconds: Sequence[float]
    results: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.search", description=__doc__)
    parser.add_argument("--products", type=int, default=100_000, help="how many, in tens")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hanse-search-", ignore_cleanup_errors=True) as folder:
        asyncio.run(_run(Path(folder), given.products // (_COPIES + 1)))


async def _run(folder: Path, seeded: int) -> None:
    console = Console(highlight=False, width=130)
    steps = Steps(console)
    async with opened(folder, Scale(products=seeded, customers=200, orders=1_000)) as shop:
        with steps.step(f"Making {seeded * (_COPIES + 1):,} products") as step:
            done = 0

            def tell(count: int) -> None:
                nonlocal done
                done += count
                step.tell(f"{done:,} indexed")

            await multiply(_COPIES, tell)
        with steps.step("Searching"):
            found = [await _measure(shop, kind) for kind in await _kinds()]
            floor = await _measure(shop, Kind("floor", 0, "en", [{}] * 30), query=_FLOOR)
    console.print(_table(found, floor))


async def _measure(shop: Shop, kind: Kind, query: str = _QUERY) -> Measured:
    headers = {"Accept-Language": kind.language, "Accept": "application/json"}
    taken, results = list[float](), list[int]()
    async with httpx.AsyncClient(base_url=address(shop.settings), headers=headers, timeout=60) as client:
        await client.post("/graphql", json={"query": query, "variables": {"f": {"text": "warming up"}}})
        for one in kind.filters:
            started = time.perf_counter()
            answer = await client.post("/graphql", json={"query": query, "variables": {"f": one, "sort": kind.sort}})
            taken.append((time.perf_counter() - started) * 1000)
            data = answer.json()["data"]["products"]
            results.append(data.get("totalCount", len(data["nodes"])))
    return Measured(kind, taken, int(statistics.median(results)))


async def _kinds() -> list[Kind]:
    nouns = [noun for category in vocabulary().categories for noun in category.nouns]
    materials = [one.word for category in vocabulary().categories for one in category.materials]
    skus = [one["sku"] for one in await rows("SELECT sku FROM variant ORDER BY md5(sku) LIMIT 30")]
    shelves = [one.slug for one in vocabulary().categories]
    return [
        Kind("two or three words", 25, "en", [{"text": text} for text in _pairs([n.en for n in nouns], 0)]),
        Kind("a kind of thing", 12, "en", [{"text": noun.en} for noun in nouns[::4]]),
        Kind("a material", 5, "en", [{"text": one.en} for one in materials[::4]]),
        Kind("beginning of a word", 8, "en", [{"text": f"{line} {noun.en[:4]}"} for line, noun in _lines(nouns)]),
        Kind("a typo", 5, "en", [{"text": f"{_slip(line)} {noun.en}"} for line, noun in _lines(nouns)]),
        Kind("nothing has all words", 3, "en", [{"text": f"zzz {line} {noun.en}"} for line, noun in _lines(nouns)]),
        Kind("words and filters", 8, "en", [_narrowed(noun.en) for noun in nouns[::4]]),
        Kind("a SKU", 2, "en", [{"text": sku} for sku in skus]),
        Kind("Chinese, two words", 10, "zh-CN", [{"text": text} for text in _pairs([n.zh for n in nouns], 1)]),
        Kind("Chinese, one word", 5, "zh-CN", [{"text": noun.zh} for noun in nouns[::4]]),
        Kind("a category", 10, "en", [{"category": slug} for slug in shelves]),
        Kind("a category, cheapest", 3, "en", [{"category": slug} for slug in shelves[::-1]], "PRICE_LOW_TO_HIGH"),
        Kind("everything", 4, "en", [{}] * 30),
    ]


def _pairs(nouns: Sequence[str], language: int) -> Iterator[str]:
    gap = "" if language else " "
    for place, noun in enumerate(nouns[::3]):
        yield f"{LINES[place % len(LINES)][language]}{gap}{noun}"


def _lines(nouns: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for place, noun in enumerate(nouns[1::5]):
        yield LINES[place % len(LINES)][0], noun


def _slip(word: str) -> str:
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]}"


def _narrowed(text: str) -> dict[str, Any]:
    return {
        "text": text,
        "inStock": True,
        "priceTo": {"amount": "80", "currency": "EUR"},
        "attributes": [{"code": "style", "values": ["nordic", "zen"]}],
    }


def _table(found: Sequence[Measured], floor: Measured) -> Table:
    table = Table(title="Searching", caption=_CAPTION, box=box.SIMPLE_HEAD)
    for name in ("what is looked for", "share %", "searches", "results", "median ms", "p95 ms", "longest ms"):
        table.add_column(name, justify="left" if name == "what is looked for" else "right", no_wrap=True)
    for one in found:
        table.add_row(
            one.kind.name,
            str(one.kind.share),
            str(len(one.milliseconds)),
            f"{one.results:,}",
            *_figures(one.milliseconds),
        )
    mix = [ms for one in found for ms in _weighed(one)]
    table.add_section()
    table.add_row("the mix", "100", "", "", *_figures(mix))
    table.add_row("floor: a list without facets", "", "", "", *_figures(floor.milliseconds))
    return table


def _weighed(one: Measured) -> list[float]:
    """As many figures as the class has shares, spread evenly over those measured."""
    ranked, wanted = sorted(one.milliseconds), one.kind.share * 10
    return [ranked[place * len(ranked) // wanted] for place in range(wanted)]


def _figures(taken: Sequence[float]) -> list[str]:
    ranked = sorted(taken)
    return [f"{statistics.median(ranked):.1f}", f"{ranked[int(len(ranked) * 0.95)]:.1f}", f"{ranked[-1]:.1f}"]


if __name__ == "__main__":
    main()
