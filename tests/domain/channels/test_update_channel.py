from typing import Any
from uuid import uuid4

import orjson
import pytest

from domain.channels.errors import LastOpenChannel
from domain.channels.known import channel, channels
from domain.channels.update import UpdateChannel, update_channel
from domain.shared.database import row, rows
from domain.shared.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, StaleVersion
from domain.shared.ids import new_id
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.channels import a_channel, channel_now
from tests.factories.people import a_person
from tests.factories.roles import a_person_with


async def test_what_is_left_out_of_a_change_stays_and_what_differs_is_told() -> None:
    manager, made = await a_person_with("channels.write"), await a_channel(countries=("DE",))

    await update_channel(
        manager,
        UpdateChannel(made.id, title="Test Channel", currencies=("USD", "EUR"), countries=(), expected_version=1),
    )

    found = await channel_now(made.id)
    assert (found.title, found.currencies, found.languages) == ("Test Channel", ("USD", "EUR"), ("en",))
    assert (found.countries, found.version) == ((), 2)
    audited = await row(
        "SELECT before, after FROM audit_entry WHERE subject_id = $1 AND action = 'updateChannel'", made.id
    )
    assert audited is not None
    assert orjson.loads(audited["before"]) == {"currencies": ["EUR"], "countries": ["DE"]}
    assert orjson.loads(audited["after"]) == {"currencies": ["USD", "EUR"], "countries": []}
    told = await rows("SELECT kind, sequence, data FROM event WHERE subject_id = $1 ORDER BY sequence", made.id)
    assert [(one["kind"], one["sequence"]) for one in told] == [("channel.created", 1), ("channel.updated", 2)]
    assert orjson.loads(told[1]["data"]) == {"name": made.name, "is_open": True}


async def test_a_change_that_changes_nothing_writes_nothing() -> None:
    made = await a_channel()

    await update_channel(PLATFORM, UpdateChannel(made.id, currencies=("EUR",), is_open=True))

    assert (await channel_now(made.id)).version == 1


async def test_a_stale_version_is_refused_with_the_present_one() -> None:
    made = await a_channel()
    await update_channel(PLATFORM, UpdateChannel(made.id, title="Other"))

    with pytest.raises(StaleVersion) as refused:
        await update_channel(PLATFORM, UpdateChannel(made.id, title="Third", expected_version=1))

    assert (refused.value.expected, refused.value.current) == (1, 2)
    assert (await channel_now(made.id)).title == "Other"


async def test_the_same_key_changes_once() -> None:
    manager, made = await a_person_with("channels.write"), await a_channel()
    command = UpdateChannel(made.id, title="Once", key=str(uuid4()))

    await update_channel(manager, command)
    await update_channel(manager, UpdateChannel(made.id, title="Later"))
    await update_channel(manager, command)

    found = await channel_now(made.id)
    assert (found.title, found.version) == ("Later", 3)


async def test_a_closed_channel_is_found_no_more_and_opens_again() -> None:
    made = await a_channel()

    await update_channel(PLATFORM, UpdateChannel(made.id, is_open=False))
    with pytest.raises(InvalidInput):
        await channel(made.name)
    await update_channel(PLATFORM, UpdateChannel(made.id, is_open=True))

    assert (await channel(made.name)).version == 3


@pytest.mark.usefixtures("own_shop")
async def test_the_last_open_channel_stays_open() -> None:
    (main,) = await channels()
    await a_channel(is_open=False)

    with pytest.raises(LastOpenChannel) as refused:
        await update_channel(PLATFORM, UpdateChannel(main.id, is_open=False, title="Gone"))

    assert refused.value.channel == "main"
    assert (await channel_now(main.id)).title == "Main"


@pytest.mark.usefixtures("own_shop")
async def test_the_position_decides_which_channel_is_the_shops_own() -> None:
    (main,) = await channels()
    other = await a_channel()

    await update_channel(PLATFORM, UpdateChannel(main.id, position=5))

    assert await channel(None) == other


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"title": ""}, "title", "length"),
        ({"currencies": ()}, "currencies", "count"),
        ({"currencies": ("XAU",)}, "currencies.0", "iso4217"),
        ({"languages": ("en", "zh-CN")}, "languages.1", "language"),
        ({"countries": ("Germany",)}, "countries.0", "iso3166"),
        ({"position": -1}, "position", "range"),
    ],
)
async def test_bad_input_names_its_field_and_rule(changed: dict[str, Any], field: str, rule: str) -> None:
    made = await a_channel()

    with pytest.raises(InvalidInput) as refused:
        await update_channel(PLATFORM, UpdateChannel(made.id, **changed))

    assert (refused.value.field, refused.value.rule) == (field, rule)
    assert (await channel_now(made.id)).version == 1


async def test_only_who_may_change_channels_everywhere_changes_one_that_there_is() -> None:
    made = await a_channel()

    with pytest.raises(NotFound) as unknown:
        await update_channel(PLATFORM, UpdateChannel(new_id(), title="None"))
    with pytest.raises(NotSignedIn):
        await update_channel(ANONYMOUS, UpdateChannel(made.id, title="Mine"))
    for stranger in (await a_person(), await a_person_with("channels.write", channel=made.name)):
        with pytest.raises(NotAllowed):
            await update_channel(stranger, UpdateChannel(made.id, title="Mine"))

    assert unknown.value.kind == "Channel"
    assert (await channel_now(made.id)).version == 1
