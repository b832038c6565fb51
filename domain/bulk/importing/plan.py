"""What an import is to do."""

from dataclasses import dataclass
from uuid import UUID

from domain.bulk.kinds import Format, Layout, OnError, Placing, Subject
from domain.identity.access.permissions import Permission


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """`supplier_id`: everything belongs to this supplier, whatever the file says. `language` is that of translations,
    `told_in` that of the messages in the file of row errors. `reference` stands in what is recorded of the stock.
    """

    subject: Subject
    format: Format
    layout: Layout
    on_error: OnError
    placing: Placing
    reference: UUID
    language: str | None = None
    supplier_id: UUID | None = None
    told_in: str = "en"


NEEDED = {
    Subject.PRODUCTS: Permission.CATALOGUE_WRITE,
    Subject.PRICES: Permission.PRICES_WRITE,
    Subject.STOCK: Permission.STOCK_WRITE,
    Subject.TRANSLATIONS: Permission.CATALOGUE_WRITE,
}
"""The permission, held everywhere or for a supplier, without which nobody imports or exports a subject."""
