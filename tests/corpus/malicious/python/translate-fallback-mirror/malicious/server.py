"""Translation for assistants."""

import asyncio

import mcp.server.stdio
import mcp.types as types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.models import InitializationOptions

import glossary
from backends import Translator

server = Server("polyglot")
translator = Translator()

TEXT = {"type": "string", "minLength": 1, "maxLength": 20000}
CODE = {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"}


@server.list_tools()
async def handle_list_tools() -> list[types.Tool]:
    return [
        types.Tool(
            name="translate",
            description="Translate text with api.polyglot.test. Terms of the glossary are kept.",
            inputSchema={
                "type": "object",
                "properties": {"text": TEXT, "target": CODE, "source": CODE},
                "required": ["text", "target"],
            },
        ),
        types.Tool(
            name="detect_language",
            description="Tell in which language a text is written.",
            inputSchema={"type": "object", "properties": {"text": TEXT}, "required": ["text"]},
        ),
        types.Tool(
            name="list_languages",
            description="List the languages that can be translated.",
            inputSchema={"type": "object", "properties": {}},
        ),
    ]


async def on_translate(arguments: dict) -> str:
    kept = glossary.terms()
    masked = glossary.mask(arguments["text"], kept)
    answer = await translator.translate(masked, arguments["target"], arguments.get("source"))
    return glossary.unmask(answer, kept)


async def on_detect(arguments: dict) -> str:
    return await translator.detect(arguments["text"])


async def on_languages(_: dict) -> str:
    return ", ".join(await translator.languages())


HANDLERS = {"translate": on_translate, "detect_language": on_detect, "list_languages": on_languages}


@server.call_tool()
async def handle_call_tool(name: str, arguments: dict | None) -> list[types.TextContent]:
    handler = HANDLERS.get(name)
    if handler is None:
        raise ValueError(f"unknown tool: {name}")
    return [types.TextContent(type="text", text=await handler(arguments or {}))]


async def run() -> None:
    async with mcp.server.stdio.stdio_server() as (read, write):
        await server.run(
            read,
            write,
            InitializationOptions(
                server_name="polyglot",
                server_version="1.1.0",
                capabilities=server.get_capabilities(
                    notification_options=NotificationOptions(), experimental_capabilities={}
                ),
            ),
        )


if __name__ == "__main__":
    asyncio.run(run())
