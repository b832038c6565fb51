"""`hanse import fashion FILE`."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from rich.console import Console
from rich.markup import escape

from domain.bulk.importing.lookups import ground
from domain.bulk.importing.plan import ImportPlan
from domain.bulk.kinds import Format, Layout, OnError, Placing, Subject
from domain.identity.access.edit_suppliers import CreateSupplier, create_supplier
from domain.identity.access.suppliers import supplier_id_of
from domain.shared.ids import new_id
from domain.shared.settings import settings
from domain.shared.viewer import PLATFORM
from hanse.bulk_command import import_file, tell
from hanse.failures import Failure
from hanse.imports.fashion import DATA_SOURCE, SUPPLIER, rewrite
from hanse.imports.refusal import ImportRefused
from hanse.interruptible import run
from hanse.surroundings import prepared


def main() -> None:
    file = Path(sys.argv[1])
    if not file.is_file():
        raise Failure(f"there is no file {file}", os.EX_NOINPUT)
    with TemporaryDirectory(prefix="hanse-fashion-") as folder:
        run(_import(file, Path(folder) / "catalogue.csv"))


async def _import(file: Path, own: Path) -> None:
    console = Console(highlight=False, soft_wrap=True)
    async with prepared(settings()) as known:
        supplier_id = await _supplier()
        shop = await ground(currency=None, channel=None, warehouse=None)
        if not shop.warehouse:
            raise Failure("there is no warehouse yet for the goods to lie in", os.EX_DATAERR)
        try:
            rewrite(file, own, warehouse=shop.warehouse, channel=shop.channel)
        except ImportRefused as refusal:
            raise Failure(str(refusal), os.EX_DATAERR) from refusal
        plan = ImportPlan(
            subject=Subject.PRODUCTS,
            format=Format.CSV,
            layout=Layout.HANSE,
            on_error=OnError.SKIP_ROWS,
            placing=Placing(create_categories=True),
            reference=new_id(),
            supplier_id=supplier_id,
        )
        errors = known.data_dir / "imports" / f"{file.name}.errors.csv"
        done, problems = await import_file(own, plan, errors)
    tell(done, plan)
    if problems:
        console.print(f"{problems:,} problems are listed in {escape(str(errors))}")
    console.print(DATA_SOURCE)


async def _supplier() -> UUID:
    """Of all that the catalogue holds; made when there is none."""
    found = await supplier_id_of(SUPPLIER)
    return found or await create_supplier(PLATFORM, CreateSupplier(SUPPLIER, "Livostyle", "US"))


if __name__ == "__main__":
    main()
