"""A stand-in for the market data of an invented vendor. Everything in it is invented."""

import json
import sys

NAME = "market"

TOOLS = [
    {"name": "get_rate", "description": "Returns an exchange rate.",
     "inputSchema": {"type": "object", "properties": {"pair": {"type": "string"}},
                     "required": ["pair"]},
     "annotations": {"readOnlyHint": True, "openWorldHint": True}},
    {"name": "get_curve", "description": "Returns a yield curve.",
     "inputSchema": {"type": "object", "properties": {"currency": {"type": "string"}},
                     "required": ["currency"]},
     "annotations": {"readOnlyHint": True, "openWorldHint": True}},
]

CALLS = {
    "get_rate": lambda it: f"{it['pair']} 1.0821",
    "get_curve": lambda it: f"{it['currency']} 1y 2.31, 5y 2.48, 10y 2.71",
}


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
