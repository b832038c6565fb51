"""Making product types, changing which attributes their products have, and removing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.audit.record import record
from domain.catalog.attributes.codes import checked_code
from domain.catalog.attributes.definitions import lock_definitions
from domain.catalog.attributes.errors import CodeTaken
from domain.catalog.attributes.events import ProductTypeCreated, ProductTypeRemoved, ProductTypeUpdated
from domain.catalog.attributes.used import require_no_products, require_unused
from domain.catalog.locked_rows import locked_version, raise_version
from domain.catalog.texts.given import Translation, languages_of_the_shop, source, translated
from domain.catalog.texts.store import remove_texts, store_texts
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.database import rows, run, run_many, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MOST: Final = 1_000
MOST_ATTRIBUTES: Final = 100


@dataclass(frozen=True)
class GivenAttribute:
    attribute_id: UUID
    is_required: bool = False


@dataclass(frozen=True)
class CreateProductType:
    code: str
    name: str
    attributes: tuple[GivenAttribute, ...] = ()
    translations: tuple[Translation, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class UpdateProductType:
    """What is None stays as it is; `attributes`, when given, are all that there will be, in their order."""

    type_id: UUID
    name: str | None = None
    attributes: tuple[GivenAttribute, ...] | None = None
    translations: tuple[Translation, ...] = ()
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveProductType:
    type_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_product_type(viewer: Viewer, command: CreateProductType) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, CodeTaken, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    type_id = new_id()
    if earlier := await replayed(viewer, "createProductType", command, type_id):
        return earlier
    texts = [source("product_type", type_id, "name", command.name)]
    texts += translated("product_type", type_id, command.translations, languages=await languages_of_the_shop())
    await _store(type_id, checked_code(command.code))
    await _give(type_id, command.attributes)
    await store_texts(texts)
    after = {"code": command.code, "attributes": _told(command.attributes)}
    await record(viewer, "createProductType", subject=("product_type", type_id), after=after)
    await emit(ProductTypeCreated(subject_id=type_id, sequence=1))
    return type_id


@use_case
async def update_product_type(viewer: Viewer, command: UpdateProductType) -> UUID:
    """Products stay as they are: one without a value that is required now must get it with its next change.

    An attribute can be taken off when no product of the type has a value. Raises NotSignedIn, NotAllowed, NotFound,
    InvalidInput, DefinitionInUse, StaleVersion, IdempotencyKeyReused.
    """
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "updateProductType", command, command.type_id):
        return earlier
    texts = [] if command.name is None else [source("product_type", command.type_id, "name", command.name)]
    languages = await languages_of_the_shop()
    texts += translated("product_type", command.type_id, command.translations, languages=languages)
    if command.attributes is not None:
        await lock_definitions()
    await locked_version("ProductType", command.type_id, command.expected_version)
    before = await _present(command.type_id)
    if command.attributes is not None:
        await _require_free(command.type_id, command.attributes)
        await _give(command.type_id, command.attributes)
    await store_texts(texts)
    version = await raise_version("ProductType", command.type_id)
    after = {
        "attributes": before if command.attributes is None else _told(command.attributes),
        "texts": [f"{one.field} {one.language}" for one in texts],
    }
    subject = ("product_type", command.type_id)
    await record(viewer, "updateProductType", subject=subject, before={"attributes": before}, after=after)
    await emit(ProductTypeUpdated(subject_id=command.type_id, sequence=version))
    return command.type_id


@use_case
async def remove_product_type(viewer: Viewer, command: RemoveProductType) -> UUID:
    """Remove one that no product is of; its attributes stay. Raises NotSignedIn, NotAllowed, NotFound, DefinitionInUse,
    StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "removeProductType", command, command.type_id):
        return earlier
    await lock_definitions()
    version = await locked_version("ProductType", command.type_id, command.expected_version)
    await require_no_products(command.type_id)
    code = await value("DELETE FROM product_type WHERE id = $1 RETURNING code", command.type_id)
    await remove_texts([command.type_id])
    await record(viewer, "removeProductType", subject=("product_type", command.type_id), before={"code": code})
    await emit(ProductTypeRemoved(subject_id=command.type_id, sequence=version + 1))
    return command.type_id


async def _store(type_id: UUID, code: str) -> None:
    if await value("SELECT count(*) FROM product_type") >= MOST:
        raise InvalidInput(field="code", rule="most", limit=str(MOST))
    stored = await run(
        "INSERT INTO product_type (id, code, version, created_at) VALUES ($1, $2, 1, $3) ON CONFLICT (code) DO NOTHING",
        type_id,
        code,
        now(),
    )
    if not stored:
        raise CodeTaken(taken=code)


async def _give(type_id: UUID, attributes: Sequence[GivenAttribute]) -> None:
    """These and no others. The attributes are held against removal until the transaction ends."""
    wanted = [one.attribute_id for one in attributes]
    if len(wanted) > MOST_ATTRIBUTES:
        raise InvalidInput(field="attributes", rule="most", limit=str(MOST_ATTRIBUTES))
    if len(set(wanted)) < len(wanted):
        raise InvalidInput(field="attributes", rule="unique")
    found = await rows("SELECT id FROM attribute WHERE id = ANY($1) ORDER BY id FOR KEY SHARE", wanted)
    if missing := sorted(set(wanted) - {one["id"] for one in found}):
        raise not_found("Attribute", missing[0])
    await run("DELETE FROM type_attribute WHERE product_type_id = $1", type_id)
    await run_many(
        """INSERT INTO type_attribute (id, product_type_id, attribute_id, is_required, position)
           VALUES ($1, $2, $3, $4, $5)""",
        [(new_id(), type_id, one.attribute_id, one.is_required, place) for place, one in enumerate(attributes)],
    )


async def _require_free(type_id: UUID, attributes: Sequence[GivenAttribute]) -> None:
    found = await rows(
        """SELECT a.code FROM type_attribute ta JOIN attribute a ON a.id = ta.attribute_id
           WHERE ta.product_type_id = $1 AND a.id <> ALL($2)""",
        type_id,
        [one.attribute_id for one in attributes],
    )
    if found:
        await require_unused([one["code"] for one in found], type_id=type_id)


async def _present(type_id: UUID) -> dict[str, bool]:
    found = await rows(
        "SELECT attribute_id, is_required FROM type_attribute WHERE product_type_id = $1 ORDER BY position", type_id
    )
    return {str(one["attribute_id"]): one["is_required"] for one in found}


def _told(attributes: Sequence[GivenAttribute]) -> dict[str, bool]:
    return {str(one.attribute_id): one.is_required for one in attributes}
