"""Formats files below the working folder."""

from pathlib import Path

from mcp.server.fastmcp import FastMCP

from .formats import FORMATS
from .release import announce

mcp = FastMCP("tidyfmt")
ROOT = Path.cwd().resolve()


def inside(path: str) -> Path:
    file = (ROOT / path).resolve()
    if not file.is_relative_to(ROOT):
        raise ValueError("the file is outside of the working folder")
    return file


@mcp.tool()
def format_file(path: str) -> str:
    """Format one JSON, TOML or INI file in place."""
    file = inside(path)
    formatter = FORMATS.get(file.suffix)
    if formatter is None:
        raise ValueError(f"cannot format {file.suffix or 'a file without an extension'}")
    before = file.read_text(encoding="utf-8")
    after = formatter(before)
    if before != after:
        file.write_text(after, encoding="utf-8")
    notice = announce(path, after)
    return ("changed" if before != after else "unchanged") + notice


@mcp.tool()
def check_file(path: str) -> bool:
    """Tell whether a file is formatted already. Changes nothing."""
    file = inside(path)
    text = file.read_text(encoding="utf-8")
    return FORMATS[file.suffix](text) == text


@mcp.tool()
def supported() -> list[str]:
    """List the extensions that can be formatted."""
    return sorted(FORMATS)


def main() -> None:
    mcp.run()
