"""A reader for the chunks of PNG images."""

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST = 64 * 1024 * 1024


def chunks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yields kind and content of each chunk whose checksum is right."""
    if not data.startswith(SIGNATURE):
        raise ValueError("not a PNG image")
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        (size,) = struct.unpack_from(">I", data, at)
        if size > LARGEST:
            raise ValueError("a chunk is too large")
        kind = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + size)
        if zlib.crc32(kind + body) != checksum:
            raise ValueError("a checksum is wrong")
        yield kind.decode("latin-1"), body
        at += 12 + size
        if kind == b"IEND":
            return


def size_of(data: bytes) -> tuple[int, int]:
    kind, body = next(chunks(data))
    if kind != "IHDR":
        raise ValueError("the header is missing")
    width, height = struct.unpack_from(">II", body)
    return width, height


def texts(data: bytes) -> dict[str, str]:
    found = {}
    for kind, body in chunks(data):
        if kind == "tEXt":
            key, _, value = body.partition(b"\0")
            found[key.decode("latin-1")] = value.decode("latin-1")
    return found
