from graphql import DocumentNode, FragmentDefinitionNode, GraphQLError, OperationDefinitionNode

from api.limits.limits import DocumentLimits, refused
from api.limits.measures import Measures


def judge_size(source: str, limits: DocumentLimits) -> GraphQLError | None:
    size = len(source) if source.isascii() else len(source.encode("utf-8", "surrogatepass"))
    return _over("DOCUMENT_TOO_LARGE", "bytes", limits.max_bytes, size)


def judge_counts(document: DocumentNode, limits: DocumentLimits) -> GraphQLError | None:
    operations = sum(isinstance(definition, OperationDefinitionNode) for definition in document.definitions)
    fragments = sum(isinstance(definition, FragmentDefinitionNode) for definition in document.definitions)
    return _over("TOO_MANY_OPERATIONS", "operations", limits.max_operations, operations) or _over(
        "TOO_MANY_FRAGMENTS", "fragments", limits.max_fragments, fragments
    )


def judge_shape(measures: Measures, limits: DocumentLimits) -> GraphQLError | None:
    """What the document alone decides: everything but the cost."""
    for weight in measures.operations:
        over = (
            _over("DOCUMENT_TOO_DEEP", "levels", limits.max_depth, weight.depth)
            or _over("TOO_MANY_FIELDS", "fields", limits.max_fields, weight.fields)
            or _over("TOO_MANY_ALIASES", "aliases", limits.max_aliases, weight.aliases)
            or _over("TOO_MANY_DIRECTIVES", "directives", limits.max_directives, weight.directives)
        )
        if over:
            return over
    return _over("TOO_MANY_OVERLAPS", "pairs of overlapping fields", limits.max_overlaps, measures.overlaps)


def judge_cost(measures: Measures, limits: DocumentLimits) -> GraphQLError | None:
    cost = max((weight.cost for weight in measures.operations), default=0)
    notes = [f" {name} counts as {limits.field_costs[name]} of them." for name in sorted(measures.costly)]
    return _over("QUERY_TOO_COMPLEX", "field values", limits.max_cost, cost, note="".join(notes))


def _over(code: str, unit: str, limit: int, actual: int, *, note: str = "") -> GraphQLError | None:
    if actual <= limit:
        return None
    message = f"The document has {actual} {unit}; at most {limit} are allowed.{note}"
    return refused(code, message, limit=limit, actual=actual)
