"""An empty shop for examples that look for one person."""

from tests.own_shop import own_shop

__all__ = ["own_shop"]
