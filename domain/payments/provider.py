"""The port to whoever moves the money."""

from dataclasses import dataclass
from typing import Protocol

from domain.shared.money import Money


class ProviderUnavailable(Exception):
    """The provider gave no answer that can be relied on: nobody knows whether it acted. The same key asks again."""


class ProviderRefused(Exception):
    """The provider will not give money back: a fault that a person has to look at."""


@dataclass(frozen=True)
class ProviderAnswer:
    """`reference` names the operation at the provider; `reason` says why it did not succeed, else it is empty."""

    succeeded: bool
    reference: str
    reason: str = ""


class PaymentProvider(Protocol):
    """An outside system that remembers keys: the same key with the same input has one effect and one answer, for ever.

    `authorisation` and `capture` are the references of the operations that a call builds on. Anything but an answer is
    an exception (ProviderUnavailable, TimeoutError) and leaves open whether the provider acted.
    """

    @property
    def name(self) -> str: ...

    async def authorise(self, key: str, amount: Money) -> ProviderAnswer: ...

    async def capture(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer: ...

    async def void(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer: ...

    async def refund(self, key: str, amount: Money, *, capture: str) -> ProviderAnswer: ...
