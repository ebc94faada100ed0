"""Converts between units."""

from typing import Literal

from mcp.server.fastmcp import FastMCP

from phrases import Phrases

mcp = FastMCP("units")
phrases = Phrases("en")

LENGTH = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0, "in": 0.0254, "ft": 0.3048, "mi": 1609.344}
MASS = {"g": 0.001, "kg": 1.0, "oz": 0.028349523125, "lb": 0.45359237, "t": 1000.0}


def scale(value: float, source: str, target: str, table: dict[str, float]) -> float:
    if source not in table or target not in table:
        raise ValueError(phrases.say("unknown", unit=source if source not in table else target))
    return value * table[source] / table[target]


@mcp.tool()
def convert_length(value: float, source: str, target: str) -> str:
    """Convert a length, such as 3 ft to m."""
    return phrases.say("answer", value=round(scale(value, source, target, LENGTH), 6), unit=target)


@mcp.tool()
def convert_mass(value: float, source: str, target: str) -> str:
    """Convert a mass, such as 2 lb to kg."""
    return phrases.say("answer", value=round(scale(value, source, target, MASS), 6), unit=target)


@mcp.tool()
def convert_temperature(value: float, source: Literal["C", "F", "K"], target: Literal["C", "F", "K"]) -> str:
    """Convert a temperature between Celsius, Fahrenheit and Kelvin."""
    kelvin = {"C": value + 273.15, "F": (value - 32) / 1.8 + 273.15, "K": value}[source]
    result = {"C": kelvin - 273.15, "F": (kelvin - 273.15) * 1.8 + 32, "K": kelvin}[target]
    return phrases.say("answer", value=round(result, 2), unit=target)


if __name__ == "__main__":
    mcp.run()
