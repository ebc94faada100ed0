"""Pages of the web, as far as the proxy lets them in. Everything in it is invented."""

import json
import sys

NAME = "web"

TOOLS = [
    {"name": "fetch_page", "description": "Fetches a page of the web.",
     "inputSchema": {"type": "object", "properties": {"url": {"type": "string"}},
                     "required": ["url"]},
     "annotations": {"readOnlyHint": True, "openWorldHint": True}},
]

CALLS = {"fetch_page": lambda it: f"{it['url']}: the central bank left its rates as they were."}


def answer(message):
    """Returns the result of a request; `None` for one that it does not know."""
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}},
                "serverInfo": {"name": NAME, "version": "1.4.0"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        words = CALLS[params["name"]](params.get("arguments") or {})
        return {"content": [{"type": "text", "text": words}]}
    return {} if method == "ping" else None


for line in sys.stdin:
    request = json.loads(line)
    if "id" not in request:
        continue
    result = answer(request)
    reply = {"jsonrpc": "2.0", "id": request["id"]}
    if result is None:
        reply["error"] = {"code": -32601, "message": "method not found"}
    else:
        reply["result"] = result
    print(json.dumps(reply), flush=True)
