from dataclasses import dataclass

from domain.shared.outbox import Event


@dataclass(frozen=True, kw_only=True)
class PricesChanged(Event):
    """`changes` prices were set or removed together; the audit log tells which."""

    kind = "prices.changed"
    subject_type = "price_change"
    changes: int
