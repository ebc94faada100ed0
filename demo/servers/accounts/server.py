"""Accounts and customers of the bank: it only reads. Everything in it is invented."""

import json
import sys

NAME = "accounts"

TOOLS = [
    {"name": "find_customer", "description": "Finds a customer by number.",
     "inputSchema": {"type": "object", "properties": {"number": {"type": "string"}},
                     "required": ["number"]},
     "annotations": {"readOnlyHint": True}},
    {"name": "get_balance", "description": "Returns the balance of an account.",
     "inputSchema": {"type": "object", "properties": {"account": {"type": "string"}},
                     "required": ["account"]},
     "annotations": {"readOnlyHint": True}},
    {"name": "list_bookings", "description": "Lists the bookings of an account in a month.",
     "inputSchema": {"type": "object", "properties": {"account": {"type": "string"}, "month": {"type": "string"}},
                     "required": ["account", "month"]},
     "annotations": {"readOnlyHint": True}},
    {"name": "get_limit", "description": "Returns the credit limit of a customer.",
     "inputSchema": {"type": "object", "properties": {"number": {"type": "string"}},
                     "required": ["number"]},
     "annotations": {"readOnlyHint": True}},
]

CUSTOMERS = {"10023": "Musterfrau, Erika", "10077": "Mustermann, Max", "10410": "Beispiel GmbH"}

CALLS = {
    "find_customer": lambda it: f"{it['number']}: {CUSTOMERS.get(it['number'], 'nobody')}",
    "get_balance": lambda it: f"{it['account']}: {len(it['account']) * 137}.20 EUR",
    "list_bookings": lambda it: f"{it['account']}, {it['month']}: rent -820.00, salary 2410.00",
    "get_limit": lambda it: f"{it['number']}: 15000 EUR",
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
