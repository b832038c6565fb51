import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.accounts.invite import (
    AcceptInvitation,
    InvitedRole,
    InviteStaff,
    ResendInvitation,
    accept_invitation,
    invite_staff,
    resend_invitation,
)
from domain.identity.accounts.mail_links import LIFETIMES
from domain.identity.accounts.reset_password import ResetPassword, request_password_reset, reset_password
from domain.identity.errors import AccountExists, CannotGrant, LinkInvalid, TooManyAttempts, WrongCredentials
from domain.identity.privacy.retention import forget_mail_links
from domain.identity.queries import user
from domain.identity.sessions.log_in import LogIn, log_in
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.errors import InvalidInput, NotAllowed, NotFound
from domain.shared.viewer import ANONYMOUS
from tests.factories.accounts import hash_of
from tests.factories.identity import a_user, an_email
from tests.factories.mail import body_of, mails_about, token_in
from tests.factories.people import a_person
from tests.factories.roles import a_person_with, role_id

NEW = "seven tired badgers"


async def test_somebody_invited_chooses_a_password_and_has_the_roles() -> None:
    email = an_email()
    user_id = await _invite(email, "support")
    (mail,) = await mails_about(user_id, "user.invited")

    accepted = await accept_invitation(AcceptInvitation(token_in(mail), NEW))

    known = await user(user_id)
    assert known is not None
    assert [grant.role for grant in known.grants] == ["support"]
    assert accepted == (await log_in(LogIn(email=email, password=NEW))).user_id == user_id
    assert (mail["To"], "/accept-invitation#token=" in body_of(mail)) == (email, True)


async def test_nobody_logs_in_before_they_accept() -> None:
    email = an_email()
    await _invite(email, "support")

    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=email, password=NEW))


async def test_an_invitation_is_accepted_once_also_twice_at_once() -> None:
    token = await _token(await _invite(an_email(), "support"))

    outcomes = await asyncio.gather(
        *(accept_invitation(AcceptInvitation(token, f"{NEW} {one}")) for one in range(3)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid", "LinkInvalid", "UUID"]


async def test_an_invitation_ends_after_a_week_and_a_weak_password_does_not_use_it_up() -> None:
    token = await _token(await _invite(an_email(), "support"))

    with clock_at(now() + LIFETIMES["accept_invitation"]), pytest.raises(LinkInvalid):
        await accept_invitation(AcceptInvitation(token, NEW))
    with pytest.raises(InvalidInput):
        await accept_invitation(AcceptInvitation(token, "password"))
    await accept_invitation(AcceptInvitation(token, NEW))


async def test_somebody_suspended_meanwhile_does_not_get_in() -> None:
    user_id = await _invite(an_email(), "support")
    token = await _token(user_id)
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", user_id)

    with pytest.raises(LinkInvalid):
        await accept_invitation(AcceptInvitation(token, NEW))


async def test_who_took_a_password_by_another_way_does_not_take_one_by_the_invitation() -> None:
    email = an_email()
    token = await _token(await _invite(email, "support"))
    await _reset_password(email)

    with pytest.raises(LinkInvalid):
        await accept_invitation(AcceptInvitation(token, "another good passphrase"))


async def test_the_link_of_another_mail_takes_the_place_of_the_first() -> None:
    user_id = await _invite(an_email(), "support")
    first = await _token(user_id)
    await resend_invitation(await a_person("administrator"), ResendInvitation(user_id))
    second = await _token(user_id)

    with pytest.raises(LinkInvalid):
        await accept_invitation(AcceptInvitation(first, NEW))

    assert await accept_invitation(AcceptInvitation(second, NEW)) == user_id


async def test_who_was_invited_gets_another_mail_also_when_the_first_link_was_forgotten() -> None:
    user_id = await _invite(an_email(), "support")
    with clock_at(now() + timedelta(days=60)):
        await forget_mail_links(now() - timedelta(days=7))
        assert await value("SELECT count(*) FROM mail_link WHERE subject_id = $1", user_id) == 0
        await resend_invitation(await a_person("administrator"), ResendInvitation(user_id))

        accepted = await accept_invitation(AcceptInvitation(await _token(user_id), NEW))

    assert accepted == user_id


async def test_the_same_key_mails_another_link_once() -> None:
    inviter, user_id = await a_person("administrator"), await _invite(an_email(), "support")

    for _ in range(2):
        await resend_invitation(inviter, ResendInvitation(user_id, key="once"))

    assert await value("SELECT count(*) FROM mail_link WHERE subject_id = $1", user_id) == 2


async def test_who_accepted_or_took_a_password_by_another_way_is_invited_no_more() -> None:
    email = an_email()
    accepted, other = await _invite(an_email(), "support"), await _invite(email, "support")

    await accept_invitation(AcceptInvitation(await _token(accepted), NEW))
    await _reset_password(email)

    waiting = "SELECT count(*) FROM users WHERE id = ANY($1) AND invited_at IS NOT NULL"
    assert await value(waiting, [accepted, other]) == 0


async def test_nobody_is_invited_again_who_has_accepted_or_never_was() -> None:
    inviter, accepted = await a_person("administrator"), await _invite(an_email(), "support")
    await accept_invitation(AcceptInvitation(await _token(accepted), NEW))

    for person_id in (accepted, await a_user()):
        with pytest.raises(NotFound):
            await resend_invitation(inviter, ResendInvitation(person_id))


async def test_one_person_is_not_flooded_with_invitations() -> None:
    inviter, invited = await a_person("administrator"), await _invite(an_email(), "support")
    for _ in range(5):
        await resend_invitation(inviter, ResendInvitation(invited))

    with pytest.raises(TooManyAttempts):
        await resend_invitation(inviter, ResendInvitation(invited))


async def test_an_address_that_has_an_account_is_refused_with_whose_it_is() -> None:
    email = an_email()
    user_id = await a_user(email=email)

    with pytest.raises(AccountExists) as refusal:
        await _invite(email, "support")

    assert refusal.value.user_id == user_id


async def test_nobody_gives_what_they_do_not_hold() -> None:
    email, manager = an_email(), await a_person_with("people.write", "roles.write")

    with pytest.raises(CannotGrant):
        await invite_staff(manager, await _invitation(email, "finance"))

    assert await value("SELECT count(*) FROM users WHERE email_hash = $1", await hash_of(email)) == 0


async def test_only_who_may_write_people_invites() -> None:
    with pytest.raises(NotAllowed):
        await invite_staff(await a_person("support"), await _invitation(an_email(), "support"))


async def test_an_invitation_without_roles_is_none() -> None:
    with pytest.raises(InvalidInput) as refusal:
        await invite_staff(await a_person("administrator"), InviteStaff(an_email(), "Bo", "en", ()))

    assert (refusal.value.field, refusal.value.rule) == ("roles", "required")


async def test_the_same_key_invites_once() -> None:
    inviter, command = await a_person("administrator"), await _invitation(an_email(), "support", key="once")

    first, second = await invite_staff(inviter, command), await invite_staff(inviter, command)

    assert first == second


async def test_invitation_and_acceptance_are_told_of() -> None:
    user_id = await _invite(an_email(), "support")
    await accept_invitation(AcceptInvitation(await _token(user_id), NEW))

    actions = await rows("SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY serial", user_id)
    events = await rows("SELECT kind, sequence FROM event WHERE subject_id = $1 ORDER BY serial", user_id)

    assert [one["action"] for one in actions] == ["inviteStaff", "grantRole", "acceptInvitation"]
    assert [one["kind"] for one in events] == ["user.role_granted", "user.invited", "user.signed_up"]
    assert [one["sequence"] for one in events] == sorted({one["sequence"] for one in events})


async def _invite(email: str, role: str) -> UUID:
    return await invite_staff(await a_person("administrator"), await _invitation(email, role))


async def _invitation(email: str, role: str, key: str | None = None) -> InviteStaff:
    return InviteStaff(email, "Bo Berg", "zh-Hans", (InvitedRole(await role_id(role)),), key)


async def _reset_password(email: str) -> None:
    await request_password_reset(ANONYMOUS, email)
    link_id = await value("SELECT id FROM mail_link WHERE email_hash = $1", await hash_of(email))
    (mail,) = await mails_about(link_id, "password_reset.requested")
    await reset_password(ResetPassword(token_in(mail), NEW))


async def _token(user_id: UUID) -> str:
    (mail,) = await mails_about(user_id, "user.invited")
    return token_in(mail)
