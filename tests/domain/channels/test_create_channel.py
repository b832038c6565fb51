from dataclasses import replace
from typing import Any
from uuid import uuid4

import orjson
import pytest

from domain.channels import create
from domain.channels.create import CreateChannel, create_channel
from domain.channels.errors import ChannelExists, TooManyChannels
from domain.channels.known import channel, channels
from domain.shared.database import row, value
from domain.shared.errors import IdempotencyKeyReused, InvalidInput, NotAllowed, NotSignedIn
from domain.shared.viewer import ANONYMOUS, PLATFORM
from tests.factories.channels import channel_now
from tests.factories.people import a_person, a_supplier
from tests.factories.roles import a_person_with


async def test_a_channel_is_made_behind_all_others_and_told_of() -> None:
    manager, command = await a_person_with("channels.write"), _create()
    last = max(one.position for one in await channels())

    made = await create_channel(manager, command)

    found = await channel(command.name)
    assert found == await channel_now(made)
    assert (found.title, found.currencies, found.languages) == ("Schweiz", ("CHF", "EUR"), ("de", "fr"))
    assert (found.countries, found.is_open, found.position, found.version) == (("CH", "LI"), True, last + 1, 1)
    event = await row("SELECT kind, subject_type, sequence, data FROM event WHERE subject_id = $1", made)
    assert event is not None
    assert (event["kind"], event["sequence"]) == ("channel.created", 1)
    assert orjson.loads(event["data"]) == {"name": command.name}
    audited = await row("SELECT action, actor_id, after FROM audit_entry WHERE subject_id = $1", made)
    assert audited is not None
    assert (audited["action"], audited["actor_id"]) == ("createChannel", manager.user_id)
    assert orjson.loads(audited["after"])["currencies"] == ["CHF", "EUR"]


async def test_a_name_stands_for_one_channel() -> None:
    command = _create()
    await create_channel(PLATFORM, command)

    with pytest.raises(ChannelExists) as refused:
        await create_channel(PLATFORM, replace(command, title="Another"))

    assert refused.value.channel == command.name


async def test_the_same_key_twice_makes_one_channel_and_with_other_input_is_refused() -> None:
    manager, command = await a_person_with("channels.write"), _create(key=str(uuid4()))

    made = await create_channel(manager, command)
    again = await create_channel(manager, command)
    with pytest.raises(IdempotencyKeyReused):
        await create_channel(manager, replace(command, title="Another"))

    assert made == again
    assert await value("SELECT count(*) FROM event WHERE subject_id = $1", made) == 1


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"name": "Swiss"}, "name", "characters"),
        ({"name": "-swiss"}, "name", "characters"),
        ({"name": ""}, "name", "characters"),
        ({"name": "a" * 61}, "name", "characters"),
        ({"title": "  "}, "title", "length"),
        ({"title": "a\nb"}, "title", "printable"),
        ({"title": "a" * 121}, "title", "length"),
        ({"currencies": ()}, "currencies", "count"),
        ({"currencies": ("EUR", "DEM")}, "currencies.1", "iso4217"),
        ({"currencies": ("EUR", "EUR")}, "currencies", "unique"),
        ({"currencies": ("EUR",) * 51}, "currencies", "count"),
        ({"languages": ()}, "languages", "count"),
        ({"languages": ("en", "klingon")}, "languages.1", "language"),
        ({"languages": ("zh",)}, "languages.0", "language"),
        ({"languages": ("en", "de", "en")}, "languages", "unique"),
        ({"countries": ("DE", "XX")}, "countries.1", "iso3166"),
        ({"countries": ("DE", "DE")}, "countries", "unique"),
        ({"countries": ("DE",) * 301}, "countries", "count"),
        ({"position": -1}, "position", "range"),
        ({"position": 10**7}, "position", "range"),
    ],
)
async def test_bad_input_names_its_field_and_rule(changed: dict[str, Any], field: str, rule: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        await create_channel(PLATFORM, _create(**changed))

    assert (refused.value.field, refused.value.rule) == (field, rule)


async def test_only_who_may_change_channels_everywhere_makes_one() -> None:
    limited = await a_person_with("channels.write", channel="main")
    supplier = await a_person_with("channels.write", supplier_id=await a_supplier())

    with pytest.raises(NotSignedIn):
        await create_channel(ANONYMOUS, _create())
    for stranger in (await a_person(), await a_person("support"), limited, supplier):
        with pytest.raises(NotAllowed) as refused:
            await create_channel(stranger, _create())
        assert refused.value.permission == "channels.write"


async def test_a_shop_has_a_bounded_number_of_channels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "MAX_CHANNELS", len(await channels()) + 1)
    await create_channel(PLATFORM, _create())

    with pytest.raises(TooManyChannels) as refused:
        await create_channel(PLATFORM, _create())

    assert refused.value.max_channels == create.MAX_CHANNELS


def _create(**changed: Any) -> CreateChannel:
    command = CreateChannel(
        name=f"swiss-{uuid4().hex[:12]}",
        title="Schweiz",
        currencies=("CHF", "EUR"),
        languages=("de", "fr"),
        countries=("CH", "LI"),
    )
    return replace(command, **changed)
