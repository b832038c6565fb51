from domain.identity.factors.reset_second_factors import ResetSecondFactors, reset_second_factors
from domain.identity.factors.totp import disable_totp
from domain.shared.database import run
from tests.factories.authenticator import Authenticator
from tests.factories.identity import an_email
from tests.factories.mail import body_of, mails_about
from tests.factories.people import a_person
from tests.factories.second_factors import a_viewer, protected, registered


async def test_who_gets_a_second_factor_is_told_and_not_which_secret() -> None:
    person = await protected()

    (mail,) = await mails_about(person.user_id, "factor.added")

    assert (mail["To"], mail["Subject"]) == (person.email, "A second factor was added to your account at Hanse")
    assert "Anna Schmidt" in body_of(mail)
    assert person.secret not in mail.as_string()


async def test_who_registers_a_passkey_is_told_in_their_language() -> None:
    email = an_email()
    viewer = await a_viewer(email=email)
    await run("UPDATE users SET language = 'zh-Hans' WHERE id = $1", viewer.user_id)
    await registered(viewer, Authenticator())

    (mail,) = await mails_about(viewer.signed_in(), "factor.added")

    assert (mail["To"], mail["Subject"]) == (email, "您的 Hanse 账户已添加第二验证方式")


async def test_who_loses_a_second_factor_is_told() -> None:
    person = await protected()
    await disable_totp(person.viewer)

    (mail,) = await mails_about(person.user_id, "factor.removed")

    assert mail["Subject"] == "A second factor was removed from your account at Hanse"
    assert "http://localhost:3000/forgot-password" in body_of(mail)


async def test_who_loses_them_by_staff_is_told_too() -> None:
    person = await protected()
    await reset_second_factors(await a_person("administrator"), ResetSecondFactors(person.user_id))

    (mail,) = await mails_about(person.user_id, "factor.removed")

    assert mail["To"] == person.email


async def test_who_was_erased_meanwhile_gets_no_mail() -> None:
    person = await protected()
    await run("UPDATE users SET email_sealed = NULL WHERE id = $1", person.user_id)

    assert await mails_about(person.user_id, "factor.added") == []
