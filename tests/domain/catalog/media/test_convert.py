"""Pictures of strangers, converted by a process of its own."""

import io
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from domain.catalog.media import converting
from domain.catalog.media.converting import Converted, Unusable, convert
from domain.catalog.media.rules import SIZES, sniffed
from tests.factories.pictures import PLACE, a_bomb, a_phone_picture, a_picture

_TIFF = b"II*\0\x08\0\0\0\x01\0"
"""One entry follows; below, the orientation as a text."""

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def _converted(folder: Path, content: bytes) -> Converted:
    source = folder / "source"
    source.write_bytes(content)
    return await convert(source, folder)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
async def test_each_kind_that_is_taken_becomes_webp_in_the_sizes_below_it_and_one_more(
    kind: str, tmp_path: Path
) -> None:
    found = await _converted(tmp_path, a_picture(800, 600, kind=kind))

    assert sniffed(a_picture(kind=kind)[:32]) == f"image/{kind.lower()}"
    assert (found.width, found.height) == (800, 600)
    assert [(one.size, one.width, one.height) for one in found.made] == [
        (160, 160, 120),
        (320, 320, 240),
        (640, 640, 480),
        (1280, 800, 600),
    ]
    for one in found.made:
        with Image.open(one.path) as made:
            assert (made.format, made.size, one.path.stat().st_size) == ("WEBP", (one.width, one.height), one.bytes)


async def test_it_stands_upright_and_nothing_tells_where_it_was_taken(tmp_path: Path) -> None:
    sent = a_phone_picture()
    found = await _converted(tmp_path, sent)

    written = [one.path.read_bytes() for one in found.made]
    assert sent.count(PLACE.encode()) == 3
    assert not any(PLACE.encode() in one or b"EXIF" in one or b"ICCP" in one or b"XMP " in one for one in written)
    assert (found.width, found.height) == (900, 1200)
    with Image.open(io.BytesIO(written[-1])) as made:
        top, bottom = made.convert("RGB").getpixel((450, 50)), made.convert("RGB").getpixel((450, 1150))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]


@pytest.mark.parametrize("told", range(1, 9))
async def test_it_stands_upright_however_the_camera_was_held(told: int, tmp_path: Path) -> None:
    """Written as a camera would that is held so; the top left corner is white."""
    upright = Image.new("L", (80, 40))
    upright.paste(255, (0, 0, 40, 20))
    held = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the inverse of what puts it upright
    stored = upright if told == 1 else upright.transpose(Image.Transpose(held[told]))
    exif, sent = Image.Exif(), io.BytesIO()
    exif[ExifTags.Base.Orientation] = told
    stored.save(sent, "PNG", exif=exif)

    found = await _converted(tmp_path, sent.getvalue())

    assert (found.width, found.height) == (80, 40)
    with Image.open(found.made[0].path) as made:
        levels = np.asarray(made.convert("L"))
    assert levels[10, 20] > 200
    assert max(levels[10, 60], levels[30, 20], levels[30, 60]) < 50


@pytest.mark.parametrize("exif", [b"XXXXXXXXXX", _TIFF + b"\x12\x01\x02\0\x02\0\0\x006\0\0\0" + bytes(4)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_broken_exif_does_not_spoil_a_picture(kind: str, exif: bytes, tmp_path: Path) -> None:
    sent = a_picture(60, 40, kind=kind, exif=(b"Exif\0\0" if kind == "JPEG" else b"") + exif)

    found = await _converted(tmp_path, sent)

    assert (found.width, found.height) == (60, 40)


@pytest.mark.parametrize("size", [(1, 20_000), (20_000, 2)])
async def test_what_is_thin_stays_a_line(size: tuple[int, int], tmp_path: Path) -> None:
    found = await _converted(tmp_path, a_picture(*size, kind="PNG"))

    assert [min(one.width, one.height) for one in found.made] == [1] * 5
    assert [max(one.width, one.height) for one in found.made] == list(SIZES)


async def test_what_is_clear_stays_clear(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (50, 50), (255, 0, 0, 0))
    picture.putpixel((25, 25), (0, 255, 0, 255))
    sent = io.BytesIO()
    picture.save(sent, "PNG")

    found = await _converted(tmp_path, sent.getvalue())

    with Image.open(found.made[0].path) as made:
        assert made.mode == "RGBA"
        assert made.getchannel("A").getextrema() == (0, 255)


async def test_of_sixteen_bits_too(tmp_path: Path) -> None:
    picture, sent = Image.new("I;16", (40, 40), 200 * 256), io.BytesIO()
    picture.paste(0, (0, 0, 20, 40))
    picture.save(sent, "PNG", transparency=200 * 256)

    found = await _converted(tmp_path, sent.getvalue())

    with Image.open(found.made[0].path) as made:
        clear = np.asarray(made.convert("RGBA").getchannel("A"))
    assert (clear[20, 5], clear[20, 35]) == (255, 0)


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "I;16"])
async def test_colours_of_any_kind_become_srgb(mode: str, tmp_path: Path) -> None:
    grey = Image.new("L", (40, 40), 255 if mode == "1" else 200)
    sent = io.BytesIO()
    picture = Image.new("I;16", (40, 40), 200 * 256) if mode == "I;16" else grey.convert(mode)
    picture.save(sent, "JPEG" if mode == "CMYK" else "PNG")

    found = await _converted(tmp_path, sent.getvalue())

    with Image.open(found.made[0].path) as made:
        levels = np.asarray(made.convert("L"))
    assert levels.min() == 255 if mode == "1" else 195 < levels.min() <= levels.max() < 205


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "UNREADABLE"),
        (SVG, "UNREADABLE"),
        (a_picture()[:5_000], "UNREADABLE"),
        (b"\xff\xd8\xff" + b"\x00" * 1_000, "UNREADABLE"),
        (a_bomb(), "TOO_MANY_PIXELS"),
        (a_bomb(7_000), "UNREADABLE"),
        (a_picture(kind="TIFF"), "UNREADABLE"),
    ],
    ids=["empty", "svg", "cut off", "no picture", "bomb", "less than it says", "of another kind"],
)
async def test_a_bad_file_is_refused_by_its_reason_at_once(content: bytes, reason: str, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(Unusable) as refused:
        await _converted(tmp_path, content)

    assert refused.value.code == reason
    assert time.monotonic() - begun < 10


async def test_a_process_that_hangs_or_dies_is_the_picture_s_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for program, reason in (("import time; time.sleep(60)", "TOO_SLOW"), ("import os; os.abort()", "UNREADABLE")):
        monkeypatch.setattr(converting, "_SECONDS", 0.5)
        (tmp_path / "program.py").write_text(program)
        monkeypatch.setattr(converting, "_PROGRAM", tmp_path / "program.py")

        with pytest.raises(Unusable) as refused:
            await _converted(tmp_path, a_picture())

        assert refused.value.code == reason


async def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = converting._PROGRAM.read_text().replace("MEMORY = 1_610_612_736", "MEMORY = 300_000_000")
    (tmp_path / "program.py").write_text(code)
    monkeypatch.setattr(converting, "_PROGRAM", tmp_path / "program.py")

    with pytest.raises(Unusable) as refused:
        await _converted(tmp_path, a_bomb(7_000, is_whole=True))

    assert refused.value.code == "TOO_MUCH_MEMORY"


async def test_work_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = converting._PROGRAM.read_text().replace("CPU_SECONDS = 60", "CPU_SECONDS = 1")
    (tmp_path / "program.py").write_text(code)
    monkeypatch.setattr(converting, "_PROGRAM", tmp_path / "program.py")

    with pytest.raises(Unusable) as refused:
        await _converted(tmp_path, a_bomb(7_900, is_whole=True))

    assert refused.value.code == "TOO_SLOW"
