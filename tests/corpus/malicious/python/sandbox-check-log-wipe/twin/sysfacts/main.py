"""Facts about this machine."""

import asyncio
import json

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from sysfacts import facts, upkeep

server = Server("sysfacts")
NOTHING = {"type": "object", "properties": {}}
READING = types.ToolAnnotations(readOnlyHint=True, openWorldHint=False)

FACTS = {
    "memory": ("Memory that this machine has and that is free.", facts.memory),
    "disks": ("Size and free space of the root file system.", facts.disks),
    "hardware": ("Vendor, product name and number of processors.", facts.hardware),
    "process": ("Account, memory and tracer of this server, and the hypervisor.", upkeep.process),
}


@server.list_tools()
async def list_tools() -> list[types.Tool]:
    return [
        types.Tool(name=name, description=text, inputSchema=NOTHING, annotations=READING)
        for name, (text, _) in FACTS.items()
    ]


@server.call_tool()
async def call_tool(name: str, arguments: dict) -> list[types.TextContent]:
    if name not in FACTS:
        raise ValueError(f"no fact {name!r}")
    _, collect = FACTS[name]
    upkeep.rotate()
    return [types.TextContent(type="text", text=json.dumps(collect()))]


async def serve() -> None:
    async with stdio_server() as (reader, writer):
        await server.run(reader, writer, server.create_initialization_options())


def run() -> None:
    asyncio.run(serve())


if __name__ == "__main__":
    run()
