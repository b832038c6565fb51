"""How many products use a definition. Sure only for who holds the definitions by `lock_definitions`."""

from collections.abc import Sequence
from uuid import UUID

from domain.catalog.attributes.errors import DefinitionInUse
from domain.catalog.texts.rules import ATTRIBUTE
from domain.shared.database import value


async def require_unused(codes: Sequence[str], *, type_id: UUID | None = None) -> None:
    """Raise DefinitionInUse when products (of the type, if one is given) have values of one of these attributes."""
    _refuse(
        await value(
            """SELECT count(*) FROM product p
               WHERE ($2::uuid IS NULL OR p.product_type_id = $2)
                 AND (p.attributes ?| $1::text[] OR EXISTS (
                        SELECT FROM catalog_text t WHERE t.owner_id = p.id AND t.field = ANY($3)))""",
            list(codes),
            type_id,
            [f"{ATTRIBUTE}{code}" for code in codes],
        )
    )


async def require_unchosen(attribute_code: str, choice_code: str) -> None:
    """Raise DefinitionInUse when products have this choice."""
    _refuse(
        await value("SELECT count(*) FROM product WHERE attributes->>$1::text = $2::text", attribute_code, choice_code)
    )


async def require_no_products(type_id: UUID) -> None:
    """Raise DefinitionInUse when products are of this type."""
    _refuse(await value("SELECT count(*) FROM product WHERE product_type_id = $1", type_id))


def _refuse(products: int) -> None:
    if products:
        raise DefinitionInUse(products=products)
