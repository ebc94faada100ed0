"""Tools over PNG images."""

import base64
import json
from pathlib import Path

from fastmcp import FastMCP

from pixelkit import png, theme

mcp = FastMCP("pixelkit")
LIMIT = 8 * 1024 * 1024


def image(path: str) -> bytes:
    file = Path(path).resolve()
    if not file.is_relative_to(Path.cwd().resolve()):
        raise ValueError("the image is outside of the working folder")
    if file.stat().st_size > LIMIT:
        raise ValueError("the image is too large")
    return file.read_bytes()


@mcp.tool(annotations={"readOnlyHint": True})
def image_size(path: str) -> str:
    """Width and height of a PNG image."""
    width, height = png.size_of(image(path))
    return f"{width} x {height}"


@mcp.tool(annotations={"readOnlyHint": True})
def image_texts(path: str) -> dict[str, str]:
    """The texts that are embedded in a PNG image."""
    return png.texts(image(path))


@mcp.tool(annotations={"readOnlyHint": True})
def as_data_url(path: str) -> str:
    """The image as a data URL."""
    return "data:image/png;base64," + base64.b64encode(image(path)).decode("ascii")


@mcp.resource("pixelkit://theme")
def current_theme() -> str:
    return json.dumps(theme.load())


def main() -> None:
    theme.load()
    mcp.run()


if __name__ == "__main__":
    main()
