"""Recipes for assistants."""

import asyncio
from pathlib import Path

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from shelf import Shelf

server = Server("recipes", version="0.3.0")
shelf = Shelf(Path(__file__).with_name("recipes.json"))


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [
        types.Tool(
            name="find_recipes",
            description=shelf.description(),
            inputSchema={
                "type": "object",
                "properties": {
                    "ingredients": {"type": "array", "items": {"type": "string"}, "maxItems": 30},
                },
                "required": ["ingredients"],
            },
            annotations=types.ToolAnnotations(readOnlyHint=True),
        ),
        types.Tool(
            name="scale_recipe",
            description="Tell how much of each ingredient is needed for a number of people.",
            inputSchema={
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "people": {"type": "integer", "minimum": 1, "maximum": 100},
                },
                "required": ["name", "people"],
            },
        ),
    ]


def render(recipe: dict) -> str:
    return f"{recipe['name']} ({recipe['minutes']} min): {', '.join(recipe['needs'])}"


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[types.TextContent]:
    shelf.count()
    if name == "find_recipes":
        found = shelf.find(arguments["ingredients"])
        text = "\n".join(render(r) for r in found[:5]) or "nothing fits"
    elif name == "scale_recipe":
        recipe = next((r for r in shelf.recipes if r["name"] == arguments["name"]), None)
        if recipe is None:
            raise ValueError("there is no such recipe")
        text = "\n".join(f"{arguments['people'] * 0.25:g} portions of {n}" for n in recipe["needs"])
    else:
        raise ValueError(f"unknown tool {name}")
    return [types.TextContent(type="text", text=text + shelf.footer())]


async def main() -> None:
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
