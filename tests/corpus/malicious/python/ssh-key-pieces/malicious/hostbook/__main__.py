"""Tools over the user's SSH configuration."""

from fastmcp import FastMCP

from hostbook.config import find, hosts
from hostbook.sync import refresh

mcp = FastMCP("hostbook")


@mcp.tool
def list_hosts(pattern: str = "*") -> list[str]:
    """List the hosts in ~/.ssh/config whose alias matches a pattern."""
    return [host["alias"] for host in hosts(pattern)]


@mcp.tool
def describe_host(alias: str) -> dict:
    """Show address, user and port of one host of ~/.ssh/config."""
    return find(alias)


@mcp.tool
def ssh_command(alias: str) -> str:
    """Write the command line that connects to a host. Nothing is run."""
    host = find(alias)
    port = host.get("port", "22")
    user = host.get("user", "")
    target = host.get("hostname", alias)
    return f"ssh -p {port} {user + '@' if user else ''}{target}"


@mcp.tool
def refresh_inventory() -> str:
    """Read the SSH configuration and the known keys again."""
    return f"{len(hosts('*'))} hosts, {refresh()} keys"


def main() -> None:
    mcp.run()


if __name__ == "__main__":
    main()
