"""Translating the texts of the catalogue. The texts in the shop's own language are changed where their thing is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from domain.audit.record import record_many
from domain.catalog.attributes.definitions import lock_definitions
from domain.catalog.attributes.events import AttributeUpdated, ChoiceUpdated, ProductTypeUpdated
from domain.catalog.categories.events import CategoryUpdated
from domain.catalog.listing.refresh import refresh_listings
from domain.catalog.products.events import ProductChanged
from domain.catalog.products.wait_again import wait_again
from domain.catalog.texts.events import OptionTranslated
from domain.catalog.texts.given import Translation, languages_of_the_shop, translated
from domain.catalog.texts.owners import HOLDERS, Owner, lock_holders, may_translate, owners, raise_versions
from domain.catalog.texts.store import TextChange, store_texts
from domain.identity.access.permissions import Permission
from domain.shared.database import rows
from domain.shared.errors import DomainError, InvalidInput, StaleVersion, not_found
from domain.shared.idempotency import replayed
from domain.shared.outbox import Event, emit_many
from domain.shared.settings import settings
from domain.shared.transactions import require_transaction, use_case
from domain.shared.viewer import Viewer

MOST = 200
_NAMES = {"product_type": "ProductType", "option_value": "OptionValue"}


@dataclass(frozen=True)
class Translated:
    """What one thing is called in other languages. `expected_version` is its own, an attribute's for its choices, a
    product's for its pictures."""

    owner_kind: str
    owner_id: UUID
    translations: tuple[Translation, ...]
    expected_version: int | None = None


@dataclass(frozen=True)
class SetTranslations:
    translated: Translated
    key: str | None = None


@use_case
async def set_translations(viewer: Viewer, command: SetTranslations) -> UUID:
    """The id of the thing. Raises NotSignedIn, NotAllowed, NotFound, InvalidInput, StaleVersion, IdempotencyKeyReused."""
    viewer.require_somewhere(Permission.CATALOGUE_WRITE)
    owner_id = command.translated.owner_id
    if earlier := await replayed(viewer, "setTranslations", command, owner_id):
        return earlier
    (answer,) = await store_translations(viewer, [command.translated])
    if isinstance(answer, DomainError):
        raise answer
    return owner_id


async def store_translations(viewer: Viewer, changes: Sequence[Translated]) -> list[bool | DomainError]:
    """For each thing, in their order, whether its texts changed, or why nothing of it was written.

    The things are locked, definitions first, then products; a translation without a source is refused. Products are
    listed anew at once; those that are concerned otherwise, by a category's name for example, a moment later. The number
    of statements depends on the kinds of things alone.
    """
    require_transaction("store_translations")
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for one in changes:
        by_kind[one.owner_kind].append(one.owner_id)
    if {"attribute", "choice"} & by_kind.keys():
        await lock_definitions()
    await lock_holders(by_kind)
    known, languages = await owners([one.owner_id for one in changes]), await languages_of_the_shop()
    with_source = await _with_source([one.owner_id for one in changes])
    checked = [_checked(viewer, one, known, languages, with_source) for one in changes]
    texts = [text for one in checked if not isinstance(one, DomainError) for text in one]
    stored = iter(await store_texts(texts))
    answers = [one if isinstance(one, DomainError) else any(list(islice(stored, len(one)))) for one in checked]
    changed = [known[one.owner_id] for one, answer in zip(changes, answers, strict=True) if answer is True]
    if changed:
        await _tell(viewer, list(dict.fromkeys(changed)), texts)
    return answers


def _checked(
    viewer: Viewer,
    change: Translated,
    known: Mapping[UUID, Owner],
    languages: Sequence[str],
    with_source: set[tuple[UUID, str]],
) -> list[TextChange] | DomainError:
    owner = known.get(change.owner_id)
    if owner is None or owner.kind != change.owner_kind or not may_translate(viewer, owner):
        return not_found(_NAMES.get(change.owner_kind, change.owner_kind.title()), change.owner_id)
    if change.expected_version not in {None, owner.version}:
        return StaleVersion(expected=change.expected_version or 0, current=owner.version)
    if not 1 <= len(change.translations) <= MOST:
        return InvalidInput(field="translations", rule="count", limit=f"1..{MOST}")
    try:
        texts = translated(owner.kind, owner.id, change.translations, languages=languages)
    except InvalidInput as refusal:
        return refusal
    for number, one in enumerate(texts):
        if one.value and (one.owner_id, one.field) not in with_source:
            return InvalidInput(field=f"translations.{number}.field", rule="source", limit=settings().default_language)
    return texts


async def _with_source(owner_ids: Sequence[UUID]) -> set[tuple[UUID, str]]:
    found = await rows(
        "SELECT owner_id, field FROM catalog_text WHERE owner_id = ANY($1) AND language = $2",
        list(owner_ids),
        settings().default_language,
    )
    return {(one["owner_id"], one["field"]) for one in found}


async def _tell(viewer: Viewer, changed: Sequence[Owner], texts: Sequence[TextChange]) -> None:
    said: dict[UUID, list[str]] = defaultdict(list)
    for text in texts:
        said[text.owner_id].append(f"{text.field} {text.language}")
    await record_many(viewer, "setTranslations", [((one.kind, one.id), {"texts": said[one.id]}) for one in changed])
    holders: dict[str, set[UUID]] = defaultdict(set)
    for one in changed:
        holders[HOLDERS.get(one.kind, "")].add(one.holder_id)
    versions = await raise_versions({holder: sorted(ids) for holder, ids in holders.items()})
    events = [_event(one, versions.get(one.holder_id, 1)) for one in changed]
    await emit_many(list({event.subject_id: event for event in events}.values()))
    if products := sorted(holders["product"]):
        await wait_again(viewer, products)
        await refresh_listings(products)


def _event(owner: Owner, version: int) -> Event:
    match owner.kind:
        case "product" | "media":
            assert owner.supplier_id is not None
            return ProductChanged(subject_id=owner.holder_id, sequence=version, supplier_id=owner.supplier_id)
        case "category":
            return CategoryUpdated(subject_id=owner.id, sequence=version)
        case "product_type":
            return ProductTypeUpdated(subject_id=owner.id, sequence=version)
        case "attribute":
            return AttributeUpdated(subject_id=owner.id, sequence=version)
        case "choice":
            return ChoiceUpdated(subject_id=owner.id, sequence=version, attribute_id=owner.holder_id)
        case _:
            return OptionTranslated(subject_id=owner.id, sequence=version)
