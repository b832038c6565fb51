import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from domain.identity.accounts.mail_links import (
    LIFETIMES,
    LinkPurpose,
    mail_token,
    new_mail_link,
    read_mail_link,
    use_mail_link,
)
from domain.identity.errors import LinkInvalid
from domain.shared.clock import clock_at, now
from domain.shared.database import value
from domain.shared.ids import new_id
from domain.shared.transactions import use_case

new_link, use_link = use_case(new_mail_link), use_case(use_mail_link)


async def test_a_link_works_once() -> None:
    subject_id = new_id()
    token = await mail_token(await new_link("reset_password", subject_id=subject_id))

    read = await read_mail_link(token, "reset_password")
    used = await use_link(token, "reset_password")

    assert read == used
    assert used.subject_id == subject_id
    with pytest.raises(LinkInvalid):
        await use_link(token, "reset_password")
    with pytest.raises(LinkInvalid):
        await read_mail_link(token, "reset_password")


async def test_of_two_uses_at_once_one_is_refused() -> None:
    token = await mail_token(await new_link("reset_password"))

    outcomes = await asyncio.gather(*(use_link(token, "reset_password") for _ in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in outcomes) == ["LinkInvalid"] * 3 + ["MailLinkFacts"]


@pytest.mark.parametrize("purpose", LIFETIMES)
async def test_a_link_ends_with_its_lifetime(purpose: LinkPurpose) -> None:
    made = now()
    with clock_at(made):
        token = await mail_token(await new_link(purpose))

    with clock_at(made + LIFETIMES[purpose] - timedelta(seconds=1)):
        await read_mail_link(token, purpose)
    with clock_at(made + LIFETIMES[purpose]), pytest.raises(LinkInvalid):
        await use_link(token, purpose)


async def test_lifetimes_are_as_short_as_what_the_link_opens_is_dangerous() -> None:
    assert {purpose: lifetime / timedelta(hours=1) for purpose, lifetime in LIFETIMES.items()} == {
        "confirm_registration": 72,
        "reset_password": 1,
        "change_email_old": 24,
        "change_email_new": 24,
        "accept_invitation": 168,
    }


async def test_a_link_for_something_else_is_refused() -> None:
    token = await mail_token(await new_link("confirm_registration"))

    with pytest.raises(LinkInvalid):
        await use_link(token, "reset_password")


async def test_a_forged_token_is_refused() -> None:
    one, other = [await mail_token(await new_link("reset_password")) for _ in range(2)]
    id_only = one[:22]

    forged = (
        "",
        "x",
        id_only,
        id_only + "A" * 42,
        other[:21] + one[21:],
        one[:-1] + ("A" if one[-1] != "A" else "B"),
        one + "=",
        one + one,
        "ü" * 64,
        "!" * 64,
        "\ud800" * 64,
        "A" * 1_000_000,
    )

    for token in forged:
        with pytest.raises(LinkInvalid):
            await read_mail_link(token, "reset_password")


async def test_who_reads_the_database_cannot_make_the_token() -> None:
    link_id: UUID = await new_link("reset_password", email_hash="0" * 64)
    token = await mail_token(link_id)

    stored = await value("SELECT mail_link::text FROM mail_link WHERE id = $1", link_id)

    assert token[22:] not in stored
    assert token == await mail_token(link_id)
