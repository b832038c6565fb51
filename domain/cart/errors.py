from dataclasses import dataclass

from domain.shared.errors import DomainError


@dataclass(eq=False)
class CartNotOpen(DomainError):
    """The cart became an order before."""

    code = "CART_NOT_OPEN"
    cart_id: str


@dataclass(eq=False)
class CartEmpty(DomainError):
    """There is nothing in it that could be bought."""

    code = "CART_EMPTY"
    cart_id: str


@dataclass(eq=False)
class CartFull(DomainError):
    """A cart has a bounded number of lines."""

    code = "CART_FULL"
    max_lines: int
