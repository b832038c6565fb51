"""The command line. Whatever loads much is a module of its own, run only when its command is called."""

import os
import runpy
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, Literal, NoReturn

import typer
from rich.console import Console

from domain.shared.failures import traceback_of
from domain.shared.settings import settings
from hanse.bulk_cli import commands as bulk_commands
from hanse.doctor import doctor as examine
from hanse.engines import with_running
from hanse.failures import Failure, explain
from hanse.interruptible import run
from hanse.secret_files import with_master_key
from hanse.surroundings import enter, prepared

app = typer.Typer(
    help="Hanse, a commerce platform. `hanse up` opens a whole shop on this machine; the others are its parts.",
    epilog="Settings come from the environment and .env; .env.example explains them. Exit codes: 0 done, 1 doctor, "
    "audit or privacy found something, 2 wrong usage, 65 the input cannot be used, 66 no such input, 69 a server cannot be "
    "reached, 70 a fault, 73 cannot write, 75 port or data folder taken, 78 wrong setting, 130 and 143 stopped by "
    "a signal.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
imports = typer.Typer(help="Load data from elsewhere.")
app.add_typer(imports, name="import", rich_help_panel="Data")
app.add_typer(bulk_commands, name="bulk", rich_help_panel="Data")
keys = typer.Typer(help="The keys that sign, and the master key that seals all others.")
app.add_typer(keys, name="keys", rich_help_panel="Data")
audit = typer.Typer(help="The audit log.")
app.add_typer(audit, name="audit", rich_help_panel="Data")
privacy = typer.Typer(help="Personal data.")
app.add_typer(privacy, name="privacy", rich_help_panel="Data")
staff = typer.Typer(help="Those who work in the shop: the first administrator, and others.")
app.add_typer(staff, name="staff", rich_help_panel="Data")
_console = Console(highlight=False)


@app.command(rich_help_panel="On one machine")
def up() -> None:
    """Open the whole shop: engines, database, demo data, API, workers, relay and schedule. Ctrl-C closes it.

    The first start fills the shop and takes a minute; later ones take seconds and keep all data. DATABASE_URL and
    REDIS_URL, where set, replace the embedded engines.
    """
    _run("hanse.up")


@app.command(rich_help_panel="On one machine")
def doctor() -> None:
    """Examine settings, engines, migrations, keys, parts and dead letters, and say what to do. Changes nothing."""
    if not run(examine(settings, _console)):
        raise SystemExit(1)


@app.command(rich_help_panel="Data")
def migrate() -> None:
    """Bring the database to the newest migration and make roles and keys that are missing. Safe to repeat."""
    run(_migrate())


@app.command(rich_help_panel="Data")
def seed() -> None:
    """Fill the shop with the demo: products, people, stock and 18 months of orders. Does nothing where it is there."""
    _run("hanse.seeding")


@app.command(rich_help_panel="Data")
def reindex() -> None:
    """Make all that lists and searches of products read anew from the catalogue. The shop may go on meanwhile."""
    _run("hanse.reindexing")


@imports.command("transactions")
def import_transactions(file: Annotated[Path, typer.Argument(help="A CSV file, plain or .gz.")]) -> None:
    """Load the public Online Retail data as products, customers and orders. A second run changes nothing.

    Nothing is half-loaded. Rows that cannot be used are counted by reason and listed in a file with their line numbers.
    """
    _run("hanse.importing", str(file))


@imports.command("fashion")
def import_fashion(file: Annotated[Path, typer.Argument(help="The catalogue, plain or .gz.")]) -> None:
    """Load the public Livostyle fashion catalogue as products of a supplier. A second run changes nothing.

    Categories are made as the catalogue names them; rows that cannot be used are listed in a file with their line numbers.
    """
    _run("hanse.importing_fashion", str(file))


@audit.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option(help="POSITION:HASH that an earlier run printed: the chain must still hold it.")
    ] = "",
) -> None:
    """Say whether the audit log is as it was written, or name the first entry that was altered, removed or inserted.

    Changes nothing. Exit code 1 when something is not as it was written; docs/audit.md says what it cannot find.
    """
    _run("hanse.auditing", head)


@privacy.command("erase-again")
def erase_again(
    file: Annotated[str, typer.Argument(help="A file of people's ids, one a line; - reads them from standard input.")],
) -> None:
    """After restoring a backup: erase the people who were erased after it was made. A second run changes nothing.

    The ids are those of the log's lines "person erased" (docs/operations.md). Exit code 1 when something is in the way of
    one of them, which is named; all others are erased.
    """
    _run("hanse.privacy_command", file)


@keys.command("list")
def list_keys() -> None:
    """Show every key that signs or signed, and its state. Shows no private half."""
    _run("hanse.keys_command", "list")


@keys.command("rotate")
def rotate_keys() -> None:
    """Make new keys before their time. They sign some minutes later, when everybody can know them; the schedule then
    retires the ones before. A second call in that time makes none."""
    _run("hanse.keys_command", "rotate")


@keys.command("revoke")
def revoke_key(
    kid: Annotated[str, typer.Argument(help="The key's name, as `hanse keys list` shows it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")] = False,
) -> None:
    """Withdraw a stolen key for access tokens: whatever it signed is refused within a minute, and people refresh.

    Where no other key is left a new one is made, which signs at once.
    """
    if not yes:
        _end(f"{kid} would verify nothing any more, and this cannot be undone: say --yes", 2)
    _run("hanse.keys_command", "revoke", kid)


@keys.command("rewrap")
def rewrap_keys() -> None:
    """Seal every key anew under HANSE_MASTER_KEY: those that sign, the installation's secret, those of all people.

    For when the master key was exchanged and the one before stands in HANSE_PREVIOUS_MASTER_KEYS. May be broken off and
    run again.
    """
    _run("hanse.keys_command", "rewrap")


@staff.command("invite")
def invite_staff(  # noqa: PLR0913 - each is a word of the command
    email: Annotated[str, typer.Argument(help="An address that has no account yet.")],
    *,
    name: Annotated[str, typer.Option(help="What the person is called.")],
    role: Annotated[str, typer.Option(help="As `administrator`; docs/access.md tells what each allows.")],
    language: Annotated[str, typer.Option(help="Of the mails: en or zh-Hans. By default the shop's.")] = "",
    supplier: Annotated[str, typer.Option(help="The code of the only supplier for whom the role holds.")] = "",
    channel: Annotated[str, typer.Option(help="The only channel in which the role holds.")] = "",
) -> None:
    """Let somebody in who has no account: they get a mail with a link to choose a password, and hold the role.

    The first administrator of a new shop comes in like this:

        hanse staff invite ada@example.org --name "Ada Lee" --role administrator

    The link is good for a week. Relay and worker must run, for the worker sends the mail; where no mail server is set
    (HANSE_MAIL_URL) it becomes a file, and this command says where. The audit log names the platform as whoever did it.
    """
    _run("hanse.staff_command", "invite", email, role, supplier, channel, name, language)


@staff.command("grant")
def grant_role(
    email: Annotated[str, typer.Argument(help="The confirmed address of an account.")],
    role: Annotated[str, typer.Argument(help="As `administrator`; docs/access.md tells what each allows.")],
    *,
    supplier: Annotated[str, typer.Option(help="The code of the only supplier for whom the role holds.")] = "",
    channel: Annotated[str, typer.Option(help="The only channel in which the role holds.")] = "",
) -> None:
    """Give a role to somebody who has an account. It holds within five seconds, without logging in again.

    Without --supplier and --channel it holds everywhere. To take a role back, use the API (`revokeRole`).
    """
    _run("hanse.staff_command", "grant", email, role, supplier, channel)


@app.command(rich_help_panel="Data")
def export_schema() -> None:
    """Print the GraphQL schema, as it is checked in as schema.graphql."""
    _run("hanse.export_schema")


@app.command(rich_help_panel="Parts")
def serve() -> None:
    """Run the API at HANSE_HOST and HANSE_PORT (127.0.0.1:8000)."""
    _run_part("hanse.serve")


@app.command(rich_help_panel="Parts")
def worker(
    queue: Annotated[
        Literal["default", "ml", "bulk"],
        typer.Option(help="ml trains and clusters, bulk does pictures, imports and exports; default does the rest."),
    ],
) -> None:
    """Run a worker for one queue."""
    _run_part("workers.run", "--queue", queue)


@app.command(rich_help_panel="Parts")
def relay() -> None:
    """Run the relay, which carries committed events to the queues. One works, others stand by."""
    _run_part("workers.relay")


@app.command(rich_help_panel="Parts")
def schedule() -> None:
    """Run the schedule of the nightly jobs. One works, others stand by."""
    _run_part("workers.schedule")


@app.command(rich_help_panel="Parts")
def alive(
    part: Annotated[
        Literal["api", "relay", "schedule", "worker:default", "worker:ml", "worker:bulk"], typer.Argument()
    ],
) -> None:
    """Ask whether a part works, as health checks of containers do."""
    _run_part("hanse.alive", part)


def main() -> None:
    """Run the command line. Every failure is one line on standard error and an exit code (`hanse/failures.py`)."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _stop)
    try:
        app(args=sys.argv[1:] or ["--help"], prog_name="hanse", standalone_mode=False)
    except typer.TyperException as error:
        _end(f"{error.format_message()} (`hanse --help` lists the commands)", error.exit_code)
    except Exception as error:  # noqa: BLE001 - here, at the end, everything becomes a line
        if os.environ.get("HANSE_LOG_LEVEL") == "DEBUG":
            print(traceback_of(error), file=sys.stderr)  # noqa: T201 - where parts have their log, and so without values
        failure = explain(error)
        _end(str(failure), failure.code)


def _end(line: str, code: int) -> NoReturn:
    print(f"hanse: {' '.join(line.split())}", file=sys.stderr)  # noqa: T201 - the line that people read
    raise SystemExit(code)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


async def _migrate() -> None:
    async with prepared(settings()):
        _console.print("The database is up to date.")


def _run_part(module: str, *arguments: str) -> None:
    known = with_master_key(with_running(settings()))
    for name, address in {"DATABASE_URL": known.database_url, "REDIS_URL": known.redis_url}.items():
        if not address:
            raise Failure(f"{name} is not set, and no `hanse up` runs in {known.data_dir.resolve()}", os.EX_CONFIG)
    enter(known)
    _run(module, *arguments)


def _run(module: str, *arguments: str) -> None:
    """Run a module in this process, as `python -m` would."""
    sys.argv[1:] = arguments
    runpy.run_module(module, run_name="__main__", alter_sys=True)
