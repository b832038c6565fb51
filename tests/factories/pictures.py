"""Pictures, good and bad ones, and products that have some."""

import io
import struct
import zlib
from hashlib import sha256
from typing import Any
from uuid import UUID

import numpy as np
from PIL import ExifTags, Image, ImageCms

from domain.catalog.media.add import AddProductMedia, add_product_media
from domain.catalog.media.make_picture import make_picture
from domain.shared.database import value
from domain.shared.uploads import Upload
from domain.shared.viewer import PLATFORM

PLACE = "PLACE-WHERE-IT-WAS-TAKEN"


def a_picture(width: int = 800, height: int = 600, *, kind: str = "JPEG", mode: str = "RGB", **options: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue, over a little noise."""
    pixels = np.random.default_rng(1).integers(0, 30, (height, width, 3), dtype=np.uint8)
    pixels[:, : width // 2, 0] += 200
    pixels[:, width // 2 :, 2] += 200
    written = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(written, kind, **options)
    return written.getvalue()


def a_phone_picture() -> bytes:
    """Upright, but stored lying on its side, as phones do; with the place where it was taken and a wide colour space."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.ImageDescription] = PLACE
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = PLACE.encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return a_picture(1200, 900, exif=exif, icc_profile=profile, comment=PLACE.encode())


def a_bomb(side: int = 30_000, *, is_whole: bool = False) -> bytes:
    """A PNG of a few kilobytes that says it has 900 million pixels. `is_whole`: and has as many as it says."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((side * 3 + 1) * side if is_whole else 2_000_000), 1 if is_whole else 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def an_upload(content: bytes, name: str = "picture.jpg") -> Upload:
    return Upload(name, len(content), sha256(content).hexdigest(), io.BytesIO(content))


async def a_waiting_picture(product_id: UUID, content: bytes) -> UUID:
    upload = an_upload(content)
    return await add_product_media(PLATFORM, AddProductMedia(product_id, upload.sha256), upload)


async def a_ready_picture(product_id: UUID, content: bytes | None = None) -> UUID:
    media_id = await a_waiting_picture(product_id, content or a_picture())
    await make_picture(await added_event(media_id), media_id)
    return media_id


async def added_event(media_id: UUID) -> UUID:
    """The newest event that asks for it to be made."""
    found: UUID = await value(
        "SELECT id FROM event WHERE kind = 'media.added' AND subject_id = $1 ORDER BY serial DESC LIMIT 1", media_id
    )
    return found
