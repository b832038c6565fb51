"""What belongs to the owner's account, and what was mailed, begun and asked for."""

from datetime import timedelta
from uuid import UUID

from domain.identity.accounts.change_email import ChangeEmail, request_email_change
from domain.identity.accounts.invite import InvitedRole, InviteStaff, invite_staff
from domain.identity.accounts.mail_links import mail_token
from domain.identity.accounts.profile import UpdateProfile, update_profile
from domain.identity.accounts.reset_password import request_password_reset
from domain.identity.accounts.sign_up import SignUp, sign_up
from domain.identity.addresses.edit_address_book import AddAddress, add_address
from domain.identity.errors import SecondFactorRequired
from domain.identity.factors.begin_passkey import begin_passkey_log_in, begin_passkey_registration
from domain.identity.factors.register_passkey import NewPasskey, finish_passkey_registration
from domain.identity.factors.totp import confirm_totp, enrol_totp
from domain.identity.privacy.consent import GiveConsent, give_consent
from domain.identity.privacy.consent_texts import texts_in_force
from domain.identity.privacy.erase import erase_person
from domain.identity.privacy.export import export_personal_data
from domain.identity.privacy.request_personal_data import RequestPersonalData, request_personal_data
from domain.identity.sessions.log_in import LogIn, log_in
from domain.shared.clock import clock_at, now
from domain.shared.database import value
from domain.shared.viewer import ANONYMOUS
from tests.architecture.access.parties import email_of, signed_in
from tests.architecture.access.world import World
from tests.factories.addresses import an_address
from tests.factories.authenticator import Authenticator
from tests.factories.identity import PASSWORD
from tests.factories.payments import event_of
from tests.factories.privacy import asked_to_erase
from tests.factories.roles import role_id
from tests.factories.second_factors import code
from workers.privacy import ERASURE

NEW_PASSWORD = "seven tired badgers"


async def add_accounts(world: World) -> None:
    await _known(world)
    await _second_factors(world)
    await _pending_codes(world)
    await _mailed(world)
    await _asked_for(world)
    for name in ("owner", "stranger"):  # what was switched on has ended the tokens of before
        world.parties[name] = await signed_in(name, world.parties[name].viewer.signed_in())


async def _known(world: World) -> None:
    """Profile, addresses, consent and devices."""
    owner = world.owner
    await update_profile(owner, UpdateProfile({"phone": "+4945112345678", "tax_number": "DE811907980"}))
    address = an_address(company="Berg & Co", line2="Hinterhaus", city_area="Mitte", region="SH")
    world.keep("AddressEntry", await add_address(owner, AddAddress(address, True, True)))
    for text in texts_in_force("en"):
        world.texts[f"text of {text.purpose}"] = text.version
        world.keep("Consent", await give_consent(owner, GiveConsent(text.purpose, text.version, "en")))
    world.texts["refresh token"] = (await log_in(LogIn(email_of("stranger"), PASSWORD))).refresh_token


async def _second_factors(world: World) -> None:
    """A passkey, codes of an app that are in use, and a log-in that waits for the second factor."""
    owner, phone = world.owner, Authenticator()
    for name in ("", "open"):
        asked = await begin_passkey_registration(owner)
        world.keep("PasskeyChallenge", asked.challenge_id, name)
        world.texts[f"new passkey {name}"] = (Authenticator() if name else phone).create(asked.options)
    made = NewPasskey(world.ids["PasskeyChallenge", ""], world.texts["new passkey "], "Phone")
    registered = await finish_passkey_registration(owner, made)
    world.keep("Passkey", registered.id)
    world.texts["recovery code"] = registered.recovery_codes[0]
    logging_in = await begin_passkey_log_in()
    world.keep("PasskeyChallenge", logging_in.challenge_id)
    world.texts["passkey"] = phone.get(logging_in.options)
    with clock_at(now() - timedelta(minutes=2)):
        secret = (await enrol_totp(owner)).secret
        await confirm_totp(owner, code(secret))
    try:
        await log_in(LogIn(email_of("owner"), PASSWORD))
    except SecondFactorRequired as required:
        world.texts["attempt"] = required.attempt


async def _pending_codes(world: World) -> None:
    """Codes of an app that the stranger has set up and not confirmed."""
    world.texts["secret"] = (await enrol_totp(world.parties["stranger"].viewer)).secret


async def _mailed(world: World) -> None:
    """A sign-up, a forgotten password, a change of address and an invitation, each with its link."""
    await sign_up(ANONYMOUS, SignUp("new@example.org", PASSWORD, "New", language="en", currency="EUR", country="DE"))
    await request_password_reset(ANONYMOUS, email_of("stranger"))
    await request_email_change(world.owner, ChangeEmail("other@example.org", PASSWORD))
    invitation = InviteStaff("clerk@example.org", "Clerk", "en", (InvitedRole(await role_id("support")),))
    world.keep("User", await invite_staff(world.parties["administrator"].viewer, invitation), "invited")
    for purpose in ("confirm_registration", "reset_password", "change_email_old", "accept_invitation"):
        link: UUID = await value("SELECT id FROM mail_link WHERE purpose = $1", purpose)
        world.texts[purpose] = await mail_token(link)


async def _asked_for(world: World) -> None:
    """The owner's copy of their data, and an erasure that came too early."""
    request_id, event_id = await asked_to_erase(world.owner.signed_in())
    await erase_person(event_id, request_id, ERASURE)
    request_id = await request_personal_data(world.owner, RequestPersonalData())
    await export_personal_data(await event_of(request_id, "privacy.data_requested"), request_id, {})
    world.keep("PrivacyRequest", request_id)
