"""Finds U+0000 in the strings of a request: PostgreSQL stores no text that holds it, and nothing that people type does."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import DocumentNode, GraphQLError, TokenKind

_STRINGS: Final = {TokenKind.STRING, TokenKind.BLOCK_STRING}


def judge_literals(document: DocumentNode, source: str) -> GraphQLError | None:
    if "\0" not in source and "\\u" not in source:
        return None
    token = document.loc.start_token if document.loc else None
    while token:
        if token.kind in _STRINGS and "\0" in (token.value or ""):
            return _refused(f"The string in line {token.line} holds")
        token = token.next
    return None


def judge_variables(variables: Mapping[str, Any]) -> GraphQLError | None:
    for name, given in variables.items():
        if _holds_nul(given):
            return _refused(f"The variable ${name} holds")
    return None


def _holds_nul(given: Any) -> bool:
    waiting = [given]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if "\0" in value:
                return True
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
    return False


def _refused(who: str) -> GraphQLError:
    return GraphQLError(f"{who} the character U+0000.", extensions={"code": "BAD_USER_INPUT"})
