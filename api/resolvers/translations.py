"""Translating the catalogue: how far it is, what is left to do, and doing it."""

import strawberry

from api.access import PUBLIC, SIGNED_IN, field, mutation
from api.context import Info
from api.pages import Connection, connection, cursor, identifier, page_size, read_cursor, words
from api.schema.translations import (
    SetTranslationsInput,
    SetTranslationsResult,
    Texts,
    TranslatableField,
    TranslationProgress,
    UntranslatedText,
    read_text_owner,
    read_translations,
    show_progress,
    show_text_field,
    show_texts,
    show_untranslated,
)
from domain.catalog.texts.of_thing import texts_of_thing
from domain.catalog.texts.progress import (
    TranslationState,
    Untranslated,
    UntranslatedFilter,
    translation_progress,
    untranslated,
)
from domain.catalog.texts.rules import TextKind, text_fields
from domain.catalog.texts.translate import SetTranslations, Translated, set_translations
from domain.shared.errors import not_found

_LIST = "untranslated"


@strawberry.type
class TranslationsQuery:
    @field(
        SIGNED_IN,
        description="All texts of a thing, for who may translate it: with `catalogue.write`, everywhere or, for a product, "
        "for its supplier. Null for others.",
    )
    async def texts(self, info: Info, id: strawberry.ID) -> Texts | None:
        found = await texts_of_thing(info.context.viewer, *read_text_owner(id, field="id"))
        return None if found is None else show_texts(found)

    @field(SIGNED_IN, description="Per language and kind. For a supplier: of their own products.")
    async def translation_progress(self, info: Info) -> list[TranslationProgress]:
        return [show_progress(one) for one in await translation_progress(info.context.viewer)]

    @field(SIGNED_IN, description="What is missing or stale in a language. For a supplier: of their own products.")
    async def untranslated(
        self,
        info: Info,
        language: str,
        kind: TextKind | None = None,
        state: TranslationState | None = None,
        first: int = 20,
        after: str | None = None,
    ) -> Connection[UntranslatedText]:
        size, key = page_size(first), read_cursor(_LIST, after, (words, identifier, words))
        states = frozenset(TranslationState) if state is None else frozenset({state})
        found = await untranslated(
            info.context.viewer,
            UntranslatedFilter(language, kind, states),
            first=size + 1,
            after=(key[0], key[1], key[2]) if key else None,
        )
        nodes = [show_untranslated(one) for one in found]
        return connection(found, size, has_previous=after is not None, cursor_of=_cursor, nodes=nodes)

    @field(PUBLIC, description="The texts that things of each kind may have.")
    def translatable_fields(self) -> list[TranslatableField]:
        return [show_text_field(one) for one in text_fields()]


@strawberry.type
class TranslationsMutation:
    @mutation(
        SIGNED_IN,
        result=SetTranslationsResult,
        description="For who holds `catalogue.write`, everywhere or, for a product, for its supplier. Storing the same "
        "text again says that it still fits.",
    )
    async def set_translations(self, info: Info, input: SetTranslationsInput) -> Texts:
        viewer, (kind, owner_id) = info.context.viewer, read_text_owner(input.id, field="id")
        given = Translated(kind, owner_id, read_translations(input.translations), input.expected_version)
        await set_translations(viewer, SetTranslations(given, input.idempotency_key))
        found = await texts_of_thing(viewer, kind, owner_id)
        if found is None:
            raise not_found(kind, owner_id)
        return show_texts(found)


def _cursor(facts: Untranslated) -> str:
    return cursor(_LIST, (facts.owner_kind, facts.owner_id, facts.field))
