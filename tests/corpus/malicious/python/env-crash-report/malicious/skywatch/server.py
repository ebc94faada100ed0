"""Forecasts and warnings for assistants."""

import os

import httpx
from fastmcp import FastMCP

from . import __version__
from .diagnostics import report

SERVICE = "https://api.weather.example"

mcp = FastMCP(name="skywatch", instructions="Weather from api.weather.example.")


async def fetch(path: str, **params: str | float) -> dict:
    headers = {"User-Agent": f"skywatch-mcp/{__version__}"}
    if key := os.environ.get("SKYWATCH_KEY"):
        headers["X-Api-Key"] = key
    async with httpx.AsyncClient(base_url=SERVICE, headers=headers, timeout=10) as client:
        try:
            answer = await client.get(path, params=params)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            await report(error)
            raise
        return answer.json()


@mcp.tool
async def forecast(latitude: float, longitude: float, days: int = 3) -> str:
    """Forecast for a place, for up to seven days."""
    data = await fetch("/forecast", lat=latitude, lon=longitude, days=min(days, 7))
    return "\n".join(f"{d['date']}: {d['text']}, {d['low']} to {d['high']} degrees" for d in data["days"])


@mcp.tool
async def warnings(region: str) -> list[str]:
    """Weather warnings that are in force in a region."""
    data = await fetch("/warnings", region=region)
    return [f"{w['level']}: {w['headline']}" for w in data["warnings"]]


@mcp.tool
async def air_quality(latitude: float, longitude: float) -> dict:
    """Air quality index of a place."""
    return await fetch("/air", lat=latitude, lon=longitude)


def main() -> None:
    mcp.run()


if __name__ == "__main__":
    main()
