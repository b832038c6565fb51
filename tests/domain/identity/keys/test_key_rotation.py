import asyncio
from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta

import jwt
import pytest

from domain.identity.errors import TokenInvalid
from domain.identity.keys.jwks import KEPT, json_web_key_set
from domain.identity.keys.key_rotation import NOTICE, Rotated, revoke_access_key, rotate_due_keys, rotate_keys
from domain.identity.keys.keys import LAST_TOKEN, PURPOSES, REFRESH, active_key, public_keys, stored_keys
from domain.identity.sessions.refresh import refresh_session
from domain.identity.sessions.tokens import viewer_from_token
from domain.shared.clock import clock_at, now
from domain.shared.database import rows, run, transaction, value
from domain.shared.settings import Settings
from tests.factories.identity import signed_in
from tests.own_shop import own_shop

__all__ = ["own_shop"]
pytestmark = pytest.mark.usefixtures("own_shop")
AGE = timedelta(days=90)


async def test_nothing_is_rotated_before_its_time() -> None:
    with clock_at(now() + AGE - timedelta(hours=1)):
        assert await rotate_due_keys() == Rotated()


async def test_a_new_key_is_published_first_then_signs_then_the_old_one_is_retired_and_goes() -> None:
    first, due = await active_key("access"), now() + AGE + timedelta(minutes=1)

    with clock_at(due):
        made = await rotate_due_keys()
        at_first = (await active_key("access")).kid, await _published()
    with clock_at(due + NOTICE):
        await rotate_due_keys()
        later = (await active_key("access")).kid, await _published()
    with clock_at(due + NOTICE + REFRESH):
        retired = await rotate_due_keys()
    with clock_at(due + NOTICE + REFRESH + LAST_TOKEN):
        at_last = await _published()

    [new] = [kid for kid in made.made if kid.startswith("access")]
    assert at_first == (first.kid, [first.kid, new])
    assert later == (new, [first.kid, new])
    assert first.kid in retired.retired
    assert at_last == [new]


async def test_at_no_minute_a_token_is_signed_by_a_key_that_a_verifier_may_not_know(
    configure: Callable[..., None],
) -> None:
    """A verifier that read the keys just before a moment goes by them for `KEPT`, and what it read was `REFRESH` old."""
    configure(key_rotation_days=1)
    begin, seen = now(), list[tuple[datetime, str, list[str]]]()

    for minute in range(0, 2 * 24 * 60 + 90, 1):
        with clock_at(begin + timedelta(minutes=minute)):
            if minute % 7 == 0:  # the schedule may come late
                await rotate_due_keys()
            seen.append((now(), (await active_key("access")).kid, await _published()))

    assert len({kid for _, kid, _ in seen}) == 3
    for at, published in [(at, published) for at, _, published in seen]:
        signed = {kid for moment, kid, _ in seen if at - timedelta(minutes=15) <= moment <= at + KEPT + REFRESH}
        assert signed <= set(published), at


async def test_the_private_half_of_a_retired_key_is_destroyed_and_receipts_stay_verifiable() -> None:
    receipt = await active_key("receipt")
    await _rotated_fully()

    stored = await value("SELECT private_encrypted FROM signing_key WHERE kid = $1", receipt.kid)
    with clock_at(now() + 20 * AGE):
        public = await public_keys("receipt")

    assert stored is None
    assert public[receipt.kid] == receipt.public_pem
    assert len(public) == 2


async def test_a_token_stays_good_through_the_rotation_until_it_expires() -> None:
    begin = now() + AGE
    with clock_at(begin):
        await rotate_due_keys()
    with clock_at(begin + NOTICE - timedelta(seconds=1)):
        before = await signed_in()
    with clock_at(begin + NOTICE):
        after = await signed_in()

    with clock_at(begin + NOTICE + REFRESH + timedelta(minutes=1)):
        await rotate_due_keys()
    with clock_at(before.access_expires_at - timedelta(seconds=1)):
        viewers = [await viewer_from_token(one.access_token) for one in (before, after)]

    assert [viewer.session_id for viewer in viewers] == [before.session_id, after.session_id]
    assert _kid(before.access_token) != _kid(after.access_token)


async def test_another_algorithm_is_a_reason_to_rotate(configure: Callable[..., None]) -> None:
    configure(token_algorithm="EdDSA")
    begin = now()

    made = await rotate_due_keys()
    with clock_at(begin + NOTICE - timedelta(seconds=5)):
        before = await signed_in()
    with clock_at(begin + NOTICE + timedelta(seconds=5)):
        after = await signed_in()
        assert await viewer_from_token(before.access_token)
        assert await viewer_from_token(after.access_token)

    assert [kid.split("-")[0] for kid in made.made] == ["access"]
    algorithms = [jwt.get_unverified_header(one.access_token)["alg"] for one in (before, after)]
    assert algorithms == ["RS256", "EdDSA"]


async def test_of_many_rotations_at_once_one_makes_the_keys_and_one_retires_them() -> None:
    due = now() + AGE

    with clock_at(due):
        made = await asyncio.gather(*(rotate_due_keys() for _ in range(5)))
    with clock_at(due + NOTICE + REFRESH):
        retired = await asyncio.gather(*(rotate_due_keys() for _ in range(5)))

    assert sum(len(one.made) for one in made) == len(PURPOSES)
    assert sum(len(one.retired) for one in retired) == len(PURPOSES)
    assert await _audited("makeSigningKey") == 2 * len(PURPOSES)
    assert await _audited("retireSigningKey") == len(PURPOSES)


async def test_a_rotation_that_dies_half_way_has_made_nothing() -> None:
    due, made = now() + AGE, list[Rotated]()

    async def rotate() -> None:
        with clock_at(due):
            made.append(await rotate_due_keys())

    before = [await stored_keys(purpose) for purpose in PURPOSES]
    async with transaction():  # audit entries wait for their chain, and so does the rotation with half of its keys made
        await run("LOCK TABLE audit_entry IN EXCLUSIVE MODE")
        dying = asyncio.create_task(rotate(), context=Context())
        await asyncio.sleep(0.5)
        waited = not dying.done()
        dying.cancel()
        await asyncio.wait([dying], timeout=5)
    after = [await stored_keys(purpose) for purpose in PURPOSES]
    await rotate()

    assert waited
    assert before == after
    assert [len(one.made) for one in made] == [len(PURPOSES)]


async def test_by_hand_keys_are_made_at_any_time_but_not_twice() -> None:
    first, second = await rotate_keys(), await rotate_keys()
    with clock_at(now() + NOTICE + REFRESH + timedelta(minutes=1)):
        third = await rotate_keys()

    assert len(first.made) == len(PURPOSES)
    assert second == Rotated()
    assert (len(third.made), len(third.retired)) == (len(PURPOSES), len(PURPOSES))


async def test_a_key_that_is_revoked_verifies_nothing_and_another_signs_at_once() -> None:
    tokens, stolen = await signed_in(), await active_key("access")

    revoked = await revoke_access_key(stolen.kid)

    with clock_at(now() + REFRESH):
        with pytest.raises(TokenInvalid):
            await viewer_from_token(tokens.access_token)
        later = await refresh_session(tokens.refresh_token)
        assert await viewer_from_token(later.access_token)
        assert await _published() == list(revoked.made) == [_kid(later.access_token)]
    assert revoked.retired == (stolen.kid,)
    assert await _audited("revokeSigningKey") == 1


async def test_a_key_that_waits_for_its_time_takes_over_from_one_that_is_revoked() -> None:
    stolen, made = await active_key("access"), await rotate_keys()

    revoked = await revoke_access_key(stolen.kid)

    [waiting] = [kid for kid in made.made if kid.startswith("access")]
    with clock_at(now() + REFRESH):
        assert (await active_key("access")).kid == waiting
        assert await _published() == [waiting]
    assert revoked.made == ()


async def test_only_keys_for_access_tokens_are_revoked() -> None:
    receipt = await active_key("receipt")

    outcomes = [await revoke_access_key(kid) for kid in (receipt.kid, "access-unknown")]

    assert outcomes == [Rotated()] * 2
    assert (await active_key("receipt")).kid == receipt.kid


async def _rotated_fully() -> None:
    begin = now() + AGE
    with clock_at(begin):
        await rotate_due_keys()
    with clock_at(begin + NOTICE + REFRESH):
        await rotate_due_keys()


async def _published() -> list[str]:
    return [one["kid"] for one in (await json_web_key_set())["keys"]]


async def _audited(action: str) -> int:
    return len(await rows("SELECT FROM audit_entry WHERE action = $1", action))


def _kid(token: str) -> str:
    kid: str = jwt.get_unverified_header(token)["kid"]
    return kid


def test_the_notice_is_longer_than_anybody_keeps_old_keys(shop: Settings) -> None:
    assert KEPT + REFRESH + timedelta(minutes=1) <= NOTICE
    assert timedelta(seconds=shop.access_token_seconds) < LAST_TOKEN
