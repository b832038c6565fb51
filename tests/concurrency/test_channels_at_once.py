"""Channels changed by several at the same moment."""

import asyncio

import pytest

from domain.channels.create import CreateChannel, create_channel
from domain.channels.errors import ChannelExists, LastOpenChannel
from domain.channels.known import channels
from domain.channels.update import UpdateChannel, update_channel
from domain.shared.database import value
from domain.shared.errors import StaleVersion
from domain.shared.viewer import PLATFORM
from tests.factories.channels import a_channel, channel_now
from tests.factories.roles import a_person_with


async def test_of_ten_changes_at_one_version_one_survives() -> None:
    made = await a_channel()
    changes = [UpdateChannel(made.id, title=f"Title {n}", expected_version=1) for n in range(10)]

    outcomes = await asyncio.gather(*(update_channel(PLATFORM, one) for one in changes), return_exceptions=True)

    refused = [one for one in outcomes if isinstance(one, BaseException)]
    assert {type(one) for one in refused} == {StaleVersion}
    assert (len(refused), (await channel_now(made.id)).version) == (9, 2)


async def test_ten_changes_of_different_things_without_a_version_all_survive() -> None:
    made = await a_channel()
    changes = [UpdateChannel(made.id, title="All"), UpdateChannel(made.id, currencies=("USD",))] * 5

    await asyncio.gather(*(update_channel(PLATFORM, one) for one in changes))

    found = await channel_now(made.id)
    assert (found.title, found.currencies, found.version) == ("All", ("USD",), 3)


@pytest.mark.usefixtures("own_shop")
async def test_when_all_open_channels_are_closed_at_once_one_stays_open() -> None:
    for _ in range(4):
        await a_channel()
    everything = [UpdateChannel(one.id, is_open=False) for one in await channels()]

    outcomes = await asyncio.gather(*(update_channel(PLATFORM, one) for one in everything), return_exceptions=True)

    assert [type(one) for one in outcomes if isinstance(one, BaseException)] == [LastOpenChannel]
    assert [one.is_open for one in await channels()].count(True) == 1


async def test_of_ten_channels_of_one_name_at_once_one_is_made() -> None:
    command = CreateChannel("twice", "Twice", currencies=("EUR",), languages=("en",))

    outcomes = await asyncio.gather(*(create_channel(PLATFORM, command) for _ in range(10)), return_exceptions=True)

    assert [type(one) for one in outcomes if isinstance(one, BaseException)] == [ChannelExists] * 9


async def test_the_same_key_ten_times_at_once_makes_one_channel() -> None:
    manager = await a_person_with("channels.write")
    command = CreateChannel("key-once", "Once", currencies=("EUR",), languages=("en",), key="one")

    made = await asyncio.gather(*(create_channel(manager, command) for _ in range(10)))

    assert len(set(made)) == 1
    assert await value("SELECT count(*) FROM channel WHERE name = 'key-once'") == 1
