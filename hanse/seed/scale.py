"""How much of a demo shop to make."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """The same number, sizes and day give the same shop. The orders fill the `days` up to and including yesterday."""

    products: int = 640
    customers: int = 2_000
    orders: int = 30_000
    days: int = 548
    number: int = 20_260_101
