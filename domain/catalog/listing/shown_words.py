"""Which words of the catalogue somebody may be told: those of products for sale in the storefront."""

from collections.abc import Sequence
from typing import Final

from domain.catalog.listing.words import configuration
from domain.channels.storefront import Storefront
from domain.shared.database import rows

SHOWN: Final = """EXISTS (
      SELECT FROM product_listing l WHERE {channel} = ANY(l.channels) AND l.prices ? {currency}
        AND l.document @@ hanse_tagged(plainto_tsquery(g.configuration::regconfig, w.word), g.language || '.'))"""
"""Of a word `w` in a language `g` with its configuration. The index tells without reading the documents."""


async def shown_words(words: Sequence[str], languages: Sequence[str], *, shop: Storefront) -> frozenset[str]:
    """Those that somebody may be told. One statement."""
    found = await rows(
        f"""SELECT w.word FROM unnest($1::text[]) AS w(word)
            WHERE EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS g(language, configuration)
                          WHERE {SHOWN.format(channel="$4", currency="$5")})""",
        list(words),
        list(languages),
        [configuration(one) for one in languages],
        shop.channel,
        shop.currency,
    )
    return frozenset(one["word"] for one in found)
