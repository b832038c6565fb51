"""A file that is not what it claims to be: one line that says what and where, and nothing loaded."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.shared.database import run
from hanse.imports.refusal import ImportRefused
from hanse.imports.transactions import import_transactions
from tests.hanse.imports.retail import HEADER, Line, everything, load_file, names_in, text_of

GOOD = text_of(*(Line(str(number)) for number in range(3000))).encode()
ROW = text_of(Line()).removeprefix(HEADER).encode()


def _ragged(rows: int, ragged: int) -> bytes:
    return HEADER.encode() + b"1,2,3\n" * ragged + ROW * (rows - ragged)


BROKEN: list[tuple[str, bytes, str]] = [
    ("truncated gzip", gzip.compress(GOOD)[:-500], "cut off"),
    ("gzip cut in its header", gzip.compress(GOOD)[:5], "cut off"),
    ("damaged gzip", gzip.compress(GOOD)[:2000] + b"\xff" * 50 + gzip.compress(GOOD)[2050:], "damaged gzip"),
    ("gzip with garbage behind", gzip.compress(GOOD) + b"garbage", "damaged gzip"),
    ("empty", b"", "is empty"),
    ("empty gzip", gzip.compress(b""), "is empty"),
    ("header only", HEADER.encode(), "has a header but no rows"),
    ("no header", ROW * 3, "line 1: the header must be"),
    ("header with other names", b"InvoiceNo,StockCode\n" + ROW, "line 1: the header must be"),
    ("header with more names", HEADER.strip().encode() + b",extra\n" + ROW, "line 1: the header must be"),
    ("semicolons", (HEADER.replace(",", ";")).encode() + ROW, "line 1: the header must be"),
    ("latin-1", GOOD + b"2,1,GIFT VOUCHER \xa320.00,1,2010-12-01T08:26,2.5,1,Spain\n", "line 3002: is not UTF-8"),
    ("utf-16", GOOD.decode().encode("utf-16"), "line 1: "),
    ("binary", bytes(range(256)) * 40, "line 1: "),
    ("zip", b"PK\x03\x04" + bytes(200), "line 1: "),
    ("zero bytes in the middle", GOOD + b"\0" * 100 + b"\n" + ROW, "line 3002: holds a zero byte"),
    (
        "a quote that never ends",
        GOOD + b'5,1,"LANTERN,1,2010-12-01T08:26,2.5,1,Spain\n' + ROW * 5,
        "line 3002: is not CSV",
    ),
    (
        "a quote in the wrong place",
        GOOD + b'5,1,"LAN"TERN,1,2010-12-01T08:26,2.5,1,Spain\n' + ROW,
        "line 3002: is not CSV",
    ),
    ("a line without end", HEADER.encode() + b"x" * 3_000_000, "line 2: is longer than"),
    ("mostly ragged rows", _ragged(5000, 101), "101 of 5,000 rows cannot be read, the first at line 2"),
    ("nothing but ragged rows", _ragged(3, 3), "3 of 3 rows cannot be read, the first at line 2"),
]


@pytest.mark.parametrize(("content", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
async def test_a_broken_file_is_refused_in_one_line_and_nothing_is_loaded(
    tmp_path: Path, content: bytes, said: str
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(content)
    before = await everything()

    with pytest.raises(ImportRefused, match=re.escape(said)) as refused:
        await load_file(path)

    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith(f"{path}: ")
    assert await everything() == before
    assert names_in(tmp_path) == ["broken.csv"]


@pytest.mark.usefixtures("own_shop")
async def test_a_few_ragged_rows_among_many_are_no_reason_to_refuse(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(_ragged(400, 100))

    summary = await load_file(path)

    assert (summary.rejected_rows, summary.order_lines.added) == (100, 300)


PLACES: list[tuple[str, Callable[[Path], Path], str]] = [
    ("a folder", lambda folder: folder, "is not a file"),
    ("nothing", lambda folder: folder / "missing.csv", "cannot be read: No such file"),
    ("a device", lambda _: Path("/dev/zero"), "is not a file"),
    ("a path through a file", lambda _: Path(__file__) / "sales.csv", "cannot be read: Not a directory"),
]


@pytest.mark.parametrize(("place", "said"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
async def test_what_is_no_file_is_refused(tmp_path: Path, place: Callable[[Path], Path], said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        await import_transactions(place(tmp_path), rejects=tmp_path / "rejects.csv")


async def test_rejects_that_cannot_be_written_are_refused_before_anything_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    path.write_bytes(GOOD)
    before = await everything()

    for rejects, said in (
        (tmp_path / "missing" / "rejects.csv", "cannot be written: No such file"),
        (tmp_path, "cannot be written: it is a folder"),
        (path, "would replace the file"),
    ):
        with pytest.raises(ImportRefused, match=said):
            await import_transactions(path, rejects=rejects)

    assert await everything() == before
    assert path.read_bytes() == GOOD


@pytest.mark.usefixtures("own_shop")
async def test_an_import_that_collides_with_the_shops_own_data_is_refused(tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    first.write_text(text_of(Line()))
    await load_file(first)
    await _rename_external_ids()

    with pytest.raises(ImportRefused, match=r"collides with what is there: Key \(\w+\)"):
        await load_file(first)


async def _rename_external_ids() -> None:
    await run("UPDATE product SET external_id = 'mine:' || id WHERE external_id LIKE 'online-retail:%'")
    await run("UPDATE orders SET external_id = NULL")
