"""One picture into the sizes that are served: `python -I convert.py SOURCE FOLDER` with what is wanted on standard input.

A program of its own, since it opens what strangers sent: it has limits of memory and time, no secrets in its environment,
and when it dies nobody else does. It imports nothing of the platform. It writes FOLDER/<size>.webp and prints what it made,
or `{"error": CODE}`. What it writes holds pixels alone: no EXIF, no GPS, no colour profile (all is sRGB), no comments.
"""

import io
import json
import os
import resource
import sys
from typing import Any

from PIL import ExifTags, Image, ImageCms

MEMORY = 1_610_612_736
CPU_SECONDS = 60
_FILE_BYTES = 67_108_864
_QUALITY = 82
_QUALITY_OF_LARGEST = 90
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {_TURNS[told] for told in (5, 6, 7, 8)}
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class Refused(Exception):
    pass


def main() -> None:
    source, folder = sys.argv[1:]
    wanted = json.loads(sys.stdin.read())
    _limit()
    try:
        shown = _convert(source, folder, wanted)
    except Refused as refused:
        shown = {"error": str(refused)}
    except MemoryError:
        shown = {"error": "TOO_MUCH_MEMORY"}
    except Exception:  # noqa: BLE001 decoders raise anything over broken files
        shown = {"error": "UNREADABLE"}
    sys.stdout.write(json.dumps(shown))


def _limit() -> None:
    os.nice(10)
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))  # the lower one ends it with a reason


def _convert(source: str, folder: str, wanted: dict[str, Any]) -> dict[str, Any]:
    Image.MAX_IMAGE_PIXELS = None  # judged here, by the size that the header tells
    with Image.open(source, formats=wanted["formats"]) as opened:
        if opened.width * opened.height > wanted["pixels"]:
            raise Refused("TOO_MANY_PIXELS")
        largest = max(wanted["sizes"])
        width, height = opened.size
        turn = _turn(opened)
        opened.draft(opened.mode, (largest, largest))  # a JPEG is decoded at half the size or less where that suffices
        loaded = _loaded(opened)
        upright = loaded if turn is None else loaded.transpose(turn)
    if turn in _SIDEWAYS:
        width, height = height, width
    return {"width": width, "height": height, "files": _written(_in_srgb(upright), folder, wanted["sizes"])}


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What puts it upright. EXIF that is broken, as some programs write it, tells nothing; the picture may be good."""
    try:
        told = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 decoders raise anything over broken files
        return None
    return _TURNS.get(told) if isinstance(told, int) else None


def _loaded(image: Image.Image) -> Image.Image:
    """The first frame, of what moves."""
    image.load()
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    profile = image.info.get("icc_profile")
    clear = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if clear else "RGB"
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda level: level / 256).convert("L")
        if clear:  # the level that stands for nothing
            image.info["transparency"] //= 256
    elif image.mode == "P" or clear:
        image = image.convert(mode)
    converted = _by_profile(image, profile, mode) if profile else None
    converted = converted or image.convert(mode)
    converted.info.clear()
    return converted


def _by_profile(image: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    """None where the profile is broken, or not one of such a picture."""
    try:
        return ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _written(image: Image.Image, folder: str, sizes: list[int]) -> list[dict[str, int]]:
    """Each size from the next larger one."""
    made = []
    longest = max(image.size)
    needed = [size for number, size in enumerate(sizes) if number == 0 or longest > sizes[number - 1]]
    for size in reversed(needed):
        if max(image.size) > size:
            image = image.resize(_within(image, size), Image.Resampling.LANCZOS)
        quality = _QUALITY_OF_LARGEST if size == max(needed) else _QUALITY
        image.save(os.path.join(folder, f"{size}.webp"), "WEBP", quality=quality, method=4)
        made.append({"size": size, "width": image.width, "height": image.height})
    return made[::-1]


def _within(image: Image.Image, size: int) -> tuple[int, int]:
    """As large as it may be; what is thin stays a line."""
    longest = max(image.size)
    return max(1, round(image.width * size / longest)), max(1, round(image.height * size / longest))


if __name__ == "__main__":
    main()
