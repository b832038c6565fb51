"""`python -m benchmarks.relevance`: how good the order of results is, by a judged set of searches over the demo shop.

The figure is nDCG@10 (Järvelin and Kekäläinen, 2002) with gains 2^grade - 1: 1 where no order could be better.
"""

import asyncio
import math
import statistics
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.shop import opened
from domain.catalog.listing.search import Wanted, search
from domain.catalog.listing.search_filter import ProductFilter, ProductSort
from domain.channels.storefront import Storefront
from domain.shared.database import rows
from hanse.seed import Scale
from hanse.seed.naming import slug
from hanse.seed.vocabulary import vocabulary

_DEPTH = 10
_SHOPS = {"en": Storefront("main", "EUR", ("en",)), "zh": Storefront("main", "CNY", ("zh-Hans", "en"))}


@dataclass(frozen=True, eq=False)
class Judged:
    """A search and what it wants, as `judged.toml` explains."""

    kind: str
    language: str
    text: str
    wants: Mapping[str, Any]


@dataclass(frozen=True)
class Thing:
    """What a product is, in the words of the vocabulary."""

    noun: str
    category: str
    material: str
    style: str


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="hanse-relevance-", ignore_cleanup_errors=True) as folder:
        Console(highlight=False).print(asyncio.run(_measured(Path(folder))))


async def _measured(folder: Path) -> Table:
    async with opened(folder, Scale(customers=100, orders=500)):
        return _table(await scores())


def judged() -> list[Judged]:
    told = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))
    return [
        Judged(group["name"], group["language"], query["text"], query)
        for group in told["classes"]
        for query in group["queries"]
    ]


async def scores() -> dict[Judged, float]:
    """nDCG@10 of each search. Needs the pool and a shop that was seeded."""
    things = await _things()
    found = {}
    for one in judged():
        wanted = Wanted(ProductFilter(text=one.text), ProductSort.RELEVANCE, _SHOPS[one.language])
        page = await search(wanted, first=_DEPTH)
        grades = {id: grade(thing, one.wants) for id, thing in things.items()}
        found[one] = ndcg([grades[id] for _, id in page.keys], list(grades.values()))
    return found


def grade(thing: Thing, wants: Mapping[str, Any]) -> int:
    """0 to 3, by the rules of `judged.toml`."""
    others = [name for name in ("material", "style") if name in wants]
    met = [name for name in others if slug(getattr(thing, name)) == slug(wants[name])]
    is_noun = thing.noun in wants.get("nouns", ())
    is_category = thing.category == wants.get("category")
    if is_noun or is_category:
        return 3 if len(met) == len(others) else 2 if met else 1
    if thing.noun in wants.get("near", ()):
        return 2 if len(met) == len(others) else 0
    neighbours = {_shelf(noun) for noun in wants.get("nouns", ())}
    return 1 if others and len(met) == len(others) and thing.category in neighbours else 0


def ndcg(found: Sequence[int], possible: Sequence[int]) -> float:
    """0 where nothing found is of use; 1 also where the shop has nothing that anybody could want."""
    best = _gain(sorted(possible, reverse=True)[:_DEPTH])
    return _gain(found[:_DEPTH]) / best if best else 1.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**one - 1) / math.log2(place + 2) for place, one in enumerate(grades))


async def _things() -> dict[UUID, Thing]:
    found = await rows(
        """SELECT l.product_id, l.names->>'en' AS name, c.slug AS category, p.attributes FROM product_listing l
           JOIN product p ON p.id = l.product_id JOIN category c ON c.id = l.category_id WHERE 'main' = ANY(l.channels)"""
    )
    return {one["product_id"]: _thing(one["name"], one["category"], orjson.loads(one["attributes"])) for one in found}


def _thing(name: str, category: str, attributes: Mapping[str, str]) -> Thing:
    nouns = next(one.nouns for one in vocabulary().categories if one.slug == category)
    noun = max((one.en for one in nouns if name.lower().endswith(one.en.lower())), key=len)
    made_of = next(attributes[name] for name in ("material", "ingredient", "origin") if name in attributes)
    return Thing(noun, category, made_of, attributes["style"])


def _shelf(noun: str) -> str:
    return next(one.slug for one in vocabulary().categories if noun in [word.en for word in one.nouns])


def _table(found: Mapping[Judged, float]) -> Table:
    table = Table(title="Relevance: nDCG@10 over the demo shop", box=box.SIMPLE_HEAD)
    for name in ("language", "class", "searches", "nDCG@10", "worst"):
        table.add_column(name, justify="right" if name in {"searches", "nDCG@10"} else "left")
    groups: dict[tuple[str, str], list[tuple[float, str]]] = defaultdict(list)
    for one, score in found.items():
        groups[one.language, one.kind].append((score, one.text))
        groups[one.language, "all"].append((score, one.text))
    for (language, kind), scored in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] == "all")):
        worst = min(scored)
        mean = statistics.mean(score for score, _ in scored)
        table.add_row(language, kind, str(len(scored)), f"{mean:.3f}", f"{worst[1]} ({worst[0]:.2f})")
    return table


if __name__ == "__main__":
    main()
