"""Products as the shop's own layout has them: a row a variant, what belongs to the product in the first of its rows."""

from collections.abc import Iterable, Iterator

from domain.bulk.formats.rows import Row
from domain.bulk.layouts.cells import Cells, broken, unless_none
from domain.bulk.layouts.drafts import Entry, ImageDraft, Key, ProductDraft, VariantDraft
from domain.bulk.layouts.ground import Ground
from domain.bulk.layouts.groups import Group, grouped, header_of
from domain.bulk.layouts.paths import path_of
from domain.bulk.layouts.product_columns import ProductColumns, product_columns
from domain.bulk.layouts.sku_names import made_sku
from domain.bulk.problems import Problem, Reach
from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.catalog.products.rules import MAX_WEIGHT
from domain.shared.errors import InvalidInput
from domain.shared.money import checked_currency


def hanse_products(rows: Iterable[Row], ground: Ground) -> Iterator[Entry[ProductDraft]]:
    """The products of the rows. Raises FileUnusable."""
    for group in grouped(rows, _key):
        yield _product(group, ground)


def _key(row: Row) -> str:
    cells = row.cells
    return cells.get("external_id", "").strip() or cells.get("slug", "").strip()


def _product(group: Group, ground: Ground) -> Entry[ProductDraft]:
    first, rows = group
    problems: list[Problem] = []
    whole = [row for row in rows if not row.broken]
    problems += [broken(row) for row in rows if row.broken]
    entry = Entry[ProductDraft](first, rows, None, problems)
    if whole:
        columns = product_columns(header_of(whole), ground.language)
        entry.draft = _draft(whole, columns, problems)
        entry.keys = _keys(entry.draft)
    return entry


def _draft(rows: list[Row], columns: ProductColumns, problems: list[Problem]) -> ProductDraft:
    cells = Cells(rows[0], problems, of_row=False)
    draft = ProductDraft(
        line=cells.line,
        supplier=cells.text("supplier"),
        external_id=cells.text("external_id"),
        slug=cells.text("slug"),
        product_type=cells.text("type"),
        category=cells.text("category"),
        category_path=path_of(cells.text("category_path") or ""),
        tags=tags_of(cells.text("tags")),
        attributes={
            code: _value(cells.text(column)) for code, column in columns.attributes.items() if cells.text(column)
        },
        texts={place: text for place, column in columns.texts.items() if (text := cells.text(column))},
        columns={"product_type": "type", "category_id": "category", "supplier_id": "supplier"},
    )
    if not (draft.external_id or draft.slug):
        cells.note("external_id", "required", reach=Reach.THING)
    draft.publications = _publications(cells, columns)
    _require_same(rows, columns, problems)
    for row in rows:
        _add_row(draft, Cells(row, problems), row, columns)
    draft.spare_sku = made_sku(draft.slug or draft.external_id or "", ())
    return draft


def tags_of(text: str | None) -> list[str] | None:
    """Apart by commas; `none` takes them all away."""
    return None if text is None else tags_in(unless_none(text) or "")


def tags_in(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _value(text: str | None) -> str | None:
    return None if text is None else unless_none(text)


def _publications(cells: Cells, columns: ProductColumns) -> dict[str, PublicationChange]:
    found = {}
    for channel, column in columns.statuses.items():
        status = cells.one_of(column, [*PublicationStatus])
        moment = cells.moment(columns.moments[channel]) if channel in columns.moments else None
        if status == PublicationStatus.SCHEDULED and moment is None:
            cells.note(columns.moments.get(channel, f"live_from.{channel}"), "required")
        elif status:
            known = PublicationStatus(status)
            found[channel] = PublicationChange(
                status=known, live_from=moment if known is PublicationStatus.SCHEDULED else None
            )
    return found


def _require_same(rows: list[Row], columns: ProductColumns, problems: list[Problem]) -> None:
    """What belongs to the product may be said again in its other rows, but not otherwise."""
    for row in rows[1:]:
        for column in columns.product:
            given, before = row.cells.get(column, "").strip(), rows[0].cells.get(column, "").strip()
            if given and given != before:
                error = InvalidInput(field=column, rule="differs", limit=str(rows[0].line))
                problems.append(Problem(row.line, column, error, given, Reach.FIELD, of_row=False))


def _add_row(draft: ProductDraft, cells: Cells, row: Row, columns: ProductColumns) -> None:
    if url := cells.url("image_url"):
        position, alt = cells.whole("image_position"), cells.text("image_alt")
        draft.images.append(ImageDraft(row.line, url, position, alt, "image_url"))
    sku = cells.text("sku")
    options = _options(cells, columns)
    if sku or options or any(row.cells.get(one) for one in ("barcode", "weight_grams", "position")) or _has_money(row):
        given = sku or cells.required("sku")
        if given:
            draft.variants.append(_variant(given, options, cells, columns))


def _has_money(row: Row) -> bool:
    return any(cell for column, cell in row.cells.items() if column.startswith(("price.", "stock.")))


def _variant(sku: str, options: dict[str, str] | None, cells: Cells, columns: ProductColumns) -> VariantDraft:
    variant = VariantDraft(
        line=cells.line,
        sku=sku,
        sku_given=True,
        options=options,
        barcode=cells.text("barcode"),
        weight_grams=cells.whole("weight_grams", most=MAX_WEIGHT),
        position=cells.whole("position"),
    )
    for currency, column in columns.prices.items():
        try:
            checked_currency(currency, column)
        except InvalidInput as error:
            cells.note(column, error.rule)
            continue
        compared = columns.compared.get(currency, "")
        if price := cells.price(column, compared, currency):
            variant.prices[currency] = price
    for warehouse, column in columns.stock.items():
        if (units := cells.whole(column, most=10**12)) is not None:
            variant.stock[warehouse], variant.stock_column = units, column
    return variant


def _options(cells: Cells, columns: ProductColumns) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for number in columns.options:
        name, value = cells.text(f"option{number}_name"), cells.text(f"option{number}_value")
        if name and value:
            found[name] = value
        elif name or value:
            cells.note(f"option{number}_{'value' if name else 'name'}", "required")
    return found or None


def _keys(draft: ProductDraft) -> list[Key]:
    keys = [Key("sku", variant.sku.casefold(), variant.line) for variant in draft.variants]
    if draft.external_id:
        # a supplier's external ids are its own; rows that name no supplier are no product's first
        keys.append(Key("external_id", draft.external_id, draft.line, is_judged=draft.supplier is None))
        if draft.supplier:
            keys.append(Key("external_id", f"{draft.external_id}\n{draft.supplier.casefold()}", draft.line))
    if draft.slug:
        keys.append(Key("slug", draft.slug, draft.line))
    return keys
