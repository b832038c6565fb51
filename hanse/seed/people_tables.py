"""The rows of suppliers and of everybody who can order or log in, personal data sealed under each one's own key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from domain.identity.access.permissions import CUSTOMER, SUPPLIER
from domain.identity.email_lookup import email_hash_key
from domain.identity.personal import PersonKey, made_person_key
from domain.shared.sealing import keyed_hash
from hanse.seed.customers import SAMPLE_ANALYST, SAMPLE_CUSTOMER
from hanse.seed.demo import Demo
from hanse.seed.lifecycle import PAID
from hanse.seed.logins import Login
from hanse.seed.naming import slug
from hanse.seed.tables import Table, row_ids

_SAMPLES = {"customer": SAMPLE_CUSTOMER, "analyst": SAMPLE_ANALYST}
"""Log-ins that are customers with a history; the others are staff without one."""


@dataclass(frozen=True)
class Somebody:
    """A person to store. `key_sealed` is what the database keeps of the key."""

    key: PersonKey
    key_sealed: str
    email: str
    name: str
    country: str
    language: str
    currency: str
    joined_at: datetime
    login: Login | None = None

    @property
    def id(self) -> UUID:
        return self.key.person_id


def make_people(demo: Demo, logins: Mapping[str, Login]) -> list[Somebody]:
    """The demo's customers in its order, then the staff."""
    return [*_customers(demo, logins), *_staff(demo, logins)]


async def people_tables(demo: Demo, people: Sequence[Somebody], roles: Mapping[str, UUID]) -> list[Table]:
    hash_key = await email_hash_key()
    return [
        _suppliers(demo),
        Table(
            "person_key",
            ("person_id", "sealed", "created_at"),
            [(one.id, one.key_sealed, one.joined_at) for one in people],
        ),
        Table(
            "users",
            (
                *("id", "email_hash", "email_sealed", "password_hash", "name_sealed", "country", "language"),
                *("currency", "is_guest", "version", "created_at"),
            ),
            [_user(one, hash_key) for one in people],
        ),
        Table(
            "role_grant",
            ("id", "user_id", "role_id", "channel", "supplier_id", "created_at"),
            list(_grants(demo, people, roles)),
        ),
    ]


def _user(one: Somebody, hash_key: bytes) -> tuple[object, ...]:
    return (
        one.id,
        keyed_hash(one.email, key=hash_key),
        one.key.seal(one.email, "email"),
        one.login.password_hash if one.login else None,
        one.key.seal(one.name, "name"),
        one.country,
        one.language,
        one.currency,
        False,
        1,
        one.joined_at,
    )


def _suppliers(demo: Demo) -> Table:
    return Table(
        "supplier",
        ("id", "code", "name", "country", "created_at"),
        [
            (key, slug(one.name), one.name, one.country, demo.keys.opened_at)
            for key, one in zip(demo.keys.suppliers, demo.place.suppliers, strict=True)
        ],
    )


def _customers(demo: Demo, logins: Mapping[str, Login]) -> Iterator[Somebody]:
    samples = {row: logins[role] for role, row in _SAMPLES.items()}
    people = zip(demo.keys.customers, demo.shop.customers.people, demo.keys.joined_at, strict=True)
    for row, (id, person, joined) in enumerate(people):
        login = samples.get(row)
        yield Somebody(
            *made_person_key(id),
            email=login.email if login else person.email,
            name=person.name,
            country=person.country,
            language=person.language,
            currency=person.currency,
            joined_at=joined,
            login=login,
        )


def _staff(demo: Demo, logins: Mapping[str, Login]) -> Iterator[Somebody]:
    staff = [login for role, login in logins.items() if role not in _SAMPLES]
    ids = row_ids(demo.scale, "users", np.full(len(staff), demo.keys.opened))
    for id, login in zip(ids, staff, strict=True):
        yield Somebody(
            *made_person_key(id), login.email, login.name, "DE", "en", "EUR", joined_at=demo.keys.opened_at, login=login
        )


def _grants(demo: Demo, people: Sequence[Somebody], roles: Mapping[str, UUID]) -> Iterator[tuple[object, ...]]:
    holders = [(one.id, one.login.role) for one in people if one.login and one.login.role != CUSTOMER]
    ids = row_ids(demo.scale, "role_grant", np.full(len(holders), demo.keys.opened))
    for id, (user_id, role) in zip(ids, holders, strict=True):
        supplier = demo.keys.suppliers[_busiest_supplier(demo)] if role == SUPPLIER else None
        yield (id, user_id, roles[role], None, supplier, demo.keys.opened_at)


def _busiest_supplier(demo: Demo) -> int:
    """The one with most paid orders that are all its own: those it may ship itself."""
    lines, state = demo.history.lines, demo.history.lives.state
    supplier = np.array([product.supplier for product in demo.shop.catalogue.products])[lines.product]
    starts = np.searchsorted(lines.order, np.arange(len(state)))
    low, high = np.minimum.reduceat(supplier, starts), np.maximum.reduceat(supplier, starts)
    own = low[(low == high) & (state == PAID)]
    return int(np.bincount(own, minlength=len(demo.place.suppliers)).argmax())
