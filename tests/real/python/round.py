"""One round trip of every feature, for the two Python drivers.

What the client saw, as one document that is the same whatever lies between client and server.
"""

import asyncio
import json

import anyio

from driver import attempt, canonical

# How long one thing is waited for, and how often it is caused again.
MOMENT = 0.5
ATTEMPTS = 40
SERVER_INFO = "io.modelcontextprotocol/serverInfo"


class Inbox:
    """What came in beside the answers: log messages, progress, changes, questions."""

    def __init__(self):
        self.entries = []
        self._changed = asyncio.Event()

    def push(self, kind, **entry):
        self.entries.append((kind, entry))
        self._changed.set()

    async def within(self, time, seen):
        """Waits until `seen` is true of all entries, and tells whether it came to that."""
        with anyio.move_on_after(time):
            while not seen(self.entries):
                self._changed.clear()
                await self._changed.wait()
            return True
        return False

    async def take(self, kind, count=0):
        """Takes out the entries of one kind, once there are `count`; what is late counts, what is missing shows."""

        def of(entries):
            return [entry for found, entry in entries if found == kind]

        if count:
            await self.within(MOMENT * 10, lambda entries: len(of(entries)) >= count)
        taken = of(self.entries)
        self.entries = [entry for entry in self.entries if entry[0] != kind]
        return taken


async def round_trip(client, inbox):
    """Runs the whole round over `client`, an adapter with one method per kind of question."""
    report = {"about": await client.about()}
    if not client.modern():
        report["ping"] = await attempt(client.ping())
    for name in ("tools", "prompts", "resources", "templates"):
        report[name] = await attempt(getattr(client, name)())
    report["calls"] = await calls(client)
    report["progress"] = await progress(client, inbox)
    report["logs"] = await logs(client, inbox)
    report["cancelled"] = await cancelled(client)
    report["asked"] = await asked(client, inbox)
    report["prompt"] = [
        await attempt(client.prompt("review", {"language": "rust", "style": "strictly"})),
        await attempt(client.prompt("hello", None)),
    ]
    uris = ["notes://today", "notes://pixel", "notes://day/friday"]
    report["read"] = [await attempt(client.resource(uri)) for uri in uris]
    report["completions"] = await completions(client)
    report["changes"] = await changes(client, inbox)
    report["updates"] = await updates(client, inbox)
    report["errors"] = await errors(client)
    report["task"] = await attempt(client.task("report"))
    return json.dumps(canonical(unsigned(report), "/nowhere/work"), indent=1, sort_keys=True, ensure_ascii=False)


def unsigned(value):
    """Without the name of the server on every answer of the current revision: `about` has it once."""
    if isinstance(value, list):
        return [unsigned(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    entries = {key: unsigned(entry) for key, entry in value.items() if key != SERVER_INFO}
    return {key: entry for key, entry in entries.items() if key != "_meta" or entry}


async def calls(client):
    results = {}
    for name, arguments in [("echo", {"text": "grüße"}), ("weather", {"city": "Oslo"}), ("media", {}), ("report", {}), ("fail", {})]:
        results[name] = await attempt(client.call(name, arguments))
    return results


async def progress(client, inbox):
    async def step(done, total, message):
        inbox.push("progress", progress=done, total=total, message=message)

    answer = await attempt(client.call("count", {"to": 3}, step))
    return {"answer": answer, "steps": await inbox.take("progress", 3)}


async def logs(client, inbox):
    await inbox.take("log")
    results = {}
    for level, count in [("warning", 2), ("debug", 3)]:
        await client.level(level)
        answer = await attempt(client.call("talk", {}))
        results[level] = {"answer": answer, "logs": await inbox.take("log", count)}
    await client.level("emergency")
    return results


async def cancelled(client):
    name = "first"
    begun = asyncio.Event()
    started = []

    async def step(done, total, message):
        started.append({"progress": done, "total": total, "message": message})
        begun.set()

    await client.call_and_cancel("wait", {"name": name}, step, begun)
    return {"started": started, "told": await attempt(client.call("told", {"name": name}))}


async def asked(client, inbox):
    results = {}
    for name, count in [("greet", 1), ("think", 1), ("look", 1), ("steps", 2)]:
        answer = await attempt(client.call(name, {}))
        results[name] = {"answer": answer, "questions": await inbox.take("question", count)}
    return results


async def completions(client):
    prompt = {"type": "ref/prompt", "name": "review"}
    template = {"type": "ref/resource", "uri": "notes://day/{day}"}
    return [
        await attempt(client.complete(prompt, {"name": "language", "value": "p"}, None)),
        await attempt(client.complete(prompt, {"name": "style", "value": ""}, {"language": "rust"})),
        await attempt(client.complete(template, {"name": "day", "value": "t"}, None)),
    ]


async def until(inbox, seen, cause):
    """Causes something until it is noticed: a stream for notifications may open after the first were sent."""
    for _ in range(ATTEMPTS):
        await cause()
        if await inbox.within(MOMENT, seen):
            return True
    return False


def has(kind, **wanted):
    """Whether there is an entry with these members."""
    return lambda entries: any(found == kind and wanted.items() <= entry.items() for found, entry in entries)


async def changes(client, inbox):
    async with client.watch(lists=True, uris=[]):
        for name in ("tools", "prompts", "resources"):
            await until(inbox, has("change", list=name), lambda: client.call("change", {}))
    return sorted({entry["list"] for entry in await inbox.take("change")})


async def updates(client, inbox):
    one, two = "notes://today", "notes://tomorrow"

    def touch(uri):
        return client.call("touch", {"uri": uri})

    def uris(entries):
        return sorted({entry["uri"] for entry in entries})

    await inbox.take("update")
    async with client.watch(lists=False, uris=[one]):
        await until(inbox, has("update", uri=one), lambda: touch(one))
    # What was told before is told; after this, only the second may be heard of.
    async with client.watch(lists=False, uris=[two]):
        await until(inbox, has("update", uri=two), lambda: touch(two))
        before = await inbox.take("update")
        await touch(one)
        await until(inbox, has("update", uri=two), lambda: touch(two))
        after = await inbox.take("update")
    return {"before": uris(before), "after": uris(after)}


async def errors(client):
    async def code(question):
        try:
            await question
        except Exception as error:  # noqa: BLE001: every refusal is a result to compare
            return error.error.code
        return "no error"

    return {
        "tool": await code(client.call("nowhere", {})),
        "prompt": await code(client.prompt("nowhere", None)),
        "resource": await code(client.resource("notes://nowhere")),
    }

