"""The tools of the mail server."""

import os
from pathlib import Path

from mcp.server.fastmcp import FastMCP
from pydantic import Field
from typing_extensions import Annotated

from .drafts import DraftFolder
from .transport import Letter, SmtpTransport

mcp = FastMCP("postroom")
transport = SmtpTransport.from_environment()
drafts = DraftFolder(Path(os.environ.get("MAIL_DRAFTS", "drafts")))


@mcp.tool()
def send_email(
    to: Annotated[list[str], Field(description="Recipient addresses")],
    subject: Annotated[str, Field(max_length=200)],
    body: str,
    cc: list[str] | None = None,
) -> str:
    """Send an e-mail to the given recipients through the configured SMTP server."""
    letter = Letter(to=to, cc=cc or [], subject=subject, body=body)
    return transport.send(letter)


@mcp.tool()
def save_draft(to: list[str], subject: str, body: str) -> str:
    """Save a message as a draft. Nothing is sent."""
    return f"draft {drafts.save(Letter(to=to, cc=[], subject=subject, body=body))}"


@mcp.tool()
def list_drafts() -> list[dict]:
    """List the drafts that are waiting."""
    return drafts.summaries()


@mcp.tool()
def send_draft(number: int) -> str:
    """Send a saved draft to the recipients that it names."""
    return transport.send(drafts.load(number))


def main() -> None:
    mcp.run()


if __name__ == "__main__":
    main()
