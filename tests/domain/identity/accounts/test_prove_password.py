from collections.abc import Callable

import pytest

from domain.identity.accounts.prove_password import prove_own_password
from domain.identity.errors import TooManyAttempts, WrongCredentials
from domain.identity.sessions.log_in import LogIn, log_in
from domain.shared.viewer import Viewer
from tests.factories.identity import PASSWORD, a_user, an_email


async def test_nobody_who_is_not_signed_in_uses_up_the_tries_of_who_is(configure: Callable[..., None]) -> None:
    configure(throttle_account="10 per 15 minutes")
    email = an_email()
    viewer = Viewer(user_id=await a_user(email=email))
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            await log_in(LogIn(email, "not the password"))
    with pytest.raises(TooManyAttempts):
        await log_in(LogIn(email, PASSWORD))

    proved = await prove_own_password(viewer, PASSWORD)

    assert proved.owner.id == viewer.user_id


async def test_tries_to_prove_it_are_counted() -> None:
    viewer = Viewer(user_id=await a_user())
    for _ in range(10):
        with pytest.raises(WrongCredentials):
            await prove_own_password(viewer, "not the password")

    with pytest.raises(TooManyAttempts):
        await prove_own_password(viewer, PASSWORD)
