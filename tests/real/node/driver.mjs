// What the two TypeScript drivers share: the plan, the answers of the client, and the one
// canonical document of everything that a server answered.

import { readFileSync } from "node:fs";
import { dirname } from "node:path";

// The client library talks on standard output, which is for the document.
console.log = console.info = console.debug = console.error;

export const ROOTS = { roots: [{ uri: "file:///srv/project", name: "project" }] };
export const SAMPLE = { role: "assistant", model: "fixed", stopReason: "endTurn", content: { type: "text", text: "word" } };

/** What a person would fill in: every field of the form with a fixed value of its type. */
export function elicited(params) {
  if (params.mode === "url") return { action: "accept" };
  const content = {};
  for (const [name, field] of Object.entries(params.requestedSchema?.properties ?? {})) {
    content[name] = filled(field);
  }
  return { action: "accept", content };
}

function filled(field) {
  const first = (options) => options?.[0]?.const ?? options?.[0];
  switch (field.type) {
    case "boolean":
      return true;
    case "integer":
    case "number":
      return field.minimum ?? 1;
    case "array":
      return [first(field.items.enum ?? field.items.anyOf)];
    default:
      if (field.format === "email") return "ada@example.com";
      if (field.format === "uri") return "https://example.com/";
      if (field.format === "date") return "1815-12-10";
      return first(field.enum ?? field.oneOf) ?? "Ada";
  }
}

/**
 * Reads `--mode MODE`, then either `--plans FILE --plan NAME --work DIR` or nothing for the round of every feature,
 * then either `--transport http|sse --url URL` or `-- COMMAND…`.
 */
export function readArguments() {
  const args = process.argv.slice(2);
  const split = args.includes("--") ? args.indexOf("--") : args.length;
  const flags = { transport: "stdio" };
  for (let i = 0; i < split; i += 2) flags[args[i].slice(2)] = args[i + 1];
  const plan = flags.plan && JSON.parse(JSON.stringify(JSON.parse(readFileSync(flags.plans, "utf8"))[flags.plan]).replaceAll("<work>", flags.work));
  return { ...flags, plan, command: args[split + 1], args: args.slice(split + 2) };
}

/** Runs the whole plan over `client`, an adapter with one method per kind of question. */
export async function drive(client, { plan, work }) {
  const attempt = async (ask) => {
    try {
      return await ask();
    } catch (error) {
      return { error: { code: error.code ?? null, message: error.message } };
    }
  };
  const result = { server: await client.about() };
  // Revision 2026-07-28 knows no ping.
  if (client.protocol() !== "2026-07-28") result.ping = await attempt(() => client.ping());
  if (plan.logging) result.logging = await attempt(() => client.logging("error"));
  for (const list of ["tools", "prompts", "resources", "templates"]) {
    result[list] = await attempt(() => client[list]());
  }
  result.calls = await runCalls(client, plan.calls, result.tools, attempt);
  result.prompt = [];
  for (const [name, args] of plan.prompts ?? []) result.prompt.push(await attempt(() => client.prompt(name, args)));
  result.resource = [];
  for (const uri of plan.resources ?? []) result.resource.push(await attempt(() => client.resource(uri)));
  result.completion = [];
  for (const completion of plan.completions ?? []) result.completion.push(await attempt(() => client.complete(...completion)));
  // The clients drop a step for which they expect no more once the answer is there; our own
  // collection does not.
  result.progress = client.progress();
  if (plan.subscribe) result.subscription = await attempt(() => client.subscribe(plan.subscribe));
  process.stdout.write(`${JSON.stringify(canonical(result, work), null, 1)}\n`);
}

/** Calls every tool, and fails if the plan forgets one. */
async function runCalls(client, calls, tools, attempt) {
  const listed = new Map(tools.map((tool) => [tool.name, tool]));
  const forgotten = [...listed.keys()].filter((name) => !calls.some(([planned]) => planned === name));
  if (forgotten.length > 0) throw new Error(`the plan calls no ${forgotten.join(", ")}`);
  const results = [];
  for (const [name, args] of calls) {
    // Some tools are only there for clients with certain capabilities.
    if (!listed.has(name)) continue;
    const params = { name, arguments: args, _meta: { progressToken: results.length } };
    results.push({ name, answer: await attempt(() => client.call(params, listed.get(name))) });
  }
  return results;
}

/** Sorts members and takes out what differs from run to run. */
export function canonical(value, work) {
  if (typeof value === "string") return steady(value, work);
  if (Array.isArray(value)) return value.map((entry) => canonical(entry, work));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => [key, key === "blob" && typeof value[key] === "string" ? blob(value[key]) : canonical(value[key], work)]);
  return Object.fromEntries(entries);
}

/** Blobs of the reference server hold the time of day. */
function blob(encoded) {
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  return decoded.includes("created at") ? steady(decoded, "/nowhere/work") : encoded;
}

function steady(text, work) {
  return environment(text)
    .replaceAll(work, "<work>")
    .replaceAll(dirname(work), "<around>")
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, "<time>")
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} \d\d \d{4} [^\n"]*/g, "<time>")
    .replace(/\b\d{1,2}:\d\d:\d\d\s?(AM|PM)\b/g, "<clock>")
    .replace(/\b(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b/g, "<day>")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>")
    .replace(/\b[0-9a-f]{32}\b/g, "<id>");
}

/** A wrapper may sort the environment and add its own settings; everything else must arrive. */
function environment(text) {
  if (!text.startsWith("{\n") || !text.includes('"PATH"')) return text;
  const entries = Object.entries(JSON.parse(text)).filter(([name]) => !name.startsWith("MCPWARDEN_"));
  return JSON.stringify(Object.fromEntries(entries.sort()));
}
