"""Drives a server with the current generation of the official Python client.

The mode is `legacy` (a handshake), `modern` (2026-07-28 and nothing else) or `auto` (a probe first).
"""

import asyncio
import contextlib
import os
import warnings

import mcp.client.session
import mcp_types as types
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated, ToolsListChanged

from driver import ROOT, drive, elicited, plain, read_arguments
from round import Inbox, round_trip

# On a busy machine a server takes longer to start than the client waits by itself.
mcp.client.session.DISCOVER_TIMEOUT_SECONDS = 120.0
MODERN = "2026-07-28"
LOG_LEVEL = "io.modelcontextprotocol/logLevel"
INBOX = Inbox()
MODES = {"legacy": "legacy", "modern": MODERN, "auto": "auto"}


async def hear_log(params):
    """Notes a log message."""
    entry = plain(params)
    entry.pop("_meta", None)
    INBOX.push("log", **entry)


async def hear(message):
    """Notes what changed."""
    match message:
        case types.ResourceUpdatedNotification(params=params):
            INBOX.push("update", uri=str(params.uri))
        case types.ToolListChangedNotification():
            INBOX.push("change", list="tools")
        case types.PromptListChangedNotification():
            INBOX.push("change", list="prompts")
        case types.ResourceListChangedNotification():
            INBOX.push("change", list="resources")


async def hear_stream(events):
    """Notes what changed, from a stream of the current revision."""
    kinds = {ToolsListChanged: "tools", PromptsListChanged: "prompts", ResourcesListChanged: "resources"}
    async for event in events:
        if isinstance(event, ResourceUpdated):
            INBOX.push("update", uri=str(event.uri))
        else:
            INBOX.push("change", list=kinds[type(event)])


def question(method, params=None):
    """Notes what was asked, without what only says how."""
    asked = plain(params) if params is not None else {}
    INBOX.push("question", method=method, params={key: asked[key] for key in asked if key not in ("mode", "_meta")})


async def roots(_context):
    """The folders of the client."""
    question("roots/list")
    return types.ListRootsResult(roots=[types.Root(uri=ROOT, name="project")])


async def sample(_context, params):
    """What the client's model says."""
    question("sampling/createMessage", params)
    content = types.TextContent(type="text", text="word")
    return types.CreateMessageResult(role="assistant", model="fixed", stop_reason="endTurn", content=content)


async def elicit(_context, params):
    """What the person fills in."""
    question("elicitation/create", params)
    return types.ElicitResult(**elicited(params.model_dump(mode="json", by_alias=True)))


class Adapter:
    """The client's methods under the names that the plan is driven by."""

    def __init__(self, client):
        self.client = client
        self.meta = None

    async def about(self):
        client = self.client
        if client.protocol_version == MODERN:
            # A client that is told the revision asks for nothing else by itself.
            said = await client.session.send_discover(MODERN)
            meta = said.get("_meta") or {}
            return {
                "version": meta.get("io.modelcontextprotocol/serverInfo"),
                "capabilities": said["capabilities"],
                "instructions": said.get("instructions"),
                "protocol": client.protocol_version,
            }
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

    def call(self, name, arguments, on_progress=None):
        return self.client.call_tool(name, arguments, progress_callback=on_progress, meta=self.meta)

    def prompt(self, name, arguments):
        return self.client.get_prompt(name, arguments)

    def resource(self, uri):
        return self.client.read_resource(uri)

    def complete(self, reference, argument, context):
        kinds = {"ref/prompt": types.PromptReference, "ref/resource": types.ResourceTemplateReference}
        return self.client.complete(kinds[reference["type"]](**reference), argument, context)

    async def subscribe(self, uri):
        return [await self.client.subscribe_resource(uri), await self.client.unsubscribe_resource(uri)]

    def modern(self):
        return self.client.protocol_version == MODERN

    async def level(self, level):
        # The current revision has the level on every request.
        if self.modern():
            self.meta = {LOG_LEVEL: level}
        else:
            await self.client.set_logging_level(level)

    @contextlib.asynccontextmanager
    async def watch(self, lists, uris):
        if not self.modern():
            for uri in uris:
                await self.client.subscribe_resource(uri)
            yield
            for uri in uris:
                await self.client.unsubscribe_resource(uri)
            return
        async with self.client.listen(
            tools_list_changed=lists,
            prompts_list_changed=lists,
            resources_list_changed=lists,
            resource_subscriptions=uris,
        ) as events:
            ears = asyncio.create_task(hear_stream(events))
            yield
            ears.cancel()
            await asyncio.wait([ears])

    async def call_and_cancel(self, name, arguments, on_progress, begun):
        call = asyncio.create_task(self.call(name, arguments, on_progress))
        await begun.wait()
        call.cancel()
        await asyncio.wait([call])

    async def task(self, _name):
        """The SDK has no tasks."""

    @staticmethod
    async def all(ask, member):
        entries, cursor = [], None
        while True:
            page = await ask(cursor=cursor)
            entries += getattr(page, member)
            cursor = page.next_cursor
            if cursor is None:
                return entries


@contextlib.asynccontextmanager
async def transport(options):
    """The transport."""
    if options.transport == "http":
        yield streamable_http_client(options.url)
    elif options.transport == "sse":
        yield sse_client(options.url)
    else:
        server = StdioServerParameters(command=options.command, args=options.args, env=dict(os.environ))
        with open(os.devnull, "w", encoding="utf-8") as silence:
            yield stdio_client(server, errlog=silence)


async def main():
    """Drives the server and prints the document."""
    # The old parts of the protocol are deprecated, and are what is to be driven.
    warnings.simplefilter("ignore")
    options = read_arguments()
    async with transport(options) as streams:
        client = Client(
            streams,
            mode=MODES[options.mode],
            sampling_callback=sample,
            elicitation_callback=elicit,
            list_roots_callback=roots,
            logging_callback=hear_log,
            message_handler=hear,
        )
        async with client:
            adapter = Adapter(client)
            print(await (drive(adapter, options) if options.plan else round_trip(adapter, INBOX)))


asyncio.run(main())
