use super::{check, check_all};

#[test]
fn a_decorated_function_is_a_tool_with_its_parameters() {
    check(
        "server.py",
        r#"
from mcp.server.fastmcp import Context, FastMCP
from pydantic import Field
from typing import Annotated, Literal, Optional

mcp = FastMCP("notes")

@mcp.tool()
async def add(title: str, ctx: Context, kind: Literal["a", "b"] = "a", stars: int | None = None) -> str:
    """Adds a note.

    With a title."""
    return title

@mcp.tool(name="find_note", description="Finds a note", annotations={"readOnlyHint": True})
def find(query: Annotated[str, Field(pattern=r"^\w+$")], flags: Optional[list[bool]] = None):
    """Not shown."""

@mcp.tool
def ping() -> str:
    return "pong"
"#,
        r#"
server notes
tool add(title: string, kind?: string#, stars?: integer) "Adds a note.\n\nWith a tit" -> add
tool find_note(query: string, flags?: array) readOnlyHint "Finds a note" -> find
tool ping() -> ping
entry add(title) of add
entry add(kind) of add knows []
entry add(stars) of add knows []
entry find(query) of find_note knows []
entry find(flags) of find_note knows []
"#,
    );
}

#[test]
fn models_and_aliases_are_followed() {
    check_all(
        &[(
            "server.py",
            r#"
from fastmcp import FastMCP
from pydantic import BaseModel, Field
from enum import Enum
import uuid

mcp = FastMCP(name="x")
Name = Annotated[str, Field(description="a name", pattern="^[a-z]+$")]

class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"

class Base(BaseModel):
    id: uuid.UUID

class Options(Base):
    colour: Colour = Colour.RED
    path: str = Field(..., description="where")
    count: int = Field(3, le=10)

TITLE = "paint" + "_it"

@mcp.tool(TITLE)
def paint(name: Name, options: Options, raw: dict[str, str]): ...
"#,
        )],
        r"
server x
tool paint_it(name: string, options: object{id: string, colour?: string#, path: string, count?: integer}, raw: object) -> paint
entry paint(name) of paint_it knows []
entry paint(options) of paint_it knows [id colour count]
entry paint(raw) of paint_it
",
    );
}

#[test]
fn functions_are_registered_by_calls_as_well() {
    check(
        "server.py",
        r#"
from fastmcp import FastMCP
from fastmcp.tools import Tool

class Handler:
    def __init__(self, mcp):
        self.mcp = mcp
        self.mcp.tool(name="list_all")(self.list_all)
        mcp.add_tool(self.drop, name="drop_all")

    def list_all(self, limit: int): ...
    def drop(self, name: str): ...

def one(a: str): ...
def two(b: str): ...

mcp = FastMCP()
for f in (one, two):
    mcp.tool(f)
mcp.add_tool(Tool.from_function(one, name="uno", description="first"))
mcp.tool()(two)
"#,
        r#"
server ?
tool list_all(limit: integer) -> Handler.list_all
tool drop_all(name: string) -> Handler.drop
tool one(a: string) -> one
tool two(b: string) -> two
tool uno(a: string) "first" -> one
entry Handler.list_all(limit) of list_all knows []
entry Handler.drop(name) of drop_all
entry one(a) of one
entry two(b) of two
entry one(a) of uno
"#,
    );
}

#[test]
fn a_low_level_server_answers_by_name() {
    check(
        "server.py",
        r#"
from mcp.server import Server
import mcp.types as types
from enum import Enum

class Tools(str, Enum):
    STATUS = "status"

class Status(BaseModel):
    path: str
    deep: bool = False

server = Server("git")

@server.list_tools()
async def list_tools():
    return [
        types.Tool(name=Tools.STATUS, description="Shows it", inputSchema=Status.model_json_schema()),
        types.Tool(name="log", description="Shows more", inputSchema={
            "type": "object", "properties": {"count": {"type": "integer"}}, "required": ["count"]}),
    ]

def status(path): ...
def log(count): ...

@server.call_tool()
async def call_tool(name: str, arguments: dict):
    if name == Tools.STATUS.value:
        return status(arguments["path"])
    elif name == "log":
        return log(arguments["count"])
    elif name == "debug":
        return status("/")
    raise ValueError(name)

@server.read_resource()
async def read(uri): ...
"#,
        r#"
server git
tool status(path: string, deep?: boolean) "Shows it" -> status in call_tool
tool log(count: integer) "Shows more" -> log in call_tool
tool debug(, …) -> status in call_tool unlisted
entry call_tool(name) of by name
entry call_tool(arguments) of by name knows [count deep]
entry read(uri) of by name
"#,
    );
}

#[test]
fn a_table_of_functions_answers_by_name() {
    check(
        "server.py",
        r#"
from mcp.server.lowlevel import Server
from mcp.types import Tool

def a(arguments): ...
def b(arguments): ...

HANDLERS = {"a": a, "b": b}
TOOLS = [Tool(name="a", description="A", inputSchema={"type": "object"}), Tool(name=make(), inputSchema={})]
server = Server("x")

@server.call_tool()
async def call(name, arguments):
    return HANDLERS[name](arguments)
"#,
        r#"
server x
tool b(, …) -> b in b listed?
tool a() "A" -> a in a
tool ?(, …) ->
entry call(name) of by name
entry call(arguments) of by name
"#,
    );
}

#[test]
fn routes_resources_and_prompts_are_told() {
    check(
        "server.py",
        r#"
mcp = FastMCP("x")

@mcp.resource("notes://{id}/text")
def note(id: str) -> str:
    """A note."""

@mcp.prompt("ask")
def ask(topic: str) -> str: ...

@mcp.custom_route("/health", methods=["GET"])
async def health(request): ...

@app.post("/items/{item}")
async def items(item: int, q: str, request: Request, db=Depends(get)): ...

app = Starlette(routes=[Route("/admin", endpoint=admin)])
async def admin(request): ...
"#,
        r"
server x
resource notes://{id}/text -> note
prompt ask(topic: string) -> ask
route GET /health -> health
route POST /items/{item} -> items
route any /admin -> admin
entry note(id) of resource
entry ask(topic) of prompt
entry health(request) of route
entry items(item) of route knows []
entry items(q) of route
entry admin(request) of route
",
    );
}

#[test]
fn decorators_of_the_program_that_keep_functions_register_them() {
    check(
        "server.py",
        r#"
TOOLS = {}

def mcp_tool(name):
    def wrap(f):
        TOOLS[name] = f
        return f
    return wrap

def timed(f):
    return f

@mcp_tool("run")
@timed
def run_it(command: str): ...

@timed
def other(x): ...
"#,
        r"
tool run(command: string) -> run_it
entry run_it(command) of run
",
    );
}

#[test]
fn tools_with_a_name_that_is_computed_are_a_gap() {
    check(
        "server.py",
        r#"
mcp = FastMCP("x")

@mcp.tool(name=os.environ["NAME"])
def f(a: str): ...

mcp2 = FastMCP.from_openapi(spec)
"#,
        r"
server x
tool ?(a: string) -> f
entry f(a) of ?
gap tool-name
gap generated-tools
",
    );
}

#[test]
fn requests_are_answered_without_an_sdk() {
    check(
        "server.py",
        r#"
import json, sys

def call_tool(name, args):
    if name == "shell":
        return run(args["command"])

def handle(message):
    if message["method"] == "tools/call":
        return call_tool(message["params"]["name"], message["params"]["arguments"])

def main():
    for line in sys.stdin:
        request = json.loads(line)
        method = request.get("method")
        if method == "tools/call":
            params = request.get("params", {})
            answer = call_tool(params["name"], params.get("arguments", {}))
"#,
        r"
entry call_tool(args) of by name
entry handle(message.params.arguments) of by name
",
    );
}

#[test]
fn what_a_wrapper_wraps_is_the_tool() {
    check(
        "server.py",
        r#"
import functools
from mcp.server.fastmcp import FastMCP

mcp = FastMCP("x")

def audited(server, name):
    def decorate(func):
        @functools.wraps(func)
        async def wrapper(*args, **kwargs):
            return await func(*args, **kwargs)
        server.tool(name=name)(wrapper)
        return wrapper
    return decorate

class Files:
    def __init__(self):
        audited(mcp, "fetch_file")(self.fetch)

    async def fetch(self, path: str) -> str:
        return path
"#,
        "
server x
tool fetch(path: string) -> Files.fetch
entry Files.fetch(path) of fetch
",
    );
}

#[test]
fn a_class_of_tools_answers_for_each_of_them() {
    check(
        "tools.py",
        r#"
from fastmcp.tools import Tool

class Described(Tool):
    async def run(self, arguments: dict):
        return await self.client.get(arguments["path"])

class Runner:
    async def run(self, arguments: dict):
        return arguments
"#,
        "
tool ?(, …) -> Described.run
entry Described.run(arguments) of ?
",
    );
}
