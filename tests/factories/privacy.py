"""Somebody of whom the shop knows everything that it can know."""

from dataclasses import dataclass, replace
from uuid import UUID

import orjson

from domain.identity.accounts.mail_links import new_mail_link
from domain.identity.accounts.profile import UpdateProfile, update_profile
from domain.identity.addresses.addresses import Address
from domain.identity.addresses.edit_address_book import AddAddress, add_address
from domain.identity.email_lookup import email_hash
from domain.identity.factors.passkey_site import LABEL_SEALED_AS
from domain.identity.personal import PersonKey, new_person_key, person_key
from domain.identity.privacy.consent import GiveConsent, give_consent
from domain.identity.privacy.consent_texts import texts_in_force
from domain.identity.privacy.privacy_requests import RequestKind, add_request
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.identity.sessions.tokens import viewer_from_token
from domain.orders.place import place_order
from domain.orders.states import OrderEvent
from domain.shared.clock import now
from domain.shared.database import run, transaction
from domain.shared.ids import new_id
from domain.shared.viewer import PLATFORM, Viewer
from tests.factories.goods import Goods, some_goods
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.orders import a_cart, advance_now, to_place
from tests.factories.payments import event_of
from tests.factories.reviews import a_review

STREET = "Kaufmannsgracht 77"
PHONE = "+4945112345678"
TAX_NUMBER = "DE811907980"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"
DEVICE_LABEL = "Annas Telefon"
DELIVERED = (OrderEvent.PAY, OrderEvent.SHIP, OrderEvent.DELIVER)
ADDRESS = Address("Anna Kaufmann", STREET, "Lübeck", "23552", country="DE")


@dataclass(frozen=True)
class Known:
    """`order_id` is delivered."""

    person: Viewer
    email: str
    tokens: Tokens
    order_id: UUID
    goods: Goods

    @property
    def id(self) -> UUID:
        assert self.person.user_id is not None
        return self.person.user_id


async def somebody_known() -> Known:
    """With a row in every table that can hold one about a person."""
    email = an_email()
    user_id = await a_user(email=email)
    tokens = await log_in(LogIn(email=email, password=PASSWORD))
    person = await viewer_from_token(tokens.access_token)
    await update_profile(person, UpdateProfile({"name": "Anna Kaufmann", "phone": PHONE, "tax_number": TAX_NUMBER}))
    await add_address(person, AddAddress(ADDRESS, key="address"))
    for text in texts_in_force("en"):
        await give_consent(person, GiveConsent(text.purpose, text.version, "en", key=text.purpose))
    goods = await some_goods()
    await a_cart(person, goods)
    cart_id = await a_cart(person, goods, 2)
    order_id = await place_order(person, replace(await to_place(person, cart_id), address=ADDRESS))
    for event in DELIVERED:
        await advance_now(PLATFORM, order_id, event)
    await a_review(person, goods, published=True)
    await _credentials(user_id)
    await run("""UPDATE session SET methods = '["pwd","otp","mfa"]' WHERE user_id = $1""", user_id)
    await _learned(user_id, goods)
    await _mailed(user_id, email)
    return Known(person, email, tokens, order_id, goods)


async def asked_to_erase(person_id: UUID, *, by: Viewer | None = None) -> tuple[UUID, UUID]:
    """The ids of a waiting request and of its event. The person asks, unless somebody else is named."""
    request_id = new_id()
    async with transaction():
        await add_request(by or Viewer(user_id=person_id), request_id, person_id, RequestKind.ERASURE)
    return request_id, await event_of(request_id, "privacy.erasure_requested")


async def _credentials(user_id: UUID) -> None:
    key = await person_key(user_id)
    assert key is not None
    await run(
        "INSERT INTO totp (id, user_id, secret_sealed, last_step, failures, created_at) VALUES ($1, $2, $3, 0, 0, $4)",
        new_id(),
        user_id,
        key.seal(TOTP_SECRET, "totp"),
        now(),
    )
    await run("INSERT INTO recovery_code (id, user_id, code_hash) VALUES ($1, $2, $1::uuid::text)", new_id(), user_id)
    await run(
        """INSERT INTO passkey (id, user_id, credential_id, public_key, sign_count, label_sealed, created_at)
           VALUES ($1, $2, $1::uuid::text, '', 0, $3, $4)""",
        new_id(),
        user_id,
        key.seal(DEVICE_LABEL, LABEL_SEALED_AS),
        now(),
    )
    await run(
        """INSERT INTO log_in_attempt (id, user_id, failures, code_failures, created_at, expires_at)
           VALUES ($1, $2, 0, 0, $3, $3)""",
        new_id(),
        user_id,
        now(),
    )
    await run(
        """INSERT INTO passkey_challenge (id, user_id, challenge, purpose, expires_at)
           VALUES ($1, $2, '', 'register', $3)""",
        new_id(),
        user_id,
        now(),
    )


async def _learned(user_id: UUID, goods: Goods) -> None:
    run_id = new_id()
    await run(
        """INSERT INTO recommendation_run (id, state, seed, parameters, metrics, started_at)
           VALUES ($1, 'retired', 1, '{}', '{}', $2)""",
        run_id,
        now(),
    )
    await run(
        "INSERT INTO customer_recommendation (run_id, customer_id, product_ids, scores) VALUES ($1, $2, $3, '[1.5]')",
        run_id,
        user_id,
        orjson.dumps([goods.product_id], default=str).decode(),
    )
    await run(
        """INSERT INTO segment_run (id, state, seed, parameters, metrics, data_cutoff, created_at)
           VALUES ($1, 'retired', 1, '{}', '{}', $2, $2)""",
        run_id,
        now(),
    )
    await run(
        """INSERT INTO customer_segment (id, run_id, name, size, recency_days, frequency, money_minor, currency)
           VALUES ($1, $1, 'loyal', 1, 1, 1, 100, 'EUR')""",
        run_id,
    )
    await run("INSERT INTO segment_member (segment_id, customer_id) VALUES ($1, $2)", run_id, user_id)


async def _mailed(user_id: UUID, email: str) -> None:
    """A change of address that waits, and a second sign-up with the address that nobody confirmed."""
    other, key = an_email(), await person_key(user_id)
    assert key is not None
    async with transaction():
        change_id, registration_id = new_id(), new_id()
        await run(
            """INSERT INTO email_change (id, user_id, old_email_sealed, new_email_hash, new_email_sealed, created_at)
               VALUES ($1, $2, $3, $4, $5, $6)""",
            change_id,
            user_id,
            key.seal(email, "email"),
            await email_hash(other),
            key.seal(other, "email"),
            now(),
        )
        await _registration(registration_id, email, await new_person_key(registration_id))
        await new_mail_link("change_email_new", subject_id=change_id)
        await new_mail_link("confirm_registration", subject_id=registration_id)
        await new_mail_link("reset_password", email_hash=await email_hash(email))


async def _registration(registration_id: UUID, email: str, key: PersonKey) -> None:
    await run(
        """INSERT INTO registration (id, email_hash, email_sealed, name_sealed, password_hash, country, language,
                                     currency, created_at)
           VALUES ($1, $2, $3, $4, '', 'DE', 'en', 'EUR', $5)""",
        registration_id,
        await email_hash(email),
        key.seal(email, "email"),
        key.seal("Anna Kaufmann", "name"),
        now(),
    )
