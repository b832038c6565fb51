"""`hanse bulk` and `hanse import fashion`, as a person calls them."""

import os
import subprocess
from pathlib import Path

from domain.shared.database import rows, value
from domain.shared.settings import Settings
from tests.factories.bulk import a_csv, cells_of
from tests.factories.goods import some_goods
from tests.hanse.commands import hanse
from tests.own_shop import own_shop

__all__ = ["own_shop"]

FASHION = {
    "id": "78",
    "handle": "openwork-cover-up",
    "title": "Openwork Cover-Up",
    "product_type": "Swimwear",
    "category_full_path": "Apparel > Swimwear > Cover Ups",
    "tags": "beach | boho",
    "description": "Airy.",
    "price_min_usd": "28.990000000000002",
    "in_stock_any": "True",
    "variant_count": "3",
}


async def test_a_file_goes_out_and_comes_in_and_rows_that_are_wrong_are_listed(
    own_shop: Settings, tmp_path: Path
) -> None:
    goods = await some_goods(prices={"EUR": 1250})

    out = _hanse(own_shop, tmp_path, "bulk", "export", "prices.csv", "--subject", "prices")
    given = cells_of(tmp_path / "prices.csv")
    changed = a_csv(tmp_path, [given[0] | {"price": "13"}, {"sku": "=nothing", "currency": "EUR", "price": "1"}])
    words = ("bulk", "import", str(changed), "--subject", "prices")
    tried = _hanse(own_shop, tmp_path, *words, "--on-error", "skip_rows", "--dry-run")
    refused = _hanse(own_shop, tmp_path, *words)
    before = await value("SELECT minor FROM price WHERE variant_id = $1", goods.variant_id)
    done = _hanse(own_shop, tmp_path, *words, "--on-error", "skip_rows", "--errors", "errors.csv")

    assert (out.returncode, given) == (0, [{"sku": goods.sku, "currency": "EUR", "price": "12.50"}]), out.stderr
    assert "would be changed 1" in tried.stdout, tried.stderr
    assert (refused.returncode, before) == (os.EX_DATAERR, 1250)
    assert "nothing was stored" in refused.stderr
    assert (done.returncode, await value("SELECT minor FROM price WHERE variant_id = $1", goods.variant_id)) == (
        1,
        1300,
    )
    assert [one["value"] for one in cells_of(tmp_path / "errors.csv")] == ["=nothing"]
    audited = await rows("SELECT actor_kind FROM audit_entry WHERE action = 'bulkImport'")
    assert [one["actor_kind"] for one in audited] == ["platform"] * 2


def test_what_was_typed_wrongly_is_told_by_its_option(own_shop: Settings, tmp_path: Path) -> None:
    (tmp_path / "prices").write_bytes(b"sku\n")
    (tmp_path / "p.csv").write_bytes(b"sku\n")

    nothing = _hanse(own_shop, tmp_path, "bulk", "import", "no-such-file.csv")
    unknown = _hanse(own_shop, tmp_path, "bulk", "import", "prices")
    supplier = _hanse(own_shop, tmp_path, "bulk", "import", "p.csv", "--supplier", "nobody")

    assert (nothing.returncode, unknown.returncode, supplier.returncode) == (
        os.EX_NOINPUT,
        os.EX_DATAERR,
        os.EX_DATAERR,
    )
    assert "no-such-file.csv" in nothing.stderr
    assert "--format" in unknown.stderr
    assert "nobody" in supplier.stderr
    assert "createSupplier" in supplier.stderr


def test_an_export_goes_into_a_folder_that_there_is_and_a_format_that_its_name_says(
    own_shop: Settings, tmp_path: Path
) -> None:
    text = _hanse(own_shop, tmp_path, "bulk", "export", "prices.txt", "--subject", "prices")
    nowhere = _hanse(own_shop, tmp_path, "bulk", "export", "no-folder/prices.csv", "--subject", "prices")

    assert (text.returncode, nowhere.returncode) == (os.EX_DATAERR, os.EX_CANTCREAT)
    assert "csv, jsonl, xlsx" in text.stderr
    assert "no-folder" in nowhere.stderr
    assert list(tmp_path.glob("prices*")) == []


async def test_the_fashion_catalogue_is_loaded_once(own_shop: Settings, tmp_path: Path) -> None:
    await some_goods()
    file = a_csv(tmp_path, [FASHION, FASHION | {"id": "79", "handle": "belt", "category_full_path": ""}])

    first = _hanse(own_shop, tmp_path, "import", "fashion", str(file))
    second = _hanse(own_shop, tmp_path, "import", "fashion", str(file))

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "Nothing was changed" in second.stdout
    assert "MIT License" in first.stdout
    found = await rows(
        """SELECT p.slug, v.sku, c.currency, c.minor, l.on_hand FROM product p JOIN variant v ON v.product_id = p.id
           JOIN price c ON c.variant_id = v.id JOIN stock_level l ON l.variant_id = v.id
           JOIN supplier s ON s.id = p.supplier_id WHERE s.code = 'livostyle' ORDER BY v.sku"""
    )
    assert [tuple(one) for one in found] == [
        ("openwork-cover-up", "LIVO-78", "USD", 2899, 100),
        ("belt", "LIVO-79", "USD", 2899, 100),
    ]


def _hanse(shop: Settings, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return hanse(
        folder,
        *words,
        DATABASE_URL=shop.database_url,
        REDIS_URL=shop.redis_url,
        HANSE_MASTER_KEY=shop.master_key.get_secret_value(),
    )
