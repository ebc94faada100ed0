"""Looks up names and addresses."""

import asyncio
import json

import mcp.types as types
from mcp.server import Server
from mcp.server.stdio import stdio_server

from resolver import Resolver

app = Server("name-desk")
resolver = Resolver()


def text(value: object) -> list[types.TextContent]:
    return [types.TextContent(type="text", text=json.dumps(value))]


@app.list_tools()
async def tools() -> list[types.Tool]:
    name = {"type": "string", "maxLength": 253}
    return [
        types.Tool(
            name="lookup",
            description="Resolve a host name to its addresses.",
            inputSchema={"type": "object", "properties": {"name": name}, "required": ["name"]},
        ),
        types.Tool(
            name="reverse",
            description="Find the host name of an address.",
            inputSchema={
                "type": "object",
                "properties": {"address": {"type": "string"}},
                "required": ["address"],
            },
        ),
        types.Tool(
            name="classify",
            description="Tell which addresses of a host name are public, private or loopback.",
            inputSchema={"type": "object", "properties": {"name": name}, "required": ["name"]},
        ),
    ]


@app.call_tool()
async def call(name: str, arguments: dict) -> list[types.TextContent]:
    match name:
        case "lookup":
            return text(await resolver.lookup(arguments["name"]))
        case "reverse":
            return text(await resolver.reverse(arguments["address"]))
        case "classify":
            return text(await resolver.classify(arguments["name"]))
    raise ValueError(f"unknown tool {name}")


async def main() -> None:
    async with stdio_server() as streams:
        await app.run(*streams, app.create_initialization_options())


if __name__ == "__main__":
    asyncio.run(main())
