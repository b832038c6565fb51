"""What is said of a product in one language, by weight; and what it is counted by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.catalog.listing.facet_ids import Facet, FacetKind, facet_id, folded
from domain.catalog.listing.sources import AttributeSource, Source, Texts
from domain.catalog.listing.words import characters, words
from domain.catalog.texts.queries import option_text_id
from domain.catalog.texts.rules import ATTRIBUTE

_LONGEST_DESCRIPTION = 20_000


@dataclass(frozen=True, slots=True)
class Document:
    """Words by weight, parted by blanks. `characters` are those of Chinese texts, one by one and in pairs."""

    language: str
    names: str
    descriptors: str
    description: str
    characters: str


@dataclass(frozen=True, slots=True)
class Described:
    """`numbers` are by the id of their attribute's facet; dates count as days since the year 1."""

    facets: list[Facet]
    numbers: dict[int, float]
    documents: list[Document]


def described(source: Source, attributes: Mapping[str, AttributeSource], texts: Texts) -> Described:
    known = {code: attributes[code] for code in source.attributes if code in attributes}
    return Described(
        facets=list(_facets(source, known)),
        numbers=dict(_numbers(source, known)),
        documents=[_document(source, known, texts, language) for language in _languages(source, known, texts)],
    )


def _facets(source: Source, attributes: Mapping[str, AttributeSource]) -> Iterable[Facet]:
    for category in source.category_path:
        yield Facet(FacetKind.CATEGORY, "", str(category), owner_id=category)
    yield Facet(FacetKind.SUPPLIER, "", str(source.supplier_id), owner_id=source.supplier_id)
    for code, known in attributes.items():
        if known.is_filterable and known.kind in {"choice", "boolean", "reference"}:
            value = _value(source.attributes[code])
            owner = UUID(value) if known.kind == "reference" else known.choices.get(value)
            yield Facet(FacetKind.ATTRIBUTE, code, value, known.id, owner, code, value)
    for name, value in source.options:
        yield Facet(
            FacetKind.OPTION,
            folded(name, part="code"),
            folded(value, part="value"),
            option_text_id(name),
            option_text_id(name, value),
            name[:150],
            value[:300],
        )
    for tag in source.tags:
        yield Facet(FacetKind.TAG, "", folded(tag, part="value"), label=tag[:300])


def _value(stored: object) -> str:
    return str(stored).lower() if isinstance(stored, bool) else str(stored)


def _numbers(source: Source, attributes: Mapping[str, AttributeSource]) -> Iterable[tuple[int, float]]:
    for code, known in attributes.items():
        if known.is_filterable and known.kind in {"number", "date"}:
            stored = str(source.attributes[code])
            number = float(stored) if known.kind == "number" else float(date.fromisoformat(stored).toordinal())
            yield facet_id(FacetKind.ATTRIBUTE, code), number


def _languages(source: Source, attributes: Mapping[str, AttributeSource], texts: Texts) -> list[str]:
    """Those in which anything is said: a product that was not translated is found by its category's name."""
    owners = [source.id, *source.category_path, *(id for _, id in _choices(source, attributes))]
    return sorted({language for owner in owners for language in texts.get(owner, {})})


def _document(source: Source, attributes: Mapping[str, AttributeSource], texts: Texts, language: str) -> Document:
    own = texts.get(source.id, {}).get(language, {})
    descriptors = " ".join(_descriptors(source, attributes, texts, language))
    name = own.get("name", "")
    return Document(
        language,
        " ".join(words(name)),
        " ".join(words(descriptors)),
        " ".join(words(" ".join(_paragraphs(own))[:_LONGEST_DESCRIPTION])),
        " ".join(characters(f"{name} {descriptors}")),
    )


def _paragraphs(own: Mapping[str, str]) -> Iterable[str]:
    yield own.get("description", "")
    yield from (text for field, text in own.items() if field.startswith(ATTRIBUTE))


def _descriptors(
    source: Source, attributes: Mapping[str, AttributeSource], texts: Texts, language: str
) -> Iterable[str]:
    yield from source.tags
    for category in source.category_path:
        yield texts.get(category, {}).get(language, {}).get("name", "")
    for code, choice in _choices(source, attributes):
        yield texts.get(choice, {}).get(language, {}).get("name", code)
    for code, known in attributes.items():
        if known.kind == "boolean" and source.attributes[code] is True:
            yield texts.get(known.id, {}).get(language, {}).get("name", "")
    for name, value in source.options:
        yield texts.get(option_text_id(name, value), {}).get(language, {}).get("name", value)


def _choices(source: Source, attributes: Mapping[str, AttributeSource]) -> Iterable[tuple[str, UUID]]:
    for code, known in attributes.items():
        if (choice := known.choices.get(str(source.attributes[code]))) is not None:
            yield str(source.attributes[code]), choice
