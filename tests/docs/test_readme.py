"""What the README promises, in both languages, is there."""

import re
from pathlib import Path

import pytest
import typer
from graphql import parse, validate

from domain.orders.states import TRANSITIONS
from domain.shared.settings import Settings
from hanse.cli import app, imports
from tests.api.operations import schema
from tests.docs.documents import READMES, ROOT, blocks, code

IN_ENGLISH, IN_CHINESE = READMES
each_readme = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)


def test_both_languages_show_the_same_code() -> None:
    for language in ("sh", "graphql"):
        assert blocks(IN_ENGLISH, language) == blocks(IN_CHINESE, language)

    assert len(blocks(IN_ENGLISH)) == len(blocks(IN_CHINESE)) > 6


@each_readme
def test_every_make_target_exists(readme: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {name for text in code(readme) for name in re.findall(r"\bmake ([a-z]+)", text)}

    assert {"run", "test", "bench"} <= named <= targets


@each_readme
def test_every_command_exists(readme: Path) -> None:
    known = {*typer.main.get_group(app).commands}
    known |= {f"import {name}" for name in typer.main.get_group(imports).commands}
    named = {words for text in code(readme) for words in re.findall(r"\bhanse ([a-z-]+(?: transactions)?)", text)}

    assert {"up", "import transactions"} <= named <= known


@each_readme
def test_every_setting_exists(readme: Path) -> None:
    known = {f"HANSE_{name.upper()}" for name in Settings.model_fields}
    named = {name for text in code(readme) for name in re.findall(r"\bHANSE_[A-Z_]+", text)}

    assert {"HANSE_PORT"} <= named <= known


@each_readme
def test_the_graphql_operations_fit_the_schema(readme: Path) -> None:
    documents = [*blocks(readme, "graphql"), *_sent_by_shell(blocks(readme, "sh"))]

    assert len(documents) >= 7
    for document in documents:
        assert validate(schema()._schema, parse(document)) == [], document


def test_the_graphql_operations_of_the_functions_for_trying_fit_the_schema() -> None:
    documents = _sent_by_shell([(ROOT / "docs" / "try.sh").read_text()])

    assert len(documents) == 1
    assert validate(schema()._schema, parse(documents[0])) == []


@each_readme
def test_the_picture_of_the_order_is_its_state_machine(readme: Path) -> None:
    (picture,) = [block for block in blocks(readme, "mermaid") if block.startswith("stateDiagram")]
    drawn = set(re.findall(r"^\s+(\w+) --> (\w+): (\w+)$", picture, re.MULTILINE))

    assert drawn == {(state, step.to, event) for (state, event), step in TRANSITIONS.items()}


def _sent_by_shell(scripts: list[str]) -> list[str]:
    """Whatever stands between single quotes and begins as an operation does."""
    quoted = [text for script in scripts for text in re.findall(r"'([^']*)'", script)]
    return [text for text in quoted if re.match(r"\{ |(query|mutation|subscription)\b", text)]
