"""The statement of a search: its text depends on which conditions there are, and not on their values."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias
from uuid import UUID

from domain.catalog.listing.asked import CTE, Asked
from domain.catalog.listing.conditions import Parameters
from domain.catalog.listing.search_filter import Choice, ProductSort
from domain.channels.storefront import Storefront

Key: TypeAlias = tuple[int, UUID]
"""What a row is sorted by, and its id. Moments are microseconds since 1970."""

_SCORES: Final = "{0.05,0.1,0.35,1.0}"
"""By weight, from D to A: names count three times what tags, options, attributes and categories do."""
_CODE_FOUND: Final = 1_000_000_000
"""More than any score by words: whoever types a SKU or a barcode wants that product first."""
_ASCENDING: Final = ProductSort.PRICE_LOW_TO_HIGH
_COLUMNS: Final = {
    ProductSort.NEWEST: "l.created_at",
    ProductSort.BEST_SELLING: "l.sold",
    ProductSort.RATING: "(coalesce(l.rating, 0)::bigint * 1000000 + least(l.rating_count, 999999))",
    ProductSort.PRICE_LOW_TO_HIGH: "(l.prices->>{currency})::bigint",
    ProductSort.PRICE_HIGH_TO_LOW: "(l.prices->>{currency})::bigint",
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_COUNTS: Final = """
    SELECT 'figures' AS what, NULL::bigint AS id, missed, count(*) AS count, min(price)::float8 AS low,
           max(price)::float8 AS high, width_bucket(price, {bands}::bigint[]) AS band, stocked, rating / 100 AS stars
      FROM hits GROUP BY missed, band, stocked, stars
    UNION ALL SELECT 'facet', f.id, missed, count(*), NULL, NULL, NULL, NULL, NULL
      FROM (SELECT unnest(facets) AS id, missed FROM hits) AS f GROUP BY f.id, missed
    UNION ALL SELECT 'number', n.id, missed, count(*), min(n.value), max(n.value), NULL, NULL, NULL
      FROM (SELECT unnest(number_ids) AS id, unnest(number_values) AS value, missed FROM hits) AS n GROUP BY n.id, missed"""
"""Unnested in the list of columns, which costs a third of what a function in FROM does."""


class Statement:
    """`question` is None where no text is looked for."""

    def __init__(self, shop: Storefront, question: Asked | None) -> None:
        self._shop = shop
        self._asked = question is not None
        self.parameters = Parameters(*([] if question is None else question.parameters(shop.languages)))
        self._text = "" if question is None else self.parameters.add(question.text.strip())
        self._channel = self.parameters.add(shop.channel)
        self._currency = self.parameters.add(shop.currency)

    def page(self, sort: ProductSort, choices: Sequence[Choice], *, first: int, after: Key | None) -> str:
        """Rows (key, product_id) that all choices let through. Sorted by relevance only where a text is looked for."""
        key = self._score() if sort is ProductSort.RELEVANCE else _COLUMNS[sort].format(currency=self._currency)
        conditions = " AND ".join([self._base(), *(one.sql for one in choices)])
        direction, beyond = ("ASC", ">") if sort is _ASCENDING else ("DESC", "<")
        behind = self._behind(sort, after, beyond)
        return f"""{self._with()}
            SELECT {_whole(sort)} AS key, product_id
            FROM (SELECT {key} AS key, l.product_id FROM {self._source()}
                  WHERE {conditions}{self._fence()}) AS found{behind}
            ORDER BY found.key {direction}, product_id {direction} LIMIT {self.parameters.add(first)}"""

    def counts(self, choices: Sequence[Choice], fixed: Sequence[Choice], bands: Sequence[int]) -> str:
        """Rows (what, id, missed, count, low, high, band, stocked, stars): how many products have what.

        All have passed `fixed`. `missed` has a bit for the one of `choices` that did not let them through; those that two
        did not are left out.
        """
        sums = [f"CASE WHEN {one.sql} THEN 0 ELSE {1 << place} END" for place, one in enumerate(choices)]
        allowed = self.parameters.add([0, *(1 << place for place in range(len(choices)))])
        conditions = " AND ".join([self._base(), *(one.sql for one in fixed)])
        with_asked = self._with() or "WITH"
        return f"""{with_asked}{"," if self._asked else ""} hits AS MATERIALIZED (
            SELECT * FROM (
              SELECT l.facets, l.number_ids, l.number_values, l.rating, (l.prices->>{self._currency})::bigint AS price,
                     {self._channel} = ANY(l.stocked_in) AS stocked, {" + ".join(sums) or "0"} AS missed
              FROM {self._source()} WHERE {conditions}) AS every
            WHERE missed = ANY({allowed}::int[]))
            {_COUNTS.format(bands=self.parameters.add(list(bands)))}"""

    def _with(self) -> str:
        if not self._asked:
            return ""
        return f"""WITH {CTE}, code AS MATERIALIZED (
              SELECT coalesce(array_agg(product_id), '{{}}') AS ids FROM variant
              WHERE lower(sku) = lower({self._text}) OR barcode = {self._text})"""

    def _source(self) -> str:
        if not self._asked:
            return "product_listing l"
        return """asked a CROSS JOIN code c
            JOIN product_listing l ON l.document @@ a.query OR l.product_id = ANY(c.ids)"""

    def _fence(self) -> str:
        """What the words find is found first: walking the index of the sort, PostgreSQL would read document by document."""
        return " OFFSET 0" if self._asked else ""

    def _base(self) -> str:
        return f"{self._channel} = ANY(l.channels) AND l.prices ? {self._currency}"

    def _score(self) -> str:
        return f"""((ts_rank('{_SCORES}', l.heading, a.query) * 1000000)::bigint
            + CASE WHEN l.product_id = ANY(c.ids) THEN {_CODE_FOUND} ELSE 0 END)"""

    def _behind(self, sort: ProductSort, after: Key | None, beyond: str) -> str:
        if after is None:
            return ""
        key, product_id = after
        kind = "timestamptz" if sort is ProductSort.NEWEST else "bigint"
        value = _EPOCH + timedelta(microseconds=key) if sort is ProductSort.NEWEST else key
        place = f"({self.parameters.add(value)}::{kind}, {self.parameters.add(product_id)}::uuid)"
        return f" WHERE (found.key, product_id) {beyond} {place}"


def _whole(sort: ProductSort) -> str:
    if sort is ProductSort.NEWEST:
        return "(extract(epoch FROM found.key) * 1000000)::bigint"
    return "found.key::bigint"
