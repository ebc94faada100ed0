"""What the two Python servers with every feature share: the answers, whatever the era."""

import asyncio
import json
import re
import socket
import sys
from pathlib import Path

import anyio
import uvicorn

PATIENCE = 20
DAYS = ["monday", "tuesday", "wednesday"]
LANGUAGES = ["perl", "python", "rust"]
ASKING = {"greet", "think", "look", "steps"}


def read_arguments():
    """Reads `FILE FLAG…`: the table of features, and how to serve it."""
    file, *flags = sys.argv[1:]
    return json.loads(Path(file).read_text(encoding="utf-8")), set(flags)


def text(words):
    """A result that says something."""
    return {"content": [{"type": "text", "text": words}]}


def page(member, entries, size, cursor):
    """One page of a list, under the name of its member."""
    start = int(cursor) if cursor else 0
    end = start + size
    more = {"nextCursor": str(end)} if end < len(entries) else {}
    return {member: entries[start:end], **more}


# What the calls of `wait` have come to, by name; calls of `told` may come in on another connection.
_fates = {}


def fate(name):
    """Whether the call of `wait` of that name was cancelled."""
    return _fates.setdefault(name, asyncio.Event())


class Tools:
    """The tools that ask the client nothing.

    A port has `progress(step, total, message)`, `log(entry)`, `updated(uri)` and `changed()`.
    """

    def __init__(self, features):
        self.features = features

    async def echo(self, _port, *, text: str):
        return {"content": [{"type": "text", "text": text}], "_meta": {"example.com/said": text}}

    async def weather(self, _port, *, city):
        structured = {"city": city, "degrees": 12.5}
        return {**text(json.dumps(structured, separators=(",", ":"))), "structuredContent": structured}

    async def media(self, _port):
        return {"content": self.features["media"]}

    async def count(self, port, *, to):
        for step in range(1, to + 1):
            await port.progress(step, to, f"step {step}")
        return text(f"counted to {to}")

    async def talk(self, port):
        for entry in self.features["logs"]:
            await port.log(entry)
        return text("talked")

    async def wait(self, port, *, name):
        await port.progress(1, 2, "waiting")
        try:
            await asyncio.Event().wait()
        finally:
            fate(name).set()

    async def told(self, _port, *, name):
        with anyio.move_on_after(PATIENCE):
            await fate(name).wait()
            return text("cancelled")
        return text("not cancelled")

    async def touch(self, port, *, uri):
        await port.updated(uri)
        return text(f"touched {uri}")

    async def change(self, port):
        await port.changed()
        return text("changed")

    async def report(self, _port):
        return text("all is well")

    async def fail(self, _port):
        return {**text("it failed"), "isError": True}

    def __contains__(self, name):
        return not name.startswith("_") and any(tool["name"] == name for tool in self.features["tools"]) and name not in ASKING

    def __getitem__(self, name):
        return getattr(self, name)


def greeted(content):
    """The end of `greet`."""
    return text(f"Hello, {content['name']}")


def thought(content):
    """The end of `think`."""
    return text(f"The model says {content.text}")


def looked(roots):
    """The end of `look`."""
    return text(" ".join(f"{root.name}={root.uri}" for root in roots))


def stepped(name, colour):
    """The end of `steps`."""
    return text(f"{name} likes {colour}")


def read(features, uri):
    """The contents of a resource, or nothing if there is no such resource."""
    day = re.fullmatch(r"notes://day/(\w+)", uri)
    if day:
        return {"contents": [{"uri": uri, "mimeType": "text/plain", "text": f"Nothing on {day[1]}."}]}
    for resource in features["resources"]:
        if resource["uri"] == uri:
            return {"contents": [{"uri": uri, "mimeType": resource["mimeType"], **features["contents"][uri]}]}
    return None


def prompt(name, arguments):
    """The messages of a prompt, or nothing if there is no such prompt."""

    def say(description, words, role="user"):
        return {"description": description, "messages": [{"role": role, "content": {"type": "text", "text": words}}]}

    if name == "hello":
        return say("A greeting.", "Hello.", "assistant")
    if name == "review":
        style = (arguments or {}).get("style", "kindly")
        return say("A review.", f"Review this {(arguments or {}).get('language')} code: {style}.")
    return None


def complete(of_resource, argument, context):
    """The completions of an argument."""
    values = DAYS if of_resource else LANGUAGES
    if argument.name == "style":
        values = [f"{(context or {}).get('language', 'any')}-strict"]
    values = [value for value in values if value.startswith(argument.value)]
    return {"completion": {"values": values, "total": len(values), "hasMore": False}}


def serve_http(app, paths):
    """Serves HTTP on a free port and prints where, as one line of JSON."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    print(json.dumps({kind: f"http://127.0.0.1:{port}{path}" for kind, path in paths.items()}), flush=True)
    config = uvicorn.Config(app, log_level="error", lifespan="on")
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
