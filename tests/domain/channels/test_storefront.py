import pytest

from domain.channels import known
from domain.channels.errors import ChannelClosed, CurrencyNotSold
from domain.channels.known import channel, channels, ensure_channels, sold_currencies, sold_languages
from domain.channels.storefront import Storefront, former_storefront, selling_storefront, storefront
from domain.channels.update import UpdateChannel, update_channel
from domain.shared.database import run, transaction
from domain.shared.errors import InvalidInput
from domain.shared.ids import new_id
from domain.shared.settings import Settings
from domain.shared.viewer import PLATFORM
from tests.factories.channels import a_channel
from tests.statements import counted_statements


async def test_where_a_request_names_nothing_the_first_channel_and_its_firsts_count() -> None:
    assert await storefront(None, None) == Storefront("main", "EUR", ("en",))


@pytest.mark.parametrize(
    ("accepted", "languages"),
    [
        (("fr-CA", "en"), ("fr", "de", "en")),
        (("de",), ("de", "en")),
        (("ja",), ("de", "en")),
        (("*",), ("de", "en")),
        (("en",), ("de", "en")),  # not a language of the channel
    ],
)
async def test_texts_are_looked_for_by_request_then_channel_then_shop(
    accepted: tuple[str, ...], languages: tuple[str, ...]
) -> None:
    shop = await a_channel(currencies=("CHF", "EUR"), languages=("de", "fr"))

    found = await storefront(shop.name, "EUR", accepted)

    assert found == Storefront(shop.name, "EUR", languages)


async def test_an_unknown_or_closed_channel_and_a_currency_that_it_does_not_sell_in_are_refused_by_name() -> None:
    shop, closed = await a_channel(currencies=("CHF", "EUR")), await a_channel(is_open=False)

    with pytest.raises(CurrencyNotSold) as currency:
        await storefront(shop.name, "USD")
    for name in ("mars", closed.name, "", "MAIN"):
        with pytest.raises(InvalidInput) as unknown:
            await storefront(name, None)
        assert (unknown.value.field, unknown.value.rule) == ("channel", "oneOf")
        assert closed.name not in unknown.value.limit.split(", ")

    assert (currency.value.currency, currency.value.sold) == ("USD", ("CHF", "EUR"))


async def test_what_was_begun_in_a_channel_can_be_looked_at_for_good_but_only_bought_while_it_sells() -> None:
    shop = await a_channel(currencies=("CHF", "EUR"), languages=("de", "fr"))

    await update_channel(PLATFORM, UpdateChannel(shop.id, currencies=("CHF",)))
    with pytest.raises(CurrencyNotSold):
        await selling_storefront(shop.name, "EUR")
    await update_channel(PLATFORM, UpdateChannel(shop.id, is_open=False))
    with pytest.raises(ChannelClosed) as closed:
        await selling_storefront(shop.name, "CHF")

    assert closed.value.channel == shop.name
    assert await former_storefront(shop.name, "EUR", ("fr",)) == Storefront(shop.name, "EUR", ("fr", "de", "en"))


async def test_checking_a_channel_costs_no_statement(shop: Settings) -> None:
    other = await a_channel(currencies=("CHF",), languages=("de",))

    async with counted_statements(shop) as statements:
        for _ in range(100):
            await storefront(other.name, "CHF", ("de",))
            await channel(None)
            await sold_currencies()

    assert statements == []


async def test_another_processs_change_is_seen_when_the_channels_are_due(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = await a_channel()
    await run("UPDATE channel SET title = 'Elsewhere' WHERE id = $1", shop.id)

    remembered = (await channel(shop.name)).title
    monkeypatch.setattr(known, "REFRESH_SECONDS", 0.0)
    fresh = (await channel(shop.name)).title

    assert (remembered, fresh) == ("Test Channel", "Elsewhere")
    monkeypatch.undo()
    assert known.REFRESH_SECONDS <= 5


@pytest.mark.usefixtures("own_shop")
async def test_currencies_of_open_channels_and_languages_of_all_are_each_named_once() -> None:
    await a_channel(currencies=("CHF", "EUR"), languages=("de", "en"))
    await a_channel(currencies=("JPY",), languages=("ja",), is_open=False)

    assert await sold_currencies() == ("EUR", "USD", "CNY", "GBP", "CHF")
    assert await sold_languages() == ("en", "zh-Hans", "de", "ja")


async def test_the_first_channel_is_made_from_the_settings_and_those_of_an_upgrade_are_filled_in(
    own_shop: Settings,
) -> None:
    made = await channel(None)
    await run(
        """INSERT INTO channel (id, name, title, currencies, languages, countries, is_open, position, version, created_at)
           VALUES ($1, 'asia', 'Asia', '[]', '[]', '[]', TRUE, 1, 1, now())""",
        new_id(),
    )

    async with transaction():
        await ensure_channels()
    async with transaction():
        await ensure_channels()

    first, second = await channels()
    assert first == made
    assert (made.name, made.currencies, made.languages) == ("main", own_shop.shop_currencies, ("en", "zh-Hans"))
    assert (second.name, second.currencies, second.languages) == ("asia", own_shop.shop_currencies, ("en", "zh-Hans"))


async def test_channels_are_ensured_only_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="needs an open transaction"):
        await ensure_channels()
