import asyncio
from email.message import EmailMessage
from uuid import UUID

import pytest

from domain.identity.accounts.change_email import (
    ChangeEmail,
    ConfirmEmailChange,
    confirm_email_change,
    request_email_change,
)
from domain.identity.accounts.mail_links import LIFETIMES
from domain.identity.errors import LinkInvalid, TooManyAttempts, WrongCredentials
from domain.identity.queries import user
from domain.identity.sessions.log_in import LogIn, log_in
from domain.identity.sessions.sessions import Tokens
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, SecondFactorNeeded
from domain.shared.settings import Settings
from domain.shared.viewer import ANONYMOUS, Viewer
from tests.factories.identity import PASSWORD, a_user, an_email
from tests.factories.mail import body_of, mails_about, token_in
from tests.factories.open_sessions import session_is_open
from tests.factories.second_factors import a_viewer, protected
from tests.statements import counted_statements


async def test_the_address_changes_once_both_have_confirmed() -> None:
    old, new = an_email(), an_email()
    viewer = Viewer(user_id=await a_user(email=old))
    to_old, to_new = await _asked(viewer, new)

    first = await _confirmed(token_in(to_new))
    in_between = await log_in(LogIn(email=old, password=PASSWORD))
    second = await _confirmed(token_in(to_old))

    assert (first, second) == (False, True)
    assert in_between.user_id == (await log_in(LogIn(email=new, password=PASSWORD))).user_id == viewer.user_id
    assert await _email(viewer) == new
    with pytest.raises(WrongCredentials):
        await log_in(LogIn(email=old, password=PASSWORD))


async def test_each_address_gets_its_own_link_and_only_the_old_one_is_told_the_other() -> None:
    old, new = an_email(), an_email()

    to_old, to_new = await _asked(Viewer(user_id=await a_user(email=old)), new)

    assert (to_old["To"], to_new["To"]) == (old, new)
    assert token_in(to_old) != token_in(to_new)
    assert new in body_of(to_old)
    assert old not in body_of(to_new)
    assert "Anna Schmidt" in body_of(to_old)
    assert "Anna Schmidt" not in body_of(to_new)


async def test_a_stranger_who_only_reads_the_mail_to_the_new_address_does_not_confirm_it() -> None:
    viewer, reader = Viewer(user_id=await a_user()), Viewer(user_id=await a_user())
    before = await _email(viewer)
    to_old, to_new = await _asked(viewer, an_email())
    await confirm_email_change(ANONYMOUS, ConfirmEmailChange(token_in(to_old)))

    for clicking in (ANONYMOUS, reader):
        with pytest.raises(InvalidInput) as refusal:
            await confirm_email_change(clicking, ConfirmEmailChange(token_in(to_new)))
        with pytest.raises(WrongCredentials):
            await confirm_email_change(clicking, ConfirmEmailChange(token_in(to_new), "a password of my own"))

    assert (refusal.value.field, refusal.value.rule) == ("password", "required")
    assert await _email(viewer) == before
    assert await _confirmed(token_in(to_new))


async def test_who_is_signed_in_as_the_person_confirms_both_without_the_password() -> None:
    viewer = Viewer(user_id=await a_user())
    to_old, to_new = await _asked(viewer, an_email())

    await confirm_email_change(viewer, ConfirmEmailChange(token_in(to_new)))

    assert await confirm_email_change(viewer, ConfirmEmailChange(token_in(to_old)))


async def test_passwords_for_the_new_address_are_counted_by_the_change() -> None:
    _, to_new = await _asked(Viewer(user_id=await a_user()), an_email())

    for number in range(10):
        with pytest.raises(WrongCredentials):
            await confirm_email_change(ANONYMOUS, ConfirmEmailChange(token_in(to_new), f"not it {number}"))

    with pytest.raises(TooManyAttempts):
        await _confirmed(token_in(to_new))


async def test_who_has_a_second_factor_must_have_shown_one_to_ask() -> None:
    older, person = await a_viewer(), await protected()
    unproved = Viewer(user_id=person.user_id, session_id=older.session_id)

    for viewer in (unproved, Viewer(user_id=person.user_id)):
        with pytest.raises(SecondFactorNeeded):
            await request_email_change(viewer, ChangeEmail(an_email(), PASSWORD))

    await request_email_change(person.viewer, ChangeEmail(an_email(), PASSWORD))


async def test_both_confirming_at_once_complete_it_once() -> None:
    viewer = Viewer(user_id=await a_user())
    tokens = [token_in(mail) for mail in await _asked(viewer, an_email())]

    outcomes = await asyncio.gather(*map(_confirmed, tokens))

    assert sorted(outcomes) == [False, True]


async def test_one_address_twice_is_not_both() -> None:
    viewer = Viewer(user_id=await a_user())
    before = await _email(viewer)
    token = token_in((await _asked(viewer, an_email()))[0])
    await _confirmed(token)

    with pytest.raises(LinkInvalid):
        await _confirmed(token)

    assert await _email(viewer) == before


async def test_the_device_that_asked_stays_signed_in() -> None:
    email = an_email()
    await a_user(email=email)
    here, elsewhere = [await log_in(LogIn(email=email, password=PASSWORD)) for _ in range(2)]

    for mail in await _asked(_viewer(here), an_email()):
        await _confirmed(token_in(mail))

    assert [await session_is_open(one.session_id) for one in (here, elsewhere)] == [True, False]


async def test_both_addresses_are_told_when_it_is_done() -> None:
    old, new = an_email(), an_email()
    viewer = Viewer(user_id=await a_user(email=old))
    for mail in await _asked(viewer, new):
        await _confirmed(token_in(mail))

    told = await mails_about(await _change(viewer), "email_change.completed")

    assert sorted(mail["To"] for mail in told) == sorted([old, new])


async def test_an_address_that_has_an_account_answers_alike_its_owner_is_told_and_it_never_completes(
    shop: Settings,
) -> None:
    taken, viewer = an_email(), Viewer(user_id=await a_user())
    await a_user(email=taken)
    await request_email_change(viewer, ChangeEmail(an_email(), PASSWORD))

    async with counted_statements(shop) as for_unknown:
        await request_email_change(viewer, ChangeEmail(an_email(), PASSWORD))
    async with counted_statements(shop) as for_taken:
        await request_email_change(viewer, ChangeEmail(taken, PASSWORD))
    to_old, to_taken = await _mails(viewer)

    assert for_taken == for_unknown
    assert to_taken["To"] == taken
    assert "#token=" not in body_of(to_taken)
    assert await _confirmed(token_in(to_old)) is False


async def test_an_address_that_gets_an_account_meanwhile_is_not_taken_from_it() -> None:
    new, viewer = an_email(), Viewer(user_id=await a_user())
    to_old, to_new = await _asked(viewer, new)
    await _confirmed(token_in(to_old))
    owner = await a_user(email=new)

    with pytest.raises(LinkInvalid):
        await _confirmed(token_in(to_new))

    assert (await log_in(LogIn(email=new, password=PASSWORD))).user_id == owner


async def test_of_two_people_who_want_one_address_at_once_one_gets_it() -> None:
    new, viewers = an_email(), [Viewer(user_id=await a_user()) for _ in range(3)]
    last = []
    for viewer in viewers:
        to_old, to_new = await _asked(viewer, new)
        await _confirmed(token_in(to_old))
        last.append(token_in(to_new))

    outcomes = await asyncio.gather(*map(_confirmed, last), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid", "LinkInvalid", "bool"]
    assert [await _email(viewer) for viewer in viewers].count(new) == 1


async def test_a_later_change_takes_the_place_of_an_earlier_one() -> None:
    wanted, viewer = an_email(), Viewer(user_id=await a_user())
    earlier = await _asked(viewer, an_email())
    later = await _asked(viewer, wanted)

    for mail in earlier:
        with pytest.raises(LinkInvalid):
            await _confirmed(token_in(mail))
    for mail in later:
        await _confirmed(token_in(mail))

    assert await _email(viewer) == wanted


async def test_links_end_after_a_day() -> None:
    to_old, _ = await _asked(Viewer(user_id=await a_user()), an_email())

    with clock_at(now() + LIFETIMES["change_email_old"]), pytest.raises(LinkInvalid):
        await _confirmed(token_in(to_old))


async def test_somebody_who_was_suspended_meanwhile_keeps_the_old_address() -> None:
    viewer = Viewer(user_id=await a_user())
    before = await _email(viewer)
    to_old, to_new = await _asked(viewer, an_email())
    await _confirmed(token_in(to_old))
    await run("UPDATE users SET suspended_at = now() WHERE id = $1", viewer.user_id)

    with pytest.raises(LinkInvalid):
        await _confirmed(token_in(to_new))

    assert await _email(viewer) == before


@pytest.mark.parametrize("wrong", ["nobody", "\N{CYRILLIC SMALL LETTER A}nna@example.org"])
async def test_an_address_that_is_none_is_refused_by_its_field(wrong: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await request_email_change(Viewer(user_id=await a_user()), ChangeEmail(wrong, PASSWORD))

    assert refusal.value.field == "newEmail"


async def test_a_stolen_session_is_not_enough() -> None:
    with pytest.raises(WrongCredentials):
        await request_email_change(Viewer(user_id=await a_user()), ChangeEmail(an_email(), "not the password"))


async def test_the_same_key_asks_once() -> None:
    viewer = Viewer(user_id=await a_user())
    command = ChangeEmail(an_email(), PASSWORD, key="once")

    await asyncio.gather(*(request_email_change(viewer, command) for _ in range(3)))

    assert await value("SELECT count(*) FROM email_change WHERE user_id = $1", viewer.user_id) == 1
    with pytest.raises(IdempotencyKeyReused):
        await request_email_change(viewer, ChangeEmail(an_email(), PASSWORD, key="once"))


async def test_neither_address_is_stored_in_the_open() -> None:
    old, new = an_email(), an_email()
    viewer = Viewer(user_id=await a_user(email=old))
    await _asked(viewer, new)

    stored = await rows(
        """SELECT email_change::text FROM email_change WHERE user_id = $1
           UNION ALL SELECT audit_entry::text FROM audit_entry WHERE subject_id = $1
           UNION ALL SELECT event::text FROM event WHERE subject_id = $2""",
        viewer.user_id,
        await _change(viewer),
    )

    assert len(stored) >= 3
    assert not any(address in one[0] for one in stored for address in (old, new))


async def _confirmed(token: str) -> bool:
    """By somebody who is not signed in and knows the password."""
    return await confirm_email_change(ANONYMOUS, ConfirmEmailChange(token, PASSWORD))


async def _asked(viewer: Viewer, new: str) -> list[EmailMessage]:
    """The mails to the old and to the new address."""
    await request_email_change(viewer, ChangeEmail(new, PASSWORD))
    return await _mails(viewer)


async def _mails(viewer: Viewer) -> list[EmailMessage]:
    mails = await mails_about(await _change(viewer), "email_change.requested")
    return sorted(mails, key=lambda mail: "mail_new" in mail["Message-ID"])


async def _change(viewer: Viewer) -> UUID:
    found: UUID = await value("SELECT id FROM email_change WHERE user_id = $1 ORDER BY created_at DESC", viewer.user_id)
    return found


async def _email(viewer: Viewer) -> str | None:
    assert viewer.user_id is not None
    known = await user(viewer.user_id)
    assert known is not None
    return known.email


def _viewer(tokens: Tokens) -> Viewer:
    return Viewer(user_id=tokens.user_id, session_id=tokens.session_id)
