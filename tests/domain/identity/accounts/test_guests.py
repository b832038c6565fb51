from collections.abc import Callable

import pytest

from domain.identity.accounts.guests import StartGuestSession, start_guest_session
from domain.identity.errors import SessionEnded, TooManyAttempts
from domain.identity.queries import user
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.caller import Caller, bind_caller
from domain.shared.database import row, rows
from domain.shared.errors import InvalidInput
from tests.factories.guests import a_guest


async def test_a_guest_is_somebody_without_an_account_on_one_device() -> None:
    tokens = await start_guest_session(StartGuestSession("zh-Hans", "CNY", "CN"))

    guest, known = await viewer_from_token(tokens.access_token), await user(tokens.user_id)
    renewed = await viewer_from_token((await refresh_session(tokens.refresh_token)).access_token)

    assert known is not None
    assert (known.is_guest, known.email, known.name) == (True, None, None)
    assert (known.language, known.currency, known.country, known.grants) == ("zh-Hans", "CNY", "CN", ())
    assert (guest.user_id, guest.is_guest, guest.language, guest.permissions) == (
        known.id,
        True,
        "zh-Hans",
        frozenset(),
    )
    assert (renewed.user_id, renewed.is_guest, renewed.session_id) == (known.id, True, guest.session_id)


async def test_a_refresh_token_of_a_guest_works_once_as_everybodys() -> None:
    tokens = await start_guest_session(StartGuestSession("en", "EUR"))
    following = await refresh_session(tokens.refresh_token)
    await refresh_session(following.refresh_token)

    with pytest.raises(SessionEnded):
        await refresh_session(tokens.refresh_token)


@pytest.mark.parametrize(
    ("command", "field", "rule"),
    [
        (StartGuestSession("xx", "EUR"), "language", "oneOf"),
        (StartGuestSession("en", "JPY"), "currency", "oneOf"),
        (StartGuestSession("en", "EUR", "Germany"), "country", "iso3166"),
    ],
)
async def test_bad_input_names_its_field(command: StartGuestSession, field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        await start_guest_session(command)

    assert (refusal.value.field, refusal.value.rule) == (field, rule)


async def test_too_many_guests_from_one_place_are_told_when_to_come_back(configure: Callable[..., None]) -> None:
    configure(throttle_guest='["3 per hour", "2 per hour"]')
    addresses = ["203.0.113.1", "203.0.113.1", "203.0.113.1", "203.0.113.2", "203.0.113.3", "198.51.100.1"]

    outcomes = [await _arriving(address) for address in addresses]

    assert [waits is None for waits in outcomes] == [True, True, False, True, False, True]
    assert all(0 < waits <= 3600 for waits in outcomes if waits is not None)


async def _arriving(address: str) -> int | None:
    """How many seconds later a guest from there may come back, None for one who was let in."""
    bind_caller(Caller(address))
    try:
        await start_guest_session(StartGuestSession("en", "EUR"))
    except TooManyAttempts as refusal:
        return refusal.retry_after_seconds
    finally:
        bind_caller(Caller())
    return None


async def test_arriving_is_told_and_audited_by_ids_alone() -> None:
    guest = await a_guest()

    events = await rows("SELECT kind, data FROM event WHERE subject_id = $1", guest.user_id)
    audit = await row("SELECT action, actor_id FROM audit_entry WHERE subject_id = $1", guest.user_id)

    assert [(one["kind"], one["data"]) for one in events] == [("user.guest_arrived", "{}")]
    assert audit is not None
    assert tuple(audit) == ("startGuestSession", guest.user_id)
