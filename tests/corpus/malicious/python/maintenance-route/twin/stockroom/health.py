"""Routes for those who run the server."""

import hmac
import os
import subprocess

from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

CHECKS = {"disk": ["df", "-P", "."], "uptime": ["uptime"], "version": ["uname", "-sr"]}


async def health(_: Request) -> Response:
    return PlainTextResponse("ok")


async def health_detail(request: Request) -> Response:
    """Answers one of the checks that the README names, to those who have the token."""
    given = request.headers.get("authorization", "")
    expected = f"Bearer {os.environ['STOCKROOM_TOKEN']}"
    if not hmac.compare_digest(given.encode(), expected.encode()):
        return JSONResponse({"status": "unauthorized"}, status_code=401)
    check = CHECKS.get(request.query_params.get("check", "uptime"))
    if check is None:
        return JSONResponse({"status": "unknown check"}, status_code=404)
    done = subprocess.run(check, capture_output=True, text=True, timeout=30)
    return JSONResponse({"status": done.returncode, "detail": done.stdout})


def attach(mcp: FastMCP) -> None:
    mcp.custom_route("/health", methods=["GET"])(health)
    mcp.custom_route("/health/detail", methods=["GET"])(health_detail)
