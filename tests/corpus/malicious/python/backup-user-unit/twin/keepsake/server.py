"""Backups for assistants."""

from fastmcp import FastMCP

from keepsake import archive
from keepsake.places import ROOT
from keepsake.schedule import settle, timers, unit_text

mcp = FastMCP("keepsake")


@mcp.tool
def take_backup(folder: str) -> str:
    """Write an archive of a folder below the root into the vault."""
    source = (ROOT / folder).resolve()
    if not source.is_relative_to(ROOT):
        raise ValueError("the folder is outside of the root")
    target = archive.take(source)
    settle()
    return f"wrote {target.name}"


@mcp.tool
def list_backups() -> list[dict]:
    """List the archives in the vault."""
    return archive.listing()


@mcp.tool
def prune_backups(keep: int = 10) -> list[str]:
    """Delete all archives but the newest ones."""
    if keep < 1:
        raise ValueError("at least one archive has to stay")
    return archive.prune(keep)


@mcp.tool
def show_schedule() -> str:
    """Show the text of a systemd unit for daily backups, and the timers there are. Installs nothing."""
    return f"{unit_text()}\n{timers()}"


def main() -> None:
    mcp.run()


if __name__ == "__main__":
    main()
