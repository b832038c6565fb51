"""A provider for tests, at the port: it keeps its memory in this object, and breaks where it is told to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from domain.payments.provider import ProviderAnswer
from domain.shared.money import Money

Hook = Callable[[str], Awaitable[None]]


async def nothing(_: str) -> None:
    """No hook."""


@dataclass
class FakeProvider:
    """`before` and `after` are awaited around the effect of each operation, with its kind; they may raise.

    `effects` lists the operations that took effect, each once, however often its key came.
    """

    name: str = "fake"
    declines: frozenset[str] = frozenset()
    before: Hook = nothing
    after: Hook = nothing
    effects: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _answers: dict[str, ProviderAnswer] = field(default_factory=dict)

    async def authorise(self, key: str, amount: Money) -> ProviderAnswer:
        return await self._operate("authorise", key, amount, on="")

    async def capture(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer:
        return await self._operate("capture", key, amount, on=authorisation)

    async def void(self, key: str, amount: Money, *, authorisation: str) -> ProviderAnswer:
        return await self._operate("void", key, amount, on=authorisation)

    async def refund(self, key: str, amount: Money, *, capture: str) -> ProviderAnswer:
        return await self._operate("refund", key, amount, on=capture)

    @property
    def captured(self) -> int:
        """Captures that nobody gave back."""
        return self.effects.count("capture") - self.effects.count("refund")

    @property
    def authorised(self) -> int:
        """Authorisations that are neither captured nor given up."""
        return self.effects.count("authorise") - self.effects.count("capture") - self.effects.count("void")

    async def _operate(self, kind: str, key: str, amount: Money, *, on: str) -> ProviderAnswer:
        self.asked.append(kind)
        await self.before(kind)
        if key not in self._answers:
            self._answers[key] = self._first(kind, amount, on)
        await self.after(kind)
        return self._answers[key]

    def _first(self, kind: str, amount: Money, on: str) -> ProviderAnswer:
        declined = kind in self.declines or (kind == "authorise" and amount.minor % 1000 == 666)
        follows = {"capture": "authorise", "void": "authorise", "refund": "capture"}.get(kind)
        known = follows is None or any(a.succeeded and a.reference == on for a in self._answers.values())
        closing = {"capture": {"capture", "void"}, "void": {"capture", "void"}, "refund": {"refund"}}.get(kind, set())
        closed = any(a.succeeded and a.reference in {f"{on}/{one}" for one in closing} for a in self._answers.values())
        if declined or not known or closed or (follows is not None and not on.endswith(follows)):
            return ProviderAnswer(succeeded=False, reference="", reason="DECLINED")
        self.effects.append(kind)
        reference = f"{on}/{kind}" if on else f"{len(self._answers)}/{kind}"
        return ProviderAnswer(succeeded=True, reference=reference)
