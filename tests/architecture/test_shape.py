"""The hard stops of the house: sizes, names, and the direction of foreign keys."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = ("api", "workers", "domain", "hanse", "benchmarks", "tests")
CONTEXTS = (
    "analytics",
    "recommendations",
    "notifications",
    "bulk",
    "fulfilment",
    "payments",
    "reviews",
    "orders",
    "cart",
    "pricing",
    "inventory",
    "catalog",
    "identity",
    "channels",
    "audit",
    "shared",
)
RANKS = {name: rank for rank, name in enumerate(CONTEXTS)} | {
    "recommendations": 0,
    "notifications": 0,
    "bulk": 0,
    "payments": 4,
    "reviews": 4,
}
VAGUE = {"service", "services", "manager", "utils", "helpers", "common", "base"}

FILES = sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py"))


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_are_found() -> None:
    assert len(FILES) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_and_no_function_is_too_long(path: Path) -> None:
    limit = 500 if path.is_relative_to(ROOT / "tests") else 400

    assert len(path.read_text().splitlines()) <= limit
    for function in _functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= 60, f"{function.name} has {length} lines"


def test_most_files_are_comfortable() -> None:
    lengths = sorted(len(path.read_text().splitlines()) for path in FILES)

    assert lengths[int(len(lengths) * 0.9)] <= 300


def test_no_name_in_the_domain_is_vague() -> None:
    assert [path for path in FILES if path.is_relative_to(ROOT / "domain") and path.stem in VAGUE] == []


def test_every_context_is_known() -> None:
    packages = {path.name for path in (ROOT / "domain").iterdir() if (path / "__init__.py").exists()}

    assert packages == set(CONTEXTS)


def test_nothing_is_imported_inside_a_function_or_for_types_only() -> None:
    for path in FILES:
        if path.is_relative_to(ROOT / "tests"):
            continue
        assert "TYPE_CHECKING" not in path.read_text(), path
        for function in _functions(path):
            inside = [node for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert inside == [], f"{path}:{function.lineno}"


def _foreign_keys() -> Iterator[tuple[str, ast.Call]]:
    for context, path in _models():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {
                "fields.ForeignKeyField",
                "fields.OneToOneField",
            }:
                yield context, node


def _owners() -> dict[str, str]:
    owners: dict[str, str] = {}
    for context, path in _models():
        owners |= {node.name: context for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)}
    return owners


def _models() -> Iterator[tuple[str, Path]]:
    """A context's tables stand in its `models.py`, or in one of each area that it has a folder for."""
    for context in CONTEXTS:
        for path in sorted((ROOT / "domain" / context).rglob("models.py")):
            yield context, path


def test_foreign_keys_point_downwards_and_say_what_a_deletion_does() -> None:
    owners, found = _owners(), list(_foreign_keys())

    assert len(found) > 20
    for context, call in found:
        target = ast.literal_eval(call.args[0]).removeprefix("hanse.")
        assert RANKS[owners[target]] >= RANKS[context], f"{context} points up at {target}"
        assert any(keyword.arg == "on_delete" for keyword in call.keywords), f"{context} to {target}"


def test_only_the_state_machine_changes_the_state_of_an_order() -> None:
    written = re.compile(r"UPDATE\s+orders\b[^;]*?\bSET\b(?P<columns>.*?)(\bFROM\b|\bWHERE\b|$)", re.S)
    sources = {path: path.read_text() for path in FILES if not path.is_relative_to(ROOT / "tests")}

    writers = {
        str(path.relative_to(ROOT))
        for path, source in sources.items()
        for statement in written.finditer(source)
        if re.search(r"\bstate\s*=", statement["columns"])
    }

    assert writers == {"domain/orders/advance.py"}
