"""Drives a server with the current generation of the official Python client.

The mode is `legacy` (a handshake), `modern` (2026-07-28 and nothing else) or `auto` (a probe first).
"""

import asyncio
import os
import warnings

import mcp_types as types
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from driver import ROOT, drive, elicited, read_arguments

MODES = {"legacy": "legacy", "modern": "2026-07-28", "auto": "auto"}


async def roots(_context):
    """The folders of the client."""
    return types.ListRootsResult(roots=[types.Root(uri=ROOT, name="project")])


async def sample(_context, _params):
    """What the client's model says."""
    content = types.TextContent(type="text", text="word")
    return types.CreateMessageResult(role="assistant", model="fixed", stop_reason="endTurn", content=content)


async def elicit(_context, params):
    """What the person fills in."""
    return types.ElicitResult(**elicited(params.model_dump(mode="json", by_alias=True)))


class Adapter:
    """The client's methods under the names that the plan is driven by."""

    def __init__(self, client):
        self.client = client

    async def about(self):
        client = self.client
        return {
            "version": client.server_info and client.server_info.model_dump(mode="json", exclude_none=True),
            "capabilities": client.server_capabilities.model_dump(mode="json", by_alias=True, exclude_none=True),
            "instructions": client.instructions,
            "protocol": client.protocol_version,
        }

    def protocol(self):
        return self.client.protocol_version

    def ping(self):
        return self.client.send_ping()

    def logging(self, level):
        return self.client.set_logging_level(level)

    async def tools(self):
        return await self.all(self.client.list_tools, "tools")

    async def prompts(self):
        return await self.all(self.client.list_prompts, "prompts")

    async def resources(self):
        return await self.all(self.client.list_resources, "resources")

    async def templates(self):
        return await self.all(self.client.list_resource_templates, "resource_templates")

    def call(self, name, arguments, on_progress):
        return self.client.call_tool(name, arguments, progress_callback=on_progress)

    def prompt(self, name, arguments):
        return self.client.get_prompt(name, arguments)

    def resource(self, uri):
        return self.client.read_resource(uri)

    def complete(self, reference, argument, context):
        kinds = {"ref/prompt": types.PromptReference, "ref/resource": types.ResourceTemplateReference}
        return self.client.complete(kinds[reference["type"]](**reference), argument, context)

    async def subscribe(self, uri):
        return [await self.client.subscribe_resource(uri), await self.client.unsubscribe_resource(uri)]

    @staticmethod
    async def all(ask, member):
        entries, cursor = [], None
        while True:
            page = await ask(cursor=cursor)
            entries += getattr(page, member)
            cursor = page.next_cursor
            if cursor is None:
                return entries


async def main():
    """Drives the server and prints the document."""
    # The old parts of the protocol are deprecated, and are what is to be driven.
    warnings.simplefilter("ignore")
    options = read_arguments()
    server = StdioServerParameters(command=options.command, args=options.args, env=dict(os.environ))
    with open(os.devnull, "w", encoding="utf-8") as silence:
        client = Client(
            stdio_client(server, errlog=silence),
            mode=MODES[options.mode],
            sampling_callback=sample,
            elicitation_callback=elicit,
            list_roots_callback=roots,
        )
        async with client:
            print(await drive(Adapter(client), options))


asyncio.run(main())
