"""Turns source text into documents that may be executed, and remembers the outcome.

The order is: size, tokens and nesting (while parsing), counts, U+0000, shape, cost, validation. Nothing is validated that
the limits refuse, and nothing is parsed or validated twice while its text is in the cache. Variables are judged each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from api.limits.cache import CacheBounds, SourceCache
from api.limits.judge import judge_cost, judge_counts, judge_shape, judge_size
from api.limits.limits import DocumentLimits, refused
from api.limits.measures import FragmentCycle, measure
from api.limits.nul import judge_literals, judge_variables

_MAX_VALIDATION_ERRORS: Final = 20
_MAX_PAGES_REMEMBERED: Final = 32


class DocumentRefused(Exception):
    """The text is no document, or one that may not be executed. Each error carries `extensions.code`."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__(errors[0].message)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that passed every limit and is valid."""

    document: DocumentNode
    #: Variables that the cost depends on, in a fixed order.
    page_variables: tuple[str, ...]
    #: What was found for values of these variables.
    verdicts: dict[tuple[float | None, ...], GraphQLError | None] = field(default_factory=dict)

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation that is meant: the only one, if no name is given."""
        operations = [node for node in self.document.definitions if isinstance(node, OperationDefinitionNode)]
        if name is None:
            return operations[0] if len(operations) == 1 else None
        return next((node for node in operations if node.name and node.name.value == name), None)


#: What is known of a text: that it may be executed, or why not.
_Outcome: TypeAlias = Prepared | tuple[GraphQLError, ...]


class Documents:
    def __init__(
        self,
        schema: GraphQLSchema,
        limits: DocumentLimits,
        *,
        introspection: bool,
        suggestions: bool,
        cache: CacheBounds,
    ) -> None:
        self._schema = schema
        self._limits = limits
        self._suggestions = suggestions
        self._rules = [*specified_rules, MaybeNullValidationRule, OneOfInputValidationRule]
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self._outcomes: SourceCache[_Outcome] = SourceCache(cache)

    def prepare(self, source: str, variables: Mapping[str, Any]) -> Prepared:
        """Raises DocumentRefused."""
        if too_large := judge_size(source, self._limits):
            raise DocumentRefused([too_large])
        outcome = self._outcomes.get(source)
        if outcome is None:
            outcome = self._examine(source, variables)
            self._outcomes.put(source, outcome)
        if isinstance(outcome, tuple):
            raise DocumentRefused(outcome)
        if unusable := judge_variables(variables):
            raise DocumentRefused([unusable])
        if outcome.page_variables:
            self._judge_pages(outcome, variables)
        return outcome

    def _examine(self, source: str, variables: Mapping[str, Any]) -> _Outcome:
        try:
            document = self._parse(source)
        except GraphQLError as error:
            # Kept errors must not keep the frames of the parser.
            error.__context__ = None
            return (error.with_traceback(None),)
        if over := judge_counts(document, self._limits) or judge_literals(document, source):
            return (over,)
        try:
            measures = measure(document, self._schema, self._limits, variables)
        except FragmentCycle as cycle:
            return (refused("FRAGMENT_CYCLE", f"Fragments spread each other in a circle: {cycle}."),)
        if over := judge_shape(measures, self._limits):
            return (over,)
        prepared = Prepared(document, tuple(sorted(measures.page_variables)))
        if over := judge_cost(measures, self._limits):
            if prepared.page_variables:
                raise DocumentRefused([over])
            return (over,)
        prepared.verdicts[_pages(prepared, variables)] = None
        return self._validate(document) or prepared

    def _parse(self, source: str) -> DocumentNode:
        tokens = self._limits.max_tokens
        try:
            return parse(source, max_lexical_tokens=tokens, max_comments=tokens)
        except GraphQLSyntaxError as error:
            if error.message.endswith("nested too deeply. Parsing aborted."):
                raise refused("DOCUMENT_TOO_DEEP", error.message, limit=self._limits.max_depth) from None
            if error.message.endswith("Parsing aborted."):
                raise refused("TOO_MANY_TOKENS", error.message, limit=tokens) from None
            error.extensions = {"code": "GRAPHQL_PARSE_FAILED"}
            raise

    def _validate(self, document: DocumentNode) -> tuple[GraphQLError, ...]:
        errors = validate(
            self._schema,
            document,
            self._rules,
            max_errors=_MAX_VALIDATION_ERRORS,
            hide_suggestions=not self._suggestions,
        )
        return tuple(_told(error) for error in errors)

    def _judge_pages(self, prepared: Prepared, variables: Mapping[str, Any]) -> None:
        pages = _pages(prepared, variables)
        if pages not in prepared.verdicts:
            if len(prepared.verdicts) >= _MAX_PAGES_REMEMBERED:
                prepared.verdicts.clear()
            measures = measure(prepared.document, self._schema, self._limits, variables)
            prepared.verdicts[pages] = judge_cost(measures, self._limits)
        if over := prepared.verdicts[pages]:
            raise DocumentRefused([over])


def _told(error: GraphQLError) -> GraphQLError:
    """A scalar that refuses a literal raises ValueError or TypeError, and its message is meant for the client. What is
    kept must not keep that exception's frames. Any other exception is left in place, to be masked."""
    extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    if isinstance(error.original_error, ValueError | TypeError):
        return GraphQLError(error.message, error.nodes, extensions=extensions)
    error.extensions = extensions
    return error


def _pages(prepared: Prepared, variables: Mapping[str, Any]) -> tuple[float | None, ...]:
    values = (variables.get(name) for name in prepared.page_variables)
    return tuple(value if isinstance(value, int | float) else None for value in values)
