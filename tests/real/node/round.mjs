// One round trip of every feature, for the two TypeScript drivers: what the client saw, as one document that is the
// same whatever lies between client and server.

import { canonical } from "./driver.mjs";

/** How long one thing is waited for, and how often it is caused again. */
const MOMENT = 500;
const ATTEMPTS = 40;
const SERVER_INFO = "io.modelcontextprotocol/serverInfo";

/** What came in beside the answers: log messages, progress, changes, questions. */
export class Inbox {
  entries = [];
  #waiting = new Set();

  push(entry) {
    this.entries.push(entry);
    for (const look of this.#waiting) look();
  }

  /** Waits until `seen` is true of all entries, and tells whether it came to that. */
  async within(time, seen) {
    if (seen(this.entries)) return true;
    return new Promise((resolve) => {
      const end = (result) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(result);
      };
      const look = () => seen(this.entries) && end(true);
      const timer = setTimeout(() => end(false), time);
      this.#waiting.add(look);
    });
  }

  /** Takes out the entries of one kind, once there are `count`; what is late counts, what is missing shows. */
  async take(kind, count = 0) {
    const of = (entries) => entries.filter((entry) => entry.kind === kind);
    if (count > 0) await this.within(MOMENT * 10, (entries) => of(entries).length >= count);
    const taken = of(this.entries);
    this.entries = this.entries.filter((entry) => entry.kind !== kind);
    return taken.map(({ kind: _, ...rest }) => rest);
  }
}

/** Runs the whole round over `client`, an adapter with one method per kind of question. */
export async function round(client, inbox) {
  const report = { about: await client.about() };
  if (!client.modern()) report.ping = await client.ping();
  for (const list of ["tools", "prompts", "resources", "templates"]) report[list] = await attempt(() => client[list]());
  report.calls = await calls(client);
  report.progress = await progress(client, inbox);
  report.logs = await logs(client, inbox);
  report.cancelled = await cancelled(client, inbox);
  report.asked = await asked(client, inbox);
  report.prompt = [
    await attempt(() => client.prompt("review", { language: "rust", style: "strictly" })),
    await attempt(() => client.prompt("hello")),
  ];
  report.read = [];
  for (const uri of ["notes://today", "notes://pixel", "notes://day/friday"]) report.read.push(await attempt(() => client.resource(uri)));
  report.completions = await completions(client);
  report.changes = await changes(client, inbox);
  report.updates = await updates(client, inbox);
  report.errors = await errors(client);
  report.task = await attempt(() => client.task("report"));
  process.stdout.write(`${JSON.stringify(canonical(unsigned(report), "/nowhere/work"), null, 1)}\n`);
}

/** Without the name of the server on every answer of the current revision: `about` has it once. */
function unsigned(value) {
  if (Array.isArray(value)) return value.map(unsigned);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, entry]) => [key, unsigned(entry)]);
  return Object.fromEntries(
    entries.filter(([key, entry]) => key !== SERVER_INFO && !(key === "_meta" && Object.keys(entry).length === 0)),
  );
}

async function attempt(ask) {
  try {
    return await ask();
  } catch (error) {
    return { error: { code: error.code ?? null, message: error.message } };
  }
}

async function calls(client) {
  const results = {};
  for (const [name, args] of [["echo", { text: "grüße" }], ["weather", { city: "Oslo" }], ["media", {}], ["report", {}], ["fail", {}]]) {
    results[name] = await attempt(() => client.call({ name, arguments: args }));
  }
  return results;
}

async function progress(client, inbox) {
  const answer = await attempt(() => client.call({ name: "count", arguments: { to: 3 }, _meta: { progressToken: "count" } }));
  return { answer, steps: await inbox.take("progress", 3) };
}

async function logs(client, inbox) {
  await inbox.take("log");
  const results = {};
  for (const [level, count] of [["warning", 2], ["debug", 3]]) {
    await client.level(level);
    const answer = await attempt(() => client.call({ name: "talk", arguments: {} }));
    results[level] = { answer, logs: await inbox.take("log", count) };
  }
  await client.level("emergency");
  return results;
}

async function cancelled(client, inbox) {
  const name = "first";
  const stop = new AbortController();
  const call = client.call({ name: "wait", arguments: { name }, _meta: { progressToken: "wait" } }, { signal: stop.signal });
  const settled = call.catch(() => {});
  const started = await inbox.take("progress", 1);
  stop.abort();
  await settled;
  return { started, told: await attempt(() => client.call({ name: "told", arguments: { name } })) };
}

async function asked(client, inbox) {
  const results = {};
  for (const [name, count] of [["greet", 1], ["think", 1], ["look", 1], ["steps", 2]]) {
    const answer = await attempt(() => client.call({ name, arguments: {} }));
    results[name] = { answer, questions: await inbox.take("question", count) };
  }
  return results;
}

async function completions(client) {
  const results = [];
  for (const [ref, argument, context] of [
    [{ type: "ref/prompt", name: "review" }, { name: "language", value: "p" }],
    [{ type: "ref/prompt", name: "review" }, { name: "style", value: "" }, { language: "rust" }],
    [{ type: "ref/resource", uri: "notes://day/{day}" }, { name: "day", value: "t" }],
  ]) {
    results.push(await attempt(() => client.complete(ref, argument, context)));
  }
  return results;
}

/** Causes something until it is noticed: a stream for notifications may open after the first were sent. */
async function until(inbox, seen, cause) {
  for (let attempts = 0; attempts < ATTEMPTS; attempts += 1) {
    await cause();
    if (await inbox.within(MOMENT, seen)) return true;
  }
  return false;
}

const has = (kind, member, value) => (entries) => entries.some((entry) => entry.kind === kind && entry[member] === value);

async function changes(client, inbox) {
  const stop = await client.watch({ lists: true, uris: [] });
  for (const list of ["tools", "prompts", "resources"]) {
    await until(inbox, has("change", "list", list), () => client.call({ name: "change", arguments: {} }));
  }
  await stop();
  const lists = await inbox.take("change");
  return [...new Set(lists.map(({ list }) => list))].sort();
}

async function updates(client, inbox) {
  const [one, two] = ["notes://today", "notes://tomorrow"];
  const touch = (uri) => client.call({ name: "touch", arguments: { uri } });
  await inbox.take("update");
  const stopOne = await client.watch({ lists: false, uris: [one] });
  await until(inbox, has("update", "uri", one), () => touch(one));
  await stopOne();
  // What was told before is told; after this, only the second may be heard of.
  const stopTwo = await client.watch({ lists: false, uris: [two] });
  await until(inbox, has("update", "uri", two), () => touch(two));
  const before = await inbox.take("update");
  await touch(one);
  await until(inbox, has("update", "uri", two), () => touch(two));
  const after = await inbox.take("update");
  await stopTwo();
  const uris = (entries) => [...new Set(entries.map(({ uri }) => uri))].sort();
  return { before: uris(before), after: uris(after) };
}

async function errors(client) {
  const code = async (ask) => {
    const answer = await attempt(ask);
    return answer.error?.code ?? "no error";
  };
  return {
    tool: await code(() => client.call({ name: "nowhere", arguments: {} })),
    prompt: await code(() => client.prompt("nowhere")),
    resource: await code(() => client.resource("notes://nowhere")),
  };
}
