"""Products as Shopify's admin exports them: a row a variant or a picture, the product's fields in the first of its rows."""

from collections.abc import Iterable, Iterator

from domain.bulk.formats.rows import Row
from domain.bulk.layouts.cells import Cells, broken
from domain.bulk.layouts.drafts import Entry, ImageDraft, Key, PriceDraft, ProductDraft, VariantDraft
from domain.bulk.layouts.ground import Ground
from domain.bulk.layouts.groups import Group, grouped, header_of
from domain.bulk.layouts.hanse_products import tags_in
from domain.bulk.layouts.html_text import text_of
from domain.bulk.layouts.paths import path_of
from domain.bulk.layouts.shopify_columns import OPTIONS, ShopifyColumns, require_shopifys, shopify_columns
from domain.bulk.layouts.sku_names import made_sku
from domain.bulk.problems import Problem, Reach
from domain.catalog.products.change import PublicationChange, PublicationStatus
from domain.catalog.products.rules import MAX_WEIGHT

_NO_OPTION = ("title", "default title")
"""How Shopify names the one option of a product without options, and its value."""

_STATUSES = ("active", "draft", "archived", "unlisted")
_OF_VARIANT = ("Variant SKU", "Option1 Value", "Variant Price", "Variant Barcode", "Variant Inventory Qty")


def shopify_products(rows: Iterable[Row], ground: Ground) -> Iterator[Entry[ProductDraft]]:
    """The products of the rows. Raises FileUnusable."""
    for group in grouped(rows, _key):
        yield _product(group, ground)


def _key(row: Row) -> str:
    return row.cells.get(shopify_columns(tuple(row.cells)).of("Handle"), "").strip()


def _product(group: Group, ground: Ground) -> Entry[ProductDraft]:
    first, rows = group
    problems = [broken(row) for row in rows if row.broken]
    entry = Entry[ProductDraft](first, rows, None, problems)
    whole = [row for row in rows if not row.broken]
    if whole:
        columns = shopify_columns(header_of(whole))
        require_shopifys(columns)
        entry.draft = _draft(whole, columns, ground, problems)
        entry.keys = [Key(columns.of("Handle"), entry.draft.slug, entry.draft.line)] if entry.draft.slug else []
        sku = columns.of("Variant SKU")
        entry.keys += [Key(sku, variant.sku.casefold(), variant.line) for variant in entry.draft.variants]
    return entry


def _draft(rows: list[Row], columns: ShopifyColumns, ground: Ground, problems: list[Problem]) -> ProductDraft:
    cells = Cells(rows[0], problems, of_row=False)
    handle = cells.required(columns.of("Handle"), reach=Reach.THING)
    draft = ProductDraft(
        line=cells.line,
        supplier=cells.text(columns.of("Vendor")),
        external_id=handle,
        slug=handle,
        product_type=cells.text(columns.of("Type")),
        type_is_known=False,
        category_path=_path(cells, columns),
        tags=tags_in(tags) if (tags := cells.text(columns.of("Tags"))) else None,
        attributes={key: cells.text(column) for key, column in columns.metafields.items() if cells.text(column)},
        columns=_field_columns(columns),
    )
    draft.publications, draft.included = _publications(cells, columns, ground)
    if title := cells.text(columns.of("Title")):
        draft.texts["name", ground.language] = title
    if body := cells.text(columns.of("Body (HTML)")):
        draft.texts["description", ground.language] = text_of(body)
    names = _option_names(rows, columns)
    for place, row in enumerate(rows):
        _add_row(draft, Cells(row, problems), place, (columns, names, ground))
    draft.spare_sku = made_sku(handle or "", ())
    return draft


def _field_columns(columns: ShopifyColumns) -> dict[str, str]:
    names = {
        "slug": "Handle",
        "external_id": "Handle",
        "category_id": "Product Category",
        "category": "Product Category",
        "category_path": "Product Category",
        "status": "Status",
        "supplier": "Vendor",
        "supplier_id": "Vendor",
        "product_type": "Type",
        "tags": "Tags",
        "name": "Title",
        "description": "Body (HTML)",
        "sku": "Variant SKU",
        "barcode": "Variant Barcode",
        "weight_grams": "Variant Grams",
    }
    for number in OPTIONS:
        names |= {f"option{number}_name": f"Option{number} Name", f"option{number}_value": f"Option{number} Value"}
    return {field: columns.of(name) for field, name in names.items()}


def _path(cells: Cells, columns: ShopifyColumns) -> tuple[str, ...]:
    """Of Shopify's category; where that is missing the product's type says best where it belongs."""
    path = path_of(cells.text(columns.of("Product Category")) or "")
    kind = cells.text(columns.of("Type"))
    return path or ((kind,) if kind else ())


def _publications(
    cells: Cells, columns: ShopifyColumns, ground: Ground
) -> tuple[dict[str, PublicationChange], dict[str, bool]]:
    """What Shopify says once for all its shop holds for the first channel; "Included" says it for each market, and comes
    beside.
    """
    status = cells.one_of(columns.of("Status"), _STATUSES)
    published = cells.truth(columns.of("Published"))
    if status is None and published is None:
        return {}, {}
    if status == "archived":
        shown = PublicationStatus.ARCHIVED
    elif status in {"draft", "unlisted"} or published is False:
        shown = PublicationStatus.DRAFT
    else:
        shown = PublicationStatus.LIVE
    found, markets = {ground.channel: PublicationChange(status=shown)}, dict[str, bool]()
    for title, named in columns.markets.items():
        market = ground.markets.get(title)
        included = cells.truth(named["included"]) if "included" in named else None
        if market is not None and included is not None:
            hidden = PublicationStatus.ARCHIVED if shown is PublicationStatus.ARCHIVED else PublicationStatus.DRAFT
            found[market.channel] = PublicationChange(status=shown if included else hidden)
            markets[market.channel] = included
    return found, markets


def _option_names(rows: list[Row], columns: ShopifyColumns) -> dict[int, str]:
    """They stand in the first row that has them."""
    found: dict[int, str] = {}
    for number in OPTIONS:
        column = columns.of(f"Option{number} Name")
        name = next((text for row in rows if (text := row.cells.get(column, "").strip())), "")
        if name:
            found[number] = name
    return found


def _add_row(
    draft: ProductDraft, cells: Cells, place: int, about: tuple[ShopifyColumns, dict[int, str], Ground]
) -> None:
    columns, names, ground = about
    source = columns.of("Image Src")
    if url := cells.url(source):
        shown_as = cells.whole(columns.of("Image Position"))  # from 1 on
        position = None if shown_as is None else max(shown_as - 1, 0)
        draft.images.append(ImageDraft(cells.line, url, position, cells.text(columns.of("Image Alt Text")), source))
    if any(cells.text(columns.of(name)) for name in _OF_VARIANT):
        options = _options(cells, columns, names)
        sku = cells.text(columns.of("Variant SKU"))
        variant = VariantDraft(
            line=cells.line,
            sku=sku or made_sku(draft.slug or "", options.values()),
            sku_given=sku is not None,
            options=options,
            barcode=cells.text(columns.of("Variant Barcode")),
            weight_grams=cells.whole(columns.of("Variant Grams"), most=MAX_WEIGHT, rounded=True),
            position=place,
        )
        shown = columns.of("Variant Image")
        if url := cells.url(shown):
            variant.image = ImageDraft(cells.line, url, None, None, shown)
        _add_numbers(variant, cells, columns, ground)
        draft.variants.append(variant)


def _options(cells: Cells, columns: ShopifyColumns, names: dict[int, str]) -> dict[str, str]:
    values = {number: cells.text(columns.of(f"Option{number} Value")) for number in names}
    found = {names[number]: value for number, value in values.items() if value}
    if len(found) == 1 and tuple(map(str.casefold, next(iter(found.items())))) == _NO_OPTION:
        return {}
    return found


def _add_numbers(variant: VariantDraft, cells: Cells, columns: ShopifyColumns, ground: Ground) -> None:
    price = cells.price(columns.of("Variant Price"), columns.of("Variant Compare At Price"), ground.currency)
    if price is not None:
        variant.prices[ground.currency] = price
    for title, named in columns.markets.items():
        market = ground.markets.get(title)
        if market is None or "price" not in named:
            continue
        found = cells.price(named["price"], named.get("compare", ""), market.currency)
        if found is not None:
            _add_price(variant, market.currency, found, cells)
    quantity = columns.of("Variant Inventory Qty")
    if (units := cells.whole(quantity, most=10**12)) is not None:
        variant.stock[ground.warehouse], variant.stock_column = units, quantity


def _add_price(variant: VariantDraft, currency: str, found: PriceDraft, cells: Cells) -> None:
    """Two markets with one currency must agree: a variant has one price in each."""
    before = variant.prices.get(currency)
    if before is not None and (before.minor, before.compare_at_minor) != (found.minor, found.compare_at_minor):
        cells.note(found.column, "contradicts", limit=before.column)
    else:
        variant.prices[currency] = found
