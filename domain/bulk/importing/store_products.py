"""Products with their prices, stock and pictures into the shop, a batch at a time."""

from collections.abc import Sequence

from domain.bulk.importing.images import store_images
from domain.bulk.importing.lookups import Names
from domain.bulk.importing.numbers import store_numbers
from domain.bulk.importing.outcome import Outcome
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.importing.resolve_products import (
    MOST_ROUNDS,
    Resolved,
    change_of,
    ignores_fields,
    resolve,
    translation_column,
    without_field,
)
from domain.bulk.importing.sift import sift
from domain.bulk.layouts.drafts import Entry, ProductDraft
from domain.bulk.problems import Problem, Reach, column_of
from domain.catalog.products import store
from domain.catalog.products.states import Outcome as Became
from domain.catalog.products.states import StoredProduct
from domain.shared.errors import DomainError, InvalidInput
from domain.shared.transactions import require_transaction
from domain.shared.viewer import Viewer


async def store_products(
    viewer: Viewer, entries: Sequence[Entry[ProductDraft]], names: Names, plan: ImportPlan
) -> list[Outcome]:
    """Store what the policy lets, and say of each entry what became of it. Problems that the shop's rules find are added
    to the entries' own.
    """
    require_transaction("store_products")
    outcomes = {id(one): Outcome() for one in entries}
    resolved = await resolve(entries, names, plan)
    for entry in entries:
        outcomes[id(entry)].lost = sift(entry, plan.on_error)
    wanted = [one for one in resolved if len(outcomes[id(one.entry)].lost) < len(set(one.entry.lines))]
    stored = await _store(viewer, wanted, plan, outcomes)
    for one, product in stored:
        outcomes[id(one.entry)].changed = product.outcome is not Became.UNCHANGED
    await store_numbers(viewer, [(one.draft, product, outcomes[id(one.entry)]) for one, product in stored], names, plan)
    await store_images(viewer, [(one.draft, product, outcomes[id(one.entry)]) for one, product in stored])
    return [outcomes[id(one)] for one in entries]


async def _store(
    viewer: Viewer, wanted: Sequence[Resolved], plan: ImportPlan, outcomes: dict[int, Outcome]
) -> list[tuple[Resolved, StoredProduct]]:
    """Where bad fields are ignored, what was refused for one is tried again without it."""
    done: list[tuple[Resolved, StoredProduct]] = []
    left = list(wanted)
    for _ in range(MOST_ROUNDS):
        answers = await store.store_products(viewer, [change_of(one, plan) for one in left]) if left else []
        again = []
        for one, answer in zip(left, answers, strict=True):
            if isinstance(answer, StoredProduct):
                done.append((one, answer))
            elif _went_on_without(one, answer, plan):
                again.append(one)
            else:
                _refuse(one, answer, outcomes[id(one.entry)])
        left = again
    for one in left:
        outcomes[id(one.entry)].lost = set(one.entry.lines)
    return done


def _went_on_without(one: Resolved, refusal: DomainError, plan: ImportPlan) -> bool:
    """Take out the field, or the row, that the refusal is about, and note it."""
    if not ignores_fields(plan):
        return False
    field = column_of(refusal) if isinstance(refusal, InvalidInput) else "slug" if refusal.code == "SLUG_TAKEN" else ""
    head, _, rest = field.partition(".")
    if head == "variants" and rest.partition(".")[0].isdigit():
        return _without_variant(one, int(rest.partition(".")[0]), rest.partition(".")[2], refusal)
    column = without_field(one, field) if field else None
    if column is not None:
        one.entry.problems.append(_problem(one, (one.draft.line, column), refusal, Reach.FIELD, of_row=False))
    return column is not None


def _without_variant(one: Resolved, number: int, field: str, refusal: DomainError) -> bool:
    if number >= len(one.draft.variants):
        return False
    variant = one.draft.variants[number]
    if field == "barcode":
        variant.barcode = None
    elif field == "weightGrams":
        variant.weight_grams = None
    else:
        return False
    column = one.draft.columns.get({"weightGrams": "weight_grams"}.get(field, field), field)
    one.entry.problems.append(_problem(one, (variant.line, column), refusal, Reach.FIELD))
    return True


def _refuse(one: Resolved, refusal: DomainError, outcome: Outcome) -> None:
    outcome.lost = set(one.entry.lines)
    outcome.problems.append(_problem(one, _place(one, refusal), refusal, Reach.THING))


def _problem(
    one: Resolved, place: tuple[int, str], refusal: DomainError, reach: Reach, *, of_row: bool = True
) -> Problem:
    line, column = place
    value = next((row.cells.get(column, "") for row in one.entry.rows if row.line == line), "")
    return Problem(line, column, _named(refusal, column), value, reach, of_row)


def _place(one: Resolved, refusal: DomainError) -> tuple[int, str]:
    """Where in the file that stands which an owner refused."""
    field = column_of(refusal)
    head, _, rest = field.partition(".")
    number, _, tail = rest.partition(".")
    columns, variants = one.draft.columns, one.draft.variants
    if head == "variants" and number.isdigit() and int(number) < len(variants):
        name = {"weightGrams": "weight_grams"}.get(tail, _option_column(tail) or tail)
        return variants[int(number)].line, columns.get(name, name)
    if taken := refusal.fields().get("sku"):
        found = next((each.line for each in variants if each.sku.casefold() == str(taken).casefold()), one.draft.line)
        return found, columns.get("sku", "sku")
    name = {
        "productType": "product_type",
        "categoryId": "category_id",
        "supplierId": "supplier_id",
        "externalId": "external_id",
        "attributes": f"attribute.{rest}",
        "translations": translation_column(rest),
        "publications": f"live_from.{number}" if tail else columns.get("status", f"status.{number}"),
    }.get(head, "slug" if refusal.code == "SLUG_TAKEN" else field)
    return one.draft.line, columns.get(name, name)


def _option_column(place: str) -> str | None:
    """Of a place such as `options.0.value`: a row has its options in the order of their columns."""
    head, *parts = place.split(".")
    return f"option{int(parts[0]) + 1}_{parts[1]}" if head == "options" and parts else None


def _named(refusal: DomainError, column: str) -> DomainError:
    """In the words of the file."""
    if isinstance(refusal, InvalidInput) and column:
        return InvalidInput(field=column, rule=refusal.rule, limit=refusal.limit)
    return refusal
