import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.identity.addresses.address_book import AddressEntry, addresses_of
from domain.identity.addresses.edit_address_book import (
    MAX_ENTRIES,
    AddAddress,
    RemoveAddress,
    UpdateAddress,
    add_address,
    remove_address,
    update_address,
)
from domain.identity.errors import AddressBookFull
from domain.shared.database import rows, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.addresses import ADDRESS, an_address, an_entry
from tests.factories.people import a_person
from tests.statements import counted_statements


async def _book(owner: Viewer) -> list[AddressEntry]:
    assert owner.user_id is not None
    return (await addresses_of([owner.user_id])).get(owner.user_id, [])


async def _defaults(owner: Viewer) -> list[tuple[bool, bool]]:
    return [(one.is_default_delivery, one.is_default_billing) for one in await _book(owner)]


async def test_an_address_is_kept_changed_and_forgotten() -> None:
    owner = await a_person()

    entry_id = await add_address(owner, AddAddress(an_address(postcode="２３５５２")))
    added = await _book(owner)
    await update_address(owner, UpdateAddress(entry_id, an_address(city="Kiel", postcode="24103")))
    changed = await _book(owner)
    await remove_address(owner, RemoveAddress(entry_id))

    assert [(one.id, one.address, one.version) for one in added] == [(entry_id, ADDRESS, 1)]
    assert [(one.address.city, one.version) for one in changed] == [("Kiel", 2)]
    assert await _book(owner) == []


async def test_one_entry_at_most_is_the_default_of_each_kind() -> None:
    owner = await a_person()
    first = await an_entry(owner, delivery=True, billing=True)

    second = await an_entry(owner, delivery=True)
    after_adding = await _defaults(owner)
    await update_address(owner, UpdateAddress(second, is_default_billing=True))
    after_changing = await _defaults(owner)
    await update_address(owner, UpdateAddress(second, is_default_delivery=False))

    assert after_adding == [(False, True), (True, False)]
    assert after_changing == [(False, False), (True, True)]
    assert await _defaults(owner) == [(False, False), (False, True)]
    assert [one.version for one in await _book(owner)] == [3, 3]
    assert (await _book(owner))[0].id == first


async def test_of_many_at_once_that_become_the_default_one_is_left() -> None:
    owner = await a_person()
    entries = [await an_entry(owner) for _ in range(4)]

    await asyncio.gather(
        *(
            update_address(owner, UpdateAddress(one, is_default_delivery=True, is_default_billing=True))
            for one in entries
        ),
        *(an_entry(owner, delivery=True) for _ in range(4)),
    )

    book = await _defaults(owner)
    assert len(book) == 8
    assert [sum(kind) for kind in zip(*book, strict=True)] == [1, 1]


async def test_two_at_once_that_change_the_same_version_leave_one_refused() -> None:
    owner = await a_person()
    entry_id = await an_entry(owner)
    changes = [UpdateAddress(entry_id, an_address(line2=text), expected_version=1) for text in ("left", "right")]

    outcomes = await asyncio.gather(*(update_address(owner, one) for one in changes), return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, StaleVersion)]
    assert [(one.expected, one.current) for one in refused] == [(1, 2)]
    assert (await _book(owner))[0].version == 2


async def test_a_book_has_a_last_page_also_for_many_at_once() -> None:
    owner = await a_person()
    for _ in range(MAX_ENTRIES - 1):
        await an_entry(owner)

    outcomes = await asyncio.gather(*(an_entry(owner) for _ in range(3)), return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, AddressBookFull)]
    assert [one.max_entries for one in refused] == [50, 50]
    assert len(await _book(owner)) == MAX_ENTRIES


async def test_anothers_entry_answers_like_a_missing_one_and_stays() -> None:
    owner, stranger = await a_person(), await a_person()
    entry_id = await an_entry(owner)

    for id in (entry_id, UUID(int=1)):
        for write in (
            update_address(stranger, UpdateAddress(id, is_default_delivery=True)),
            remove_address(stranger, RemoveAddress(id)),
        ):
            with pytest.raises(NotFound) as refusal:
                await write
            assert (refusal.value.kind, refusal.value.id) == ("AddressEntry", id)

    assert [(one.id, one.version) for one in await _book(owner)] == [(entry_id, 1)]


async def test_a_stale_version_is_refused() -> None:
    owner = await a_person()
    entry_id = await an_entry(owner)
    await update_address(owner, UpdateAddress(entry_id, is_default_delivery=True, expected_version=1))

    with pytest.raises(StaleVersion):
        await update_address(owner, UpdateAddress(entry_id, expected_version=1))
    with pytest.raises(StaleVersion) as refusal:
        await remove_address(owner, RemoveAddress(entry_id, expected_version=1))

    assert (refusal.value.expected, refusal.value.current) == (1, 2)


async def test_the_same_key_twice_has_one_effect_and_the_same_answer() -> None:
    owner = await a_person()
    add = AddAddress(an_address(), key="once")

    first, again = await asyncio.gather(add_address(owner, add), add_address(owner, add))
    remove = RemoveAddress(first, expected_version=1, key="once")
    removed = [await remove_address(owner, remove) for _ in range(2)]

    assert first == again
    assert removed == [first, first]
    assert await _book(owner) == []
    with pytest.raises(IdempotencyKeyReused):
        await add_address(owner, replace(add, address=an_address(line2="2nd floor")))


async def test_a_bad_address_is_not_kept() -> None:
    owner = await a_person()
    entry_id = await an_entry(owner)

    with pytest.raises(InvalidInput) as refusal:
        await update_address(owner, UpdateAddress(entry_id, an_address(postcode="1")))

    assert (refusal.value.field, refusal.value.rule) == ("address.postcode", "postcode")
    assert (await _book(owner))[0].address == ADDRESS


async def test_only_who_has_an_account_has_an_address_book() -> None:
    guest = replace(await a_person(), is_guest=True)

    with pytest.raises(NotSignedIn):
        await an_entry(ANONYMOUS)
    with pytest.raises(NotAllowed) as refusal:
        await an_entry(guest)

    assert refusal.value.permission == "account"


async def test_several_peoples_books_are_read_in_two_statements(shop: Settings) -> None:
    owners = [await a_person() for _ in range(3)]
    for owner in owners:
        await an_entry(owner)
        await an_entry(owner)

    async with counted_statements(shop) as statements:
        books = await addresses_of([owner.user_id for owner in owners if owner.user_id])

    assert [len(book) for book in books.values()] == [2, 2, 2]
    assert len(statements) == 2, "\n".join(statements)


async def test_nothing_of_an_address_stands_in_the_open_except_its_country() -> None:
    owner = await a_person()
    words: dict[str, Any] = {"name": "Quirinius Zabel", "city": "Zarrentin", "phone": "+4938851 123456"}
    entry_id = await add_address(owner, AddAddress(an_address(**words), is_default_delivery=True, key="Quark"))
    await update_address(owner, UpdateAddress(entry_id, an_address(**words, line2="Quergebäude"), key="Quelle"))
    await remove_address(owner, RemoveAddress(await an_entry(owner, **words)))

    found = [
        str(row["text"])
        for table in ("address_entry", "audit_entry", "event", "idempotency_key")
        for row in await rows(f"SELECT t::text AS text FROM {table} t")
    ]

    assert [
        text for text in found if "Zabel" in text or "Zarrentin" in text or "Quer" in text or "38851123456" in text
    ] == []
    assert await value("SELECT country FROM address_entry WHERE id = $1", entry_id) == "DE"
    audit = await rows("SELECT action FROM audit_entry WHERE actor_id = $1 ORDER BY serial", owner.user_id)
    assert [one["action"] for one in audit] == ["addAddress", "updateAddress", "addAddress", "removeAddress"]
