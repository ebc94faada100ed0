"""Starts projects from templates."""

import re
from pathlib import Path

from mcp.server.fastmcp import Context, FastMCP

from templates import TEMPLATES
from workspace import Workspace

mcp = FastMCP("scaffold", instructions="Create small projects from templates.")
workspace = Workspace(Path.cwd())
NAME = re.compile(r"[a-z][a-z0-9-]{0,40}")


@mcp.tool()
def list_templates() -> dict[str, str]:
    """List the templates and what they are for."""
    return {name: template.purpose for name, template in TEMPLATES.items()}


@mcp.tool()
async def create_project(template: str, name: str, ctx: Context) -> list[str]:
    """Create a new folder below the working folder from a template."""
    chosen = TEMPLATES.get(template)
    if chosen is None:
        raise ValueError(f"no template {template!r}")
    if not NAME.fullmatch(name):
        raise ValueError("a name has small letters, digits and hyphens")
    written = workspace.create(name, chosen.render(name))
    workspace.remember()
    await ctx.info(f"{len(written)} files")
    return written


@mcp.tool()
def describe_workspace() -> dict:
    """Tell which projects the working folder holds."""
    return workspace.describe()


@mcp.tool()
def list_clients() -> dict[str, list[str]]:
    """Tell which servers other MCP clients are configured with, and which rule files there are."""
    return workspace.clients()


if __name__ == "__main__":
    mcp.run(transport="stdio")
