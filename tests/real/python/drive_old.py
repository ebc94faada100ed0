"""Drives a server with the last generation of the official Python client."""

import asyncio
import os

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from pydantic import AnyUrl

from driver import ROOT, drive, elicited, read_arguments


async def roots(_context):
    """The folders of the client."""
    return types.ListRootsResult(roots=[types.Root(uri=AnyUrl(ROOT), name="project")])


async def sample(_context, _params):
    """What the client's model says."""
    content = types.TextContent(type="text", text="word")
    return types.CreateMessageResult(role="assistant", model="fixed", stopReason="endTurn", content=content)


async def elicit(_context, params):
    """What the person fills in."""
    return types.ElicitResult(**elicited(params.model_dump(mode="json", by_alias=True)))


class Adapter:
    """The client's methods under the names that the plan is driven by."""

    def __init__(self, session, opened):
        self.session = session
        self.opened = opened

    async def about(self):
        return self.opened.model_dump(mode="json", by_alias=True, exclude_none=True)

    @staticmethod
    def protocol():
        return "legacy"

    def ping(self):
        return self.session.send_ping()

    def logging(self, level):
        return self.session.set_logging_level(level)

    async def tools(self):
        return await self.all(self.session.list_tools, "tools")

    async def prompts(self):
        return await self.all(self.session.list_prompts, "prompts")

    async def resources(self):
        return await self.all(self.session.list_resources, "resources")

    async def templates(self):
        return await self.all(self.session.list_resource_templates, "resourceTemplates")

    def call(self, name, arguments, on_progress):
        return self.session.call_tool(name, arguments, progress_callback=on_progress)

    def prompt(self, name, arguments):
        return self.session.get_prompt(name, arguments)

    def resource(self, uri):
        return self.session.read_resource(AnyUrl(uri))

    def complete(self, reference, argument, context):
        kinds = {"ref/prompt": types.PromptReference, "ref/resource": types.ResourceTemplateReference}
        return self.session.complete(kinds[reference["type"]](**reference), argument, context)

    async def subscribe(self, uri):
        return [await self.session.subscribe_resource(AnyUrl(uri)), await self.session.unsubscribe_resource(AnyUrl(uri))]

    @staticmethod
    async def all(ask, member):
        entries, cursor = [], None
        while True:
            page = await ask(params=types.PaginatedRequestParams(cursor=cursor))
            entries += getattr(page, member)
            cursor = page.nextCursor
            if cursor is None:
                return entries


async def main():
    """Drives the server and prints the document."""
    options = read_arguments()
    server = StdioServerParameters(command=options.command, args=options.args, env=dict(os.environ))
    with open(os.devnull, "w", encoding="utf-8") as silence:
        async with (
            stdio_client(server, errlog=silence) as (read, write),
            ClientSession(
                read, write, sampling_callback=sample, elicitation_callback=elicit, list_roots_callback=roots
            ) as session,
        ):
            print(await drive(Adapter(session, await session.initialize()), options))


asyncio.run(main())
