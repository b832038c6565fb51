"""Executing an operation in the test's own process, where its statements can be counted."""

from functools import cache
from typing import Any

import strawberry

from api.authentication import Credentials
from api.context import Context
from api.graphql import make_schema
from api.live import Live
from domain.shared.viewer import ANONYMOUS, Viewer


@cache
def schema() -> strawberry.Schema:
    return make_schema()


async def execute(query: str, viewer: Viewer = ANONYMOUS, **variables: Any) -> dict[str, Any]:
    """The data. Fails the test when there are errors."""
    context = Context(viewer, Credentials(), "test", Live())
    result = await schema().execute(query, variable_values=variables, context_value=context)
    assert result.errors is None, result.errors
    assert result.data is not None
    return result.data
