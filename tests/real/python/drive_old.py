"""Drives a server with the last generation of the official Python client."""

import asyncio
import contextlib
import os
import warnings

from mcp import ClientSession, StdioServerParameters, types
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from pydantic import AnyUrl

from driver import ROOT, drive, elicited, plain, read_arguments
from round import Inbox, round_trip

INBOX = Inbox()


async def hear_log(params):
    """Notes a log message."""
    INBOX.push("log", **plain(params))


async def hear(message):
    """Notes what changed."""
    match getattr(message, "root", None):
        case types.ResourceUpdatedNotification(params=params):
            INBOX.push("update", uri=str(params.uri))
        case types.ToolListChangedNotification():
            INBOX.push("change", list="tools")
        case types.PromptListChangedNotification():
            INBOX.push("change", list="prompts")
        case types.ResourceListChangedNotification():
            INBOX.push("change", list="resources")


def question(method, params=None):
    """Notes what was asked, without what only says how."""
    asked = plain(params) if params is not None else {}
    INBOX.push("question", method=method, params={key: asked[key] for key in asked if key not in ("mode", "_meta")})


async def roots(_context):
    """The folders of the client."""
    question("roots/list")
    return types.ListRootsResult(roots=[types.Root(uri=AnyUrl(ROOT), name="project")])


async def sample(_context, params):
    """What the client's model says."""
    question("sampling/createMessage", params)
    content = types.TextContent(type="text", text="word")
    return types.CreateMessageResult(role="assistant", model="fixed", stopReason="endTurn", content=content)


async def elicit(_context, params):
    """What the person fills in."""
    question("elicitation/create", params)
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

    def call(self, name, arguments, on_progress=None):
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
    def modern():
        return False

    def level(self, level):
        return self.session.set_logging_level(level)

    @contextlib.asynccontextmanager
    async def watch(self, lists, uris):  # noqa: ARG002: lists are told of without being asked for
        for uri in uris:
            await self.session.subscribe_resource(AnyUrl(uri))
        yield
        for uri in uris:
            await self.session.unsubscribe_resource(AnyUrl(uri))

    async def call_and_cancel(self, name, arguments, on_progress, begun):
        # The SDK has no way to cancel a request, so the number of the next one has to be known.
        number = self.session._request_id
        call = asyncio.create_task(self.call(name, arguments, on_progress))
        await begun.wait()
        params = types.CancelledNotificationParams(requestId=number, reason="enough")
        await self.session.send_notification(types.ClientNotification(types.CancelledNotification(params=params)))
        call.cancel()
        await asyncio.wait([call])

    async def task(self, name):
        if self.opened.capabilities.tasks is None:
            return None
        tasks = self.session.experimental
        created = await tasks.call_tool_as_task(name, {})
        async for status in tasks.poll_task(created.task.taskId):
            last = status
        return [last.status, plain(await tasks.get_task_result(created.task.taskId, types.CallToolResult))]

    @staticmethod
    async def all(ask, member):
        entries, cursor = [], None
        while True:
            page = await ask(params=types.PaginatedRequestParams(cursor=cursor))
            entries += getattr(page, member)
            cursor = page.nextCursor
            if cursor is None:
                return entries


@contextlib.asynccontextmanager
async def streams(options):
    """The transport."""
    if options.transport == "http":
        async with streamable_http_client(options.url) as (read, write, _):
            yield read, write
    elif options.transport == "sse":
        async with sse_client(options.url) as (read, write):
            yield read, write
    else:
        server = StdioServerParameters(command=options.command, args=options.args, env=dict(os.environ))
        with open(os.devnull, "w", encoding="utf-8") as silence:
            async with stdio_client(server, errlog=silence) as (read, write):
                yield read, write


async def main():
    """Drives the server and prints the document."""
    # Tasks are deprecated, and are among what is to be driven.
    warnings.simplefilter("ignore")
    options = read_arguments()
    async with (
        streams(options) as (read, write),
        ClientSession(
            read,
            write,
            sampling_callback=sample,
            elicitation_callback=elicit,
            list_roots_callback=roots,
            logging_callback=hear_log,
            message_handler=hear,
        ) as session,
    ):
        adapter = Adapter(session, await session.initialize())
        print(await (drive(adapter, options) if options.plan else round_trip(adapter, INBOX)))


asyncio.run(main())
