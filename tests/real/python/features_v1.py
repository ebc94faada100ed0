"""A server with every feature, on the last generation of the Python SDK. It serves legacy revisions only.

`--stdio`, or `--http` for Streamable HTTP at `/mcp` and the older HTTP with server-sent events at `/sse`.
"""

import asyncio
import contextlib
import warnings

from mcp import McpError, types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.sse import SseServerTransport
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.message import ServerMessageMetadata
from pydantic import AnyUrl
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from features import (
    Tools, complete, greeted, looked, page, prompt, read, read_arguments, serve_http, stepped, text, thought,
)

LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]
RESOURCE_NOT_FOUND = -32002

FEATURES, FLAGS = read_arguments()
TOOLS = Tools(FEATURES)
ASKS = FEATURES["asks"]
# Tasks are a member of a definition in these revisions only.
LISTED = [
    {**tool, "execution": {"taskSupport": "optional"}} if tool["name"] == "report" else tool
    for tool in FEATURES["tools"]
]


def refuse(code, message, data=None):
    """Answers with an error."""
    raise McpError(types.ErrorData(code=code, message=message, data=data))


async def greet(context):
    answer = await context.session.elicit_form(**ASKS["name"], related_request_id=context.request_id)
    return greeted(answer.content)


async def think(context):
    ask = types.CreateMessageRequestParams.model_validate(ASKS["word"])
    answer = await context.session.create_message(
        ask.messages,
        max_tokens=ask.maxTokens,
        system_prompt=ask.systemPrompt,
        related_request_id=context.request_id,
    )
    return thought(answer.content)


async def look(context):
    answer = await context.session.send_request(
        types.ServerRequest(types.ListRootsRequest()),
        types.ListRootsResult,
        metadata=ServerMessageMetadata(related_request_id=context.request_id),
    )
    return looked(answer.roots)


async def steps(context):
    first = await context.session.elicit_form(**ASKS["name"], related_request_id=context.request_id)
    second = await context.session.elicit_form(**ASKS["colour"], related_request_id=context.request_id)
    return stepped(first.content["name"], second.content["colour"])


ASKING = {"greet": greet, "think": think, "look": look, "steps": steps}


class Port:
    """What a tool tells the client in the middle of a call."""

    def __init__(self, context, session):
        self.context = context
        self.session = session

    async def progress(self, step, total, message):
        token = self.context.meta and self.context.meta.progressToken
        if token is not None:
            related = str(self.context.request_id)
            await self.context.session.send_progress_notification(token, step, total, message, related)

    async def log(self, entry):
        if LEVELS.index(entry["level"]) >= LEVELS.index(self.session.level):
            await self.context.session.send_log_message(**entry, related_request_id=self.context.request_id)

    async def updated(self, uri):
        if uri in self.session.subscribed:
            await self.context.session.send_resource_updated(AnyUrl(uri))

    async def changed(self):
        await self.context.session.send_tool_list_changed()
        await self.context.session.send_prompt_list_changed()
        await self.context.session.send_resource_list_changed()


class Session:
    """One client: a server of its own, and what that client has set."""

    def __init__(self):
        self.level = "debug"
        self.subscribed = set()
        self.server = Server(FEATURES["server"]["name"], FEATURES["server"]["version"], FEATURES["instructions"])
        self.server.experimental.enable_tasks()
        handlers = {
            types.ListToolsRequest: lambda request: listed(types.ListToolsResult, "tools", LISTED, request),
            types.ListPromptsRequest: lambda request: listed(types.ListPromptsResult, "prompts", FEATURES["prompts"], request),
            types.ListResourcesRequest: lambda request: listed(types.ListResourcesResult, "resources", FEATURES["resources"], request),
            types.ListResourceTemplatesRequest: lambda request: listed(
                types.ListResourceTemplatesResult, "resourceTemplates", FEATURES["templates"], request
            ),
            types.CallToolRequest: self.call,
            types.GetPromptRequest: get_prompt,
            types.ReadResourceRequest: read_resource,
            types.CompleteRequest: complete_argument,
            types.SetLevelRequest: self.set_level,
            types.SubscribeRequest: lambda request: self.subscribe(request, self.subscribed.add),
            types.UnsubscribeRequest: lambda request: self.subscribe(request, self.subscribed.discard),
        }
        self.server.request_handlers.update(handlers)

    def options(self):
        options = self.server.create_initialization_options(NotificationOptions(True, True, True))
        # The SDK never says so by itself.
        options.capabilities.resources.subscribe = True
        options.capabilities.experimental = None
        return options

    async def set_level(self, request):
        self.level = request.params.level
        return types.ServerResult(types.EmptyResult())

    async def subscribe(self, request, change):
        change(str(request.params.uri))
        return types.ServerResult(types.EmptyResult())

    async def call(self, request):
        name, arguments = request.params.name, request.params.arguments or {}
        context = self.server.request_context
        if name in ASKING:
            return called(await ASKING[name](context))
        if name not in TOOLS:
            refuse(types.INVALID_PARAMS, f"Unknown tool: {name}")
        if context.experimental.is_task:

            async def work(_task):
                return types.CallToolResult.model_validate(await TOOLS[name](None, **arguments))

            return types.ServerResult(await context.experimental.run_task(work))
        return called(await TOOLS[name](Port(context, self), **arguments))


def called(result):
    """A result of a tool."""
    return types.ServerResult(types.CallToolResult.model_validate(result))


async def listed(model, member, entries, request):
    cursor = request.params.cursor if request.params else None
    return types.ServerResult(model.model_validate(page(member, entries, FEATURES["page"], cursor)))


async def get_prompt(request):
    result = prompt(request.params.name, request.params.arguments)
    if result is None:
        refuse(types.INVALID_PARAMS, f"Unknown prompt: {request.params.name}")
    return types.ServerResult(types.GetPromptResult.model_validate(result))


async def read_resource(request):
    uri = str(request.params.uri)
    result = read(FEATURES, uri)
    if result is None:
        refuse(RESOURCE_NOT_FOUND, "Resource not found", {"uri": uri})
    return types.ServerResult(types.ReadResourceResult.model_validate(result))


async def complete_argument(request):
    params = request.params
    of_resource = isinstance(params.ref, types.ResourceTemplateReference)
    result = complete(of_resource, params.argument, params.context and params.context.arguments)
    return types.ServerResult(types.CompleteResult.model_validate(result))


class PerSession:
    """Stands for the server towards the transport, which takes one for all sessions."""

    @staticmethod
    def create_initialization_options():
        return None

    @staticmethod
    async def run(read_stream, write_stream, _options, **settings):
        session = Session()
        await session.server.run(read_stream, write_stream, session.options(), **settings)


def http_app():
    """Both kinds of HTTP."""
    manager = StreamableHTTPSessionManager(PerSession())
    sse = SseServerTransport("/messages/")

    class Streamable:
        async def __call__(self, scope, receive, send):
            await manager.handle_request(scope, receive, send)

    async def events(request):
        async with sse.connect_sse(request.scope, request.receive, request._send) as (read_stream, write_stream):
            await PerSession.run(read_stream, write_stream, None)
        return Response()

    @contextlib.asynccontextmanager
    async def lifespan(_app):
        async with manager.run():
            yield

    routes = [
        Route("/mcp", Streamable()),
        Route("/sse", events, methods=["GET"]),
        Mount("/messages/", app=sse.handle_post_message),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


async def stdio():
    """Serves one client on standard input and output."""
    async with stdio_server() as (read_stream, write_stream):
        await PerSession.run(read_stream, write_stream, None)


# Tasks are deprecated, and are among what is to be served.
warnings.simplefilter("ignore")
if "--http" in FLAGS:
    serve_http(http_app(), {"http": "/mcp", "sse": "/sse"})
else:
    asyncio.run(stdio())
