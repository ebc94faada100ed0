"""A stand-in for the mail service of an invented vendor. Everything in it is invented."""

import json
import sys

NAME = "mail"

TOOLS = [
    {"name": "read_inbox", "description": "Lists the mails of a mailbox.",
     "inputSchema": {"type": "object", "properties": {"box": {"type": "string"}},
                     "required": ["box"]},
     "annotations": {"readOnlyHint": True}},
    {"name": "read_mail", "description": "Returns one mail.",
     "inputSchema": {"type": "object", "properties": {"box": {"type": "string"}, "number": {"type": "integer"}},
                     "required": ["box", "number"]},
     "annotations": {"readOnlyHint": True}},
    {"name": "send_mail", "description": "Sends a mail to an address.",
     "inputSchema": {"type": "object", "properties": {"to": {"type": "string"}, "subject": {"type": "string"}, "body": {"type": "string"}},
                     "required": ["to", "subject", "body"]},
     "annotations": {"readOnlyHint": False, "destructiveHint": False, "openWorldHint": True}},
]

CALLS = {
    "read_inbox": lambda it: f"{it['box']}: 1 meeting on Thursday; 2 question about a loan",
    "read_mail": lambda it: f"mail {it['number']}: could we talk about the terms on Thursday?",
    "send_mail": lambda it: f"sent to {it['to']}",
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
