"""Where an order goes, and who is told: an address given or kept, and the e-mail address of guests."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.identity.addresses.edit_address_book import RemoveAddress, UpdateAddress, remove_address, update_address
from domain.identity.email_lookup import email_hash
from domain.identity.personal import person_key
from domain.orders.delivery_addresses import addresses_of
from domain.orders.place import PlaceOrder, place_order
from domain.shared.database import row, rows, run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotFound
from domain.shared.settings import Settings
from domain.shared.viewer import Viewer
from tests.factories.addresses import an_address, an_entry
from tests.factories.goods import some_goods
from tests.factories.guests import a_guest
from tests.factories.orders import ADDRESS, a_cart, an_order, to_place
from tests.factories.people import a_person
from tests.statements import counted_statements


async def _wish(buyer: Viewer, *, email: str | None = None) -> PlaceOrder:
    return await to_place(buyer, await a_cart(buyer, await some_goods()), email=email)


async def test_an_address_of_ones_book_is_written_into_the_order_as_it_is_then() -> None:
    buyer = await a_person()
    entry_id = await an_entry(buyer, line2="Hinterhaus")

    order_id = await place_order(buyer, replace(await _wish(buyer), address=None, address_id=entry_id))
    await update_address(buyer, UpdateAddress(entry_id, an_address(line2="Vorderhaus")))
    await remove_address(buyer, RemoveAddress(entry_id))

    address = (await addresses_of([order_id]))[order_id]
    assert (address["line2"], address["phone"]) == ("Hinterhaus", "+49451123456")
    assert await value("SELECT country FROM orders WHERE id = $1", order_id) == "DE"


@pytest.mark.parametrize("both", [True, False])
async def test_an_order_goes_to_one_address_given_or_kept(both: bool) -> None:
    buyer = await a_person()
    entry_id = await an_entry(buyer)
    wish = replace(await _wish(buyer), address=ADDRESS if both else None, address_id=entry_id if both else None)

    with pytest.raises(InvalidInput) as refusal:
        await place_order(buyer, wish)

    assert (refusal.value.rule, refusal.value.limit) == ("either", "address, addressId")


async def test_an_address_of_anothers_book_answers_like_a_missing_one() -> None:
    buyer, stranger = await a_person(), await a_person()
    foreign = await an_entry(stranger)

    for id in (foreign, UUID(int=1)):
        with pytest.raises(NotFound) as refusal:
            await place_order(buyer, replace(await _wish(buyer), address=None, address_id=id))
        assert (refusal.value.kind, refusal.value.id) == ("AddressEntry", id)


async def test_the_same_key_gives_the_same_order_though_the_kept_address_has_changed() -> None:
    buyer = await a_person()
    entry_id = await an_entry(buyer)
    wish = replace(await _wish(buyer), address=None, address_id=entry_id)
    first = await place_order(buyer, wish)
    await update_address(buyer, UpdateAddress(entry_id, an_address(line2="Vorderhaus")))

    again = await place_order(buyer, wish)

    assert again == first
    with pytest.raises(IdempotencyKeyReused):
        await place_order(buyer, replace(wish, address=ADDRESS, address_id=None))


async def test_a_guest_says_where_the_mail_goes_and_it_is_kept_sealed() -> None:
    guest = await a_guest()

    await place_order(guest, await _wish(guest, email="Gesine.Zabel@Example.org"))

    assert guest.user_id is not None
    kept, key = await row("SELECT * FROM users WHERE id = $1", guest.user_id), await person_key(guest.user_id)
    assert kept is not None
    assert key is not None
    assert kept["contact_hash"] == await email_hash("gesine.zabel@example.org")
    assert key.open(kept["contact_sealed"], "contact") == "Gesine.Zabel@example.org"
    assert (kept["email_hash"], kept["email_sealed"]) == (None, None)


async def test_the_last_address_that_a_guest_gave_counts_and_a_refused_order_changes_nothing() -> None:
    guest, goods = await a_guest(), await some_goods()
    await an_order(guest, goods, email="first@example.org")
    await an_order(guest, goods, email="second@example.org")

    refused = replace(await _wish(guest, email="third@example.org"), cart_id=UUID(int=1))
    with pytest.raises(NotFound):
        await place_order(guest, refused)

    kept = await value("SELECT contact_hash FROM users WHERE id = $1", guest.user_id)
    assert kept == await email_hash("second@example.org")


@pytest.mark.parametrize(
    ("is_guest", "email", "rule"),
    [
        (True, None, "required"),
        (True, "", "required"),
        (True, "nowhere", "email"),
        (False, "ada@example.org", "guests"),
        (False, "", "guests"),
    ],
)
async def test_guests_give_an_email_address_and_nobody_else_does(is_guest: bool, email: str | None, rule: str) -> None:
    buyer = await a_guest() if is_guest else await a_person()

    with pytest.raises(InvalidInput) as refusal:
        await place_order(buyer, await _wish(buyer, email=email))

    assert (refusal.value.field, refusal.value.rule) == ("email", rule)


async def test_a_guest_has_no_address_book_to_order_from() -> None:
    guest = await a_guest()
    foreign = await an_entry(await a_person())

    with pytest.raises(NotFound):
        await place_order(guest, replace(await _wish(guest, email="g@example.org"), address=None, address_id=foreign))


async def test_a_kept_address_or_a_guest_costs_one_statement_more(shop: Settings) -> None:
    person, guest = await a_person(), await a_guest()
    entry_id = await an_entry(person)
    wishes = {
        "given": (person, await _wish(person)),
        "kept": (person, replace(await _wish(person), address=None, address_id=entry_id)),
        "guest": (guest, await _wish(guest, email="g@example.org")),
    }

    counts = {}
    for name, (buyer, wish) in wishes.items():
        async with counted_statements(shop) as statements:
            await place_order(buyer, wish)
        counts[name] = len(statements)

    assert counts == {"given": counts["given"], "kept": counts["given"] + 1, "guest": counts["given"] + 1}


async def test_nothing_of_a_purchase_as_a_guest_stands_in_the_open() -> None:
    guest = await a_guest()
    wish = await _wish(guest, email="quirin.zabel@example.org")
    await place_order(guest, replace(wish, address=an_address(name="Quirin Zabel", line1="Quittengasse 7")))

    found = [
        str(one["text"])
        for table in ("users", "orders", "cart", "session", "audit_entry", "event", "idempotency_key")
        for one in await rows(f"SELECT t::text AS text FROM {table} t")
    ]

    assert [text for text in found if "Zabel" in text or "zabel" in text or "Quitten" in text] == []


async def test_who_was_erased_meanwhile_places_nothing() -> None:
    buyer = await a_person()
    wish = await _wish(buyer)
    await run("UPDATE person_key SET sealed = NULL WHERE person_id = $1", buyer.user_id)

    with pytest.raises(NotFound):
        await place_order(buyer, wish)
