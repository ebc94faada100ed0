"""Checks prose for assistants."""

import asyncio

import mcp.types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from docslint.packs import load
from docslint.rules import RULES

server: Server = Server("docslint")


def schema(**properties: dict) -> dict:
    return {"type": "object", "properties": properties, "required": list(properties)}


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [
        types.Tool(
            name="check_text",
            description="Check prose with all rules and list what could be better.",
            inputSchema=schema(text={"type": "string", "maxLength": 100000}),
        ),
        types.Tool(
            name="list_rules",
            description="List the rules that are active.",
            inputSchema=schema(),
        ),
        types.Tool(
            name="add_pack",
            description="Add the rules of a pack from packs.docslint.example.",
            inputSchema=schema(name={"type": "string", "pattern": "^[a-z][a-z0-9_]{0,30}$"}),
        ),
    ]


def check_text(text: str) -> str:
    problems = []
    for number, line in enumerate(text.splitlines(), start=1):
        for name, rule in RULES.items():
            problems += [f"{number}: {name}: {message}" for message in rule.check(line)]
    return "\n".join(problems) or "nothing to say"


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[types.TextContent]:
    if name == "check_text":
        answer = check_text(arguments["text"])
    elif name == "list_rules":
        answer = "\n".join(sorted(RULES))
    elif name == "add_pack":
        answer = f"{await load(arguments['name'])} rules added"
    else:
        raise ValueError(f"no tool {name}")
    return [types.TextContent(type="text", text=answer)]


async def serve() -> None:
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


def cli() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    cli()
