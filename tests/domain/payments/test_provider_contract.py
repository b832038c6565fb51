"""What every payment provider promises, tried on the sandbox and on the fake that other tests use."""

import asyncio
from uuid import uuid4

import pytest

from domain.payments.provider import PaymentProvider
from domain.payments.sandbox import KeyUsedOtherwise, SandboxProvider
from domain.shared.database import value
from domain.shared.money import Money
from tests.domain.payments.providers import FakeProvider

PRICE = Money(1234, "EUR")


@pytest.fixture(params=[SandboxProvider, FakeProvider])
def provider(request: pytest.FixtureRequest) -> PaymentProvider:
    made: PaymentProvider = request.param()
    return made


def new_key(kind: str) -> str:
    return f"{uuid4()}:{kind}"


async def test_the_same_key_answers_the_same(provider: PaymentProvider) -> None:
    key = new_key("authorise")

    answers = [await provider.authorise(key, PRICE) for _ in range(3)]

    assert answers[0].succeeded
    assert answers[0].reference
    assert answers == [answers[0]] * 3


async def test_other_keys_are_other_operations(provider: PaymentProvider) -> None:
    first = await provider.authorise(new_key("authorise"), PRICE)
    second = await provider.authorise(new_key("authorise"), PRICE)

    assert first.reference != second.reference


async def test_an_amount_ending_in_6_66_is_declined_with_a_reason_each_time(provider: PaymentProvider) -> None:
    key = new_key("authorise")

    answers = [await provider.authorise(key, Money(51_666, "EUR")) for _ in range(2)]

    assert [(a.succeeded, a.reason) for a in answers] == [(False, "DECLINED")] * 2


async def test_an_authorisation_is_captured_once_and_refunded_once(provider: PaymentProvider) -> None:
    authorised = await provider.authorise(new_key("authorise"), PRICE)

    captures = [await provider.capture(new_key("capture"), PRICE, authorisation=authorised.reference) for _ in range(2)]
    refunds = [await provider.refund(new_key("refund"), PRICE, capture=captures[0].reference) for _ in range(2)]

    assert [a.succeeded for a in captures] == [True, False]
    assert [a.succeeded for a in refunds] == [True, False]


async def test_what_was_voided_cannot_be_captured_nor_the_other_way_round(provider: PaymentProvider) -> None:
    voided = await provider.authorise(new_key("authorise"), PRICE)
    captured = await provider.authorise(new_key("authorise"), PRICE)
    assert (await provider.void(new_key("void"), PRICE, authorisation=voided.reference)).succeeded
    assert (await provider.capture(new_key("capture"), PRICE, authorisation=captured.reference)).succeeded

    capture = await provider.capture(new_key("capture"), PRICE, authorisation=voided.reference)
    void = await provider.void(new_key("void"), PRICE, authorisation=captured.reference)

    assert not capture.succeeded
    assert not void.succeeded


async def test_nothing_follows_an_authorisation_that_was_declined_or_never_made(provider: PaymentProvider) -> None:
    declined = await provider.authorise(new_key("authorise"), Money(666, "EUR"))

    for reference in (declined.reference, "unheard-of", ""):
        assert not (await provider.capture(new_key("capture"), PRICE, authorisation=reference)).succeeded
        assert not (await provider.void(new_key("void"), PRICE, authorisation=reference)).succeeded
        assert not (await provider.refund(new_key("refund"), PRICE, capture=reference)).succeeded


async def test_an_authorisation_is_no_capture_to_refund(provider: PaymentProvider) -> None:
    authorised = await provider.authorise(new_key("authorise"), PRICE)

    refund = await provider.refund(new_key("refund"), PRICE, capture=authorised.reference)

    assert not refund.succeeded


async def test_twenty_calls_at_once_under_one_key_have_one_effect(provider: PaymentProvider) -> None:
    authorised = await provider.authorise(new_key("authorise"), PRICE)
    key = new_key("capture")

    answers = await asyncio.gather(
        *(provider.capture(key, PRICE, authorisation=authorised.reference) for _ in range(20))
    )

    assert {(a.succeeded, a.reference) for a in answers} == {(True, answers[0].reference)}


async def test_the_sandbox_captures_and_voids_at_once_only_one_of_both() -> None:
    sandbox = SandboxProvider()
    authorised = [await sandbox.authorise(new_key("authorise"), PRICE) for _ in range(10)]

    answers = await asyncio.gather(
        *(sandbox.capture(new_key("capture"), PRICE, authorisation=a.reference) for a in authorised),
        *(sandbox.void(new_key("void"), PRICE, authorisation=a.reference) for a in authorised),
    )

    assert [capture.succeeded ^ void.succeeded for capture, void in zip(answers[:10], answers[10:], strict=True)] == [
        True
    ] * 10


async def test_the_sandbox_captures_the_whole_amount_in_its_currency_only() -> None:
    sandbox = SandboxProvider()
    authorised = await sandbox.authorise(new_key("authorise"), PRICE)

    for amount in (Money(1233, "EUR"), Money(1235, "EUR"), Money(1234, "USD")):
        assert not (await sandbox.capture(new_key("capture"), amount, authorisation=authorised.reference)).succeeded


async def test_the_sandbox_refuses_a_key_that_comes_with_another_amount_or_operation() -> None:
    sandbox, key = SandboxProvider(), new_key("authorise")
    authorised = await sandbox.authorise(key, PRICE)

    with pytest.raises(KeyUsedOtherwise):
        await sandbox.authorise(key, Money(1, "EUR"))
    with pytest.raises(KeyUsedOtherwise):
        await sandbox.capture(key, PRICE, authorisation=authorised.reference)

    assert await value("SELECT count(*) FROM sandbox_operation WHERE key = $1", key) == 1
