"""What may be chosen as the value of an attribute."""

from dataclasses import dataclass
from uuid import UUID

from asyncpg import Record

from domain.audit.record import record
from domain.catalog.attributes.definitions import lock_definitions
from domain.catalog.attributes.events import ChoiceAdded, ChoiceRemoved, ChoiceUpdated
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.attributes.new_choices import NewChoice, prepared_choices, store_choices
from domain.catalog.attributes.used import require_unchosen
from domain.catalog.locked_rows import locked_version, raise_version
from domain.catalog.texts.given import Translation, languages_of_the_shop, source, translated
from domain.catalog.texts.store import remove_texts, store_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import row, rows, run, value
from domain.shared.errors import InvalidInput, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import emit
from domain.shared.transactions import use_case
from domain.shared.viewer import Viewer


@dataclass(frozen=True)
class AddChoice:
    attribute_id: UUID
    choice: NewChoice
    position: int | None = None
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class UpdateChoice:
    """What is None stays as it is. Versions are the attribute's."""

    choice_id: UUID
    name: str | None = None
    position: int | None = None
    translations: tuple[Translation, ...] = ()
    expected_version: int | None = None
    key: str | None = None


@dataclass(frozen=True)
class RemoveChoice:
    choice_id: UUID
    expected_version: int | None = None
    key: str | None = None


@use_case
async def add_choice(viewer: Viewer, command: AddChoice) -> UUID:
    """The id of the attribute. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput (by "choiceAttribute" when the
    attribute is of another kind), CodeTaken, StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    if earlier := await replayed(viewer, "addChoice", command, command.attribute_id):
        return earlier
    (prepared,) = prepared_choices([command.choice], await languages_of_the_shop(), path="")
    await locked_version("Attribute", command.attribute_id, command.expected_version)
    if await value("SELECT kind FROM attribute WHERE id = $1", command.attribute_id) != AttributeKind.CHOICE:
        raise InvalidInput(field="attributeId", rule="choiceAttribute")
    await store_choices(command.attribute_id, [prepared])
    if command.position is not None:
        await _put(command.attribute_id, prepared.id, command.position)
    version = await raise_version("Attribute", command.attribute_id)
    after = {"code": command.choice.code, "name": command.choice.name, "attribute_id": command.attribute_id}
    await record(viewer, "addChoice", subject=("choice", prepared.id), after=after)
    await emit(ChoiceAdded(subject_id=prepared.id, sequence=version, attribute_id=command.attribute_id))
    return command.attribute_id


@use_case
async def update_choice(viewer: Viewer, command: UpdateChoice) -> UUID:
    """The id of the attribute. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion,
    IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    found = await _choice(command.choice_id)
    if earlier := await replayed(viewer, "updateChoice", command, found["attribute_id"]):
        return earlier
    texts = [] if command.name is None else [source("choice", command.choice_id, "name", command.name)]
    languages = await languages_of_the_shop()
    texts += translated("choice", command.choice_id, command.translations, languages=languages)
    await lock_definitions()
    await locked_version("Attribute", found["attribute_id"], command.expected_version)
    await _choice(command.choice_id)  # somebody may have removed it before we had the attribute
    if command.position is not None:
        await _put(found["attribute_id"], command.choice_id, command.position)
    await store_texts(texts)
    version = await raise_version("Attribute", found["attribute_id"])
    after = {"name": command.name, "position": command.position, "texts": [f"{t.field} {t.language}" for t in texts]}
    await record(viewer, "updateChoice", subject=("choice", command.choice_id), after=after)
    await emit(ChoiceUpdated(subject_id=command.choice_id, sequence=version, attribute_id=found["attribute_id"]))
    return UUID(str(found["attribute_id"]))


@use_case
async def remove_choice(viewer: Viewer, command: RemoveChoice) -> UUID:
    """Remove one that no product has, the id of its attribute. Raises NotSignedIn, NotAllowed, NotFound, DefinitionInUse,
    StaleVersion, IdempotencyKeyReused."""
    viewer.require(Permission.CATALOGUE_WRITE)
    attribute_id = await value("SELECT attribute_id FROM attribute_choice WHERE id = $1", command.choice_id)
    if earlier := await replayed(viewer, "removeChoice", command, attribute_id or command.choice_id):
        return earlier
    await lock_definitions()
    found = await _choice(command.choice_id)
    await locked_version("Attribute", found["attribute_id"], command.expected_version)
    await require_unchosen(found["attribute_code"], found["code"])
    await run("DELETE FROM attribute_choice WHERE id = $1", command.choice_id)
    await remove_texts([command.choice_id])
    version = await raise_version("Attribute", found["attribute_id"])
    before = {"code": found["code"], "attribute_id": found["attribute_id"]}
    await record(viewer, "removeChoice", subject=("choice", command.choice_id), before=before)
    await emit(ChoiceRemoved(subject_id=command.choice_id, sequence=version, attribute_id=found["attribute_id"]))
    return UUID(str(found["attribute_id"]))


async def _choice(choice_id: UUID) -> Record:
    found = await row(
        """SELECT c.code, c.attribute_id, a.code AS attribute_code
           FROM attribute_choice c JOIN attribute a ON a.id = c.attribute_id WHERE c.id = $1""",
        choice_id,
    )
    if found is None:
        raise not_found("Choice", choice_id)
    return found


async def _put(attribute_id: UUID, choice_id: UUID, position: int) -> None:
    if position < 0:
        raise InvalidInput(field="position", rule="range", limit="0..")
    others = await rows(
        "SELECT id FROM attribute_choice WHERE attribute_id = $1 AND id <> $2 ORDER BY position, code",
        attribute_id,
        choice_id,
    )
    order = [one["id"] for one in others]
    order.insert(position, choice_id)
    await run(
        """UPDATE attribute_choice c SET position = g.place - 1
           FROM unnest($1::uuid[]) WITH ORDINALITY AS g(id, place) WHERE c.id = g.id AND c.position <> g.place - 1""",
        order,
    )
