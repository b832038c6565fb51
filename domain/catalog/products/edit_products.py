"""Making and changing one product."""

from dataclasses import asdict, dataclass, replace
from uuid import UUID

from domain.catalog.products.change import ProductChange, VariantChange
from domain.catalog.products.states import StoredProduct
from domain.catalog.products.store import store_products
from domain.identity.access.permissions import Permission
from domain.shared.database import value
from domain.shared.errors import DomainError, NotFound, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class EditProduct:
    change: ProductChange
    key: str | None = None


@dataclass(frozen=True)
class EditVariant:
    """A variant by its id; without `change` it is removed."""

    variant_id: UUID
    change: VariantChange | None = None
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_product(viewer: Viewer, command: EditProduct) -> UUID:
    """The id of a new product, draft in every channel that the change does not name.

    Who writes for one supplier only need not name the supplier. Raises NotSignedIn, NotAllowed, IdempotencyKeyReused and
    what `store_products` answers.
    """
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    product_id = new_id()
    if earlier := await _replayed(viewer, "createProduct", command, product_id):
        return earlier
    supplier_id = command.change.supplier_id or _only_supplier(viewer)
    await store_product(viewer, replace(command.change, product_id=None, supplier_id=supplier_id, as_id=product_id))
    return product_id


@use_case
async def update_product(viewer: Viewer, command: EditProduct) -> UUID:
    """Change what the command gives of the product `change.product_id`. Raises as `create_product` does."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    product_id = command.change.product_id
    assert product_id is not None
    if not await _replayed(viewer, "updateProduct", command, product_id):
        await store_product(viewer, command.change)
    return product_id


@use_case
async def change_variant(viewer: Viewer, command: EditVariant) -> UUID:
    """Change or remove one variant and return its product's id. Raises as `create_product` does."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    product_id: UUID | None = await value("SELECT product_id FROM variant WHERE id = $1", command.variant_id)
    if earlier := await replayed(viewer, "changeVariant", command, product_id or command.variant_id):
        return earlier
    if product_id is None:
        raise not_found("Variant", command.variant_id)
    change = ProductChange(product_id=product_id, expected_version=command.expected_version)
    if command.change is None:
        change = replace(change, removed_variants=[command.variant_id])
    else:
        change = replace(change, variants=[replace(command.change, variant_id=command.variant_id)])
    try:
        await store_product(viewer, change)
    except NotFound as refusal:
        if refusal.id == product_id:  # which would tell that the variant exists, and of what
            raise not_found("Variant", command.variant_id) from refusal
        raise
    return product_id


async def store_product(viewer: Viewer, change: ProductChange) -> StoredProduct:
    """`store_products` for one, whose refusal is raised."""
    require_transaction("store_product")
    (answer,) = await store_products(viewer, [change])
    if isinstance(answer, DomainError):
        raise answer
    return answer


def _only_supplier(viewer: Viewer) -> UUID | None:
    own = {one.supplier_id for one in viewer.limited(Permission.CATALOGUE_WRITE) if one.channel is None}
    return own.pop() if len(own) == 1 and not viewer.may(Permission.CATALOGUE_WRITE) else None


@dataclass(frozen=True)
class _Told:
    """The command as JSON can say it: texts are told by pairs."""

    change: dict[str, object]
    key: str | None


async def _replayed(viewer: Viewer, kind: str, command: EditProduct, result_id: UUID) -> UUID | None:
    texts = {f"{field} {language}": text for (field, language), text in command.change.texts.items()}
    told = asdict(replace(command.change, texts={})) | {"texts": texts}
    return await replayed(viewer, kind, _Told(told, command.key), result_id)
