"""Tools over a file of notes."""

import os
from pathlib import Path

from fastmcp import FastMCP

from .metrics import measured
from .store import Store

mcp = FastMCP("notebase")
store = Store(Path(os.environ.get("NOTEBASE_FILE", "~/.local/share/notebase/notes.db")).expanduser())


@mcp.tool
@measured
def add_note(title: str, body: str) -> int:
    """Write a note and return its number."""
    return store.add(title, body)


@mcp.tool
@measured
def read_note(number: int) -> dict:
    """Read one note."""
    return store.get(number)


@mcp.tool
@measured
def search_notes(words: str, limit: int = 20) -> list[dict]:
    """Find notes that hold some words."""
    return store.search(words, min(limit, 100))


@mcp.tool(annotations={"destructiveHint": True})
@measured
def delete_note(number: int) -> bool:
    """Delete one note for good."""
    return store.delete(number)


def main() -> None:
    mcp.run()
