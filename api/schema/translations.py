"""Translating the catalogue, as staff and suppliers see it."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from api.access import PARENT, Access
from api.errors import result
from api.ids import decode_any, encode
from domain.catalog.texts.given import Translation
from domain.catalog.texts.of_thing import TextsOfThing
from domain.catalog.texts.progress import Progress, TranslationState, Untranslated
from domain.catalog.texts.rules import TextField, TextKind
from domain.catalog.texts.store import digest_of
from domain.shared.errors import InvalidInput, StaleVersion

TextKindEnum = strawberry.enum(TextKind, name="TextKind", description="What has texts.")
TranslationStateEnum = strawberry.enum(TranslationState, name="TranslationState")
_IDS = {
    TextKind.PRODUCT: "Product",
    TextKind.CATEGORY: "Category",
    TextKind.PRODUCT_TYPE: "ProductType",
    TextKind.ATTRIBUTE: "Attribute",
    TextKind.CHOICE: "Choice",
    TextKind.OPTION: "Option",
    TextKind.OPTION_VALUE: "OptionValue",
    TextKind.MEDIA: "Media",
}
_KINDS = {id_kind: kind for kind, id_kind in _IDS.items()}


@strawberry.type(directives=[Access(requires=PARENT)], description="One field of a thing in one language.")
class Text:
    field: str
    language: str
    value: str
    digest: str = strawberry.field(description="Tells this text from an earlier one; translations name it.")
    is_stale: bool = strawberry.field(description="A translation whose source has changed since.")


@strawberry.type(directives=[Access(requires=PARENT)], description="All texts of one thing, by field and language.")
class Texts:
    id: strawberry.ID = strawberry.field(description="Of the thing.")
    text_kind: TextKind
    version: int = strawberry.field(
        description="Of the thing, an attribute's for its choices, a product's for its pictures; 0 where nothing has one."
    )
    texts: list[Text]


@strawberry.type(directives=[Access(requires=PARENT)], description="How far one kind of thing is in one language.")
class TranslationProgress:
    text_kind: TextKind
    language: str
    total: int = strawberry.field(description="Texts in the shop's own language.")
    translated: int = strawberry.field(description="Stale ones included.")
    missing: int
    stale: int


@strawberry.type(directives=[Access(requires=PARENT)], description="A text whose translation is missing or stale.")
class UntranslatedText:
    id: strawberry.ID = strawberry.field(description="Of the thing.")
    text_kind: TextKind
    field: str
    name: str | None = strawberry.field(description="What the thing is called in the shop's own language.")
    source: str
    source_digest: str = strawberry.field(description="Send it back with the translation.")
    translation: str | None = strawberry.field(description="The stale one.")
    state: TranslationState


@strawberry.type(directives=[Access(requires=PARENT)], description="A text that things of one kind may have.")
class TranslatableField:
    text_kind: TextKind
    field: str = strawberry.field(description="Where it ends in a dot, the code of a text attribute follows.")
    longest: int = strawberry.field(description="In characters.")
    is_one_line: bool


@strawberry.input(description="An empty value removes it.")
class TranslationInput:
    field: str
    language: str
    value: str
    source_digest: str | None = strawberry.field(
        default=None,
        description="Of the source that it was made from. Left out: of the present one, or of the one in this request.",
    )


@strawberry.input
class SetTranslationsInput:
    id: strawberry.ID = strawberry.field(description="Of the thing.")
    translations: list[TranslationInput] = strawberry.field(description="At most 200. Others stay as they are.")
    expected_version: int | None = None
    idempotency_key: str | None = None


SetTranslationsResult = result("SetTranslationsResult", Texts, StaleVersion)


def read_translations(given: Sequence[TranslationInput]) -> tuple[Translation, ...]:
    return tuple(Translation(one.field, one.language, one.value, one.source_digest) for one in given)


def read_text_owner(id: str, *, field: str) -> tuple[TextKind, UUID]:
    """Raises InvalidInput for an id of something without texts."""
    id_kind, uuid = decode_any(id, field=field)
    if id_kind not in _KINDS:
        raise InvalidInput(field=field, rule="id")
    return _KINDS[id_kind], uuid


def text_owner_id(kind: str, id: UUID) -> strawberry.ID:
    return strawberry.ID(encode(_IDS[TextKind(kind)], id))


def show_texts(facts: TextsOfThing) -> Texts:
    return Texts(
        id=text_owner_id(facts.owner_kind, facts.owner_id),
        text_kind=TextKind(facts.owner_kind),
        version=facts.version,
        texts=[
            Text(
                field=one.field,
                language=one.language,
                value=one.value,
                digest=digest_of(one.value),
                is_stale=one.is_stale,
            )
            for one in facts.texts
        ],
    )


def show_progress(facts: Progress) -> TranslationProgress:
    return TranslationProgress(
        text_kind=TextKind(facts.owner_kind),
        language=facts.language,
        total=facts.total,
        translated=facts.total - facts.missing,
        missing=facts.missing,
        stale=facts.stale,
    )


def show_untranslated(facts: Untranslated) -> UntranslatedText:
    return UntranslatedText(
        id=text_owner_id(facts.owner_kind, facts.owner_id),
        text_kind=TextKind(facts.owner_kind),
        field=facts.field,
        name=facts.name,
        source=facts.source,
        source_digest=facts.source_digest,
        translation=facts.translation,
        state=TranslationState.MISSING if facts.translation is None else TranslationState.STALE,
    )


def show_text_field(facts: TextField) -> TranslatableField:
    return TranslatableField(
        text_kind=TextKind(facts.owner_kind), field=facts.field, longest=facts.longest, is_one_line=facts.is_one_line
    )
