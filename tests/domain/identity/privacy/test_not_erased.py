"""What somebody who was erased still holds for some seconds: an access token. Nothing is stored by it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.analytics.request_report import ReportKind, RequestReport, request_report
from domain.cart.lines import CartLineChange, add_cart_line
from domain.cart.open import CreateCart, create_cart
from domain.identity.accounts.change_email import ChangeEmail, request_email_change
from domain.identity.accounts.change_password import ChangePassword, change_password
from domain.identity.accounts.profile import UpdateProfile, update_profile
from domain.identity.addresses.edit_address_book import AddAddress, add_address
from domain.identity.applications.register_application import RegisterApplication, register_application
from domain.identity.factors.begin_passkey import begin_passkey_registration
from domain.identity.factors.recovery_codes import renew_recovery_codes
from domain.identity.factors.totp import enrol_totp
from domain.identity.privacy.consent import GiveConsent, WithdrawConsent, give_consent, withdraw_consent
from domain.identity.privacy.consent_texts import texts_in_force
from domain.identity.privacy.erase import erase_person
from domain.identity.privacy.purposes import Purpose
from domain.identity.privacy.request_erasure import RequestErasure, request_erasure
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.sessions.end_own_sessions import end_own_sessions
from domain.orders.claim_guest_orders import claim_guest_orders
from domain.orders.place import place_order
from domain.shared.database import value
from domain.shared.errors import DomainError
from domain.shared.viewer import Viewer
from tests.database_text import tables
from tests.factories.goods import Goods, some_goods
from tests.factories.identity import PASSWORD, an_email
from tests.factories.orders import a_cart, to_place
from tests.factories.privacy import ADDRESS, asked_to_erase, somebody_known
from workers.privacy import ERASURE

Write = Callable[[Viewer, UUID, Goods], Awaitable[object]]
_TEXT = texts_in_force("en")[1]
_DAY = datetime(2026, 1, 1, tzinfo=UTC).date()

WRITES: dict[str, Write] = {
    "createCart": lambda who, _, __: create_cart(who, CreateCart("EUR", key="old token")),
    "addCartLine": lambda who, cart, goods: add_cart_line(who, CartLineChange(cart, goods.variant_id, 1, key="old")),
    "addAddress": lambda who, _, __: add_address(who, AddAddress(ADDRESS, key="old token")),
    "updateProfile": lambda who, _, __: update_profile(who, UpdateProfile({"name": "Anna"}, key="old token")),
    "giveConsent": lambda who, _, __: give_consent(who, GiveConsent(_TEXT.purpose, _TEXT.version, "en", key="old")),
    "withdrawConsent": lambda who, _, __: withdraw_consent(who, WithdrawConsent(Purpose.ANALYTICS, key="old token")),
    "requestPersonalData": lambda who, _, __: request_personal_data(who, RequestPersonalData(key="old token")),
    "requestErasure": lambda who, _, __: request_erasure(who, RequestErasure(key="old token"), ERASURE.obstacles),
    "enrolTotp": lambda who, _, __: enrol_totp(who),
    "renewRecoveryCodes": lambda who, _, __: renew_recovery_codes(who),
    "beginPasskeyRegistration": lambda who, _, __: begin_passkey_registration(who),
    "changePassword": lambda who, _, __: change_password(who, ChangePassword(PASSWORD, "another horse battery")),
    "requestEmailChange": lambda who, _, __: request_email_change(who, ChangeEmail(an_email(), PASSWORD, key="old")),
    "endOwnSessions": lambda who, _, __: end_own_sessions(who, except_this=True),
    "claimGuestOrders": lambda who, _, __: claim_guest_orders(who),
    "requestReport": lambda who, _, __: request_report(
        who, RequestReport(ReportKind.SALES_BY_DAY_AND_CATEGORY, _DAY, _DAY, "EUR", "en", "old token")
    ),
    "registerApplication": lambda who, _, __: register_application(
        who, RegisterApplication("Partner", ("orders.read",), key="old token")
    ),
}


@pytest.mark.parametrize("write", WRITES)
async def test_after_an_erasure_nothing_is_written_by_the_old_token(write: str) -> None:
    known = await somebody_known()
    old = Viewer(
        user_id=known.id, session_id=known.person.session_id, permissions=known.person.permissions | {"reports.request"}
    )
    cart_id = await a_cart(known.person, known.goods)
    request_id, event_id = await asked_to_erase(known.id)
    await erase_person(event_id, request_id, ERASURE)
    before = await _counts()

    with suppress(DomainError):
        await WRITES[write](old, cart_id, known.goods)

    assert await _counts() == before


async def test_after_an_erasure_no_order_is_placed_by_the_old_token() -> None:
    known, goods = await somebody_known(), await some_goods()
    command = await to_place(known.person, await a_cart(known.person, goods))
    request_id, event_id = await asked_to_erase(known.id)
    await erase_person(event_id, request_id, ERASURE)
    before = await _counts()

    with pytest.raises(DomainError):
        await place_order(known.person, command)

    assert await _counts() == before


async def _counts() -> dict[str, int]:
    """The rows of each table."""
    return {table: await value(f'SELECT count(*) FROM "{table}"') for table in await tables()}
