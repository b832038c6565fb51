"""The words of `hanse bulk`."""

import runpy
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import orjson
import typer

from domain.bulk.kinds import Format, Layout, OnError, Subject

_FILE = "A .csv, .jsonl or .xlsx file; CSV and JSONL may be packed (.gz)."
_SUPPLIER = "Only what is this supplier's, by its code."


@dataclass(frozen=True)
class Wanted:
    """As it was typed; what was left out is empty."""

    kind: str
    file: str
    subject: str
    format: str
    layout: str
    on_error: str = ""
    language: str = ""
    supplier: str = ""
    currency: str = ""
    warehouse: str = ""
    channel: str = ""
    category: str = ""
    create_categories: bool = False
    errors: str = ""
    dry_run: bool = False

    def packed(self) -> str:
        """For the one argument of the module that carries it out."""
        return orjson.dumps(asdict(self)).decode()


commands = typer.Typer(help="The catalogue in and out as files: products, prices, stock, translations.")


@commands.command("import")
def import_file(  # noqa: PLR0913 - each is a word of the command
    file: Annotated[Path, typer.Argument(help=_FILE)],
    subject: Annotated[Subject, typer.Option(help="What the file is about.")] = Subject.PRODUCTS,
    *,
    layout: Annotated[
        Layout,
        typer.Option(help="hanse: docs/bulk.md has the columns. shopify: the product CSV of Shopify's admin."),
    ] = Layout.HANSE,
    format: Annotated[Format | None, typer.Option(help="By default by the file's name.")] = None,
    on_error: Annotated[
        OnError,
        typer.Option(
            help="refuse_all stores nothing when anything is wrong, skip_rows leaves out the rows, ignore_fields only "
            "the fields, as far as a row can do without them."
        ),
    ] = OnError.REFUSE_ALL,
    language: Annotated[str, typer.Option(help="Of translations, such as zh-Hans.")] = "",
    supplier: Annotated[str, typer.Option(help="Everything is this supplier's, whatever the file says.")] = "",
    currency: Annotated[str, typer.Option(help="Of prices that name none. By default the channel's first.")] = "",
    warehouse: Annotated[str, typer.Option(help="Where stock lies that names none. By default the first.")] = "",
    channel: Annotated[str, typer.Option(help="Where Shopify's products go on sale. By default the first.")] = "",
    category: Annotated[str, typer.Option(help="The slug of that for products without one.")] = "",
    create_categories: Annotated[
        bool, typer.Option("--create-categories", help="Make categories that the file names by a path.")
    ] = False,
    errors: Annotated[str, typer.Option(help="Where to write the row errors. By default into the data folder.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Try everything, and undo it.")] = False,
) -> None:
    """Load products, prices, stock or translations. A second run of the same file changes nothing, and says so.

    A new supplier moves in from Shopify like this:

        hanse bulk import products_export.csv --layout shopify --supplier acme --create-categories --on-error skip_rows

    Rows that are wrong are listed in a CSV file with line, column and reason. A run that is broken off may be started
    again: what was stored is found again by external id, slug and SKU. Pictures are fetched by the worker of the
    queue `bulk`. Exit code 65 when the file was refused, 1 when some rows were.
    """
    _run(
        Wanted(
            *(
                "import",
                str(file),
                subject,
                format or "",
                layout,
                on_error,
                language,
                supplier,
                currency,
                warehouse,
            ),
            *(channel, category),
            create_categories=create_categories,
            errors=errors,
            dry_run=dry_run,
        )
    )


@commands.command("export")
def export_file(  # noqa: PLR0913 - each is a word of the command
    file: Annotated[Path, typer.Argument(help="The file to write; its ending says the format: csv, jsonl or xlsx.")],
    subject: Annotated[Subject, typer.Option(help="What to write.")] = Subject.PRODUCTS,
    *,
    layout: Annotated[Layout, typer.Option(help="shopify: the CSV that Shopify's admin imports.")] = Layout.HANSE,
    format: Annotated[Format | None, typer.Option(help="By default by the file's name.")] = None,
    language: Annotated[str, typer.Option(help="Of translations, such as zh-Hans.")] = "",
    supplier: Annotated[str, typer.Option(help=_SUPPLIER)] = "",
    currency: Annotated[str, typer.Option(help="Shopify's own currency there. By default the channel's first.")] = "",
    warehouse: Annotated[str, typer.Option(help="Whose stock goes to Shopify. By default the first.")] = "",
    channel: Annotated[str, typer.Option(help="What Shopify's shop stands for. By default the first.")] = "",
) -> None:
    """Write products, prices, stock or translations as they stand at one moment.

    What is exported and imported again changes nothing. Text that a spreadsheet would run as a formula gets an
    apostrophe in CSV, which an import takes off again.
    """
    _run(
        Wanted("export", str(file), subject, format or "", layout, "", language, supplier, currency, warehouse, channel)
    )


def _run(wanted: Wanted) -> None:
    """Run the module that carries it out, which loads much, in this process."""
    sys.argv[1:] = [wanted.packed()]
    runpy.run_module("hanse.bulk_command", run_name="__main__", alter_sys=True)
