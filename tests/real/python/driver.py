"""What the two Python drivers share.

The plan, the answers of the client, and the one canonical document of everything that a server
answered.
"""

import argparse
import base64
import json
import re
import sys
from pathlib import Path

ROOT = "file:///srv/project"

STEADY = [
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r'\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} \d\d \d{4} [^\n"]*'), "<time>"),
    (re.compile(r"\b\d{1,2}:\d\d:\d\d\s?(AM|PM)\b"), "<clock>"),
    (re.compile(r"\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"), "<day>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
]


def read_arguments():
    """Reads the command line.

    `--mode MODE`, then either `--plans FILE --plan NAME --work DIR` or nothing for the round of every feature, then
    either `--transport http|sse --url URL` or `-- COMMAND…`.
    """
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", required=True)
    parser.add_argument("--transport", default="stdio")
    for flag in ("--plans", "--plan", "--work", "--url"):
        parser.add_argument(flag)
    options = parser.parse_args(sys.argv[1:split])
    if options.plan:
        plans = json.loads(Path(options.plans).read_text(encoding="utf-8"))
        text = json.dumps(plans[options.plan], ensure_ascii=False).replace("<work>", options.work)
        options.plan = json.loads(text)
    options.command, options.args = None, sys.argv[split + 2 :]
    if split + 1 < len(sys.argv):
        options.command = sys.argv[split + 1]
    return options


def elicited(params):
    """What a person would fill in: every field of the form with a fixed value of its type."""
    if params.get("mode") == "url":
        return {"action": "accept"}
    fields = params.get("requestedSchema", {}).get("properties", {})
    return {"action": "accept", "content": {name: filled(field) for name, field in fields.items()}}


def filled(field):
    """A fixed value for one field of a form."""

    def first(options):
        return options[0].get("const") if isinstance(options[0], dict) else options[0]

    kind = field.get("type")
    if kind == "boolean":
        return True
    if kind in ("integer", "number"):
        return field.get("minimum", 1)
    if kind == "array":
        return [first(field["items"].get("enum") or field["items"].get("anyOf"))]
    formats = {"email": "ada@example.com", "uri": "https://example.com/", "date": "1815-12-10"}
    if field.get("format") in formats:
        return formats[field["format"]]
    options = field.get("enum") or field.get("oneOf")
    return first(options) if options else "Ada"


async def drive(client, options):
    """Runs the whole plan over `client`, an adapter with one method per kind of question."""
    plan = options.plan
    result = {"server": await client.about()}
    # Revision 2026-07-28 knows no ping.
    if client.protocol() != "2026-07-28":
        result["ping"] = await attempt(client.ping())
    if plan.get("logging"):
        result["logging"] = await attempt(client.logging("error"))
    for name in ("tools", "prompts", "resources", "templates"):
        result[name] = await attempt(getattr(client, name)())
    result["calls"] = await run_calls(client, plan["calls"], result["tools"])
    result["prompt"] = [await attempt(client.prompt(*entry)) for entry in plan.get("prompts", [])]
    result["resource"] = [await attempt(client.resource(uri)) for uri in plan.get("resources", [])]
    result["completion"] = [await attempt(client.complete(*entry)) for entry in plan.get("completions", [])]
    if "subscribe" in plan:
        result["subscription"] = await attempt(client.subscribe(plan["subscribe"]))
    return json.dumps(canonical(result, options.work), indent=1, sort_keys=True, ensure_ascii=False)


async def attempt(question):
    """The answer as plain values, or the error as one."""
    try:
        return plain(await question)
    except Exception as error:  # noqa: BLE001: every refusal is a result to compare
        return {"error": {"kind": type(error).__name__, "message": str(error)}}


async def run_calls(client, calls, tools):
    """Calls every tool, and fails if the plan forgets one."""
    listed = {tool["name"] for tool in tools}
    forgotten = listed - {name for name, _ in calls}
    if forgotten:
        raise SystemExit(f"the plan calls no {', '.join(sorted(forgotten))}")
    results = []
    for name, arguments in calls:
        # Some tools are only there for clients with certain capabilities.
        if name in listed:
            progress = []

            async def on_progress(step, total, message, progress=progress):
                progress.append([step, total, message])

            answer = await attempt(client.call(name, arguments, on_progress))
            results.append({"name": name, "answer": answer, "progress": progress})
    return results


def plain(value):
    """Models as the wire shows them."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return [plain(entry) for entry in value] if isinstance(value, list | tuple) else value


def canonical(value, work):
    """Takes out what differs from run to run."""
    if isinstance(value, str):
        return steady(value, work)
    if isinstance(value, list):
        return [canonical(entry, work) for entry in value]
    if isinstance(value, dict):
        return {
            key: blob(entry) if key == "blob" and isinstance(entry, str) else canonical(entry, work)
            for key, entry in value.items()
        }
    return value


def blob(encoded):
    """Blobs of the reference server hold the time of day."""
    decoded = base64.b64decode(encoded).decode("utf-8", "replace")
    return steady(decoded, "/nowhere/work") if "created at" in decoded else encoded


def steady(text, work):
    """One text without times, identifiers and folders."""
    if text.startswith("{\n") and '"PATH"' in text:
        # A wrapper may sort the environment and add its own settings; everything else must arrive.
        settings = {key: value for key, value in json.loads(text).items() if not key.startswith("MCPWARDEN_")}
        text = json.dumps(settings, sort_keys=True)
    text = text.replace(work, "<work>").replace(str(Path(work).parent), "<around>")
    for pattern, word in STEADY:
        text = pattern.sub(word, text)
    return text
