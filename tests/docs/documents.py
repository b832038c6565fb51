"""The documents of the repository, taken apart."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(document: Path, language: str | None = None) -> list[str]:
    """The fenced code blocks, of one language or of all."""
    found = _BLOCK.findall(document.read_text())
    return [code for written_in, code in found if language in {None, written_in}]


def code(document: Path) -> list[str]:
    """Whatever is set as code: the fenced blocks, and what stands between backticks outside of them."""
    prose = _BLOCK.sub("", document.read_text())
    return [*blocks(document), *re.findall(r"`([^`]+)`", prose)]


def linked_files(document: Path) -> Iterator[Path]:
    prose = _BLOCK.sub("", document.read_text())
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", prose):
        if "://" not in target:
            yield document.parent / target


def table_rows(document: Path, header: str) -> list[list[str]]:
    """The cells of the table that begins with `header`, backticks taken off."""
    lines = document.read_text().splitlines()
    start = lines.index(header) + 2
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    return rows
