from tests.domain.identity.conftest import configure

__all__ = ["configure"]
