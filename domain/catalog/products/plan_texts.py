"""What becomes of a product's attributes and texts. Pure."""

from uuid import UUID

from domain.catalog.attributes.definitions import CheckedAttributes, checked_attributes
from domain.catalog.attributes.facts import AttributeKind
from domain.catalog.products.change import ProductChange
from domain.catalog.products.states import Found, ProductRow, Surroundings
from domain.catalog.texts.rules import ATTRIBUTE, OWN_TEXTS, checked_language, checked_text
from domain.catalog.texts.store import TextChange
from domain.shared.errors import InvalidInput
from domain.shared.settings import settings


def plan_attributes(
    change: ProductChange, product: ProductRow, found: Found | None, *, known: Surroundings
) -> CheckedAttributes | None:
    """All of the product afterwards; None where the change touches neither them nor the type.

    What a new type does not have is dropped, unless the change gives it.
    """
    if found and not change.attributes and product.product_type == found.product.product_type:
        return None
    kept: dict[str, object] = {}
    if found:
        kept = {**found.product.attributes, **_own_attribute_texts(found)}
    if found and product.product_type != found.product.product_type:
        kind = known.definitions.types.get(product.product_type or "")
        has = {one.code for one in kind.attributes} if kind else set()
        kept = {code: value for code, value in kept.items() if code in has}
    return checked_attributes(known.definitions, product.product_type, {**kept, **change.attributes})


def plan_attribute_texts(
    attributes: CheckedAttributes | None, product_id: UUID, found: Found | None, *, known: Surroundings
) -> list[TextChange]:
    """Those in the shop's language that change, and with a text that goes its translations."""
    if attributes is None:
        return []
    own = settings().default_language
    before = _own_attribute_texts(found) if found else {}
    changed = [
        TextChange("product", product_id, f"{ATTRIBUTE}{code}", own, value)
        for code, value in attributes.texts.items()
        if before.get(code) != value
    ]
    gone = [
        TextChange("product", product_id, f"{ATTRIBUTE}{code}", language, "")
        for code in before
        if code not in attributes.texts
        for language in sorted({own, *known.languages})
    ]
    return changed + gone


def plan_texts(
    change: ProductChange, product: ProductRow, found: Found | None, *, known: Surroundings
) -> list[TextChange]:
    own = settings().default_language
    attributes = _text_attributes(product, known)
    wanted = []
    for (field, language), text in change.texts.items():
        path = f"translations.{language}.{field}"
        if language == own and field not in OWN_TEXTS:
            raise InvalidInput(field=field, rule="oneOf", limit=", ".join(OWN_TEXTS))
        if field not in (*OWN_TEXTS, *attributes):
            raise InvalidInput(field=f"{path}.field", rule="oneOf", limit=", ".join((*OWN_TEXTS, *attributes)))
        checked_language(language, known.languages | {own}, path=f"{path}.language")
        value = checked_text("product", field, text, path=field if language == own else f"{path}.value")
        if (field, language, value) == ("name", own, ""):
            raise InvalidInput(field=field, rule="required")
        if language != own or not found or found.texts.get(field, "") != value:
            wanted.append(TextChange("product", product.id, field, language, value))
    return wanted


def _text_attributes(product: ProductRow, known: Surroundings) -> list[str]:
    """The texts that the product's type has beside those of every product."""
    kind = known.definitions.types.get(product.product_type or "")
    codes = [one.code for one in kind.attributes] if kind else []
    return [f"{ATTRIBUTE}{code}" for code in codes if known.definitions.attributes[code].kind is AttributeKind.TEXT]


def _own_attribute_texts(found: Found) -> dict[str, str]:
    return {field.removeprefix(ATTRIBUTE): value for field, value in found.texts.items() if field.startswith(ATTRIBUTE)}
