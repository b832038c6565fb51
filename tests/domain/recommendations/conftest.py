from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it carries no types

from tests.own_shop import own_shop

__all__ = ["own_shop"]


@pytest.fixture(autouse=True)
def one_blas_thread() -> Iterator[None]:
    """As in the training job; implicit warns otherwise."""
    with threadpool_limits(limits=1, user_api="blas"):
        yield
