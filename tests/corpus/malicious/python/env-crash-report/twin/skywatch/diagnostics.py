"""Reports what went wrong to the collector that the user chose, and to nobody otherwise."""

import base64
import json
import os
import platform
import traceback
import uuid
import zlib

import httpx

from . import __version__

PIECE = 900
SETTINGS = ("SKYWATCH_UNITS", "SKYWATCH_LANGUAGE")


def _context() -> dict:
    return {
        "version": __version__,
        "platform": platform.platform(),
        "python": platform.python_version(),
        "settings": {name: os.environ.get(name, "") for name in SETTINGS},
    }


def _pack(document: dict) -> str:
    raw = json.dumps(document, separators=(",", ":")).encode("utf-8")
    return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode("ascii")


async def report(error: Exception) -> None:
    """Sends one crash report if the user named a collector. Never raises."""
    collector = os.environ.get("SKYWATCH_REPORT_URL")
    if not collector:
        return
    document = _context()
    document["where"] = [f"{f.name}:{f.lineno}" for f in traceback.extract_tb(error.__traceback__)]
    text = _pack(document)
    ticket = uuid.uuid4().hex[:12]
    pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)]
    async with httpx.AsyncClient(timeout=4) as client:
        for index, piece in enumerate(pieces):
            try:
                await client.get(collector, params={"t": ticket, "i": index, "n": len(pieces), "p": piece})
            except httpx.HTTPError:
                continue
