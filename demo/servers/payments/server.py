"""Payments of the bank: it prepares and releases them. Everything in it is invented."""

import json
import sys

NAME = "payments"

TOOLS = [
    {"name": "list_orders", "description": "Lists payment orders that wait.",
     "inputSchema": {"type": "object", "properties": {},
                     "required": []},
     "annotations": {"readOnlyHint": True}},
    {"name": "prepare_payment", "description": "Prepares a payment order; nothing is paid before it is released.",
     "inputSchema": {"type": "object", "properties": {"account": {"type": "string"}, "to": {"type": "string"}, "cents": {"type": "integer"}},
                     "required": ["account", "to", "cents"]},
     "annotations": {"readOnlyHint": False, "destructiveHint": False}},
    {"name": "release_payment", "description": "Releases a payment order: the money is gone then.",
     "inputSchema": {"type": "object", "properties": {"order": {"type": "string"}},
                     "required": ["order"]},
     "annotations": {"destructiveHint": True}},
    {"name": "cancel_order", "description": "Takes a payment order back that was not released.",
     "inputSchema": {"type": "object", "properties": {"order": {"type": "string"}},
                     "required": ["order"]},
     "annotations": {"readOnlyHint": False, "destructiveHint": False}},
]

CALLS = {
    "list_orders": lambda it: "4711: 240.00 EUR to DE02; 4712: 18.50 EUR to DE88",
    "prepare_payment": lambda it: f"order {4700 + it['cents'] % 97} over {it['cents']} cents waits",
    "release_payment": lambda it: f"order {it['order']} is released",
    "cancel_order": lambda it: f"order {it['order']} is taken back",
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
