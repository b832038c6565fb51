import pytest
import strawberry

from api import graphql
from api.access import PUBLIC, field, undeclared


@strawberry.type
class Open:
    secret: str


@strawberry.type
class Query:
    @field(PUBLIC)
    def declared(self) -> Open:
        return Open(secret="")

    @strawberry.field
    def forgotten(self) -> str:
        return ""


def test_every_field_of_the_schema_says_who_may_use_it() -> None:
    schema = graphql.make_schema()

    assert list(undeclared(schema)) == []


def test_a_field_that_says_nothing_is_found_and_the_schema_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(undeclared(strawberry.Schema(query=Query))) == ["Open.secret", "Query.forgotten"]

    monkeypatch.setattr(graphql, "Query", Query)
    with pytest.raises(ValueError, match=r"Open\.secret, Query\.forgotten"):
        graphql.make_schema()
