"""The rows of suppliers and of everybody who can order or log in."""

from collections.abc import Iterator, Mapping
from uuid import UUID

import numpy as np

from hanse.seed.customers import SAMPLE_ANALYST, SAMPLE_CUSTOMER
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import PAID
from hanse.seed.logins import Login
from hanse.seed.naming import slug
from hanse.seed.tables import Table, row_ids

_SAMPLES = {"customer": SAMPLE_CUSTOMER, "analyst": SAMPLE_ANALYST}
"""Log-ins that are customers with a history; the others are staff without one."""

_USER_COLUMNS = (
    "id",
    "email",
    "password_hash",
    "name",
    "country",
    "language",
    "currency",
    "role_id",
    "supplier_id",
    "created_at",
)


def people_tables(demo: Demo, logins: Mapping[str, Login], roles: Mapping[str, UUID]) -> Iterator[Table]:
    yield _suppliers(demo)
    yield Table("users", _USER_COLUMNS, [*_customers(demo, logins, roles), *_staff(demo, logins, roles)])


def _suppliers(demo: Demo) -> Table:
    return Table(
        "supplier",
        ("id", "code", "name", "country", "created_at"),
        [
            (key, slug(one.name), one.name, one.country, demo.keys.opened_at)
            for key, one in zip(demo.keys.suppliers, demo.place.suppliers, strict=True)
        ],
    )


def _customers(demo: Demo, logins: Mapping[str, Login], roles: Mapping[str, UUID]) -> Iterator[tuple[object, ...]]:
    samples = {row: logins[role] for role, row in _SAMPLES.items()}
    people = zip(demo.keys.customers, demo.shop.customers.people, demo.keys.joined_at, strict=True)
    for row, (key, person, joined) in enumerate(people):
        login = samples.get(row)
        yield (
            key,
            login.email if login else person.email,
            login.password_hash if login else None,
            person.name,
            person.country,
            person.language,
            person.currency,
            roles[login.role if login else "customer"],
            None,
            joined,
        )


def _staff(demo: Demo, logins: Mapping[str, Login], roles: Mapping[str, UUID]) -> Iterator[tuple[object, ...]]:
    staff = [login for role, login in logins.items() if role not in _SAMPLES]
    ids = row_ids(demo.scale, "users", np.full(len(staff), demo.keys.opened))
    for key, login in zip(ids, staff, strict=True):
        supplier = demo.keys.suppliers[_busiest_supplier(demo)] if login.role == "supplier" else None
        yield (
            key,
            login.email,
            login.password_hash,
            login.name,
            "DE",
            "en",
            "EUR",
            roles[login.role],
            supplier,
            demo.keys.opened_at,
        )


def _busiest_supplier(demo: Demo) -> int:
    """The one with most paid orders that are all its own: those it may ship itself."""
    lines, state = demo.history.lines, demo.history.lives.state
    supplier = np.array([product.supplier for product in demo.shop.catalogue.products])[lines.product]
    starts = np.searchsorted(lines.order, np.arange(len(state)))
    low, high = np.minimum.reduceat(supplier, starts), np.maximum.reduceat(supplier, starts)
    own = low[(low == high) & (state == PAID)]
    return int(np.bincount(own, minlength=len(demo.place.suppliers)).argmax())
