"""What somebody who has just opened the shop needs to know: its addresses and who may log in."""

import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from domain.shared.settings import Settings
from hanse.readiness import address


def welcome(settings: Settings, console: Console) -> None:
    console.print(_addresses(address(settings)))
    logins = settings.data_dir / "demo-logins.json"
    if logins.exists():
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


def _people(file: Path) -> Table:
    table = Table("role", "email", "password", title="Sample log-ins", title_justify="left")
    for person in json.loads(file.read_text()):
        table.add_row(person["role"], person["email"], person["password"])
    return table
