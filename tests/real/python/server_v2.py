"""A small server on the current generation of the Python SDK. It serves both eras."""

from typing import Annotated

from mcp.server.mcpserver import Context, Elicit, MCPServer, Resolve
from mcp_types import Completion, ToolAnnotations
from pydantic import BaseModel

server = MCPServer(
    "server-v2", version="1.0.0", instructions="Adds numbers, counts, and knows the weather.", log_level="ERROR"
)


class Weather(BaseModel):
    """The weather of one city."""

    city: str
    degrees: float


class Person(BaseModel):
    """Who is greeted."""

    name: str


def ask_name() -> Elicit[Person]:
    """Asks the person for a name."""
    return Elicit("What is your name?", Person)


@server.tool(annotations=ToolAnnotations(read_only_hint=True), structured_output=False)
def add(a: float, b: float) -> str:
    """Adds two numbers."""
    return f"{a + b:g}"


@server.tool(title="Weather")
def weather(city: str) -> Weather:
    """Returns the weather of a city."""
    return Weather(city=city, degrees=12.5)


@server.tool(structured_output=False)
async def count(to: int, ctx: Context) -> str:
    """Counts and reports progress."""
    for step in range(1, to + 1):
        await ctx.report_progress(step, to)
    return f"counted to {to}"


@server.tool(structured_output=False)
def greet(person: Annotated[Person, Resolve(ask_name)]) -> str:
    """Asks the person for a name and greets."""
    return f"Hello, {person.name}"


@server.tool(structured_output=False)
def fail() -> str:
    """Fails."""
    raise ValueError("it failed")


@server.prompt()
def review(code: str) -> str:
    """Asks for a review of code."""
    return f"Review this: {code}"


@server.resource("notes://today", mime_type="text/plain")
def today() -> str:
    """The note of today."""
    return "Write tests."


@server.resource("notes://day/{day}", mime_type="text/plain")
def day_note(day: str) -> str:
    """The note of a day."""
    return f"Nothing on {day}."


@server.completion()
async def complete(_reference, argument, _context):
    """Completes every argument with itself."""
    return Completion(values=[f"{argument.value}n main() {{}}"], total=1, has_more=False)


if __name__ == "__main__":
    server.run()
