from domain.identity.accounts.confirm_registration import ConfirmEmail, confirm_email
from domain.identity.accounts.invite import InvitedRole, InviteStaff, invite_staff
from domain.identity.accounts.sign_up import sign_up
from domain.shared.database import run
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import a_registration, a_sign_up, confirmation_token, registration_of
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.mail import body_of, mails_about
from tests.factories.people import a_person
from tests.factories.roles import role_id


async def test_a_new_address_gets_a_link_in_the_language_of_the_sign_up() -> None:
    email = an_email()

    (mail,) = await mails_about(await a_registration(email=email, language="zh-Hans"), "registration.started")

    assert (mail["To"], mail["Subject"]) == (email, "请确认您在 Hanse 的电子邮箱")
    assert "http://localhost:3000/confirm-email#token=" in body_of(mail)


async def test_nothing_that_a_stranger_typed_is_mailed_to_an_address_that_is_not_confirmed() -> None:
    words = "You have won! Visit http://evil.example"

    (mail,) = await mails_about(await a_registration(name=words), "registration.started")

    assert words not in mail.as_string() + body_of(mail)


async def test_an_invitation_greets_nobody_by_the_name_that_somebody_typed() -> None:
    words = "You have won! Visit http://evil.example"
    invitation = InviteStaff(an_email(), words, "en", (InvitedRole(await role_id("support")),))
    invited = await invite_staff(await a_person("administrator"), invitation)

    (mail,) = await mails_about(invited, "user.invited")

    assert body_of(mail).startswith("Hello,\r\n")
    assert words not in mail.as_string() + body_of(mail)


async def test_an_address_with_an_account_gets_word_of_it_and_no_link_to_confirm() -> None:
    stored = an_email()
    await a_user(email=stored)

    (mail,) = await mails_about(await a_registration(email=stored.upper()), "registration.started")

    assert (mail["To"], mail["Subject"]) == (stored, "You have an account at Hanse already")
    assert "#token=" not in body_of(mail)
    assert "http://localhost:3000/forgot-password" in body_of(mail)


async def test_word_of_an_account_goes_to_its_own_address_and_to_none_that_is_written_alike() -> None:
    stored = an_email()
    await a_user(email=stored)

    (mail,) = await mails_about(await a_registration(email=stored.replace("anna", "ａnna")), "registration.started")

    assert mail["To"] == stored


async def test_a_sign_up_that_was_confirmed_or_forgotten_meanwhile_gets_no_mail() -> None:
    confirmed, forgotten = await a_registration(), await a_registration()
    await confirm_email(ConfirmEmail(await confirmation_token(confirmed), PASSWORD))
    await run("DELETE FROM registration WHERE id = $1", forgotten)

    assert await mails_about(forgotten, "registration.started") == []
    assert len(await mails_about(confirmed, "registration.started")) == 1  # that of before


async def test_each_sign_up_with_one_address_gets_its_own_link() -> None:
    command = a_sign_up()
    await sign_up(ANONYMOUS, command)
    first = await confirmation_token(await registration_of(command.email))
    await sign_up(ANONYMOUS, command)

    assert await confirmation_token(await registration_of(command.email)) != first
