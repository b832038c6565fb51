import time
from typing import Any

import pytest
from graphql import GraphQLSchema, get_introspection_query, parse

from api.limits.cache import CacheBounds, SourceCache
from api.limits.documents import DocumentRefused, Documents
from api.limits.limits import SATURATED, DocumentLimits
from api.limits.measures import measure

from .toy import schema as toy_schema

SCHEMA: GraphQLSchema = toy_schema._schema
LIMITS = DocumentLimits()
UNLIMITED = DocumentLimits(
    max_depth=SATURATED,
    max_fields=SATURATED,
    max_aliases=SATURATED,
    max_directives=SATURATED,
    max_fragments=SATURATED,
    max_overlaps=SATURATED,
    max_cost=SATURATED,
)


def documents(limits: DocumentLimits = LIMITS, *, introspection: bool = True, suggestions: bool = False) -> Documents:
    return Documents(SCHEMA, limits, introspection=introspection, suggestions=suggestions, cache=CacheBounds())


def chain(length: int) -> str:
    """Each fragment spreads the next one twice: it expands to 2 ** length fields."""
    links = (
        f"fragment F{i} on Product {{ variants {{ ...F{i + 1} }} again: variants {{ ...F{i + 1} }} }}"
        for i in range(length)
    )
    return "{ product { ...F0 } } " + " ".join(links) + f" fragment F{length} on Product {{ name }}"


def cost(query: str, **variables: Any) -> int:
    return measure(parse(query), SCHEMA, LIMITS, variables).operations[0].cost


def refusal(query: str, limits: DocumentLimits = LIMITS, **variables: Any) -> dict[str, Any]:
    with pytest.raises(DocumentRefused) as refused:
        documents(limits).prepare(query, variables)
    return dict(refused.value.errors[0].extensions or {})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ " + "hello " * 7_000 + "}", {"code": "DOCUMENT_TOO_LARGE", "limit": 32_768, "actual": 42_003}),
        ('{ echo(text: "' + "ü" * 17_000 + '") }', {"code": "DOCUMENT_TOO_LARGE", "limit": 32_768, "actual": 34_018}),
        ("{ " + "a " * 5_000 + "}", {"code": "TOO_MANY_TOKENS", "limit": 4_000}),
        ("#\n" * 5_000 + "{ hello }", {"code": "TOO_MANY_TOKENS", "limit": 4_000}),
        ("{ hello " + "{ a " * 300 + "}" * 300 + "}", {"code": "DOCUMENT_TOO_DEEP", "limit": 16}),
        ("{ product { " + "variants { " * 16 + "name" + "}" * 18, {"code": "DOCUMENT_TOO_DEEP", "actual": 18}),
        ("{ " + " ".join(f"f{i}" for i in range(1_001)) + " }", {"code": "TOO_MANY_FIELDS", "actual": 1_001}),
        ("{ " + " ".join(f"a{i}: hello" for i in range(51)) + " }", {"code": "TOO_MANY_ALIASES", "actual": 51}),
        ("{ hello " + "@skip(if: false) " * 51 + "}", {"code": "TOO_MANY_DIRECTIVES", "actual": 51}),
        ("query ($v: Int " + "@a " * 51 + ") { hello }", {"code": "TOO_MANY_DIRECTIVES", "actual": 51}),
        (" ".join(f"query Q{i} {{ hello }}" for i in range(11)), {"code": "TOO_MANY_OPERATIONS", "actual": 11}),
        (
            " ".join(f"fragment F{i} on Query {{ hello }}" for i in range(51)) + "{ hello }",
            {"code": "TOO_MANY_FRAGMENTS", "actual": 51},
        ),
        ("{ " + "hello " * 200 + "}", {"code": "TOO_MANY_OVERLAPS", "actual": 19_900}),
        ("{ products(first: 30000) { nodes { name } } }", {"code": "QUERY_TOO_COMPLEX", "actual": 60_001}),
        ("{ ...A } fragment A on Query { ...A }", {"code": "FRAGMENT_CYCLE"}),
        ("{ hello } fragment A on Query { ...B } fragment B on Query { ...A }", {"code": "FRAGMENT_CYCLE"}),
    ],
)
def test_each_limit_refuses_with_its_code_and_numbers(query: str, expected: dict[str, Any]) -> None:
    extensions = refusal(query)

    assert {**extensions, **expected} == extensions


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ hello }", 1),
        ("{ product { name variants { name } } }", 1 + 1 + 1 + 10),
        ("{ products(first: 5) { nodes { name } } }", 1 + 5 + 5),
        ("{ products(last: 5) { nodes { name } } }", 1 + 5 + 5),
        ("{ products { nodes { name } } }", 1 + 20 + 20),
        ("{ products(first: -5) { nodes { name } } }", 1 + 1 + 1),
        ("query ($n: Int) { products(first: $n) { nodes { name } } }", 1 + 20 + 20),
        ("query ($n: Int = 7) { products(first: $n) { nodes { name } } }", 1 + 7 + 7),
        ("{ products(first: 3) { nodes { similar(first: 4) { nodes { name } } } } }", 1 + 3 + 3 + 12 + 12),
        ("{ products(first: 3) { ...P } } fragment P on ProductConnection { nodes { name } }", 1 + 3 + 3),
        ("{ products(first: 3) { ... { nodes { ... on Product { name } } } } }", 1 + 3 + 3),
        ("{ products(first: " + "9" * 5_000 + ") { nodes { name } } }", SATURATED),
        ("{ unknown(first: 9) { unknown } ...Missing }", 2),
        ("{ __schema { types { fields { name } } } }", LIMITS.max_cost // 2),
    ],
)
def test_the_cost_is_the_number_of_field_values_that_the_answer_may_hold(query: str, expected: int) -> None:
    assert cost(query) == expected


def test_a_field_may_cost_more_than_the_value_that_it_gives() -> None:
    limits = DocumentLimits(max_cost=100, field_costs={"Query.hello": 51, "Product.name": 20})

    once = documents(limits).prepare("{ hello product { name } }", {})
    by_alias = refusal("{ a: hello b: hello }", limits)
    by_fragments = refusal("{ ...A ...B } fragment A on Query { a: hello } fragment B on Query { b: hello }", limits)
    by_list = refusal("{ product { variants { name } } }", limits)

    assert once.document
    assert by_alias == by_fragments == {"code": "QUERY_TOO_COMPLEX", "limit": 100, "actual": 102}
    assert by_list["actual"] == 1 + 1 + 10 * 20


def test_a_refusal_for_cost_names_the_fields_that_cost_more() -> None:
    limits = DocumentLimits(max_cost=100, field_costs={"Query.hello": 51, "Product.name": 20})

    with pytest.raises(DocumentRefused) as refused:
        documents(limits).prepare("{ a: hello b: hello }", {})

    assert refused.value.errors[0].message.endswith("Query.hello counts as 51 of them.")


def test_a_variable_sets_the_length_of_its_page() -> None:
    query = "query ($n: Int) { products(first: $n) { nodes { name } } }"

    assert cost(query, n=100) == 201
    assert cost(query, n=100.0) == 201
    assert cost(query, n="100") == 41  # no Int, so it is refused later


def test_a_remembered_document_is_judged_by_the_variables_of_each_request() -> None:
    subject = documents()
    query = "query ($n: Int) { products(first: $n) { nodes { name } } }"

    subject.prepare(query, {"n": 100})

    with pytest.raises(DocumentRefused):
        subject.prepare(query, {"n": 1_000_000})
    subject.prepare(query, {"n": 100})
    subject.prepare(query, {"n": [1]})


def test_a_document_refused_for_its_variables_may_be_used_with_others() -> None:
    subject = documents()
    query = "query ($n: Int) { products(first: $n) { nodes { name } } }"

    with pytest.raises(DocumentRefused):
        subject.prepare(query, {"n": 1_000_000})

    assert subject.prepare(query, {"n": 1}).page_variables == ("n",)


@pytest.mark.parametrize("length", [5, 10, 20, 40])
def test_chained_fragments_are_visited_once_each(length: int) -> None:
    document = parse(chain(length))

    measures = measure(document, SCHEMA, UNLIMITED, {})

    # The operation has two selections, each link four, the last fragment one.
    assert measures.visited == 2 + 4 * length + 1
    assert measures.operations[0].fields == min(1 + 2 ** (length + 1) - 2 + 2**length, SATURATED)
    assert measures.operations[0].depth == length + 2


def test_an_exponential_document_of_800_bytes_is_judged_at_once() -> None:
    query = chain(10)
    durations = []

    for _ in range(5):
        started = time.perf_counter()
        extensions = refusal(query)
        durations.append(time.perf_counter() - started)

    assert 700 < len(query) < 900
    assert extensions["code"] == "TOO_MANY_FIELDS"
    assert min(durations) < 0.05


def test_fields_that_validation_would_compare_pair_by_pair_are_refused_before_it() -> None:
    query = "{ product { " + "variants { name unknown } " * 150 + "} }"

    assert refusal(query)["code"] == "TOO_MANY_OVERLAPS"


def test_the_introspection_of_graphiql_passes() -> None:
    query = get_introspection_query(
        schema_description=True, specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True
    )

    assert documents().prepare(query, {}).document


def test_three_introspections_in_one_operation_are_too_complex() -> None:
    query = "{ " + " ".join(f"s{i}: __schema {{ types {{ name }} }}" for i in range(3)) + " }"

    assert refusal(query)["code"] == "QUERY_TOO_COMPLEX"


def test_introspection_can_be_switched_off() -> None:
    with pytest.raises(DocumentRefused) as refused:
        documents(introspection=False).prepare("{ __schema { types { name } } }", {})

    assert (refused.value.errors[0].extensions or {})["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    "query",
    [
        "{ hell }",
        "{ echo(txt: 1) }",
        "{ ... on Produc { name } }",
        "{ colour(value: GREE) }",
        "query ($v: Colou) { hello }",
    ],
)
def test_messages_suggest_names_only_if_they_shall(query: str) -> None:
    with pytest.raises(DocumentRefused) as quiet:
        documents(suggestions=False).prepare(query, {})
    with pytest.raises(DocumentRefused) as helpful:
        documents(suggestions=True).prepare(query, {})

    assert "Did you mean" not in "".join(error.message for error in quiet.value.errors)
    assert "Did you mean" in "".join(error.message for error in helpful.value.errors)


def test_a_document_is_parsed_and_validated_once() -> None:
    subject = documents()

    assert subject.prepare("{ hello }", {}).document is subject.prepare("{ hello }", {}).document


@pytest.mark.parametrize("query", ["{ nothing }", "{ nothing", "{ ...A } fragment A on Query { ...A }"])
def test_a_refusal_is_remembered_without_the_frames_that_found_it(query: str) -> None:
    subject = documents()
    errors = []
    for _ in range(2):
        with pytest.raises(DocumentRefused) as refused:
            subject.prepare(query, {})
        errors.append(refused.value.errors[0])

    assert errors[0] is errors[1]
    assert errors[0].__traceback__ is None
    assert errors[0].__context__ is None


def test_the_cache_forgets_what_was_used_longest_ago() -> None:
    cache: SourceCache[int] = SourceCache(CacheBounds(max_entries=2, max_characters=100))
    cache.put("a", 1)
    cache.put("b", 2)
    cache.get("a")

    cache.put("c", 3)

    assert [cache.get(source) for source in "abc"] == [1, None, 3]


def test_the_cache_is_bounded_by_characters() -> None:
    cache: SourceCache[int] = SourceCache(CacheBounds(max_entries=10, max_characters=100))
    for source in ("a" * 60, "b" * 60, "c" * 200):
        cache.put(source, 1)

    assert cache.get("a" * 60) is cache.get("b" * 60) is cache.get("c" * 200) is None
    cache.put("d", 4)
    assert cache.get("d") == 4
