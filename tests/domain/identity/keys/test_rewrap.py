import os
from collections.abc import Callable
from uuid import UUID

import pytest

from domain.identity.keys import rewrap
from domain.identity.keys.keys import PURPOSES, active_key
from domain.identity.keys.rewrap import rewrap_everything
from domain.identity.personal import destroy_person_key
from domain.identity.queries import get_many
from domain.shared import secrets
from domain.shared.database import rows, transaction, value
from domain.shared.master_key import KeysUnusable, present_name
from domain.shared.secrets import secret_for
from domain.shared.settings import Settings
from tests.factories.identity import a_user
from tests.own_shop import own_shop

__all__ = ["own_shop"]
pytestmark = pytest.mark.usefixtures("own_shop")
NEW = "YW5vdGhlci1rZXktYW5vdGhlci1rZXktYW5vdGhlci0="


async def test_after_rewrapping_everything_opens_without_the_master_key_of_before(
    own_shop: Settings, configure: Callable[..., None]
) -> None:
    people, kept, told = [await a_user() for _ in range(3)], await secret_for("test"), list[tuple[int, int]]()
    _exchange(configure)

    sealed = await rewrap_everything(lambda done, total: told.append((done, total)))
    _forget_the_old(configure)
    secrets._opened.pop(own_shop.database_url)

    assert sealed == len(PURPOSES) + 1 + 3
    assert told == [(4, 7), (7, 7)]
    assert [(await active_key(purpose)).kid.split("-")[0] for purpose in PURPOSES] == list(PURPOSES)
    assert await secret_for("test") == kept
    assert await _names(people) == ["Anna Schmidt"] * 3


async def test_nothing_in_the_database_lies_under_the_master_key_of_before(
    configure: Callable[..., None],
) -> None:
    old = present_name()
    await a_user()
    _exchange(configure)
    before = await _sealed_under(old)

    await rewrap_everything(lambda *_: None)

    assert before >= {("person_key", "sealed"), ("secret", "sealed"), ("signing_key", "private_encrypted")}
    assert await _sealed_under(old) == set()


async def test_broken_off_anywhere_it_goes_on_where_it_was(
    configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await a_user() for _ in range(4)]
    _exchange(configure)
    monkeypatch.setattr(rewrap, "_CHUNK", 1)

    def interrupt(done: int, _total: int) -> None:
        if done == len(PURPOSES) + 1 + 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rewrap_everything(interrupt)
    half = await value("SELECT count(*) FROM person_key WHERE starts_with(sealed, $1)", present_name())
    names = await _names(people)
    again = await rewrap_everything(lambda *_: None)
    _forget_the_old(configure)

    assert (half, again) == (2, 2)
    assert names == ["Anna Schmidt"] * 4
    assert await _names(people) == names


async def test_a_second_run_does_nothing_and_destroyed_keys_stay_destroyed(configure: Callable[..., None]) -> None:
    person = await a_user()
    async with transaction():
        await destroy_person_key(person)
    _exchange(configure)

    await rewrap_everything(lambda *_: None)
    again = await rewrap_everything(lambda *_: None)

    assert again == 0
    assert await value("SELECT sealed FROM person_key WHERE person_id = $1", person) is None


async def test_without_the_master_key_of_before_nothing_is_touched(configure: Callable[..., None]) -> None:
    before = await rows("SELECT kid, private_encrypted FROM signing_key ORDER BY kid")
    configure(master_key=NEW)

    with pytest.raises(KeysUnusable, match="HANSE_PREVIOUS_MASTER_KEYS"):
        await rewrap_everything(lambda *_: None)

    assert await rows("SELECT kid, private_encrypted FROM signing_key ORDER BY kid") == before


def _exchange(configure: Callable[..., None]) -> None:
    old = os.environ["HANSE_MASTER_KEY"]
    configure(master_key=NEW, previous_master_keys=f'["{old}"]')


def _forget_the_old(configure: Callable[..., None]) -> None:
    configure(master_key=NEW, previous_master_keys="[]")


async def _names(people: list[UUID]) -> list[str | None]:
    return [one.name for one in (await get_many(people)).values()]


async def _sealed_under(name: str) -> set[tuple[str, str]]:
    """The tables and columns in which some text begins with the name of a master key."""
    columns = await rows(
        """SELECT table_name, column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type IN ('text', 'character varying')"""
    )
    return {
        (one["table_name"], one["column_name"])
        for one in columns
        if await value(
            f"""SELECT EXISTS (SELECT FROM "{one["table_name"]}" WHERE starts_with("{one["column_name"]}", $1))""",
            f"{name}.",
        )
    }
