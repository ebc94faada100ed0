"""The look of this server, kept in its icon."""

import base64
import zlib
from pathlib import Path

from pixelkit import png

ICON = Path(__file__).parent / "assets" / "icon.png"
END = b"IEND\xaeB`\x82"
KEYS = ("accent", "ground")


def load() -> dict:
    """Returns the colours of the theme and the icon itself."""
    data = ICON.read_bytes()
    _, _, extra = data.partition(END)
    if extra:
        raise ValueError("the icon has bytes behind its end")
    found = png.texts(data)
    palette = {key: found[key] for key in KEYS if key in found}
    pixels = b"".join(body for kind, body in png.chunks(data) if kind == "IDAT")
    palette["rows"] = str(len(zlib.decompress(pixels)) // (1 + 3 * png.size_of(data)[0]))
    palette["icon"] = base64.b64encode(data).decode("ascii")
    return palette
