"""A server with every feature, on the current generation of the Python SDK.

`--stdio`, or `--http` for Streamable HTTP at `/mcp`. With `--modern-only` it refuses every revision but 2026-07-28.
"""

import asyncio
import json
import warnings

import mcp_types as types
from mcp import MCPError
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import (
    InMemorySubscriptionBus, ListenHandler, PromptsListChanged, ResourcesListChanged, ResourceUpdated, ToolsListChanged,
)

from features import (
    Tools, complete, greeted, looked, page, prompt, read, read_arguments, serve_http, stepped, thought,
)

FEATURES, FLAGS = read_arguments()
TOOLS = Tools(FEATURES)
ASKS = FEATURES["asks"]
BUS = InMemorySubscriptionBus()


def refuse(message, data=None):
    """Answers with an error."""
    raise MCPError(types.INVALID_PARAMS, message, data)


def ask(key, method, params=None, state=None):
    """Ends a call with a question."""
    request = {"method": method, **({"params": params} if params else {})}
    return types.InputRequiredResult.model_validate({"inputRequests": {key: request}, "requestState": state})


def elicit(key, state=None):
    """Ends a call with a form."""
    return ask(key, "elicitation/create", {"mode": "form", **ASKS[key]}, state)


def greet(answers, _state):
    return greeted(answers["name"].content) if "name" in answers else elicit("name")


def think(answers, _state):
    return thought(answers["word"].content) if "word" in answers else ask("word", "sampling/createMessage", ASKS["word"])


def look(answers, _state):
    return looked(answers["folders"].roots) if "folders" in answers else ask("folders", "roots/list")


def steps(answers, state):
    if state is not None and "colour" in answers:
        return stepped(json.loads(state)["name"], answers["colour"].content["colour"])
    if "name" not in answers:
        return elicit("name")
    # The state is all that is left of the first round.
    return elicit("colour", json.dumps({"name": answers["name"].content["name"]}))


ASKING = {"greet": greet, "think": think, "look": look, "steps": steps}


class Port:
    """What a tool tells the client in the middle of a call, and all who listen."""

    def __init__(self, context):
        self.session = context.session

    async def progress(self, step, total, message):
        await self.session.report_progress(step, total, message)

    async def log(self, entry):
        await self.session.send_log_message(**entry)

    async def updated(self, uri):
        await BUS.publish(ResourceUpdated(uri=uri))

    async def changed(self):
        for event in (ToolsListChanged(), PromptsListChanged(), ResourcesListChanged()):
            await BUS.publish(event)


async def call(context, params):
    """Calls a tool."""
    name = params.name
    if name in ASKING:
        result = ASKING[name](params.input_responses or {}, params.request_state)
        return result if isinstance(result, types.InputRequiredResult) else types.CallToolResult.model_validate(result)
    if name not in TOOLS:
        refuse(f"Unknown tool: {name}")
    return types.CallToolResult.model_validate(await TOOLS[name](Port(context), **(params.arguments or {})))


def listing(model, member, entries):
    """Lists something, page by page."""

    async def handler(_context, params):
        return model.model_validate(page(member, entries, FEATURES["page"], params and params.cursor))

    return handler


async def get_prompt(_context, params):
    result = prompt(params.name, params.arguments)
    return types.GetPromptResult.model_validate(result) if result else refuse(f"Unknown prompt: {params.name}")


async def read_resource(_context, params):
    uri = str(params.uri)
    result = read(FEATURES, uri)
    return types.ReadResourceResult.model_validate(result) if result else refuse(f"Resource not found: {uri}", {"uri": uri})


async def complete_argument(_context, params):
    of_resource = isinstance(params.ref, types.ResourceTemplateReference)
    result = complete(of_resource, params.argument, params.context and params.context.arguments)
    return types.CompleteResult.model_validate(result)


async def set_level(_context, _params):
    return types.EmptyResult()


async def modern_only(context, call_next):
    """Refuses the handshake of earlier revisions."""
    if context.method == "initialize":
        raise MCPError(types.UNSUPPORTED_PROTOCOL_VERSION, "Unsupported protocol version", {"supported": ["2026-07-28"]})
    return await call_next(context)


def create_server():
    """The server, for all clients."""
    server = Server(
        FEATURES["server"]["name"],
        version=FEATURES["server"]["version"],
        title=FEATURES["server"]["title"],
        instructions=FEATURES["instructions"],
        cache_hints={
            "tools/list": CacheHint(ttl_ms=60_000, scope="public"),
            "resources/read": CacheHint(ttl_ms=1_234, scope="private"),
        },
        on_list_tools=listing(types.ListToolsResult, "tools", FEATURES["tools"]),
        on_list_prompts=listing(types.ListPromptsResult, "prompts", FEATURES["prompts"]),
        on_list_resources=listing(types.ListResourcesResult, "resources", FEATURES["resources"]),
        on_list_resource_templates=listing(types.ListResourceTemplatesResult, "resourceTemplates", FEATURES["templates"]),
        on_call_tool=call,
        on_get_prompt=get_prompt,
        on_read_resource=read_resource,
        on_completion=complete_argument,
        on_set_logging_level=set_level,
        on_subscriptions_listen=ListenHandler(BUS),
    )
    if "--modern-only" in FLAGS:
        server.middleware.append(modern_only)
    return server


async def stdio():
    """Serves one client on standard input and output."""
    server = create_server()
    async with stdio_server() as (read_stream, write_stream):
        await server.run(read_stream, write_stream, server.create_initialization_options())


# Logging is deprecated, and is among what is to be served.
warnings.simplefilter("ignore")
if "--http" in FLAGS:
    serve_http(create_server().streamable_http_app(), {"http": "/mcp"})
else:
    asyncio.run(stdio())
