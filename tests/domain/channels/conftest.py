from tests.own_shop import own_shop

__all__ = ["own_shop"]
