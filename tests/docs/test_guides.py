"""What the guides and records say of the code, and of each other, is so."""

import re
from pathlib import Path

import pytest

from domain.shared.database import connection
from domain.shared.ids import new_id
from tests.docs.documents import DOCUMENTS, ROOT, blocks, code, linked_files, table_rows
from workers.routes import ROUTES

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def test_documents_are_found() -> None:
    assert len(DOCUMENTS) > 14


@each_document
def test_every_link_leads_to_a_file(document: Path) -> None:
    assert [str(path) for path in linked_files(document) if not path.exists()] == []


@each_document
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = {
        text
        for text in code(document)
        if re.fullmatch(r"(api|domain|hanse|workers|migrations|tests|docs)/[\w./-]+", text)
    }

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@each_document
def test_python_examples_can_be_compiled(document: Path) -> None:
    for block in blocks(document, "python"):
        assert compile(block, str(document), "exec").co_names


async def test_sql_fits_the_tables() -> None:
    written = "".join(block for document in DOCUMENTS for block in blocks(document, "sql"))
    statements = [one for one in written.replace("'...'", f"'{new_id()}'").split(";") if one.strip()]

    assert statements
    async with connection() as raw:
        for statement in statements:
            assert await raw.prepare(statement), statement


def test_the_guide_to_events_names_every_event_and_its_consumers() -> None:
    rows = table_rows(ROOT / "docs" / "events.md", "| kind | subject | when | consumers |")
    sources = "\n".join(path.read_text() for path in (ROOT / "domain").rglob("events.py"))
    declared = set(re.findall(r'kind(?:: ClassVar\[str\])? = "([a-z_.]+)"', sources))
    told = {kind: tuple(filter(None, consumers.split(", "))) for kind, _, _, consumers in rows}

    assert {kind: consumers for kind, consumers in told.items() if consumers} == ROUTES
    assert declared <= set(told)


def test_the_list_of_decisions_is_complete() -> None:
    folder = ROOT / "docs" / "adr"
    records = {path.name for path in folder.glob("0*.md")}

    assert {path.name for path in linked_files(folder / "README.md")} >= records
