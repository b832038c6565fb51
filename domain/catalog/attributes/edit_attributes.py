"""Making attributes, changing what they are called, and removing them. Kind, unit and code never change: what products
have is stored by them."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from domain.audit.record import record
from domain.catalog.attributes.codes import checked_code
from domain.catalog.attributes.definitions import lock_definitions
from domain.catalog.attributes.errors import AttributeOnTypes, CodeTaken
from domain.catalog.attributes.events import AttributeCreated, AttributeRemoved, AttributeUpdated
from domain.catalog.attributes.facts import AttributeKind, Referred
from domain.catalog.attributes.new_choices import NewChoice, prepared_choices, store_choices
from domain.catalog.attributes.used import require_unused
from domain.catalog.locked_rows import locked_version, raise_version
from domain.catalog.texts.given import Translation, languages_of_the_shop, source, translated
from domain.catalog.texts.store import TextChange, remove_texts, store_texts
from domain.identity.access.permissions import Permission
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.errors import InvalidInput
from domain.shared.idempotency import replayed
from domain.shared.ids import new_id
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer

MOST: Final = 1_000
_UNIT: Final = re.compile(r"[!-~]{1,20}")


@dataclass(frozen=True)
class CreateAttribute:
    """`unit` only for numbers, `refers_to` always for references and only for them, `choices` only for choices."""

    code: str
    kind: AttributeKind
    name: str
    unit: str | None = None
    refers_to: Referred | None = None
    is_filterable: bool = True
    choices: tuple[NewChoice, ...] = ()
    translations: tuple[Translation, ...] = ()
    key: str | None = None


@dataclass(frozen=True)
class UpdateAttribute:
    """What is None stays as it is."""

    attribute_id: UUID
    name: str | None = None
    is_filterable: bool | None = None
    translations: tuple[Translation, ...] = ()
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveAttribute:
    attribute_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def create_attribute(viewer: Viewer, command: CreateAttribute) -> UUID:
    """Raises NotSignedIn, NotAllowed, InvalidInput, CodeTaken, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    attribute_id, languages = new_id(), await languages_of_the_shop()
    if earlier := await replayed(viewer, "createAttribute", command, attribute_id):
        return earlier
    checked_code(command.code)
    _require_fitting(command)
    texts = [source("attribute", attribute_id, "name", command.name)]
    texts += translated("attribute", attribute_id, command.translations, languages=languages)
    choices = prepared_choices(command.choices, languages, path="choices")
    await _store(attribute_id, command)
    await store_choices(attribute_id, choices)
    await store_texts(texts)
    after = {"code": command.code, "kind": command.kind, "unit": command.unit, "refers_to": command.refers_to}
    await record(viewer, "createAttribute", subject=("attribute", attribute_id), after=after)
    await emit(AttributeCreated(subject_id=attribute_id, sequence=1))
    return attribute_id


@use_case
async def update_attribute(viewer: Viewer, command: UpdateAttribute) -> UUID:
    """Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    attribute_id = command.attribute_id
    if earlier := await replayed(viewer, "updateAttribute", command, attribute_id):
        return earlier
    texts: list[TextChange] = []
    if command.name is not None:
        texts.append(source("attribute", attribute_id, "name", command.name))
    languages = await languages_of_the_shop()
    texts += translated("attribute", attribute_id, command.translations, languages=languages)
    await lock_definitions()
    await locked_version("Attribute", attribute_id, command.expected_version)
    before = await value("SELECT is_filterable FROM attribute WHERE id = $1", attribute_id)
    is_filterable = before if command.is_filterable is None else command.is_filterable
    await run("UPDATE attribute SET is_filterable = $2 WHERE id = $1", attribute_id, is_filterable)
    await store_texts(texts)
    version = await raise_version("Attribute", attribute_id)
    after = {"is_filterable": is_filterable, "texts": [f"{one.field} {one.language}" for one in texts]}
    subject = ("attribute", attribute_id)
    await record(viewer, "updateAttribute", subject=subject, before={"is_filterable": before}, after=after)
    await emit(AttributeUpdated(subject_id=attribute_id, sequence=version))
    return attribute_id


@use_case
async def remove_attribute(viewer: Viewer, command: RemoveAttribute) -> UUID:
    """Remove one that no type and no product has, with its choices. Raises NotSignedIn, NotAllowed, NotFound,
    AttributeOnTypes, DefinitionInUse, StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    attribute_id = command.attribute_id
    if earlier := await replayed(viewer, "removeAttribute", command, attribute_id):
        return earlier
    await lock_definitions()
    version = await locked_version("Attribute", attribute_id, command.expected_version)
    found = await row(
        """SELECT a.code, array(SELECT t.code FROM type_attribute ta JOIN product_type t ON t.id = ta.product_type_id
                                WHERE ta.attribute_id = a.id ORDER BY t.code) AS types,
                  array(SELECT id FROM attribute_choice WHERE attribute_id = a.id) AS choices
           FROM attribute a WHERE a.id = $1""",
        attribute_id,
    )
    assert found is not None
    if found["types"]:
        raise AttributeOnTypes(types=tuple(found["types"]))
    await require_unused([found["code"]])
    await run("DELETE FROM attribute WHERE id = $1", attribute_id)
    await remove_texts([attribute_id, *found["choices"]])
    await record(viewer, "removeAttribute", subject=("attribute", attribute_id), before={"code": found["code"]})
    await emit(AttributeRemoved(subject_id=attribute_id, sequence=version + 1))
    return attribute_id


def _require_fitting(command: CreateAttribute) -> None:
    if command.unit is not None and command.kind is not AttributeKind.NUMBER:
        raise InvalidInput(field="unit", rule="onlyFor", limit=AttributeKind.NUMBER)
    if command.unit is not None and not _UNIT.fullmatch(command.unit):
        raise InvalidInput(field="unit", rule="characters", limit="UCUM (1..20)")
    if command.refers_to is not None and command.kind is not AttributeKind.REFERENCE:
        raise InvalidInput(field="refersTo", rule="onlyFor", limit=AttributeKind.REFERENCE)
    if command.refers_to is None and command.kind is AttributeKind.REFERENCE:
        raise InvalidInput(field="refersTo", rule="required")
    if command.choices and command.kind is not AttributeKind.CHOICE:
        raise InvalidInput(field="choices", rule="onlyFor", limit=AttributeKind.CHOICE)


async def _store(attribute_id: UUID, command: CreateAttribute) -> None:
    if await value("SELECT count(*) FROM attribute") >= MOST:
        raise InvalidInput(field="code", rule="most", limit=str(MOST))
    stored = await run(
        """INSERT INTO attribute (id, code, kind, unit, refers_to, is_filterable, version, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, 1, $7) ON CONFLICT (code) DO NOTHING""",
        attribute_id,
        command.code,
        command.kind,
        command.unit,
        command.refers_to,
        command.is_filterable,
        now(),
    )
    if not stored:
        raise CodeTaken(taken=command.code)
