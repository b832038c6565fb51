import pytest
import strawberry
from graphql import GraphQLUnionType

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


def test_members_of_a_union_agree_on_the_type_of_a_field_so_that_clients_may_select_all_at_once() -> None:
    unions = [kind for kind in graphql.make_schema()._schema.type_map.values() if isinstance(kind, GraphQLUnionType)]

    assert len(unions) > 10
    for union in unions:
        types: dict[str, str] = {}
        for member in union.types:
            for name, one in member.fields.items():
                assert types.setdefault(name, str(one.type)) == str(one.type), f"{union.name}: {member.name}.{name}"


def test_explorers_show_in_words_what_a_field_needs() -> None:
    schema = graphql.make_schema()._schema
    mutations = schema.mutation_type
    assert mutations is not None

    told = {name: mutations.fields[name].description or "" for name in ("approveProduct", "createProduct", "logIn")}

    assert told["approveProduct"].endswith("Needs `catalogue.write`.")
    assert "signed in" in told["createProduct"]
    assert "Needs" not in told["logIn"]
