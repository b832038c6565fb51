"""Files as people have them, good and bad."""

import gzip
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from domain.bulk.errors import FileUnusable
from domain.bulk.formats.formulas import harmless, original
from domain.bulk.formats.read import read_rows
from domain.bulk.formats.rows import Row
from domain.bulk.formats.write import writing
from domain.bulk.kinds import Format

ROWS = [Row(2, {"sku": "A", "name": 'Größe; 茶, "x"'}), Row(3, {"sku": "B", "name": "two\nlines"})]


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "given"
    path.write_bytes(content)
    return path


def read(folder: Path, content: bytes, format: Format = Format.CSV) -> list[Row]:
    return list(read_rows(a_file(folder, content), format))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_whatever_separates_it_and_however_unicode_is_written(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    text = f'sku{separator}name\r\nA{separator}"Größe; 茶, ""x"""\r\nB{separator}"two\nlines"\r\n\r\n'

    assert read(tmp_path, text.encode(encoding)) == ROWS
    assert read(tmp_path, gzip.compress(text.encode(encoding))) == ROWS


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"", "empty", 0),
        ("sku,name\nA,Größe".encode("cp1252"), "encoding", 2),
        (b"sku,name\nA,\0", "zero", 2),
        (b'sku,name\nA,B\nC,"open', "csv", 3),
        (b"sku,SKU\n", "header", 1),
        (b"sku,,name\n", "header", 1),
        (gzip.compress(b"sku,name\nA,B", mtime=0)[:-9], "gzip", 0),
    ],
)
def test_a_csv_that_is_none_is_refused_by_a_rule_and_its_line(
    tmp_path: Path, content: bytes, rule: str, line: int
) -> None:
    with pytest.raises(FileUnusable) as refusal:
        read(tmp_path, content)

    assert (refusal.value.rule, refusal.value.line) == (rule, line)


def test_a_row_with_too_few_or_too_many_fields_is_broken_alone(tmp_path: Path) -> None:
    found = read(tmp_path, b"sku,name\nA\nB,b,too much\nC,c,\n")

    assert found == [Row(2, {}, "fieldCount"), Row(3, {}, "fieldCount"), Row(4, {"sku": "C", "name": "c"})]


def test_json_lines_are_read_and_those_that_are_none_are_broken_alone(tmp_path: Path) -> None:
    good = b'{"sku": "A", "grams": 5, "live": true, "tags": ["x", "y"], "note": null}\n'
    content = good + b'[1]\n{"a": {"b": 1}}\n{"a": "\\u0000"}\n'

    found = read(tmp_path, content, Format.JSONL)

    assert found[0] == Row(1, {"sku": "A", "grams": "5", "live": "true", "tags": "x, y", "note": ""})
    assert [one.broken for one in found[1:]] == ["jsonRow"] * 3


def test_a_workbook_is_read_with_its_numbers_and_days_as_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    sheet.append(["sku", "price", "ean", "live"])
    sheet.append(["A", 12.5, 4012345678901, True])
    sheet.append([None, None, None, None])
    sheet.append(["B", "1.20", 5.0, None])
    book.save(path := tmp_path / "book.xlsx")

    assert list(read_rows(path, Format.XLSX)) == [
        Row(2, {"sku": "A", "price": "12.5", "ean": "4012345678901", "live": "true"}),
        Row(4, {"sku": "B", "price": "1.20", "ean": "5", "live": ""}),
    ]


def test_a_workbook_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 50_000_000)

    with pytest.raises(FileUnusable) as refusal:
        read(tmp_path, packed.getvalue(), Format.XLSX)

    assert refusal.value.rule == "bomb"


@pytest.mark.parametrize("content", [b"sku,name\n", b"PK\x03\x04 no archive"])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileUnusable) as refusal:
        read(tmp_path, content, Format.XLSX)

    assert refusal.value.rule == "xlsx"


@pytest.mark.parametrize("format", list(Format))
def test_what_is_written_is_read_again(tmp_path: Path, format: Format) -> None:
    cells = {"sku": "=1+1", "name": "-Größe\nzwei", "barcode": "'0042", "note": "'=x", "grams": "-5"}

    with writing(path := tmp_path / "written", format, list(cells)) as write:
        write(cells)
        write({"sku": "B"})

    found = [{name: cell for name, cell in row.cells.items() if cell} for row in read_rows(path, format)]
    assert found == [cells, {"sku": "B"}]


def test_a_csv_holds_nothing_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    with writing(path := tmp_path / "written", Format.CSV, ["a", "b", "c"]) as write:
        write({"a": "=HYPERLINK(1)", "b": "@SUM(1)", "c": "+49 30 1"})

    assert path.read_bytes().decode("utf-8-sig").splitlines()[1] == "'=HYPERLINK(1),'@SUM(1),'+49 30 1"


@pytest.mark.parametrize("text", ["", "tea", "=1", "'=1", "''=1", "+1", "-1.5", "'-1", "'tea", "\tx", "-x", "@"])
def test_harmless_text_becomes_what_it_was(text: str) -> None:
    assert original(harmless(text)) == text
