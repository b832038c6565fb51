"""A payment provider to try things with: nothing leaves the machine, and it remembers like a real one.

Its table belongs to it alone, as a real provider's database would; it commits before it answers. Operations on one
authorisation happen one after another. Test amounts: an authorisation whose minor units leave 666 when divided by
1,000 (such as 16.66) is declined; every other one is accepted. `HANSE_SANDBOX_DELAY_SECONDS` makes it act at once but
answer late, the worst moment to lose an answer.
"""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

from domain.payments.provider import PaymentProvider, ProviderAnswer
from domain.shared.clock import now
from domain.shared.database import row, run, value
from domain.shared.money import Money
from domain.shared.settings import settings
from domain.shared.transactions import use_case

DECLINED_REMAINDER = 666

_FOLLOWS = {"capture": "authorise", "void": "authorise", "refund": "capture"}
"""What each operation builds on. Of those that build on the same one, only one can succeed, and for its whole amount."""

_REASONS = {
    "authorise": "DECLINED",
    "capture": "NOT_CAPTURABLE",
    "void": "NOT_VOIDABLE",
    "refund": "NOT_REFUNDABLE",
}


class KeyUsedOtherwise(Exception):
    """A key came again with another operation or amount: a fault of the caller."""


@dataclass(frozen=True)
class _Operation:
    """`on` is the reference of the operation that this one builds on, empty for an authorisation."""

    key: str
    kind: str
    amount: Money
    on: str = ""


class SandboxProvider:
    """The PaymentProvider of the demo shop and of tests."""

    name = "sandbox"

    async def authorise(self, key: str, amount: Money) -> ProviderAnswer:
        return await _answer(_Operation(key, "authorise", amount))

    async def capture(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer:
        return await _answer(_Operation(key, "capture", amount, on=authorisation))

    async def void(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer:
        return await _answer(_Operation(key, "void", amount, on=authorisation))

    async def refund(self, key: str, amount: Money, *, capture: str) -> ProviderAnswer:
        return await _answer(_Operation(key, "refund", amount, on=capture))


SANDBOX: PaymentProvider = SandboxProvider()


async def _answer(operation: _Operation) -> ProviderAnswer:
    answer = await _carry_out(operation)
    await asyncio.sleep(settings().sandbox_delay_seconds)
    return answer


@use_case
async def _carry_out(operation: _Operation) -> ProviderAnswer:
    authorisation = operation.on.partition(".")[0]
    await run("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", authorisation or operation.key)
    earlier = await row("SELECT * FROM sandbox_operation WHERE key = $1", operation.key)
    if earlier is not None:
        amount = Money(earlier["amount_minor"], earlier["currency"])
        if (earlier["kind"], amount) != (operation.kind, operation.amount):
            raise KeyUsedOtherwise(operation.key)
        return _said(operation.kind, earlier["reference"], succeeded=earlier["succeeded"])
    reference = f"{operation.on}.{operation.kind}" if operation.on else f"sbx_{uuid4().hex}"
    succeeded = await _possible(operation)
    await run(
        """INSERT INTO sandbox_operation (key, kind, reference, succeeded, amount_minor, currency, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        operation.key,
        operation.kind,
        reference,
        succeeded,
        operation.amount.minor,
        operation.amount.currency,
        now(),
    )
    return _said(operation.kind, reference, succeeded=succeeded)


async def _possible(operation: _Operation) -> bool:
    if operation.kind == "authorise":
        return operation.amount.minor % 1000 != DECLINED_REMAINDER
    follows = _FOLLOWS[operation.kind]
    closing = [f"{operation.on}.{kind}" for kind, on in _FOLLOWS.items() if on == follows]
    possible: bool = await value(
        """SELECT EXISTS (SELECT 1 FROM sandbox_operation WHERE reference = $1 AND kind = $2 AND succeeded
                            AND amount_minor = $3 AND currency = $4)
              AND NOT EXISTS (SELECT 1 FROM sandbox_operation WHERE reference = ANY($5) AND succeeded)""",
        operation.on,
        follows,
        operation.amount.minor,
        operation.amount.currency,
        closing,
    )
    return possible


def _said(kind: str, reference: str, *, succeeded: bool) -> ProviderAnswer:
    return ProviderAnswer(succeeded, reference, "" if succeeded else _REASONS[kind])
