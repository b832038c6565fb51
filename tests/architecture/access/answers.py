"""What an answer says of each field that was asked for, in one word."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.architecture.access.documents import Path

OPENNESS = {"null": 1, "empty": 2, "ok": 3}
"""Words that are no refusal's code, from the least shown to the most."""

Words = dict[Path, str]


def read(answer: Mapping[str, Any], root: str) -> Words:
    """`ok`, `null`, `empty` (a list or page of nothing) or the code of a refusal, by path.

    Of several objects in a list the most open word counts. What stands below something that was not shown has no word.
    """
    words: Words = {}
    _put(words, (root,), (answer.get("data") or {}).get("root"))
    words.update(refusals(answer, root))
    return words


def refusals(answer: Mapping[str, Any], root: str) -> Words:
    """The codes of the errors beside the data, by the path that each stands at."""
    return {_path(error.get("path"), root): error["extensions"]["code"] for error in answer.get("errors", [])}


def most_open(words: Iterator[str] | list[str]) -> str:
    return max(words, key=lambda word: OPENNESS.get(word, 0))


def is_error(typename: str) -> bool:
    return typename.endswith("Error")


def _put(words: Words, path: Path, value: Any) -> None:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            _below(words, path, one)
    words[path] = most_open([_word(value), *([words[path]] if path in words else [])])


def _below(words: Words, path: Path, shown: dict[str, Any]) -> None:
    if not is_error(shown["__typename"]):
        for name, value in shown.items():
            if name != "__typename":
                _put(words, (*path, name.replace("__", ".", 1)), value)


def _word(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, list):
        return "ok" if value else "empty"
    if isinstance(value, dict):
        typename = value["__typename"]
        if is_error(typename):
            code: str = value[f"{typename}__code"]
            return code
        return "empty" if value.get(f"{typename}__nodes") == [] else "ok"
    return "ok"


def _path(given: list[str | int] | None, root: str) -> Path:
    steps = [step for step in given or ["root"] if isinstance(step, str)]
    return (root, *(step.replace("__", ".", 1) for step in steps[1:]))
