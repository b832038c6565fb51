"""What somebody who has just opened the shop needs to know: its addresses and who may log in."""

from rich.console import Console
from rich.table import Table

from domain.shared.settings import Settings
from hanse.readiness import address
from hanse.seed.logins import read_logins


def welcome(settings: Settings, console: Console) -> None:
    console.print(_addresses(address(settings)))
    if logins := read_logins(settings.data_dir):
        console.print(_people(logins))
    console.print(
        f"Logs: {settings.data_dir.resolve() / 'logs'}   Ctrl-C closes the shop; its data stays.", soft_wrap=True
    )


def _addresses(root: str) -> Table:
    table = Table("", "address", title="Hanse is open", title_justify="left")
    table.add_row("GraphiQL and GraphQL", f"{root}/graphql")
    table.add_row("health", f"{root}/healthz")
    table.add_row("ready", f"{root}/readyz")
    table.add_row("metrics", f"{root}/metrics")
    return table


def _people(logins: list[dict[str, str]]) -> Table:
    table = Table("role", "email", "password", title="Sample log-ins", title_justify="left")
    for person in logins:
        table.add_row(person["role"], person["email"], person["password"])
    return table
